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
use tokio::sync::Mutex;
use tower::util::ServiceExt as _;
use tower::{BoxError, Layer, Service};

use super::plugin::Refreshing;
use super::token_file::TokenFile;
use crate::error::Result;

/// Where the header comes from.
pub(super) enum Source {
    Fixed(HeaderValue),
    File(TokenFile),
    Plugin(Box<Refreshing>),
}

impl Source {
    async fn header(&mut self) -> Result<Option<HeaderValue>> {
        match self {
            Self::Fixed(value) => Ok(Some(value.clone())),
            Self::File(file) => super::bearer(file.token(Instant::now())).map(Some),
            Self::Plugin(plugin) => plugin.header().await,
        }
    }

    /// Another header than that one, which was refused; `None` where there is no other.
    async fn other_than(&mut self, refused: Option<&HeaderValue>) -> Option<HeaderValue> {
        match self {
            Self::Plugin(plugin) => plugin.other_than(refused).await,
            Self::Fixed(_) | Self::File(_) => None,
        }
    }
}

/// Adds `Authorization` to requests.
#[derive(Clone, Default)]
pub(in crate::cluster) struct AuthLayer(Option<Arc<Mutex<Source>>>);

impl AuthLayer {
    pub(super) fn new(source: Source) -> Self {
        Self(Some(Arc::new(Mutex::new(source))))
    }

    pub(super) fn is_none(&self) -> bool {
        self.0.is_none()
    }
}

impl<S> Layer<S> for AuthLayer {
    type Service = Authorized<S>;

    fn layer(&self, inner: S) -> Authorized<S> {
        Authorized { inner, source: self.0.clone() }
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
            let header = source.lock().await.header().await?;
            let again = again(&request);
            if let Some(header) = &header {
                request.headers_mut().insert(AUTHORIZATION, header.clone());
            }
            let answer = inner.call(request).await.map_err(Into::into)?;
            if answer.status() != StatusCode::UNAUTHORIZED {
                return Ok(answer);
            }
            let Some(mut again) = again else { return Ok(answer) };
            match source.lock().await.other_than(header.as_ref()).await {
                Some(other) => {
                    again.headers_mut().insert(AUTHORIZATION, other);
                    spare.oneshot(again).await.map_err(Into::into)
                }
                None => Ok(answer),
            }
        })
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
