//! The life of one container's log: its state, and what that means for others.
//!
//! - `requests`: what is asked for, and from where.
//! - `streams`: what the answers of the server mean; `endings`: what the end of a stream does.
//! - `runs`: which run of the container is read, by the pod's word.
//! - `doubts`: what is new of a stream that is taken up again, and whether it is of the run that was meant.
//!
//! The states themselves are in `state`.

mod doubts;
mod endings;
mod requests;
mod runs;
mod streams;

use std::collections::VecDeque;

use super::anchor::{Anchor, Replay};
use super::bounds::Bounds;
use super::lines::Lines;
use super::protocol::{Note, Options, Source, StreamId, Tick};
use super::quiet::Quiet;
use super::rhythm::Rhythm;
use super::stamp::Stamp;
use super::state::{Doubt, Flow, Hold, Lost, Patience, Proof, Read, State};
use crate::pod::{Instance, Runtime};

/// A log that says nothing so often has nothing to say.
const SILENT_AT_MOST: u32 = 3;

/// What a track needs to decide.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) now: Tick,
    pub(super) options: &'a Options,
    pub(super) random: &'a mut fastrand::Rng,
}

/// What the cluster says of the pod as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PodIs {
    There,
    /// No container of it will run again.
    Over,
    /// Being deleted: its logs may go at any time.
    Going,
    /// Gone since then, and its logs with it.
    Gone(Tick),
}

/// A part of what a request brought.
#[derive(Debug, Clone, Copy)]
pub(super) enum Answer<'a> {
    Begins,
    Bytes(&'a [u8]),
    Over,
}

/// One container's log.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) source: Source,
    /// What waits to be written.
    pub(super) lines: Lines,
    pub(super) pod_is: PodIs,
    patience: Patience,
    state: State,
    anchor: Anchor,
    rhythm: Rhythm,
    /// A stream that is not lined up yet, or not known to be of the run that was meant.
    replay: Option<Replay>,
    /// The run that is read, or was read last.
    run: Option<Instance>,
    /// All of that run was had.
    run_is_complete: bool,
    /// It began after the reading did: since and tail were about what was there before.
    pub(super) is_new: bool,
    doubt: Doubt,
    /// When the first stream of this run was read as it was written, with nothing before.
    live_since: Option<Tick>,
    /// What the cluster said last.
    runtime: Option<Runtime>,
    /// The pod must say something, and must be asked at that time or later.
    asks_since: Option<Tick>,
    is_denied: bool,
    /// All that was asked for was read.
    is_enough: bool,
    /// It was followed until now: what came of the container meanwhile is read to its end.
    was_followed: bool,
    /// The pod may not be looked at: what its log says is all there is to know.
    is_unseen: bool,
    quiet: Quiet,
    /// A line that the stream did not bring while it stood still.
    missed: Option<Stamp>,
    /// Since when the pod says that the run whose log is read is over.
    over_since: Option<Tick>,
    lost: Option<Lost>,
    /// When the stream that is read was opened.
    opened_at: Tick,
    /// How much had been had by then: lines, and bytes of an unfinished one.
    had: (u64, usize),
    /// When bytes came last.
    last: Tick,
    /// Requests since the last one that brought something new.
    tries: u32,
    request: u32,
    checks: u32,
    waiting_said: Option<String>,
    /// How many lines there were when a gap was noted last.
    last_gap: Option<u64>,
    /// Notes, each to be told when so many lines were written.
    notes: VecDeque<(u64, Note)>,
    /// Runs whose lines begin when so many lines were written, by their restarts.
    runs: VecDeque<(u64, u32)>,
    written: u64,
}

impl Track {
    /// `jitter`: from 0 to 1, so that not all do the same at the same time.
    pub(super) fn new(source: Source, options: &Options, jitter: f64) -> Self {
        Self {
            source,
            lines: Lines::within(Bounds::new(options)),
            pod_is: PodIs::There,
            patience: Patience::new(options.follow, options.window),
            state: State::Idle,
            anchor: Anchor::default(),
            rhythm: Rhythm::default(),
            replay: None,
            run: None,
            run_is_complete: false,
            is_new: false,
            doubt: Doubt::None,
            live_since: None,
            runtime: None,
            asks_since: None,
            is_denied: false,
            is_enough: false,
            was_followed: false,
            is_unseen: false,
            quiet: Quiet::new(jitter),
            missed: None,
            over_since: None,
            lost: None,
            opened_at: Tick::ZERO,
            had: (0, 0),
            last: Tick::ZERO,
            tries: 0,
            request: 0,
            checks: 0,
            waiting_said: None,
            last_gap: None,
            notes: VecDeque::new(),
            runs: VecDeque::new(),
            written: 0,
        }
    }

