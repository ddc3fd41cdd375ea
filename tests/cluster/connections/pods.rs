//! In a pod, beside kubectl, which is there too: its ServiceAccount is meant where nothing else names a server.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::meant::{Meant, agree, fail, server_asked, told_by_ours, user_told_by_kubectl};
use crate::support::{Namespace, container, node, pod};

/// Where the kubelet puts what a pod shows its cluster.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// A pod with both programs, whose ServiceAccount may read what is in its namespace.
struct Inside {
    namespace: Namespace,
}

impl Inside {
    fn new() -> Self {
        let namespace = Namespace::new();
        namespace.kubeconfig_of("reader", &["--verb=get,list,watch", "--resource=pods,pods/log,events"]);
        let mut inside = pod("inside", &[]);
        // The binary under test wants a libc, and `kubectl cp` a tar.
        let mut main = container("main", "echo hello; exec sleep infinity");
        main["image"] = json!("ubuntu:latest");
        inside["spec"]["containers"] = json!([main]);
        inside["spec"]["serviceAccountName"] = json!("reader");
        namespace.create(&inside);
        namespace.wait(&["--for=condition=Ready", "pod/inside"]);
        namespace.kubectl(&["cp", env!("CARGO_BIN_EXE_kubectl-sidecar"), "inside:/tmp/kubectl-sidecar"]);
        namespace.kubectl(&["cp", kubectl().to_str().unwrap(), "inside:/tmp/kubectl"]);
        Self { namespace }
    }

    fn write(&self, path: &str, text: &str) {
        let args =
            ["-n", self.namespace.name(), "exec", "-i", "inside", "--", "/bin/sh", "-c", &format!("cat > {path}")];
        node().kubectl(&args, text);
    }

    /// How a command ends there, with those variables: whether well, and what it says.
    fn run(&self, variables: &[&str], command: &[&str]) -> (bool, String, String) {
        let exec = ["-n", self.namespace.name(), "exec", "inside", "--", "env"];
        let ended = node().try_kubectl(&[&exec[..], variables, command].concat(), "");
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (ended.status.success(), text(ended.stdout), text(ended.stderr))
    }

    fn ours(&self, variables: &[&str], args: &[&str]) -> (bool, String, String) {
        self.run(variables, &[&["/tmp/kubectl-sidecar"], args].concat())
    }

    fn meant_by_ours(&self, variables: &[&str], flags: &[&str]) -> Meant {
        let (succeeded, told, error) = self.ours(variables, &[&["version", "-o", "json"], flags].concat());
        told_by_ours(succeeded, &told, error)
    }

    /// The namespace is that in which it asks for a pod, which it may not be allowed to.
    fn meant_by_kubectl(&self, variables: &[&str], flags: &[&str]) -> Meant {
        let run = |args: &[&str]| self.run(variables, &[&["/tmp/kubectl", "-v=6"], args, flags].concat());
        let (succeeded, told, log) = run(&["auth", "whoami", "-o", "json"]);
        if !succeeded {
            return Err(log);
        }
        let (_, _, asked) = run(&["get", "pod", "inside"]);
        let namespace = asked.split_once("/api/v1/namespaces/").and_then(|(_, rest)| rest.split_once('/'));
        let namespace = namespace.unwrap_or_else(|| panic!("no namespace in {asked}")).0;
        Ok(json!({"server": server_asked(&log), "namespace": namespace, "user": user_told_by_kubectl(&told)}))
    }

    #[track_caller]
    fn agrees(&self, variables: &[&str], flags: &[&str]) -> Value {
        let ours = self.meant_by_ours(variables, flags);
        agree(&self.meant_by_kubectl(variables, flags), &ours, &[variables, flags].concat());
        ours.unwrap()
    }

    #[track_caller]
    fn both_fail(&self, variables: &[&str], flags: &[&str], words: &str) {
        let (kubectl, ours) = (self.meant_by_kubectl(variables, flags), self.meant_by_ours(variables, flags));
        fail(&kubectl, &ours, &[variables, flags].concat(), words);
    }

    /// A kubeconfig for the pod's own cluster and ServiceAccount.
    fn kubeconfig(&self, path: &str, change: impl FnOnce(&mut Value)) {
        let (_, host, _) = self.run(&[], &["printenv", "KUBERNETES_SERVICE_HOST"]);
        let cluster =
            json!({"server": format!("https://{}", host.trim()), "certificate-authority": format!("{ACCOUNT}/ca.crt")});
        let mut config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "own",
            "contexts": [{"name": "own", "context": {"cluster": "own", "user": "own"}}],
            "clusters": [{"name": "own", "cluster": cluster}],
            "users": [{"name": "own", "user": {"tokenFile": format!("{ACCOUNT}/token")}}],
        });
        change(&mut config);
        self.write(path, &config.to_string());
    }
}

/// The tests' kubectl, as a file that can be copied.
fn kubectl() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join(&node().kubectl));
    places.find(|place| place.exists()).unwrap().canonicalize().unwrap()
}

