//! The answer to a question to a cluster, in a process of its own: see `live`.
//!
//! What is had when the time is up is the answer; whatever goes wrong makes it shorter.

use std::ffi::OsString;

use clap::{Command, FromArgMatches};
use tokio::time::timeout;

use super::kubectl::line;
use super::live::{self, Question};
use super::typed::Typed;
use crate::cluster::{Cluster, Listener, Printed, Row};
use crate::commands::block_on;
use crate::commands::pod_args::{PodArgs, PodChoice};
use crate::commands::targets::pods_now;
use crate::error::{Error, Result};
use crate::pod::Container;
use crate::system;

/// Names enough for anybody to look through.
const MOST: usize = 500;

/// The lines that are known when the time is up. The first word is the beginning of the names that are wanted.
pub(super) fn answer(question: &str, words: &[OsString], tree: fn() -> Command) -> String {
    system::leave_terminal();
    let mut lines = Lines::default();
    if let (Some(question), Some((beginning, words))) = (Question::of(question), words.split_first()) {
        lines.beginning = beginning.to_string_lossy().into_owned();
        let typed = Typed::done(words, tree);
        // Some of the time is left for what comes before and after.
        let time = live::patience().mul_f64(0.8);
        let asked = async { Ok(timeout(time, fill(question, &typed, &mut lines)).await) };
        // Nobody can be told why there is no more.
        let _ = block_on(asked);
    }
    lines.text
}

/// What is found, as it is written.
#[derive(Default)]
struct Lines {
    beginning: String,
    text: String,
    count: usize,
}

impl Lines {
    fn push(&mut self, name: &str, how: &str) {
        if name.starts_with(&self.beginning) && self.has_room() {
            self.text.push_str(&line(name, how));
            self.count += 1;
        }
    }

    fn has_room(&self) -> bool {
        self.count < MOST
    }
}

async fn fill(question: Question, typed: &Typed, lines: &mut Lines) -> Result<()> {
    let settings = typed.settings().ok_or_else(Error::reported)?;
    let cluster = Cluster::connect(&settings, Listener::silent()).await?;
    match question {
        Question::Printed(what) => printed(&cluster, what, lines).await,
        Question::Containers => containers(&cluster, typed, lines).await,
    }
}

async fn printed(cluster: &Cluster, what: Printed, lines: &mut Lines) -> Result<()> {
    let mut pages = cluster.printed(what, cluster.namespace());
    while let Some(page) = pages.next().await?
        && lines.has_room()
    {
        for row in page.iter() {
            lines.push(&row.cell("Name").unwrap_or_default(), &how(&row));
        }
    }
    Ok(())
}

/// How it is, in the server's words: `2/2 Running, 3h`.
fn how(row: &Row<'_>) -> String {
    let state =
        ["Ready", "Status", "Completions", "Schedule", "Type", "Version"].map(|column| match row.cell(column) {
            // A workload has no status, and says how many of its pods are ready.
            Some(count) if column == "Ready" && row.cell("Status").is_none() => Some(format!("{count} ready")),
            cell => cell,
        });
    let state: Vec<String> = state.into_iter().flatten().collect();
    let parts = [Some(state.join(" ")).filter(|state| !state.is_empty()), row.cell("Age")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The containers of the pods that were chosen, each name once.
async fn containers(cluster: &Cluster, typed: &Typed, lines: &mut Lines) -> Result<()> {
    let Some(choice) = choice(typed) else { return Ok(()) };
    let found = pods_now(cluster, &choice).await?;
    let mut names: Vec<&str> = Vec::new();
    for container in found.pods.iter().flat_map(|pod| &pod.containers) {
        if !names.contains(&container.name.as_str()) {
            names.push(&container.name);
            lines.push(&container.name, &role(container));
        }
    }
    Ok(())
}

fn role(container: &Container) -> String {
    let injected = if container.is_injected() { ", injected" } else { "" };
    format!("{}{injected}", container.role.as_str())
}

/// Which pods are meant: the TARGETs, or those that fit.
fn choice(typed: &Typed) -> Option<PodChoice> {
    let targets = typed.targets();
    if !targets.is_empty() {
        return Some(PodChoice::Targets(targets));
    }
    let (command, matches) = typed.command().filter(|(command, _)| *command != "exec")?;
    PodArgs::from_arg_matches(matches).ok()?.choice(&typed.connection()?, command).ok()
}
