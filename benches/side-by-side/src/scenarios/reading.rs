//! Lines chosen and made readable: what that costs beside reading them all, and beside stern doing the same.

use anyhow::{Result, ensure};

use crate::clients::Client;
use crate::cluster::{Cluster, Pace};
use crate::page::{Table, grouped, median};
use crate::run::Running;
use crate::settings::Settings;

/// A fifth of what two containers write elsewhere: 200,000 lines each, where nothing is made smaller.
const PART: usize = 5;

/// Each number ends in one of ten digits.
const TENTH: &str = "\"number\":[0-9]*7,";

/// As stern's own page has it for JSON logs.
const STERN_TEMPLATE: &str = r#"{{.PodName}} {{.ContainerName}} {{with $line := .Message | tryParseJSON}}{{levelColor $line.level}} {{$line.msg}} number={{$line.number}}{{else}}{{.Message}}{{end}}{{"\n"}}"#;

/// What is asked for: in words, of us, of stern.
const WAYS: [(&str, &[&str], &[&str]); 4] = [
    ("all lines", &[], &[]),
    ("one line in ten", &["--include", TENTH], &["--include", TENTH]),
    ("the other nine", &["--exclude", TENTH], &["--exclude", TENTH]),
    ("made readable", &["--pretty", "--color=always"], &["--color=always", "--template", STERN_TEMPLATE]),
];

pub fn run(settings: &Settings) -> Result<String> {
    let cluster = Cluster::open(settings)?;
    let lines = settings.lines_per_container / PART;
    let writers = cluster.writers(1, 2, Pace::AtOnceInJson { lines }, false)?;
    writers.wait_until_they_are_done()?;
    let mut table = Table::new(["what", "CPU of kubectl-sidecar, s", "of stern, s", "ours takes of that"]);
    for (what, ours, sterns) in WAYS {
        let cpu = |client: Client, args: &[&str]| -> Result<f64> {
            let mut used = Vec::new();
            for _ in 0..settings.rounds {
                let mut commands = client.reads(&writers.target, settings)?;
                for command in &mut commands {
                    command.args(args);
                }
                let outcome = Running::start(commands)?.finish()?;
                ensure!(outcome.account.lines + outcome.account.strange > 0, "{client} shows nothing of {what}");
                used.push(outcome.cpu);
            }
            Ok(median(used))
        };
        let (ours, sterns) = (cpu(Client::Ours, ours)?, cpu(Client::Stern, sterns)?);
        table.row(&[what.to_owned(), format!("{ours:.2}"), format!("{sterns:.2}"), format!("{:.2}", ours / sterns)]);
    }
    Ok(format!(
        "## Lines chosen and made readable: 2 × {} lines of JSON, on Kubernetes {}\n\n{}\nTo be reached: less than stern. \
         Median of {} for CPU.\n",
        grouped(lines),
        cluster.version()?,
        table.text(),
        settings.rounds,
    ))
}
