//! What documents say.

mod kubectl;
mod properties;
mod reading;
mod typed;

use std::sync::Arc;

use serde_json::Value as Json;

use super::*;

fn read(text: &str) -> Vec<Result<Document, SyntaxError>> {
    documents(&Arc::from(text)).collect()
}

/// The first document as JSON, or what is wrong with it.
fn first(text: &str) -> Result<Json, String> {
    match read(text).into_iter().next() {
        None => Ok(Json::Null),
        Some(Ok(document)) => Ok(Json::from(document.root())),
        Some(Err(error)) => Err(error.problem),
    }
}
