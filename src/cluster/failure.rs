//! What kind of failure an answer, or the lack of one, is.
//!
//! Decides by types and status codes; by text only where the layers below give nothing else. The words are
//! `error`'s.
//!
//! Past 300 lines: a table of failures reads best in one place.

use std::io::ErrorKind;

use http::StatusCode;
use hyper_util::client::legacy::Error as LegacyError;
use kube::client::RustlsTlsError;
use kube::core::Status;
use rustls::CertificateError;

use super::transport::{NoWay, ProxyError};
use crate::error::{Error, Kind};

/// What was asked of the server: failures name it, and next steps follow from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) verb: Verb,
    /// `pods`, `pods/log`, `events`.
    pub(super) resource: &'static str,
    /// The pod's name; empty where none is given.
    pub(super) name: &'a str,
    pub(super) namespace: &'a str,
    /// The server's address.
    pub(super) server: &'a str,
}

/// What was to be done, in the API's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    List,
    Watch,
    Create,
}

impl Verb {
    fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Watch => "watch",
            Self::Create => "create",
        }
    }
}

/// The status the server sent; where a proxy answered in its place, one made of what it said.
pub(super) fn status_of(code: StatusCode, body: &[u8]) -> Status {
    let sent = serde_json::from_slice::<Status>(body).ok().filter(|status| !status.message.is_empty());
    sent.map_or_else(|| made_up_status(code, body), |status| Status { code: code.as_u16(), ..status })
}

/// How a status begins that the server did not send.
const ANSWERED: &str = "the server answered";

/// What a server, or something in its place, said that is no `Status`: its first bytes are shown.
fn made_up_status(code: StatusCode, body: &[u8]) -> Status {
    const SHOWN: usize = 300;
    let text = String::from_utf8_lossy(&body[..body.len().min(SHOWN)]);
    let phrase = code.canonical_reason().unwrap_or("unknown status");
    let message = match text.trim() {
        "" => format!("{ANSWERED} {} {phrase}", code.as_u16()),
        text => format!("{ANSWERED} {} {phrase}: {text}", code.as_u16()),
    };
    let reason = match code {
        StatusCode::UNAUTHORIZED => "Unauthorized",
        // A server that does not know an API says so in plain text.
        StatusCode::NOT_FOUND => "NotFound",
        _ => "",
    };
    Status::failure(&message, reason).with_code(code.as_u16())
}

/// The server's no.
pub(super) fn of_refusal(status: &Status, asked: &Asked<'_>) -> Error {
    let Asked { name, namespace, .. } = *asked;
    let (reason, message) = (status.reason.as_str(), status.message.as_str());
    match reason {
        "Unauthorized" => Error::unauthorized(message),
        "NotFound" if is_about(status, "namespaces") => {
            Error::from_server(Kind::NotFound, reason, message).hint_create_namespace(namespace)
        }
        // An API server says what it is that is not there.
        "NotFound" if message.starts_with(ANSWERED) => {
            Error::from_server(Kind::NotFound, reason, message).hint_is_api()
        }
        "NotFound" => Error::from_server(Kind::NotFound, reason, message).hint_list(asked.resource, namespace),
        "AlreadyExists" => {
            Error::from_server(Kind::AlreadyExists, reason, message).hint_exists(asked.resource, name, namespace)
        }
        "Forbidden" => {
            let error = Error::from_server(Kind::Forbidden, reason, message);
            match impersonated(message) {
                Some(whom) => error.hint_impersonation(whom),
                // Quota and admission say no with the same reason as RBAC, where asking for the right leads nowhere.
                None if message.contains(" cannot ") => {
                    error.hint_can_i(asked.verb.as_str(), asked.resource, namespace)
                }
                None => error,
            }
        }
        "BadRequest" => Error::from_server(Kind::BadRequest, reason, message).hint_selectors(),
        "Invalid" => of_invalid(status),
        "Expired" | "Gone" => Error::from_server(Kind::Expired, reason, message),
        _ => Error::from_server(Kind::Server, reason, message).hint_https(),
    }
}

/// `users` of `… cannot impersonate resource "users" in API group "" at the cluster scope`.
fn impersonated(message: &str) -> Option<&str> {
    let (_, whom) = message.split_once(" cannot impersonate resource \"")?;
    whom.split('"').next()
}

fn of_invalid(status: &Status) -> Error {
    let Some(details) = &status.details else {
        return Error::invalid("", "", &[], &status.message);
    };
    let causes: Vec<(String, String)> =
        details.causes.iter().map(|cause| (cause.field.clone(), cause.message.clone())).collect();
    Error::invalid(&details.kind, &details.name, &causes, &status.message)
}

fn is_about(status: &Status, resource: &str) -> bool {
    status.details.as_ref().is_some_and(|details| details.kind == resource)
}

