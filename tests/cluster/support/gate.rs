//! Proxies such as companies have, on loopback: HTTP's `CONNECT` and SOCKS 5, each with user and password.
//!
//! Whatever host they are asked for, they lead to the tests' cluster: so a test can use names that nobody else knows. They
//! count whom they let through.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::node::node;

/// Who is let through.
const USER: &str = "me";
const PASSWORD: &str = "pa:ss@word";
/// The same in a URL, and as HTTP has it.
const IN_URL: &str = "me:pa%3Ass%40word";
const BASIC: &str = "Basic bWU6cGE6c3NAd29yZA==";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Http,
    Socks,
}

/// A proxy.
pub(crate) struct Gate {
    protocol: Protocol,
    address: String,
    /// What was asked for by those that were let through.
    let_through: Arc<Mutex<Vec<String>>>,
}

impl Gate {
    /// One of HTTP.
    pub(crate) fn http() -> Self {
        Self::start(Protocol::Http)
    }

    /// One of SOCKS.
    pub(crate) fn socks() -> Self {
        Self::start(Protocol::Socks)
    }

    fn start(protocol: Protocol) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let let_through = Arc::default();
        let (counts, server) = (Arc::clone(&let_through), server());
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (counts, server) = (Arc::clone(&counts), server.clone());
                // Who goes away in between is no failure of the test.
                thread::spawn(move || _ = serve(protocol, client, &server, &counts));
            }
        });
        Self { protocol, address, let_through }
    }

    /// Its URL, with what it wants to see.
    pub(crate) fn url(&self) -> String {
        self.url_of(IN_URL)
    }

    /// Its URL, with something else.
    pub(crate) fn url_of(&self, user_info: &str) -> String {
        let scheme = if self.protocol == Protocol::Http { "http" } else { "socks5" };
        format!("{scheme}://{user_info}@{}", self.address)
    }

    /// Where it is.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// What was asked for so far by those that were let through.
    pub(crate) fn let_through(&self) -> Vec<String> {
        self.let_through.lock().unwrap().clone()
    }
}

/// Where the tests' cluster is: `127.0.0.1:6443`.
pub(crate) fn server() -> String {
    let field = "go-template={{(index .clusters 0).cluster.server}}";
    let server = node().kubectl(&["config", "view", "--minify", "--output", field], "");
    server.trim_start_matches("https://").trim_end_matches('/').to_owned()
}

fn serve(protocol: Protocol, client: TcpStream, server: &str, let_through: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let asked = match protocol {
        Protocol::Http => connect(&mut reader, &client)?,
        Protocol::Socks => socks(&mut reader, &client)?,
    };
    let Some(asked) = asked else { return Ok(()) };
    let upstream = TcpStream::connect(server)?;
    let_through.lock().unwrap().push(asked);
    let yes: &[u8] = match protocol {
        Protocol::Http => b"HTTP/1.1 200 Connection established\r\n\r\n",
        Protocol::Socks => &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    };
    (&client).write_all(yes)?;
    let (mut from, mut to) = (upstream.try_clone()?, client);
    let upwards = thread::spawn(move || {
        let _ = io::copy(&mut reader, &mut &upstream);
        let _ = upstream.shutdown(Shutdown::Write);
    });
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
    upwards.join().map_err(|_| io::Error::other("the thread failed"))
}

/// What was asked for with `CONNECT`; `None`: it was refused.
fn connect(reader: &mut impl BufRead, mut client: &TcpStream) -> io::Result<Option<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let is_shown = lines.iter().any(|line| *line == format!("Proxy-Authorization: {BASIC}"));
    match lines[0].strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()) {
        Some("forbidden.example:6443") => client.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n")?,
        Some("broken.example:6443") => client.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")?,
        Some(asked) if is_shown => return Ok(Some(asked.to_owned())),
        _ => client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n")?,
    }
    Ok(None)
}

/// What was asked for by SOCKS; `None`: it was refused.
fn socks(reader: &mut impl Read, mut client: &TcpStream) -> io::Result<Option<String>> {
    let offered = counted(reader, 1)?;
    if !offered.contains(&2) {
        client.write_all(&[5, 0xff])?;
        return Ok(None);
    }
    client.write_all(&[5, 2])?;
    let (user, password) = (counted(reader, 1)?, counted(reader, 0)?);
    let is_known = user == USER.as_bytes() && password == PASSWORD.as_bytes();
    client.write_all(&[1, u8::from(!is_known)])?;
    if !is_known {
        return Ok(None);
    }
    let [_, _, _, kind] = bytes(reader)?;
    let host = match kind {
        1 => bytes::<4>(reader)?.map(|byte| byte.to_string()).join("."),
        _ => String::from_utf8_lossy(&counted(reader, 0)?).into_owned(),
    };
    Ok(Some(format!("{host}:{}", u16::from_be_bytes(bytes(reader)?))))
}

fn bytes<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut read = [0; N];
    reader.read_exact(&mut read)?;
    Ok(read)
}

/// As many bytes as a byte says, which comes after so many others.
fn counted(reader: &mut impl Read, after: usize) -> io::Result<Vec<u8>> {
    reader.read_exact(&mut vec![0; after])?;
    let [length] = bytes(reader)?;
    let mut read = vec![0; usize::from(length)];
    reader.read_exact(&mut read)?;
    Ok(read)
}
