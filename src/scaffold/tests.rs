//! The objects that are built.

use super::samples::{guide, samples};
use super::*;
use k8s_openapi::api::{apps, batch};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The object as its type has it.
fn typed<T: Serialize + DeserializeOwned>(object: &Value) -> Value {
    serde_json::to_value(serde_json::from_value::<T>(object.clone()).unwrap()).unwrap()
}

/// An item of `volumeClaimTemplates` is an object of its own to the type, and not to who writes it.
fn without_types(mut object: Value) -> Value {
    for claim in object["spec"]["volumeClaimTemplates"].as_array_mut().into_iter().flatten() {
        let claim = claim.as_object_mut().unwrap();
        claim.shift_remove("apiVersion");
        claim.shift_remove("kind");
    }
    object
}

#[test]
fn the_api_server_reads_them_as_meant() {
    for scaffold in samples() {
        let object = scaffold.to_object();
        let read = match scaffold.kind {
            Kind::Pod => typed::<v1::Pod>(&object),
            Kind::Deployment { .. } => typed::<apps::v1::Deployment>(&object),
            Kind::StatefulSet { .. } => without_types(typed::<apps::v1::StatefulSet>(&object)),
            Kind::DaemonSet => typed::<apps::v1::DaemonSet>(&object),
            Kind::Job => typed::<batch::v1::Job>(&object),
            Kind::CronJob { .. } => typed::<batch::v1::CronJob>(&object),
        };
        assert_eq!(read, object, "a field the API does not know is lost on the way");
    }
}

#[test]
fn what_they_are_is_well() {
    for scaffold in samples() {
        assert_eq!(problems(&scaffold), [], "{:?}", scaffold.kind);
    }
}

#[test]
fn the_guides_pod_has_nothing_else() {
    let object = guide().to_object();
    assert_eq!(object["metadata"], serde_json::json!({ "name": "webserver" }));
    let fields: Vec<_> = object["spec"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["volumes", "containers"]);
}

#[test]
fn a_selector_has_all_labels() {
    for scaffold in samples().into_iter().filter(|scaffold| scaffold.kind.has_selector()) {
        let object = scaffold.to_object();
        let labels = serde_json::json!({ "app": "shop", "tier": "front" });
        assert_eq!(object["spec"]["selector"]["matchLabels"], labels, "pods of tier=back are another one's");
        assert_eq!(object["spec"]["template"]["metadata"]["labels"], labels);
    }
}
