//! What auth providers of old left in a kubeconfig: a token of `oidc` that may still be good.
//!
//! kubectl itself has none of the others any more. It refreshes tokens of `oidc`; here it is told how to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use kube::config::AuthProviderConfig;
use secrecy::SecretString;
use serde::Deserialize;

use crate::error::{Error, Result};

/// client-go takes a token for expired so much sooner than it is.
const EARLY: i64 = 10;

/// The token that a provider left.
pub(super) fn token(provider: &AuthProviderConfig) -> Result<SecretString> {
    match provider.name.as_str() {
        "oidc" => id_token(provider, Timestamp::now().as_second()),
        name => Err(Error::auth_provider(name)),
    }
}

fn id_token(provider: &AuthProviderConfig, now: i64) -> Result<SecretString> {
    let token = provider.config.get("id-token").filter(|token| !token.is_empty());
    match token {
        Some(token) if expiry(token).is_some_and(|expiry| now + EARLY < expiry) => {
            Ok(SecretString::from(token.as_str()))
        }
        _ => {
            let refreshable = provider.config.get("refresh-token").is_some_and(|token| !token.is_empty());
            Err(Error::id_token(token.is_some(), refreshable))
        }
    }
}

/// When a JSON Web Token ends, in seconds of Unix time.
fn expiry(token: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct Claims {
        exp: Option<f64>,
    }
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds are enough")]
    claims.exp.map(|seconds| seconds as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(name: &str, config: &[(&str, &str)]) -> AuthProviderConfig {
        let config = config.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        AuthProviderConfig { name: name.to_owned(), config, ..AuthProviderConfig::default() }
    }

    #[test]
    fn an_id_token_is_sent_while_it_is_good() {
        let token = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(r#"{"exp": 1000}"#));
        let mut config = vec![("id-token", token.as_str())];
        let told = |config: &[(&str, &str)], now| match id_token(&provider("oidc", config), now) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
        assert_eq!(told(&config, 989), "");
        assert!(told(&config, 990).contains("expired"), "{}", told(&config, 990));
        config.push(("refresh-token", "r"));
        assert!(told(&config, 990).contains("expired"));
        assert!(told(&[("id-token", "garbage")], 0).contains("expired"));
        assert!(!told(&[], 0).contains(&token));
    }

    #[test]
    fn what_kubectl_dropped_is_refused_with_what_to_do() {
        for (name, words) in [("gcp", "gke-gcloud-auth-plugin"), ("azure", "kubelogin"), ("else", "exec")] {
            let error = token(&provider(name, &[])).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
            assert!(error.hints().iter().any(|hint| hint.contains(words)), "{:?}", error.hints());
        }
    }
}
