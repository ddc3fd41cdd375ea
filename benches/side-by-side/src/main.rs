//! Runs kubectl-sidecar beside other clients of the same streams, on one machine in one run, and writes what came out
//! to docs/benchmarks.md as ratios. `make bench` builds all it needs and starts it.
//!
//! | file | decides |
//! |---|---|
//! | `settings` | what can be made smaller, and where things are |
//! | `clients` | who is compared, and how each is called |
//! | `run` | one run of a client: what it took, what it wrote |
//! | `account` | what its output was worth: lost, doubled, out of order, late |
//! | `cluster` | pods that write, and how the cluster is broken |
//! | `replay` | what stands in for the apiserver where one node cannot hold the case |
//! | `scenarios` | what is compared, one file each |
//! | `page` | the tables, and where they go |
//!
//! The bare client, which reads and does nothing else, is a program of its own: `bin/bare-client.rs`.

mod account;
mod clients;
mod cluster;
mod page;
mod replay;
mod run;
mod scenarios;
mod settings;

use anyhow::{Context, Result};

use crate::page::Page;
use crate::scenarios::{ALL, Scenario};
use crate::settings::Settings;

fn main() -> Result<()> {
    let settings = Settings::from_environment()?;
    let scenarios = chosen(std::env::args().skip(1).collect())?;
    let mut page = Page::open(&settings)?;
    for scenario in scenarios {
        eprintln!("side-by-side: {} …", scenario.name);
        let section = (scenario.run)(&settings).with_context(|| format!("scenario {}", scenario.name))?;
        println!("{section}");
        page.replace(scenario.name, &section)?;
    }
    Ok(())
}

/// Those that are named, or all.
fn chosen(names: Vec<String>) -> Result<Vec<&'static Scenario>> {
    if names.is_empty() {
        return Ok(ALL.iter().collect());
    }
    let find = |name: String| {
        let all = || ALL.iter().map(|scenario| scenario.name).collect::<Vec<_>>().join(", ");
        let found = ALL.iter().find(|scenario| scenario.name == name);
        found.with_context(|| format!("there is no scenario {name}: choose from {}", all()))
    };
    names.into_iter().map(find).collect()
}
