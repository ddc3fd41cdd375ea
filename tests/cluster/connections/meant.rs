//! What kubectl and ours make of a kubeconfig and flags.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Ended, kubeconfig, node, run, sidecar};

/// A folder with what a kubeconfig names, and a kubeconfig in it.
#[derive(Clone)]
pub(crate) struct Setup {
    folder: Rc<TempDir>,
    /// `$KUBECONFIG`; `None`: it is not set, and the home folder has none.
    pub(crate) list: Option<OsString>,
}

impl Setup {
    /// With the tests' kubeconfig.
    pub(crate) fn new() -> Self {
        Self { folder: Rc::new(TempDir::new().unwrap()), list: Some(node().kubeconfig.clone().into()) }
    }

    /// With a kubeconfig of this folder: the tests' own, changed.
    pub(crate) fn kubeconfig(&self, change: impl FnOnce(&mut Value)) -> Self {
        let name = format!("config-{}", fastrand::u64(..));
        fs::copy(kubeconfig(change).path(), self.path(&name)).unwrap();
        self.at(Path::new(&self.path(&name)))
    }

    /// With that kubeconfig.
    pub(crate) fn at(&self, path: &Path) -> Self {
        Self { list: Some(path.into()), ..self.clone() }
    }

    /// With none.
    pub(crate) fn without_kubeconfig(&self) -> Self {
        Self { list: None, ..self.clone() }
    }

    /// With more files of this folder before it; an empty name is an empty entry.
    pub(crate) fn after(&self, names: &[&str]) -> Self {
        let path = |name: &&str| if name.is_empty() { String::new() } else { self.path(name) };
        let last = self.list.clone().unwrap().into_string().unwrap();
        let all = std::env::join_paths(names.iter().map(path).chain([last])).unwrap();
        Self { list: Some(all), ..self.clone() }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn write_base64(&self, name: &str, text: &str) {
        fs::write(self.path(name), STANDARD.decode(text).unwrap()).unwrap();
    }

    fn ready(&self, mut command: Command) -> Command {
        match &self.list {
            Some(list) => command.env("KUBECONFIG", list),
            None => command.env_remove("KUBECONFIG"),
        };
        command.env("HOME", self.folder.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn ours(&self, args: &[&str]) -> Ended {
        run(self.ready(sidecar(args)))
    }

    pub(crate) fn kubectls(&self, args: &[&str]) -> (bool, String, String) {
        let output = self.ready(node().kubectl_command(args)).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    }

    /// Server, user and namespace as ours names them.
    fn meant_by_ours(&self, flags: &[&str]) -> Meant {
        let ended = self.ours(&[&["version", "-o", "json"], flags].concat());
        told_by_ours(ended.code() == Some(0), &ended.stdout(), ended.stderr())
    }

    /// Server, user and namespace as kubectl has them. The server is that which it asks, as `-v=6` shows.
    fn meant_by_kubectl(&self, flags: &[&str]) -> Meant {
        let (succeeded, told, log) = self.kubectls(&[&["auth", "whoami", "-o", "json", "-v=6"], flags].concat());
        if !succeeded {
            return Err(log);
        }
        let (server, user) = (server_asked(&log), user_told_by_kubectl(&told));
        Ok(json!({"server": server, "namespace": self.namespace_of_kubectl(flags), "user": user}))
    }

    fn namespace_of_kubectl(&self, flags: &[&str]) -> String {
        let after = |flag: &str| flags.iter().skip_while(|word| **word != flag).nth(1).copied();
        if let Some(namespace) = after("--namespace") {
            return namespace.to_owned();
        }
        let mut args = vec!["config", "view", "--minify", "-o", "jsonpath={.contexts[0].context.namespace}"];
        args.extend(after("--context").into_iter().flat_map(|name| ["--context", name]));
        let (succeeded, namespace, _) = self.kubectls(&args);
        if succeeded && !namespace.is_empty() { namespace } else { "default".to_owned() }
    }

    /// Both name the same.
    #[track_caller]
    pub(crate) fn agrees(&self, flags: &[&str]) {
        agree(&self.meant_by_kubectl(flags), &self.meant_by_ours(flags), flags);
    }

    /// Both fail, and ours with those words and something to do next.
    #[track_caller]
    pub(crate) fn both_fail(&self, flags: &[&str], words: &str) {
        fail(&self.meant_by_kubectl(flags), &self.meant_by_ours(flags), flags, words);
    }
}

/// Server, user and namespace; or why not.
pub(super) type Meant = Result<Value, String>;

/// What `kubectl sidecar version -o json` says.
pub(super) fn told_by_ours(succeeded: bool, told: &str, error: String) -> Meant {
    let told: Value = serde_json::from_str(told).unwrap();
    assert!(told["client"]["version"].is_string(), "{told}");
    if !succeeded {
        return Err(error);
    }
    let (server, namespace) = (&told["server"]["address"], &told["server"]["namespace"]);
    Ok(json!({"server": server, "namespace": namespace, "user": told["user"]}))
}

/// What `kubectl auth whoami -o json` says, in our words.
pub(super) fn user_told_by_kubectl(told: &str) -> Value {
    let mut user = serde_json::from_str::<Value>(told).unwrap()["status"]["userInfo"].take();
    let name = user.as_object_mut().unwrap().remove("username").unwrap();
    user["name"] = name;
    user
}

/// The server that `kubectl -v=6` asks.
pub(super) fn server_asked(log: &str) -> String {
    Regex::new(r#"url="(https?://[^/"]+)"#).unwrap().captures(log).unwrap()[1].to_owned()
}

/// Both name the same.
#[track_caller]
pub(super) fn agree(kubectl: &Meant, ours: &Meant, with: &[&str]) {
    assert!(kubectl.is_ok(), "kubectl fails, with {with:?}: {kubectl:?}");
    assert_eq!(ours, kubectl, "with {with:?}");
}

/// Both fail, and ours with those words and something to do next.
#[track_caller]
pub(super) fn fail(kubectl: &Meant, ours: &Meant, with: &[&str], words: &str) {
    assert!(kubectl.is_err(), "kubectl does not fail, with {with:?}: {kubectl:?}");
    let error = ours.as_ref().unwrap_err();
    assert!(error.contains(words), "{words:?} is not in {error}kubectl says {kubectl:?}");
    assert!(error.contains("\nhint: "), "nothing to do next in {error}");
}
