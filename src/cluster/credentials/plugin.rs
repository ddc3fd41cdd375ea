//! A program that gives credentials: how it is run, what it is told, and what of its answer is taken.
//!
//! As client-go's `plugin/pkg/client/auth/exec`: never in a shell, run once for all requests, again where what it gave
//! has expired or was refused. What it says on standard error is seen as it says it.

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use jiff::Timestamp;
use kube::config::{Cluster, ExecConfig, ExecInteractiveMode};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::layer::Shown;
use super::{Certificate, pem};
use crate::error::{Error, Result};

/// The API versions that a program may speak.
const VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];
/// The extension of a cluster that is passed on to programs.
const EXTENSION: &str = "client.authentication.k8s.io/exec";

/// A program, and how it is run.
#[derive(Clone)]
pub(super) struct Plugin {
    version: String,
    command: String,
    args: Vec<String>,
    env: Vec<(String, String)>,
    interactive: ExecInteractiveMode,
    install_hint: Option<String>,
    cluster: Option<serde_json::Value>,
}

/// What a program gave.
struct Credential {
    header: Option<HeaderValue>,
    certificate: Option<Certificate>,
    expires: Option<Timestamp>,
}

/// A program with what it gave last.
pub(super) struct Refreshing {
    plugin: Plugin,
    header: Option<HeaderValue>,
    expires: Option<Timestamp>,
    /// How often it was run.
    runs: u64,
    /// Where connections look for the certificate they are made with.
    certificate: watch::Sender<Option<Certificate>>,
}

/// What a program is told, in an environment variable.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ExecInfo<'a> {
    kind: &'static str,
    api_version: &'a str,
    spec: Spec<'a>,
}

#[derive(Serialize)]
struct Spec<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<&'a serde_json::Value>,
    interactive: bool,
}

/// What it answers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    api_version: String,
    kind: String,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<String>,
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

impl Plugin {
    /// The program of a user's entry, for that cluster.
    pub(super) fn new(exec: &ExecConfig, user: &str, cluster: &Cluster) -> Result<Self> {
        let need = |what: &str, text: &Option<String>| match text.as_deref() {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(Error::plugin_lacks(what, user)),
        };
        let command = need("command", &exec.command)?;
        let version = need("apiVersion", &exec.api_version)?;
        if !VERSIONS.contains(&version.as_str()) {
            return Err(Error::plugin_version(&version, &command));
        }
        let interactive = match &exec.interactive_mode {
            Some(mode) => mode.clone(),
            None if version == VERSIONS[1] => ExecInteractiveMode::IfAvailable,
            None => return Err(Error::plugin_lacks("interactiveMode", user)),
        };
        Ok(Self {
            version,
            command,
            args: exec.args.clone().unwrap_or_default(),
            env: exec.env.iter().flatten().filter_map(variable).collect(),
            interactive,
            install_hint: exec.install_hint.clone().filter(|hint| !hint.is_empty()),
            cluster: exec.provide_cluster_info.then(|| told_of(cluster)).transpose()?,
        })
    }

    /// Runs it for the first time.
    pub(super) async fn begin(self) -> Result<Refreshing> {
        let certificate = watch::Sender::new(None);
        let mut refreshing = Refreshing { plugin: self, header: None, expires: None, runs: 0, certificate };
        refreshing.refresh().await?;
        Ok(refreshing)
    }

    async fn run(&self) -> Result<Credential> {
        let plugin = self.clone();
        let ran = tokio::task::spawn_blocking(move || plugin.run_and_wait()).await;
        ran.map_err(Error::other)?
    }

    fn run_and_wait(&self) -> Result<Credential> {
        let typed_in = std::io::stdin().is_terminal();
        let interactive = match self.interactive {
            ExecInteractiveMode::Never => false,
            ExecInteractiveMode::IfAvailable => typed_in,
            ExecInteractiveMode::Always if typed_in => true,
            ExecInteractiveMode::Always => return Err(Error::plugin_needs_terminal(&self.command)),
        };
        let spec = Spec { cluster: self.cluster.as_ref(), interactive };
        let info = ExecInfo { kind: "ExecCredential", api_version: &self.version, spec };
        let mut command = Command::new(&self.command);
        command
            .args(&self.args)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .env("KUBERNETES_EXEC_INFO", serde_json::to_string(&info).map_err(Error::other)?)
            .stdin(if interactive { Stdio::inherit() } else { Stdio::null() })
            .stderr(Stdio::inherit());
        let output = command
            .output()
            .map_err(|cause| Error::plugin_not_run(&self.command, &cause, self.install_hint.as_deref()))?;
        if !output.status.success() {
            return Err(Error::plugin_failed(&self.command, output.status));
        }
        self.understand(&output.stdout)
    }

