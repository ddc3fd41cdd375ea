//! Through a proxy to the real server, beside kubectl: both get there, or neither does, and ours says what to do.

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::support::{Ended, Gate, LISTENS, Namespace, Program, gate_leads_to, kubeconfig, node, pod, run, sidecar};

/// A name in the server's certificate, which nobody but a proxy can look up.
const NAME: &str = "kubernetes.default.svc";

/// The tests' kubeconfig, with another server and a proxy.
fn through(host: Option<&str>, proxy: Option<&str>) -> NamedTempFile {
    let port = gate_leads_to().rsplit_once(':').unwrap().1.to_owned();
    kubeconfig(|config: &mut Value| {
        let cluster = &mut config["clusters"][0]["cluster"];
        if let Some(host) = host {
            let port = if host.ends_with(".example") { "6443" } else { &port };
            cluster["server"] = json!(format!("https://{host}:{port}"));
        }
        if let Some(proxy) = proxy {
            cluster["proxy-url"] = json!(proxy);
        }
    })
}

/// Ours, and kubectl, where each has that kubeconfig and environment, and asks whether it is let in.
fn both(config: &NamedTempFile, environment: &[(&str, &str)]) -> (Ended, std::process::Output) {
    let prepare = |command: &mut Command| {
        for name in ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"] {
            command.env_remove(name);
        }
        command.env("KUBECONFIG", config.path()).envs(environment.iter().copied());
    };
    let mut ours = sidecar(&["inspect", "--selector", "none=such", "--namespace", "kube-system"]);
    prepare(&mut ours);
    let mut kubectl = node().kubectl_command(&["get", "--raw", "/version"]);
    prepare(&mut kubectl);
    (run(ours), kubectl.stdin(Stdio::null()).output().unwrap())
}

/// Both get there, through the proxy, which was asked for that.
#[track_caller]
fn both_get_there(gate: &Gate, config: &NamedTempFile, environment: &[(&str, &str)], host: &str) {
    let (ours, kubectl) = both(config, environment);
    assert!(kubectl.status.success(), "{}", String::from_utf8_lossy(&kubectl.stderr));
    assert!(ours.stderr().contains("o pods") || ours.code() == Some(0), "{}", ours.stderr());
    assert!(!ours.stderr().contains("Unable to connect"), "{}", ours.stderr());
    let asked = gate.let_through();
    let port = gate_leads_to().rsplit_once(':').unwrap().1.to_owned();
    let expected = format!("{host}:{port}");
    assert!(asked.iter().all(|asked| *asked == expected), "{expected} is meant, the proxy was asked for {asked:?}");
    assert!(asked.len() >= 2, "both were to ask the proxy, which was asked {} times", asked.len());
}

/// Neither gets there; what ours says, less what differs each time.
#[track_caller]
fn neither_gets_there(gate: &Gate, config: &NamedTempFile, environment: &[(&str, &str)]) -> String {
    let (ours, kubectl) = both(config, environment);
    assert!(!kubectl.status.success(), "kubectl got there");
    assert_eq!(ours.code(), Some(1), "ours was not to get there: {}", ours.stderr());
    let (ours, kubectl) = (ours.stderr(), String::from_utf8_lossy(&kubectl.stderr).into_owned());
    for password in ["wrong", "ss%40", "ss@word"] {
        assert!(!ours.contains(password), "a password is shown: {ours}");
    }
    assert_eq!(gate.let_through(), [""; 0], "what the proxy was asked for");
    format!("{ours}--- kubectl\n{kubectl}").replace(gate.address(), "PROXY").replace(&gate_leads_to(), "SERVER")
}

#[test]
fn that_the_kubeconfig_names() {
    for gate in [Gate::http(), Gate::socks()] {
        // Which no NO_PROXY passes by, not even on loopback.
        let config = through(None, Some(&gate.url()));
        let host = gate_leads_to().rsplit_once(':').unwrap().0.to_owned();
        both_get_there(&gate, &config, &[("NO_PROXY", "*"), ("HTTPS_PROXY", "http://127.0.0.1:1")], &host);
    }
}

#[test]
fn that_the_environment_names() {
    for (gate, (name, scheme, written)) in [
        (Gate::http(), ("HTTPS_PROXY", "http:", "HTTP:")),
        (Gate::socks(), ("https_proxy", "socks5:", "socks5:")),
        (Gate::socks(), ("https_proxy", "socks5:", "socks5h:")),
    ] {
        let (config, url) = (through(Some(NAME), None), gate.url().replace(scheme, written));
        both_get_there(&gate, &config, &[(name, &url), ("NO_PROXY", "example.com")], NAME);
    }
    // Upper case goes first.
    let (gate, config) = (Gate::http(), through(Some(NAME), None));
    let both =
        [("https_proxy", "http://127.0.0.1:1"), ("HTTPS_PROXY", &gate.url()), ("no_proxy", "*"), ("NO_PROXY", "x")];
    both_get_there(&gate, &config, &both, NAME);
}

#[test]
fn that_no_proxy_passes_by() {
    let gate = Gate::http();
    let config = through(Some(NAME), None);
    for name in ["NO_PROXY", "no_proxy"] {
        let told = neither_gets_there(&gate, &config, &[("HTTPS_PROXY", &gate.url()), (name, "10.0.0.0/8, .svc")]);
        assert!(
            told.starts_with(&format!("Unable to connect to the server: dial tcp: lookup {NAME}")),
            "{name}: {told}"
        );
    }
}

