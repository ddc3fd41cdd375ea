//! The pods of the server, and what it says of them.
//!
//! A pod's uid tells it from others that have had its name. So that it can be told from them in what comes out, too, it
//! is its namespace as well; nobody asks for a namespace here.

use kubectl_sidecar::pod::{
    Common, Container, ContainerKind, Instance, Phase, Pod, PodStatus, Role, RoleEvidence, RunState, Runtime, Settings, Termination,
};

use crate::server::Served;

/// A pod: what is true of it.
#[derive(Debug, Clone)]
pub struct ServedPod {
    pub name: String,
    pub containers: Vec<Served>,
    pub is_over: bool,
    pub is_deleting: bool,
    pub is_gone: bool,
    /// It is not meant by the selector any more.
    pub has_left: bool,
}

impl ServedPod {
    pub fn new(name: String, containers: Vec<Served>) -> Self {
        Self { name, containers, is_over: false, is_deleting: false, is_gone: false, has_left: false }
    }

    /// What the server says of it; it is the one of that number.
    pub fn said(&self, number: usize) -> Pod {
        let container = |(at, served): (usize, &Served)| Container {
            name: container_name(at),
            kind: ContainerKind::Container,
            role: Role::Main,
            role_evidence: RoleEvidence::Position,
            image: String::new(),
            command: Vec::new(),
            args: Vec::new(),
            mounts: Vec::new(),
            devices: Vec::new(),
            settings: Settings::default(),
            runtime: Some(runtime(number, at, served)),
        };
        let phase = match self.containers.iter().all(|served| served.runs.is_empty()) {
            _ if self.is_over => Phase::Succeeded,
            true => Phase::Pending,
            false => Phase::Running,
        };
        Pod {
            name: self.name.clone(),
            namespace: Some(uid(number)),
            uid: Some(uid(number)),
            containers: self.containers.iter().enumerate().map(container).collect(),
            volumes: Vec::new(),
            common: Common::default(),
            status: Some(PodStatus { phase, deleting: self.is_deleting, ..PodStatus::default() }),
        }
    }

    /// All that is known of it where it may not be looked at.
    pub fn unseen(&self, number: usize) -> Pod {
        let mut pod = Pod { uid: None, status: None, ..self.said(number) };
        pod.containers.iter_mut().for_each(|container| container.runtime = None);
        pod
    }
}

pub fn uid(pod: usize) -> String {
    format!("uid-{pod}")
}

pub fn container_name(container: usize) -> String {
    format!("c{container}")
}

/// The number in a name or uid of this model.
pub fn number(name: &str) -> usize {
    name.trim_start_matches(|letter: char| !letter.is_ascii_digit()).parse().expect("a name of the model")
}

fn instance(pod: usize, container: usize, run: usize) -> Instance {
    Instance { id: format!("p{pod}-c{container}-{run}"), restarts: u32::try_from(run).expect("few runs") }
}

fn termination(pod: usize, container: usize, run: usize) -> Termination {
    Termination { id: instance(pod, container, run).id, reason: "Completed".to_owned(), ..Termination::default() }
}

fn runtime(pod: usize, at: usize, served: &Served) -> Runtime {
    let waiting = |reason: &str| RunState::Waiting { reason: reason.to_owned(), message: String::new() };
    let (state, last) = match served.runs.len().checked_sub(1) {
        None => (waiting("ContainerCreating"), None),
        Some(run) if served.waits => (waiting("CrashLoopBackOff"), Some(run)),
        Some(run) if served.runs[run].has_ended => {
            (RunState::Terminated(termination(pod, at, run)), run.checked_sub(1))
        }
        Some(run) => (RunState::Running { since: None }, run.checked_sub(1)),
    };
    let current = served.runs.len().checked_sub(1);
    Runtime {
        ready: served.is_running(),
        started: served.is_running(),
        image_id: String::new(),
        instance: current.map(|run| instance(pod, at, run)).unwrap_or_default(),
        state,
        last_termination: last.map(|run| termination(pod, at, run)),
    }
}
