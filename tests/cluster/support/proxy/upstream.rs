//! The real apiserver, asked as the administrator of the tests' kubeconfig.

use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::node::node;

/// A connection, which ends with the answer to the first request.
pub(super) type Connection = StreamOwned<ClientConnection, TcpStream>;

/// Where the apiserver is, and who asks.
pub(super) struct Upstream {
    address: String,
    tls: Arc<ClientConfig>,
}

impl Upstream {
    pub(super) fn of_the_node() -> Self {
        let server = view("(index .clusters 0).cluster.server");
        let address = server.trim_start_matches("https://").trim_end_matches('/').to_owned();
        let [authority, certificate, key] = [
            "(index .clusters 0).cluster \"certificate-authority-data\"",
            "(index .users 0).user \"client-certificate-data\"",
            "(index .users 0).user \"client-key-data\"",
        ]
        .map(|field| view(&format!("index {field} | base64decode")));
        let certificates = |pem: &str| CertificateDer::pem_slice_iter(pem.as_bytes()).map(Result::unwrap).collect();
        let mut roots = RootCertStore::empty();
        let authorities: Vec<_> = certificates(&authority);
        roots.add_parsable_certificates(authorities);
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_client_auth_cert(certificates(&certificate), key)
            .unwrap();
        Self { address, tls: Arc::new(tls) }
    }

    /// Asks for `PATH?QUERY`. The answer comes on the connection, and its end with it.
    pub(super) fn ask(&self, target: &str) -> io::Result<Connection> {
        let host = self.address.rsplit_once(':').map_or(self.address.as_str(), |(host, _)| host);
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let tls = ClientConnection::new(Arc::clone(&self.tls), name).map_err(io::Error::other)?;
        let mut connection = StreamOwned::new(tls, TcpStream::connect(&self.address)?);
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {}\r\nAccept: application/json\r\nConnection: close\r\n\r\n",
            self.address
        );
        connection.write_all(request.as_bytes())?;
        Ok(connection)
    }
}

/// A field of the tests' kubeconfig.
fn view(field: &str) -> String {
    let template = format!("go-template={{{{{field}}}}}");
    node().kubectl(&["config", "view", "--raw", "--minify", "--flatten", "--output", &template], "")
}
