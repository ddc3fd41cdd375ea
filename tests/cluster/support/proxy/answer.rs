//! An answer, written: in chunks of our own, so that it can end anywhere and in any way.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use rustix::net::sockopt::set_socket_linger;
use serde_json::json;

use super::fault::{Ending, Place};

/// The head of an answer whose content comes in chunks.
pub(super) const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";

/// The content of an answer, as it is written.
pub(super) struct Answer<'a> {
    client: &'a TcpStream,
    breaks: Option<(Place, Ending)>,
    sent: usize,
    /// Bytes of the current line that were sent.
    column: usize,
}

/// Whether an answer goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goes {
    On,
    /// It comes to its end too early, in that way.
    NoFurther(Ending),
}

impl<'a> Answer<'a> {
    pub(super) fn new(client: &'a TcpStream, breaks: Option<(Place, Ending)>) -> Self {
        Self { client, breaks, sent: 0, column: 0 }
    }

    /// Sends a piece of the content, up to the place where it is to break.
    pub(super) fn send(&mut self, piece: &[u8]) -> io::Result<Goes> {
        for (index, byte) in piece.iter().enumerate() {
            if let Some((place, ending)) = self.breaks
                && self.sent >= place.after
                && place.spot.is_before(*byte, self.column)
            {
                self.chunk(&piece[..index])?;
                return Ok(Goes::NoFurther(ending));
            }
            self.sent += 1;
            self.column = if *byte == b'\n' { 0 } else { self.column + 1 };
        }
        self.chunk(piece)?;
        Ok(Goes::On)
    }

    /// Ends the answer. After it, the connection is as the ending has it.
    pub(super) fn end(mut self, ending: Ending) -> io::Result<()> {
        match ending {
            Ending::Stall => return Ok(()),
            Ending::Clean => self.client.write_all(b"0\r\n\r\n")?,
            Ending::Reset => set_socket_linger(self.client, Some(Duration::ZERO))?,
            Ending::HangUp => {}
            Ending::InChunkHeader => self.client.write_all(b"1f")?,
            Ending::InChunk => self.client.write_all(b"1f\r\n2026-01-")?,
        }
        // Closed with what lingers thrown away, it is a reset; the last one who has it closes it.
        self.client.shutdown(if ending == Ending::Reset { Shutdown::Read } else { Shutdown::Both })
    }

    fn chunk(&mut self, piece: &[u8]) -> io::Result<()> {
        if piece.is_empty() {
            return Ok(());
        }
        let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
        chunk.extend_from_slice(piece);
        chunk.extend_from_slice(b"\r\n");
        self.client.write_all(&chunk)
    }
}

/// The server's no, as it says it.
pub(super) fn refusal(code: u16, retry_after: Option<u32>) -> String {
    let status = json!({
        "apiVersion": "v1",
        "kind": "Status",
        "status": "Failure",
        "message": "the fault proxy says no",
        "reason": if code == 401 { "Unauthorized" } else { "" },
        "code": code,
    })
    .to_string();
    let retry_after = retry_after.map_or(String::new(), |seconds| format!("Retry-After: {seconds}\r\n"));
    let length = status.len();
    format!(
        "HTTP/1.1 {code} No\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{retry_after}\
         Connection: close\r\n\r\n{status}"
    )
}

/// What a watch says that goes on from what the server has forgotten.
pub(super) fn gone() -> String {
    let status = json!({
        "apiVersion": "v1",
        "kind": "Status",
        "status": "Failure",
        "message": "too old resource version: 1 (2)",
        "reason": "Expired",
        "code": 410,
    });
    json!({"type": "ERROR", "object": status}).to_string() + "\n"
}
