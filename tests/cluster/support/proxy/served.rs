//! A container's log that the proxy makes up: stamps that no runtime gives on demand. Read as the kubelet lets logs be
//! read: from a second on, line by line, and further as it grows.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use jiff::Timestamp;

/// A log that grows until it ends.
#[derive(Clone, Default)]
pub(crate) struct ServedLog(Arc<(Mutex<Written>, Condvar)>);

#[derive(Default)]
struct Written {
    lines: Vec<(Timestamp, String)>,
    is_over: bool,
}

impl ServedLog {
    /// The container writes on.
    pub(crate) fn write(&self, lines: impl IntoIterator<Item = (Timestamp, String)>) {
        let (written, changed) = &*self.0;
        written.lock().unwrap().lines.extend(lines);
        changed.notify_all();
    }

    /// The container writes no more.
    pub(crate) fn end(&self) {
        let (written, changed) = &*self.0;
        written.lock().unwrap().is_over = true;
        changed.notify_all();
    }

    /// As it is asked for by `PATH?QUERY`.
    pub(super) fn read(&self, target: &str) -> ServedReader {
        let value = |name: &str| target.split(['?', '&']).find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        let since = value("sinceTime").map(|time| time.replace("%3A", ":").parse().unwrap());
        let tail = value("tailLines").map(|count| count.parse().unwrap());
        let (written, _) = &*self.0;
        let count = written.lock().unwrap().lines.len();
        ServedReader {
            log: self.clone(),
            since: since.unwrap_or(Timestamp::MIN),
            follows: value("follow").is_some(),
            next: tail.map_or(0, |tail| count.saturating_sub(tail)),
            pending: Vec::new(),
            is_left: Arc::default(),
        }
    }
}

/// Somebody who reads it.
pub(super) struct ServedReader {
    log: ServedLog,
    since: Timestamp,
    follows: bool,
    next: usize,
    /// What was taken from the log and not given yet.
    pending: Vec<u8>,
    is_left: Arc<AtomicBool>,
}

impl ServedReader {
    /// Ends the reading.
    pub(super) fn hang_up(&self) -> impl Fn() + Send + Sync + use<> {
        let (is_left, log) = (Arc::clone(&self.is_left), self.log.clone());
        move || {
            let (written, changed) = &*log.0;
            // Who waits has looked before, or will look after.
            let _written = written.lock().unwrap();
            is_left.store(true, Ordering::Relaxed);
            changed.notify_all();
        }
    }

    /// Takes some lines, or waits for them. Nothing: there will be none.
    fn take_lines(&mut self) -> io::Result<()> {
        let (written, changed) = &*self.log.0;
        let mut written = written.lock().unwrap();
        loop {
            if self.is_left.load(Ordering::Relaxed) {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            for (stamp, text) in
                written.lines.iter().skip(self.next).take(100).filter(|(stamp, _)| *stamp >= self.since)
            {
                self.pending.extend_from_slice(format!("{stamp:.9} {text}\n").as_bytes());
            }
            let some = written.lines.len().saturating_sub(self.next).min(100);
            self.next += some;
            if !self.pending.is_empty() {
                return Ok(());
            }
            if some == 0 {
                if written.is_over || !self.follows {
                    return Ok(());
                }
                written = changed.wait(written).unwrap();
            }
        }
    }
}

impl Read for ServedReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.pending.is_empty() {
            self.take_lines()?;
        }
        let length = into.len().min(self.pending.len());
        into[..length].copy_from_slice(&self.pending[..length]);
        self.pending.drain(..length);
        Ok(length)
    }
}
