//! Objects as the server prints them: the columns that `kubectl get` shows, without the objects.
//!
//! A row is some hundred bytes where a pod is some thousand, and says in kubectl's own words how it is.

use http::Request;
use http::header::ACCEPT;
use serde::Deserialize;
use serde_json::Value;

use super::Cluster;
use super::collection::{PAGE, uri};
use super::failure::{Asked, Verb};
use super::owners;
use crate::error::Result;
use crate::pod::TargetKind;

/// Asks for rows (`meta.k8s.io/v1` Table, which every API server since 1.15 gives of its own types).
const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";

/// What can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    /// Pods, and what has pods, in a namespace.
    Of(TargetKind),
    /// The cluster's nodes.
    Nodes,
    /// Its namespaces.
    Namespaces,
}

impl Printed {
    /// Its resource: `pods`.
    pub fn resource(self) -> &'static str {
        match self {
            Self::Of(kind) => kind.plural(),
            Self::Nodes => "nodes",
            Self::Namespaces => "namespaces",
        }
    }
}

/// One answer's columns and rows.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rows {
    #[serde(default)]
    metadata: ListMeta,
    #[serde(default)]
    column_definitions: Vec<Column>,
    #[serde(default, rename = "rows")]
    objects: Option<Vec<Cells>>,
}

#[derive(Debug, Default, Deserialize)]
struct ListMeta {
    #[serde(default, rename = "continue")]
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Column {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Cells {
    cells: Vec<Value>,
}

/// What is printed of one object.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    columns: &'r [Column],
    cells: &'r [Value],
}

impl Rows {
    /// They, in the server's order, which is that of names.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        let objects = self.objects.iter().flatten();
        objects.map(|row| Row { columns: &self.column_definitions, cells: &row.cells })
    }
}

impl Row<'_> {
    /// What stands in that column, if something does.
    pub fn cell(&self, column: &str) -> Option<String> {
        let at = self.columns.iter().position(|known| known.name.eq_ignore_ascii_case(column))?;
        let text = match self.cells.get(at)? {
            Value::String(text) => text.clone(),
            Value::Null => return None,
            other => other.to_string(),
        };
        Some(text).filter(|text| !text.is_empty())
    }
}

/// A list as it is printed, page by page.
pub struct PrintedPages<'c> {
    cluster: &'c Cluster,
    what: Printed,
    namespace: &'c str,
    next: Option<String>,
}

impl Cluster {
    /// All of that there is. The namespace matters for what is in one.
    pub fn printed<'c>(&'c self, what: Printed, namespace: &'c str) -> PrintedPages<'c> {
        let namespace = if matches!(what, Printed::Of(_)) { namespace } else { "" };
        PrintedPages { cluster: self, what, namespace, next: Some(String::new()) }
    }
}

impl PrintedPages<'_> {
    /// The next page.
    ///
    /// # Errors
    /// Whatever keeps the server from answering.
    pub async fn next(&mut self) -> Result<Option<Rows>> {
        let Some(from) = self.next.take() else { return Ok(None) };
        let (namespace, server) = (self.namespace, self.cluster.server());
        let (api, resource) = match self.what {
            Printed::Of(kind) => (owners::api(kind), owners::resource(kind)),
            what => ("api/v1".to_owned(), what.resource()),
        };
        let mut query = vec![("includeObject", "None"), ("limit", PAGE)];
        query.extend((!from.is_empty()).then_some(("continue", from.as_str())));
        let request = Request::get(uri(&api, namespace, &[self.what.resource()], query)?).header(ACCEPT, TABLE);
        let asked = Asked { verb: Verb::List, resource, name: "", namespace, server };
        let rows: Rows = self.cluster.object(request, Vec::new(), &asked).await?;
        self.next = rows.metadata.next.clone().filter(|next| !next.is_empty());
        Ok(Some(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_their_columns() {
        let text = r#"{"kind": "Table", "metadata": {"continue": "x"}, "columnDefinitions": [
            {"name": "Name", "type": "string"}, {"name": "Ready", "type": "integer"}, {"name": "Age", "type": "string"}],
            "rows": [{"cells": ["web", 2, ""]}, {"cells": ["db", null]}]}"#;
        let rows: Rows = serde_json::from_slice(text.as_bytes()).unwrap();
        let cells = |column| rows.iter().map(|row| row.cell(column)).collect::<Vec<_>>();
        assert_eq!(cells("NAME"), [Some("web".to_owned()), Some("db".to_owned())]);
        assert_eq!(cells("Ready"), [Some("2".to_owned()), None]);
        assert_eq!(cells("Age"), [None, None]);
        assert_eq!(cells("Other"), [None, None]);
        assert_eq!(rows.metadata.next.as_deref(), Some("x"));
        let none: Rows = serde_json::from_slice(br#"{"kind": "Table", "rows": null}"#).unwrap();
        assert_eq!(none.iter().count(), 0);
    }
}
