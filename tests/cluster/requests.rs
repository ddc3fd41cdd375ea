//! What is told of requests, beside kubectl: the server's warnings, and what `-v` asks for; and how long they may take.

use crate::support::{Asked, Fault, LISTENS, Namespace, Program, Proxy, node, pod, run, sidecar};

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
    assert!(!requests.contains("Headers"), "-v=6 tells of headers: {requests}");
    let less = told("-v=5");
    assert!(!less.contains("GET "), "-v=5 tells of requests: {less}");

    for level in ["-v=7", "-v=8", "-v=9", "-v=10"] {
        let headers = told(level);
        assert!(!headers.contains(&token), "{level} shows the token: {headers}");
        let authorization = "    Authorization: Bearer <masked>";
        assert!(headers.lines().any(|told| told == authorization), "{authorization} in {headers}");
        for line in ["Response Headers:", "    Content-Type: application/json"] {
            let is_told = headers.lines().any(|told| told == line);
            assert_eq!(is_told, level != "-v=7", "{level}: {line} in {headers}");
        }
    }
}

#[test]
fn a_request_takes_no_longer_than_its_flag_says() {
    let silent = Proxy::start();
    silent.on(Asked::Pods, 1.., Fault::Silence);
    // As kubectl says it, which has other words at other times.
    let words =
        "Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)";
    for timeout in ["1s", "1"] {
        let mut command = sidecar(&["inspect", "-l", "none=such", "--request-timeout", timeout]);
        command.env("KUBECONFIG", silent.kubeconfig().path());
        let ended = Program::start(command).finish_or_interrupt(|output| output.stderr().contains("waiting for"));
        let said = ended.stderr();
        assert_eq!((said.lines().next(), ended.code()), (Some(words), Some(1)), "{timeout}: {said}");
        assert!(said.contains("--request-timeout"), "it is not said which flag does that: {said}");
    }
    let endless = run(sidecar(&["inspect", "-l", "none=such", "--request-timeout=0"]));
    assert!(endless.stderr().starts_with("No resources found"), "0 is no limit: {}", endless.stderr());
}

/// kubectl ends a log then, but no command.
#[test]
fn a_stream_lasts_longer_than_a_request_may() {
    let (namespace, proxy) = (Namespace::new(), Proxy::start());
    namespace.create(&pod("webserver", &[("main", &format!("echo hello; {LISTENS}; echo bye"))]));
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "webserver", "--request-timeout=3s"]));
    logs.wait_for("hello\n");
    // As long as two requests may take.
    let mut exec = namespace.sidecar(&["exec", "webserver", "--request-timeout=3s"]);
    exec.args(["--", "sh", "-c", "sleep 6; echo slept"]);
    let ran = run(exec);
    assert!(ran.stdout().contains("slept") && ran.code() == Some(0), "{}", ran.stderr());
    assert_eq!(proxy.count(&Asked::log("main")), 1, "how often the log was asked for meanwhile");
    namespace.end("webserver", "main");
    let ended = logs.finish();
    assert!(ended.stdout().ends_with("bye\n") && ended.code() == Some(0), "{}", ended.stderr());
}
