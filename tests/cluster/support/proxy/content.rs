//! The answer of an upstream, read: its head, and its content without what frames it.

use std::io::{self, BufRead, Read};

/// The first lines of a message, the empty one included.
pub(super) fn head(from: &mut impl BufRead) -> io::Result<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if from.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(head)
}

/// Whether an answer with that head comes in chunks.
pub(super) fn is_chunked(head: &str) -> bool {
    head.lines().any(|line| line.eq_ignore_ascii_case("transfer-encoding: chunked"))
}

/// What is in the chunks.
pub(super) struct Chunks<R> {
    from: R,
    /// Bytes of the current chunk that are not read yet.
    left: usize,
    is_first: bool,
}

impl<R: BufRead> Chunks<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, left: 0, is_first: true }
    }

    fn begin_chunk(&mut self) -> io::Result<()> {
        let mut line = String::new();
        if !std::mem::replace(&mut self.is_first, false) {
            self.from.read_line(&mut line)?;
            line.clear();
        }
        if self.from.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        Ok(())
    }
}

impl<R: BufRead> Read for Chunks<R> {
    /// Gives what there is of a chunk; nothing after the last one.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            self.begin_chunk()?;
            if self.left == 0 {
                return Ok(0);
            }
        }
        let most = into.len().min(self.left);
        let length = self.from.read(&mut into[..most])?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together() {
        let mut whole = String::new();
        Chunks::new(&b"3\r\nabc\r\na\r\n0123456789\r\n0\r\n\r\n"[..]).read_to_string(&mut whole).unwrap();
        assert_eq!(whole, "abc0123456789");
        let broken = Chunks::new(&b"3\r\nabc\r\na\r\n0123"[..]).read_to_string(&mut String::new());
        assert_eq!(broken.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
