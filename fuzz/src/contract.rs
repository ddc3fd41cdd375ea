//! What must be true of the output, whatever happened: each line once, in order within its container, and a hole only
//! where a log could not be had; where there is one, or may be one, it is said, and nowhere else. Across containers, each
//! line that is out of the order of time is counted as late.

use std::collections::HashMap;

use kubectl_sidecar::logs::{Note, RawLine, Sink, Source, Stamp, Summary, TrackId};

use crate::pods::{ServedPod, number};
use crate::server::{Line, Place, Run, Server};

/// What came out, and what the engine cannot be blamed for.
#[derive(Debug, Default)]
pub struct Contract {
    pods: Vec<Vec<Account>>,
    lines: u64,
    late: u64,
    newest: HashMap<TrackId, Stamp>,
    is_ending: bool,
}

#[derive(Debug, Default)]
struct Account {
    lines: Vec<String>,
    gaps: usize,
    /// Runs whose end was told of.
    completed: usize,
    /// It ran when the engine met it: what came before its first line is nobody's.
    began_running: bool,
    /// Runs before this one had come and gone before a line of theirs was shown, and were not waited for.
    optional_runs: usize,
    /// Only so many lines of the first run must come: those that were there.
    only_first: Option<usize>,
    /// Nobody tells of its runs.
    is_unseen: bool,
    /// Some of it could not be had, or cannot be known to have been had.
    is_at_risk: bool,
}

impl Contract {
    /// The engine is going to meet a pod. Whether it follows it, and may look at it.
    pub fn meet(&mut self, pod: &ServedPod, follows: bool, is_unseen: bool) {
        let accounts = pod.containers.iter().map(|served| Account {
            began_running: served.is_running(),
            only_first: (!follows).then(|| served.runs.first().map_or(0, |run| run.lines.len())),
            is_unseen,
            ..Account::default()
        });
        self.pods.push(accounts.collect());
    }

    /// Something of that container's log cannot be had any more.
    pub fn put_at_risk(&mut self, place: Place) {
        self.pods[place.pod][place.container].is_at_risk = true;
    }

    /// The same of all containers of a pod.
    pub fn put_pod_at_risk(&mut self, pod: usize) {
        self.pods[pod].iter_mut().for_each(|account| account.is_at_risk = true);
    }

    /// A run of a container begins.
    pub fn started(&mut self, place: Place, run: usize) {
        let account = &mut self.pods[place.pod][place.container];
        if account.began_running && account.lines.is_empty() {
            account.optional_runs = run;
        }
        account.is_at_risk |= account.is_unseen && run >= 1;
    }

    /// The log of a run goes.
    pub fn forgotten(&mut self, place: Place, run: usize) {
        let account = &mut self.pods[place.pod][place.container];
        account.is_at_risk |= account.completed <= run;
    }

    /// From now on nothing breaks, and nothing more is written.
    pub fn end_begins(&mut self) {
        self.is_ending = true;
    }

    /// Holds the engine to it.
    ///
    /// # Panics
    /// It is broken.
    pub fn check(&self, server: &Server, summary: Summary) {
        assert_eq!((summary.lines, summary.late), (self.lines, self.late), "lines, and those that are late");
        for (number, (accounts, pod)) in self.pods.iter().zip(&server.pods).enumerate() {
            for (at, (account, served)) in accounts.iter().zip(&pod.containers).enumerate() {
                account.check(&format!("container c{at} of uid-{number}"), &served.runs);
            }
        }
    }

    fn account(&mut self, source: &Source) -> &mut Account {
        let pod = number(source.namespace.as_deref().unwrap_or_default());
        &mut self.pods[pod][number(&source.container)]
    }
}

impl Sink for Contract {
    fn line(&mut self, track: TrackId, source: &Source, line: RawLine<'_>) {
        self.account(source).lines.push(String::from_utf8_lossy(line.message).into_owned());
        let is_newer = |(other, newest): (&TrackId, &Stamp)| *other != track && line.stamp < *newest;
        self.lines += 1;
        self.late += u64::from(self.newest.iter().any(is_newer));
        let newest = self.newest.entry(track).or_insert(line.stamp);
        *newest = line.stamp.max(*newest);
    }

    fn note(&mut self, source: &Source, note: &Note) {
        let is_ending = self.is_ending;
        let account = self.account(source);
        match note {
            Note::Gap { .. } => account.gaps += 1,
            Note::Terminated(_) => account.completed += 1,
            Note::Restarted(count) => account.completed = *count as usize,
            // Nobody could know that it would go on.
            Note::Silent => account.is_at_risk |= !is_ending,
            _ => {}
        }
    }

    fn is_full(&self) -> bool {
        false
    }

    fn forget(&mut self, _: TrackId) {}
}

/// What became of a line.
struct Written {
    came: bool,
    is_missing: bool,
}

/// Whether a line is missing between others that came.
fn has_hole(written: &[Written]) -> bool {
    let mut came = written.iter().enumerate().filter(|(_, line)| line.came).map(|(at, _)| at);
    let ends = came.next().and_then(|first| Some((first, came.next_back()?)));
    ends.is_some_and(|(first, last)| written[first..last].iter().any(|line| line.is_missing))
}

impl Account {
    fn check(&self, who: &str, runs: &[Run]) {
        let expected = || runs.iter().flat_map(|run| &run.lines).collect::<Vec<_>>();
        let what = || format!("{who}, expected: {:#?}\n{self:#?}", expected());
        assert!(self.gaps == 0 || self.is_at_risk, "a gap is said where nothing was at risk\n{}", what());
        if self.is_unseen && runs.len() > 1 {
            // Stamps step back, so the next run may begin before this one ended: nobody can tell what is new then.
            return;
        }
        let Some(written) = self.compare(runs) else {
            panic!("a line is doubled, or out of order, or of nobody\n{}", what());
        };
        let missing = written.iter().filter(|line| line.is_missing).count();
        assert!(missing == 0 || self.is_at_risk, "{missing} lines are missing, which could be had\n{}", what());
        // Nobody can say which of several lines that are alike is missing.
        let is_clear = runs.iter().flat_map(|run| &run.lines).all(|line| !line.is_alike);
        assert!(!is_clear || self.gaps > 0 || !has_hole(&written), "a hole is not told of\n{}", what());
    }

    /// Whether a line, by run and place, must have come.
    fn must_come(&self, (run, line): (usize, usize)) -> bool {
        let is_wanted = self.only_first.is_none_or(|count| run == 0 && line < count);
        is_wanted && run >= self.optional_runs
    }

    /// What became of all that was written. `None`: what came is not a part of that, in order.
    fn compare(&self, runs: &[Run]) -> Option<Vec<Written>> {
        let mut lines = self.lines.iter().peekable();
        let mut written = Vec::new();
        for (run_at, run) in runs.iter().enumerate() {
            for (line_at, line) in run.lines.iter().enumerate() {
                let came = lines.next_if(|message| self.is_that(message, line)).is_some();
                written.push(Written { came, is_missing: !came && self.must_come((run_at, line_at)) });
            }
        }
        lines.next().is_none().then_some(written)
    }

    /// Where the rest of a log could not be had, its last line may be the beginning of one.
    fn is_that(&self, message: &str, line: &Line) -> bool {
        message == line.message || (self.is_at_risk && line.message.starts_with(message))
    }
}
