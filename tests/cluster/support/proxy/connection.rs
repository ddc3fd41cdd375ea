//! One request of the program, and its answer.

use std::io::{self, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::Shared;
use super::answer::{self, Answer, Goes};
use super::content::{self, Chunks};
use super::fault::{Asked, Ending, Fault};

/// An answer that is being given.
#[derive(Clone)]
pub(super) struct Live {
    /// How it is to end, if it is to.
    ordered: Arc<Mutex<Option<Ending>>>,
    /// Ends what it is made of.
    hang_up: Arc<dyn Fn() + Send + Sync>,
}

impl Live {
    fn new(hang_up: impl Fn() + Send + Sync + 'static) -> Self {
        Self { ordered: Arc::default(), hang_up: Arc::new(hang_up) }
    }

    /// Ends it at once.
    pub(super) fn break_off(&self, ending: Ending) {
        self.ordered.lock().unwrap().get_or_insert(ending);
        (self.hang_up)();
    }
}

/// Answers the one request of a connection.
pub(super) fn serve(client: TcpStream, shared: &Shared) {
    // Who goes away is not told why.
    let _ = try_to_serve(&client, shared);
    drop(client);
}

fn try_to_serve(mut client: &TcpStream, shared: &Shared) -> io::Result<()> {
    client.set_nodelay(true)?;
    let request = content::head(&mut BufReader::new(client.try_clone()?))?;
    let target = request.split(' ').nth(1).unwrap_or_default();
    let asked = Asked::of(target);
    let Some(fault) = shared.take_in(&asked) else {
        return Answer::new(client, None).end(Ending::Reset);
    };
    let breaks = match fault {
        Fault::None => None,
        Fault::Break(place, ending) => Some((place, ending)),
        Fault::Refuse(code, retry_after) => {
            return client.write_all(answer::refusal(code, retry_after).as_bytes());
        }
        Fault::Gone => {
            client.write_all(answer::CHUNKED.as_bytes())?;
            let mut answer = Answer::new(client, None);
            answer.send(answer::gone().as_bytes())?;
            return answer.end(Ending::Clean);
        }
        Fault::Silence => {
            let socket = client.try_clone()?;
            let live = Live::new(move || _ = socket.shutdown(Shutdown::Both));
            shared.enter(&live);
            wait_until_it_leaves(client);
            shared.leave(&live);
            return Ok(());
        }
    };
    let answer = Answer::new(client, breaks);
    if let Asked::Log(container) | Asked::LastLine(container) = &asked
        && let Some(log) = shared.served(container)
    {
        client.write_all(answer::CHUNKED.as_bytes())?;
        let reader = log.read(target);
        let hang_up = reader.hang_up();
        return relay(client, reader, answer, &Live::new(hang_up), shared);
    }
    relay_from_upstream(client, target, answer, shared)
}

fn relay_from_upstream(client: &TcpStream, target: &str, answer: Answer<'_>, shared: &Shared) -> io::Result<()> {
    let Ok(upstream) = shared.upstream.ask(target) else {
        return answer.end(Ending::Reset);
    };
    let socket = upstream.sock.try_clone()?;
    let live = Live::new(move || _ = socket.shutdown(Shutdown::Both));
    let mut upstream = BufReader::new(upstream);
    let Ok(head) = content::head(&mut upstream) else {
        return answer.end(Ending::Reset);
    };
    let mut writer = client;
    writer.write_all(head.as_bytes())?;
    if content::is_chunked(&head) {
        return relay(client, Chunks::new(upstream), answer, &live, shared);
    }
    io::copy(&mut upstream, &mut writer)?;
    Ok(())
}

/// Passes on what comes, until it is to end.
fn relay(
    client: &TcpStream,
    mut content: impl Read,
    mut answer: Answer<'_>,
    live: &Live,
    shared: &Shared,
) -> io::Result<()> {
    shared.enter(live);
    let (open, hang_up) = (client.try_clone()?, Arc::clone(&live.hang_up));
    let watcher = thread::spawn(move || {
        wait_until_it_leaves(&open);
        hang_up();
    });
    let ending = pass_on(&mut content, &mut answer);
    let ending = live.ordered.lock().unwrap().unwrap_or(ending);
    shared.leave(live);
    // The watcher still has the connection: where it is to stay open, it does.
    let ended = answer.end(ending);
    if watcher.join().is_err() {
        return Err(io::Error::other("the watcher failed"));
    }
    ended
}

/// How it ended: by itself, or as it was to.
fn pass_on(content: &mut impl Read, answer: &mut Answer<'_>) -> Ending {
    let mut piece = vec![0; 1 << 16];
    loop {
        match content.read(&mut piece) {
            Ok(0) => return Ending::Clean,
            Ok(length) => match answer.send(&piece[..length]) {
                Ok(Goes::On) => {}
                Ok(Goes::NoFurther(ending)) => {
                    if ending == Ending::Stall {
                        // What comes goes nowhere, until somebody breaks it off.
                        let _ = io::copy(content, &mut io::sink());
                    }
                    return ending;
                }
                Err(_) => return Ending::HangUp,
            },
            Err(_) => return Ending::InChunkHeader,
        }
    }
}

fn wait_until_it_leaves(mut client: &TcpStream) {
    while let Ok(1..) = client.read(&mut [0; 64]) {}
}

impl Shared {
    fn served(&self, container: &str) -> Option<super::ServedLog> {
        self.state.lock().unwrap().served.get(container).cloned()
    }

    fn enter(&self, live: &Live) {
        let mut state = self.state.lock().unwrap();
        state.live.push(live.clone());
        if state.is_away {
            live.break_off(Ending::Reset);
        }
    }

    fn leave(&self, live: &Live) {
        self.state.lock().unwrap().live.retain(|other| !Arc::ptr_eq(&other.ordered, &live.ordered));
    }
}
