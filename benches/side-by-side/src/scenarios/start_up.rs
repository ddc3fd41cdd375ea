//! Size, and how long it takes to start for something that needs no cluster.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::size::make_up;
use crate::page::{Table, grouped, median};
use crate::settings::Settings;

const STARTS: usize = 50;

pub fn run(settings: &Settings) -> Result<String> {
    let ours = settings.ours();
    let kubectl = settings.tool("kubectl");
    let size = std::fs::metadata(&ours).with_context(|| ours.display().to_string())?.len() as usize;
    let commands = [
        ("kubectl version --client", &kubectl, ["version", "--client"].as_slice()),
        ("kubectl __complete logs --foll", &kubectl, &["__complete", "logs", "--foll"]),
        ("kubectl-sidecar --help", &ours, &["--help"]),
        ("kubectl-sidecar version --client", &ours, &["version", "--client"]),
        ("kubectl-sidecar __complete logs --foll", &ours, &["__complete", "logs", "--foll"]),
    ];
    // Turn by turn, so that what else the machine does meets all of them.
    let mut took = [const { Vec::new() }; 5];
    for _ in 0..STARTS {
        for ((_, program, args), took) in commands.iter().zip(&mut took) {
            took.push(milliseconds(Command::new(program).args(*args))?);
        }
    }
    let took = took.map(median);
    let mut table = Table::new(["command", "median of 50, ms", "of `kubectl version --client`"]);
    for ((words, ..), took_ms) in commands.iter().zip(took) {
        table.row(&[format!("`{words}`"), format!("{took_ms:.1}"), format!("{:.2}", took_ms / took[0])]);
    }
    Ok(format!(
        "## Size and start-up\n\nStripped binary: {} bytes. To be reached: at most 10,000,000; a tenth of `kubectl version \
         --client`, of a kubectl built alone.\n\n{}\nWhat the size is made of; what is inlined counts for the function it is \
         in.\n\n{}",
        grouped(size),
        table.text(),
        make_up(&settings.ours_with_symbols())?,
    ))
}

fn milliseconds(command: &mut Command) -> Result<f64> {
    let began = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}
