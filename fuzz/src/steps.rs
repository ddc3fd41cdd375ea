//! What each step of the fuzzer does to the world.

use std::time::Duration;

use kubectl_sidecar::logs::{Ending, Event, Refusal};

use crate::input::{Step, Targets};
use crate::pods::{ServedPod, uid};
use crate::server::{Line, Place, Run, Served, Server};
use crate::world::{Change, Look, Stream, World};

/// So many pods come and go.
const MOST_PODS: usize = 5;

impl World {
    pub(crate) fn step(&mut self, step: Step) {
        match step {
            Step::Write { container, back, alike } => self.write(container, back, alike),
            Step::Start { container } => self.start(self.place(container)),
            Step::End { container, in_mid_line } => self.end(self.place(container), in_mid_line),
            Step::Rotate { container } if self.faults.rotates => self.rotate(self.place(container)),
            Step::Delete { pod } if self.faults.deletes => self.delete(usize::from(pod) % self.server.pods.len()),
            Step::Rotate { .. } | Step::Delete { .. } => {}
            Step::Join { containers, under_an_old_name } => self.join(containers, under_an_old_name),
            Step::Leave { pod } => self.leave(usize::from(pod) % self.server.pods.len()),
            Step::Watch => self.watch(),
            Step::Look { then, fails } => self.look(then, fails),
            Step::Open { which, is_busy } => self.open(which, is_busy),
            Step::Bytes { which, count } => self.bytes(which, usize::from(count)),
            Step::All { which } => self.bytes(which, usize::MAX),
            Step::Close { which, clean } => self.close(which, clean),
            Step::Wait { time } => self.wait(Duration::from_millis(20 * u64::from(time))),
        }
    }

    fn place(&self, container: u8) -> Place {
        let places: Vec<_> = self.server.places().collect();
        places[usize::from(container) % places.len()]
    }

    fn write(&mut self, container: u8, back: u8, alike: bool) {
        let place = self.place(container);
        let stamp = Server::clock(self.now) - i64::from(back % 51) * 1_000_000;
        let served = self.server.container(place);
        let run = served.runs.len();
        if !served.is_running() {
            return;
        }
        if let Some(current) = served.current() {
            let message = if alike { format!("alike in run {run}") } else { format!("line {}", self.written) };
            current.lines.push(Line { stamp, message, is_alike: alike, is_whole: true });
            self.written += 1;
        }
    }

    fn start(&mut self, place: Place) {
        let is_deleting = self.server.pods[place.pod].is_deleting;
        let served = self.server.container(place);
        if served.is_running() || is_deleting {
            return;
        }
        served.runs.push(Run::default());
        served.waits = false;
        let run = served.runs.len() - 1;
        self.contract.started(place, run);
        if let Some(forgotten) = run.checked_sub(2) {
            self.contract.forgotten(place, forgotten);
        }
        self.changed(place.pod);
    }

    fn end(&mut self, place: Place, in_mid_line: bool) {
        let stamp = Server::clock(self.now);
        let message = format!("line {} has no end", self.written);
        let served = self.server.container(place);
        let was_running = served.is_running();
        let Some(run) = served.current() else { return };
        if was_running {
            run.has_ended = true;
            if in_mid_line {
                run.lines.push(Line { stamp, message, is_alike: false, is_whole: false });
                self.written += 1;
            }
        } else {
            served.waits = true;
            if let Some(forgotten) = served.runs.len().checked_sub(2) {
                self.contract.forgotten(place, forgotten);
            }
        }
        self.changed(place.pod);
    }

    fn rotate(&mut self, place: Place) {
        if let Some(run) = self.server.container(place).current() {
            run.rotated = run.lines.len();
            self.contract.put_at_risk(place);
        }
    }

    fn delete(&mut self, number: usize) {
        let pod = &mut self.server.pods[number];
        if pod.is_gone {
            return;
        }
        if std::mem::replace(&mut pod.is_deleting, true) {
            pod.is_gone = true;
            self.contract.put_pod_at_risk(number);
            for served in &mut pod.containers {
                served.waits = false;
                if let Some(run) = served.current() {
                    run.has_ended = true;
                }
            }
        }
        self.changed(number);
    }

    fn join(&mut self, containers: u8, under_an_old_name: bool) {
        let number = self.server.pods.len();
        if !matches!(self.targets, Targets::Selected { .. }) || !self.is_watched || number >= MOST_PODS {
            return;
        }
        let old = self.server.pods.iter().find(|pod| pod.is_gone && self.server.named(&pod.name).is_none());
        let (name, count) = match old.filter(|_| under_an_old_name) {
            Some(old) => (old.name.clone(), old.containers.len()),
            None => (format!("pod-{number}"), 1 + usize::from(containers % 2)),
        };
        self.add(ServedPod::new(name, vec![Served::default(); count]));
        self.changed(number);
    }

