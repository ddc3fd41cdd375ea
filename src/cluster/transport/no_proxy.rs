//! `NO_PROXY`: which servers are reached without the proxy that the environment names.
//!
//! As `golang.org/x/net/http/httpproxy` decides it, but for names that are no ASCII. Checked against it: what each case
//! below says is what Go said.

use std::net::IpAddr;

/// What `NO_PROXY` says.
#[derive(Debug, Default)]
pub(super) struct NoProxy(Vec<Entry>);

#[derive(Debug)]
enum Entry {
    /// `*`
    All,
    /// `10.0.0.0/8`
    Network(IpAddr, u8),
    /// `10.0.0.1`, `[::1]:6443`
    Address(IpAddr, Option<u16>),
    /// `example.com` (itself and all below it), `.example.com` and `*.example.com` (those below it), with a port or without.
    Domain { suffix: String, itself: bool, port: Option<String> },
}

impl NoProxy {
    /// Reads it: entries between commas.
    pub(super) fn read(text: &str) -> Self {
        Self(text.split(',').filter_map(|entry| Entry::read(&entry.trim().to_ascii_lowercase())).collect())
    }

    /// Whether a server is reached without a proxy. This host always is.
    pub(super) fn has(&self, host: &str, port: u16) -> bool {
        let address = host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
            return true;
        }
        let host = host.to_ascii_lowercase();
        self.0.iter().any(|entry| match address {
            Some(address) => entry.has_address(address, port),
            None => entry.has_name(&host, port),
        })
    }
}

impl Entry {
    fn read(entry: &str) -> Option<Self> {
        if entry == "*" {
            return Some(Self::All);
        }
        if let Some(network) = network(entry) {
            return Some(network);
        }
        let (host, port) = match split_port(entry) {
            Some((host, port)) => (host, Some(port).filter(|port| !port.is_empty())),
            None => (entry, None),
        };
        if let Ok(address) = host.parse::<IpAddr>() {
            // A port that is none fits no server.
            let port = port.map(|port| port.parse().unwrap_or_default());
            return Some(Self::Address(address.to_canonical(), port));
        }
        let below = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
        let (suffix, itself) = match below {
            "" => return None,
            below if below.starts_with('.') => (below.to_owned(), false),
            name => (format!(".{name}"), true),
        };
        Some(Self::Domain { suffix, itself, port: port.map(str::to_owned) })
    }

    fn has_address(&self, address: IpAddr, at: u16) -> bool {
        match self {
            Self::All => true,
            Self::Network(network, length) => is_within(address, *network, *length),
            Self::Address(named, port) => *named == address && port.is_none_or(|port| port == at),
            Self::Domain { .. } => false,
        }
    }

    fn has_name(&self, name: &str, at: u16) -> bool {
        match self {
            Self::All => true,
            Self::Network(..) | Self::Address(..) => false,
            Self::Domain { suffix, itself, port } => {
                let fits = name.ends_with(suffix.as_str()) || (*itself && suffix.strip_prefix('.') == Some(name));
                fits && port.as_ref().is_none_or(|port| *port == at.to_string())
            }
        }
    }
}

fn network(entry: &str) -> Option<Entry> {
    let (address, length) = entry.split_once('/')?;
    let (address, length) = (address.parse::<IpAddr>().ok()?, length.parse::<u8>().ok()?);
    (length <= bits(address).1).then_some(Entry::Network(address, length))
}

/// `host:port` and `[address]:port`, as Go's `net.SplitHostPort` takes them apart.
fn split_port(entry: &str) -> Option<(&str, &str)> {
    if let Some(rest) = entry.strip_prefix('[') {
        let (address, port) = rest.split_once("]:")?;
        return Some((address, port));
    }
    let (host, port) = entry.split_once(':')?;
    (!port.contains(':')).then_some((host, port))
}

/// An address as a number, and of how many bits.
fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

fn is_within(address: IpAddr, network: IpAddr, length: u8) -> bool {
    let ((address, size), (network, network_size)) = (bits(address), bits(network));
    let rest = u32::from(network_size - length);
    let prefix = |bits: u128| bits.checked_shr(rest).unwrap_or_default();
    size == network_size && prefix(address) == prefix(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `NO_PROXY`, a server, and whether Go reaches it without the proxy.
    const CASES: &[(&str, &str, u16, bool)] = &[
        ("", "api.example.com", 6443, false),
        ("", "localhost", 6443, true),
        ("", "127.0.0.1", 6443, true),
        ("", "127.8.8.8", 6443, true),
        ("", "::1", 6443, true),
        ("", "LOCALHOST", 6443, false),
        ("*", "api.example.com", 6443, true),
        ("a, *", "10.0.0.1", 6443, true),
        ("*.com", "api.example.com", 6443, true),
        ("example.com", "api.example.com", 6443, true),
        ("example.com", "example.com", 6443, true),
        ("example.com", "notexample.com", 6443, false),
        ("EXAMPLE.com", "api.Example.COM", 6443, true),
        (".example.com", "example.com", 6443, false),
        (".example.com", "api.example.com", 6443, true),
        ("*.example.com", "example.com", 6443, false),
        ("*.example.com", "a.b.example.com", 6443, true),
        ("example.com:6443", "api.example.com", 6443, true),
        ("example.com:443", "api.example.com", 6443, false),
        ("example.com:", "api.example.com", 6443, true),
        (" other , example.com ", "example.com", 443, true),
        (":6443", "api.example.com", 6443, false),
        (",,", "api.example.com", 6443, false),
        ("10.0.0.0/8", "10.1.2.3", 6443, true),
        ("10.9.9.9/8", "10.1.2.3", 6443, true),
        ("10.0.0.0/33", "10.1.2.3", 6443, false),
        ("0.0.0.0/0", "192.0.2.1", 6443, true),
        ("0.0.0.0/0", "2001:db8::1", 6443, false),
        ("10.0.0.0/8", "11.1.2.3", 6443, false),
        ("10.0.0.0/8", "10.example.com", 6443, false),
        ("10.1.2.3", "10.1.2.3", 6443, true),
        ("10.1.2.3:6443", "10.1.2.3", 6443, true),
        ("10.1.2.3:443", "10.1.2.3", 6443, false),
        ("10.1.2", "10.1.2.3", 6443, false),
        ("2001:db8::/32", "2001:db8::1", 6443, true),
        ("2001:db8::1", "2001:db8::1", 6443, true),
        ("[2001:db8::1]:6443", "2001:db8::1", 6443, true),
        ("[2001:db8::1]:443", "2001:db8::1", 6443, false),
        ("[2001:db8::1]", "2001:db8::1", 6443, false),
        ("::/0", "2001:db8::1", 6443, true),
    ];

    #[test]
    fn as_go_decides() {
        for (no_proxy, host, port, passed_by) in CASES {
            assert_eq!(NoProxy::read(no_proxy).has(host, *port), *passed_by, "NO_PROXY={no_proxy:?}: {host}:{port}");
        }
    }
}
