//! Which build this is, which server answers, and whom it takes us for: for people, and as a document for programs.
//!
//! Scripts rely on the names. Fields may be added; none is renamed, and none changes its meaning.
//! `docs/version-output.md` tells users what they mean.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::exec::json::escaped;
use super::yaml::yaml;
use crate::error::visible;

/// What `version` found out.
#[derive(Debug, Serialize)]
pub struct Version {
    #[serde(rename = "apiVersion")]
    api: &'static str,
    kind: &'static str,
    client: Client,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<Server>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User>,
}

/// This build.
#[derive(Debug, Serialize)]
pub struct Client {
    /// `v0.1.0`
    pub version: String,
    /// The commit it was built from; `None` where nobody said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<&'static str>,
    /// What it was built for.
    pub target: &'static str,
}

/// The server that answers.
#[derive(Debug, Serialize)]
pub struct Server {
    /// `v1.35.4`
    pub version: String,
    /// `https://127.0.0.1:6443`
    pub address: String,
    /// The kubeconfig's context; `None` where an address was given by flag, and no context.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// The namespace that is meant where none is named.
    pub namespace: String,
}

/// Whom the server takes us for.
#[derive(Debug, Serialize)]
pub struct User {
    /// The name.
    pub name: String,
    /// What tells users apart of whom one had the name of the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// The groups.
    pub groups: Vec<String>,
    /// What else is known.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, Vec<String>>,
}

impl Version {
    /// What is known, put together.
    pub fn new(client: Client, server: Option<Server>, user: Option<User>) -> Self {
        Self { api: "sidecar.kubectl/v1", kind: "Version", client, server, user }
    }

    /// For people, a line each, the first two as kubectl writes them.
    pub fn text(&self) -> String {
        let mut text = format!("Client Version: {}\n", self.client.version);
        let mut line =
            |name: &str, value: &str| _ = writeln!(text, "{name}: {}", visible(value.replace(['\n', '\t'], " ")));
        if let Some(server) = &self.server {
            line("Server Version", &server.version);
            line("Server", &server.address);
            if let Some(context) = &server.context {
                line("Context", context);
            }
            line("Namespace", &server.namespace);
        }
        if let Some(user) = &self.user {
            line("User", &user.name);
            if !user.groups.is_empty() {
                line("Groups", &user.groups.join(", "));
            }
        }
        text
    }

    /// As JSON, with a line end; for a terminal, unable to drive it.
    ///
    /// # Errors
    /// None of these documents fails to be one: the serializer says so.
    pub fn json(&self, to_terminal: bool) -> serde_json::Result<String> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        Ok(if to_terminal { escaped(&text) } else { text })
    }

    /// The same as YAML.
    ///
    /// # Errors
    /// None of these documents fails to be one: the serializer says so.
    pub fn yaml(&self) -> serde_json::Result<String> {
        serde_json::to_value(self).map(|value| yaml(&value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::schema;

    fn full() -> Version {
        let text = str::to_owned;
        Version::new(
            Client { version: text("v1.2.3"), commit: Some("abc"), target: "any" },
            Some(Server {
                version: text("v1.35.4"),
                address: text("https://127.0.0.1:6443"),
                context: Some(text("kind")),
                namespace: text("demo"),
            }),
            Some(User {
                name: text("me\u{1b}[1m\u{9b}"),
                uid: Some(text("7")),
                groups: vec![text("a"), text("b")],
                extra: BTreeMap::from([(text("k"), vec![text("v")])]),
            }),
        )
    }

    const SCHEMA: &str = include_str!("../../docs/version-output.v1.schema.json");

    #[test]
    fn all_that_is_known_and_only_this_build() {
        insta::assert_snapshot!(full().text());
        let text = full().json(true).unwrap();
        insta::assert_snapshot!(text);
        assert_eq!(schema::errors(SCHEMA, &serde_json::from_str(&text).unwrap()), [""; 0]);
        insta::assert_snapshot!(full().yaml().unwrap());
        let Version { client, .. } = full();
        let alone = Version::new(Client { commit: None, ..client }, None, None);
        assert_eq!(alone.text(), "Client Version: v1.2.3\n");
        assert_eq!(schema::errors(SCHEMA, &serde_json::from_str(&alone.json(false).unwrap()).unwrap()), [""; 0]);
    }
}
