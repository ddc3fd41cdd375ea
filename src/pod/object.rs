//! A pod as the server tells it: the typed object, and what of its volumes the API's types are too old to know.
//!
//! A typed object drops fields that its type does not know. Of a volume that would be all that it is.

use k8s_openapi::api::core::v1;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

use super::volume::unknown_source;
use super::{Pod, VolumeSource};

/// A pod of the API.
#[derive(Debug, Clone, PartialEq)]
pub struct PodObject {
    /// What the API's types know of it.
    pub typed: v1::Pod,
    /// The field that is the source of a volume, by the volume's index, where the types know none.
    unknown_sources: Vec<(usize, String)>,
}

/// The names of a volume's fields that are set; the values are not of interest.
type Fields = BTreeMap<String, Option<IgnoredAny>>;

#[derive(serde::Deserialize)]
struct Outline {
    #[serde(default)]
    spec: Option<SpecOutline>,
}

#[derive(serde::Deserialize)]
struct SpecOutline {
    #[serde(default)]
    volumes: Option<Vec<Fields>>,
}

impl<'de> Deserialize<'de> for PodObject {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(input)?;
        // From bytes, as all answers are read: reading from text would be a second copy of all that reads a pod.
        let text = text.get().as_bytes();
        let typed: v1::Pod = serde_json::from_slice(text).map_err(Error::custom)?;
        let outline: Outline = serde_json::from_slice(text).map_err(Error::custom)?;
        let volumes = outline.spec.and_then(|spec| spec.volumes).unwrap_or_default();
        let known = typed.spec.iter().flat_map(|spec| spec.volumes.iter().flatten());
        let unknown = volumes.iter().zip(known).enumerate().filter_map(|(index, (fields, volume))| {
            let set = fields.iter().filter(|(_, value)| value.is_some()).map(|(field, _)| field.as_str());
            let source = unknown_source(set).filter(|_| has_no_source(volume))?;
            Some((index, source.to_owned()))
        });
        Ok(Self { unknown_sources: unknown.collect(), typed })
    }
}

/// Whether the types know no source of the volume.
fn has_no_source(volume: &v1::Volume) -> bool {
    *volume == v1::Volume { name: volume.name.clone(), ..v1::Volume::default() }
}

impl From<&PodObject> for Pod {
    fn from(object: &PodObject) -> Self {
        let mut pod = Self::from(&object.typed);
        for (index, kind) in &object.unknown_sources {
            if let Some(volume) = pod.volumes.get_mut(*index) {
                volume.source = VolumeSource::unknown(kind);
            }
        }
        pod
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_volume_of_a_type_that_is_not_known_is_no_empty_dir() {
        let volumes = json!([
            {"name": "a", "holoDeck": {"program": "beach"}},
            {"name": "b", "emptyDir": {"medium": "Memory"}, "advice": {}},
            {"name": "c"},
            {"name": "d", "emptyDir": null, "holoDeck": {}},
        ]);
        let text = json!({"metadata": {"name": "p"}, "spec": {"containers": [], "volumes": volumes}}).to_string();
        let object: PodObject = serde_json::from_str(&text).unwrap();
        let pod = Pod::from(&object);
        let kinds = pod.volumes.iter().map(|volume| volume.source.kind.as_str()).collect::<Vec<_>>();
        assert_eq!(kinds, ["holoDeck", "emptyDir", "emptyDir", "holoDeck"]);
    }

    #[test]
    fn a_pod_without_volumes_is_read_too() {
        for text in [r#"{"metadata": {}}"#, r#"{"metadata": {}, "spec": {"containers": [], "volumes": null}}"#] {
            let object: PodObject = serde_json::from_str(text).unwrap();
            assert_eq!(Pod::from(&object).volumes, []);
        }
    }
}