/// No answer came, or it broke off.
pub(super) fn of_transport(error: &kube::Error, asked: &Asked<'_>) -> Error {
    let host = host_of(asked.server);
    let chain = chain_of(error);
    if let Some(own) = find::<Error>(&chain) {
        return own.clone();
    }
    if let Some(proxy) = find::<ProxyError>(&chain) {
        return of_proxy(proxy, host);
    }
    if let Some(tls) = find::<rustls::Error>(&chain) {
        return Error::tls(tls_cause(tls));
    }
    let Some(io) = find::<std::io::Error>(&chain) else {
        return Error::unreachable(format_args!("{host}: {}", innermost(&chain)));
    };
    let connecting = find::<LegacyError>(&chain).is_some_and(LegacyError::is_connect);
    // hyper-util keeps the type of this error to itself.
    let at = |step: &str| connecting && chain.iter().any(|cause| cause.to_string() == step);
    match io.kind() {
        ErrorKind::ConnectionRefused => Error::refused(host),
        _ if at("dns error") => Error::no_such_host(host, io),
        ErrorKind::TimedOut if at("tcp connect error") => Error::connect_timeout(host),
        ErrorKind::TimedOut if connecting => Error::handshake_timeout(host),
        _ if at("tcp connect error") => Error::unreachable(format_args!("dial tcp {host}: {io}")),
        _ => Error::unreachable(format_args!("{host}: {}", innermost(&chain))),
    }
}

/// The proxy on the way leads nowhere: in Go's words, which name either of the two.
fn of_proxy(error: &ProxyError, server: &str) -> Error {
    let proxy = host_of_url(&error.proxy);
    let cause = match &error.why {
        NoWay::Away(cause) => format!("proxyconnect tcp: {}", of_way_to_proxy(&**cause, &proxy)),
        NoWay::Refused(code, words) => {
            let error_of = Error::proxy(words, &error.proxy, error.named_by);
            return match *code {
                StatusCode::PROXY_AUTHENTICATION_REQUIRED => error_of.hint_proxy_credentials(),
                code => error_of.hint_proxy_refused(code.as_u16(), server),
            };
        }
        NoWay::Socks(words) => {
            let error_of = Error::proxy(
                format_args!("socks connect tcp {proxy}->{server}: {words}"),
                &error.proxy,
                error.named_by,
            );
            return if words.contains("authentication") { error_of.hint_proxy_credentials() } else { error_of };
        }
        NoWay::Silent => format!("proxyconnect tcp: {proxy}: i/o timeout"),
        NoWay::Broken(cause) if cause.kind() == ErrorKind::UnexpectedEof => format!("proxyconnect tcp: {proxy}: EOF"),
        NoWay::Broken(cause) => format!("proxyconnect tcp: {proxy}: {cause}"),
    };
    Error::proxy(cause, &error.proxy, error.named_by)
}

fn of_way_to_proxy(cause: Cause<'_>, proxy: &str) -> String {
    let chain = chain_of(cause);
    if let Some(tls) = find::<rustls::Error>(&chain) {
        return format!("tls: {}", tls_cause(tls));
    }
    let Some(io) = find::<std::io::Error>(&chain) else { return innermost(&chain) };
    match io.kind() {
        ErrorKind::ConnectionRefused => format!("dial tcp {proxy}: connect: connection refused"),
        ErrorKind::TimedOut => format!("dial tcp {proxy}: i/o timeout"),
        _ => format!("dial tcp {proxy}: {}", innermost(&chain)),
    }
}

fn host_of_url(url: &http::Uri) -> String {
    url.authority().map(ToString::to_string).unwrap_or_default()
}

/// Whether the connection was there, and broke before there was an answer. A server that restarts does that.
pub(super) fn broke_off(error: &kube::Error) -> bool {
    let chain = chain_of(error);
    let connecting = find::<LegacyError>(&chain).is_some_and(LegacyError::is_connect);
    let reset = find::<std::io::Error>(&chain).is_some_and(|io| {
        use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        matches!(io.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
    });
    !connecting && (reset || find::<hyper::Error>(&chain).is_some_and(hyper::Error::is_incomplete_message))
}

/// Worded as Go words the causes that users search for.
fn tls_cause(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(cause) => {
            format!("failed to verify certificate: x509: {}", certificate_cause(cause))
        }
        rustls::Error::AlertReceived(alert) => format!("remote error: {alert:?}"),
        rustls::Error::InvalidMessage(_) => "the server does not speak TLS there (https in place of http?)".to_owned(),
        other => other.to_string(),
    }
}

fn certificate_cause(cause: &CertificateError) -> String {
    use CertificateError::{
        BadSignature, Expired, ExpiredContext, NotValidForNameContext, NotValidYet, NotValidYetContext, UnknownIssuer,
    };
    match cause {
        // The signature is bad where the authority has the same name and another key: that of a cluster made anew.
        UnknownIssuer | BadSignature => "certificate signed by unknown authority".to_owned(),
        Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. } => {
            format!("certificate has expired or is not yet valid: {cause}")
        }
        NotValidForNameContext { expected, presented } => {
            let names: Vec<&str> = presented.iter().map(|name| bare_name(name)).collect();
            format!("certificate is valid for {}, not {}", names.join(", "), expected.to_str())
        }
        other => other.to_string(),
    }
}

