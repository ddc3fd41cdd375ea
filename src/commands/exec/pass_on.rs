//! One container: what its command writes is passed on as it comes, and what we read goes to it.

use tokio::io::{AsyncRead, AsyncReadExt};

use super::places::Where;
use super::plan::Plan;
use super::session::{ended, feed, request};
use crate::cluster::{Exec, Pods, Window};
use crate::error::{Error, Result};
use crate::probe::{Failure, Place, Reason};
use crate::render::exec::{Live, failed, name};
use crate::system::{Resizes, Terminal, asked_to_end, interrupted};
use crate::ui::{Input, Ui, Writer};

/// Runs the command there.
pub(super) async fn pass_on(pods: &Pods, one: &Where, plan: &Plan, ui: &mut Ui) -> Result<()> {
    if let Some(obstacle) = &one.obstacle {
        return Err(stopped(one, obstacle, ui));
    }
    if plan.lacks_terminal {
        ui.note("Unable to use a TTY - input is not a terminal or the right kind of file");
    }
    let talked = async {
        let exec = pods.exec(&request(&one.place, plan)).await?;
        talk(exec, &one.place, plan, ui).await
    };
    let timeout = async {
        match plan.timeout {
            Some(timeout) => tokio::time::sleep(timeout).await,
            None => std::future::pending().await,
        }
    };
    let end = tokio::select! {
        end = talked => end?,
        () = timeout => {
            let words = format!("no end after {:?}; the command may go on", plan.timeout.unwrap_or_default());
            Err(Failure::new(Reason::TimedOut, words))
        }
    };
    match end {
        Ok(0) => Ok(()),
        Ok(code) => {
            ui.note(&format!("command terminated with exit code {code}"));
            Err(Error::exited(code))
        }
        Err(failure) => Err(stopped(one, &failure, ui)),
    }
}

/// Says why there is no exit code.
fn stopped(one: &Where, failure: &Failure, ui: &mut Ui) -> Error {
    let style = ui.stderr_style();
    ui.errors(failed(&format!("error: container {}", name(&one.place, false)), failure, style));
    Error::reported()
}

/// Until the command ends, or somebody ends us.
async fn talk(mut exec: Exec, place: &Place, plan: &Plan, ui: &Ui) -> Result<std::result::Result<i32, Failure>> {
    let (stdin, stdout, stderr) = (exec.take_stdin(), exec.take_stdout(), exec.take_stderr());
    let window = exec.take_window();
    let is_safe = |is_terminal: bool| is_terminal && !plan.tty;
    let outputs = Outputs {
        writer: Writer::start(),
        stdout: stdout.map(|stream| Output::new(stream, is_safe(ui.stdout_is_terminal()))),
        stderr: stderr.map(|stream| Output::new(stream, is_safe(ui.stderr_is_terminal()))),
    };
    let fed = async {
        feed(stdin, plan.stdin.then(Input::start)).await;
        std::future::pending::<()>().await;
    };
    {
        let terminal = hand_over(plan)?;
        tokio::select! {
            passed = outputs.pass_on() => passed?,
            () = fed => {}
            () = follow_size(terminal.as_ref(), window) => {}
            () = ended_from_outside() => return Err(Error::interrupted()),
        }
    }
    Ok(ended(exec.end().await, place, &plan.command, &plan.flags))
}

/// One output of the command.
struct Output<R> {
    from: R,
    buffer: Vec<u8>,
    /// Where it goes to a terminal that it must not drive.
    live: Option<Live>,
}

impl<R: AsyncRead + Unpin> Output<R> {
    fn new(from: R, is_safe: bool) -> Self {
        Self { from, buffer: vec![0; 64 << 10], live: is_safe.then(Live::default) }
    }

    /// What comes next; `None` at the end. Cancel safe.
    async fn next(&mut self) -> Option<Vec<u8>> {
        // Reading fails only where the connection did, and the end says so.
        let count = self.from.read(&mut self.buffer).await.unwrap_or_default();
        let piece = &self.buffer[..count];
        (count > 0).then(|| self.live.as_mut().map_or_else(|| piece.to_vec(), |live| live.push(piece)))
    }

    fn rest(&mut self) -> Vec<u8> {
        self.live.as_mut().map(Live::end).unwrap_or_default()
    }
}

/// Both outputs, on their way to ours.
struct Outputs<O, E> {
    writer: Writer,
    stdout: Option<Output<O>>,
    stderr: Option<Output<E>>,
}

impl<O: AsyncRead + Unpin, E: AsyncRead + Unpin> Outputs<O, E> {
    /// Until both have ended, and all is written. A slow reader slows the command.
    async fn pass_on(mut self) -> Result<()> {
        while self.stdout.is_some() || self.stderr.is_some() || !self.writer.is_done() {
            let is_ready = self.writer.is_ready();
            let (has_stdout, has_stderr) = (self.stdout.is_some(), self.stderr.is_some());
            tokio::select! {
                piece = next(&mut self.stdout), if is_ready && has_stdout => match piece {
                    Some(piece) => self.writer.data(piece),
                    None => self.writer.data(self.stdout.take().map(|mut output| output.rest()).unwrap_or_default()),
                },
                piece = next(&mut self.stderr), if is_ready && has_stderr => match piece {
                    Some(piece) => self.writer.errors(piece),
                    None => self.writer.errors(self.stderr.take().map(|mut output| output.rest()).unwrap_or_default()),
                },
                written = self.writer.written(), if !self.writer.is_done() => written?,
            }
        }
        Ok(())
    }
}

async fn next<R: AsyncRead + Unpin>(output: &mut Option<Output<R>>) -> Option<Vec<u8>> {
    match output {
        Some(output) => output.next().await,
        None => std::future::pending().await,
    }
}

fn hand_over(plan: &Plan) -> Result<Option<Terminal>> {
    let failed = |error| Error::other(format_args!("the terminal cannot be handed over: {error}"));
    plan.tty.then(Terminal::hand_over).transpose().map_err(failed)
}

/// The command's terminal is as large as ours, now and whenever that changes.
async fn follow_size(terminal: Option<&Terminal>, window: Option<Window>) {
    if let (Some(terminal), Some(mut window), Some(mut resizes)) = (terminal, window, Resizes::watch()) {
        let mut is_changed = true;
        while is_changed {
            if let Some((columns, rows)) = terminal.size() {
                window.resize(columns, rows);
            }
            is_changed = resizes.next().await;
        }
    }
    std::future::pending::<()>().await;
}

/// Ctrl-C where the command has no terminal, and what else asks us to end: the terminal must be as it was before.
async fn ended_from_outside() {
    tokio::select! {
        () = interrupted() => {}
        () = asked_to_end() => {}
    }
}
