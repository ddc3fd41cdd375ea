//! How requests carry what we show: a header with each, and once more with what a program gives anew where the
//! server refused the first.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response, StatusCode};
use kube::client::Body;
use tokio::sync::{Mutex, watch};
use tower::util::ServiceExt as _;
use tower::{BoxError, Layer, Service};

use super::Certificate;
use super::plugin::Refreshing;
use super::token_file::TokenFile;
use crate::error::Result;

/// Where the header comes from.
pub(super) enum Source {
    Fixed(HeaderValue),
    File(TokenFile),
    Plugin(Box<Refreshing>),
}

/// What a request shows.
pub(super) struct Shown {
    pub(super) header: Option<HeaderValue>,
    /// Which run of a program gave it, and the certificate of the connection.
    pub(super) run: u64,
}

impl Source {
    async fn shown(&mut self) -> Result<Shown> {
        let header = match self {
            Self::Fixed(value) => value.clone(),
            Self::File(file) => super::bearer(file.token(Instant::now()))?,
            Self::Plugin(plugin) => return plugin.shown().await,
        };
        Ok(Shown { header: Some(header), run: 0 })
    }

    /// What is shown instead of what was refused; `None` where there is nothing else.
    async fn instead_of(&mut self, refused: &Shown) -> Option<Shown> {
        match self {
            Self::Plugin(plugin) => plugin.after(refused.run).await,
            Self::Fixed(_) | Self::File(_) => None,
        }
    }
}

/// Adds `Authorization` to requests.
#[derive(Clone, Default)]
pub(in crate::cluster) struct AuthLayer {
    source: Option<Arc<Mutex<Source>>>,
    certificate: Option<watch::Receiver<Option<Certificate>>>,
}

impl AuthLayer {
    pub(super) fn new(source: Source) -> Self {
        let certificate = match &source {
            Source::Plugin(plugin) => Some(plugin.certificate()),
            Source::Fixed(_) | Source::File(_) => None,
        };
        Self { source: Some(Arc::new(Mutex::new(source))), certificate }
    }

    pub(super) fn is_none(&self) -> bool {
        self.source.is_none()
    }

    /// The certificate that connections are made with, where it is one that may change.
    pub(in crate::cluster) fn certificate(&self) -> Option<watch::Receiver<Option<Certificate>>> {
        self.certificate.clone()
    }
}

impl<S> Layer<S> for AuthLayer {
    type Service = Authorized<S>;

    fn layer(&self, inner: S) -> Authorized<S> {
        Authorized { inner, source: self.source.clone() }
    }
}

/// Requests that show who we are.
#[derive(Clone)]
pub(in crate::cluster) struct Authorized<S> {
    inner: S,
    source: Option<Arc<Mutex<Source>>>,
}

impl<S, B> Service<Request<Body>> for Authorized<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Send,
{
    type Response = Response<B>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Response<B>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<std::result::Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let spare = self.inner.clone();
        // The one that is ready is the one to be called.
        let mut inner = std::mem::replace(&mut self.inner, spare.clone());
        let Some(source) = self.source.clone() else {
            let answer = inner.call(request);
            return Box::pin(async move { answer.await.map_err(Into::into) });
        };
        Box::pin(async move {
            let shown = source.lock().await.shown().await?;
            let again = again(&request);
            show(&shown, &mut request);
            let answer = inner.call(request).await.map_err(Into::into)?;
            if answer.status() != StatusCode::UNAUTHORIZED {
                return Ok(answer);
            }
            let Some(mut again) = again else { return Ok(answer) };
            match source.lock().await.instead_of(&shown).await {
                Some(other) => {
                    show(&other, &mut again);
                    spare.oneshot(again).await.map_err(Into::into)
                }
                None => Ok(answer),
            }
        })
    }
}

fn show(shown: &Shown, request: &mut Request<Body>) {
    if let Some(header) = &shown.header {
        request.headers_mut().insert(AUTHORIZATION, header.clone());
    }
}

/// The same request once more, where its body can be sent again.
fn again(request: &Request<Body>) -> Option<Request<Body>> {
    let mut again = Request::new(request.body().try_clone()?);
    *again.method_mut() = request.method().clone();
    *again.uri_mut() = request.uri().clone();
    *again.version_mut() = request.version();
    *again.headers_mut() = request.headers().clone();
    *again.extensions_mut() = request.extensions().clone();
    Some(again)
}
