//! `kubectl sidecar exec`.

mod answers;
mod input;
mod places;
mod stopped;
mod terminal;

use serde_json::{Value, json};

use crate::support::{Ended, LISTENS, Namespace, Program, container, pod};

/// Runs the program with these words there.
#[track_caller]
fn exec(namespace: &Namespace, words: &[&str]) -> Ended {
    Program::start(command(namespace, words)).finish()
}

/// What comes before `--` belongs to the program.
fn command(namespace: &Namespace, words: &[&str]) -> std::process::Command {
    crate::support::sidecar(&[&["exec", "--namespace", namespace.name()], words].concat())
}

/// What a user sees, under the command.
#[track_caller]
fn shown(namespace: &Namespace, words: &[&str]) -> String {
    namespace.told(&format!("exec {}", words.join(" ")), &exec(namespace, words))
}

/// A pod that runs, with these containers that listen.
fn listening(namespace: &Namespace, containers: &[&str]) {
    let containers: Vec<_> = containers.iter().map(|name| (*name, LISTENS)).collect();
    namespace.create(&pod("web", &containers));
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
}

/// A pod that runs, with a container of busybox, and one of ubuntu.
fn of_two_images(namespace: &Namespace) {
    let mut web = pod("web", &[("busy", LISTENS)]);
    let mut other: Value = container("large", "exec sleep 86400");
    other["image"] = json!("ubuntu:latest");
    web["spec"]["containers"].as_array_mut().unwrap().push(other);
    namespace.create(&web);
    namespace.wait(&["--for=condition=Ready", "pod/web"]);
}
