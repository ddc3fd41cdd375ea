//! A server: what the containers of its pods have written, and how it answers a request for that.
//!
//! A log is kept for the current run of a container and for the one before it, as a kubelet does. While it waits to be
//! started again, the run that ended is both.

use std::time::Duration;

use kubectl_sidecar::logs::{Refusal, Request, Since};

use crate::pods::{ServedPod, number};

/// The server's clock when the engine's begins: 2001-09-09T01:46:40Z, in nanoseconds.
const EPOCH: i64 = 1_000_000_000 * 1_000_000_000;

/// One run of a container: the bytes of its log, line by line.
#[derive(Debug, Clone, Default)]
pub struct Run {
    pub lines: Vec<Line>,
    /// The first line that is still in the file: what is before was rotated away.
    pub rotated: usize,
    pub has_ended: bool,
}

/// A line as the runtime keeps it.
#[derive(Debug, Clone)]
pub struct Line {
    pub stamp: i64,
    pub message: String,
    /// Others of this run have the same message.
    pub is_alike: bool,
    /// The last line of a run may have no end.
    pub is_whole: bool,
}

impl Line {
    /// As the server sends it.
    fn text(&self) -> String {
        let time = jiff::Timestamp::from_nanosecond(i128::from(self.stamp)).expect("a stamp of our time");
        format!("{time:.9} {}{}", self.message, if self.is_whole { "\n" } else { "" })
    }
}

/// A container: the runs it had, of which the last is the current one.
#[derive(Debug, Clone, Default)]
pub struct Served {
    pub runs: Vec<Run>,
    /// After its end, it waits to be started again.
    pub waits: bool,
}

impl Served {
    pub fn current(&mut self) -> Option<&mut Run> {
        self.runs.last_mut()
    }

    pub fn is_running(&self) -> bool {
        self.runs.last().is_some_and(|run| !run.has_ended)
    }
}

/// A container of a pod, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub pod: usize,
    pub container: usize,
}

/// The server.
#[derive(Debug, Clone, Default)]
pub struct Server {
    /// All that were ever there.
    pub pods: Vec<ServedPod>,
}

/// What a stream brings: the rest of which run's log.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub place: Place,
    run: usize,
    /// In whole seconds.
    from: i64,
    /// Rotated away when the file was opened.
    rotated: usize,
    /// It ends after what was written by then.
    ends_after: Option<usize>,
}

impl Server {
    /// Its clock.
    pub fn clock(now: Duration) -> i64 {
        EPOCH + i64::try_from(now.as_nanos()).expect("a time of this century")
    }

    /// All containers there ever were.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        let containers = |(pod, served): (usize, &ServedPod)| {
            (0..served.containers.len()).map(move |container| Place { pod, container })
        };
        self.pods.iter().enumerate().flat_map(containers)
    }

    pub fn container(&mut self, place: Place) -> &mut Served {
        &mut self.pods[place.pod].containers[place.container]
    }

    /// The pod that has that name now.
    pub fn named(&self, name: &str) -> Option<usize> {
        self.pods.iter().rposition(|pod| pod.name == name && !pod.is_gone)
    }

    /// How it answers a request for a log.
    pub fn open(&self, request: &Request, now: Duration) -> Result<Answer, Refusal> {
        let Some(pod) = self.named(&request.pod) else { return Err(Refusal::NoSuchPod) };
        let container = number(&request.container);
        let Served { runs, waits } = &self.pods[pod].containers[container];
        let back = 1 + usize::from(request.previous && !waits);
        let Some(run) = runs.len().checked_sub(back) else {
            return Err(Refusal::NothingThere("waiting to start".to_owned()));
        };
        let seconds = match request.since {
            Some(Since::Time(stamp)) => stamp.whole_seconds(),
            Some(Since::Age(age)) => {
                Self::clock(now) / 1_000_000_000 - i64::try_from(age).expect("an age of this century")
            }
            None => 0,
        };
        Ok(Answer {
            place: Place { pod, container },
            run,
            from: seconds * 1_000_000_000,
            rotated: runs[run].rotated,
            ends_after: (!request.follow).then_some(runs[run].lines.len()),
        })
    }

    /// All that a stream has brought or will bring, as far as it is written.
    pub fn text(&self, answer: &Answer) -> Vec<u8> {
        let lines = &self.run(answer).lines;
        let lines = lines.iter().take(answer.ends_after.unwrap_or(usize::MAX)).skip(answer.rotated);
        lines.filter(|line| line.stamp >= answer.from).flat_map(|line| line.text().into_bytes()).collect()
    }

    /// Whether nothing more will be written to what a stream brings.
    pub fn is_all(&self, answer: &Answer) -> bool {
        self.run(answer).has_ended || answer.ends_after.is_some()
    }

    fn run(&self, answer: &Answer) -> &Run {
        let Answer { place, run, .. } = *answer;
        &self.pods[place.pod].containers[place.container].runs[run]
    }
}
