//! The log engine, and a file into which everything is written that it is told: a run that can be replayed without a
//! cluster.
//!
//! Decides when that is done, and that it is done for every event: there is no other way to the engine. Leaves the form
//! to `logs::recorded`. Where nobody asked for it, nothing is done.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Deref;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::logs::recorded::{Happened, Recorded};
use crate::logs::{Action, Engine, Event, Options, Sink, Tick};

/// Names the file to write to. For bug reports and tests: it holds the text of the logs.
const FILE: &str = "KUBECTL_SIDECAR_RECORD";

/// The log engine. What changes it goes through here; all else is asked of it directly.
#[derive(Debug)]
pub(super) struct RecordedEngine {
    engine: Engine,
    recording: Option<Recording>,
}

impl RecordedEngine {
    /// An engine that has seen nothing yet, recorded if the environment says so.
    ///
    /// # Errors
    /// The file cannot be made.
    pub(super) fn new(options: Options) -> Result<Self> {
        let path = std::env::var_os(FILE).filter(|path| !path.is_empty());
        let mut recording = path.map(|path| Recording::new(path.into())).transpose()?;
        if let Some(recording) = &mut recording {
            recording.write(Happened::Began(options.clone()), Tick::ZERO);
        }
        Ok(Self { engine: Engine::new(options), recording })
    }

    /// [`Engine::handle`].
    pub(super) fn handle(&mut self, event: Event<'_>, now: Tick) {
        if let Some(recording) = &mut self.recording {
            recording.write(Happened::from(&event), now);
        }
        self.engine.handle(event, now);
    }

    /// [`Engine::next_action`].
    pub(super) fn next_action(&mut self) -> Option<Action> {
        let action = self.engine.next_action();
        if let (Some(recording), Some(Action::Open(request))) = (&mut self.recording, &action) {
            recording.write(Happened::Asked(request.clone()), recording.last);
        }
        action
    }

    /// [`Engine::release`].
    pub(super) fn release(&mut self, now: Tick) {
        if let Some(recording) = &mut self.recording {
            recording.write(Happened::Released, now);
        }
        self.engine.release(now);
    }

    /// [`Engine::write`].
    pub(super) fn write(&mut self, sink: &mut impl Sink) {
        self.engine.write(sink);
    }

    /// No more is recorded.
    ///
    /// # Errors
    /// Not all of it could be written.
    pub(super) fn end_recording(&mut self) -> Result<()> {
        self.recording.take().map_or(Ok(()), Recording::end)
    }
}

impl Deref for RecordedEngine {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        &self.engine
    }
}

#[derive(Debug)]
struct Recording {
    path: PathBuf,
    file: BufWriter<File>,
    /// Following goes on without it; it is told in the end.
    failed: std::io::Result<()>,
    /// When something happened last.
    last: Tick,
}

impl Recording {
    fn new(path: PathBuf) -> Result<Self> {
        match File::create(&path) {
            Ok(file) => Ok(Self { path, file: BufWriter::new(file), failed: Ok(()), last: Tick::ZERO }),
            Err(error) => Err(Error::other(format_args!("cannot record to {}: {error}", path.display()))
                .hint(format!("{FILE} in the environment names a file to be written"))),
        }
    }

    fn write(&mut self, what: Happened, at: Tick) {
        self.last = at;
        if self.failed.is_ok() {
            self.failed = write_line(&mut self.file, &Recorded { at, what });
        }
    }

    fn end(mut self) -> Result<()> {
        self.failed
            .and_then(|()| self.file.flush())
            .map_err(|error| Error::other(format_args!("cannot record to {}: {error}", self.path.display())))
    }
}

fn write_line(file: &mut impl Write, recorded: &Recorded) -> std::io::Result<()> {
    serde_json::to_writer(&mut *file, recorded)?;
    file.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_can_be_read_again() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let recording = Some(Recording::new(file.path().to_owned()).unwrap());
        let mut engine = RecordedEngine { engine: Engine::new(Options::default()), recording };
        engine.handle(Event::Unwatched { uid: "u" }, Tick::from_millis(5));
        engine.release(Tick::from_millis(7));
        engine.end_recording().unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        let lines: Vec<Recorded> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let unwatched = Recorded { at: Tick::from_millis(5), what: Happened::Unwatched { uid: "u".to_owned() } };
        let released = Recorded { at: Tick::from_millis(7), what: Happened::Released };
        assert_eq!(lines, [unwatched, released]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_cannot_be_made_is_named() {
        let error = Recording::new("/dev/null/trace".into()).unwrap_err();
        assert_eq!(error.to_string(), "error: cannot record to /dev/null/trace: Not a directory (os error 20)");
    }

    #[cfg(unix)]
    #[test]
    fn a_disk_that_is_full_is_told_in_the_end() {
        let mut recording = Recording::new("/dev/full".into()).unwrap();
        recording.write(Happened::Tick, Tick::ZERO);
        let error = recording.end().unwrap_err();
        assert_eq!(error.to_string(), "error: cannot record to /dev/full: No space left on device (os error 28)");
    }
}
