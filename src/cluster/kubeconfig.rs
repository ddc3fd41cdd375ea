//! Which cluster, user and namespace are meant: the kubeconfig files, the flags, or the pod we run in.
//!
//! As client-go decides it: `--kubeconfig` alone, else every file of `$KUBECONFIG` that is there, merged, else
//! `~/.kube/config`, else the service account of the pod we run in. Reading credentials is left to kube.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use kube::Config;
use kube::config::{Context, KubeConfigOptions, Kubeconfig, KubeconfigError, NamedContext};

use super::Settings;
use crate::error::{Error, Result};

/// What the settings come to.
pub(super) struct Target {
    pub(super) config: Config,
    pub(super) context_name: String,
    pub(super) namespace: String,
}

/// Reads the files that count, and picks.
pub(super) async fn resolve(settings: &Settings) -> Result<Target> {
    let files = Files::find(settings.kubeconfig.as_deref(), std::env::var_os("KUBECONFIG").as_deref(), home());
    match files.read()? {
        Some(kubeconfig) => pick(kubeconfig, settings).await,
        None => in_cluster(settings).ok_or_else(|| Error::no_kubeconfig(files.paths())),
    }
}

fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

/// Where the kubeconfig is looked for.
#[derive(Debug, PartialEq, Eq)]
enum Files {
    /// The one the user named: it must be there.
    Named(PathBuf),
    /// Those that may be there.
    Usual(Vec<PathBuf>),
}

impl Files {
    fn find(flag: Option<&Path>, list: Option<&OsStr>, home: Option<PathBuf>) -> Self {
        if let Some(path) = flag.filter(|path| !path.as_os_str().is_empty()) {
            return Self::Named(path.to_owned());
        }
        let listed: Vec<PathBuf> =
            list.iter().flat_map(std::env::split_paths).filter(|path| !path.as_os_str().is_empty()).collect();
        if listed.is_empty() {
            Self::Usual(home.map(|home| home.join(".kube").join("config")).into_iter().collect())
        } else {
            Self::Usual(listed)
        }
    }

    fn paths(&self) -> &[PathBuf] {
        match self {
            Self::Named(path) => std::slice::from_ref(path),
            Self::Usual(paths) => paths,
        }
    }

    /// The files as one kubeconfig: the first to say a thing wins. `None` where they say nothing.
    fn read(&self) -> Result<Option<Kubeconfig>> {
        let mut merged = Kubeconfig::default();
        for path in self.paths() {
            if matches!(self, Self::Usual(_)) && !path.exists() {
                continue;
            }
            let file = Kubeconfig::read_from(path).map_err(|error| Error::kubeconfig_file(path, &reason(&error)))?;
            merged = merged.merge(file).map_err(|error| Error::kubeconfig_file(path, &error.to_string()))?;
        }
        let says_nothing = merged.contexts.is_empty() && merged.clusters.is_empty();
        Ok((!says_nothing).then_some(merged))
    }
}

/// Why a file could not be used, without the path, which the caller names.
fn reason(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::ReadConfig(source, _) => source.to_string(),
        KubeconfigError::Parse(source) => source.to_string(),
        other => other.to_string(),
    }
}

async fn pick(mut kubeconfig: Kubeconfig, settings: &Settings) -> Result<Target> {
    let context_name = context_name(&mut kubeconfig, settings)?;
    let context = kubeconfig.contexts.iter().find(|named| named.name == context_name);
    let Some(context) = context.and_then(|named| named.context.clone()) else {
        let names: Vec<&str> = kubeconfig.contexts.iter().map(|named| named.name.as_str()).collect();
        return Err(Error::no_context(&context_name, &names));
    };
    let cluster = settings.cluster.as_ref().unwrap_or(&context.cluster);
    let Some(entry) = kubeconfig.clusters.iter().find(|named| named.name == *cluster) else {
        return Err(Error::no_cluster(cluster));
    };
    if let Some(proxy) =
        entry.cluster.as_ref().and_then(|entry| entry.proxy_url.as_deref()).filter(|url| !url.is_empty())
    {
        return Err(Error::proxy_unsupported(proxy));
    }
    if let Some(user) = &settings.user
        && !kubeconfig.auth_infos.iter().any(|named| named.name == *user)
    {
        return Err(Error::no_user(user));
    }
    let namespace = namespace(settings, context.namespace.as_deref());
    let options = KubeConfigOptions {
        context: Some(context_name.clone()),
        cluster: settings.cluster.clone(),
        user: settings.user.clone(),
    };
    let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
    let config = config.map_err(|error| super::failure::of_kubeconfig(&error))?;
    Ok(Target { config, context_name, namespace })
}

/// The context that is meant. A cluster named by flag needs none: it gets an empty one, as in kubectl.
fn context_name(kubeconfig: &mut Kubeconfig, settings: &Settings) -> Result<String> {
    let named = settings.context.clone().or_else(|| kubeconfig.current_context.clone());
    match (named.filter(|name| !name.is_empty()), &settings.cluster) {
        (Some(name), _) => Ok(name),
        (None, Some(cluster)) => {
            let context = Context { cluster: cluster.clone(), ..Context::default() };
            kubeconfig.contexts.retain(|named| !named.name.is_empty());
            kubeconfig.contexts.push(NamedContext { context: Some(context), ..NamedContext::default() });
            Ok(String::new())
        }
        (None, None) => Err(Error::no_current_context()),
    }
}

fn namespace(settings: &Settings, context: Option<&str>) -> String {
    let named = [settings.namespace.as_deref(), context].into_iter().flatten().find(|name| !name.is_empty());
    named.unwrap_or("default").to_owned()
}

/// The pod we run in, where there is one and it may talk to its cluster.
fn in_cluster(settings: &Settings) -> Option<Target> {
    let config = Config::incluster().ok()?;
    let namespace = namespace(settings, Some(&config.default_namespace));
    Some(Target { config, context_name: "in-cluster".to_owned(), namespace })
}

#[cfg(test)]
mod tests {
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
        assert_eq!(error.hints()[0], "the kubeconfig has: school, home, adrift");

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
}
