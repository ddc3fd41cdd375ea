//! Lines while they are written, one client after another, each with new pods.

use std::time::Duration;

use anyhow::Result;

use crate::clients::Client;
use crate::cluster::{Cluster, Pace};
use crate::page::{Table, grouped};
use crate::run::{Outcome, Running};
use crate::settings::Settings;

/// Of each of the two containers.
const RATE: usize = 5000;

/// How long a client may take to be there before the first line is written.
pub const SETTLES: Duration = Duration::from_secs(2);

/// How long a client may take to see that the pods are done. stern never does.
pub const ENDS: Duration = Duration::from_secs(3);

const CLIENTS: [Client; 5] = [Client::Ours, Client::Curl, Client::Bare, Client::Kubectl, Client::Stern];

pub fn run(settings: &Settings) -> Result<String> {
    let cluster = Cluster::open(settings)?;
    let pace = Pace::Live { rate: RATE, seconds: settings.seconds };
    let mut table = Table::new([
        "client",
        "CPU, s",
        "ours takes of that",
        "peak memory, MiB",
        "stamp to output, p50, ms",
        "p99, ms",
        "lost, doubled",
        "pairs out of order",
        "late lines",
    ]);
    let mut ours = None;
    for client in CLIENTS {
        let outcome = follow(&cluster, client, pace, settings)?;
        let ours = ours.get_or_insert_with(|| outcome.clone());
        table.row(&row(client, &outcome, ours, pace));
    }
    let ours = ours.unwrap_or_default();
    let late = ours.said.lines().find(|line| line.contains("too late")).unwrap_or("nothing of late lines");
    Ok(format!(
        "## Followed live: 2 containers, {} lines a second for {} s, on Kubernetes {}\n\n{}\nA late line is older than \
         one of the other container that came before it. Ours says: `{}`. To be reached: less than 1 in 10,000 out of \
         order, each in the count that is said; p99 below 120 ms.\n",
        grouped(2 * RATE),
        settings.seconds,
        cluster.version()?,
        table.text(),
        late.trim(),
    ))
}

fn follow(cluster: &Cluster<'_>, client: Client, pace: Pace, settings: &Settings) -> Result<Outcome> {
    let writers = cluster.writers(1, 2, pace, true)?;
    writers.wait_until_they_run()?;
    let mut running = Running::start(client.reads(&writers.target, settings)?)?;
    std::thread::sleep(SETTLES);
    writers.begin()?;
    writers.wait_until_they_are_done()?;
    running.interrupt_after(ENDS)?;
    running.finish()
}

fn row(client: Client, outcome: &Outcome, ours: &Outcome, pace: Pace) -> [String; 9] {
    let account = &outcome.account;
    let none = || "–".to_owned();
    let waited = |part| {
        let waited = account.waited(part);
        waited.map_or_else(none, |waited| format!("{:.1}", waited.as_secs_f64() * 1000.0))
    };
    let is_one_stream = ![Client::Bare, Client::Curl].contains(&client);
    let of_all = |text: String| if client == Client::Bare { none() } else { text };
    let of_one_stream = |count: usize| if is_one_stream { grouped(count) } else { none() };
    [
        client.to_string(),
        format!("{:.2}", outcome.cpu),
        format!("{:.2}", ours.cpu / outcome.cpu),
        format!("{:.1}", outcome.memory),
        waited(0.5),
        waited(0.99),
        of_all(format!("{}, {}", grouped(account.lost(2, pace.lines())), grouped(account.doubled()))),
        of_one_stream(account.backwards),
        of_one_stream(account.late),
    ]
}
