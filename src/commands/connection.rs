//! Which cluster to talk to, as whom, and in which namespaces: kubectl's flags, on every command and before it.
//!
//! Decides what the flags are called and what they come to; leaves the kubeconfig, and which wins, to `cluster`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use secrecy::SecretString;

use super::duration::parse_or_seconds;
use crate::cluster::{Cluster, Identity, Impersonation, Listener, Notice, Settings, Trust, shown_address};
use crate::error::{Error, Result};
use crate::render::shell;
use crate::ui::Ui;

/// Which cluster to talk to, as whom, and in which namespaces.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection options")]
pub struct Connection {
    /// The namespace; may be repeated for logs and inspect when pods are selected, not named
    #[arg(short, long = "namespace", value_name = "NAMESPACE", global = true)]
    namespaces: Vec<String>,
    /// The others.
    #[command(flatten)]
    access: Access,
}

/// Which cluster to talk to, and as whom.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection options")]
struct Access {
    /// The name of the kubeconfig context to use
    #[arg(long, value_name = "NAME", global = true)]
    context: Option<String>,
    /// Path to the kubeconfig file to use for CLI requests
    #[arg(long, value_name = "FILE", value_parser = file(), global = true)]
    kubeconfig: Option<PathBuf>,
    /// The name of the kubeconfig cluster to use
    #[arg(long, value_name = "NAME", global = true)]
    cluster: Option<String>,
    /// The name of the kubeconfig user to use
    #[arg(long, value_name = "NAME", global = true)]
    user: Option<String>,
    /// The address and port of the Kubernetes API server
    #[arg(short, long, value_name = "URL", global = true)]
    server: Option<String>,
    /// How long a request may take, such as 1s, 2m or 3h; 0: no limit. It never ends streams
    #[arg(long, value_name = "DURATION", value_parser = parse_or_seconds, global = true)]
    request_timeout: Option<Duration>,
    /// Bearer token for authentication to the API server
    #[arg(long, value_name = "TOKEN", global = true)]
    token: Option<SecretString>,
    /// Username to impersonate for the operation
    #[arg(long = "as", value_name = "USER", global = true)]
    as_user: Option<String>,
    /// Group to impersonate for the operation; may be repeated
    #[arg(long, value_name = "GROUP", global = true)]
    as_group: Vec<String>,
    /// UID to impersonate for the operation
    #[arg(long, value_name = "UID", global = true)]
    as_uid: Option<String>,
    /// User extras to impersonate for the operation; may be repeated, also with the same key
    #[arg(long, value_name = "KEY=VALUE", value_parser = extra, global = true)]
    as_user_extra: Vec<(String, String)>,
    /// Path to a cert file for the certificate authority
    #[arg(long, value_name = "FILE", value_parser = file(), global = true)]
    certificate_authority: Option<PathBuf>,
    /// Path to a client certificate file for TLS
    #[arg(long, value_name = "FILE", value_parser = file(), global = true)]
    client_certificate: Option<PathBuf>,
    /// Path to a client key file for TLS
    #[arg(long, value_name = "FILE", value_parser = file(), global = true)]
    client_key: Option<PathBuf>,
    /// Do not check the server's certificate: this makes the connection insecure
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", global = true)]
    insecure_skip_tls_verify: Option<bool>,
    /// Server name to use for validation of the server's certificate
    #[arg(long, value_name = "NAME", global = true)]
    tls_server_name: Option<String>,
    /// Accepted for compatibility with kubectl; answers are never compressed
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", global = true)]
    disable_compression: Option<bool>,
    /// How much to report about requests. 6: each with its status and time; 8: also headers
    #[arg(short = 'v', long = "v", value_name = "LEVEL", value_parser = level, allow_negative_numbers = true, global = true)]
    verbosity: Option<u8>,
}

/// A path, which may be empty: then the flag says nothing, as with kubectl.
fn file() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

/// Any number, as for kubectl; there is no more to tell than the highest of ours.
fn level(text: &str) -> std::result::Result<u8, &'static str> {
    let level: i32 = text.parse().map_err(|_| "write a number, such as 6: each request with its status and time")?;
    Ok(u8::try_from(level.max(0)).unwrap_or(u8::MAX))
}

fn extra(text: &str) -> std::result::Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
    pair.map(|(key, value)| (key.to_owned(), value.to_owned())).ok_or_else(|| "write it as KEY=VALUE".to_owned())
}

impl From<&Connection> for Settings {
    fn from(flags: &Connection) -> Self {
        let access = flags.access.clone();
        Self {
            kubeconfig: access.kubeconfig,
            context: access.context,
            cluster: access.cluster,
            user: access.user,
            namespace: flags.namespace().map(str::to_owned),
            server: access.server,
            trust: Trust {
                certificate_authority: access.certificate_authority,
                insecure_skip_tls_verify: access.insecure_skip_tls_verify,
                tls_server_name: access.tls_server_name,
            },
            identity: Identity {
                token: access.token,
                client_certificate: access.client_certificate,
                client_key: access.client_key,
            },
            impersonation: Impersonation {
                user: access.as_user,
                groups: access.as_group,
                uid: access.as_uid,
                extra: access.as_user_extra,
            },
            disable_compression: access.disable_compression.unwrap_or_default(),
            request_timeout: access.request_timeout.filter(|timeout| !timeout.is_zero()),
            verbosity: access.verbosity.unwrap_or_default(),
        }
    }
}

