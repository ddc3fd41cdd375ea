//! Volumes: `NAME[=TYPE[:WHAT]]`.

use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::api::resource;

use super::Malformed;
use crate::pod::Quantity;
use crate::scaffold::{ClaimTemplate, nearest};

/// A volume as it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum NewVolume {
    /// Of the pod.
    Volume(Box<v1::Volume>),
    /// Which each pod of a `StatefulSet` claims for itself.
    Claim(ClaimTemplate),
}

const TYPES: [&str; 5] = ["emptyDir", "pvc", "configmap", "secret", "hostpath"];

const FORM: &str = "write it as NAME, NAME=emptyDir[:SIZE][:memory], NAME=pvc:CLAIM[:ro], NAME=configmap:NAME, NAME=secret:NAME \
                    or NAME=hostpath:PATH";

impl NewVolume {
    /// Reads `NAME[=emptyDir[:SIZE][:memory] | pvc:CLAIM[:ro] | configmap:NAME | secret:NAME | hostpath:PATH]`. A claim of a size,
    /// `pvc:10Gi`, is a claim template: no claim can have a name with capitals.
    ///
    /// # Errors
    /// The type is none, or lacks its name, or has a size that is none.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let (name, source) = text.split_once('=').unwrap_or((text, "emptyDir"));
        let (kind, what) = source.split_once(':').map_or((source, None), |(kind, what)| (kind, Some(what)));
        let lacks = |thing: &str| Malformed::new(format_args!("{text:?} does not say which {thing}"), FORM);
        let what_of = |thing: &str| what.filter(|what| !what.is_empty()).map(str::to_owned).ok_or_else(|| lacks(thing));
        let mut volume = v1::Volume { name: name.to_owned(), ..Default::default() };
        match kind.to_lowercase().as_str() {
            "emptydir" => volume.empty_dir = Some(empty_dir(text, what)?),
            "pvc" => {
                let claim = what_of("claim")?;
                let has_capitals = claim.contains(|letter: char| letter.is_ascii_uppercase());
                match Quantity::parse(&claim) {
                    Ok(size) if has_capitals => return Ok(Self::Claim(ClaimTemplate { name: volume.name, size })),
                    _ => volume.persistent_volume_claim = Some(claim_of(text, &claim)?),
                }
            }
            "configmap" | "cm" => {
                let source = v1::ConfigMapVolumeSource { name: what_of("ConfigMap")?, ..Default::default() };
                volume.config_map = Some(source);
            }
            "secret" => {
                let source = v1::SecretVolumeSource { secret_name: Some(what_of("Secret")?), ..Default::default() };
                volume.secret = Some(source);
            }
            "hostpath" => volume.host_path = Some(v1::HostPathVolumeSource { path: what_of("path")?, type_: None }),
            _ => {
                let hint = nearest(kind, TYPES).map_or_else(|| FORM.to_owned(), |near| format!("did you mean {near}?"));
                return Err(Malformed::new(format_args!("{text:?} names no type of volume: {kind:?}"), hint));
            }
        }
        Ok(Self::Volume(Box::new(volume)))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Volume(volume) => &volume.name,
            Self::Claim(claim) => &claim.name,
        }
    }
}

/// `CLAIM[:ro]`: no claim's name has a colon.
fn claim_of(text: &str, claim: &str) -> Result<v1::PersistentVolumeClaimVolumeSource, Malformed> {
    let (name, option) = claim.split_once(':').map_or((claim, None), |(name, option)| (name, Some(option)));
    let read_only = match option {
        None | Some("rw") => None,
        Some("ro") => Some(true),
        Some(option) => {
            return Err(Malformed::new(
                format_args!("{text:?} has an option that is none: {option:?}"),
                "a claim is written as NAME=pvc:CLAIM[:ro]",
            ));
        }
    };
    Ok(v1::PersistentVolumeClaimVolumeSource { claim_name: name.to_owned(), read_only })
}

/// A size, or `memory`, or both in either order.
fn empty_dir(text: &str, what: Option<&str>) -> Result<v1::EmptyDirVolumeSource, Malformed> {
    let mut source = v1::EmptyDirVolumeSource::default();
    for part in what.into_iter().flat_map(|what| what.split(':')) {
        if part.eq_ignore_ascii_case("memory") {
            source.medium = Some("Memory".to_owned());
            continue;
        }
        let size = Quantity::parse(part).map_err(|error| {
            let hint = match (error.nearest(), nearest(part, ["memory"])) {
                (Some(near), _) => format!("did you mean {near}?"),
                (None, Some(near)) => format!("did you mean {near}?"),
                (None, None) => FORM.to_owned(),
            };
            Malformed::new(format_args!("{text:?}: sizeLimit: {error}"), hint)
        })?;
        if source.size_limit.replace(resource::Quantity(size.as_str().to_owned())).is_some() {
            return Err(Malformed::new(format_args!("{text:?} has two sizes"), FORM));
        }
    }
    Ok(source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_type() {
        for (text, expected) in [
            ("a", json!({"name": "a", "emptyDir": {}})),
            ("a=emptydir:1Gi:memory", json!({"name": "a", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}})),
            ("a=emptyDir:Memory", json!({"name": "a", "emptyDir": {"medium": "Memory"}})),
            ("a=pvc:b", json!({"name": "a", "persistentVolumeClaim": {"claimName": "b"}})),
            ("a=pvc:b:rw", json!({"name": "a", "persistentVolumeClaim": {"claimName": "b"}})),
            ("a=pvc:b:ro", json!({"name": "a", "persistentVolumeClaim": {"claimName": "b", "readOnly": true}})),
            ("a=pvc:10", json!({"name": "a", "persistentVolumeClaim": {"claimName": "10"}})),
            ("a=configmap:b", json!({"name": "a", "configMap": {"name": "b"}})),
            ("a=secret:b", json!({"name": "a", "secret": {"secretName": "b"}})),
            ("a=hostpath:/b", json!({"name": "a", "hostPath": {"path": "/b"}})),
        ] {
            let NewVolume::Volume(volume) = NewVolume::parse(text).unwrap() else { panic!("{text}") };
            assert_eq!(serde_json::to_value(volume).unwrap(), expected, "{text}");
        }
        let claim = ClaimTemplate { name: "a".into(), size: Quantity::parse("10Gi").unwrap() };
        assert_eq!(NewVolume::parse("a=pvc:10Gi"), Ok(NewVolume::Claim(claim)));
    }

    #[test]
    fn what_is_none() {
        for (text, hint) in [
            ("a=emptydirr", "did you mean emptyDir?"),
            ("a=secrets:b", "did you mean secret?"),
            ("a=nfs:b", FORM),
            ("a=pvc", FORM),
            ("a=pvc:b:r", "a claim is written as NAME=pvc:CLAIM[:ro]"),
            ("a=secret:", FORM),
            ("a=emptyDir:64mb", "did you mean 64M?"),
            ("a=emptyDir:memry", "did you mean memory?"),
            ("a=emptyDir:", FORM),
            ("a=emptyDir:1Mi:2Mi", FORM),
        ] {
            assert_eq!(NewVolume::parse(text).unwrap_err().hint, hint, "{text}");
        }
    }
}
