//! Mounts on top of one another in one container.
//!
//! The runtime mounts the outer path first (containerd sorts mounts by depth), so the inner one is always what is seen.

use super::mount::segments;
use super::{Container, Mount, Pod};

/// A mount inside another one: what the outer volume has there, and below, cannot be seen in that container.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nested<'a> {
    /// The container.
    pub container: &'a Container,
    /// The mount around it: the nearest.
    pub outer: &'a Mount,
    /// The mount inside.
    pub inner: &'a Mount,
}

impl Nested<'_> {
    /// What is hidden, as a path seen from where the outer volume is mounted: `cache`.
    pub fn hidden(&self) -> String {
        segments(&self.inner.path)[segments(&self.outer.path).len()..].join("/")
    }

    /// Whether both are of one volume: it is seen twice then, and what is hidden is a part of itself.
    pub fn is_of_one_volume(&self) -> bool {
        self.outer.volume == self.inner.volume
    }
}

/// All mounts inside others, in start order of their containers.
pub fn nested(pod: &Pod) -> Vec<Nested<'_>> {
    pod.containers.iter().flat_map(nested_in).collect()
}

fn nested_in(container: &Container) -> impl Iterator<Item = Nested<'_>> {
    container.mounts.iter().filter_map(move |inner| {
        let around = container.mounts.iter().filter(|outer| is_inside(&inner.path, &outer.path));
        let outer = around.max_by_key(|outer| segments(&outer.path).len())?;
        Some(Nested { container, outer, inner })
    })
}

/// The mount of that container that shows what is at that path.
pub(super) fn seen_at<'a>(container: &'a Container, path: &str) -> Option<&'a Mount> {
    let shows = |mount: &&Mount| segments(path).starts_with(&segments(&mount.path));
    container.mounts.iter().filter(shows).max_by_key(|mount| segments(&mount.path).len())
}

fn is_inside(path: &str, around: &str) -> bool {
    let (path, around) = (segments(path), segments(around));
    path.len() > around.len() && path.starts_with(&around)
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1;
    use serde_json::json;

    use super::*;

    fn found(paths: &[&str]) -> Vec<String> {
        let mounts: Vec<_> =
            paths.iter().enumerate().map(|(at, path)| json!({"name": format!("v{at}"), "mountPath": path})).collect();
        let spec = json!({"containers": [{"name": "a", "volumeMounts": mounts}]});
        let pod: v1::Pod = serde_json::from_value(json!({"metadata": {}, "spec": spec})).unwrap();
        let pod = Pod::from(&pod);
        nested(&pod).iter().map(|n| format!("{} in {}: {}", n.inner.path, n.outer.path, n.hidden())).collect()
    }

    #[test]
    fn a_mount_inside_another_hides_a_part_of_it() {
        assert_eq!(found(&["/data", "/data/cache"]), ["/data/cache in /data: cache"]);
        assert_eq!(found(&["/data/a/b/", "/data"]), ["/data/a/b/ in /data: a/b"]);
        assert_eq!(found(&["/", "/etc/x"]), ["/etc/x in /: etc/x"]);
    }

    #[test]
    fn the_nearest_one_around_counts() {
        assert_eq!(found(&["/a", "/a/b/c", "/a/b"]), ["/a/b/c in /a/b: c", "/a/b in /a: b"]);
    }

    #[test]
    fn paths_beside_one_another_hide_nothing() {
        assert!(found(&["/data", "/database", "/var/data"]).is_empty());
    }
}