    /// Whether nothing is read, asked for or wanted.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle)
    }

    /// Whether all there is has been read and written.
    pub(super) fn is_settled(&self) -> bool {
        self.is_idle() && self.lines.is_empty() && self.notes.is_empty()
    }

    /// Whether nothing more will be read, whatever becomes of the container: the server refuses to show its log, or all
    /// that was asked for was read.
    pub(super) fn is_closed(&self) -> bool {
        self.is_denied || self.is_enough
    }

    /// Whether the pod must say something, and must be asked for it, not before that time.
    pub(super) fn asks_for_the_pod(&self) -> Option<Tick> {
        self.asks_since
    }

    /// Whether that is the request whose answers are awaited.
    pub(super) fn awaits(&self, stream: StreamId) -> bool {
        self.quiet.awaits(stream.request) || stream.request == self.request && self.is_open()
    }

    /// Whether a log is asked for, or read.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, State::Asked { .. } | State::Reading { .. })
    }

    /// Whether [`Track::drained`] can tell it anything.
    pub(super) fn awaits_silence(&self) -> bool {
        let in_backlog = matches!(self.state, State::Reading { flow: Flow::Backlog, proof: Proof::Given, .. });
        in_backlog || self.given_up_at().is_some()
    }

    /// Whether more is to be read now, with so many bytes to be held at most. Where no whole line waits to be written,
    /// only reading on makes room: the beginning of a long line is past the budget at times.
    pub(super) fn has_room(&self, budget: usize) -> bool {
        let held = self.replay.as_ref().map_or(0, Replay::held_bytes);
        match self.state {
            State::Reading { proof: Proof::Awaited { .. }, .. } => held < budget,
            _ => self.lines.is_empty() || self.lines.bytes() < budget,
        }
    }

    /// What this track means for the others while it has no lines.
    pub(super) fn hold(&self) -> Hold {
        let live = self.rhythm.patience().min(self.patience.live);
        self.state.hold(self.lost, self.last, Patience { live, ..self.patience })
    }

    /// When something is to be done, if nothing happens before.
    pub(super) fn deadline(&self) -> Option<Tick> {
        let given_up = self.given_up_at();
        let own = match (&self.state, &self.replay) {
            (State::Due { at, .. }, _) => Some(*at),
            (State::Reading { flow: Flow::Backlog, proof: Proof::Given, .. }, replay) => {
                replay.as_ref().is_none_or(Replay::has_news).then_some(self.last + self.patience.read)
            }
            _ => None,
        };
        let check = self.quiet.deadline().filter(|_| self.can_be_quiet());
        own.into_iter().chain(given_up).chain(check).min()
    }

    /// Whether a silence may mean something.
    fn can_be_quiet(&self) -> bool {
        let is_read = match &self.state {
            State::Reading { read: Read::Rest { .. }, .. } => false,
            // Of a stream that is taken up again nothing may have come at all.
            State::Reading { flow, proof: Proof::Given, .. } => *flow == Flow::Live || self.replay.is_some(),
            _ => false,
        };
        is_read && self.lines.is_empty()
    }

    /// The oldest line was written. Whether it was the first one.
    pub(super) fn line_written(&mut self) -> bool {
        self.lines.pop();
        self.written += 1;
        self.name_the_run();
        self.written == 1
    }

    /// Lines that come from now on are of that run.
    fn begin_lines_of(&mut self, run: &Instance) {
        self.runs.push_back((self.written + self.lines.len() as u64, run.restarts));
        self.name_the_run();
    }

    /// The source says of which run the oldest line is.
    fn name_the_run(&mut self) {
        while let Some((after, restarts)) = self.runs.front().copied()
            && after <= self.written
        {
            self.source.restart = Some(restarts);
            self.runs.pop_front();
        }
    }

    /// Whether the place of a note among the lines has come.
    pub(super) fn has_a_note(&self) -> bool {
        self.notes.front().is_some_and(|(after, _)| *after <= self.written)
    }

    /// The note whose place among the lines has come.
    pub(super) fn next_note(&mut self) -> Option<Note> {
        if !self.has_a_note() {
            return None;
        }
        self.notes.pop_front().map(|(_, note)| note)
    }

    /// Lines may be missing here. Where no line came since that was said, it is the same gap.
    fn note_gap(&mut self, to: Option<Stamp>) {
        let at = self.written + self.lines.len() as u64;
        if self.last_gap.replace(at) != Some(at) {
            self.note(Note::Gap { from: self.anchor.last(), to });
        }
    }

    /// To be told when all lines that are here now were written.
    fn note(&mut self, note: Note) {
        self.notes.push_back((self.written + self.lines.len() as u64, note));
    }
}
