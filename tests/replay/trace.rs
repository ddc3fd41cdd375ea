//! A recorded run, and an engine that lives through it again.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use kubectl_sidecar::logs::recorded::{Happened, Recorded};
use kubectl_sidecar::logs::{Action, ContainerChoice, Engine, Options, Request, StreamId};

use super::account::Account;

/// A recorded run.
pub(crate) struct Trace {
    pub(crate) name: String,
    lines: Vec<Recorded>,
}

impl Trace {
    /// All that are in a folder, by name.
    pub(crate) fn all(folder: &Path) -> Vec<Self> {
        let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
        paths.sort();
        assert!(!paths.is_empty(), "nothing is recorded in {}", folder.display());
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(path).unwrap();
        let line = |(at, line)| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{}, line {}: {error}", path.display(), at + 1))
        };
        Self { name, lines: text.lines().enumerate().map(line).collect() }
    }

    /// Lets an engine live through it.
    pub(crate) fn replay(&self) -> Account {
        let Some((Recorded { what: Happened::Began(options), .. }, rest)) = self.lines.split_first() else {
            panic!("{}: the first line must say how the engine began", self.name);
        };
        let mut replay = Replay::new(&self.name, options.clone());
        for recorded in rest {
            replay.live(recorded);
        }
        replay.end()
    }

    /// The engine of this trace is one that reads no container that it has.
    pub(crate) fn forget_the_options(&mut self) {
        let choice = ContainerChoice::named(["another"]);
        self.lines[0].what = Happened::Began(Options { choice, ..Options::default() });
    }
}

struct Replay<'a> {
    name: &'a str,
    engine: Engine,
    account: Account,
    /// The logs it asked for. Each is marked when it is found in the recording.
    asked: HashMap<StreamId, (Request, bool)>,
    /// Questions about pods that are not answered yet, by uid.
    looks: HashMap<String, usize>,
    was_released: bool,
}

impl<'a> Replay<'a> {
    fn new(name: &'a str, options: Options) -> Self {
        Self {
            name,
            engine: Engine::new(options),
            account: Account::new(),
            asked: HashMap::new(),
            looks: HashMap::new(),
            was_released: false,
        }
    }

    fn live(&mut self, recorded: &Recorded) {
        self.check(&recorded.what);
        recorded.what.tell(&mut self.engine, recorded.at);
        while let Some(action) = self.engine.next_action() {
            match action {
                Action::Open(request) => {
                    self.asked.insert(request.stream, (request, false));
                }
                Action::Look { uid, .. } => *self.looks.entry(uid).or_default() += 1,
            }
        }
        self.engine.write(&mut self.account);
    }

    /// What was recorded must be an answer to what this engine asked for, or need no asking.
    fn check(&mut self, what: &Happened) {
        match what {
            Happened::Asked(then) => {
                let Some((now, is_found)) = self.asked.get_mut(&then.stream) else {
                    self.refuse(&format!("it did not ask for {then:?}"));
                };
                *is_found = true;
                if (&now.container, now.previous) != (&then.container, then.previous) {
                    let difference = format!("{now:?} instead of {then:?}");
                    self.refuse(&difference);
                }
            }
            Happened::Opened(stream)
            | Happened::Refused { stream, .. }
            | Happened::Bytes { stream, .. }
            | Happened::Closed { stream, .. }
                if !self.asked.contains_key(stream) =>
            {
                self.refuse(&format!("it did not ask for {stream:?}"));
            }
            Happened::Looked { uid, .. } | Happened::LookFailed { uid } => match self.looks.get_mut(uid) {
                Some(open @ 1..) => *open -= 1,
                _ => self.refuse(&format!("it did not ask for the pod {uid}")),
            },
            Happened::Released => self.was_released = true,
            _ => {}
        }
    }

    fn end(mut self) -> Account {
        if let Some((request, _)) = self.asked.values().find(|(_, is_found)| !is_found) {
            self.refuse(&format!("nothing answers {request:?}"));
        }
        assert!(self.engine.is_finished() || self.was_released, "{}: following does not end", self.name);
        self.account.summary = self.engine.summary();
        self.account
    }

    fn refuse(&self, why: &str) -> ! {
        panic!(
            "{}: the engine asked otherwise than when this was recorded: {why}\n\
             record it anew with: tests/traces/record.sh {}",
            self.name, self.name
        )
    }
}
