//! What is typed, or comes through a pipe, as it comes.
//!
//! A thread of its own reads: standard input has no other way to be waited for beside other things.

use std::io::{self, Read};
use std::thread;

use tokio::sync::mpsc::{Receiver, channel};

/// Read, and not taken yet: a pipe that is fast waits then.
const MOST_AHEAD: usize = 4;
const PIECE: usize = 16 << 10;

/// Standard input.
#[derive(Debug)]
pub struct Input(Receiver<Vec<u8>>);

impl Input {
    /// Begins to read. What is read and not taken is lost.
    pub fn start() -> Self {
        let (pieces, input) = channel(MOST_AHEAD);
        thread::spawn(move || {
            let mut buffer = vec![0; PIECE];
            loop {
                let count = match io::stdin().lock().read(&mut buffer) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    // What cannot be read is at its end.
                    Ok(0) | Err(_) => return,
                    Ok(count) => count,
                };
                if pieces.blocking_send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self(input)
    }

    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Option<Vec<u8>> {
        self.0.recv().await
    }
}
