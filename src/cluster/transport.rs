//! The connections: how one is made, kept alive and read, under kube's TLS.
//!
//! kube's own client builder has no knob for the read buffer, retries refused requests for minutes without a word,
//! and keeps no connection alive; so the connector is ours, and the layers above it are kube's.

mod connector;
mod no_proxy;
mod proxy;
mod renewed;
mod socks;
mod trace;
mod tunnel;

use std::time::Duration;

use http::header::{HeaderValue, PROXY_AUTHORIZATION, USER_AGENT};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::client::legacy::{Builder, Client as HttpClient};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use kube::client::{Body, ClientBuilder, ConfigExt};
use kube::{Client, Config};
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

pub(super) use connector::{NoWay, ProxyError};

use super::credentials::AuthLayer;
use super::{Listener, agent, failure};
use crate::error::{Error, Result};
use connector::{Connector, Stream, Through};
use proxy::{Protocol, Proxy};
use renewed::Renewed;
use trace::Teller;

/// How long a TCP connection may take to come up. client-go waits 30 s; who types a command gives up sooner.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long name lookup, TCP and TLS may take together. client-go gives the handshake 10 s.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(20);
/// A log stream may be silent for hours: only keepalive tells a silent peer from one that has gone, here within
/// 30 + 3 × 10 seconds.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_PROBES: u32 = 3;
/// How much of a response is read ahead, a connection. Left alone, hyper goes to 400 KiB: with 1,000 log streams
/// that is 400 MiB.
const READ_BUFFER: usize = 64 * 1024;
/// Connections that are kept for the next request, and for how long.
const IDLE_CONNECTIONS: usize = 8;
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// What a client is made of, besides a kubeconfig.
pub(super) struct Wiring<'a> {
    /// The proxy that the kubeconfig names, as it is written there.
    pub(super) proxy_url: Option<&'a str>,
    /// Who hears of requests and warnings.
    pub(super) listener: Listener,
    /// How much is told of requests.
    pub(super) verbosity: u8,
}

/// A client for that server, as that user.
pub(super) fn client(mut config: Config, auth: &AuthLayer, wiring: Wiring<'_>) -> Result<Client> {
    let agent = HeaderValue::try_from(agent()).map_err(Error::other)?;
    config.headers.push((USER_AGENT, agent));
    let proxy = proxy::between(&config.cluster_url, wiring.proxy_url, |name| std::env::var(name).ok())?;
    if let Some(shown) = proxy.as_ref().and_then(|proxy| shown_with_each_request(&config, proxy)) {
        config.headers.push((PROXY_AUTHORIZATION, shown));
    }
    let headers = config.extra_headers_layer().map_err(|error| failure::of_setup(&error))?;
    let (server, namespace) = (config.base_uri_layer(), config.default_namespace.clone());
    let http = Renewed::new(config, auth, Box::new(move |config| http_client(config, proxy.clone())))?;
    let stack = ClientBuilder::new(http, namespace)
        .with_layer(&Teller::new(wiring.listener, wiring.verbosity))
        .with_layer(&headers);
    Ok(stack.with_layer(auth).with_layer(&server).build())
}

/// An HTTP proxy that passes requests on one by one wants to see with each who asks.
fn shown_with_each_request(config: &Config, proxy: &Proxy) -> Option<HeaderValue> {
    let passes_on = proxy.protocol == Protocol::Http && config.cluster_url.scheme_str() == Some("http");
    let mut shown = HeaderValue::try_from(tunnel::basic(proxy.credentials.as_ref().filter(|_| passes_on)?)).ok()?;
    shown.set_sensitive(true);
    Some(shown)
}

fn http_client(
    config: &Config,
    proxy: Option<Proxy>,
) -> Result<HttpClient<impl Connect + Clone + Send + Sync + use<>, Body>> {
    let tls =
        |connector| config.rustls_https_connector_with_connector(connector).map_err(|error| failure::of_setup(&error));
    let connector = match proxy {
        None => Connector::straight(tcp()),
        Some(proxy) => {
            // One with TLS is trusted as the server is: Go has one TLS configuration for both.
            let entrance = tls(Connector::straight(tcp()))?.map_response(|stream| Stream::Boxed(Box::new(stream)));
            Connector::through(tcp(), Through { proxy, entrance: BoxCloneSyncService::new(entrance) })
        }
    };
    let mut connector = TimeoutConnector::new(tls(connector)?);
    connector.set_connect_timeout(Some(HANDSHAKE_TIMEOUT));
    Ok(Builder::new(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .http1_max_buf_size(READ_BUFFER)
        .build(connector))
}

fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
    tcp.set_keepalive(Some(KEEPALIVE_IDLE));
    tcp.set_keepalive_interval(Some(KEEPALIVE_INTERVAL));
    tcp.set_keepalive_retries(Some(KEEPALIVE_PROBES));
    tcp
}
