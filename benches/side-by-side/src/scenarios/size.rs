//! What the program's size is made of: its parts as a linker sees them, and its code by crate.
//!
//! Read from the same build with its symbols. A function belongs to the crate that its name begins with, or whose type it
//! is for; what was inlined into it, too. So the figures say where to look, not what would be spared.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::page::{Table, grouped};

/// So many crates are named; the others are one row.
const NAMED: usize = 14;

/// As two tables.
pub fn make_up(with_symbols: &Path) -> Result<String> {
    let sections = said_by(Command::new("size").arg("-A").arg(with_symbols))?;
    let size = |name: &str| {
        let line = sections.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        line.filter(|words| words.len() == 3 && words[0] == name)
            .filter_map(|words| words[1].parse::<usize>().ok())
            .sum()
    };
    let parts: [(&str, &[&str]); 4] = [
        ("code", &[".text"]),
        ("constant data", &[".rodata", ".data.rel.ro", ".data"]),
        ("tables for backtraces", &[".eh_frame", ".eh_frame_hdr", ".gcc_except_table"]),
        ("relocations", &[".rela.dyn", ".relr.dyn"]),
    ];
    let mut table = Table::new(["part", "bytes"]);
    for (part, names) in parts {
        table.row(&[part, &grouped(names.iter().map(|name| size(name)).sum())]);
    }
    let code: usize = size(".text");

    let symbols = said_by(Command::new("nm").args(["--demangle", "--print-size", "--size-sort"]).arg(with_symbols))?;
    let mut crates: HashMap<&str, usize> = HashMap::new();
    for (name, bytes) in symbols.lines().filter_map(function) {
        *crates.entry(crate_of(name)).or_default() += bytes;
    }
    let mut crates: Vec<(&str, usize)> = crates.into_iter().collect();
    crates.sort_by_key(|(name, bytes)| (std::cmp::Reverse(*bytes), *name));
    let mut by_crate = Table::new(["code of", "bytes", "of all code"]);
    let share = |bytes: usize| format!("{:.1} %", 100.0 * bytes as f64 / code as f64);
    for (name, bytes) in crates.iter().take(NAMED) {
        by_crate.row(&[format!("`{name}`"), grouped(*bytes), share(*bytes)]);
    }
    let rest = code.saturating_sub(crates.iter().take(NAMED).map(|(_, bytes)| bytes).sum());
    by_crate.row(&["all others".to_owned(), grouped(rest), share(rest)]);
    Ok(format!("{}\n{}", table.text(), by_crate.text()))
}

/// The name and the size of a function, of a line of nm: `ADDRESS SIZE T NAME`.
fn function(line: &str) -> Option<(&str, usize)> {
    let mut words = line.splitn(4, ' ');
    let (_, size, kind, name) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let bytes = usize::from_str_radix(size, 16).ok()?;
    matches!(kind, "t" | "T" | "w" | "W").then_some((name, bytes))
}

/// The crate a demangled name begins with: that of the type, for `<TYPE as TRAIT>::function`.
fn crate_of(name: &str) -> &str {
    let name = name.trim_start_matches(['<', '&', '*', '(', '[', ' ']);
    let name = ["mut ", "const ", "dyn "].iter().fold(name, |name, word| name.strip_prefix(word).unwrap_or(name));
    let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len());
    if name[end..].starts_with("::") { &name[..end] } else { "C, and what no crate names" }
}

fn said_by(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_of_the_crate_of_its_type() {
        let of = |name: &'static str| crate_of(name);
        assert_eq!(of("kubectl_sidecar::cli::parse"), "kubectl_sidecar");
        assert_eq!(of("<k8s_openapi::Pod as serde::Deserialize>::deserialize"), "k8s_openapi");
        assert_eq!(of("<&mut serde_json::Deserializer<R> as serde::Deserializer>::x"), "serde_json");
        assert_eq!(of("ring_core_0_17_14__x25519_fe_add"), "C, and what no crate names");
    }

    #[test]
    fn only_functions_count() {
        assert_eq!(function("0000000000001000 0000000000000020 t kube::get"), Some(("kube::get", 32)));
        assert_eq!(function("0000000000001000 0000000000000020 r kube::TABLE"), None);
        assert_eq!(function("                 U malloc"), None);
    }
}
