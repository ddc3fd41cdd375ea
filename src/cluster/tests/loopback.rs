//! For tests: an HTTP server on loopback that answers from a list and remembers what it was asked. Raw bytes, so
//! that what a real server does to a connection can be done here.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, mpsc};

use crate::cluster::{Cluster, Listener, Settings};

/// A request as it arrived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Received {
    /// `GET /api/v1/…`
    pub(super) line: String,
    /// `name: value`, the name in lower case.
    pub(super) headers: Vec<String>,
    pub(super) body: String,
}

/// What the server does with one request.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// Sends these bytes, and waits for the next request on the same connection.
    Send(Vec<u8>),
    /// Sends these bytes, and ends the connection.
    SendAndClose(Vec<u8>),
    /// Sends these bytes once it is told to.
    SendWhen(Arc<Mutex<mpsc::Receiver<()>>>, Vec<u8>),
    /// Sends these bytes, and no more; the connection stays.
    Hang(Vec<u8>),
}

#[derive(Default)]
struct State {
    answers: Vec<Answer>,
    received: Vec<Received>,
    connections: usize,
}

pub(super) struct Server {
    url: String,
    state: Arc<Mutex<State>>,
}

impl Server {
    /// Answers the first request with the first answer, and so on; where they are used up, it closes the connection.
    pub(super) fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut answers: Vec<Answer> = answers.into_iter().collect();
        answers.reverse();
        let state = Arc::new(Mutex::new(State { answers, ..State::default() }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                shared.lock().unwrap().connections += 1;
                std::thread::spawn(move || serve(connection, &shared));
            }
        });
        Self { url, state }
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    pub(super) async fn cluster(&self) -> Cluster {
        self.told(Listener::silent()).await
    }

    /// The cluster, with those settings of the command line.
    pub(super) async fn with(&self, settings: Settings) -> Cluster {
        self.set(settings, Listener::silent()).await
    }

    /// The cluster, with somebody who hears what it tells.
    pub(super) async fn told(&self, listener: Listener) -> Cluster {
        self.set(Settings::default(), listener).await
    }

    /// A cluster at that address, to which this is the proxy.
    pub(super) async fn leading_to(&self, url: &str, user_info: &str) -> Cluster {
        let proxy = self.url.replace("//", &format!("//{user_info}@"));
        let cluster = format!("server: \"{url}\", proxy-url: \"{proxy}\"");
        connect_to(&cluster, Settings::default(), Listener::silent()).await
    }

    /// The cluster, with settings.
    pub(super) async fn set(&self, settings: Settings, listener: Listener) -> Cluster {
        connect_to(&format!("server: \"{}\"", self.url), settings, listener).await
    }
}

/// A cluster at that address.
pub(super) async fn connect(url: &str, listener: Listener) -> Cluster {
    connect_to(&format!("server: \"{url}\""), Settings::default(), listener).await
}

/// A cluster by that entry in a kubeconfig of its own.
async fn connect_to(cluster: &str, settings: Settings, listener: Listener) -> Cluster {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    let text = format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: loop\n\
         contexts: [{{name: loop, context: {{cluster: loop, user: me, namespace: lessons}}}}]\n\
         clusters: [{{name: loop, cluster: {{{cluster}}}}}]\n\
         users: [{{name: me, user: {{token: secret}}}}]\n"
    );
    std::fs::write(&path, text).unwrap();
    Cluster::connect(&Settings { kubeconfig: Some(path), ..settings }, listener).await.unwrap()
}

/// `HTTP/1.1 CODE` with that JSON.
pub(super) fn json(code: u16, body: &str) -> Answer {
    let head = format!("HTTP/1.1 {code} -\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
    Answer::Send(format!("{head}\r\n\r\n{body}").into_bytes())
}

/// A body in chunks, its end included.
pub(super) fn chunked(chunks: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for chunk in chunks {
        bytes.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

fn serve(connection: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    let mut writer = connection;
    while let Some(request) = read_request(&mut reader) {
        let answer = {
            let mut state = state.lock().unwrap();
            state.received.push(request);
            state.answers.pop()
        };
        match answer {
            Some(Answer::Send(bytes)) => writer.write_all(&bytes).unwrap(),
            Some(Answer::SendAndClose(bytes)) => return writer.write_all(&bytes).unwrap(),
            Some(Answer::SendWhen(told, bytes)) => {
                told.lock().unwrap().recv().unwrap();
                writer.write_all(&bytes).unwrap();
            }
            Some(Answer::Hang(bytes)) => {
                writer.write_all(&bytes).unwrap();
                // Until the other side ends it.
                let _ = reader.read_to_end(&mut Vec::new());
                return;
            }
            None => return,
        }
    }
}

fn read_request(reader: &mut impl BufRead) -> Option<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let line = lines.remove(0).trim_end_matches(" HTTP/1.1").to_owned();
    let headers = lines.iter().filter_map(|line| line.split_once(':'));
    let headers: Vec<String> =
        headers.map(|(name, value)| format!("{}: {}", name.to_ascii_lowercase(), value.trim())).collect();
    let length = headers.iter().find_map(|header| header.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(Received { line, headers, body: String::from_utf8(body).unwrap() })
}