    fn leave(&mut self, number: usize) {
        let pod = &mut self.server.pods[number];
        let can_leave = matches!(self.targets, Targets::Selected { .. }) && self.is_watched && !pod.is_gone;
        if can_leave && !std::mem::replace(&mut pod.has_left, true) {
            self.contract.put_pod_at_risk(number);
            self.changes.push_back(Change::HasLeft(number));
        }
    }

    /// Something of a pod is different now. Where its status lags, that is said only when the watch tells of it.
    fn changed(&mut self, number: usize) {
        let pod = &self.server.pods[number];
        let said = pod.said(number);
        if !self.faults.status_lags {
            self.said[number] = said.clone();
        }
        if !pod.has_left {
            let change = if pod.is_gone { Change::IsGone } else { Change::Is };
            self.changes.push_back(change(number, said));
        }
    }

    fn watch(&mut self) {
        let Some(change) = self.changes.pop_front() else { return };
        if let Change::Is(number, pod) | Change::IsGone(number, pod) = &change
            && self.faults.status_lags
        {
            self.said[*number] = pod.clone();
        }
        if !self.is_watched {
            return;
        }
        match change {
            Change::Is(_, pod) => self.tell(Event::Pod(&pod)),
            Change::IsGone(number, pod) => self.tell(Event::PodGone { uid: &uid(number), last: Some(&pod) }),
            Change::HasLeft(number) => self.tell(Event::PodLeft { uid: &uid(number) }),
        }
    }

    fn look(&mut self, then: bool, fails: bool) {
        let Some(Look { uid, name, then: was }) = self.looks.pop_front() else { return };
        let pod = if then { was } else { self.said_of(&name) };
        if fails {
            self.tell(Event::LookFailed { uid: &uid });
        } else {
            self.tell(Event::Looked { uid: &uid, pod: pod.as_ref() });
        }
    }

    fn open(&mut self, which: u8, is_busy: bool) {
        let Some(at) = usize::from(which).checked_rem(self.requests.len()) else { return };
        let Some((request, asked)) = self.requests.remove(at) else { return };
        if is_busy {
            let why = Refusal::Later { why: "busy".to_owned(), after: None };
            return self.tell(Event::Refused(request.stream, why));
        }
        // A server that is busy answers late, and an age counts from then.
        let heard = if self.faults.stalls { self.now } else { asked };
        match self.server.open(&request, heard) {
            Ok(answer) => {
                self.streams.push(Stream::new(&request, answer));
                self.tell(Event::Opened(request.stream));
            }
            Err(refusal) => self.tell(Event::Refused(request.stream, refusal)),
        }
    }

    fn bytes(&mut self, which: u8, count: usize) {
        let Some(at) = usize::from(which).checked_rem(self.streams.len()) else { return };
        let stream = &mut self.streams[at];
        let text = self.server.text(&stream.answer);
        let end = stream.sent.saturating_add(count).min(text.len());
        let (id, from) = (stream.id, std::mem::replace(&mut stream.sent, end));
        if from < end {
            self.tell(Event::Bytes(id, &text[from..end]));
        }
    }

    fn close(&mut self, which: u8, clean: bool) {
        let Some(at) = usize::from(which).checked_rem(self.streams.len()) else { return };
        let Stream { id, answer, sent, .. } = self.streams.remove(at);
        let is_early = sent < self.server.text(&answer).len();
        let is_clean = clean && !(is_early && self.server.is_all(&answer) && !self.faults.rest_ends_early);
        if is_clean && is_early && !self.options.follow {
            // It cannot be told from one that ends after all there is.
            self.contract.put_at_risk(answer.place);
        }
        let ending = if is_clean { Ending::Clean } else { Ending::Broken("cut".to_owned()) };
        self.tell(Event::Closed(id, ending));
    }

    pub(crate) fn wait(&mut self, time: Duration) {
        self.now += time;
        if !self.faults.stalls {
            (0..=u8::MAX).take(self.streams.len()).for_each(|which| self.bytes(which, usize::MAX));
        }
        self.tell(Event::Drained { since: self.now });
    }

    /// All containers end, those that never began too.
    pub(crate) fn end_all_pods(&mut self) {
        let places: Vec<_> = self.server.places().collect();
        for place in places {
            if self.server.container(place).runs.is_empty() {
                self.start(place);
            }
            if self.server.container(place).is_running() {
                self.end(place, false);
            }
            self.server.container(place).waits = false;
        }
        for number in 0..self.server.pods.len() {
            if self.server.pods[number].is_deleting {
                self.delete(number);
            } else {
                self.server.pods[number].is_over = true;
                self.changed(number);
            }
        }
    }

    /// All that is on its way arrives, and streams end.
    pub(crate) fn bring_all(&mut self) {
        (0..self.changes.len()).for_each(|_| self.watch());
        (0..self.looks.len()).for_each(|_| self.look(false, false));
        (0..self.requests.len()).for_each(|_| self.open(0, false));
        for _ in 0..self.streams.len() {
            self.bytes(0, usize::MAX);
            self.close(0, true);
        }
    }
}