/// `localhost` of `DnsName("localhost")`, which is how rustls shows the names in a certificate.
fn bare_name(shown: &str) -> &str {
    let inner = shown.split_once('(').map_or(shown, |(_, inner)| inner);
    inner.trim_end_matches(')').trim_matches('"')
}

type Cause<'a> = &'a (dyn std::error::Error + 'static);

/// An error and its causes. An I/O error's own `source` skips the error it wraps, which is the one that tells.
fn chain_of<'a>(error: Cause<'a>) -> Vec<Cause<'a>> {
    const DEEPEST: usize = 16;
    let next = |cause: &Cause<'a>| -> Option<Cause<'a>> {
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as Cause<'a>).or_else(|| cause.source())
    };
    std::iter::successors(Some(error), next).take(DEEPEST).collect()
}

fn find<'a, T: std::error::Error + 'static>(chain: &[Cause<'a>]) -> Option<&'a T> {
    chain.iter().find_map(|cause| cause.downcast_ref())
}

/// What it comes down to.
pub(super) fn innermost_cause(error: &kube::Error) -> String {
    innermost(&chain_of(error))
}

fn innermost(chain: &[Cause<'_>]) -> String {
    chain.last().map(ToString::to_string).unwrap_or_default()
}

/// `127.0.0.1:6443` of `https://127.0.0.1:6443/path`.
pub(super) fn host_of(server: &str) -> &str {
    let after_scheme = server.split_once("://").map_or(server, |(_, rest)| rest);
    after_scheme.split('/').next().unwrap_or(after_scheme)
}

/// The answer came, and is not what the API promises.
pub(super) fn of_answer(error: &serde_json::Error, asked: &Asked<'_>) -> Error {
    Error::unexpected_answer(asked.server, error)
}

/// Certificates and keys that cannot be used.
pub(super) fn of_setup(error: &kube::Error) -> Error {
    let kube::Error::RustlsTls(tls) = error else { return Error::configuration(innermost(&chain_of(error))) };
    match tls {
        RustlsTlsError::InvalidPrivateKey(rustls::Error::InconsistentKeys(_)) => Error::key_of_another(),
        RustlsTlsError::InvalidPrivateKey(rustls::Error::General(_)) => Error::unsupported_key(),
        // Where an authority is named, it was read before.
        RustlsTlsError::AddRootCertificate(cause) => Error::no_authority(cause),
        other => Error::configuration(innermost(&chain_of(other))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: Asked<'static> = Asked {
        verb: Verb::Get,
        resource: "pods",
        name: "p",
        namespace: "n",
        server: "https://10.0.0.1:6443/clusters/1",
    };

    fn worded(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> String {
        of_transport(&kube::Error::Service(cause.into()), &ASKED).to_string()
    }

    #[test]
    fn certificates_that_are_not_trusted_are_worded_as_go_words_them() {
        let wrapped = |cause| std::io::Error::other(rustls::Error::InvalidCertificate(cause));
        for (cause, words) in [
            (CertificateError::UnknownIssuer, "certificate signed by unknown authority"),
            (CertificateError::BadSignature, "certificate signed by unknown authority"),
            (CertificateError::Expired, "certificate has expired or is not yet valid: "),
            (
                CertificateError::NotValidForNameContext {
                    expected: "else.example".try_into().unwrap(),
                    presented: vec!["DnsName(\"localhost\")".to_owned(), "IpAddress(10.0.0.1)".to_owned()],
                },
                "certificate is valid for localhost, 10.0.0.1, not else.example",
            ),
        ] {
            let error = worded(wrapped(cause));
            assert!(
                error.starts_with(&format!(
                    "Unable to connect to the server: tls: failed to verify certificate: x509: {words}"
                )),
                "{error}"
            );
        }
    }

    #[test]
    fn the_server_is_named_by_host_and_port() {
        let error = worded(std::io::Error::from(ErrorKind::ConnectionRefused));
        let expected =
            "The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?";
        assert_eq!(error, expected);
    }

    #[test]
    fn credentials_that_cannot_be_had_are_told_from_a_server_that_cannot_be_reached() {
        let error = worded(Error::plugin_not_run("login", &std::io::Error::from(ErrorKind::NotFound), None));
        assert!(error.starts_with("Unable to connect to the server: getting credentials: "), "{error}");
    }

    #[test]
    fn a_time_out_after_connecting_is_no_handshake() {
        let error = worded(std::io::Error::from(ErrorKind::TimedOut));
        assert_eq!(error, "Unable to connect to the server: 10.0.0.1:6443: timed out");
    }
}
