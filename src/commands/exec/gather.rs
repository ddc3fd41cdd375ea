//! Several containers are asked at once, and each one's answer is shown whole: in start order, as soon as those before it
//! are there.
//!
//! What is held is bounded: so much of each answer, and so many answers at once; of a document, which takes all of them,
//! so much of all together.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::{Instant, sleep_until};

use super::places::{Where, are_of_several_pods};
use super::plan::Plan;
use super::session::{ended, feed, refused, request};
use crate::cluster::Pods;
use crate::error::{Error, Result};
use crate::probe::{Answer, Failure, Reason};
use crate::render::exec::{Groups, Stream, json, name, waited_for};
use crate::system::interrupted;
use crate::ui::{Input, Ui};

/// Held of what one command writes.
const MOST: usize = 8 << 20;

/// Held of what all of them write, for a document.
const MOST_OF_ALL: usize = 64 << 20;

/// Commands that run at the same time.
const AT_ONCE: usize = 32;

/// How long nobody needs to be told who is waited for.
const QUIET: Duration = Duration::from_secs(1);

/// What is known of an answer so far.
#[derive(Default)]
struct Slot {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// It was asked for: from here on the command may run.
    is_begun: bool,
    end: Option<std::result::Result<i32, Failure>>,
}

/// Runs the command everywhere, and shows the answers.
pub(super) async fn gather(pods: &Pods, all: &[Where], plan: &Plan, ui: &mut Ui) -> Result<()> {
    let slots: Vec<RefCell<Slot>> = all.iter().map(|_| RefCell::default()).collect();
    let room = Cell::new(if plan.is_json { MOST_OF_ALL } else { usize::MAX });
    let room = &room;
    let ask = |at: usize| {
        let (one, slot) = (&all[at], &slots[at]);
        async move {
            let end = match &one.obstacle {
                Some(obstacle) => Err(obstacle.clone()),
                None => ask(pods, one, plan, (slot, room)).await,
            };
            slot.borrow_mut().end = Some(end);
        }
    };
    let mut asked = std::pin::pin!(stream::iter(0..all.len()).map(ask).buffered(AT_ONCE));
    let mut shown = ShownAnswers::new(pods, all, plan, ui);
    let deadline = plan.timeout.map(|timeout| Instant::now() + timeout);
    let mut interrupted = std::pin::pin!(interrupted());
    let mut quiet_until = Instant::now() + QUIET;
    let stopped = loop {
        tokio::select! {
            next = asked.next() => match next {
                Some(()) => shown.next(&slots, ui)?,
                None => break None,
            },
            () = &mut interrupted => break Some(Reason::Interrupted),
            () = sleep_until(deadline.unwrap_or(quiet_until)), if deadline.is_some() => break Some(Reason::TimedOut),
            () = sleep_until(quiet_until) => {
                quiet_until += QUIET;
                shown.waits(&slots, ui);
            }
        }
    };
    if let Some(reason) = stopped {
        stop(all, &slots, reason, plan);
        shown.rest(&slots, ui)?;
    }
    shown.end(ui)?;
    match stopped {
        Some(Reason::Interrupted) => Err(Error::interrupted()),
        _ => super::end(&shown.answers),
    }
}

/// Those that have no end yet get that one.
fn stop(all: &[Where], slots: &[RefCell<Slot>], reason: Reason, plan: &Plan) {
    for (one, slot) in all.iter().zip(slots) {
        let mut slot = slot.borrow_mut();
        let failure = one.obstacle.clone().unwrap_or_else(|| no_end(reason, slot.is_begun, plan.timeout));
        slot.end.get_or_insert(Err(failure));
    }
}

