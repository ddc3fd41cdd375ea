//! The pod we run in, and its ServiceAccount: what the kubelet puts there.
//!
//! As `inClusterClientConfig` in client-go's `tools/clientcmd/client_config.go`, and `InClusterConfig` in its `rest/config.go`.

use std::fs;
use std::path::{Path, PathBuf};

use kube::config::{AuthInfo, Cluster};

const FOLDER: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Whether we run in a pod, be it one that may not talk to its cluster.
pub(super) fn is_around() -> bool {
    std::env::var_os("KUBERNETES_SERVICE_HOST").is_some()
}

/// A pod that may talk to its cluster.
pub(super) struct Pod {
    server: String,
    folder: PathBuf,
    /// Its namespace, or the one that it is told to work in.
    pub(super) namespace: Option<String>,
}

impl Pod {
    /// The one we run in, where there is one.
    pub(super) fn here() -> Option<Self> {
        Self::find(|name| std::env::var(name).ok(), Path::new(FOLDER))
    }

    fn find(variable: impl Fn(&str) -> Option<String>, folder: &Path) -> Option<Self> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let (host, port) = (set("KUBERNETES_SERVICE_HOST")?, set("KUBERNETES_SERVICE_PORT")?);
        fs::metadata(folder.join("token")).ok().filter(|token| !token.is_dir())?;
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let of_token = || Some(fs::read_to_string(folder.join("namespace")).ok()?.trim().to_owned());
        let namespace = set("POD_NAMESPACE").or_else(of_token).filter(|name| !name.is_empty());
        Some(Self { server: format!("https://{host}:{port}"), folder: folder.to_owned(), namespace })
    }

    /// Its cluster. Without certificates of its own it is trusted as any server is.
    pub(super) fn cluster(&self) -> Cluster {
        let authority = self.folder.join("ca.crt");
        let certificate_authority = authority.exists().then(|| authority.to_string_lossy().into_owned());
        Cluster { server: Some(self.server.clone()), certificate_authority, ..Cluster::default() }
    }

    /// Its ServiceAccount, whose token the kubelet keeps fresh.
    pub(super) fn user(&self) -> AuthInfo {
        let token = self.folder.join("token").to_string_lossy().into_owned();
        AuthInfo { token_file: Some(token), ..AuthInfo::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(folder: &Path, variables: &[(&str, &str)]) -> Option<Pod> {
        let set = |name: &str| variables.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned());
        Pod::find(set, folder)
    }

    #[test]
    fn a_pod_is_known_by_its_variables_and_its_token() {
        let folder = tempfile::tempdir().unwrap();
        let variables = [("KUBERNETES_SERVICE_HOST", "fd00::1"), ("KUBERNETES_SERVICE_PORT", "443")];
        assert!(found(folder.path(), &variables).is_none());
        fs::write(folder.path().join("token"), "t").unwrap();
        assert!(found(folder.path(), &variables[..1]).is_none());
        let pod = found(folder.path(), &variables).unwrap();
        assert_eq!((pod.cluster().server.as_deref(), pod.namespace), (Some("https://[fd00::1]:443"), None));
    }

    #[test]
    fn its_namespace_is_that_of_its_token_unless_it_is_told_another() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("token", "t"), ("namespace", "own\n"), ("ca.crt", "c")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let mut variables = vec![("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("KUBERNETES_SERVICE_PORT", "443")];
        let pod = found(folder.path(), &variables).unwrap();
        assert_eq!(pod.namespace.as_deref(), Some("own"));
        assert!(pod.cluster().certificate_authority.unwrap().ends_with("ca.crt"));
        variables.push(("POD_NAMESPACE", "told"));
        assert_eq!(found(folder.path(), &variables).unwrap().namespace.as_deref(), Some("told"));
    }
}
