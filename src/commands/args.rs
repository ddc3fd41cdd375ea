//! The argument groups that commands share, named and meant as in kubectl.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cluster::Settings;
use crate::error::{Error, Result};
use crate::pod::{NoTarget, Target, TargetKind};
use crate::render::shell;
use crate::ui;

/// Which cluster to talk to, as whom, and in which namespace.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection options")]
pub struct Connection {
    /// If present, the namespace scope for this CLI request
    #[arg(short, long, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
    /// The others.
    #[command(flatten)]
    pub access: Access,
}

/// Which cluster to talk to, and as whom.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection options")]
pub struct Access {
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
        flags.access.settings(flags.namespace.as_deref())
    }
}

impl Connection {
    /// These flags as kubectl takes them, ready to paste after a command: `-n demo --context kind`. Empty where
    /// none was given.
    pub fn kubectl_flags(&self) -> String {
        self.access.kubectl_flags(self.namespace.as_deref())
    }
}

impl Access {
    /// With that namespace.
    pub fn settings(&self, namespace: Option<&str>) -> Settings {
        Settings {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone(),
            cluster: self.cluster.clone(),
            user: self.user.clone(),
            namespace: namespace.map(str::to_owned),
        }
    }

    /// [`Connection::kubectl_flags`], with that namespace.
    pub fn kubectl_flags(&self, namespace: Option<&str>) -> String {
        let kubeconfig = self.kubeconfig.as_ref().map(|path| path.to_string_lossy());
        let flags = [
            ("-n", namespace),
            ("--context", self.context.as_deref()),
            ("--kubeconfig", kubeconfig.as_deref()),
            ("--cluster", self.cluster.as_deref()),
            ("--user", self.user.as_deref()),
        ];
        let given = flags.into_iter().filter_map(|(flag, value)| value.map(|value| [flag, value]));
        shell::command(given.flatten())
    }
}

/// What these TARGETs name, each once: `NAME`, a pod's, or `TYPE/NAME`.
///
/// # Errors
/// One of them is empty, names a type alone, or is of a type that has no pods.
pub fn targets(texts: &[String]) -> Result<Vec<Target>> {
    let mut all: Vec<Target> = Vec::new();
    for text in texts {
        let target = target(text)?;
        if !all.contains(&target) {
            all.push(target);
        }
    }
    Ok(all)
}

fn target(text: &str) -> Result<Target> {
    Target::parse(text).map_err(|why| match why {
        NoTarget::Malformed => {
            Error::usage(format_args!("{text:?} names no target: write NAME or TYPE/NAME")).hint(types())
        }
        NoTarget::BareType(kind) => {
            let word = kind.word();
            Error::usage(format_args!("{text} is a type, and no name: write {word}/NAME"))
                .hint(format!("see which there are with: kubectl get {}", kind.plural()))
                .hint(format!("a pod of that name is pod/{text}"))
        }
        NoTarget::UnknownType(word) => {
            Error::usage(format_args!("{text}: the type {word:?} is none whose pods are known here")).hint(types())
        }
    })
}

fn types() -> String {
    format!("the types are: {}", TargetKind::list())
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
        let access = Access { context: Some("my kind".into()), ..Access::default() };
        let connection = Connection { namespace: Some("demo".into()), access };
        assert_eq!(connection.kubectl_flags(), "-n demo --context 'my kind'");
        assert_eq!(Connection::default().kubectl_flags(), "");
    }
}
