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
    let set = |name: &str| provider.config.get(name).filter(|text| !text.is_empty());
    if let Some(missing) = ["idp-issuer-url", "client-id"].into_iter().find(|name| set(name).is_none()) {
        return Err(Error::provider_lacks(missing));
    }
    let refreshable = set("refresh-token").is_some();
    match set("id-token").map(|token| (token, expiry(token))) {
        None => Err(Error::id_token("no id-token", refreshable)),
        // Which kubectl does not refresh either.
        Some((_, None)) => Err(Error::id_token("the id-token is not a valid JWT", false)),
        Some((token, Some(expiry))) if now + EARLY < expiry => Ok(SecretString::from(token.as_str())),
        Some(_) => Err(Error::id_token("the id-token has expired", refreshable)),
    }
}

/// When a JSON Web Token ends, in seconds of Unix time: long ago where it does not say.
fn expiry(token: &str) -> Option<i64> {
    #[derive(Deserialize)]
    struct Claims {
        #[serde(default)]
        exp: f64,
    }
    let [_, claims, _] = token.split('.').collect::<Vec<_>>()[..] else { return None };
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds are enough")]
    Some(claims.exp as i64)
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
        let jwt = |claims: &str| format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims));
        let told = |token: &str, now| {
            let issuer = [("idp-issuer-url", "i"), ("client-id", "c"), ("refresh-token", "r")];
            match id_token(&provider("oidc", &[&issuer[..], &[("id-token", token)]].concat()), now) {
                Ok(_) => String::new(),
                Err(error) => format!("{error}\n{}", error.hints().join("\n")),
            }
        };
        let token = jwt(r#"{"exp": 1000}"#);
        assert_eq!(told(&token, 989), "");
        let expired = told(&token, 990);
        assert!(expired.contains("expired") && expired.contains("kubectl get --raw /version"), "{expired}");
        assert!(!expired.contains(&token));
        assert!(told(&jwt("{}"), 990).contains("expired"));
        for no_token in ["garbage", "a.b", &jwt("7"), &jwt(r#"{"exp": "soon"}"#), &format!("{token}.x")] {
            let told = told(no_token, 0);
            assert!(told.contains("not a valid JWT") && !told.contains("kubectl get"), "{told}");
        }
        assert!(told("", 0).contains("no id-token"));
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
