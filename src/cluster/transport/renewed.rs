//! The HTTP client, made anew where a credential plugin gives another certificate: connections are made with it.
//!
//! What is open stays: the server looked at its certificate when the request came.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::Connect;
use kube::Config;
use kube::client::Body;
use tokio::sync::watch;
use tower::{BoxError, Service};

use crate::cluster::credentials::{AuthLayer, Certificate};
use crate::error::Result;

/// Makes a client of a connection's settings.
type Make<C> = Box<dyn Fn(&Config) -> Result<HttpClient<C, Body>> + Send>;

/// A client whose connections are made with the certificate of now.
#[derive(Clone)]
pub(super) struct Renewed<C>(Arc<Mutex<Current<C>>>);

struct Current<C> {
    client: HttpClient<C, Body>,
    /// `None`: it stays what it is.
    certificate: Option<watch::Receiver<Option<Certificate>>>,
    config: Config,
    make: Make<C>,
}

impl<C: Clone> Renewed<C> {
    pub(super) fn new(mut config: Config, auth: &AuthLayer, make: Make<C>) -> Result<Self> {
        let mut certificate = auth.certificate();
        if let Some(certificate) = &mut certificate {
            Certificate::put(certificate.borrow_and_update().as_ref(), &mut config);
        }
        let client = make(&config)?;
        Ok(Self(Arc::new(Mutex::new(Current { client, certificate, config, make }))))
    }

    fn client(&self) -> Result<HttpClient<C, Body>> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Current { client, certificate, config, make } = &mut *current;
        if let Some(certificate) = certificate
            && certificate.has_changed().unwrap_or(false)
        {
            Certificate::put(certificate.borrow_and_update().as_ref(), config);
            *client = make(config)?;
        }
        Ok(client.clone())
    }
}

impl<C: Connect + Clone + Send + Sync + 'static> Service<Request<Body>> for Renewed<C> {
    type Response = Response<Incoming>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Response<Incoming>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), BoxError>> {
        // A client always is.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let client = self.client();
        Box::pin(async move { Ok(client?.request(request).await?) })
    }
}
