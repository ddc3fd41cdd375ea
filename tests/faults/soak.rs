//! Many faults by chance. A run is repeated by the seed that it prints.

use crate::dead::Dead;
use crate::support::onenode::{Onenode, onenode, tell};
use crate::support::{Asked, Ending, Fault, Place, Program, Proxy, Spot};
use crate::writers::{self, CONTAINERS};

const ENDINGS: [Ending; 5] = [Ending::Clean, Ending::Reset, Ending::HangUp, Ending::InChunkHeader, Ending::InChunk];
const SPOTS: [Spot; 5] = [Spot::Any, Spot::Stamp, Spot::Character, Spot::LineAndNewline, Spot::Lines];

#[test]
#[ignore = "takes long: make soak"]
fn by_chance() {
    let Some(onenode) = onenode() else { return };
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let seed = number("SOAK_SEED").unwrap_or_else(|| fastrand::u64(..));
    let faults = number("SOAK_FAULTS").unwrap_or(100);
    tell(&format!("soak: {faults} faults, SOAK_SEED={seed}"));
    let mut random = fastrand::Rng::with_seed(seed);
    let namespace = writers::start();
    let proxy = Proxy::start();
    let logs = Program::start(namespace.sidecar_through(&proxy, &["logs", "web", "--timestamps"]));
    writers::wait_for_more(&logs);
    for fault in 1..=faults {
        let what = break_something(&proxy, &onenode, &mut random);
        tell(&format!("soak: fault {fault}: {what}"));
        writers::wait_for_more(&logs);
    }
    let ended = writers::end(&namespace, logs);
    let (stdout, late) = writers::without_stamps(&ended.stdout());
    writers::assert_nothing_is_lost(&stdout, &ended.stderr());
    assert_eq!(late, writers::said_late(&ended.stderr()), "{}", ended.stderr());
}

/// Breaks something that is well again when this returns, or after some requests. What it was.
fn break_something(proxy: &Proxy, onenode: &Onenode, random: &mut fastrand::Rng) -> String {
    let ending = random.choice(ENDINGS).unwrap();
    match random.u32(..10) {
        0 => {
            drop(Dead::kill(onenode, "kube-apiserver"));
            "the apiserver was killed".to_owned()
        }
        1 => {
            drop(Dead::kill(onenode, "kubelet"));
            "the kubelet was killed".to_owned()
        }
        2 => {
            proxy.go_away();
            let before = proxy.count(&Asked::Pod);
            proxy.wait_until_asked(&Asked::Pod, before + random.usize(1..3));
            proxy.come_back();
            "nobody could be reached".to_owned()
        }
        3..6 => {
            let refusal =
                Fault::Refuse(random.choice([429, 500, 503]).unwrap(), random.choice([None, Some(1)]).unwrap());
            for asked in [Asked::log(CONTAINERS[random.usize(..3)]), Asked::Pod, Asked::Watch] {
                break_next(proxy, asked, random.usize(1..3), refusal);
            }
            proxy.break_all(ending);
            format!("{ending:?}, then {refusal:?}")
        }
        _ => {
            let place = Place { after: random.usize(..100_000), spot: random.choice(SPOTS).unwrap() };
            for name in CONTAINERS {
                break_next(proxy, Asked::log(name), random.usize(..3), Fault::Break(place, ending));
            }
            proxy.break_all(ending);
            format!("{ending:?}, then each {place:?}")
        }
    }
}

/// The next so many requests.
fn break_next(proxy: &Proxy, asked: Asked, times: usize, fault: Fault) {
    let from = proxy.count(&asked) + 1;
    proxy.on(asked, from..from + times, fault);
}
