//! Who writes, and who reads where.

use crate::pod::{Container, ContainerKind, Pod, Share, VolumeUse, sharing};
use crate::probe::{Failure, Place, not_running};

/// Which volumes are written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those that go with their pod.
    EmptyDirs,
    /// Those, too, that others may use: claims, folders of the node.
    All,
}

/// A part of a volume, at a path in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The container.
    pub place: Place,
    /// The path there.
    pub path: String,
}

impl Spot {
    /// The container's name.
    pub fn container(&self) -> &str {
        &self.place.container
    }
}

/// What is tried with a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeTrials {
    /// The volume's name.
    pub volume: String,
    /// In start order of the writers.
    pub trials: Vec<Trial>,
    /// Why nothing is tried.
    pub left_out: Option<String>,
}

/// What is tried from one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Where the marker is written.
    pub writer: Spot,
    /// It can only read there, and is not tried.
    pub is_read_only: bool,
    /// Why nothing can be tried there.
    pub obstacle: Option<Failure>,
    /// Where it is looked for: in other containers.
    pub readers: Vec<Reader>,
}

/// Where a marker is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The same folder, as that container sees it.
    pub spot: Spot,
    /// Why nothing can be read there.
    pub obstacle: Option<Failure>,
}

impl Trial {
    /// Whether a marker is written.
    pub fn writes(&self) -> bool {
        !self.is_read_only && self.obstacle.is_none() && !self.readers.is_empty()
    }
}

/// What is tried with the volumes that containers share, in the order of the spec.
pub fn trials(pod: &Pod, scope: Scope) -> Vec<VolumeTrials> {
    let of_shared = |used: &VolumeUse<'_>| match used.share() {
        Share::Unused | Share::Alone => None,
        Share::Apart => {
            let words = "each container has a part of its own (subPath): nothing is shared";
            Some(left_out(used, words.to_owned()))
        }
        Share::Shared => of_volume(pod, used, scope),
    };
    sharing(pod).iter().filter_map(of_shared).collect()
}

fn left_out(used: &VolumeUse<'_>, words: String) -> VolumeTrials {
    VolumeTrials { volume: used.volume.name.clone(), trials: Vec::new(), left_out: Some(words) }
}

/// `None`: nobody can ever write to it, and nobody expects that.
fn of_volume(pod: &Pod, used: &VolumeUse<'_>, scope: Scope) -> Option<VolumeTrials> {
    let source = &used.volume.source;
    if source.read_only {
        return None;
    }
    if source.kind != "emptyDir" && scope == Scope::EmptyDirs {
        return Some(left_out(used, format!("its type is {}: --prove=all writes there, too", source.kind)));
    }
    let trials = all_trials(pod, used);
    if trials.iter().all(|trial| trial.readers.is_empty()) {
        return Some(left_out(used, "only one of the containers that share it runs".to_owned()));
    }
    if trials.iter().all(|trial| trial.is_read_only) {
        return Some(left_out(used, "no container can write to it: all mount it read-only".to_owned()));
    }
    Some(VolumeTrials { volume: used.volume.name.clone(), trials, left_out: None })
}

/// Each two containers that see a common part are tried once: in the largest part that both see.
fn all_trials(pod: &Pod, used: &VolumeUse<'_>) -> Vec<Trial> {
    let mut trials: Vec<Trial> = Vec::new();
    let mut tried: Vec<(String, String)> = Vec::new();
    for part in used.parts() {
        let places: Vec<_> = part.places.iter().filter(|place| takes_part(place.container)).collect();
        let mut pairs = Vec::new();
        for writer in &places {
            let others = places.iter().filter(|place| place.container.name != writer.container.name);
            let new = others.filter(|reader| !is_tried(&tried, writer.container, reader.container));
            let readers: Vec<Reader> = new
                .inspect(|reader| pairs.push((writer.container.name.clone(), reader.container.name.clone())))
                .map(|reader| Reader {
                    spot: spot(pod, reader.container, &reader.path),
                    obstacle: not_running(reader.container),
                })
                .collect();
            if !readers.is_empty() {
                trials.push(Trial {
                    writer: spot(pod, writer.container, &writer.path),
                    is_read_only: used.is_read_only(writer.mount),
                    obstacle: not_running(writer.container),
                    readers,
                });
            }
        }
        tried.extend(pairs);
    }
    trials
}

fn is_tried(tried: &[(String, String)], writer: &Container, reader: &Container) -> bool {
    tried.iter().any(|(one, other)| *one == writer.name && *other == reader.name)
}

fn spot(pod: &Pod, container: &Container, path: &str) -> Spot {
    Spot { place: Place::of(pod, container), path: path.to_owned() }
}

