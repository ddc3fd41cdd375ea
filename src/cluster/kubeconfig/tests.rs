//! Which files are read, and what is picked from them.

use std::ffi::OsStr;
use std::fs;

use super::*;
use crate::error::Kind;

const CONFIG: &str = "\
apiVersion: v1
kind: Config
current-context: school
contexts:
- {name: school, context: {cluster: kind, user: teacher, namespace: lessons}}
- {name: home, context: {cluster: kind, user: teacher}}
- {name: adrift, context: {cluster: gone, user: teacher}}
clusters:
- {name: kind, cluster: {server: \"https://127.0.0.1:6443\"}}
- {name: other, cluster: {server: \"https://10.0.0.1:6443\"}}
- {name: far, cluster: {server: \"https://10.0.0.1:6443\", proxy-url: \"http://proxy:3128\"}}
- {name: torn, cluster: {server: \"https://127.0.0.1:6443\", certificate-authority: ca.crt}}
users:
- {name: teacher, user: {token: secret}}
";

async fn resolved(text: &str, settings: &Settings) -> Result<Target> {
    target(pick(Kubeconfig::from_yaml(text).unwrap(), settings)?, settings).await
}

async fn pick_with(settings: Settings) -> Result<Target> {
    resolved(CONFIG, &settings).await
}

async fn refusal(settings: Settings) -> Error {
    pick_with(settings).await.err().unwrap()
}

#[tokio::test]
async fn the_current_context_says_which_cluster_and_namespace() {
    let target = pick_with(Settings::default()).await.unwrap();
    assert_eq!((target.context_name.as_str(), target.namespace.as_str()), ("school", "lessons"));
    assert_eq!(target.config.cluster_url, "https://127.0.0.1:6443");
}

#[tokio::test]
async fn flags_win_over_the_context() {
    let settings = Settings {
        namespace: Some("break".into()),
        cluster: Some("other".into()),
        context: Some("home".into()),
        ..Settings::default()
    };
    let target = pick_with(settings).await.unwrap();
    assert_eq!((target.context_name.as_str(), target.namespace.as_str()), ("home", "break"));
    assert_eq!(target.config.cluster_url, "https://10.0.0.1:6443");
}

#[tokio::test]
async fn without_a_namespace_it_is_default() {
    let target = pick_with(Settings { context: Some("home".into()), ..Settings::default() }).await.unwrap();
    assert_eq!(target.namespace, "default");
}

#[tokio::test]
async fn what_the_kubeconfig_does_not_have_is_named() {
    let error = refusal(Settings { context: Some("hoem".into()), ..Settings::default() }).await;
    assert_eq!(error.to_string(), "error: context \"hoem\" does not exist");
    assert_eq!(error.hints()[..2], ["did you mean home?", "the kubeconfig has: school, home, adrift"]);

    let error = refusal(Settings { cluster: Some("moon".into()), ..Settings::default() }).await;
    assert_eq!(error.to_string(), "error: cluster \"moon\" does not exist");

    let error = refusal(Settings { context: Some("adrift".into()), ..Settings::default() }).await;
    assert_eq!(error.to_string(), "error: no server found for cluster \"gone\"");

    let error = refusal(Settings { user: Some("pupil".into()), ..Settings::default() }).await;
    assert_eq!(error.to_string(), "error: auth info \"pupil\" does not exist");
}

#[tokio::test]
async fn without_a_current_context_one_must_be_named_or_a_cluster() {
    let text = CONFIG.replace("current-context: school\n", "");
    let error = resolved(&text, &Settings::default()).await.err().unwrap();
    assert_eq!(error.to_string(), "error: current-context is not set");
    let user = Some("teacher".to_owned());
    let settings = Settings { cluster: Some("other".into()), user, ..Settings::default() };
    let target = resolved(&text, &settings).await.unwrap();
    assert_eq!(target.config.cluster_url, "https://10.0.0.1:6443");
}

#[tokio::test]
async fn a_missing_certificate_file_is_named() {
    let error = refusal(Settings { cluster: Some("torn".into()), ..Settings::default() }).await;
    assert!(error.to_string().starts_with("error: unable to read certificate-authority ca.crt: "), "{error}");
}

#[tokio::test]
async fn a_proxy_is_handed_on_as_it_is_written() {
    let target = pick_with(far()).await.unwrap();
    assert_eq!(target.proxy_url.as_deref(), Some("http://proxy:3128"));
    assert_eq!(pick_with(Settings::default()).await.unwrap().proxy_url, None);
}

fn far() -> Settings {
    Settings { cluster: Some("far".into()), ..Settings::default() }
}

#[tokio::test]
async fn who_stands_in_an_address_is_taken_out_of_it_and_is_meant_where_nobody_else_is() {
    let config = CONFIG.replace("https://127.0.0.1:6443", "https://me:p%40w@10.0.0.1/a@b");
    assert_ne!(config, CONFIG);
    let target = resolved(&config, &Settings::default()).await.unwrap();
    assert_eq!(target.config.cluster_url, "https://10.0.0.1/a@b");
    let alone = Settings { server: Some("https://me:pw@10.0.0.1".into()), ..Settings::default() };
    let target = resolved("", &alone).await.unwrap();
    assert_eq!(target.config.cluster_url, "https://10.0.0.1");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    fs::write(&file, config).unwrap();
    let names = names(Some(&file)).unwrap();
    assert!(names.clusters.iter().any(|(_, server)| server.contains("10.0.0.1")), "{names:?}");
    assert!(!format!("{names:?}").contains("p%40w"), "{names:?}");
}

#[tokio::test]
async fn a_server_by_flag_needs_nothing_else_and_is_http_without_a_scheme() {
    let at = async |server: &str| resolved("", &Settings { server: Some(server.into()), ..Settings::default() }).await;
    assert_eq!(at("localhost:8080").await.unwrap().config.cluster_url, "http://localhost:8080");
    assert_eq!(at("http://[::1]:8001/a/b").await.unwrap().config.cluster_url, "http://[::1]:8001/a/b");
    let error = at("localhost/a").await.err().unwrap();
    assert!(error.to_string().contains("host must be a URL or a host:port pair"), "{error}");
    let error = at("https://localhost").await.err().unwrap();
    assert_eq!(error.to_string(), "error: no user is named to log in as");
}

#[tokio::test]
async fn another_server_has_another_name() {
    let text = CONFIG.replace("https://127.0.0.1:6443\"", "https://127.0.0.1:6443\", tls-server-name: kind");
    let name = async |change: fn(&mut Settings)| {
        let mut settings = Settings::default();
        change(&mut settings);
        resolved(&text, &settings).await.unwrap().config.tls_server_name
    };
    assert_eq!(name(|_| ()).await.as_deref(), Some("kind"));
    assert_eq!(name(|settings| settings.server = Some("https://[::1]".into())).await, None);
    assert_eq!(name(|settings| settings.trust.tls_server_name = Some("b".into())).await.as_deref(), Some("b"));
}

#[tokio::test]
async fn trust_by_flag_takes_the_place_of_trust_by_file_as_a_whole() {
    let insecure = Settings {
        cluster: Some("torn".into()),
        trust: super::super::Trust { insecure_skip_tls_verify: Some(true), ..Default::default() },
        ..Settings::default()
    };
    let target = pick_with(insecure.clone()).await.unwrap();
    assert!(target.config.accept_invalid_certs && target.config.root_cert_file.is_none());
    let mut both = insecure;
    both.trust.certificate_authority = Some("ca.crt".into());
    let error = refusal(both).await.to_string();
    assert_eq!(error, "error: specifying a root certificates file with the insecure flag is not allowed");
}

#[tokio::test]
async fn who_is_impersonated_is_said_by_the_entry_and_by_flags() {
    let entry = "{token: secret, as: a, as-uid: \"1\", as-groups: [g], as-user-extra: {k: [v], l: [w]}}";
    let text = CONFIG.replace("{token: secret}", entry);
    let user = resolved(&text, &Settings::default()).await.unwrap().config.auth_info;
    assert_eq!((user.impersonate.as_deref(), user.impersonate_uid.as_deref()), (Some("a"), Some("1")));
    let mut settings = Settings::default();
    settings.impersonation.user = Some("b".into());
    settings.impersonation.groups = vec!["h".into()];
    settings.impersonation.extra = vec![("k".into(), "x".into()), ("k".into(), "y".into())];
    let user = resolved(&text, &settings).await.unwrap().config.auth_info;
    assert_eq!((user.impersonate.as_deref(), user.impersonate_uid.as_deref()), (Some("b"), Some("1")));
    assert_eq!(user.impersonate_groups.unwrap(), ["h"]);
    let extra = user.impersonate_user_extra.unwrap();
    assert_eq!(
        (extra["k"].as_slice(), extra["l"].as_slice()),
        (["x".into(), "y".into()].as_slice(), ["w".into()].as_slice())
    );
    settings.impersonation.user = None;
    let error = refusal(settings).await.to_string();
    assert_eq!(error, "error: requesting uid, groups or user-extra for teacher without impersonating a user");
}

#[tokio::test]
async fn what_is_said_twice_or_half_is_refused_as_kubectl_refuses_it() {
    for (from, to, words) in [
        ("{token: secret}", "{token: secret, username: u}", "found [token basicAuth], only one is allowed"),
        (
            "{token: secret}",
            "{client-certificate: a, client-certificate-data: YQ==, client-key: b}",
            "both specified for teacher",
        ),
        (
            "{token: secret}",
            "{client-certificate-data: YQ==}",
            "client-key-data or client-key must be specified for teacher",
        ),
        ("{token: secret}", "{}", "user \"teacher\" has no token, certificate or program to log in with"),
        ("name: teacher, user", "name: pupil, user", "user \"teacher\" was not found for context \"school\""),
        ("6443\"}}", "6443\", certificate-authority: a, certificate-authority-data: YQ==}}", "both specified for kind"),
    ] {
        let error = resolved(&CONFIG.replace(from, to), &Settings::default()).await.err().unwrap().to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn the_flag_stands_alone_and_the_list_before_the_home_folder() {
    let list = std::env::join_paths(["/a", "", "/b"]).unwrap();
    let home = || Some(PathBuf::from("/home/me"));
    let usual = |paths: &[&str]| Files::Usual(paths.iter().map(PathBuf::from).collect());
    assert_eq!(Files::find(Some(Path::new("/f")), Some(&list), home()), Files::Named("/f".into()));
    assert_eq!(Files::find(None, Some(&list), home()), usual(&["/a", "/b"]));
    assert_eq!(Files::find(None, Some(OsStr::new("")), home()), usual(&["/home/me/.kube/config"]));
    let nothing = std::env::join_paths(["", ""]).unwrap();
    assert_eq!(Files::find(None, Some(&nothing), home()), usual(&[]));
    assert_eq!(Files::find(None, None, None), usual(&[]));
}

#[test]
fn the_first_file_to_say_a_thing_wins_and_missing_files_are_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let empty = write("empty", "current-context: \"\"\n");
    let first = write("first", "current-context: home\n");
    let second = write("second", CONFIG);
    let files = Files::Usual(vec![folder.path().join("missing"), empty, first, second]);
    let merged = files.read(|_| ()).unwrap();
    assert_eq!(merged.current_context.as_deref(), Some("home"));
    assert_eq!(merged.contexts.len(), 3);
}

#[test]
fn paths_in_a_file_are_meant_from_its_folder_and_empty_ones_say_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    let read = |path: &str, command: &str| {
        let text = format!(
            "clusters:\n- {{name: a, cluster: {{certificate-authority: \"{path}\"}}}}\nusers:\n- name: b\n  user: \
             {{client-certificate: \"{path}\", client-key: \"{path}\", tokenFile: \"{path}\", exec: {{command: \"{command}\"}}}}\n"
        );
        fs::write(&file, text).unwrap();
        let config = Files::Named(file.clone()).read(|_| ()).unwrap();
        let (cluster, user) =
            (config.clusters[0].cluster.clone().unwrap(), config.auth_infos[0].auth_info.clone().unwrap());
        let command = user.exec.and_then(|exec| exec.command);
        let paths = [cluster.certificate_authority, user.client_certificate, user.client_key, user.token_file, command];
        paths.map(Option::unwrap)
    };
    let here = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert_eq!(read("", ""), [""; 5]);
    assert_eq!(
        read("pki/a", "login"),
        [here("pki/a"), here("pki/a"), here("pki/a"), here("pki/a"), "login".to_owned()]
    );
    assert_eq!(read("/a", "bin/login")[3..], ["/a".to_owned(), here("bin/login")]);
}

#[test]
fn files_that_are_read_are_told_of_each_once() {
    let folder = tempfile::tempdir().unwrap();
    let [empty, missing] = ["empty", "missing"].map(|name| folder.path().join(name));
    fs::write(&empty, "").unwrap();
    let told = std::cell::RefCell::new(Vec::new());
    let list = std::env::join_paths([&empty, &missing, &empty]).unwrap();
    Files::find(None, Some(&list), None).read(|path| told.borrow_mut().push(path.to_owned())).unwrap();
    assert_eq!(told.into_inner(), [empty]);
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let error = Files::Named(missing.clone()).read(|_| ()).unwrap_err();
    let expected = format!("error: error loading config file \"{}\": ", missing.display());
    assert!(error.to_string().starts_with(&expected), "{error}");

    let broken = folder.path().join("broken");
    for (text, words) in [
        ("kind: Confg", "no kind \"Confg\" is registered for version \"v1\""),
        ("apiVersion: v2", "no kind \"Config\" is registered for version \"v2\""),
        ("contexts: [{name: a}, {name: b}, {name: a}]", "duplicate name \"a\" in list"),
        ("clusters: [{name: c}, {name: c}]", "duplicate name \"c\" in list"),
        ("users: [{name: u}, {name: u}]", "duplicate name \"u\" in list"),
    ] {
        fs::write(&broken, text).unwrap();
        let error = Files::Usual(vec![broken.clone()]).read(|_| ()).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    for bytes in [b"a: [".as_slice(), b"hello", b"\xff\x00\x01", b"contexts: 5"] {
        fs::write(&broken, bytes).unwrap();
        let error = Files::Usual(vec![broken.clone()]).read(|_| ()).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(error.to_string().contains("broken"), "{error}");
    }
}

#[test]
fn no_kubeconfig_says_what_to_do_in_words_that_are_searched_for() {
    let error = Error::no_kubeconfig(&["/home/me/.kube/config".into()], false);
    assert!(error.to_string().contains("localhost:8080 was refused"), "{error}");
    assert!(error.to_string().contains("/home/me/.kube/config"), "{error}");
}