fn no_end(reason: Reason, is_begun: bool, timeout: Option<Duration>) -> Failure {
    let after = timeout.map_or(String::new(), |timeout| format!(" after {timeout:?}"));
    match (reason, is_begun) {
        (Reason::TimedOut, true) => Failure::new(reason, format!("no end{after}; the command may go on")),
        (Reason::TimedOut, false) => Failure::new(Reason::NotStarted, format!("not started: time was up{after}")),
        (_, true) => Failure::new(reason, "interrupted; the command may go on"),
        (_, false) => Failure::new(Reason::NotStarted, "not started: interrupted"),
    }
}

/// What is read goes into the slot, as long as there is room for it.
async fn ask(
    pods: &Pods,
    one: &Where,
    plan: &Plan,
    (slot, room): (&RefCell<Slot>, &Cell<usize>),
) -> std::result::Result<i32, Failure> {
    slot.borrow_mut().is_begun = true;
    let mut exec = pods.exec(&request(&one.place, plan)).await.map_err(|error| refused(&error))?;
    let (stdin, stdout, stderr) = (exec.take_stdin(), exec.take_stdout(), exec.take_stderr());
    let input = plan.stdin.then(Input::start);
    let read = async {
        tokio::try_join!(
            fill(stdout, slot, room, |slot| &mut slot.stdout),
            fill(stderr, slot, room, |slot| &mut slot.stderr),
        )
    };
    let feed = async {
        feed(stdin, input).await;
        std::future::pending::<()>().await;
    };
    // The outputs end when the command does, whether it has read its input or not.
    tokio::select! {
        read = read => read?,
        () = feed => return Err(Failure::new(Reason::ConnectionLost, "")),
    };
    ended(exec.end().await, &one.place, &plan.command, &plan.flags)
}

/// Reads a stream to its end, or up to what is held of both, or of all there are.
async fn fill(
    stream: Option<impl AsyncRead + Unpin>,
    slot: &RefCell<Slot>,
    room_of_all: &Cell<usize>,
    of: impl Fn(&mut Slot) -> &mut Vec<u8>,
) -> std::result::Result<(), Failure> {
    let Some(mut stream) = stream else { return Ok(()) };
    let mut buffer = vec![0; 64 << 10];
    loop {
        // Reading fails only where the connection did, and the end says so.
        let count = stream.read(&mut buffer).await.unwrap_or_default();
        if count == 0 {
            return Ok(());
        }
        let mut slot = slot.borrow_mut();
        let room_of_one = MOST - slot.stdout.len() - slot.stderr.len();
        let room = room_of_one.min(room_of_all.get());
        let held = count.min(room);
        of(&mut slot).extend_from_slice(&buffer[..held]);
        room_of_all.set(room_of_all.get() - held);
        if count > room {
            return Err(too_much(room < room_of_one));
        }
    }
}

fn too_much(are_all: bool) -> Failure {
    let (who, most) = if are_all { ("all together", MOST_OF_ALL) } else { ("it", MOST) };
    let words = format!("{who} wrote more than {} MiB: the rest is cut off; the command may go on", most >> 20);
    Failure::new(Reason::TooMuchOutput, words).hint("of one container, with -c, everything is passed on as it comes")
}

/// The answers that were shown already.
struct ShownAnswers<'a> {
    all: &'a [Where],
    plan: &'a Plan,
    namespace: String,
    are_of_several_pods: bool,
    groups: Groups,
    answers: Vec<Answer>,
}

impl<'a> ShownAnswers<'a> {
    fn new(pods: &Pods, all: &'a [Where], plan: &'a Plan, ui: &Ui) -> Self {
        let stdout = Stream { style: ui.stdout_style(), is_terminal: ui.stdout_is_terminal() };
        let stderr = Stream { style: ui.stderr_style(), is_terminal: ui.stderr_is_terminal() };
        let are_of_several_pods = are_of_several_pods(all);
        let groups = Groups::new(stdout, stderr, are_of_several_pods);
        Self { all, plan, namespace: pods.namespace().to_owned(), are_of_several_pods, groups, answers: Vec::new() }
    }

