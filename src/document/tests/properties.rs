//! What holds for any value and any bytes.

use k8s_openapi::api::core::v1;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::super::*;
use super::{first, read};

/// Any value that JSON can say, with words that YAML reads in ways of its own among them.
fn any_value() -> impl Strategy<Value = Json> {
    let word = prop_oneof![
        any::<String>(),
        "[ -~]{0,12}",
        prop::sample::select(vec!["yes", "0644", "~", "<<", "1_000", "- a", "a: b", "#", "0x1f", ".5", "", " ", "---"])
            .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        word.clone().prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::btree_map(word.clone(), inner, 0..6)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// The spans of all plain values, and whether each covers what it should.
fn spans_hold(node: &Node, text: &str) -> bool {
    match &node.value {
        Value::Number(number) => node.span.slice(text) == number.to_string(),
        Value::Bool(value) => node.span.slice(text) == value.to_string(),
        Value::Text(value) => serde_json::from_str::<String>(node.span.slice(text)).is_ok_and(|read| read == *value),
        Value::Null => node.span.slice(text) == "null",
        Value::List(items) => items.iter().all(|item| spans_hold(item, text)),
        Value::Map(fields) => fields.iter().all(|field| {
            let key = serde_json::from_str::<String>(field.key_span.slice(text));
            key.is_ok_and(|key| key == field.key) && spans_hold(&field.value, text)
        }),
    }
}

proptest! {
    #[test]
    fn what_is_written_as_yaml_is_read_back(value in any_value()) {
        let text = serde_saphyr::to_string(&json!({ "v": value })).unwrap();
        prop_assert_eq!(&first(&text).unwrap()["v"], &value, "{}", text);
    }

    #[test]
    fn what_is_written_as_json_is_read_back_with_its_places(value in any_value(), pretty: bool) {
        let value = json!({ "v": value });
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let document = read(&text).remove(0).unwrap();
        prop_assert_eq!(&Json::from(document.root()), &value, "{}", text);
        prop_assert!(spans_hold(document.root(), &text), "{}", text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(text) = text(bytes) {
            read(&text);
        }
    }

    #[test]
    fn no_yaml_like_text_makes_it_panic(text in r"([-?:,\[\]{}#&*!|>'%@`~
	ab0<]|---
|\.\.\.
|<<: |\*a|&a |!!int |\{\{)*") {
        for document in read(&text).into_iter().flatten() {
            let _ = document.typed::<v1::Pod>(&FieldPath::ROOT);
        }
    }
}
