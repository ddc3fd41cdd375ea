//! Commands in containers: asked for, their streams, and how they ended.
//!
//! Over kube's WebSocket client, which speaks both versions of the protocol that clusters have. Leaves to others what is
//! run, and what its output says.
//!
//! What runs in a container goes on when the connection is lost (kubernetes#89031). Only its standard input is closed
//! then, so what must not outlive us has to read that.

use std::time::Duration;

use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use kube::Api;
use kube::api::{AttachParams, AttachedProcess, TerminalSize};
use kube::client::UpgradeConnectionError;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::Pods;
use super::collection::check_segment;
use super::failure::{self, Asked, Verb};
use crate::error::{Error, Result};

/// What is held of each stream before it is read.
const BUFFER: usize = 64 << 10;

/// How long more is read, and thrown away, of what wrote more than was wanted: one that can end does, and does not wait for
/// a reader.
const DRAINING: Duration = Duration::from_secs(5);

/// A command to run in a container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecRequest {
    /// The pod's name.
    pub pod: String,
    /// The container's name.
    pub container: String,
    /// The program and its arguments: no shell is between.
    pub command: Vec<String>,
    /// It gets a standard input.
    pub stdin: bool,
    /// It gets a terminal: both outputs are one stream then.
    pub tty: bool,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExecEnd {
    /// With that code; 128 + N where signal N ended it.
    Exited(i32),
    /// It never ran, or what became of it is not known: the node's words.
    Failed(String),
    /// The connection broke off before the end. The command may go on.
    Lost,
}

/// What a command wrote, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecAnswer {
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
    /// How it ended. `None`: it wrote more than was wanted.
    pub end: Option<ExecEnd>,
}

/// A command that runs. Dropped, its connection is closed.
pub struct Exec(AttachedProcess);

/// The size of a command's terminal.
pub struct Window(Box<dyn FnMut(u16, u16) + Send>);

impl Window {
    /// Sets it.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        (self.0)(columns, rows);
    }
}

impl Exec {
    /// Its standard input, once; closed when that is shut down. `None`: it has none.
    pub fn take_stdin(&mut self) -> Option<impl AsyncWrite + Unpin + use<>> {
        self.0.stdin()
    }

    /// Its standard output, once. Both outputs must be read at the same time: one that is not read holds up the other.
    pub fn take_stdout(&mut self) -> Option<impl AsyncRead + Unpin + use<>> {
        self.0.stdout()
    }

    /// Its standard error, once. `None` where it has a terminal.
    pub fn take_stderr(&mut self) -> Option<impl AsyncRead + Unpin + use<>> {
        self.0.stderr()
    }

    /// The size of its terminal, once. `None` where it has none.
    pub fn take_window(&mut self) -> Option<Window> {
        let mut sizes = self.0.terminal_size()?;
        Some(Window(Box::new(move |width, height| {
            // One that is not taken in time is out of date when the next one is.
            let _ = sizes.try_send(TerminalSize { width, height });
        })))
    }

    /// How it ended. Its outputs must have been taken, and be read meanwhile.
    pub async fn end(mut self) -> ExecEnd {
        let Some(status) = self.0.take_status() else { return ExecEnd::Lost };
        status.await.map_or(ExecEnd::Lost, |status| end(&status))
    }
}

impl Pods {
    /// Runs a command, and returns as soon as its streams are there.
    ///
    /// # Errors
    /// No such pod, no permission, a container that does not run, and whatever keeps the server or the node from answering.
    pub async fn exec(&self, request: &ExecRequest) -> Result<Exec> {
        check_segment(&request.pod)?;
        let parameters = AttachParams {
            container: Some(request.container.clone()),
            stdin: request.stdin,
            stdout: true,
            stderr: !request.tty,
            tty: request.tty,
            max_stdin_buf_size: Some(BUFFER),
            max_stdout_buf_size: Some(BUFFER),
            max_stderr_buf_size: Some(BUFFER),
        };
        let pods: Api<v1::Pod> = Api::namespaced(self.cluster().client.clone(), self.namespace());
        let process = pods.exec(&request.pod, request.command.iter().map(String::as_str), &parameters).await;
        process.map(Exec).map_err(|error| refusal(&error, &self.asked(Verb::Get, "pods/exec", &request.pod)))
    }

