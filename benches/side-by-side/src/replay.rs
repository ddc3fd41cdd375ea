//! A server that stands in for the apiserver, over real HTTP/1 and TLS: it has pods with the label that is asked for, and
//! a log for each container. A few write lines, stamped as they are sent; the others say nothing.

mod answers;

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use serde_json::json;
use tempfile::NamedTempFile;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::TlsAcceptor;

/// Containers that write.
pub const TALKING: usize = 10;

/// A server at work, on a thread of its own.
pub struct Replay {
    state: Arc<State>,
    kubeconfig: NamedTempFile,
    _runtime: Runtime,
}

/// What all connections share.
struct State {
    pods: usize,
    containers: usize,
    /// Logs that are being read.
    open: AtomicUsize,
    /// Whether those that talk do so now.
    talks: AtomicBool,
}

/// A log that is being read, for as long as this lives.
struct Open(Arc<State>);

impl Open {
    fn count(state: &Arc<State>) -> Self {
        state.open.fetch_add(1, Ordering::Relaxed);
        Self(state.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Replay {
    /// Serves so many pods of so many containers each.
    pub fn start(pods: usize, containers: usize) -> Result<Self> {
        allow_many_connections()?;
        let identity = rcgen::generate_simple_self_signed(vec![Ipv4Addr::LOCALHOST.to_string()])?;
        let key = PrivatePkcs8KeyDer::from(identity.signing_key.serialize_der());
        let tls = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![identity.cert.der().clone()], key.into())?;
        let state = Arc::new(State { pods, containers, open: AtomicUsize::new(0), talks: AtomicBool::new(false) });
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let server = format!("https://{}", listener.local_addr()?);
        runtime.spawn(serve(listener, TlsAcceptor::from(Arc::new(tls)), state.clone()));
        Ok(Self { state, kubeconfig: kubeconfig(&server, &identity.cert.pem())?, _runtime: runtime })
    }

    /// Leads to the server.
    pub fn kubeconfig(&self) -> &Path {
        self.kubeconfig.path()
    }

    /// The pods' names and their containers'.
    pub fn pods(&self) -> Vec<(String, Vec<String>)> {
        let containers = |pod| (0..self.state.containers).map(|number| container_name(pod, number)).collect();
        (0..self.state.pods).map(|pod| (pod_name(pod), containers(pod))).collect()
    }

    /// Waits until so many logs are being read; how long it took, or how many are.
    pub fn wait_until_open(&self, count: usize, patience: Duration) -> Result<Duration, usize> {
        let began = Instant::now();
        while self.state.open.load(Ordering::Relaxed) < count {
            if began.elapsed() > patience {
                return Err(self.state.open.load(Ordering::Relaxed));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(began.elapsed())
    }

    /// Lets those talk that do so, or be silent.
    pub fn let_talk(&self, talks: bool) {
        self.state.talks.store(talks, Ordering::Relaxed);
    }

    /// Waits until no log is being read: the next client is to find the server at rest.
    pub fn wait_until_closed(&self, patience: Duration) {
        let began = Instant::now();
        while self.state.open.load(Ordering::Relaxed) > 0 && began.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn pod_name(pod: usize) -> String {
    format!("replay-{pod}")
}

fn container_name(pod: usize, container: usize) -> String {
    format!("c{pod}-{container}")
}

fn kubeconfig(server: &str, ca: &str) -> Result<NamedTempFile> {
    let ca = k8s_openapi::ByteString(ca.as_bytes().to_owned());
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "replay", "cluster": {"server": server, "certificate-authority-data": ca}}],
        "users": [{"name": "replay", "user": {"token": "any"}}],
        "contexts": [{"name": "replay", "context": {"cluster": "replay", "user": "replay", "namespace": "default"}}],
        "current-context": "replay",
    });
    let mut file = NamedTempFile::new()?;
    std::io::Write::write_all(&mut file, config.to_string().as_bytes())?;
    Ok(file)
}

/// Each log is a connection. Clients inherit the limit.
fn allow_many_connections() -> Result<()> {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).context("raising the limit of open files")
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, state: Arc<State>) {
    while let Ok((connection, _)) = listener.accept().await {
        let (tls, state) = (tls.clone(), state.clone());
        // A connection that fails is the client's to tell of.
        tokio::spawn(async move { talk(connection, tls, state).await.ok() });
    }
}

async fn talk(connection: TcpStream, tls: TlsAcceptor, state: Arc<State>) -> Result<()> {
    connection.set_nodelay(true)?;
    let connection = TokioIo::new(tls.accept(connection).await?);
    let answer = service_fn(|request| {
        let answer = answers::answer(&request, &state);
        async { answer }
    });
    Ok(http1::Builder::new().serve_connection(connection, answer).await?)
}