    fn understand(&self, stdout: &[u8]) -> Result<Credential> {
        let wrong = |what: &str| Error::plugin_answer(&self.command, what);
        // What cannot be read may be a token: none of it is shown.
        let answer: Answer =
            serde_json::from_slice(stdout).map_err(|_| wrong("what it wrote is no ExecCredential in JSON"))?;
        if answer.kind != "ExecCredential" {
            return Err(wrong("what it wrote is of another kind than ExecCredential"));
        }
        if answer.api_version != self.version {
            let (expected, version) = (&self.version, &answer.api_version);
            return Err(wrong(&format!(
                "it is configured to use API version {expected}, and returned version {version}"
            )));
        }
        let status = answer.status.ok_or_else(|| wrong("it didn't return a status field"))?;
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let token = given(status.token).map(SecretString::from);
        let certificate = match (given(status.client_certificate_data), given(status.client_key_data)) {
            (Some(chain), Some(key)) => {
                pem::check_certificate(chain.as_bytes(), None)?;
                Some(Certificate { chain: chain.into_bytes(), key: pem::key(key.into_bytes(), None)? })
            }
            (None, None) if token.is_none() => return Err(wrong("it didn't return a token or cert/key pair")),
            (None, None) => None,
            _ => return Err(wrong("it returned only certificate or key, not both")),
        };
        let expires = given(status.expiration_timestamp).map(|text| text.parse());
        let expires = expires.transpose().map_err(|_| wrong("its expirationTimestamp is no time"))?;
        Ok(Credential { header: token.as_ref().map(super::bearer).transpose()?, certificate, expires })
    }
}

impl Refreshing {
    /// What it gave last, or gives now where that has expired.
    pub(super) async fn shown(&mut self) -> Result<Shown> {
        if self.expires.is_some_and(|expires| Timestamp::now() > expires) {
            self.refresh().await?;
        }
        Ok(self.last())
    }

    /// What it gives after that run, which the server refused. Somebody else may have had it run in the meantime.
    pub(super) async fn after(&mut self, run: u64) -> Option<Shown> {
        if self.runs == run {
            // Then the server's refusal is what is told, as kubectl does; the program said on standard error what it had to.
            self.refresh().await.ok()?;
        }
        Some(self.last())
    }

    fn last(&self) -> Shown {
        Shown { header: self.header.clone(), run: self.runs }
    }

    /// The certificate, and each that comes after it.
    pub(super) fn certificate(&self) -> watch::Receiver<Option<Certificate>> {
        self.certificate.subscribe()
    }

    async fn refresh(&mut self) -> Result<()> {
        let credential = self.plugin.run().await?;
        (self.header, self.expires) = (credential.header, credential.expires);
        self.runs += 1;
        self.certificate.send_if_modified(|last| {
            let is_new = *last != credential.certificate;
            *last = credential.certificate;
            is_new
        });
        Ok(())
    }
}

/// A variable of the program's environment.
fn variable(entry: &HashMap<String, String>) -> Option<(String, String)> {
    let name = entry.get("name").filter(|name| !name.is_empty())?;
    Some((name.clone(), entry.get("value").cloned().unwrap_or_default()))
}

/// The cluster as programs are told of it.
fn told_of(cluster: &Cluster) -> Result<serde_json::Value> {
    let authority = super::read(
        "certificate-authority",
        cluster.certificate_authority_data.as_deref(),
        cluster.certificate_authority.as_deref(),
    )?;
    let mut told = serde_json::Map::new();
    let mut put = |key: &str, value: Option<serde_json::Value>| value.map(|value| told.insert(key.to_owned(), value));
    let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty()).map(Into::into);
    put("server", text(&cluster.server));
    put("tls-server-name", text(&cluster.tls_server_name));
    put("insecure-skip-tls-verify", cluster.insecure_skip_tls_verify.filter(|skip| *skip).map(Into::into));
    put("certificate-authority-data", authority.map(|bytes| STANDARD.encode(bytes).into()));
    put("proxy-url", text(&cluster.proxy_url));
    put("disable-compression", cluster.disable_compression.filter(|disable| *disable).map(Into::into));
    let extensions = cluster.extensions.iter().flatten();
    put("config", extensions.into_iter().find(|named| named.name == EXTENSION).map(|named| named.extension.clone()));
    Ok(told.into())
}
