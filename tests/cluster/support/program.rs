//! The built program: run, looked at while it runs, interrupted, and waited for.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{self, OpenptFlags};
use rustix::termios::{Termios, Winsize, tcgetattr, tcsetwinsize};

use super::node::node;
use super::recording::record;

/// How long anything may take to happen on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program with arguments, talking to the tests' cluster, with nothing else of the environment that matters to it.
pub(crate) fn sidecar(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-sidecar"));
    command.args(args).env("KUBECONFIG", &node().kubeconfig).env("TERM", "xterm").stdin(Stdio::null());
    for name in ["NO_COLOR", "COLUMNS", "KUBERNETES_SERVICE_HOST"] {
        command.env_remove(name);
    }
    command
}

/// Runs it to its end.
#[track_caller]
pub(crate) fn run(command: Command) -> Ended {
    Program::start(command).finish()
}

/// A program that runs. It is killed if the test forgets it.
pub(crate) struct Program {
    child: Child,
    seen: Arc<Seen>,
}

/// The terminal that a program runs in.
pub(crate) struct Terminal {
    keys: File,
    device: File,
    before: Termios,
}

impl Terminal {
    /// Types that.
    pub(crate) fn type_in(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Makes it so wide.
    pub(crate) fn resize(&self, columns: u16) {
        tcsetwinsize(&self.device, window(columns)).unwrap();
    }

    /// Whether keys are handled as they were before the program ran.
    pub(crate) fn is_as_before(&self) -> bool {
        let now = tcgetattr(&self.device).unwrap();
        now.local_modes == self.before.local_modes
            && now.input_modes == self.before.input_modes
            && now.output_modes == self.before.output_modes
    }
}

fn window(columns: u16) -> Winsize {
    Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }
}

/// The end that shows and types, and the terminal.
fn open_terminal(columns: u16) -> (File, File) {
    let controller = pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    pty::grantpt(&controller).unwrap();
    pty::unlockpt(&controller).unwrap();
    tcsetwinsize(&controller, window(columns)).unwrap();
    let name = pty::ptsname(&controller, Vec::new()).unwrap();
    let terminal = File::options().read(true).write(true).open(OsStr::from_bytes(name.as_bytes())).unwrap();
    (File::from(controller), terminal)
}

/// What a program wrote and how it ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

#[derive(Default)]
struct Seen {
    output: Mutex<Output>,
    changed: Condvar,
}

/// What a program wrote so far.
#[derive(Default)]
pub(crate) struct Output {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// Those of the two that may still grow.
    open: usize,
}

impl Output {
    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

impl Program {
    /// Starts it, and collects what it writes.
    pub(crate) fn start(command: Command) -> Self {
        Self::start_into(command, Stdio::piped())
    }

    /// Starts it with a standard output of its own.
    pub(crate) fn start_into(command: Command, stdout: Stdio) -> Self {
        Self::spawn(command, stdout, Stdio::piped())
    }

    fn spawn(mut command: Command, stdout: Stdio, stderr: Stdio) -> Self {
        record(&mut command);
        let mut child = command.stdout(stdout).stderr(stderr).spawn().unwrap();
        let seen = Arc::new(Seen::default());
        if let Some(stdout) = child.stdout.take() {
            seen.collect(stdout, |output| &mut output.stdout);
        }
        if let Some(stderr) = child.stderr.take() {
            seen.collect(stderr, |output| &mut output.stderr);
        }
        Self { child, seen }
    }

    /// Starts it with a terminal of so many columns as its standard error, and collects what that shows.
    pub(crate) fn start_with_errors_on_terminal(command: Command, columns: u16) -> Self {
        let (controller, terminal) = open_terminal(columns);
        let program = Self::spawn(command, Stdio::piped(), terminal.into());
        program.seen.collect(controller, |output| &mut output.stderr);
        program
    }

    /// Starts it with a terminal of so many columns as its standard output, and collects what that shows.
    pub(crate) fn start_on_terminal(command: Command, columns: u16) -> Self {
        let (controller, terminal) = open_terminal(columns);
        let program = Self::start_into(command, terminal.into());
        program.seen.collect(controller, |output| &mut output.stdout);
        program
    }

