//! Which cluster to talk to, as whom and how: what was said of it on the command line.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// Which cluster to talk to, as whom, and how; what is `None` comes from the kubeconfig.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The kubeconfig file; `None`: `$KUBECONFIG`, else `~/.kube/config`; where those name no server, the pod we run in.
    pub kubeconfig: Option<PathBuf>,
    /// The context; `None`: the current one.
    pub context: Option<String>,
    /// The cluster; `None`: the context's.
    pub cluster: Option<String>,
    /// The user; `None`: the context's.
    pub user: Option<String>,
    /// The namespace; `None`: the context's, else that of the pod we run in, else `default`.
    pub namespace: Option<String>,
    /// The server's address; `None`: the cluster's.
    pub server: Option<String>,
    /// How the server shows who it is.
    pub trust: Trust,
    /// How we show who we are.
    pub identity: Identity,
    /// As whom to act.
    pub impersonation: Impersonation,
    /// Do not ask for answers to be compressed.
    pub disable_compression: bool,
    /// Timeout of a request that is not a stream. `None`: no limit.
    pub request_timeout: Option<Duration>,
    /// How much is told: from 6 on of each kubeconfig file that is read, and of each request with its status and time; from 8 on
    /// with headers.
    pub verbosity: u8,
}

/// How the server shows who it is; what is `None` comes from the kubeconfig.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// A file with the certificates of who may vouch for it.
    pub certificate_authority: Option<PathBuf>,
    /// Do not look at its certificate.
    pub insecure_skip_tls_verify: Option<bool>,
    /// The name its certificate must have; `None`: that of its address.
    pub tls_server_name: Option<String>,
}

/// How we show who we are; what is `None` comes from the kubeconfig.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    /// A token.
    pub token: Option<SecretString>,
    /// A file with a certificate.
    pub client_certificate: Option<PathBuf>,
    /// A file with its key.
    pub client_key: Option<PathBuf>,
}

/// As whom to act; what is `None` or empty comes from the kubeconfig.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Impersonation {
    /// The user's name.
    pub user: Option<String>,
    /// The user's groups.
    pub groups: Vec<String>,
    /// The user's UID.
    pub uid: Option<String>,
    /// What else is known of the user: keys, each with a value; one key may come again.
    pub extra: Vec<(String, String)>,
}
