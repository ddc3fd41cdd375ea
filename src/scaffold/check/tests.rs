//! What is refused, and in which words.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1;

use super::*;
use crate::pod::Quantity;
use crate::scaffold::{ClaimTemplate, Image, NewVolume, ObjectName, Schedule, Sidecar, container_port, env, resources};

fn scaffold(kind: Kind) -> Scaffold {
    let main = v1::Container { name: "web".into(), image: Some("nginx".into()), ..Default::default() };
    Scaffold::new(kind, ObjectName::parse("web").unwrap(), None, main)
}

fn with(change: impl FnOnce(&mut Scaffold)) -> Vec<String> {
    let mut scaffold = scaffold(Kind::Pod);
    change(&mut scaffold);
    problems(&scaffold).iter().map(ToString::to_string).collect()
}

fn volume(text: &str) -> v1::Volume {
    match NewVolume::parse(text).unwrap() {
        NewVolume::Volume(volume) => *volume,
        NewVolume::Claim(_) => panic!("{text}"),
    }
}

fn mount(name: &str, path: &str) -> v1::VolumeMount {
    v1::VolumeMount { name: name.into(), mount_path: path.into(), ..Default::default() }
}

fn sidecar(name: &str) -> Sidecar {
    let container = v1::Container { name: name.into(), image: Some("busybox".into()), ..Default::default() };
    Sidecar { container, native: false }
}

#[test]
fn what_is_well_has_no_problems() {
    let guide = Scaffold::guide(
        ObjectName::parse("webserver").unwrap(),
        None,
        &Image::parse("nginx").unwrap(),
        &Image::parse("ubuntu").unwrap(),
    );
    assert_eq!(problems(&guide), []);
    assert_eq!(warnings(&guide), Vec::<String>::new());
}

#[test]
fn names() {
    assert!(
        with(|it| it.main.name = "Web".into())[0]
            .starts_with("spec.containers[0].name: Invalid value: \"Web\": a lowercase")
    );
    assert_eq!(with(|it| it.sidecars = vec![sidecar("web")]), ["spec.containers[1].name: Duplicate value: \"web\""]);
    let native = |it: &mut Scaffold| it.sidecars = vec![Sidecar { native: true, ..sidecar("web") }];
    assert_eq!(with(native), ["spec.containers[0].name: Duplicate value: \"web\""]);
    assert_eq!(with(|it| it.service_account = Some("A".into())).len(), 1);
    let long = |kind: Kind| {
        let mut scaffold = scaffold(kind);
        scaffold.name = ObjectName::parse(&"a".repeat(60)).unwrap();
        problems(&scaffold).len()
    };
    let mut stateful = scaffold(Kind::StatefulSet { replicas: None, service_name: "a.b".to_owned() });
    stateful.name = ObjectName::parse("web.a").unwrap();
    let refused: Vec<_> = problems(&stateful).iter().map(ToString::to_string).collect();
    let expected = [
        "metadata.name: Invalid value: \"web.a\": must not contain dots",
        "spec.serviceName: Invalid value: \"a.b\": must not contain dots",
    ];
    assert_eq!(refused, expected);
    let schedule = Schedule::parse("@daily").unwrap();
    assert_eq!([long(Kind::Pod), long(Kind::Job), long(Kind::CronJob { schedule })], [0, 0, 1]);
}

#[test]
fn labels() {
    let labels = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(with(|it| it.labels = labels(&[("a.b/C_d", "E.f"), ("x", "")])), Vec::<String>::new());
    for (key, value) in [("-a", "b"), ("a", "b c"), ("A.B/c", "d"), ("a/b/c", "d"), ("a", &*"x".repeat(64))] {
        assert_eq!(with(|it| it.labels = labels(&[(key, value)])).len(), 1, "{key}={value}");
    }
}

