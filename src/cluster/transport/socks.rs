//! Through a SOCKS proxy: version 5 (RFC 1928), with user and password where it wants them (RFC 1929).
//!
//! Ours, since hyper-util's `SocksV5` offers a password or none, where Go offers both and leaves the choice to the proxy.
//! Failures are worded as Go words them (`net/http/socks_bundle.go`).

use std::net::IpAddr;

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::connector::{NoWay, Stream};
use super::proxy::{host, port};
use crate::cluster::address::Credentials;

const VERSION: u8 = 5;
const NO_PASSWORD: u8 = 0;
const PASSWORD: u8 = 2;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// Has the proxy connect us to the server.
pub(super) async fn open(stream: Stream, server: &Uri, credentials: Option<&Credentials>) -> Result<Stream, NoWay> {
    let mut stream = TokioIo::new(stream);
    greet(&mut stream, server, credentials).await?;
    Ok(stream.into_inner())
}

async fn greet(
    stream: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin),
    server: &Uri,
    credentials: Option<&Credentials>,
) -> Result<(), NoWay> {
    let offered: &[u8] =
        if credentials.is_some() { &[VERSION, 2, NO_PASSWORD, PASSWORD] } else { &[VERSION, 1, NO_PASSWORD] };
    stream.write_all(offered).await?;
    stream.flush().await?;
    let [_, chosen] = read(stream).await?;
    match (chosen, credentials) {
        (NO_PASSWORD, _) => {}
        (PASSWORD, Some(credentials)) => log_in(stream, credentials).await?,
        _ => return Err(NoWay::Socks("no acceptable authentication methods")),
    }
    stream.write_all(&request(server)?).await?;
    stream.flush().await?;
    let [_, reply, _, kind] = read(stream).await?;
    if reply != 0 {
        return Err(NoWay::Socks(words(reply)));
    }
    // From where it connects is of no use to us, and in the way.
    let length = match kind {
        IPV4 => 4,
        IPV6 => 16,
        _ => usize::from(stream.read_u8().await?),
    };
    stream.read_exact(&mut [0; 255 + 2][..length + 2]).await?;
    Ok(())
}

/// So many bytes of an answer, of which the first one names the version.
async fn read<const N: usize>(stream: &mut (impl AsyncReadExt + Unpin)) -> Result<[u8; N], NoWay> {
    let mut answer = [0; N];
    stream.read_exact(&mut answer).await?;
    if answer[0] == VERSION {
        Ok(answer)
    } else {
        Err(NoWay::Broken(std::io::Error::other("what it answers is no SOCKS 5")))
    }
}

async fn log_in(
    stream: &mut (impl AsyncReadExt + AsyncWriteExt + Unpin),
    credentials: &Credentials,
) -> Result<(), NoWay> {
    let too_long = |_| NoWay::Socks("invalid username/password");
    let mut message = vec![1];
    for text in [&credentials.user, &credentials.password] {
        message.push(u8::try_from(text.len()).map_err(too_long)?);
        message.extend_from_slice(text.as_bytes());
    }
    stream.write_all(&message).await?;
    stream.flush().await?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer).await?;
    if answer[1] == 0 { Ok(()) } else { Err(NoWay::Socks("username/password authentication failed")) }
}

fn request(server: &Uri) -> Result<Vec<u8>, NoWay> {
    let (host, mut message) = (host(server), vec![VERSION, CONNECT, 0]);
    match host.parse() {
        Ok(IpAddr::V4(address)) => {
            message.push(IPV4);
            message.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            message.push(IPV6);
            message.extend(address.octets());
        }
        Err(_) => {
            message.extend([NAME, u8::try_from(host.len()).map_err(|_| NoWay::Socks("FQDN too long"))?]);
            message.extend_from_slice(host.as_bytes());
        }
    }
    message.extend(port(server).to_be_bytes());
    Ok(message)
}

fn words(reply: u8) -> &'static str {
    match reply {
        1 => "general SOCKS server failure",
        2 => "connection not allowed by ruleset",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "TTL expired",
        7 => "command not supported",
        8 => "address type not supported",
        _ => "unknown code",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is sent to a proxy that answers with these bytes, and how it ends.
    async fn sent(server: &str, user: Option<&str>, answers: &[u8]) -> (Vec<u8>, Result<(), String>) {
        let credentials = user.map(|user| Credentials { user: user.to_owned(), password: "pw".to_owned() });
        let (mut ours, mut theirs) = tokio::io::duplex(4096);
        theirs.write_all(answers).await.unwrap();
        let ended = greet(&mut ours, &server.parse().unwrap(), credentials.as_ref()).await;
        drop(ours);
        let mut sent = Vec::new();
        theirs.read_to_end(&mut sent).await.unwrap();
        let ended = ended.map_err(|error| match error {
            NoWay::Socks(words) => words.to_owned(),
            other => format!("{other:?}"),
        });
        (sent, ended)
    }

    #[tokio::test]
    async fn names_are_left_to_the_proxy_and_a_password_is_shown_only_where_it_is_wanted() {
        let through = [5, 0, 5, 0, 0, 1, 1, 2, 3, 4, 0, 80];
        let (asked, ended) = sent("https://api:6443", None, &through).await;
        assert_eq!((asked.as_slice(), ended), (b"\x05\x01\x00\x05\x01\x00\x03\x03api\x19\x2b".as_slice(), Ok(())));
        let (asked, ended) = sent("https://1.2.3.4", Some("me"), &through).await;
        assert_eq!(
            (asked.as_slice(), ended),
            (b"\x05\x02\x00\x02\x05\x01\x00\x01\x01\x02\x03\x04\x01\xbb".as_slice(), Ok(()))
        );
        let (asked, ended) = sent("https://api", Some("me"), &[5, 2, 1, 0, 5, 0, 0, 3, 1, b'x', 0, 80]).await;
        assert_eq!(ended, Ok(()));
        assert!(asked.starts_with(b"\x05\x02\x00\x02\x01\x02me\x02pw\x05\x01\x00\x03"), "{asked:?}");
    }

    #[tokio::test]
    async fn each_no_has_its_words() {
        for (user, answers, words) in [
            (None, &[5, 0xff][..], "no acceptable authentication methods"),
            (None, &[5, 2], "no acceptable authentication methods"),
            (Some("me"), &[5, 2, 1, 1], "username/password authentication failed"),
            (None, &[5, 0, 5, 5, 0, 1], "connection refused"),
            (None, &[5, 0, 5, 2, 0, 1], "connection not allowed by ruleset"),
        ] {
            assert_eq!(sent("https://api", user, answers).await.1.unwrap_err(), words);
        }
        assert!(sent("https://api", None, b"HTTP/1.1").await.1.unwrap_err().contains("no SOCKS 5"));
        let long = format!("https://{}", "a".repeat(300));
        assert_eq!(sent(&long, None, &[5, 0]).await.1.unwrap_err(), "FQDN too long");
    }
}