    /// The next one is there.
    fn next(&mut self, slots: &[RefCell<Slot>], ui: &mut Ui) -> Result<()> {
        let at = self.answers.len();
        let slot = slots[at].take();
        let end = slot.end.unwrap_or(Err(Failure::new(Reason::ConnectionLost, "no answer")));
        let (stdout, stderr) = (slot.stdout, slot.stderr);
        let mut answer = Answer { place: self.all[at].place.clone(), stdout, stderr, end };
        if !self.plan.is_json {
            let shown = self.groups.next(&answer);
            ui.data(&shown.stdout)?;
            ui.errors(&shown.stderr);
            // Only how it ended matters from here on.
            (answer.stdout, answer.stderr) = (Vec::new(), Vec::new());
        }
        self.answers.push(answer);
        Ok(())
    }

    /// No others will come.
    fn rest(&mut self, slots: &[RefCell<Slot>], ui: &mut Ui) -> Result<()> {
        while self.answers.len() < self.all.len() {
            self.next(slots, ui)?;
        }
        Ok(())
    }

    fn waits(&self, slots: &[RefCell<Slot>], ui: &mut Ui) {
        let open = self.all.iter().zip(slots).skip(self.answers.len()).filter(|(_, slot)| slot.borrow().end.is_none());
        let names: Vec<String> = open.map(|(one, _)| name(&one.place, self.are_of_several_pods)).collect();
        ui.progress(&waited_for(&names));
    }

    fn end(&self, ui: &mut Ui) -> Result<()> {
        if !self.plan.is_json {
            return Ok(());
        }
        let to_terminal = ui.stdout_is_terminal();
        let text = json::document(&self.namespace, &self.plan.command, &self.answers, to_terminal);
        Ok(ui.data(text.map_err(Error::other)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_began_may_go_on() {
        let words = |reason, is_begun| no_end(reason, is_begun, Some(Duration::from_secs(2))).message;
        assert_eq!(words(Reason::TimedOut, true), "no end after 2s; the command may go on");
        assert_eq!(words(Reason::TimedOut, false), "not started: time was up after 2s");
        assert_eq!(words(Reason::Interrupted, true), "interrupted; the command may go on");
        assert_eq!(words(Reason::Interrupted, false), "not started: interrupted");
        assert_eq!(no_end(Reason::Interrupted, false, None).reason, Reason::NotStarted);
    }

    /// How much is held of so much on both streams, and why no more.
    async fn held(stdout: usize, stderr: usize, room_of_all: &Cell<usize>) -> (usize, Option<String>) {
        let slot = RefCell::default();
        let (stdout, stderr) = (vec![b'x'; stdout], vec![b'x'; stderr]);
        let read = tokio::try_join!(
            fill(Some(&stdout[..]), &slot, room_of_all, |slot| &mut slot.stdout),
            fill(Some(&stderr[..]), &slot, room_of_all, |slot| &mut slot.stderr),
        );
        let slot = slot.into_inner();
        (slot.stdout.len() + slot.stderr.len(), read.err().map(|failure| failure.message))
    }

    #[tokio::test]
    async fn so_much_is_held_of_one_and_so_much_of_all() {
        let of_one = "it wrote more than 8 MiB: the rest is cut off; the command may go on".to_owned();
        let of_all = "all together wrote more than 64 MiB: the rest is cut off; the command may go on".to_owned();
        let much = Cell::new(usize::MAX);
        assert_eq!(held(MOST - 1, 1, &much).await, (MOST, None));
        assert_eq!(held(MOST, 1, &much).await, (MOST, Some(of_one)));
        let little = Cell::new(100);
        assert_eq!(held(60, 30, &little).await, (90, None));
        assert_eq!(held(6, 4, &little).await, (10, None));
        assert_eq!(held(0, 0, &little).await, (0, None));
        assert_eq!(held(0, 1, &little).await, (0, Some(of_all)));
    }
}
