//! Parts of the node are killed and come back: each line comes once, in order.

use crate::dead::Dead;
use crate::support::{Program, onenode};
use crate::writers;

#[track_caller]
fn survives(component: &str, times: usize) {
    let Some(onenode) = onenode() else { return };
    let namespace = writers::start();
    let logs = Program::start(namespace.sidecar(&["logs", "web", "--timestamps"]));
    writers::wait_for_more(&logs);
    for _ in 0..times {
        drop(Dead::kill(&onenode, component));
        writers::wait_for_more(&logs);
    }
    let ended = writers::end(&namespace, logs);
    let (stdout, late) = writers::without_stamps(&ended.stdout());
    writers::assert_nothing_is_lost(&stdout, &ended.stderr());
    assert_eq!(late, writers::said_late(&ended.stderr()), "{}", ended.stderr());
}

#[test]
fn the_apiserver_ten_times() {
    survives("kube-apiserver", 10);
}

/// It ends the streams as if that was all.
#[test]
fn the_kubelet_three_times() {
    survives("kubelet", 3);
}
