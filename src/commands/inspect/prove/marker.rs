//! A marker in a container, and the command that holds it.

use ring::rand::{SecureRandom, SystemRandom};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{PATIENCE, too_slow};
use crate::cluster::{Exec, ExecRequest, Pods};
use crate::commands::exec::session::ended;
use crate::error::{Error, Result};
use crate::probe::proof::Marker;
use crate::probe::{Answer, Failure, Place, Reason};

/// A marker that nobody can guess.
///
/// # Errors
/// The system has no random numbers.
pub(super) fn new() -> Result<Marker> {
    let mut random = [0; Marker::RANDOM];
    SystemRandom::new().fill(&mut random).map_err(|_| Error::other("the system gives no random numbers"))?;
    Ok(Marker::new(&random))
}

/// What became of writing one.
pub(super) enum Begun {
    /// It is there.
    Held(Holding),
    /// It is not: what the command said.
    Failed(Answer),
    /// The command was not even taken.
    Refused(Error),
}

type Input = Box<dyn AsyncWrite + Unpin>;
type Output = Box<dyn AsyncRead + Unpin>;

/// The command that holds a marker. Dropped, the marker goes.
pub(super) struct Holding {
    exec: Exec,
    stdin: Option<Input>,
    outputs: Outputs,
    place: Place,
    command: Vec<String>,
}

/// What it said so far, and what it may still say.
struct Outputs {
    stdout: Option<Output>,
    stderr: Option<Output>,
    said: Vec<u8>,
    errors: Vec<u8>,
}

impl Holding {
    /// Writes the marker.
    pub(super) async fn start(pods: &Pods, place: &Place, command: Vec<String>) -> Begun {
        let (pod, container) = (place.pod.clone(), place.container.clone());
        let request = ExecRequest { pod, container, command: command.clone(), stdin: true, tty: false };
        let mut exec = match tokio::time::timeout(PATIENCE, pods.exec(&request)).await {
            Ok(Ok(exec)) => exec,
            Ok(Err(error)) => return Begun::Refused(error),
            Err(_) => return Begun::Failed(answer(place, Vec::new(), Vec::new(), Err(too_slow()))),
        };
        let stdin = exec.take_stdin().map(|stdin| Box::new(stdin) as Input);
        let outputs = Outputs {
            stdout: exec.take_stdout().map(|stdout| Box::new(stdout) as Output),
            stderr: exec.take_stderr().map(|stderr| Box::new(stderr) as Output),
            said: Vec::new(),
            errors: Vec::new(),
        };
        let mut holding = Self { exec, stdin, outputs, place: place.clone(), command };
        match tokio::time::timeout(PATIENCE, holding.outputs.until("written")).await {
            Ok(true) => Begun::Held(holding),
            Ok(false) => Begun::Failed(holding.end().await),
            Err(_) => Begun::Failed(answer(place, Vec::new(), Vec::new(), Err(too_slow()))),
        }
    }

    /// What it said when it had written.
    pub(super) fn said(&self) -> &str {
        std::str::from_utf8(&self.outputs.said).unwrap_or_default()
    }

    /// Removes the marker.
    ///
    /// # Errors
    /// Nobody knows whether it is gone.
    pub(super) async fn remove(mut self) -> std::result::Result<(), Failure> {
        let removed = async {
            if let Some(mut stdin) = self.stdin.take() {
                let _ = stdin.shutdown().await;
            }
            self.outputs.until("removed").await
        };
        match tokio::time::timeout(PATIENCE, removed).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                let Answer { end, stderr, .. } = self.end().await;
                let words = String::from_utf8_lossy(&stderr).trim().to_owned();
                Err(end.err().unwrap_or_else(|| Failure::new(Reason::CannotRun, words)))
            }
            Err(_) => Err(too_slow()),
        }
    }

    /// It has ended.
    async fn end(self) -> Answer {
        let Self { exec, outputs: Outputs { said, errors, .. }, place, command, .. } = self;
        let end = match tokio::time::timeout(PATIENCE, exec.end()).await {
            Ok(end) => ended(end, &place, &command, ""),
            Err(_) => Err(too_slow()),
        };
        answer(&place, said, errors, end)
    }
}

fn answer(place: &Place, stdout: Vec<u8>, stderr: Vec<u8>, end: std::result::Result<i32, Failure>) -> Answer {
    Answer { place: place.clone(), stdout, stderr, end }
}

impl Outputs {
    /// Reads until that line was said. Whether it was: else both outputs have ended, or say more than they should.
    async fn until(&mut self, word: &str) -> bool {
        const MOST: usize = 64 << 10;
        loop {
            let said = String::from_utf8_lossy(&self.said);
            if said.lines().any(|line| line == word) {
                return true;
            }
            let is_over = self.stdout.is_none() && self.stderr.is_none();
            if is_over || self.said.len() + self.errors.len() > MOST {
                return false;
            }
            tokio::select! {
                () = read(&mut self.stdout, &mut self.said), if self.stdout.is_some() => {}
                () = read(&mut self.stderr, &mut self.errors), if self.stderr.is_some() => {}
            }
        }
    }
}

/// Reads what comes next; takes the stream away at its end.
async fn read(stream: &mut Option<Output>, into: &mut Vec<u8>) {
    let mut buffer = [0; 4096];
    let Some(open) = stream else { return };
    // Reading fails only where the connection did, and the end says so.
    match open.read(&mut buffer).await.unwrap_or_default() {
        0 => *stream = None,
        count => into.extend_from_slice(&buffer[..count]),
    }
}
