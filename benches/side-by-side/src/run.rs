//! One run of a client: what it took, and what it wrote.

use std::fs::File;
use std::io::Read;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::Timestamp;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use wait4::Wait4;

use crate::account::Account;

/// How long a client may take after Ctrl-C.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A client at work.
pub struct Running {
    began: Instant,
    processes: Vec<Process>,
}

struct Process {
    name: String,
    child: Child,
    output: JoinHandle<Account>,
    memory: JoinHandle<f64>,
    errors: File,
}

/// What a run came to. Of several processes: the sum.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Seconds of user and system time.
    pub cpu: f64,
    /// Until the last process ended.
    pub wall: Duration,
    /// MiB at its peak; of several processes, the largest one.
    pub memory: f64,
    /// write(2) calls, whatever they wrote to; vectored ones and those into sockets by send(2) are not among them.
    pub writes: u64,
    /// What was written on standard output.
    pub account: Account,
    /// What was said on standard error.
    pub said: String,
    /// Such as `exit status: 0`; of the process that ended last.
    pub ended: String,
}

impl Running {
    /// Starts the processes of a client.
    pub fn start(commands: Vec<Command>) -> Result<Self> {
        let began = Instant::now();
        let processes = commands.into_iter().map(Process::start).collect::<Result<_>>()?;
        Ok(Self { began, processes })
    }

    /// Presses Ctrl-C where it has not ended by itself within that time.
    pub fn interrupt_after(&mut self, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        for process in &mut self.processes {
            if !process.ends_before(deadline)? {
                rustix::process::kill_process(process.pid()?, Signal::INT)?;
                // Who was started in the background of a shell may not hear of it.
                if !process.ends_before(Instant::now() + LAST_WORDS)? {
                    process.child.kill()?;
                }
            }
        }
        Ok(())
    }

    /// Waits for the end of all.
    pub fn finish(self) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        for process in self.processes {
            process.finish(&mut outcome)?;
        }
        outcome.wall = self.began.elapsed();
        Ok(outcome)
    }
}

impl Process {
    fn start(mut command: Command) -> Result<Self> {
        let errors = tempfile::tempfile()?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors.try_clone()?);
        let mut child = command.spawn().with_context(|| format!("{command:?}"))?;
        let output = child.stdout.take().context("standard output is a pipe")?;
        let name = command.get_program().to_string_lossy().into_owned();
        let status = format!("/proc/{}/status", child.id());
        let memory = std::thread::spawn(move || peak_memory(&status));
        Ok(Self { name, child, output: std::thread::spawn(|| read(output)), memory, errors })
    }

    fn pid(&self) -> Result<Pid> {
        Pid::from_raw(self.child.id().cast_signed()).context("a process has an id")
    }

    /// Waits for that. It stays to be asked about.
    fn ends_before(&self, deadline: Instant) -> Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        while rustix::process::waitid(WaitId::Pid(self.pid()?), options)?.is_none() {
            if Instant::now() >= deadline {
                return Ok(false);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(true)
    }

    fn finish(mut self, outcome: &mut Outcome) -> Result<()> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        rustix::process::waitid(WaitId::Pid(self.pid()?), options)?;
        let counted = std::fs::read_to_string(format!("/proc/{}/io", self.child.id())).unwrap_or_default();
        let writes = counted.lines().find_map(|line| line.strip_prefix("syscw: ")?.parse::<u64>().ok());
        let used = self.child.wait4()?;
        let account = self.output.join().ok().context("the output was read")?;
        outcome.cpu += (used.rusage.utime + used.rusage.stime).as_secs_f64();
        outcome.memory = outcome.memory.max(self.memory.join().ok().context("the memory was watched")?);
        outcome.writes += writes.unwrap_or_default();
        outcome.account.add(account);
        outcome.ended = used.status.to_string();
        // The child wrote at the end of the file that both have.
        std::io::Seek::rewind(&mut self.errors)?;
        self.errors.read_to_string(&mut outcome.said)?;
        if used.status.code().is_some_and(|code| code != 0) {
            let said: Vec<_> = outcome.said.lines().rev().take(3).collect();
            eprintln!("side-by-side: {}, {}: {}", self.name, used.status, said.join(" | "));
        }
        Ok(())
    }
}

/// MiB that a process has had at its peak. What wait4(2) says is no less than our own when it was started, so the kernel
/// is asked as long as the process lives.
fn peak_memory(status: &str) -> f64 {
    let mut peak = 0.0;
    while let Some(kib) = std::fs::read_to_string(status).ok().and_then(|status| high_water(&status)) {
        peak = kib / 1024.0;
        std::thread::sleep(Duration::from_millis(50));
    }
    peak
}

/// A process that has ended has none.
fn high_water(status: &str) -> Option<f64> {
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

/// Every line is as old as its stamp says, when the piece arrives that ends it.
fn read(mut output: ChildStdout) -> Account {
    let mut account = Account::default();
    let mut buffer = vec![0; 1 << 18];
    let mut kept = 0;
    while let Ok(count) = output.read(&mut buffer[kept..]) {
        if count == 0 {
            break;
        }
        let now = Timestamp::now();
        let end = kept + count;
        let whole = memchr::memrchr(b'\n', &buffer[..end]).map_or(0, |at| at + 1);
        buffer[..whole].split_inclusive(|byte| *byte == b'\n').for_each(|line| account.take(line, now));
        buffer.copy_within(whole..end, 0);
        kept = end - whole;
    }
    account
}
