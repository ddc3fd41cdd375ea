//! Certificates and keys, looked over before TLS takes them: what is unsupported is told with what to do about it.

use secrecy::SecretString;

use crate::error::{Error, Result};

/// Refuses what is no certificate in PEM.
pub(super) fn check_certificate(bytes: &[u8], file: Option<&str>) -> Result<()> {
    if contains(bytes, "-----BEGIN CERTIFICATE-----") {
        Ok(())
    } else {
        Err(of_no_pem("client-certificate", bytes, file))
    }
}

/// A key in PEM that needs no password.
pub(super) fn key(bytes: Vec<u8>, file: Option<&str>) -> Result<SecretString> {
    if contains(&bytes, "BEGIN ENCRYPTED PRIVATE KEY") || contains(&bytes, "Proc-Type: 4,ENCRYPTED") {
        return Err(Error::encrypted_key(file));
    }
    if !contains(&bytes, "PRIVATE KEY-----") {
        return Err(of_no_pem("client-key", &bytes, file));
    }
    String::from_utf8(bytes).map(SecretString::from).map_err(|_| Error::no_pem("client-key"))
}

/// PKCS #12, as browsers export it, is DER: a SEQUENCE, whose length takes several bytes.
fn of_no_pem(what: &str, bytes: &[u8], file: Option<&str>) -> Error {
    match file {
        Some(file) if bytes.starts_with(&[0x30, 0x80]) || bytes.starts_with(&[0x30, 0x82]) => Error::pkcs12(what, file),
        _ => Error::no_pem(what),
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}
