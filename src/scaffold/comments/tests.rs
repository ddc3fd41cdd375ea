//! That nothing is left unexplained.

use super::*;
use crate::scaffold::samples::samples;

#[test]
fn no_field_has_two_comments() {
    for scaffold in samples() {
        let comments = comments(&scaffold, &scaffold.to_object());
        for (at, (field, _)) in comments.iter().enumerate() {
            assert!(!comments[..at].iter().any(|(other, _)| other == field), "{field}");
        }
    }
}
