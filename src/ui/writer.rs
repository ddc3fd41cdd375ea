//! Writing a stream of output without ever keeping the rest of the program waiting.
//!
//! A thread of its own writes; what it is handed comes out in order, whether data or notes. A slow reader slows the
//! thread alone: who hands it data sees that, and stops making more.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Buffers with the thread at most: one is written while the next one is filled.
const MOST_IN_FLIGHT: usize = 2;

enum Piece {
    Data(Vec<u8>),
    Errors(Vec<u8>),
    Note(String),
}

/// What became of a piece.
#[derive(Debug)]
enum Written {
    /// With the buffer, to be used again.
    Data(io::Result<Vec<u8>>),
    Note,
}

/// The thread that writes.
#[derive(Debug)]
pub struct Writer {
    pieces: mpsc::Sender<Piece>,
    written: UnboundedReceiver<Written>,
    in_flight: usize,
    notes_in_flight: usize,
    spare: Vec<Vec<u8>>,
}

impl Writer {
    /// Starts the thread.
    pub fn start() -> Self {
        let (pieces, to_write) = mpsc::channel();
        let (report, written) = unbounded_channel();
        thread::spawn(move || {
            for piece in to_write {
                if report.send(write(piece)).is_err() {
                    break;
                }
            }
        });
        Self { pieces, written, in_flight: 0, notes_in_flight: 0, spare: Vec::new() }
    }

    /// Whether another buffer may be handed over.
    pub fn is_ready(&self) -> bool {
        self.in_flight < MOST_IN_FLIGHT
    }

    /// Whether all that was handed over has been written.
    pub fn is_done(&self) -> bool {
        self.in_flight == 0 && self.notes_in_flight == 0
    }

    /// An empty buffer, to be filled and handed over.
    pub fn buffer(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_default()
    }

    /// Hands over data for standard output.
    pub fn data(&mut self, data: Vec<u8>) {
        if self.pieces.send(Piece::Data(data)).is_ok() {
            self.in_flight += 1;
        }
    }

    /// Hands over what is to go to standard error as it is, to be written after the data before it.
    pub fn errors(&mut self, data: Vec<u8>) {
        if self.pieces.send(Piece::Errors(data)).is_ok() {
            self.in_flight += 1;
        }
    }

    /// Hands over a line for standard error, to be written after the data before it.
    pub fn note(&mut self, line: String) {
        // The thread ends only when this value is dropped.
        if self.pieces.send(Piece::Note(line)).is_ok() {
            self.notes_in_flight += 1;
        }
    }

    /// A line for standard error, to be written at once, past what waits for a slow reader.
    pub fn aside(&self, line: String) {
        // On a thread of its own: standard error may lead to the same reader.
        thread::spawn(move || io::stderr().lock().write_all(line.as_bytes()));
    }

    /// Waits until something was written. Cancel safe. Waits for ever if nothing was handed over.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn written(&mut self) -> io::Result<()> {
        match self.written.recv().await {
            Some(Written::Data(result)) => {
                self.in_flight -= 1;
                let mut buffer = result?;
                buffer.clear();
                self.spare.push(buffer);
                Ok(())
            }
            Some(Written::Note) => {
                self.notes_in_flight -= 1;
                Ok(())
            }
            None => std::future::pending().await,
        }
    }
}

fn write(piece: Piece) -> Written {
    match piece {
        Piece::Data(data) => {
            let mut stdout = io::stdout().lock();
            Written::Data(stdout.write_all(&data).and_then(|()| stdout.flush()).map(|()| data))
        }
        Piece::Errors(data) => {
            // As below: where nobody reads it, nothing is to be told.
            let _ = io::stderr().lock().write_all(&data);
            Written::Data(Ok(data))
        }
        Piece::Note(line) => {
            // Standard error is where failures are told: one of its own has nowhere to go.
            let _ = io::stderr().lock().write_all(line.as_bytes());
            Written::Note
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_done_when_the_last_note_was_written() {
        let mut writer = Writer::start();
        assert!(writer.is_done());
        writer.note(String::new());
        assert!(!writer.is_done());
        writer.written().await.unwrap();
        assert!(writer.is_done());
    }
}
