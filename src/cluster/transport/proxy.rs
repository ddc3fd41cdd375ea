//! Which proxy stands between us and the server, if any.
//!
//! Decides as client-go does: the kubeconfig's `proxy-url` (`k8s.io/client-go/tools/clientcmd`), else what the environment
//! names for the server's scheme (`golang.org/x/net/http/httpproxy`). Leaves how to get through it to `tunnel` and `socks`.

use std::fmt;

use http::Uri;
use percent_encoding::percent_decode_str;

use super::no_proxy::NoProxy;
use crate::error::{Error, Result};

/// How a proxy is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// HTTP, over TLS or not.
    Http,
    /// SOCKS, version 5; names are looked up by the proxy.
    Socks5,
}

/// Who says that it is to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cluster) enum NamedBy {
    /// The cluster's entry in the kubeconfig.
    Kubeconfig,
    /// That variable.
    Environment(&'static str),
}

impl fmt::Display for NamedBy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kubeconfig => out.write_str("the kubeconfig's proxy-url"),
            Self::Environment(name) => write!(out, "${name}"),
        }
    }
}

/// What is shown to a proxy.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: String,
}

/// A proxy. It has no `Debug` that could show a password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    pub(super) protocol: Protocol,
    /// Where it is, its port written out: `http://proxy:3128`.
    pub(super) address: Uri,
    pub(super) credentials: Option<Credentials>,
    pub(super) named_by: NamedBy,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} by {}", self.address, self.named_by)
    }
}

