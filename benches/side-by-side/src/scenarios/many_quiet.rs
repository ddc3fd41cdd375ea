//! A thousand containers followed, of which ten talk: from a replay server, the same for all.

use std::time::Duration;

use anyhow::Result;

use crate::clients::{Client, Target};
use crate::page::Table;
use crate::replay::{Replay, TALKING};
use crate::run::Running;
use crate::scenarios::follow::SETTLES;
use crate::settings::Settings;

const PODS: usize = 100;
const CONTAINERS: usize = 10;

/// A client that has not opened all by then will not.
const OPENS_WITHIN: Duration = Duration::from_secs(30);

const CLIENTS: [Client; 4] = [Client::Ours, Client::Bare, Client::Kubectl, Client::Stern];

pub fn run(settings: &Settings) -> Result<String> {
    let seconds = settings.seconds / 3;
    let replay = Replay::start(PODS, CONTAINERS)?;
    let target = Target {
        kubeconfig: replay.kubeconfig().to_owned(),
        namespace: "default".to_owned(),
        pods: replay.pods(),
        follow: true,
    };
    let mut table = Table::new([
        "client",
        "all open after, s",
        "CPU, s",
        "ours takes of that",
        "peak memory, MiB",
        "stamp to output, p50, ms",
        "p99, ms",
    ]);
    let mut ours = None;
    for client in CLIENTS {
        let mut running = Running::start(client.reads(&target, settings)?)?;
        let all_open = replay.wait_until_open(PODS * CONTAINERS, OPENS_WITHIN);
        // Live is what was silent for a while; before that it may be a backlog, which is put in order first.
        std::thread::sleep(SETTLES);
        replay.let_talk(true);
        std::thread::sleep(Duration::from_secs(seconds));
        replay.let_talk(false);
        running.interrupt_after(Duration::ZERO)?;
        let outcome = running.finish()?;
        replay.wait_until_closed(OPENS_WITHIN);
        let ours = *ours.get_or_insert(outcome.cpu);
        let waited = |part| {
            let waited = outcome.account.waited(part);
            waited.map_or_else(|| "–".to_owned(), |waited| format!("{:.1}", waited.as_secs_f64() * 1000.0))
        };
        table.row(&[
            client.to_string(),
            match all_open {
                Ok(after) => format!("{:.2}", after.as_secs_f64()),
                Err(open) => format!("never: {open} of {}", PODS * CONTAINERS),
            },
            format!("{:.2}", outcome.cpu),
            if all_open.is_ok() { format!("{:.2}", ours / outcome.cpu) } else { "–".to_owned() },
            format!("{:.1}", outcome.memory),
            waited(0.5),
            waited(0.99),
        ]);
    }
    Ok(format!(
        "## {} containers followed, of which {TALKING} talk, from a replay server\n\nOne node does not hold them: the \
         same server over HTTP/1 and TLS stands in for the apiserver, with {PODS} pods of {CONTAINERS} containers each. \
         {} s after all are open, or after {} s, those that talk write 100 lines a second, for {seconds} s.\n\n{}\nTo be \
         reached: all are open; 16 MiB and 0.2 MiB for each container, which is 216 MiB; p99 below 120 ms.\n",
        PODS * CONTAINERS,
        SETTLES.as_secs(),
        OPENS_WITHIN.as_secs(),
        table.text(),
    ))
}
