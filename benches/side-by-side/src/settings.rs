//! What a run can be made smaller with, and where the programs and files are.

use std::path::PathBuf;
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context, Result, anyhow};

/// How a run is to be.
pub struct Settings {
    /// Each client's turns at a backlog; the median counts.
    pub rounds: usize,
    /// Of a backlog.
    pub lines_per_container: usize,
    /// How long live logs are followed.
    pub seconds: u64,
    /// The checkout.
    pub root: PathBuf,
    /// The cluster's, and kubectl's own variable.
    pub kubeconfig: PathBuf,
}

impl Settings {
    /// `ROUNDS`, `LINES_PER_CONTAINER`, `SECONDS`, `KUBECONFIG`.
    pub fn from_environment() -> Result<Self> {
        let kubeconfig = std::env::var_os("KUBECONFIG").context("KUBECONFIG is not set: start me by `make bench`")?;
        Ok(Self {
            rounds: number("ROUNDS", 3)?,
            lines_per_container: number("LINES_PER_CONTAINER", 1_000_000)?,
            seconds: number("SECONDS", 60)?,
            root: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?,
            kubeconfig: kubeconfig.into(),
        })
    }

    /// kubectl-sidecar as it is released.
    pub fn ours(&self) -> PathBuf {
        self.root.join("target/release/kubectl-sidecar")
    }

    /// The same, with the names of its functions.
    pub fn ours_with_symbols(&self) -> PathBuf {
        self.root.join("target/bench/symbols/release/kubectl-sidecar")
    }

    /// A program that `make bench` built or fetched: kubectl, stern, bare-client.
    pub fn tool(&self, name: &str) -> PathBuf {
        self.root.join("target/bench/bin").join(name)
    }

    /// Under which conditions the figures hold: date, machine, versions, sizes.
    pub fn conditions(&self) -> Result<String> {
        let date = jiff::Zoned::now().date();
        let cores = std::thread::available_parallelism()?;
        let memory = std::fs::read_to_string("/proc/meminfo")?;
        let memory = memory.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or_default();
        let commit = said_by(Command::new("git").arg("-C").arg(&self.root).args(["describe", "--always", "--dirty"]))?;
        let curl = said_by(Command::new("curl").arg("--version"))?;
        let stern = said_by(Command::new(self.tool("stern")).arg("--version"))?;
        let kubectl = said_by(Command::new(self.tool("kubectl")).args(["version", "--client"]))?;
        Ok(format!(
            "{date}, {cores} cores, {:.0} GiB. kubectl-sidecar {commit}, kubectl {}, stern {}, curl {}. ROUNDS={} \
             LINES_PER_CONTAINER={} SECONDS={}.",
            memory / 1_048_576.0,
            word_after(&kubectl, "Version:"),
            word_after(&stern, "version:"),
            word_after(&curl, "curl"),
            self.rounds,
            self.lines_per_container,
            self.seconds,
        ))
    }
}

fn number<N: FromStr>(name: &str, otherwise: N) -> Result<N> {
    match std::env::var(name) {
        Ok(text) if !text.is_empty() => text.parse().map_err(|_| anyhow!("{name}={text}: write a number")),
        _ => Ok(otherwise),
    }
}

/// What a program says on standard output.
fn said_by(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn word_after<'a>(text: &'a str, word: &str) -> &'a str {
    let mut words = text.split_whitespace();
    words.find(|each| *each == word);
    words.next().unwrap_or("?")
}
