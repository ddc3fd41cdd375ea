//! YAML or JSON text → documents: the value, where each field stands, and the typed object or why it is none.
//!
//! Reads as kubectl reads (`sigs.k8s.io/yaml`, YAML 1.1 scalars: `0644` is octal, a bare `yes` is the boolean
//! true). Decides what a text says; leaves what is meant by it to `pod`, and what is wrong with it to
//! `diagnosis`.

mod field_path;

pub use field_path::{FieldPath, Step};