    /// The same, and its standard input is that terminal, too.
    pub(crate) fn start_in_terminal(mut command: Command, columns: u16) -> (Self, Terminal) {
        let (controller, terminal) = open_terminal(columns);
        command.stdin(terminal.try_clone().unwrap());
        let keys = controller.try_clone().unwrap();
        let before = tcgetattr(&terminal).unwrap();
        let program = Self::start_into(command, terminal.try_clone().unwrap().into());
        program.seen.collect(controller, |output| &mut output.stdout);
        (program, Terminal { keys, device: terminal, before })
    }

    /// Waits until what was written looks like that.
    #[track_caller]
    pub(crate) fn wait_until(&self, what: &str, looks_like_that: impl Fn(&Output) -> bool) {
        self.seen.wait(what, |output| {
            let done = looks_like_that(output);
            assert!(done || output.open > 0, "it ended, and not: {what}\n{}", tell(output));
            done
        });
    }

    /// Waits for that text on standard output.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait_until(&format!("{text:?} on standard output"), |output| output.stdout().contains(text));
    }

    /// Waits for that text on standard error.
    #[track_caller]
    pub(crate) fn wait_for_note(&self, text: &str) {
        self.wait_until(&format!("{text:?} on standard error"), |output| output.stderr().contains(text));
    }

    /// What it wrote to standard output so far.
    pub(crate) fn stdout(&self) -> String {
        self.seen.output.lock().unwrap().stdout()
    }

    /// The most memory it had so far, in KiB.
    #[cfg(target_os = "linux")]
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB")).unwrap();
        peak.trim().parse().unwrap()
    }

    /// Sends what Ctrl-C sends.
    pub(crate) fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until the process is gone. A terminal that others have open does not end with it.
    pub(crate) fn wait_for_exit(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Waits until it ends by itself, or has written what looks like that: then it is interrupted.
    #[track_caller]
    pub(crate) fn finish_or_interrupt(self, looks_like_that: impl Fn(&Output) -> bool) -> Ended {
        self.seen.wait("it ends, or says that", |output| output.open == 0 || looks_like_that(output));
        if self.seen.output.lock().unwrap().open > 0 {
            self.interrupt();
        }
        self.finish()
    }

    /// Waits until it ends by itself.
    #[track_caller]
    #[expect(clippy::print_stdout, reason = "a test that fails shows what the program said")]
    pub(crate) fn finish(mut self) -> Ended {
        self.seen.wait("it ends", |output| output.open == 0);
        let status = self.child.wait().unwrap();
        let mut output = self.seen.output.lock().unwrap();
        println!("{status}\n{}", tell(&output));
        let Output { stdout, stderr, .. } = std::mem::take(&mut *output);
        Ended { status, stdout, stderr }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Most have ended by then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Seen {
    fn collect(
        self: &Arc<Self>,
        mut from: impl Read + Send + 'static,
        into: impl Fn(&mut Output) -> &mut Vec<u8> + Send + 'static,
    ) {
        self.output.lock().unwrap().open += 1;
        let seen = Arc::clone(self);
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            // A terminal nobody writes to any more ends with an error.
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                into(&mut seen.output.lock().unwrap()).extend_from_slice(&buffer[..length]);
                seen.changed.notify_all();
            }
            seen.output.lock().unwrap().open -= 1;
            seen.changed.notify_all();
        });
    }

    #[track_caller]
    fn wait(&self, what: &str, done: impl Fn(&Output) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut output = self.output.lock().unwrap();
        while !done(&output) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "waited {PATIENCE:?}, and not: {what}\n{}", tell(&output));
            output = self.changed.wait_timeout(output, left).unwrap().0;
        }
    }
}

/// The end of all that was written: what a failed test is understood by.
fn tell(output: &Output) -> String {
    const SHOWN: usize = 4000;
    let end = |bytes: &[u8]| String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(SHOWN)..]).into_owned();
    format!(
        "--- standard output, {} bytes\n{}\n--- standard error\n{}",
        output.stdout.len(),
        end(&output.stdout),
        end(&output.stderr)
    )
}

impl Ended {
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}
