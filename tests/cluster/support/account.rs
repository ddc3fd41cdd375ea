//! Somebody else, who may do no more than was granted.

use std::io::Write;

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::namespace::Namespace;
use super::node::node;

impl Namespace {
    /// A kubeconfig of a service account that may do here what `kubectl create role` grants with those flags; nothing
    /// where there are none.
    #[track_caller]
    pub(crate) fn kubeconfig_of(&self, name: &str, role: &[&str]) -> NamedTempFile {
        self.kubectl(&["create", "serviceaccount", name]);
        if !role.is_empty() {
            self.kubectl(&[&["create", "role", name], role].concat());
            let account = format!("--serviceaccount={}:{name}", self.name());
            self.kubectl(&["create", "rolebinding", name, &format!("--role={name}"), &account]);
        }
        let token = self.kubectl(&["create", "token", name]);
        let config = node().kubectl(&["config", "view", "--raw", "--minify", "--flatten", "--output", "json"], "");
        let mut config: Value = serde_json::from_str(&config).unwrap();
        config["users"][0]["user"] = json!({"token": token.trim()});
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(config.to_string().as_bytes()).unwrap();
        file
    }
}