/// The proxy between us and that server.
///
/// # Errors
/// The kubeconfig's proxy is none that can be used. One of the environment is left out then, as Go leaves it out; but for one
/// of another kind.
pub(super) fn between(
    server: &Uri,
    proxy_url: Option<&str>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Option<Proxy>> {
    if let Some(url) = proxy_url.filter(|url| !url.is_empty()) {
        return read(url, NamedBy::Kubeconfig).map(Some);
    }
    let names: [&'static str; 2] = match server.scheme_str() {
        Some("https") => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let set = |name: &str| environment(name).filter(|value| !value.is_empty());
    let Some((name, value)) = names.into_iter().find_map(|name| Some((name, set(name)?))) else { return Ok(None) };
    let passed_by = NoProxy::read(&set("NO_PROXY").or_else(|| set("no_proxy")).unwrap_or_default());
    if passed_by.has(host(server), port(server)) {
        return Ok(None);
    }
    let url = if value.contains("://") { value } else { format!("http://{value}") };
    match url.parse::<Uri>() {
        Ok(_) => read(&url, NamedBy::Environment(name)).map(Some),
        Err(_) => Ok(None),
    }
}

fn read(url: &str, named_by: NamedBy) -> Result<Proxy> {
    let unusable = |why: &str| Error::proxy_url(named_by, shown(url), why);
    let read: Uri = url.parse().map_err(|_| unusable("could not parse it"))?;
    let (protocol, scheme, usual_port) = match read.scheme_str() {
        Some("http") => (Protocol::Http, "http", 80),
        Some("https") => (Protocol::Http, "https", 443),
        Some("socks5" | "socks5h") => (Protocol::Socks5, "http", 1080),
        scheme => {
            let scheme = scheme.unwrap_or_default();
            return Err(unusable(&format!("unsupported scheme {scheme:?}, must be http, https, or socks5")));
        }
    };
    let user_info = read.authority().and_then(|authority| Some(authority.as_str().rsplit_once('@')?.0));
    let host = read.host().filter(|host| !host.is_empty()).ok_or_else(|| unusable("it names no host"))?;
    let port = read.port_u16().unwrap_or(usual_port);
    let address = format!("{scheme}://{host}:{port}").parse().map_err(|_| unusable("could not parse it"))?;
    Ok(Proxy { protocol, address, credentials: user_info.map(credentials), named_by })
}

fn credentials(user_info: &str) -> Credentials {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    Credentials { user: decoded(user), password: decoded(password) }
}

/// A proxy's URL without what is secret in it.
fn shown(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
        (None, Some((_, place))) => place.to_owned(),
        _ => url.to_owned(),
    }
}

/// The host of a URL, an IPv6 address without its brackets.
pub(super) fn host(url: &Uri) -> &str {
    url.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
}

/// The port of a server's URL.
pub(super) fn port(url: &Uri) -> u16 {
    url.port_u16().unwrap_or(if url.scheme_str() == Some("https") { 443 } else { 80 })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "https://api.example.com:6443";

    fn chosen(server: &str, proxy_url: Option<&str>, environment: &[(&str, &str)]) -> Result<Option<Proxy>> {
        let variable =
            |name: &str| environment.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned());
        between(&server.parse().unwrap(), proxy_url, variable)
    }

    fn address(server: &str, proxy_url: Option<&str>, environment: &[(&str, &str)]) -> String {
        let proxy = chosen(server, proxy_url, environment).unwrap();
        proxy.map_or_else(|| "none".to_owned(), |proxy| format!("{proxy:?}"))
    }

    #[test]
    fn the_kubeconfig_wins_over_the_environment_and_no_proxy() {
        let environment = [("HTTPS_PROXY", "http://other:1"), ("NO_PROXY", "*")];
        assert_eq!(
            address(SERVER, Some("http://proxy:3128"), &environment),
            "http://proxy:3128/ by the kubeconfig's proxy-url"
        );
        assert_eq!(
            address("https://127.0.0.1", Some("http://proxy"), &[]),
            "http://proxy:80/ by the kubeconfig's proxy-url"
        );
    }

    #[test]
    fn the_environment_is_asked_by_the_servers_scheme_in_upper_case_first() {
        let both = [("HTTPS_PROXY", "https://a"), ("https_proxy", "b:1"), ("HTTP_PROXY", ""), ("http_proxy", "c:3128")];
        assert_eq!(address(SERVER, None, &both), "https://a:443/ by $HTTPS_PROXY");
        assert_eq!(address(SERVER, None, &both[1..]), "http://b:1/ by $https_proxy");
        assert_eq!(address("http://api.example.com", None, &both), "http://c:3128/ by $http_proxy");
        assert_eq!(address(SERVER, Some(""), &[("HTTPS_PROXY", "http://[")]), "none");
        assert_eq!(address("https://localhost:6443", None, &both), "none");
        assert_eq!(address(SERVER, None, &[("HTTPS_PROXY", "http://a"), ("no_proxy", "example.com")]), "none");
    }

    #[test]
    fn credentials_are_decoded_and_never_shown() {
        let proxy = chosen(SERVER, Some("socks5h://me%40home:p%3Aw@proxy"), &[]).unwrap().unwrap();
        let Some(Credentials { user, password }) = &proxy.credentials else { panic!("{proxy:?}") };
        assert_eq!((user.as_str(), password.as_str()), ("me@home", "p:w"));
        assert_eq!(proxy.protocol, Protocol::Socks5);
        assert_eq!(format!("{proxy:?}"), "http://proxy:1080/ by the kubeconfig's proxy-url");
    }

    #[test]
    fn what_cannot_be_used_is_refused_without_its_password() {
        for (url, words) in [
            (
                "ftp://me:secret@proxy:1",
                "\"ftp://proxy:1\": unsupported scheme \"ftp\", must be http, https, or socks5",
            ),
            ("me:secret@proxy:1", "\"proxy:1\": unsupported scheme \"\", must be http, https, or socks5"),
            ("http://me:se cret@proxy", "\"http://proxy\": could not parse it"),
        ] {
            let error = chosen(SERVER, Some(url), &[]).unwrap_err().to_string();
            assert_eq!(error, format!("error: invalid 'proxy-url' {words}"));
        }
    }
}
