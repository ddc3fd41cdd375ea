//! Whom the server takes us for.

use std::collections::BTreeMap;

use http::Request;
use http::header::CONTENT_TYPE;
use serde::Deserialize;

use super::Cluster;
use super::failure::{Asked, Verb};
use crate::error::Result;

/// A user, as the server knows one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct User {
    /// The name.
    #[serde(rename = "username")]
    pub name: String,
    /// Tells a user from an earlier one of the same name.
    pub uid: Option<String>,
    /// The groups.
    pub groups: Vec<String>,
    /// What else is known.
    pub extra: BTreeMap<String, Vec<String>>,
}

/// `SelfSubjectReview` of authentication.k8s.io, as far as it is answered.
#[derive(Deserialize)]
struct Review {
    status: ReviewStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReviewStatus {
    user_info: User,
}

impl Cluster {
    /// Whom the server takes us for.
    ///
    /// # Errors
    /// `NotFound` before Kubernetes 1.28, `Forbidden` where it may not be asked, and whatever keeps the server from
    /// answering.
    pub async fn whoami(&self) -> Result<User> {
        const REVIEW: &str = r#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#;
        let (resource, server) = ("selfsubjectreviews", self.server());
        let asked = Asked { verb: Verb::Create, resource, name: "", namespace: "", server };
        let request = Request::post("/apis/authentication.k8s.io/v1/selfsubjectreviews");
        let request = request.header(CONTENT_TYPE, "application/json");
        let review: Review = self.object(request, REVIEW.as_bytes().to_vec(), &asked).await?;
        Ok(review.status.user_info)
    }
}
