//! What is told of each request and each answer, streams included: the server's warnings always, and what `-v` asks for.
//!
//! In the words of kubectl's log, without its prefix. Tokens, passwords and cookies are masked as kubectl masks them.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use futures_util::future::BoxFuture;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION, SET_COOKIE};
use http::{Request, Response};
use tower::{BoxError, Layer, Service};

use crate::cluster::warnings::Warnings;
use crate::cluster::{Listener, Notice};
use crate::error::visible;

/// From here on each request is told, with its status and time.
const REQUESTS: u8 = 6;
/// And its headers.
const REQUEST_HEADERS: u8 = 7;
/// And those of the answer.
const ANSWER_HEADERS: u8 = 8;

/// Tells of what passes through.
#[derive(Clone)]
pub(super) struct Teller {
    listener: Listener,
    warnings: Warnings,
    verbosity: u8,
}

impl Teller {
    pub(super) fn new(listener: Listener, verbosity: u8) -> Self {
        Self { warnings: Warnings::told_to(listener.clone()), listener, verbosity }
    }

    fn trace(&self, line: impl Into<String>) {
        self.listener.tell(Notice::Trace(visible(line.into())));
    }

    fn headers(&self, title: &str, headers: &HeaderMap) {
        self.trace(format!("{title}:"));
        for (name, value) in headers {
            self.trace(format!("    {}: {}", canonical(name), masked(name, value)));
        }
    }

    /// A request is about to be sent.
    fn begin<T>(&self, request: &Request<T>) -> Option<Underway> {
        if self.verbosity < REQUESTS {
            return None;
        }
        let line = format!("{} {}", request.method(), request.uri());
        if self.verbosity >= REQUEST_HEADERS {
            self.trace(&line);
            self.headers("Request Headers", request.headers());
        }
        Some(Underway { teller: self.clone(), line, since: Instant::now(), is_over: false })
    }
}

/// A request that has no answer yet. Dropped, it was given up.
struct Underway {
    teller: Teller,
    line: String,
    since: Instant,
    is_over: bool,
}

impl Underway {
    fn end<T>(mut self, answer: Result<&Response<T>, &BoxError>) {
        self.is_over = true;
        match answer {
            Ok(answer) => {
                self.tell(&format!(" {}", answer.status()), "");
                if self.teller.verbosity >= ANSWER_HEADERS {
                    self.teller.headers("Response Headers", answer.headers());
                }
            }
            Err(error) => self.tell("", &format!(": {error}")),
        }
    }

    fn tell(&self, status: &str, why: &str) {
        let took = self.since.elapsed().as_millis();
        self.teller.trace(format!("{}{status} in {took} milliseconds{why}", self.line));
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        if !self.is_over {
            self.tell("", ": given up");
        }
    }
}

/// `User-Agent` of `user-agent`.
fn canonical(name: &HeaderName) -> String {
    let upper = |part: &str| part[..1].to_ascii_uppercase() + &part[1..];
    let parts: Vec<String> =
        name.as_str().split('-').map(|part| if part.is_empty() { String::new() } else { upper(part) }).collect();
    parts.join("-")
}

/// A header's value, as kubectl's log shows it: of credentials no more than their kind.
fn masked(name: &HeaderName, value: &HeaderValue) -> String {
    const KINDS: [&str; 3] = ["bearer", "basic", "negotiate"];
    let value = String::from_utf8_lossy(value.as_bytes());
    if [COOKIE, SET_COOKIE].contains(name) {
        return "<masked>".to_owned();
    }
    if ![AUTHORIZATION, PROXY_AUTHORIZATION].contains(name) {
        return value.into_owned();
    }
    match value.split_once(' ') {
        Some((kind, _)) if KINDS.contains(&kind.to_ascii_lowercase().as_str()) => format!("{kind} <masked>"),
        _ => "<masked>".to_owned(),
    }
}

impl<S> Layer<S> for Teller {
    type Service = Traced<S>;

    fn layer(&self, inner: S) -> Traced<S> {
        Traced { inner, teller: Arc::new(self.clone()) }
    }
}

/// A service of which is told.
#[derive(Clone)]
pub(super) struct Traced<S> {
    inner: S,
    teller: Arc<Teller>,
}

impl<S, A, B> Service<Request<A>> for Traced<S>
where
    S: Service<Request<A>, Response = Response<B>, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = Response<B>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<B>, BoxError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let underway = self.teller.begin(&request);
        let (teller, answer) = (Arc::clone(&self.teller), self.inner.call(request));
        Box::pin(async move {
            let answer = answer.await;
            if let Some(underway) = underway {
                underway.end(answer.as_ref());
            }
            let answer = answer?;
            teller.warnings.note(answer.headers());
            Ok(answer)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_credentials_no_more_than_their_kind_is_told() {
        let told = |name: HeaderName, value: &'static str| masked(&name, &HeaderValue::from_static(value));
        assert_eq!(told(AUTHORIZATION, "Bearer secret"), "Bearer <masked>");
        assert_eq!(told(AUTHORIZATION, "secret"), "<masked>");
        assert_eq!(told(PROXY_AUTHORIZATION, "Basic c2VjcmV0"), "Basic <masked>");
        assert_eq!(told(COOKIE, "session=secret"), "<masked>");
        assert_eq!(told(http::header::ACCEPT, "application/json"), "application/json");
    }
}
