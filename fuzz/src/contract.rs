//! What must be true of the output, whatever happened: each line once, in order within its container, and a hole only
//! where a log could not be had; where there is one, or may be one, it is said, and nowhere else.

use kubectl_sidecar::logs::{Note, RawLine, Sink, Source, Summary, TrackId};

use crate::server::{Line, Run, Server};

/// What came out, and what the engine cannot be blamed for.
#[derive(Debug)]
pub struct Contract {
    containers: Vec<Account>,
}

#[derive(Debug)]
struct Account {
    lines: Vec<String>,
    gaps: usize,
    /// Runs whose end was told of.
    completed: usize,
    /// It ran when the engine began: what came before its first line is nobody's.
    began_running: bool,
    /// Runs before this one had come and gone before a line of theirs was shown, and were not waited for.
    optional_runs: usize,
    /// Some of it could not be had, or cannot be known to have been had.
    is_at_risk: bool,
}

impl Contract {
    /// For each container, whether it runs when the engine begins.
    pub fn new(running: Vec<bool>) -> Self {
        let account = |began_running| Account {
            lines: Vec::new(),
            gaps: 0,
            completed: 0,
            began_running,
            optional_runs: 0,
            is_at_risk: false,
        };
        Self { containers: running.into_iter().map(account).collect() }
    }

    /// Something of that container's log cannot be had any more.
    pub fn put_at_risk(&mut self, container: usize) {
        self.containers[container].is_at_risk = true;
    }

    /// A run of a container begins: the log of the last but one before it goes.
    pub fn started(&mut self, container: usize, run: usize) {
        let account = &mut self.containers[container];
        if account.began_running && account.lines.is_empty() {
            account.optional_runs = run;
        }
        if run >= 2 && account.completed < run - 1 {
            account.is_at_risk = true;
        }
    }

    /// Holds the engine to it.
    ///
    /// # Panics
    /// It is broken.
    pub fn check(&self, server: &Server, summary: Summary) {
        assert_eq!(summary.lines, self.containers.iter().map(|account| account.lines.len() as u64).sum::<u64>());
        for (at, (account, served)) in self.containers.iter().zip(&server.containers).enumerate() {
            account.check(at, &served.runs);
        }
    }
}

impl Sink for Contract {
    fn line(&mut self, track: TrackId, _: &Source, line: RawLine<'_>) {
        self.containers[track.index()].lines.push(String::from_utf8_lossy(line.message).into_owned());
    }

    fn note(&mut self, source: &Source, note: &Note) {
        let index: usize = source.container[1..].parse().expect("a container of the model");
        let account = &mut self.containers[index];
        match note {
            Note::Gap { .. } => account.gaps += 1,
            Note::Terminated(_) => account.completed += 1,
            Note::Restarted(count) => account.completed = *count as usize,
            _ => {}
        }
    }

    fn is_full(&self) -> bool {
        false
    }

    fn forget(&mut self, _: TrackId) {}
}

impl Account {
    fn check(&self, at: usize, runs: &[Run]) {
        let expected = || runs.iter().flat_map(|run| &run.lines).collect::<Vec<_>>();
        let what = || format!("container c{at}, expected: {:#?}\n{self:#?}", expected());
        assert!(self.gaps == 0 || self.is_at_risk, "a gap is said where nothing was at risk\n{}", what());
        let Some(missing) = self.missing(runs) else {
            panic!("a line is doubled, or out of order, or of nobody\n{}", what());
        };
        let is_excused = |(run, _): &&(usize, usize)| *run < self.optional_runs;
        let unexcused = missing.iter().filter(|missing| !is_excused(missing)).count();
        assert!(unexcused == 0 || self.is_at_risk, "{unexcused} lines are missing, which could be had\n{}", what());
    }

    /// The lines that did not come, by run and place. `None`: what came is not a part of what was written, in order.
    fn missing(&self, runs: &[Run]) -> Option<Vec<(usize, usize)>> {
        let mut came = self.lines.iter().peekable();
        let mut missing = Vec::new();
        for (run_at, run) in runs.iter().enumerate() {
            for (line_at, line) in run.lines.iter().enumerate() {
                if came.next_if(|message| self.is_that(message, line)).is_none() {
                    missing.push((run_at, line_at));
                }
            }
        }
        came.next().is_none().then_some(missing)
    }

    /// Where the rest of a log could not be had, its last line may be the beginning of one.
    fn is_that(&self, message: &str, line: &Line) -> bool {
        message == line.message || (self.is_at_risk && !message.is_empty() && line.message.starts_with(message))
    }
}
