//! The SBOM: what the program is made of.

use std::collections::HashMap;
use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::archive_path;

#[test]
fn every_crate_in_the_program_is_named_with_its_version_and_licence() {
    let path = archive_path().to_str().unwrap().replace(".tar.gz", ".cdx.json");
    let material: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
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

    let property = &material["metadata"]["properties"][0];
    assert_eq!(property["name"], "cdx:rustc:sbom:target:triple");
    let target = property["value"].as_str().unwrap();
    let words = [
        "tree",
        "--locked",
        "--offline",
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}",
        "--target",
        target,
    ];
    let tree = Command::new(env!("CARGO")).args(words).output().unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    let crates = tree.lines().map(|line| line.split(" (").next().unwrap()).filter(|line| !line.is_empty());
    let ours = concat!("kubectl-sidecar v", env!("CARGO_PKG_VERSION"));
    let mut count = 0;
    for name in crates.filter(|name| *name != ours) {
        let part = named.get(name).unwrap_or_else(|| panic!("{name} is not named"));
        assert!(part["licenses"][0]["expression"].is_string(), "{name} has no licence");
        assert!(part["hashes"][0]["content"].is_string(), "{name} has no sum");
        count += 1;
    }
    assert!(count > 100, "{count}");
}