/// What prepared the pod, or was there to look around, and has ended, shares nothing with what runs now.
fn takes_part(container: &Container) -> bool {
    let may_have_ended = matches!(container.kind, ContainerKind::Init | ContainerKind::Ephemeral);
    !may_have_ended || not_running(container).is_none()
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1;
    use serde_json::{Value, json};

    use super::*;

    /// What is tried with the volume `v`, where containers `a`, `b`, … have these mounts of it.
    fn tried(source: &Value, mounts: &[Value], scope: Scope) -> Vec<String> {
        let mut volume = source.clone();
        volume["name"] = json!("v");
        let containers: Vec<Value> = mounts
            .iter()
            .zip('a'..)
            .map(|(mount, name)| {
                let mut mount = mount.clone();
                mount["name"] = json!("v");
                json!({"name": name.to_string(), "volumeMounts": [mount]})
            })
            .collect();
        let statuses = containers.iter().map(|container| {
            let state = if container["volumeMounts"][0].get("down").is_some() {
                json!({"waiting": {"reason": "CrashLoopBackOff"}})
            } else {
                json!({"running": {}})
            };
            json!({"name": container["name"], "ready": true, "restartCount": 0, "image": "", "imageID": "", "state": state})
        });
        let statuses: Vec<Value> = statuses.collect();
        let pod = json!({
            "metadata": {"name": "web"},
            "spec": {"volumes": [volume], "containers": containers},
            "status": {"phase": "Running", "containerStatuses": statuses},
        });
        let pod: v1::Pod = serde_json::from_value(pod).unwrap();
        let all = trials(&Pod::from(&pod), scope);
        let shown = |trial: &Trial| {
            let Trial { writer, readers, .. } = trial;
            let readers = readers.iter().map(|reader| {
                let obstacle = if reader.obstacle.is_some() { "!" } else { "" };
                format!("{}:{}{obstacle}", reader.spot.container(), reader.spot.path)
            });
            let word = match trial {
                Trial { is_read_only: true, .. } => "reads",
                Trial { obstacle: Some(_), .. } => "cannot",
                _ => "writes",
            };
            format!("{}:{} {word} {}", writer.container(), writer.path, readers.collect::<Vec<_>>().join(" "))
        };
        all.iter().flat_map(|all| all.left_out.clone().into_iter().chain(all.trials.iter().map(shown))).collect()
    }

    fn dir() -> Value {
        json!({"emptyDir": {}})
    }

    fn at(path: &str) -> Value {
        json!({"mountPath": path})
    }

    #[test]
    fn each_writes_and_all_others_read() {
        let three = [at("/a"), at("/b/"), json!({"mountPath": "/c", "readOnly": true})];
        let all = ["a:/a writes b:/b c:/c", "b:/b writes a:/a c:/c", "c:/c reads a:/a b:/b"];
        assert_eq!(tried(&dir(), &three, Scope::EmptyDirs), all);
        let down = [at("/a"), json!({"mountPath": "/b", "down": true})];
        assert_eq!(tried(&dir(), &down, Scope::EmptyDirs), ["a:/a writes b:/b!", "b:/b cannot a:/a"]);
    }

    #[test]
    fn through_sub_paths_each_two_meet_once_in_what_both_see() {
        let part = |path: &str, part: &str| json!({"mountPath": path, "subPath": part});
        let all = [
            "a:/a writes b:/b",
            "b:/b writes a:/a",
            "a:/a/x writes c:/c",
            "b:/b/x writes c:/c",
            "c:/c writes a:/a/x b:/b/x",
        ];
        assert_eq!(tried(&dir(), &[at("/a"), at("/b"), part("/c", "x")], Scope::EmptyDirs), all);
        let apart = tried(&dir(), &[part("/a", "x"), part("/b", "y")], Scope::EmptyDirs);
        assert_eq!(apart, ["each container has a part of its own (subPath): nothing is shared"]);
    }

    #[test]
    fn only_what_goes_with_the_pod_is_written_to_unless_all_is_asked_for() {
        let claim = json!({"persistentVolumeClaim": {"claimName": "c"}});
        let two = [at("/a"), at("/b")];
        let left_out = "its type is persistentVolumeClaim: --prove=all writes there, too";
        assert_eq!(tried(&claim, &two, Scope::EmptyDirs), [left_out]);
        assert_eq!(tried(&claim, &two, Scope::All).len(), 2);
        assert!(tried(&json!({"configMap": {"name": "c"}}), &two, Scope::All).is_empty());
        let read_only = json!({"mountPath": "/a", "readOnly": true});
        let nobody = "no container can write to it: all mount it read-only";
        assert_eq!(tried(&dir(), &[read_only.clone(), read_only], Scope::EmptyDirs), [nobody]);
        assert!(tried(&dir(), &[at("/a")], Scope::All).is_empty());
    }
}
