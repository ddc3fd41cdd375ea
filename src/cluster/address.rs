//! Addresses as they are shown: a user and a password may stand in one, and are secret.

use http::Uri;
use http::uri::Authority;
use percent_encoding::percent_decode_str;

/// An address without what is secret in it.
pub fn shown(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
        (None, Some((_, place))) => place.to_owned(),
        _ => url.to_owned(),
    }
}

/// Host and port of an address that was understood.
pub(super) fn place(url: &Uri) -> &str {
    let authority = url.authority().map_or("", Authority::as_str);
    authority.rsplit_once('@').map_or(authority, |(_, place)| place)
}

/// A user and a password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: String,
}

/// Those in an address, decoded.
pub(super) fn credentials(url: &Uri) -> Option<Credentials> {
    let (user_info, _) = url.authority()?.as_str().rsplit_once('@')?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    Some(Credentials { user: decoded(user), password: decoded(password) })
}
