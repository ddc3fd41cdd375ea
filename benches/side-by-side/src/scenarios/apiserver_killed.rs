//! The apiserver killed while logs are followed, all clients at once: each meets the same.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::follow::{ENDS, SETTLES};
use crate::clients::Client;
use crate::cluster::{Cluster, Pace};
use crate::page::{Table, grouped};
use crate::run::Running;
use crate::settings::Settings;

/// Of each of the two containers.
const RATE: usize = 5000;

const KILLS: u32 = 4;

const CLIENTS: [Client; 3] = [Client::Ours, Client::Kubectl, Client::Stern];

pub fn run(settings: &Settings) -> Result<String> {
    let cluster = Cluster::open(settings)?;
    ensure!(cluster.can_be_broken(), "the cluster is not that of `make cluster`: its apiserver is not killed");
    cluster.use_alone()?;
    let pace = Pace::Live { rate: RATE, seconds: settings.seconds };
    let writers = cluster.writers(1, 2, pace, true)?;
    writers.wait_until_they_run()?;
    let start = |client: Client| Running::start(client.reads(&writers.target, settings)?);
    let running = CLIENTS.iter().map(|client| start(*client)).collect::<Result<Vec<_>>>()?;
    std::thread::sleep(SETTLES);
    writers.begin()?;
    kill(&cluster, settings.seconds)?;
    writers.wait_until_they_are_done()?;
    let mut table = Table::new(["client", "lost", "doubled", "late lines", "ended"]);
    // All may take their time before the first one is interrupted.
    std::thread::sleep(ENDS);
    for (client, mut running) in CLIENTS.iter().zip(running) {
        running.interrupt_after(Duration::ZERO)?;
        let outcome = running.finish()?;
        let account = &outcome.account;
        let counts = [account.lost(2, pace.lines()), account.doubled(), account.late].map(grouped);
        let [lost, doubled, late] = counts;
        table.row(&[client.to_string(), lost, doubled, late, outcome.ended]);
    }
    Ok(format!(
        "## The same, and the apiserver killed {KILLS} times, on Kubernetes {}\n\n{}\nOf {} lines; all clients at once; \
         back after 2 s each time. A client that was still there 3 s after the end was interrupted. To be reached: 0, 0.\n",
        cluster.version()?,
        table.text(),
        grouped(2 * pace.lines()),
    ))
}

/// Spread over that time, not at its edges.
fn kill(cluster: &Cluster<'_>, seconds: u64) -> Result<()> {
    let began = Instant::now();
    for time in 1..=KILLS {
        let due = Duration::from_secs(seconds) * time / (KILLS + 1);
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        cluster.kill_apiserver()?;
    }
    Ok(())
}