    /// Runs a command to its end, with `input` as its standard input, which is closed then.
    ///
    /// No more than `limit` bytes of each output are held: a command that writes more is left alone after some time.
    ///
    /// # Errors
    /// As [`Pods::exec`].
    pub async fn run(&self, request: &ExecRequest, input: &[u8], limit: usize) -> Result<ExecAnswer> {
        let mut exec = self.exec(request).await?;
        let (stdin, mut out, mut err) = (exec.take_stdin(), exec.take_stdout(), exec.take_stderr());
        let write = async {
            if let Some(mut stdin) = stdin {
                // A command that does not read to the end closes it: no failure.
                let _ = stdin.write_all(input).await;
                let _ = stdin.shutdown().await;
            }
            std::future::pending::<()>().await;
        };
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let read = async {
            let read = tokio::try_join!(fill(&mut stdout, out.as_mut(), limit), fill(&mut stderr, err.as_mut(), limit));
            if read.is_err() {
                let rest = async { tokio::join!(drain(out), drain(err)) };
                let _ = timeout(DRAINING, rest).await;
            }
            read
        };
        // The outputs end when the command does, whether it has read its input or not.
        let is_whole = tokio::select! {
            read = read => read.is_ok(),
            () = write => false,
        };
        let end = if is_whole { Some(exec.end().await) } else { None };
        Ok(ExecAnswer { stdout, stderr, end })
    }
}

/// There is more than was wanted.
struct TooMuch;

/// Reads a stream to its end, or up to `limit` bytes.
async fn fill(
    read: &mut Vec<u8>,
    stream: Option<impl AsyncRead + Unpin>,
    limit: usize,
) -> std::result::Result<(), TooMuch> {
    let Some(mut stream) = stream else { return Ok(()) };
    let mut buffer = vec![0; BUFFER];
    loop {
        // Reading fails only where the connection did, and the end says so.
        let count = stream.read(&mut buffer).await.unwrap_or_default();
        if count == 0 {
            return Ok(());
        }
        let room = limit - read.len();
        read.extend_from_slice(&buffer[..count.min(room)]);
        if count > room {
            return Err(TooMuch);
        }
    }
}

async fn drain(stream: Option<impl AsyncRead + Unpin>) {
    if let Some(mut stream) = stream {
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    }
}

/// As the kubelet tells it (`remotecommand.NonZeroExitCodeReason`, `ExitCodeCauseType` in `k8s.io/apimachinery`).
fn end(status: &Status) -> ExecEnd {
    if status.status.as_deref() == Some("Success") {
        return ExecEnd::Exited(0);
    }
    let causes = status.details.iter().flat_map(|details| details.causes.iter().flatten());
    let told =
        causes.filter(|cause| cause.reason.as_deref() == Some("ExitCode")).find_map(|cause| cause.message.as_ref());
    match told.and_then(|code| code.parse().ok()) {
        Some(code) if status.reason.as_deref() == Some("NonZeroExitCode") => ExecEnd::Exited(code),
        _ => ExecEnd::Failed(status.message.clone().unwrap_or_default()),
    }
}

fn refusal(error: &kube::Error, asked: &Asked<'_>) -> Error {
    match error {
        // kubectl falls back to SPDY, which is asked for with POST, and checked as `create`. A WebSocket begins with GET.
        kube::Error::Api(status) if status.reason == "Forbidden" => failure::of_refusal(status, asked)
            .hint("it takes both verbs, get and create, on pods/exec: WebSockets begin with a get"),
        kube::Error::Api(status) => failure::of_refusal(status, asked),
        kube::Error::UpgradeConnection(UpgradeConnectionError::ProtocolSwitch(code)) => {
            Error::other(format_args!("unable to upgrade connection: the server answered {code}"))
                .hint("running commands needs WebSockets: a proxy on the way may not let them through")
        }
        kube::Error::UpgradeConnection(error) => Error::other(format_args!("unable to upgrade connection: {error}"))
            .hint("running commands needs WebSockets: a proxy on the way may not let them through"),
        error => failure::of_transport(error, asked),
    }
}
