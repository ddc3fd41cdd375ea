//! What the program is made of: the SBOM, and the texts of licences.

use std::collections::HashMap;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::archive::unpack;
use crate::archive_path;

fn bill() -> Value {
    let path = archive_path().to_str().unwrap().replace(".tar.gz", ".cdx.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// All crates in the program but ours, as `NAME vVERSION`.
fn crates(bill: &Value) -> Vec<String> {
    let property = &bill["metadata"]["properties"][0];
    assert_eq!(property["name"], "cdx:rustc:sbom:target:triple");
    let words = ["tree", "--locked", "--offline", "--edges", "normal,no-proc-macro", "--prefix", "none"];
    let mut tree = Command::new(env!("CARGO"));
    tree.args(words).args(["--format", "{p}", "--target", property["value"].as_str().unwrap()]);
    let tree = String::from_utf8(tree.output().unwrap().stdout).unwrap();
    let all = tree.lines().map(|line| line.split(" (").next().unwrap());
    let ours = concat!("kubectl-sidecar v", env!("CARGO_PKG_VERSION"));
    let crates: Vec<String> = all.filter(|name| !name.is_empty() && *name != ours).map(str::to_owned).collect();
    assert!(crates.len() > 100, "{crates:?}");
    crates
}

#[test]
fn every_crate_in_the_program_is_named_with_its_version_and_licence() {
    let material = bill();
    assert_eq!(material["bomFormat"], "CycloneDX");
    assert_eq!(material["metadata"]["component"]["name"], "kubectl-sidecar");
    assert_eq!(material["metadata"]["component"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(material.get("serialNumber").is_none(), "it would differ each time");
    let named: HashMap<String, &Value> = material["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (format!("{} v{}", part["name"].as_str().unwrap(), part["version"].as_str().unwrap()), part))
        .collect();
    for name in crates(&material) {
        let part = named.get(&name).unwrap_or_else(|| panic!("{name} is not named"));
        assert!(part["licenses"][0]["expression"].is_string(), "{name} has no licence");
        assert!(part["hashes"][0]["content"].is_string(), "{name} has no sum");
    }
}

#[test]
fn the_licence_of_every_crate_in_the_program_comes_along() {
    let texts = fs::read_to_string(unpack().path().join("THIRD-PARTY-LICENSES")).unwrap();
    for name in crates(&bill()) {
        let line = format!("  {}", name.replace(" v", " "));
        let is_named = texts.lines().any(|known| known.split(',').next() == Some(&line));
        assert!(is_named, "{name} is in none");
    }
    assert!(texts.contains("THE SOFTWARE IS PROVIDED \"AS IS\"") && texts.contains("Apache License"));
}
