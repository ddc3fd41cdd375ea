//! Through an HTTP proxy: `CONNECT`.
//!
//! Ours, since the answer's own words are what tells a proxy's no from another, and hyper-util's `Tunnel` drops them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::connector::{NoWay, Stream};
use super::proxy::port;
use crate::cluster::address::Credentials;
use crate::cluster::agent;
use crate::error::visible;

/// The longest answer, without what follows its headers.
const LONGEST: usize = 8 * 1024;
const MOST_HEADERS: usize = 64;

/// Has the proxy connect us to the server.
pub(super) async fn open(stream: Stream, server: &Uri, credentials: Option<&Credentials>) -> Result<Stream, NoWay> {
    let mut stream = TokioIo::new(stream);
    stream.write_all(request(server, credentials).as_bytes()).await?;
    stream.flush().await?;
    let mut answer = Vec::with_capacity(1024);
    loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(NoWay::Broken(std::io::ErrorKind::UnexpectedEof.into()));
        }
        match status(&answer)? {
            Some((StatusCode::OK, _)) => return Ok(stream.into_inner()),
            Some((code, words)) => return Err(NoWay::Refused(code, words)),
            None => {}
        }
    }
}

fn request(server: &Uri, credentials: Option<&Credentials>) -> String {
    let place = format!("{}:{}", server.host().unwrap_or_default(), port(server));
    let shown = credentials.map_or_else(String::new, |shown| format!("Proxy-Authorization: {}\r\n", basic(shown)));
    format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\nUser-Agent: {}\r\n{shown}\r\n", agent())
}

/// As a header has it.
pub(super) fn basic(credentials: &Credentials) -> String {
    let Credentials { user, password } = credentials;
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// The status of an answer, and its words; `None`: there is more to come.
fn status(answer: &[u8]) -> std::io::Result<Option<(StatusCode, String)>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(answer).map_err(|_| no_answer())?;
    if parsed.is_partial() {
        return if answer.len() < LONGEST { Ok(None) } else { Err(no_answer()) };
    }
    let code = response.code.and_then(|code| StatusCode::from_u16(code).ok()).ok_or_else(no_answer)?;
    let words = response.reason.filter(|words| !words.is_empty()).or(code.canonical_reason()).unwrap_or_default();
    Ok(Some((code, visible(words.to_owned()))))
}

fn no_answer() -> std::io::Error {
    std::io::Error::other("what it answers is no HTTP")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_for_the_server_with_what_it_wants_to_see() {
        let shown = Credentials { user: "me".to_owned(), password: "secret".to_owned() };
        let asked = request(&"https://[::1]:6443/x".parse().unwrap(), Some(&shown));
        let expected = format!(
            "CONNECT [::1]:6443 HTTP/1.1\r\nHost: [::1]:6443\r\nUser-Agent: {}\r\n\
             Proxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n",
            agent()
        );
        assert_eq!(asked, expected);
        assert!(request(&"https://a".parse().unwrap(), None).starts_with("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n"));
    }

    #[test]
    fn answers_are_understood_and_shown_in_their_own_words() {
        let read = |answer: &str| status(answer.as_bytes()).map_err(|error| error.to_string());
        assert_eq!(read("HTTP/1.1 200 Connection established\r\nA: b\r\n").unwrap(), None);
        assert_eq!(read("HTTP/1.0 200 \r\n\r\n").unwrap(), Some((StatusCode::OK, "OK".to_owned())));
        let refused = Some((StatusCode::FORBIDDEN, "Not from here".to_owned()));
        assert_eq!(read("HTTP/1.1 403 Not from here\r\n\r\n<html>").unwrap(), refused);
        assert_eq!(read("SSH-2.0-OpenSSH\r\n").unwrap_err(), "what it answers is no HTTP");
        assert!(read(&format!("HTTP/1.1 200 OK\r\nA: {}", "b".repeat(LONGEST))).is_err());
    }
}
