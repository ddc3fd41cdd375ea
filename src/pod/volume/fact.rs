//! One thing worth knowing of a volume, and how values of the API are told.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// One thing worth knowing: the API's name of it, and its value in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// `sizeLimit`, `defaultMode`, `storageClassName`, …
    pub name: &'static str,
    /// The value. It comes from outside.
    pub value: String,
}

/// A value of the API, in words. `None`: there is nothing to tell.
pub(super) trait Told {
    fn told(&self) -> Option<String>;
}

impl<T: Told + ?Sized> Told for &T {
    fn told(&self) -> Option<String> {
        (**self).told()
    }
}

impl<T: Told> Told for Option<T> {
    fn told(&self) -> Option<String> {
        self.as_ref().and_then(Told::told)
    }
}

impl Told for str {
    fn told(&self) -> Option<String> {
        (!self.is_empty()).then(|| self.to_owned())
    }
}

impl Told for String {
    fn told(&self) -> Option<String> {
        self.as_str().told()
    }
}

/// What is false is the default of every field that is told.
impl Told for bool {
    fn told(&self) -> Option<String> {
        self.then(|| "true".to_owned())
    }
}

impl Told for i32 {
    fn told(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Told for i64 {
    fn told(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl Told for Quantity {
    fn told(&self) -> Option<String> {
        self.0.told()
    }
}

impl Told for Vec<String> {
    fn told(&self) -> Option<String> {
        self.join(", ").told()
    }
}

/// The keys only: values may be credentials.
impl Told for BTreeMap<String, String> {
    fn told(&self) -> Option<String> {
        self.keys().cloned().collect::<Vec<_>>().told()
    }
}

/// A file mode, as `chmod` takes it.
pub(super) struct Mode(pub(super) i32);

impl Told for Mode {
    fn told(&self) -> Option<String> {
        Some(format!("{:04o}", self.0))
    }
}

/// A value that says no more than its default does. The server writes defaults into what it stores; the manifest of the
/// same pod has none.
pub(super) fn unless<T: PartialEq>(value: Option<T>, default: &T) -> Option<T> {
    value.filter(|value| value != default)
}

/// A mode of the files of a volume, unless it is what they have anyway.
pub(super) fn mode(value: Option<i32>) -> Option<Mode> {
    const DEFAULT: i32 = 0o644;
    unless(value, &DEFAULT).map(Mode)
}
