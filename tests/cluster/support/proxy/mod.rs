//! A proxy between the program and the real apiserver, for the faults that a cluster will not give on demand.
//!
//! It listens on loopback, speaks plain HTTP, and asks the apiserver as the administrator. Each request has a connection
//! of its own on either side, so that one can be broken without the others. What is to go wrong is said by rules; the
//! first one that fits an answer holds. It also counts, so that a test can tell patience from a storm of requests.

mod answer;
mod connection;
mod content;
mod fault;
mod served;
mod upstream;

use std::collections::HashMap;
use std::io::Write;
use std::net::TcpListener;
use std::ops::RangeBounds;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::json;
use tempfile::NamedTempFile;

use connection::Live;
pub(crate) use fault::{Asked, Ending, Fault, Place, Spot};
pub(crate) use served::ServedLog;
use upstream::Upstream;

/// How long anything may take to happen on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The proxy. What it relays breaks off when it is dropped.
pub(crate) struct Proxy {
    shared: Arc<Shared>,
    kubeconfig: NamedTempFile,
}

/// What its connections share.
struct Shared {
    upstream: Upstream,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    asked: HashMap<Asked, usize>,
    served: HashMap<String, ServedLog>,
    /// Nobody can be reached.
    is_away: bool,
    live: Vec<Live>,
}

struct Rule {
    asked: Asked,
    /// Which requests of that kind, counted from 1.
    fits: Box<dyn Fn(usize) -> bool + Send>,
    fault: Fault,
}

impl Proxy {
    /// One that relays everything as it is.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = format!("http://{}", listener.local_addr().unwrap());
        let (state, changed) = Default::default();
        let shared = Arc::new(Shared { upstream: Upstream::of_the_node(), state, changed });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&accepting);
                thread::spawn(move || connection::serve(client, &shared));
            }
        });
        Self { shared, kubeconfig: kubeconfig_of(&server) }
    }

    /// Some requests of a kind, counted from 1, are answered wrongly.
    pub(crate) fn on(&self, asked: Asked, which: impl RangeBounds<usize> + Send + 'static, fault: Fault) {
        let fits = Box::new(move |number| which.contains(&number));
        self.shared.state.lock().unwrap().rules.push(Rule { asked, fits, fault });
    }

    /// A container's log is this one, and not what the node has. The pod itself is the real one.
    pub(crate) fn serve_log(&self, container: &str, log: &ServedLog) {
        self.shared.state.lock().unwrap().served.insert(container.to_owned(), log.clone());
    }

    /// Breaks off all answers that are being given.
    pub(crate) fn break_all(&self, ending: Ending) {
        let state = self.shared.state.lock().unwrap();
        state.live.iter().for_each(|live| live.break_off(ending));
    }

    /// From now on nobody can be reached, until [`Proxy::come_back`].
    pub(crate) fn go_away(&self) {
        self.shared.state.lock().unwrap().is_away = true;
        self.break_all(Ending::Reset);
    }

    /// Ends what [`Proxy::go_away`] began.
    pub(crate) fn come_back(&self) {
        self.shared.state.lock().unwrap().is_away = false;
    }

    /// How many requests of a kind came so far.
    pub(crate) fn count(&self, asked: &Asked) -> usize {
        self.shared.state.lock().unwrap().asked.get(asked).copied().unwrap_or(0)
    }

    /// Waits until so many requests of a kind have come.
    #[track_caller]
    pub(crate) fn wait_until_asked(&self, asked: &Asked, count: usize) {
        let state = self.shared.state.lock().unwrap();
        let is_short = |state: &mut State| state.asked.get(asked).copied().unwrap_or(0) < count;
        let (state, waited) = self.shared.changed.wait_timeout_while(state, PATIENCE, is_short).unwrap();
        let all = state.asked.clone();
        drop(state);
        assert!(!waited.timed_out(), "waited {PATIENCE:?} for {count} times {asked:?}: {all:?}");
    }

    /// A kubeconfig that leads here.
    pub(crate) fn kubeconfig(&self) -> &NamedTempFile {
        &self.kubeconfig
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.go_away();
    }
}

impl Shared {
    /// Counts a request, and says what is to go wrong with its answer. `None`: nobody can be reached.
    fn take_in(&self, asked: &Asked) -> Option<Fault> {
        let mut state = self.state.lock().unwrap();
        let count = state.asked.entry(asked.clone()).or_default();
        *count += 1;
        let number = *count;
        self.changed.notify_all();
        let fits = |rule: &&Rule| rule.asked == *asked && (rule.fits)(number);
        let fault = state.rules.iter().find(fits).map_or(Fault::None, |rule| rule.fault);
        (!state.is_away).then_some(fault)
    }
}

fn kubeconfig_of(server: &str) -> NamedTempFile {
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "proxy", "cluster": {"server": server}}],
        "users": [{"name": "nobody", "user": {}}],
        "contexts": [{"name": "proxy", "context": {"cluster": "proxy", "user": "nobody"}}],
        "current-context": "proxy",
    });
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(config.to_string().as_bytes()).unwrap();
    file
}