#[test]
fn the_pods_own_account_and_namespace_where_nothing_else_names_a_server() {
    let inside = Inside::new();
    let name = inside.namespace.name();
    let meant = inside.agrees(&[], &[]);
    assert_eq!(meant["namespace"], json!(name));
    assert_eq!(meant["user"]["name"], json!(format!("system:serviceaccount:{name}:reader")));
    assert_eq!(inside.agrees(&[], &["-n", "other"])["namespace"], json!("other"));
    assert_eq!(inside.agrees(&["POD_NAMESPACE=other"], &[])["namespace"], json!("other"));
    // In an image that has no certificates to trust.
    inside.agrees(&[], &["--insecure-skip-tls-verify"]);
    let (_, _, log) = inside.ours(&[], &["version", "-v=4"]);
    assert_eq!(log, "Using in-cluster configuration\n");
    let token = inside.namespace.kubectl(&["create", "token", "default"]);
    let other = inside.agrees(&[], &["--token", token.trim()]);
    assert_eq!(other["user"]["name"], json!(format!("system:serviceaccount:{name}:default")));

    inside.both_fail(&[], &["--token", "x"], "You must be logged in to the server");
    inside.both_fail(&[], &["--context", "moon"], "context \"moon\" does not exist");
    inside.both_fail(&[], &["--cluster", "moon"], "cluster \"moon\" does not exist");
    inside.both_fail(&[], &["--user", "moon"], "auth info \"moon\" does not exist");
    inside.both_fail(&[], &["--kubeconfig", "/nowhere"], "error loading config file \"/nowhere\"");
    inside.both_fail(&[], &["--certificate-authority", "/nowhere"], "unable to read certificate-authority /nowhere");
    // The pod's token is for nobody else.
    inside.both_fail(&[], &["--server", "https://127.0.0.1:1"], "no user is named to log in as");
    inside.both_fail(&["KUBERNETES_SERVICE_PORT="], &[], "is its token mounted");
}

#[test]
fn kubeconfigs_in_a_pod() {
    let inside = Inside::new();
    let name = inside.namespace.name().to_owned();
    inside.write("/tmp/empty", "");
    inside.kubeconfig("/tmp/full", |_| ());
    inside.kubeconfig("/tmp/elsewhere", |config| config["contexts"][0]["context"]["namespace"] = json!("lessons"));
    inside.kubeconfig("/tmp/unchosen", |config| config["current-context"] = json!(""));
    inside.kubeconfig("/tmp/adrift", |config| config["clusters"] = json!([]));
    inside.kubeconfig("/tmp/users", |config| {
        *config = json!({"apiVersion": "v1", "kind": "Config", "users": config["users"]});
    });
    inside.write("/tmp/half", "current-context: moon\n");
    for file in ["empty", "gone", "full", "unchosen", "adrift", "users"] {
        let meant = inside.agrees(&[&format!("KUBECONFIG=/tmp/{file}")], &[]);
        assert_eq!(meant["namespace"], json!(name), "{file}");
    }
    assert_eq!(inside.agrees(&["KUBECONFIG=/tmp/elsewhere"], &[])["namespace"], json!("lessons"));
    inside.agrees(&["POD_NAMESPACE=other", "KUBECONFIG=/tmp/elsewhere"], &[]);
    inside.agrees(&["POD_NAMESPACE=other", "KUBECONFIG=/tmp/full"], &[]);
    inside.agrees(&[], &["--kubeconfig", "/tmp/users"]);
    inside.agrees(&["KUBECONFIG=/tmp/unchosen"], &["--context", "own"]);
    inside.kubeconfig("/tmp/untrusted", |config| {
        config["clusters"][0]["cluster"].as_object_mut().unwrap().remove("certificate-authority");
    });
    let variables = ["KUBECONFIG=/tmp/untrusted", "SSL_CERT_FILE=/dev/null", "SSL_CERT_DIR=/nowhere"];
    inside.both_fail(&variables, &[], "nobody can vouch for the server: ");
    inside.both_fail(&["KUBECONFIG=/tmp/half"], &[], "context \"moon\" does not exist");
}

#[test]
fn what_is_asked_there_is_asked_of_the_pods_namespace() {
    let inside = Inside::new();
    let name = inside.namespace.name();
    let (succeeded, told, error) = inside.ours(&[], &["inspect", "inside"]);
    assert!(succeeded && told.starts_with(&format!("pod/inside   namespace {name} ")), "{told}{error}");
    let (succeeded, told, error) = inside.ours(&[], &["logs", "inside", "--follow=false"]);
    assert_eq!((succeeded, told.as_str()), (true, "[pod/inside/main] hello\n"), "{error}");
    for args in [["inspect", "-l", "a=b"], ["logs", "-l", "a=b"]] {
        let (succeeded, _, error) = inside.ours(&[], &[&args[..], &["-n", "kube-system"]].concat());
        let words = format!(
            "Error from server (Forbidden): pods is forbidden: User \"system:serviceaccount:{name}:reader\" cannot list \
             resource \"pods\" in API group \"\" in the namespace \"kube-system\"\n\
             hint: see what you may do with: kubectl auth can-i list pods -n kube-system\n"
        );
        assert!(!succeeded && error.starts_with(&words), "{error}");
    }
}
