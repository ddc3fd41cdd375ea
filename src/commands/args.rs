//! The argument groups that commands share, named and meant as in kubectl.

use clap::{Args, ValueEnum};

use crate::document;
use crate::error::{Error, Result};
use crate::pod::{NoTarget, Target, TargetKind};
use crate::ui;

/// What these TARGETs name, each once: `NAME`, a pod's, or `TYPE/NAME`.
///
/// # Errors
/// One of them is empty, names a type alone, or is of a type that has no pods.
pub fn targets(texts: &[String]) -> Result<Vec<Target>> {
    let mut all: Vec<Target> = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let target = target(text).map_err(|error| match (Target::parse(text), texts.get(at + 1)) {
            (Err(NoTarget::BareType(kind)), Some(name)) if Target::parse(name).is_ok_and(|next| next.is_pod()) => {
                error.hint_meant(&format!("{}/{name}", kind.word()))
            }
            _ => error,
        })?;
        if !all.contains(&target) {
            all.push(target);
        }
    }
    Ok(all)
}

fn target(text: &str) -> Result<Target> {
    Target::parse(text).map_err(|why| match why {
        NoTarget::Malformed => {
            Error::usage(format_args!("{text:?} is not a valid target: write NAME or TYPE/NAME")).hint(types())
        }
        NoTarget::BareType(kind) => {
            let word = kind.word();
            Error::usage(format_args!("{text} is a type, not a name: write {word}/NAME"))
                .hint(format!("see which there are with: kubectl get {}", kind.plural()))
                .hint(format!("a pod of that name is pod/{text}"))
        }
        NoTarget::UnknownType(word) => {
            let error = Error::usage(format_args!("{text}: unknown type {word:?}, or one without pods")).hint(types());
            let words: Vec<String> = TargetKind::words().collect();
            match document::meant(&word, words.iter().map(String::as_str)) {
                Some(near) => error.hint_meant(&text.replacen(&word, near, 1)),
                None => error,
            }
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
    /// Also in a pipe
    Always,
    /// Not at all
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
