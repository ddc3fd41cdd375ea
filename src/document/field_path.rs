//! The one way to address a field of a document.

use std::fmt;

/// The way from a document's root to a field: `spec.containers[1].volumeMounts[0].name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FieldPath(Vec<Step>);

/// One step on the way to a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into the value of that key.
    Key(String),
    /// Into that item of a list, counted from 0.
    Index(usize),
}

impl FieldPath {
    /// The document itself.
    pub const ROOT: Self = Self(Vec::new());

    /// The field of that name in this one.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.then(Step::Key(key.into()))
    }

    /// That item of this list, counted from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The field at `inner`, which is a way from this one.
    #[must_use]
    pub fn join(&self, inner: &Self) -> Self {
        Self(self.0.iter().chain(&inner.0).cloned().collect())
    }

    /// What this field is a part of; the document itself is a part of nothing else.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self(self.0.split_last().map_or(&[][..], |(_, outer)| outer).to_vec())
    }

    /// Whether this field is `outer`, or a part of it.
    pub fn starts_with(&self, outer: &Self) -> bool {
        self.0.starts_with(&outer.0)
    }

    /// The way from `outer` to this field; the whole way where this is no part of it.
    #[must_use]
    pub fn below(&self, outer: &Self) -> Self {
        Self(self.0.strip_prefix(outer.0.as_slice()).unwrap_or(&self.0).to_vec())
    }

    /// Goes one step further in, on the spot.
    pub(super) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    /// Goes one step out, on the spot.
    pub(super) fn pop(&mut self) {
        self.0.pop();
    }

    fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

/// As the API server writes it in its errors: `spec.containers[1].name`.
impl fmt::Display for FieldPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if at == 0 => out.write_str(key)?,
                Step::Key(key) => write!(out, ".{key}")?,
                Step::Index(index) => write!(out, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_as_the_api_server_writes_it() {
        let path = FieldPath::ROOT.key("spec").key("containers").index(1).key("volumeMounts").index(0).key("name");
        assert_eq!(path.to_string(), "spec.containers[1].volumeMounts[0].name");
    }
}
