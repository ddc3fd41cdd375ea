//! Who shares which volume.
//!
//! A volume is shared when two containers can see the same file through it. Two mounts of different
//! `subPath`s do not share anything, unless one path lies inside the other. What another mount lies on top of is not seen.

use super::nesting::seen_at;
use super::{Container, Device, Mount, Pod, Volume};

/// A declared volume and all its mounts.
#[derive(Debug, Clone, PartialEq)]
pub struct VolumeUse<'a> {
    /// The volume.
    pub volume: &'a Volume,
    /// Its mounts, in start order of their containers.
    pub mounts: Vec<(&'a Container, &'a Mount)>,
    /// The containers that have it as a block device, in start order.
    pub devices: Vec<(&'a Container, &'a Device)>,
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

/// A part of a volume that several containers see, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Part<'a> {
    /// The path in the volume; empty: all of it.
    pub path: String,
    /// Where it is seen: in at least two containers, in start order.
    pub places: Vec<Place<'a>>,
}

/// Where a part of a volume is seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Place<'a> {
    /// The container.
    pub container: &'a Container,
    /// The mount it is seen through.
    pub mount: &'a Mount,
    /// Its path there: the mount's, or one below.
    pub path: String,
}

/// Every declared volume with its mounts, in the order of the spec.
pub fn sharing(pod: &Pod) -> Vec<VolumeUse<'_>> {
    let mounts_of = |volume: &Volume| {
        let mounts =
            pod.containers.iter().flat_map(|container| container.mounts.iter().map(move |mount| (container, mount)));
        mounts.filter(|(_, mount)| mount.volume == volume.name).collect()
    };
    let devices_of = |volume: &Volume| {
        let devices =
            pod.containers.iter().flat_map(|container| container.devices.iter().map(move |device| (container, device)));
        devices.filter(|(_, device)| device.volume == volume.name).collect()
    };
    let used = |volume| VolumeUse { volume, mounts: mounts_of(volume), devices: devices_of(volume) };
    pod.volumes.iter().map(used).collect()
}

impl<'a> VolumeUse<'a> {
    /// How it is shared.
    pub fn share(&self) -> Share {
        match self.containers().len() {
            0 => Share::Unused,
            1 => Share::Alone,
            // A block device has no parts: who has it has all of it.
            _ if self.mounts.is_empty() || !self.parts().is_empty() => Share::Shared,
            _ => Share::Apart,
        }
    }

    /// The containers that use it, each once, in start order; those that have it as a device after those that mount it.
    pub fn containers(&self) -> Vec<&'a Container> {
        let devices = self.devices.iter().map(|(container, _)| *container);
        let mut containers: Vec<&Container> = Vec::new();
        for container in self.mounts.iter().map(|(container, _)| *container).chain(devices) {
            if containers.iter().all(|other| other.name != container.name) {
                containers.push(container);
            }
        }
        containers
    }

    /// The parts of it that are shared, each where it is largest: a part of one of these that the same containers see is
    /// no part of its own.
    pub fn parts(&self) -> Vec<Part<'a>> {
        let mut paths: Vec<Vec<&str>> = self.mounts.iter().map(|(_, mount)| mount.part()).collect();
        paths.sort();
        paths.dedup();
        let mut parts: Vec<(Vec<&str>, Vec<Place<'a>>)> = Vec::new();
        for path in paths {
            let places = self.places(&path);
            let is_told = parts.iter().any(|(around, others)| path.starts_with(around) && are_same(others, &places));
            if !is_told && places.iter().any(|place| place.container.name != places[0].container.name) {
                parts.push((path, places));
            }
        }
        parts.into_iter().map(|(path, places)| Part { path: path.join("/"), places }).collect()
    }

    /// Where a path of the volume is seen.
    fn places(&self, path: &[&str]) -> Vec<Place<'a>> {
        let place = |(container, mount): &(&'a Container, &'a Mount)| {
            let part = mount.part();
            let below = path.starts_with(&part).then(|| &path[part.len()..])?;
            let path = [&[mount.path.trim_end_matches('/')], below].concat().join("/");
            let path = if path.is_empty() { "/".to_owned() } else { path };
            let is_seen = seen_at(container, &path).is_none_or(|seen| seen.path == mount.path);
            is_seen.then_some(Place { container, mount, path })
        };
        self.mounts.iter().filter_map(place).collect()
    }

    /// Whether nobody can write through that mount.
    pub fn is_read_only(&self, mount: &Mount) -> bool {
        mount.read_only || self.volume.source.read_only
    }

    /// The containers that can write to it, in start order.
    pub fn writers(&self) -> Vec<&'a str> {
        self.names(|container| self.can_write(container))
    }

    /// The containers that can only read it, in start order.
    pub fn readers(&self) -> Vec<&'a str> {
        self.names(|container| !self.can_write(container))
    }

    fn can_write(&self, container: &Container) -> bool {
        let mounts = self.mounts.iter().filter(|(other, _)| other.name == container.name);
        let has_device = self.devices.iter().any(|(other, _)| other.name == container.name);
        let mut access = mounts.map(|(_, mount)| !self.is_read_only(mount));
        access.any(|can_write| can_write) || (has_device && !self.volume.source.read_only)
    }

    fn names(&self, wanted: impl Fn(&Container) -> bool) -> Vec<&'a str> {
        self.containers().into_iter().filter(|one| wanted(one)).map(|container| container.name.as_str()).collect()
    }
}

