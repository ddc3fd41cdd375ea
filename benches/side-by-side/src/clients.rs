//! Who is compared, and how each is called for the same lines.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::settings::Settings;

/// The label of all pods whose logs are read.
pub const SELECTOR: &str = "app=bench";

/// Connections that any client is allowed, which only we are without being told.
const STREAMS: &str = "2000";

/// A client of the Kubernetes API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// kubectl-sidecar.
    Ours,
    /// `kubectl logs`.
    Kubectl,
    /// <https://github.com/stern/stern>
    Stern,
    /// A raw `curl` a container: what reading the streams costs a program that does nothing else, in C.
    Curl,
    /// kube reads and discards: the floor under our own work.
    Bare,
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ours => "kubectl-sidecar",
            Self::Kubectl => "kubectl",
            Self::Stern => "stern",
            Self::Curl => "raw curl",
            Self::Bare => "bare kube read",
        })
    }
}

/// Whose logs are to be read.
pub struct Target {
    /// Leads to the server.
    pub kubeconfig: PathBuf,
    /// Where the pods are, all with [`SELECTOR`].
    pub namespace: String,
    /// The pods' names and their containers'.
    pub pods: Vec<(String, Vec<String>)>,
    /// Go on as long as they live.
    pub follow: bool,
}

impl Client {
    /// The processes that read the target's logs together, with stamps where there is a choice.
    pub fn reads(self, target: &Target, settings: &Settings) -> Result<Vec<Command>> {
        let mut command = match self {
            Self::Ours => ours(target, settings),
            Self::Kubectl => kubectl(target, settings),
            Self::Stern => stern(target, settings),
            Self::Curl => return curls(target, settings),
            Self::Bare => bare(target, settings),
        };
        // kubectl keeps what it learnt of a server in the home folder.
        command.env("KUBECONFIG", &target.kubeconfig).env("KUBECACHEDIR", settings.root.join("target/bench/cache"));
        Ok(vec![command])
    }
}

fn ours(target: &Target, settings: &Settings) -> Command {
    let mut command = Command::new(settings.ours());
    command.args(["logs", "--timestamps", "--tail=-1", "--selector", SELECTOR, "--namespace", &target.namespace]);
    command.arg(format!("--follow={}", target.follow));
    command
}

fn kubectl(target: &Target, settings: &Settings) -> Command {
    let mut command = Command::new(settings.tool("kubectl"));
    command.args(["logs", "--all-containers", "--prefix", "--timestamps", "--tail=-1", "--selector", SELECTOR]);
    command.args(["--max-log-requests", STREAMS, "--namespace", &target.namespace]);
    command.arg(format!("--follow={}", target.follow));
    command
}

fn stern(target: &Target, settings: &Settings) -> Command {
    let mut command = Command::new(settings.tool("stern"));
    command.args(["--timestamps", "--color=never", "--selector", SELECTOR, "--namespace", &target.namespace]);
    // Without the latter it opens no more than five logs a second, as kubectl does, which has no flag for that.
    command.args(["--max-log-requests", STREAMS, "--qps=-1"]);
    command.args((!target.follow).then_some("--no-follow"));
    command
}

fn bare(target: &Target, settings: &Settings) -> Command {
    let mut command = Command::new(settings.tool("bare-client"));
    command.args([target.namespace.as_str(), SELECTOR]).args(target.follow.then_some("--follow"));
    command
}

/// One each for two streams. For many, where starting them would cost more than reading, one with all of them; what
/// would go to one pipe then, cut in mid-line, is discarded.
fn curls(target: &Target, settings: &Settings) -> Result<Vec<Command>> {
    let server = Server::of(target, settings)?;
    let urls: Vec<_> = target
        .pods
        .iter()
        .flat_map(|(pod, containers)| containers.iter().map(move |container| (pod, container)))
        .map(|(pod, container)| {
            let Target { namespace, follow, .. } = target;
            let query = format!("container={container}&timestamps=true&follow={follow}");
            format!("{}/api/v1/namespaces/{namespace}/pods/{pod}/log?{query}", server.url)
        })
        .collect();
    let each = if urls.len() > 2 { urls.len() } else { 1 };
    let curl = |urls: &[String]| {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail", "--no-buffer", "--parallel", "--parallel-immediate"]);
        curl.args(["--parallel-max", STREAMS, "--http1.1"]);
        curl.arg("--cacert").arg(&server.ca).arg("--cert").arg(&server.cert).arg("--key").arg(&server.key);
        for url in urls {
            curl.arg(url);
            if urls.len() > 1 {
                curl.args(["--output", "/dev/null"]);
            }
        }
        curl
    };
    Ok(urls.chunks(each).map(curl).collect())
}

/// What curl needs of a kubeconfig with a client certificate.
struct Server {
    url: String,
    ca: PathBuf,
    cert: PathBuf,
    key: PathBuf,
}

impl Server {
    fn of(target: &Target, settings: &Settings) -> Result<Self> {
        let mut view = Command::new(settings.tool("kubectl"));
        view.args(["config", "view", "--raw", "--minify", "--flatten", "--output=json"]);
        let view = view.env("KUBECONFIG", &target.kubeconfig).output()?;
        let view: Value = serde_json::from_slice(&view.stdout).context("kubectl config view")?;
        let [cluster, user] = [&view["clusters"][0]["cluster"], &view["users"][0]["user"]];
        let folder = settings.root.join("target/bench/curl");
        std::fs::create_dir_all(&folder)?;
        let file = |name: &str, field: &Value| write_decoded(&folder.join(name), field);
        Ok(Self {
            url: cluster["server"].as_str().context("the kubeconfig names no server")?.to_owned(),
            ca: file("ca", &cluster["certificate-authority-data"])?,
            cert: file("cert", &user["client-certificate-data"])?,
            key: file("key", &user["client-key-data"])?,
        })
    }
}

fn write_decoded(path: &Path, field: &Value) -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;

    let bytes: k8s_openapi::ByteString =
        serde_json::from_value(field.clone()).context("the kubeconfig has no client certificate for curl")?;
    std::fs::write(path, [])?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    std::fs::write(path, bytes.0)?;
    Ok(path.to_owned())
}
