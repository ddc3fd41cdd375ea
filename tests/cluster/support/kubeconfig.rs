//! Kubeconfigs that are not quite as they should be.

use std::io::Write;

use serde_json::Value;
use tempfile::NamedTempFile;

use super::node::node;

/// The tests' kubeconfig, changed.
pub(crate) fn kubeconfig(change: impl FnOnce(&mut Value)) -> NamedTempFile {
    let text = node().kubectl(&["config", "view", "--raw", "--minify", "--flatten", "-o", "json"], "");
    let mut config = serde_json::from_str(&text).unwrap();
    change(&mut config);
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(config.to_string().as_bytes()).unwrap();
    file
}
