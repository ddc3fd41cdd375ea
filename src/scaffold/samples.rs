//! Workloads for tests: of every kind, with all that `create` can ask for.

use k8s_openapi::api::core::v1;

use super::preset::{self, Preset};
use super::{
    Image, Kind, NewVolume, ObjectName, Scaffold, Schedule, Sidecar, container_port, env, env_from, resources,
};
use crate::pod::Quantity;

/// One of each kind, with everything; and the guide's pod.
pub(crate) fn samples() -> Vec<Scaffold> {
    let kinds = [
        Kind::Pod,
        Kind::Deployment { replicas: Some(3) },
        Kind::StatefulSet { replicas: Some(2), service_name: "names".to_owned() },
        Kind::DaemonSet,
        Kind::Job,
        Kind::CronJob { schedule: Schedule::parse("*/5 * * * *").unwrap() },
    ];
    kinds.into_iter().map(full).chain([guide()]).chain(preset::known().map(|preset| with_preset(&preset))).collect()
}

/// The guide's pod with a known sidecar besides, each of its settings given that has to be.
fn with_preset(preset: &Preset) -> Scaffold {
    let needed = preset.parameters.iter().filter(|parameter| parameter.default.is_none());
    let settings: Vec<_> = needed.map(|it| (it.name.clone(), "https://example.com/a.git".to_owned())).collect();
    let mut scaffold = guide();
    scaffold.add(preset.fill(&settings).unwrap()).unwrap();
    scaffold
}

/// The guide's pod.
pub(crate) fn guide() -> Scaffold {
    let image = |name: &str| Image::parse(name).unwrap();
    Scaffold::guide(ObjectName::parse("webserver").unwrap(), None, &image("nginx:latest"), &image("ubuntu:latest"))
}

fn full(kind: Kind) -> Scaffold {
    let is_stateful = matches!(kind, Kind::StatefulSet { .. });
    let mut scaffold = Scaffold::new(kind, ObjectName::parse("shop").unwrap(), None, container("shop", "sh -c"));
    scaffold.namespace = Some(super::NamespaceName::parse("demo").unwrap());
    scaffold.labels = [("tier".to_owned(), "front".to_owned())].into();
    scaffold.annotations = [("example.com/note".to_owned(), "two\nlines\n".to_owned())].into();
    scaffold.service_account = Some("builder".to_owned());
    scaffold.names_main = true;
    scaffold.sidecars = vec![
        Sidecar { container: container("log", "tail -F /logs/a.log"), native: false },
        Sidecar {
            container: container(
                "proxy",
                "proxy --config=/etc/proxy/config.yaml --verbose --listen 0.0.0.0:8080 --upstream localhost:9000 --retries 3",
            ),
            native: true,
        },
    ];
    for text in [
        "logs",
        "ram=emptyDir:1Mi:memory",
        "claim=pvc:a:ro",
        "config=configmap:b",
        "keys=secret:c",
        "host=hostpath:/var/log",
    ] {
        if let NewVolume::Volume(volume) = NewVolume::parse(text).unwrap() {
            scaffold.volumes.push(*volume);
        }
    }
    if is_stateful {
        scaffold.claims.push(super::ClaimTemplate { name: "data".to_owned(), size: Quantity::parse("1Gi").unwrap() });
    }
    scaffold
}

fn container(name: &str, command: &str) -> v1::Container {
    let mount = |volume: &str, path: &str| v1::VolumeMount {
        name: volume.to_owned(),
        mount_path: path.to_owned(),
        ..Default::default()
    };
    v1::Container {
        name: name.to_owned(),
        image: Some(format!("registry.example:5000/{name}:1")),
        image_pull_policy: Some("IfNotPresent".to_owned()),
        command: Some(super::words(command).unwrap()),
        args: Some(vec!["set -e\n\nwhile true; do date; done\n".to_owned(), "yes".to_owned()]),
        env: Some(vec![env("PORT=8080").unwrap()]),
        env_from: Some(vec![env_from("configmap:a").unwrap(), env_from("secret:b").unwrap()]),
        ports: Some(vec![container_port("http:8080").unwrap(), container_port("dns:53/udp").unwrap()]),
        resources: Some(v1::ResourceRequirements {
            requests: resources(["cpu=100m,memory=64Mi,ephemeral-storage=1Gi"]).unwrap(),
            limits: resources(["memory=128Mi"]).unwrap(),
            ..Default::default()
        }),
        volume_mounts: Some(vec![
            mount("logs", "/logs"),
            v1::VolumeMount { read_only: Some(true), sub_path: Some("a".to_owned()), ..mount("config", "/etc/a") },
        ]),
        ..Default::default()
    }
}