impl Connection {
    /// The first namespace that was named.
    pub(super) fn namespace(&self) -> Option<&str> {
        self.namespaces.iter().map(String::as_str).find(|name| !name.is_empty())
    }

    /// The namespaces that were named, each once.
    pub(super) fn namespaces(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for name in self.namespaces.iter().filter(|name| !name.is_empty()) {
            if !all.contains(name) {
                all.push(name.clone());
            }
        }
        all
    }

    /// Refuses several namespaces, for a command that works in one.
    ///
    /// # Errors
    /// Several were named.
    pub(crate) fn in_one_namespace(&self, command: &str) -> Result<()> {
        match self.namespaces().as_slice() {
            [first, second, ..] => Err(Error::usage(format_args!("only one -n is allowed: {first} or {second}"))
                .hint(format!("{command} works in one namespace; logs and inspect take several"))),
            _ => Ok(()),
        }
    }

    /// A cluster to talk to. What it tells of is shown at once.
    pub(super) async fn connect(&self, ui: &Ui) -> Result<Cluster> {
        Cluster::connect(&Settings::from(self), listener(ui)).await
    }

    /// These flags as kubectl takes them, ready to paste after a command: `-n demo --context kind`. Empty where
    /// none was given.
    pub(super) fn kubectl_flags(&self) -> String {
        self.kubectl_flags_in(self.namespace())
    }

    /// The same, with that namespace. A token or a password is not shown: who pastes it puts theirs in.
    pub(crate) fn kubectl_flags_in(&self, namespace: Option<&str>) -> String {
        let access = &self.access;
        let path = |path: &Option<PathBuf>| path.as_ref().map(|path| path.to_string_lossy().into_owned());
        let switch = |on: Option<bool>| on.map(|on| on.to_string());
        let one = [
            ("-n", namespace.map(str::to_owned)),
            ("--context", access.context.clone()),
            ("--kubeconfig", path(&access.kubeconfig)),
            ("--cluster", access.cluster.clone()),
            ("--user", access.user.clone()),
            ("--server", access.server.as_deref().map(shown_address)),
            ("--token", access.token.as_ref().map(|_| "TOKEN".to_owned())),
            ("--client-certificate", path(&access.client_certificate)),
            ("--client-key", path(&access.client_key)),
            ("--certificate-authority", path(&access.certificate_authority)),
            ("--insecure-skip-tls-verify", switch(access.insecure_skip_tls_verify)),
            ("--tls-server-name", access.tls_server_name.clone()),
            ("--as", access.as_user.clone()),
            ("--as-uid", access.as_uid.clone()),
            ("--disable-compression", switch(access.disable_compression)),
            ("--request-timeout", access.request_timeout.map(|timeout| format!("{}ms", timeout.as_millis()))),
            ("-v", access.verbosity.map(|level| level.to_string())),
        ];
        let one = one.into_iter().filter_map(|(flag, value)| value.map(|value| (flag, value)));
        let groups = access.as_group.iter().map(|group| ("--as-group", group.clone()));
        let extra = access.as_user_extra.iter().map(|(key, value)| ("--as-user-extra", format!("{key}={value}")));
        let words: Vec<String> = one.chain(groups).chain(extra).flat_map(|(flag, value)| words(flag, value)).collect();
        shell::command(words.iter().map(String::as_str))
    }
}

/// A flag with its value. Switches take theirs after an equals sign only.
fn words(flag: &str, value: String) -> Vec<String> {
    match value.as_str() {
        "true" | "false" => vec![format!("{flag}={value}")],
        _ => vec![flag.to_owned(), value],
    }
}

/// Shows what a cluster tells of.
fn listener(ui: &Ui) -> Listener {
    let notes = ui.notes();
    Listener::new(move |notice| match notice {
        Notice::Warning(text) => notes.warning(&text),
        Notice::Delay(text) | Notice::Trace(text) => notes.note(&text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connection_flags_can_be_pasted() {
        let access = Access { context: Some("my kind".into()), ..Access::default() };
        let connection = Connection { namespaces: vec!["demo".into()], access };
        assert_eq!(connection.kubectl_flags(), "-n demo --context 'my kind'");
        assert_eq!(Connection::default().kubectl_flags(), "");
        let access = Access {
            token: Some("secret".into()),
            as_user: Some("me".into()),
            as_group: vec!["a".into(), "b".into()],
            as_user_extra: vec![("k".into(), "v w".into())],
            insecure_skip_tls_verify: Some(true),
            request_timeout: Some(Duration::from_secs(2)),
            ..Access::default()
        };
        assert_eq!(
            Connection { access, ..Connection::default() }.kubectl_flags(),
            "--token TOKEN --insecure-skip-tls-verify=true --as me --request-timeout 2000ms --as-group a --as-group b --as-user-extra 'k=v w'"
        );
    }

    #[test]
    fn namespaces_are_those_that_were_named_each_once() {
        let namespaces = ["", "b", "a", "b"].map(str::to_owned).to_vec();
        let connection = Connection { namespaces, ..Connection::default() };
        assert_eq!(connection.namespaces(), ["b", "a"]);
        assert_eq!(connection.namespace(), Some("b"));
        assert!(connection.in_one_namespace("create").is_err());
    }
}
