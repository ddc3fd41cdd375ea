//! What was written before: read once, to the end.

use anyhow::Result;

use crate::clients::Client;
use crate::cluster::{Cluster, Pace};
use crate::page::{Table, grouped, median};
use crate::run::{Outcome, Running};
use crate::settings::Settings;

/// A fiftieth of what two containers write: 20,000 lines each, where nothing is made smaller.
const PART_OF_FIFTY: usize = 50;

const CLIENTS: [Client; 5] = [Client::Ours, Client::Curl, Client::Bare, Client::Kubectl, Client::Stern];

pub fn of_two_containers(settings: &Settings) -> Result<String> {
    let targets = "To be reached: at most 1.00 of two raw curls, 0.33 of kubectl, 0.14 of stern; 16 MiB; nothing lost, \
                   doubled or out of order; less than 1 write in 100 lines.";
    compare(settings, [1, 2], settings.lines_per_container, targets)
}

pub fn of_fifty_containers(settings: &Settings) -> Result<String> {
    let targets = "To be reached: 16 MiB and 0.2 MiB for each container, which is 26 MiB. The curl is one with 50 \
                   transfers into nothing: 50 would take longer to start than to read.";
    compare(settings, [10, 5], settings.lines_per_container / PART_OF_FIFTY, targets)
}

fn compare(settings: &Settings, [pods, containers]: [usize; 2], lines: usize, targets: &str) -> Result<String> {
    let cluster = Cluster::open(settings)?;
    let writers = cluster.writers(pods, containers, Pace::AtOnce { lines }, false)?;
    writers.wait_until_they_are_done()?;
    let mut outcomes = CLIENTS.map(|_| Vec::new());
    for _ in 0..settings.rounds {
        for (client, outcomes) in CLIENTS.iter().zip(&mut outcomes) {
            outcomes.push(Running::start(client.reads(&writers.target, settings)?)?.finish()?);
        }
    }
    let count = pods * containers;
    Ok(format!(
        "## A backlog of {count} × {} lines, on Kubernetes {}\n\n{}\n{targets} Median of {} for CPU and time.\n",
        grouped(lines),
        cluster.version()?,
        table(&outcomes, count, lines),
        settings.rounds,
    ))
}

fn table(outcomes: &[Vec<Outcome>; CLIENTS.len()], containers: usize, lines: usize) -> String {
    let mut table = Table::new([
        "client",
        "CPU, s",
        "ours takes of that",
        "time, s",
        "peak memory, MiB",
        "lost, doubled",
        "out of order",
        "writes in 100 lines",
    ]);
    let cpu = |outcomes: &[Outcome]| median(outcomes.iter().map(|outcome| outcome.cpu));
    let ours = cpu(&outcomes[0]);
    for (client, outcomes) in CLIENTS.iter().zip(outcomes) {
        let worst = |of: fn(&Outcome) -> f64| outcomes.iter().map(of).fold(0.0, f64::max);
        let count = |of: &dyn Fn(&Outcome) -> usize| grouped(outcomes.iter().map(of).max().unwrap_or_default());
        let [mut faults, mut disorder, mut writes] = ["–"; 3].map(str::to_owned);
        let is_discarded = *client == Client::Bare || *client == Client::Curl && containers > 2;
        if !is_discarded {
            let lost = count(&|outcome| outcome.account.lost(containers, lines));
            faults = format!("{lost}, {}", count(&|outcome| outcome.account.doubled()));
            writes = format!("{:.2}", worst(|outcome| 100.0 * outcome.writes as f64 / outcome.account.lines as f64));
        }
        if ![Client::Bare, Client::Curl].contains(client) {
            disorder = count(&|outcome| outcome.account.backwards);
        }
        table.row(&[
            client.to_string(),
            format!("{:.2}", cpu(outcomes)),
            format!("{:.2}", ours / cpu(outcomes)),
            format!("{:.1}", median(outcomes.iter().map(|outcome| outcome.wall.as_secs_f64()))),
            format!("{:.1}", worst(|outcome| outcome.memory)),
            faults,
            disorder,
            writes,
        ]);
    }
    table.text()
}
