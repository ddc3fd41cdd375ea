//! What is told of requests, beside kubectl: the server's warnings, and what `-v` asks for.

use crate::support::{Namespace, node, run};

/// Both say it in the same words.
#[test]
fn the_servers_warnings_are_shown_as_kubectl_shows_them() {
    let namespace = Namespace::new();
    let old = "seccomp.security.alpha.kubernetes.io/pod=runtime/default";
    let create = |how: &[&str]| {
        let pod = ["create", "webserver", "--image", "busybox", "--annotation", old];
        run(namespace.sidecar(&[&pod, how].concat()))
    };
    let manifest = create(&["--dry-run=client", "-o", "yaml"]).stdout();
    let kubectl = node().try_kubectl(&["-n", namespace.name(), "create", "--dry-run=server", "-f", "-"], &manifest);
    let kubectl = String::from_utf8_lossy(&kubectl.stderr).into_owned();
    let warnings: Vec<&str> = kubectl.lines().filter(|line| line.starts_with("Warning: ")).collect();
    assert!(!warnings.is_empty(), "{kubectl}");
    let ours = create(&["--dry-run=server", "-o", "name"]).stderr();
    for warning in warnings {
        assert_eq!(ours.lines().filter(|line| *line == warning).count(), 1, "{warning} in {ours}");
    }
}

/// The same request, as both tell of it; and never a token.
#[test]
fn requests_are_told_as_kubectl_tells_them_and_tokens_are_not() {
    let namespace = Namespace::new();
    let account = namespace.kubeconfig_of("reader", &["--verb=get,list", "--resource=pods"]);
    let token = namespace.kubectl(&["--kubeconfig", &account.path().to_string_lossy(), "config", "view", "--raw"]);
    let token = token.lines().find_map(|line| line.trim().strip_prefix("token: ")).unwrap().to_owned();
    let told = |level: &str| {
        let mut command = namespace.sidecar(&["inspect", "-l", "none=such", level]);
        command.env("KUBECONFIG", account.path());
        run(command).stderr()
    };
    let kubectl = ["get", "pods", "-l", "none=such", "-v=6", "-n", namespace.name()];
    let kubectl = node().kubectl_command(&kubectl).env("KUBECONFIG", account.path()).output().unwrap();
    let kubectl = String::from_utf8_lossy(&kubectl.stderr).into_owned();
    let url = kubectl.split('"').find(|word| word.contains("/pods?")).unwrap();

    let requests = told("-v=6");
    let is_told = |line: &str| line.starts_with(&format!("GET {url} 200 OK in ")) && line.ends_with(" milliseconds");
    assert!(requests.lines().any(is_told), "{url} in {requests}");
    assert!(!requests.contains("Headers") && !told("-v=5").contains("GET "), "{requests}");

    let headers = told("-v=9");
    for line in ["    Authorization: Bearer <masked>", "Response Headers:", "    Content-Type: application/json"] {
        assert!(headers.lines().any(|told| told == line), "{line} in {headers}");
    }
    assert!(!headers.contains(&token), "{headers}");
}
