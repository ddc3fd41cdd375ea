//! The argument groups that commands share, named and meant as in kubectl.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cluster::Settings;
use crate::error::{Error, Result};
use crate::render::shell;
use crate::ui;

/// Which cluster to talk to, and as whom.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection options")]
pub struct Connection {
    /// If present, the namespace scope for this CLI request
    #[arg(short, long, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
    /// The name of the kubeconfig context to use
    #[arg(long, value_name = "NAME")]
    pub context: Option<String>,
    /// Path to the kubeconfig file to use for CLI requests
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<PathBuf>,
    /// The name of the kubeconfig cluster to use
    #[arg(long, value_name = "NAME")]
    pub cluster: Option<String>,
    /// The name of the kubeconfig user to use
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
}

impl From<&Connection> for Settings {
    fn from(flags: &Connection) -> Self {
        Self {
            kubeconfig: flags.kubeconfig.clone(),
            context: flags.context.clone(),
            cluster: flags.cluster.clone(),
            user: flags.user.clone(),
            namespace: flags.namespace.clone(),
        }
    }
}

impl Connection {
    /// These flags as kubectl takes them, ready to paste after a command: `-n demo --context kind`. Empty where
    /// none was given.
    pub fn kubectl_flags(&self) -> String {
        let kubeconfig = self.kubeconfig.as_ref().map(|path| path.to_string_lossy().into_owned());
        let flags = [
            ("-n", &self.namespace),
            ("--context", &self.context),
            ("--kubeconfig", &kubeconfig),
            ("--cluster", &self.cluster),
            ("--user", &self.user),
        ];
        let given = flags.into_iter().filter_map(|(flag, value)| value.as_deref().map(|value| [flag, value]));
        shell::command(given.flatten())
    }
}

/// The pod that a TARGET names: `NAME` or `pod/NAME`.
///
/// # Errors
/// It is empty, or names something that is no pod.
pub fn pod_name(target: &str) -> Result<String> {
    let (kind, name) = target.split_once('/').unwrap_or(("pod", target));
    match kind {
        _ if name.is_empty() || name.contains('/') => {
            Err(Error::usage(format_args!("{target:?} names no pod: write NAME or pod/NAME")))
        }
        "pod" | "pods" | "po" => Ok(name.to_owned()),
        _ => Err(Error::usage(format_args!("{target}: only pods can be named here, as NAME or pod/NAME"))
            .hint(format!("find the pods with: {}", pods_of(kind, target)))),
    }
}

/// The kubectl command that lists the pods of something that owns or selects pods. Selectors by expression are left
/// out.
fn pods_of(kind: &str, target: &str) -> String {
    let selector = match kind.split('.').next().unwrap_or_default() {
        "deploy" | "deployment" | "deployments" | "sts" | "statefulset" | "statefulsets" | "ds" | "daemonset"
        | "daemonsets" | "rs" | "replicaset" | "replicasets" | "job" | "jobs" => ".spec.selector.matchLabels",
        "svc" | "service" | "services" | "rc" | "replicationcontroller" | "replicationcontrollers" => ".spec.selector",
        _ => return "kubectl get pods".to_owned(),
    };
    let target = shell::quote(target);
    format!(r#"kubectl get pods -l "$(kubectl get {target} -o jsonpath='{{{selector}}}' | tr -d '{{}}\"' | tr : =)""#)
}

/// Learning kubectl on the way.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Output options")]
pub struct ShowKubectl {
    /// Also print the kubectl commands that do (part of) the same, on standard error
    #[arg(long)]
    pub show_kubectl: bool,
}

/// How output looks.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Output options")]
pub struct Output {
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, global = true)]
    pub color: Color,
}

/// `--color`.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Also into a pipe
    Always,
    /// Nowhere
    Never,
}

impl From<Color> for ui::ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connection_flags_can_be_pasted() {
        let connection =
            Connection { namespace: Some("demo".into()), context: Some("my kind".into()), ..Connection::default() };
        assert_eq!(connection.kubectl_flags(), "-n demo --context 'my kind'");
        assert_eq!(Connection::default().kubectl_flags(), "");
    }
}