/// Whether these are the same mounts of the same containers.
fn are_same(left: &[Place<'_>], right: &[Place<'_>]) -> bool {
    let mounts = |places: &[Place<'_>]| places.iter().map(|place| std::ptr::from_ref(place.mount)).collect::<Vec<_>>();
    mounts(left) == mounts(right)
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

    /// The shared parts of `v`, each with its places, where containers `a`, `b`, … have these mounts of it; what a mount names
    /// otherwise is another volume.
    fn parts(mounts: &[&[Value]]) -> Vec<String> {
        let containers = mounts.iter().zip('a'..).map(|(mounts, name)| {
            let named = |mount: &Value| {
                let mut mount = mount.clone();
                let fields = mount.as_object_mut().unwrap();
                fields.entry("name").or_insert_with(|| json!("v"));
                mount
            };
            json!({"name": name.to_string(), "volumeMounts": mounts.iter().map(named).collect::<Vec<_>>()})
        });
        let volumes = json!([{"name": "v", "emptyDir": {}}, {"name": "other", "emptyDir": {}}]);
        let spec = json!({"volumes": volumes, "containers": containers.collect::<Vec<_>>()});
        let pod: v1::Pod = serde_json::from_value(json!({"metadata": {"name": "web-0"}, "spec": spec})).unwrap();
        let pod = Pod::from(&pod);
        let shown = |part: Part<'_>| {
            let places: Vec<_> =
                part.places.iter().map(|place| format!("{}:{}", place.container.name, place.path)).collect();
            format!("{:?} {}", part.path, places.join(" "))
        };
        sharing(&pod).remove(0).parts().into_iter().map(shown).collect()
    }

    fn at(path: &str) -> Value {
        json!({"mountPath": path})
    }

    fn part_at(path: &str, part: &str) -> Value {
        json!({"mountPath": path, "subPath": part})
    }

    #[test]
    fn the_same_file_is_found_at_the_path_of_each_container() {
        assert_eq!(parts(&[&[at("/var/log/nginx")], &[at("/logs/")]]), [r#""" a:/var/log/nginx b:/logs"#]);
        assert_eq!(parts(&[&[at("/data")], &[part_at("/logs", "x/logs")]]), [r#""x/logs" a:/data/x/logs b:/logs"#]);
        assert_eq!(
            parts(&[&[at("/a")], &[at("/b")], &[part_at("/c", "x")]]),
            [r#""" a:/a b:/b"#, r#""x" a:/a/x b:/b/x c:/c"#]
        );
        assert_eq!(parts(&[&[at("/")], &[part_at("/b", "./x/")]]), [r#""x" a:/x b:/b"#]);
    }

    #[test]
    fn parts_that_do_not_overlap_are_not_shared() {
        assert!(parts(&[&[part_at("/a", "x")], &[part_at("/b", "y")]]).is_empty());
        assert!(parts(&[&[part_at("/a", "x")], &[part_at("/b", "xy")]]).is_empty());
        assert!(parts(&[&[at("/a"), at("/again")]]).is_empty());
    }

    #[test]
    fn what_another_mount_lies_on_top_of_is_not_seen() {
        let over = json!({"name": "other", "mountPath": "/a/x"});
        assert!(parts(&[&[at("/a"), over.clone()], &[part_at("/b", "x")]]).is_empty());
        assert_eq!(parts(&[&[at("/a"), over], &[part_at("/b", "y")]]), [r#""y" a:/a/y b:/b"#]);
    }

    #[test]
    fn expressions_with_known_variables_are_parts() {
        let env = json!({"mountPath": "/b", "subPathExpr": "$(POD)"});
        let mut pod = json!({"metadata": {"name": "web-0"}, "spec": {"volumes": [{"name": "v"}], "containers": [
            {"name": "a", "volumeMounts": [{"name": "v", "mountPath": "/a", "subPath": "web-0"}]},
            {"name": "b", "env": [{"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]},
        ]}});
        pod["spec"]["containers"][1]["volumeMounts"] = json!([env]);
        pod["spec"]["containers"][1]["volumeMounts"][0]["name"] = json!("v");
        let pod: v1::Pod = serde_json::from_value(pod).unwrap();
        let pod = Pod::from(&pod);
        let mount = &pod.containers[1].mounts[0];
        assert_eq!((mount.sub_path.as_deref(), mount.sub_path_expr.as_deref()), (Some("web-0"), Some("$(POD)")));
        assert_eq!(sharing(&pod)[0].share(), Share::Shared);
    }

    #[test]
    fn a_block_device_is_shared_by_all_that_have_it() {
        let has = |name: &str| json!({"name": name, "volumeDevices": [{"name": "disk", "devicePath": "/dev/x"}]});
        let used = |containers: Value| {
            let spec = json!({"volumes": [{"name": "disk", "persistentVolumeClaim": {"claimName": "disk"}}], "containers": containers});
            let pod: v1::Pod = serde_json::from_value(json!({"metadata": {}, "spec": spec})).unwrap();
            let pod = Pod::from(&pod);
            let used = sharing(&pod).remove(0);
            (used.share(), used.writers().join(" "))
        };
        assert_eq!(used(json!([has("a")])), (Share::Alone, "a".to_owned()));
        assert_eq!(used(json!([has("a"), has("b")])), (Share::Shared, "a b".to_owned()));
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
