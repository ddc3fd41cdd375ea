//! Who shares which volume.
//!
//! A volume is shared when two containers can see the same file through it. Two mounts of different
//! `subPath`s do not share anything, unless one path lies inside the other.

use super::{Container, Mount, Pod, Volume};

/// A declared volume and all its mounts.
#[derive(Debug, Clone, PartialEq)]
pub struct VolumeUse<'a> {
    /// The volume.
    pub volume: &'a Volume,
    /// Its mounts, in start order of their containers.
    pub mounts: Vec<(&'a Container, &'a Mount)>,
}

/// How a volume is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Nobody mounts it.
    Unused,
    /// One container mounts it.
    Alone,
    /// Several containers mount it, none the same part of it as another.
    Apart,
    /// At least two containers see the same files.
    Shared,
}

/// Every declared volume with its mounts, in the order of the spec.
pub fn sharing(pod: &Pod) -> Vec<VolumeUse<'_>> {
    let mounts_of = |volume: &Volume| {
        let mounts =
            pod.containers.iter().flat_map(|container| container.mounts.iter().map(move |mount| (container, mount)));
        mounts.filter(|(_, mount)| mount.volume == volume.name).collect()
    };
    pod.volumes.iter().map(|volume| VolumeUse { volume, mounts: mounts_of(volume) }).collect()
}

impl VolumeUse<'_> {
    /// How it is shared.
    pub fn share(&self) -> Share {
        let Some((first, _)) = self.mounts.first() else { return Share::Unused };
        if self.mounts.iter().all(|(container, _)| container.name == first.name) {
            return Share::Alone;
        }
        let pairs = || {
            self.mounts
                .iter()
                .enumerate()
                .flat_map(|(at, left)| self.mounts[at + 1..].iter().map(move |right| (left, right)))
        };
        let see_the_same = pairs().any(|((one, left), (other, right))| one.name != other.name && overlap(left, right));
        if see_the_same { Share::Shared } else { Share::Apart }
    }

    /// Whether nobody can write through that mount.
    pub fn is_read_only(&self, mount: &Mount) -> bool {
        mount.read_only || self.volume.source.read_only
    }

    /// The containers that can write to it, in start order.
    pub fn writers(&self) -> Vec<&str> {
        self.names(|mount| !self.is_read_only(mount))
    }

    /// The containers that can only read it, in start order.
    pub fn readers(&self) -> Vec<&str> {
        let writers = self.writers();
        self.names(|mount| self.is_read_only(mount)).into_iter().filter(|name| !writers.contains(name)).collect()
    }

    fn names(&self, wanted: impl Fn(&Mount) -> bool) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for (container, mount) in &self.mounts {
            if wanted(mount) && !names.contains(&container.name.as_str()) {
                names.push(&container.name);
            }
        }
        names
    }
}

/// Whether two mounts of one volume show a common file: one's part of the volume lies in the other's.
fn overlap(left: &Mount, right: &Mount) -> bool {
    let parts = |mount: &Mount| -> Vec<String> {
        let path = mount.sub_path.as_deref().unwrap_or_default();
        path.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
    };
    let (left, right) = (parts(left), parts(right));
    left.iter().zip(&right).all(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1;
    use serde_json::{Value, json};

    use super::*;

    /// How `v` is shared, who writes and who reads, where containers `a`, `b`, … have these mounts of it.
    fn shared(source: Value, mounts: &[Value]) -> (Share, String, String) {
        let mut volume = source;
        volume["name"] = json!("v");
        let containers = mounts.iter().zip('a'..).map(|(mount, name)| {
            let mut mount = mount.clone();
            mount["name"] = json!("v");
            json!({"name": name.to_string(), "volumeMounts": [mount]})
        });
        let spec = json!({"volumes": [volume], "containers": containers.collect::<Vec<_>>()});
        let pod: v1::Pod = serde_json::from_value(json!({"metadata": {}, "spec": spec})).unwrap();
        let pod = Pod::from(&pod);
        let used = sharing(&pod).remove(0);
        (used.share(), used.writers().join(" "), used.readers().join(" "))
    }

    fn dir() -> Value {
        json!({"emptyDir": {}})
    }

    #[test]
    fn who_mounts_the_same_part_shares_it() {
        let all = json!({});
        let part = |path: &str| json!({"subPath": path});
        assert_eq!(shared(dir(), &[]).0, Share::Unused);
        assert_eq!(shared(dir(), std::slice::from_ref(&all)).0, Share::Alone);
        assert_eq!(shared(dir(), &[all.clone(), all.clone()]).0, Share::Shared);
        assert_eq!(shared(dir(), &[part("x"), part("y")]).0, Share::Apart);
        assert_eq!(shared(dir(), &[part("x"), part("./x/y/")]).0, Share::Shared);
        assert_eq!(shared(dir(), &[part("x"), part("xy")]).0, Share::Apart);
        assert_eq!(shared(dir(), &[part("x"), all]).0, Share::Shared);
    }

    #[test]
    fn writers_and_readers_are_told_apart() {
        let reader = json!({"readOnly": true});
        let told = |source, mounts: &[Value]| {
            let (_, writers, readers) = shared(source, mounts);
            (writers, readers)
        };
        let pair = |writers: &str, readers: &str| (writers.to_owned(), readers.to_owned());
        assert_eq!(told(dir(), &[json!({}), reader.clone()]), pair("a", "b"));
        assert_eq!(told(dir(), &[reader.clone(), reader]), pair("", "a b"));
        assert_eq!(told(json!({"configMap": {"name": "c"}}), &[json!({})]), pair("", "a"));
        let claim = json!({"persistentVolumeClaim": {"claimName": "c", "readOnly": true}});
        assert_eq!(told(claim, &[json!({})]), pair("", "a"));
    }
}