#[test]
fn labels_that_a_job_sets_itself() {
    let of = |kind: Kind, label: &str| {
        let mut scaffold = scaffold(kind);
        scaffold.labels = [(label.to_owned(), "web".to_owned())].into();
        problems(&scaffold).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let schedule = Schedule::parse("@daily").unwrap();
    for label in ["job-name", "batch.kubernetes.io/job-name", "controller-uid", "batch.kubernetes.io/controller-uid"] {
        let refused = [format!(
            "metadata.labels: Invalid value: {label:?}: the pods of a Job get this label from the Job itself"
        )];
        assert_eq!(of(Kind::Job, label), refused);
        assert_eq!(of(Kind::CronJob { schedule: schedule.clone() }, label), refused);
        assert_eq!(of(Kind::Pod, label), Vec::<String>::new());
    }
}

#[test]
fn users_and_groups() {
    let ids = |user: i64, group: i64| {
        let context = v1::SecurityContext { run_as_user: Some(user), run_as_group: Some(group), ..Default::default() };
        with(|it| it.main.security_context = Some(context))
    };
    assert_eq!(ids(0, 2_147_483_647), Vec::<String>::new());
    assert_eq!(
        ids(2_147_483_648, -1),
        [
            "spec.containers[0].securityContext.runAsUser: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive",
            "spec.containers[0].securityContext.runAsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive",
        ]
    );
}

#[test]
fn the_default_container_is_one_that_is_there() {
    let default = |name: &str| {
        let mut scaffold = scaffold(Kind::Pod);
        (scaffold.names_main, scaffold.sidecars) = (true, vec![sidecar("log")]);
        scaffold.annotations = [("kubectl.kubernetes.io/default-container".to_owned(), name.to_owned())].into();
        scaffold
    };
    assert_eq!(problems(&default("log")), []);
    let written = default("log").to_object();
    assert_eq!(written["metadata"]["annotations"]["kubectl.kubernetes.io/default-container"], "log");
    let [refused] = &problems(&default("lgo"))[..] else { panic!("it is refused") };
    assert!(refused.to_string().ends_with("Invalid value: \"lgo\": there is no container of that name"), "{refused}");
    assert_eq!(refused.hint.as_deref(), Some("did you mean \"log\"?"));
}

#[test]
fn mounts_and_volumes() {
    let twice = |it: &mut Scaffold| it.volumes = vec![volume("logs"), volume("logs")];
    assert_eq!(with(twice), ["spec.volumes[1].name: Duplicate value: \"logs\""]);
    assert_eq!(
        with(|it| {
            it.volumes = vec![volume("logs")];
            it.main.volume_mounts = Some(vec![mount("log", "/a"), mount("logs", "/a"), mount("logs", "b")]);
        }),
        [
            "spec.containers[0].volumeMounts[0].name: Not found: \"log\"",
            "spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/a\": must be unique",
            "spec.containers[0].volumeMounts[2].mountPath: Invalid value: \"b\": must be an absolute path",
        ]
    );
    assert_eq!(
        with(|it| {
            it.volumes = vec![volume("logs")];
            it.main.volume_mounts = Some(vec![mount("logs", "/a"), mount("logs", "/a/")]);
        }),
        ["spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/a/\": must be unique"]
    );
    assert_eq!(
        with(|it| it.volumes = vec![volume("a=hostpath:/a/../b")]),
        ["spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'"]
    );
    let claim = ClaimTemplate { name: "data".into(), size: Quantity::parse("1Gi").unwrap() };
    let claimed = with(|it| it.claims = vec![claim]);
    assert_eq!(claimed, ["spec.volumeClaimTemplates[0].metadata.name: Forbidden: a Pod has no claim templates"]);
}

#[test]
fn variables_ports_and_resources() {
    let main = |change: fn(&mut v1::Container)| with(|it| change(&mut it.main));
    assert_eq!(main(|it| it.env = Some(vec![env("A=1").unwrap(), env("A=2").unwrap()])), Vec::<String>::new());
    assert_eq!(main(|it| it.env = Some(vec![env("1A=1").unwrap(), env("..=1").unwrap()])).len(), 0);
    assert_eq!(main(|it| it.env = Some(vec![env("é=1").unwrap(), env("a\tb=1").unwrap()])).len(), 2);
    let ports = ["http:80", "http:81", "80", "HTTP:82"];
    let refused = with(|it| it.main.ports = Some(ports.map(|port| container_port(port).unwrap()).to_vec()));
    assert_eq!(refused.len(), 3, "{refused:?}");
    assert_eq!(
        main(|it| {
            let (requests, limits) = (resources(["cpu=2"]).unwrap(), resources(["cpu=1"]).unwrap());
            it.resources = Some(v1::ResourceRequirements { requests, limits, ..Default::default() });
        }),
        ["spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1"]
    );
    let pages = |amounts: &str| {
        let limits = resources([amounts]).unwrap();
        with(|it| it.main.resources = Some(v1::ResourceRequirements { limits, ..Default::default() }))
    };
    assert_eq!(pages("hugepages-2Mi=4Mi,memory=1Gi"), Vec::<String>::new());
    assert_eq!(
        pages("hugepages-2Mi=3Mi"),
        [
            "spec.containers[0].resources.limits.hugepages-2Mi: Invalid value: \"3Mi\": 3Mi is not positive integer multiple of \
             hugepages-2Mi",
            "spec.containers[0].resources: Forbidden: HugePages require cpu or memory",
        ]
    );
}

#[test]
fn restart_policies() {
    let of = |kind: Kind, policy: &str| {
        let mut scaffold = scaffold(kind);
        scaffold.restart_policy = Some(policy.to_owned());
        problems(&scaffold).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(of(Kind::Pod, "Never"), Vec::<String>::new());
    assert_eq!(
        of(Kind::Deployment { replicas: None }, "Never"),
        ["spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\""]
    );
    assert_eq!(
        of(Kind::Job, "Always"),
        ["spec.template.spec.restartPolicy: Unsupported value: \"Always\": supported values: \"OnFailure\", \"Never\""]
    );
}

#[test]
fn what_is_hardly_meant() {
    let warned = |change: fn(&mut Scaffold)| {
        let mut scaffold = scaffold(Kind::Job);
        change(&mut scaffold);
        warnings(&scaffold)
    };
    assert!(warned(|it| it.volumes = vec![volume("logs")])[0].starts_with("the volume \"logs\" is mounted nowhere"));
    let reader = |it: &mut Scaffold| {
        it.volumes = vec![volume("logs")];
        it.main.volume_mounts = Some(vec![v1::VolumeMount { read_only: Some(true), ..mount("logs", "/a") }]);
    };
    assert!(warned(reader)[0].starts_with("nobody writes to the volume \"logs\": web can only read it"));
    assert!(warned(|it| it.sidecars = vec![sidecar("log")])[0].starts_with("the Job is complete only when"));
    let tiny = |it: &mut Scaffold| {
        let limits = resources(["memory=100m"]).unwrap();
        it.main.resources = Some(v1::ResourceRequirements { limits, ..Default::default() });
    };
    assert_eq!(warned(tiny), ["container \"web\": memory=100m is less than a byte: did you mean 100Mi?"]);
    let odd = |it: &mut Scaffold| {
        let (limits, requests) = (resources(["memory=1.5"]).unwrap(), resources(["memory=5e-1"]).unwrap());
        it.main.resources = Some(v1::ResourceRequirements { limits, requests, ..Default::default() });
    };
    assert_eq!(
        warned(odd),
        [
            "container \"web\": memory=5e-1 is less than a byte",
            "container \"web\": memory=1.5 is no whole number of bytes: did you mean 1.5Mi?",
        ]
    );
    let mut stateful = scaffold(Kind::StatefulSet { replicas: None, service_name: "web".to_owned() });
    stateful.volumes = vec![volume("d=pvc:10"), volume("e=pvc:ten")];
    stateful.main.volume_mounts = Some(vec![mount("d", "/d"), mount("e", "/e")]);
    assert_eq!(
        warnings(&stateful),
        ["the volume \"d\" is the PersistentVolumeClaim of the name \"10\": did you mean pvc:10Gi?"]
    );
}

#[test]
fn what_is_given_twice() {
    let warned = |change: fn(&mut Scaffold)| {
        let mut scaffold = scaffold(Kind::Pod);
        change(&mut scaffold);
        warnings(&scaffold)
    };
    assert_eq!(
        warned(|it| it.main.env = Some(vec![env("A=1").unwrap(), env("A=2").unwrap()])),
        ["container \"web\": the variable A is given twice: only the last one counts"]
    );
    let ports = |texts: &[&str]| Some(texts.iter().map(|text| container_port(text).unwrap()).collect());
    let mut twice = scaffold(Kind::Pod);
    twice.main.ports = ports(&["80", "a:80/tcp", "80/udp"]);
    assert_eq!(warnings(&twice), ["container \"web\": the port 80 is given twice"]);
    let mut shared = scaffold(Kind::Pod);
    shared.main.ports = ports(&["80"]);
    shared.sidecars = vec![sidecar("log"), sidecar("dns")];
    shared.sidecars[0].container.ports = ports(&["80"]);
    shared.sidecars[1].container.ports = ports(&["80/udp"]);
    assert_eq!(
        warnings(&shared),
        [
            "containers \"web\" and \"log\" both listen on port 80: containers of a pod share one network, and only one of them \
             can"
        ]
    );
}
