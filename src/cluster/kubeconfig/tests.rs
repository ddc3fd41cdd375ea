//! Which files are read, and what is picked from them.

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

async fn pick_with(settings: Settings) -> Result<Target> {
    pick(Kubeconfig::from_yaml(CONFIG).unwrap(), &settings).await
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
    assert_eq!(error.to_string(), "error: no server found for cluster \"moon\"");

    let error = refusal(Settings { context: Some("adrift".into()), ..Settings::default() }).await;
    assert_eq!(error.to_string(), "error: no server found for cluster \"gone\"");

    let error = refusal(Settings { user: Some("pupil".into()), ..Settings::default() }).await;
    assert_eq!(error.to_string(), "error: auth info \"pupil\" does not exist");
}

#[tokio::test]
async fn without_a_current_context_one_must_be_named_or_a_cluster() {
    let text = CONFIG.replace("current-context: school\n", "");
    let kubeconfig = || Kubeconfig::from_yaml(&text).unwrap();
    let error = pick(kubeconfig(), &Settings::default()).await.err().unwrap();
    assert_eq!(error.to_string(), "error: current-context is not set");
    let settings = Settings { cluster: Some("other".into()), ..Settings::default() };
    let target = pick(kubeconfig(), &settings).await.unwrap();
    assert_eq!(target.config.cluster_url, "https://10.0.0.1:6443");
}

#[tokio::test]
async fn a_missing_certificate_file_is_named() {
    let error = refusal(Settings { cluster: Some("torn".into()), ..Settings::default() }).await;
    assert!(error.to_string().starts_with("error: unable to read certificate-authority ca.crt: "), "{error}");
}

#[tokio::test]
async fn a_proxy_is_refused_and_not_passed_by() {
    let error = refusal(Settings { cluster: Some("far".into()), ..Settings::default() }).await;
    assert!(error.to_string().contains("proxy-url http://proxy:3128"), "{error}");
}

#[test]
fn the_flag_stands_alone_and_the_list_before_the_home_folder() {
    let list = std::env::join_paths(["/a", "", "/b"]).unwrap();
    let home = || Some(PathBuf::from("/home/me"));
    let usual = |paths: &[&str]| Files::Usual(paths.iter().map(PathBuf::from).collect());
    assert_eq!(Files::find(Some(Path::new("/f")), Some(&list), home()), Files::Named("/f".into()));
    assert_eq!(Files::find(None, Some(&list), home()), usual(&["/a", "/b"]));
    assert_eq!(Files::find(None, Some(OsStr::new("")), home()), usual(&["/home/me/.kube/config"]));
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
    let first = write("first", "current-context: home\n");
    let second = write("second", CONFIG);
    let files = Files::Usual(vec![folder.path().join("missing"), first, second]);
    let merged = files.read().unwrap().unwrap();
    assert_eq!(merged.current_context.as_deref(), Some("home"));
    assert_eq!(merged.contexts.len(), 3);
}

#[test]
fn files_that_say_nothing_are_no_kubeconfig() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::write(&empty, "").unwrap();
    assert!(Files::Usual(vec![empty, folder.path().join("missing")]).read().unwrap().is_none());
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    let error = Files::Named(missing.clone()).read().unwrap_err();
    let expected = format!("error: error loading config file \"{}\": ", missing.display());
    assert!(error.to_string().starts_with(&expected), "{error}");

    let broken = folder.path().join("broken");
    for bytes in [b"a: [".as_slice(), b"hello", b"\xff\x00\x01", b"contexts: 5"] {
        fs::write(&broken, bytes).unwrap();
        let error = Files::Usual(vec![broken.clone()]).read().unwrap_err();
        assert_eq!(error.kind(), Kind::Usage);
        assert!(error.to_string().contains("broken"), "{error}");
    }
}

#[test]
fn no_kubeconfig_says_what_to_do_in_words_that_are_searched_for() {
    let error = Error::no_kubeconfig(&["/home/me/.kube/config".into()]);
    assert!(error.to_string().contains("localhost:8080 was refused"), "{error}");
    assert!(error.to_string().contains("/home/me/.kube/config"), "{error}");
}
