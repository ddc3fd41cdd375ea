//! A node that is dead for a while, as far as anybody can see: its kubelet stands still. Connections to it stay open, and
//! nothing comes of them; new ones are taken, and not answered.

use crate::dead::Dead;
use crate::support::{Asked, Fault, Program, Proxy, messages, node, onenode};
use crate::writers;

/// Two containers are followed when it stops. The third one is asked for when it stands still already.
#[test]
fn the_kubelet_until_the_node_is_given_up() {
    let Some(onenode) = onenode() else { return };
    let namespace = writers::start();
    let proxy = Proxy::start();
    let third = Asked::log("quiet");
    proxy.on(third.clone(), 1..=1, Fault::Refuse(429, Some(10)));
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web", "--timestamps"]));
    writers::wait_for_more(&logs);
    let dead = Dead::stop(&onenode, "kubelet");
    assert_eq!(proxy.count(&third), 1);
    proxy.wait_until_asked(&third, 2);
    node().kubectl(&["wait", "--for=condition=Ready=Unknown", "node", "--all", "--timeout=180s"], "");
    assert_eq!(messages(&writers::without_stamps(&logs.stdout()).0, "web", "quiet").len(), 0);
    drop(dead);
    writers::wait_for_more(&logs);
    let ended = writers::end(&namespace, logs);
    let (stdout, late) = writers::without_stamps(&ended.stdout());
    writers::assert_nothing_is_lost(&stdout, &ended.stderr());
    assert_eq!(late, writers::said_late(&ended.stderr()), "{}", ended.stderr());
}