#[test]
fn that_says_no() {
    let (http, socks) = (Gate::http(), Gate::socks());
    for (gate, host, user_info, words, hint) in [
        (&http, None, "me:wrong", "Proxy Authentication Required", "it wants a user and a password"),
        (
            &http,
            Some("forbidden.example"),
            "me:x",
            "Forbidden",
            "it answered 403 when asked for forbidden.example:6443",
        ),
        (&http, Some("broken.example"), "me:x", "Bad Gateway", "it answered 502 when asked for broken.example:6443"),
        (
            &socks,
            None,
            "me:wrong",
            "socks connect tcp PROXY->SERVER: username/password authentication failed",
            "it wants a user and a password",
        ),
    ] {
        let config = through(host, Some(&gate.url_of(user_info)));
        let told = neither_gets_there(gate, &config, &[]);
        let (ours, kubectl) = told.split_once("--- kubectl\n").unwrap();
        assert!(ours.starts_with(&format!("Unable to connect to the server: {words}\n")), "{told}");
        assert!(ours.contains(hint), "{told}");
        let scheme = &gate.url()[..4];
        assert!(ours.contains(&format!("the proxy {scheme}")), "{told}");
        assert!(ours.contains("://PROXY, which the kubeconfig's proxy-url names"), "{told}");
        assert!(kubectl.contains(words), "{told}");
    }
}

#[test]
fn that_is_not_there() {
    // Nobody listens at the port of tcpmux.
    let gate = Gate::http();
    let told = neither_gets_there(&gate, &through(None, Some("http://me:wrong@127.0.0.1:1")), &[]);
    let words = "Unable to connect to the server: proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused";
    assert!(told.starts_with(words), "{told}");
    let told = neither_gets_there(&gate, &through(None, Some("http://me:wrong@no.such.invalid:1")), &[]);
    assert!(told.starts_with("Unable to connect to the server: proxyconnect tcp: dial tcp"), "{told}");
}

#[test]
fn that_is_none() {
    let gate = Gate::http();
    for (url, words) in [
        ("ftp://me:wrong@127.0.0.1:1", "unsupported scheme \"ftp\", must be http, https, or socks5"),
        ("socks5h://me:wrong@127.0.0.1:1", "unsupported scheme \"socks5h\", must be http, https, or socks5"),
        ("http://me:wrong@127.0.0.1:none", "could not parse its port"),
        ("http://me:wrong@127.0.0.1:99999", "could not parse its port"),
        ("http://[::1", "could not parse it"),
        ("127.0.0.1:3128", "unsupported scheme"),
    ] {
        let told = neither_gets_there(&gate, &through(None, Some(url)), &[]);
        let ours = told.split_once("--- kubectl\n").unwrap().0;
        assert!(ours.starts_with("error: invalid 'proxy-url' \"") && ours.contains(words), "{told}");
        assert!(ours.contains("\nhint: the kubeconfig's proxy-url names it: write it as http://HOST:PORT"), "{told}");
    }
    for (url, words) in [
        ("http://me:wrong@[::1", "\"http://[::1\": could not parse it"),
        ("http://me:wrong@127.0.0.1:99999", "\"http://127.0.0.1:99999\": could not parse its port"),
    ] {
        let told = neither_gets_there(&gate, &through(Some(NAME), None), &[("HTTPS_PROXY", url)]);
        assert!(
            told.starts_with(&format!("error: invalid $HTTPS_PROXY {words}\nhint: $HTTPS_PROXY names it")),
            "{told}"
        );
    }
}

#[test]
fn logs_and_commands_go_through_it() {
    let namespace = Namespace::new();
    namespace.create(&pod("webserver", &[("main", &format!("echo hello; {LISTENS}; echo bye"))]));
    namespace.wait(&["--for=condition=Ready", "pod/webserver"]);
    let gates = [Gate::http(), Gate::socks()];
    let started: Vec<_> = gates
        .iter()
        .map(|gate| {
            let config = through(Some(NAME), Some(&gate.url()));
            let command = |args: &[&str]| {
                let mut command = sidecar(&[&["--namespace", namespace.name()], args].concat());
                command.env("KUBECONFIG", config.path());
                command
            };
            let ran = run(command(&["exec", "webserver", "--", "echo", "from inside"]));
            assert!(ran.stdout().contains("from inside") && ran.code() == Some(0), "{}", ran.stderr());
            let logs = Program::start(command(&["logs", "webserver", "-v=6"]));
            logs.wait_for("hello\n");
            (config, logs)
        })
        .collect();
    namespace.end("webserver", "main");
    for ((_, logs), gate) in started.into_iter().zip(&gates) {
        let ended = logs.finish();
        assert!(ended.stdout().ends_with("bye\n") && ended.code() == Some(0), "{}", ended.stderr());
        // Streams are told of, too.
        let of_log = format!("/namespaces/{}/pods/webserver/log?", namespace.name());
        let is_told = |line: &str| line.contains(&of_log) && line.contains(" 200 OK in ");
        assert!(ended.stderr().lines().any(is_told), "{}", ended.stderr());
        let asked = gate.let_through();
        assert!(asked.len() >= 4, "two commands make at least four connections, and the proxy was asked for {asked:?}");
    }
}
