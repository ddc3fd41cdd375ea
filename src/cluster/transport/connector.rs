//! One connection: straight to the server, or to a proxy and through it.

use std::fmt;
use std::io::IoSlice;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use http::{StatusCode, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, Service, ServiceExt};

use super::proxy::{NamedBy, Protocol, Proxy};
use super::{socks, tunnel};

/// How long a proxy may take to let us through, once it is connected.
const GREETING: Duration = Duration::from_secs(10);

/// Makes connections.
#[derive(Clone)]
pub(super) struct Connector {
    tcp: HttpConnector,
    through: Option<Arc<Through>>,
}

/// A proxy, and how it is reached itself.
pub(super) struct Through {
    pub(super) proxy: Proxy,
    pub(super) entrance: BoxCloneSyncService<Uri, Stream, BoxError>,
}

impl Connector {
    pub(super) fn straight(tcp: HttpConnector) -> Self {
        Self { tcp, through: None }
    }

    pub(super) fn through(tcp: HttpConnector, through: Through) -> Self {
        Self { tcp, through: Some(Arc::new(through)) }
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Stream, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(BoxError::from)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        if let Some(through) = &self.through {
            let through = Arc::clone(through);
            return Box::pin(async move { through.to(&server).await });
        }
        let connecting = self.tcp.call(server);
        Box::pin(async move { Ok(Stream::Tcp(connecting.await?)) })
    }
}

impl Through {
    async fn to(&self, server: &Uri) -> Result<Stream, BoxError> {
        let failed = |why| ProxyError { proxy: self.proxy.name.clone(), named_by: self.proxy.named_by, why };
        let entrance = self.entrance.clone().oneshot(self.proxy.address.clone());
        let stream = entrance.await.map_err(|cause| failed(NoWay::Away(cause)))?;
        // An HTTP proxy is told where a request without TLS goes by its first line.
        if self.proxy.protocol == Protocol::Http && server.scheme_str() == Some("http") {
            return Ok(Stream::ToProxy(Box::new(stream)));
        }
        let greeting = async {
            match self.proxy.protocol {
                Protocol::Http => tunnel::open(stream, server, self.proxy.credentials.as_ref()).await,
                Protocol::Socks5 => socks::open(stream, server, self.proxy.credentials.as_ref()).await,
            }
        };
        let greeted = tokio::time::timeout(GREETING, greeting).await;
        Ok(greeted.unwrap_or(Err(NoWay::Silent)).map_err(failed)?)
    }
}

/// A proxy that leads nowhere.
#[derive(Debug)]
pub(in crate::cluster) struct ProxyError {
    /// The proxy's address, without what is secret.
    pub(in crate::cluster) proxy: Uri,
    pub(in crate::cluster) named_by: NamedBy,
    pub(in crate::cluster) why: NoWay,
}

/// Why a proxy leads nowhere.
#[derive(Debug)]
pub(in crate::cluster) enum NoWay {
    /// It cannot be reached, or not be trusted.
    Away(BoxError),
    /// It says no, in the words of HTTP.
    Refused(StatusCode, String),
    /// It says no, in the words of SOCKS.
    Socks(&'static str),
    /// It says nothing.
    Silent,
    /// It broke off, or says what is no answer.
    Broken(std::io::Error),
}

impl fmt::Display for ProxyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the proxy {}: ", self.proxy)?;
        match &self.why {
            NoWay::Away(cause) => write!(out, "{cause}"),
            NoWay::Refused(_, words) => out.write_str(words),
            NoWay::Socks(words) => out.write_str(words),
            NoWay::Silent => out.write_str("no answer"),
            NoWay::Broken(cause) => write!(out, "{cause}"),
        }
    }
}

impl std::error::Error for ProxyError {}

impl From<std::io::Error> for NoWay {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error)
    }
}

/// A connection that is there.
pub(super) enum Stream {
    /// A plain one.
    Tcp(TokioIo<TcpStream>),
    /// One to a proxy, perhaps with TLS. A box, since it is made of what is made of this.
    Boxed(Box<dyn Wire>),
    /// One to a proxy that is told with each request where it goes.
    ToProxy(Box<Stream>),
}

/// What a connection to a proxy can do.
pub(super) trait Wire: Read + Write + Connection + Send + Unpin {}

impl<T: Read + Write + Connection + Send + Unpin> Wire for T {}

impl Stream {
    fn wire(&mut self) -> Pin<&mut dyn Wire> {
        match self {
            Self::Tcp(stream) => Pin::new(stream),
            Self::Boxed(stream) => Pin::new(&mut **stream),
            Self::ToProxy(stream) => stream.wire(),
        }
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        match self {
            Self::Tcp(stream) => stream.connected(),
            Self::Boxed(stream) => stream.connected(),
            Self::ToProxy(stream) => stream.connected().proxy(true),
        }
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        match &mut *self {
            Self::Tcp(stream) => Pin::new(stream).poll_read(context, buffer),
            other => other.wire().poll_read(context, buffer),
        }
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<std::io::Result<usize>> {
        self.wire().poll_write(context, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        self.wire().poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(stream) => stream.is_write_vectored(),
            Self::Boxed(stream) => stream.is_write_vectored(),
            Self::ToProxy(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.wire().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.wire().poll_shutdown(context)
    }
}
