//! What is written down can be read again, and is the same.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::pod::Pod;

/// A pod as a cluster tells of it, with one container of each kind, and more than an engine reads.
fn pod() -> serde_json::Value {
    let ran = json!({"containerID": "containerd://a0", "exitCode": 3, "reason": "Error",
        "startedAt": "2026-01-31T08:00:00Z", "finishedAt": "2026-01-31T08:00:05Z"});
    let status = |name: &str, state: serde_json::Value| {
        json!({"name": name, "image": "busybox", "imageID": "sha256:1", "containerID": format!("containerd://{name}"),
            "ready": true, "started": true, "restartCount": 1, "state": state, "lastState": {"terminated": ran}})
    };
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "shop", "uid": "u", "deletionTimestamp": "2026-01-31T08:00:00Z"},
        "spec": {
            "initContainers": [{"name": "first", "image": "a"}, {"name": "native", "restartPolicy": "Always"}],
            "containers": [{"name": "main", "image": "nginx", "command": ["sh"]}, {"name": "late"}],
            "ephemeralContainers": [{"name": "debug"}],
            "volumes": [{"name": "shared", "emptyDir": {}}],
        },
        "status": {
            "phase": "Running",
            "initContainerStatuses": [
                status("first", json!({"terminated": ran})),
                status("native", json!({"running": {"startedAt": "2026-01-31T08:00:00Z"}})),
            ],
            "containerStatuses": [status("main", json!({"waiting": {"reason": "CrashLoopBackOff"}}))],
            "ephemeralContainerStatuses": [status("debug", json!({"running": {}}))],
        },
    })
}

/// The same, without what an engine does not read.
fn trimmed(mut pod: Pod) -> Pod {
    pod.volumes.clear();
    for container in &mut pod.containers {
        (container.image, container.command) = (String::new(), Vec::new());
        if let Some(runtime) = &mut container.runtime {
            runtime.image_id = String::new();
        }
    }
    pod
}

/// A trip through a line of text.
fn read_again(recorded: &Recorded) -> Recorded {
    let line = serde_json::to_string(recorded).unwrap();
    assert!(!line.contains('\n'));
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[test]
fn a_pod_is_read_again_as_the_engine_saw_it() {
    let typed: k8s_openapi::api::core::v1::Pod = serde_json::from_value(pod()).unwrap();
    let pod = Pod::from(&typed);
    let what = Happened::from(&Event::Pod(&pod));
    let again = read_again(&Recorded { at: Tick::ZERO, what });
    let Some(Event::Pod(read)) = again.what.event() else { panic!("{again:?}") };
    assert_eq!(*read, trimmed(pod));
}

#[test]
fn roles_are_kept_whatever_says_them() {
    for (annotation, value) in [
        ("kubectl.kubernetes.io/default-container", "late"),
        (crate::pod::OWN_ANNOTATION, "main"),
        (crate::pod::OWN_ANNOTATION, ""),
        ("another", "late"),
    ] {
        let mut pod = pod();
        pod["metadata"]["annotations"] = json!({ annotation: value });
        let typed: k8s_openapi::api::core::v1::Pod = serde_json::from_value(pod).unwrap();
        let pod = Pod::from(&typed);
        let again = read_again(&Recorded { at: Tick::ZERO, what: Happened::from(&Event::Pod(&pod)) });
        let Some(Event::Pod(read)) = again.what.event() else { panic!("{again:?}") };
        let roles = |pod: &Pod| pod.containers.iter().map(|container| container.role).collect::<Vec<_>>();
        assert_eq!(roles(read), roles(&pod), "{annotation}: {value}");
    }
}

#[test]
fn every_event_is_read_again() {
    let mut pod = Pod { name: "web".to_owned(), uid: Some("u".to_owned()), ..Pod::default() };
    pod.status = Some(crate::pod::PodStatus::default());
    let stream: StreamId = serde_json::from_value(json!({"track": 1, "request": 2})).unwrap();
    let later = Refusal::Later { why: "busy".to_owned(), after: Some(Duration::from_millis(1500)) };
    let events = [
        Event::Pod(&pod),
        Event::Looked { uid: "u", pod: Some(&pod) },
        Event::Looked { uid: "u", pod: None },
        Event::LookFailed { uid: "u" },
        Event::PodGone { uid: "u", last: None },
        Event::PodGone { uid: "u", last: Some(&pod) },
        Event::PodLeft { uid: "u" },
        Event::AllSeen,
        Event::NoMoreCome,
        Event::Unseen(&pod),
        Event::Unwatched { uid: "u" },
        Event::Opened(stream),
        Event::Refused(stream, Refusal::NothingThere("waiting".to_owned())),
        Event::Refused(stream, Refusal::NoSuchPod),
        Event::Refused(stream, Refusal::Never("forbidden".to_owned())),
        Event::Refused(stream, later),
        Event::Bytes(stream, b"2026-01-31T08:00:00Z \xe2\x82\xac\n"),
        Event::Bytes(stream, b"cut within a character: \xe2\x82"),
        Event::Closed(stream, Ending::Clean),
        Event::Closed(stream, Ending::Broken("reset".to_owned())),
        Event::Drained { since: Tick::from_millis(250) },
        Event::Tick,
    ];
    for event in &events {
        let recorded = Recorded { at: Tick::from_micros(1_234_567), what: Happened::from(event) };
        let again = read_again(&recorded);
        assert_eq!(again, recorded);
        assert_eq!(format!("{:?}", again.what.event().unwrap()), format!("{event:?}"));
    }
    let others = [Happened::Began(Options::default()), Happened::Released];
    for what in others {
        let recorded = Recorded { at: Tick::ZERO, what };
        assert_eq!(read_again(&recorded), recorded);
        assert!(recorded.what.event().is_none());
    }
}

#[test]
fn text_is_legible() {
    let stream: StreamId = serde_json::from_value(json!({"track": 0, "request": 1})).unwrap();
    let line = |bytes: &[u8]| {
        let what = Happened::from(&Event::Bytes(stream, bytes));
        serde_json::to_string(&Recorded { at: Tick::from_millis(20), what }).unwrap()
    };
    assert_eq!(line(b"hello\n"), r#"{"at":0.02,"bytes":{"stream":{"track":0,"request":1},"text":"hello\n"}}"#);
    assert_eq!(line(b"\xff\0"), r#"{"at":0.02,"bytes":{"stream":{"track":0,"request":1},"base64":"/wA="}}"#);
}

proptest! {
    /// Deadlines are compared with times: not a nanosecond may be lost, in ten days.
    #[test]
    fn times_are_exact(nanos in 0_u64..864_000_000_000_000) {
        let recorded = Recorded { at: Tick::from_nanos(nanos), what: Happened::Tick };
        prop_assert_eq!(read_again(&recorded), recorded);
    }
}
