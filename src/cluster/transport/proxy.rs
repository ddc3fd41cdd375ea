//! Which proxy stands between us and the server, if any.
//!
//! Decides as client-go does: the kubeconfig's `proxy-url` (`k8s.io/client-go/tools/clientcmd`), else what the environment
//! names for the server's scheme (`golang.org/x/net/http/httpproxy`). Leaves how to get through it to `tunnel` and `socks`.

use std::fmt;

use http::Uri;

use super::no_proxy::NoProxy;
use crate::cluster::address::{self, Credentials, shown};
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

impl NamedBy {
    /// What is to be written anew where it is wrong, as kubectl calls it.
    fn field(self) -> String {
        match self {
            Self::Kubeconfig => "'proxy-url'".to_owned(),
            Self::Environment(_) => self.to_string(),
        }
    }
}

impl fmt::Display for NamedBy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kubeconfig => out.write_str("the kubeconfig's proxy-url"),
            Self::Environment(name) => write!(out, "${name}"),
        }
    }
}

/// A proxy. It has no `Debug` that could show a password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    pub(super) protocol: Protocol,
    /// What it is called, its port written out: `socks5://proxy:1080`.
    pub(super) name: Uri,
    /// The same by how it is reached: `http://proxy:1080`.
    pub(super) address: Uri,
    pub(super) credentials: Option<Credentials>,
    pub(super) named_by: NamedBy,
}

impl fmt::Debug for Proxy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} by {}", self.name, self.named_by)
    }
}

/// The proxy between us and that server.
///
/// # Errors
/// It is none that can be used.
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
    read(&url, NamedBy::Environment(name)).map(Some)
}

fn read(url: &str, named_by: NamedBy) -> Result<Proxy> {
    let unusable = |why: &str| Error::proxy_url(named_by.field(), named_by, shown(url), why);
    let read: Uri = url.parse().map_err(|_| unusable("could not parse it"))?;
    let (protocol, scheme, usual_port) = match read.scheme_str() {
        Some("http") => (Protocol::Http, "http", 80),
        Some("https") => (Protocol::Http, "https", 443),
        Some("socks5") => (Protocol::Socks5, "http", 1080),
        // The same, which client-go's validation of kubeconfigs does not know.
        Some("socks5h") if named_by != NamedBy::Kubeconfig => (Protocol::Socks5, "http", 1080),
        scheme => {
            let scheme = scheme.unwrap_or_default();
            return Err(unusable(&format!("unsupported scheme {scheme:?}, must be http, https, or socks5")));
        }
    };
    let has_port =
        address::place(&read).rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && !port.ends_with(']'));
    if has_port && read.port_u16().is_none() {
        return Err(unusable("could not parse its port"));
    }
    let host = read.host().filter(|host| !host.is_empty()).ok_or_else(|| unusable("it names no host"))?;
    let port = read.port_u16().unwrap_or(usual_port);
    let at = |scheme| format!("{scheme}://{host}:{port}").parse().map_err(|_| unusable("could not parse it"));
    let name = at(if protocol == Protocol::Socks5 { "socks5" } else { scheme })?;
    Ok(Proxy { protocol, name, address: at(scheme)?, credentials: address::credentials(&read), named_by })
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
        assert_eq!(address("https://localhost:6443", None, &both), "none");
        assert_eq!(address(SERVER, None, &[("HTTPS_PROXY", "http://a"), ("no_proxy", "example.com")]), "none");
    }

    #[test]
    fn credentials_are_decoded_and_never_shown() {
        let environment = [("HTTPS_PROXY", "socks5h://me%40home:p%3Aw@proxy")];
        let proxy = chosen(SERVER, None, &environment).unwrap().unwrap();
        let Some(Credentials { user, password }) = &proxy.credentials else { panic!("{proxy:?}") };
        assert_eq!((user.as_str(), password.as_str()), ("me@home", "p:w"));
        assert_eq!(proxy.protocol, Protocol::Socks5);
        assert_eq!(format!("{proxy:?}"), "socks5://proxy:1080/ by $HTTPS_PROXY");
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
            (
                "socks5h://me:secret@proxy:1",
                "\"socks5h://proxy:1\": unsupported scheme \"socks5h\", must be http, https, or socks5",
            ),
            ("http://me:secret@proxy:99999", "\"http://proxy:99999\": could not parse its port"),
            ("http://me:secret@[::1]:x", "\"http://[::1]:x\": could not parse its port"),
        ] {
            let error = chosen(SERVER, Some(url), &[]).unwrap_err().to_string();
            assert_eq!(error, format!("error: invalid 'proxy-url' {words}"));
        }
        for url in ["http://me:secret@proxy", "http://me:secret@[::1]", "http://proxy:", "socks5://proxy:65535"] {
            assert!(chosen(SERVER, Some(url), &[]).unwrap().is_some());
        }
        for url in ["http://[::1", "proxy:99999"] {
            let error = chosen(SERVER, None, &[("HTTPS_PROXY", url)]).unwrap_err().to_string();
            assert!(error.starts_with("error: invalid $HTTPS_PROXY \"http://"), "{error}");
        }
    }
}
