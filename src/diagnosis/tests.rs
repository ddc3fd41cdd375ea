//! Each cause from a status as a kubelet, scheduler or runtime writes it, and the words that are made of it.
//!
//! Long because it is a table: one entry a cause.

use k8s_openapi::api::core::v1;
use serde_json::{Value, json};

use super::Outlook::{MayHeal, Stuck};
use super::*;
use crate::pod::Pod;

/// A pod on a cluster as a test describes it: the guide's, with other states.
struct Case {
    pod: Value,
    events: Vec<Value>,
    lines: LastLines,
}

impl Case {
    /// The guide's pod on a node, its two containers in those states.
    fn new(nginx: Value, sidecar: Value) -> Self {
        let mut statuses = [("nginx-container", nginx), ("sidecar-container", sidecar)].map(|(name, mut status)| {
            status["name"] = json!(name);
            status
        });
        let pod = json!({
            "metadata": { "name": "webserver", "namespace": "demo" },
            "spec": {
                "nodeName": "node-1",
                "containers": [
                    { "name": "nginx-container", "image": "nginx:latest" },
                    { "name": "sidecar-container", "image": "ubuntu:latest" },
                ],
            },
            "status": { "phase": "Pending", "containerStatuses": statuses.each_mut().map(Value::take) },
        });
        Self { pod, events: Vec::new(), lines: LastLines::default() }
    }

    fn set(mut self, pointer: &str, value: Value) -> Self {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        self.pod.pointer_mut(parent).unwrap()[key] = value;
        self
    }

    /// An event that many seconds after the pod was made.
    fn event(mut self, second: u32, reason: &str, message: &str) -> Self {
        self.events.push(json!({
            "reason": reason, "message": message, "count": 4, "lastTimestamp": format!("2026-01-02T03:04:{second:02}Z"),
            "involvedObject": {}, "metadata": {},
        }));
        self
    }

    fn event_of(self, container: &str, second: u32, reason: &str, message: &str) -> Self {
        let mut case = self.event(second, reason, message);
        let event = case.events.last_mut().unwrap();
        event["involvedObject"]["fieldPath"] = json!(format!("spec.containers{{{container}}}"));
        case
    }

    fn lines(mut self, container: &str, lines: &[&str]) -> Self {
        self.lines.insert(container, lines.iter().map(|line| (*line).to_owned()).collect());
        self
    }

    fn observe<T>(&self, look: impl Fn(&Observed<'_>) -> T) -> T {
        let pod: v1::Pod = serde_json::from_value(self.pod.clone()).unwrap();
        let typed: Vec<v1::Event> = serde_json::from_value(Value::Array(self.events.clone())).unwrap();
        let events: Vec<Event> = typed.iter().map(Event::from).collect();
        look(&Observed { pod: &Pod::from(&pod), events: &events, last_lines: &self.lines, flags: "-n demo" })
    }

    fn found(&self) -> Vec<(&'static str, Outlook)> {
        self.observe(findings).into_iter().map(|found| (found.diagnosis.code, found.outlook)).collect()
    }

    fn text(&self) -> String {
        self.observe(of_pod).iter().map(text).collect()
    }
}

/// The cause, what shows it, what to do: a line each.
fn text(found: &Diagnosis) -> String {
    let evidence = found.evidence.iter().map(|text| format!("  {text}\n"));
    let steps = found.next_steps.iter().map(|step| format!("  -> {step}\n"));
    format!("{}\n", found.cause) + &evidence.chain(steps).collect::<String>()
}

fn creating() -> Value {
    waiting("ContainerCreating", "")
}

fn running() -> Value {
    json!({ "ready": true, "state": { "running": { "startedAt": "2026-01-02T03:04:05Z" } } })
}

fn unready() -> Value {
    json!({ "ready": false, "state": { "running": { "startedAt": "2026-01-02T03:04:05Z" } } })
}

fn waiting(reason: &str, message: &str) -> Value {
    json!({ "state": { "waiting": { "reason": reason, "message": message } } })
}

fn end(code: i32, reason: &str, seconds: u32) -> Value {
    let finished = format!("2026-01-02T03:04:{:02}Z", 5 + seconds);
    json!({ "exitCode": code, "reason": reason, "startedAt": "2026-01-02T03:04:05Z", "finishedAt": finished })
}

/// A container in CrashLoopBackOff after a run that ended like that.
fn looping(restarts: u32, end: &Value) -> Value {
    let message = "back-off 20s restarting failed container=sidecar-container pod=webserver_demo(0a1b)";
    json!({
        "restartCount": restarts,
        "state": { "waiting": { "reason": "CrashLoopBackOff", "message": message } },
        "lastState": { "terminated": end },
    })
}

fn terminated(end: &Value) -> Value {
    json!({ "state": { "terminated": end } })
}

fn unscheduled(reason: &str, message: &str) -> Case {
    let condition = json!({ "type": "PodScheduled", "status": "False", "reason": reason, "message": message });
    let case = Case::new(creating(), creating()).set("/spec/nodeName", Value::Null);
    case.set("/status", json!({ "phase": "Pending", "conditions": [condition] }))
}

const NOT_FOUND: &str = "failed to pull and unpack image \"docker.io/library/nginx:latest\": failed to resolve \
                         reference \"docker.io/library/nginx:latest\": docker.io/library/nginx:latest: not found";

const NO_SLEP: &str = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start \
                       container process: exec: \"slep\": executable file not found in $PATH: unknown";

/// A name, a case, and what is found: codes and outlooks.
type Cases = Vec<(&'static str, Case, Vec<(&'static str, Outlook)>)>;

fn image_cases() -> Cases {
    vec![
        (
            "the image is not there",
            Case::new(waiting("ErrImagePull", NOT_FOUND), running()),
            vec![("ImageNotFound", Stuck)],
        ),
        (
            "the image is not there, an older kubelet backs off and says no more",
            Case::new(waiting("ImagePullBackOff", "Back-off pulling image \"nginx:latest\""), running()).event_of(
                "nginx-container",
                9,
                "Failed",
                &format!("Failed to pull image \"nginx:latest\": {NOT_FOUND}"),
            ),
            vec![("ImageNotFound", Stuck)],
        ),
        (
            "the image is not there now, and the registry could not be reached before",
            Case::new(waiting("ImagePullBackOff", "Back-off pulling image \"nginx:latest\""), running())
                .event_of("nginx-container", 5, "Failed", "Failed to pull image \"nginx:latest\": no such host")
                .event_of("nginx-container", 9, "Failed", "Failed to pull image \"nginx:latest\": not found"),
            vec![("ImageNotFound", Stuck)],
        ),
        (
            "the registry cannot be reached",
            Case::new(waiting("ErrImagePull", "dial tcp: lookup docker.io: no such host"), creating()),
            vec![("RegistryUnreachable", MayHeal)],
        ),
        (
            "the registry wants credentials",
            Case::new(
                waiting("ErrImagePull", "pull access denied, repository does not exist or may require authorization"),
                running(),
            ),
            vec![("ImagePullDenied", Stuck)],
        ),
    ]
}

fn ending_cases() -> Cases {
    let start_error = json!({ "exitCode": 128, "reason": "StartError", "message": NO_SLEP });
    vec![
        (
            "no command keeps the container running",
            Case::new(running(), looping(1, &end(0, "Completed", 0))),
            vec![("NothingKeepsItRunning", Stuck)],
        ),
        (
            "the command ends with 0 after a while",
            Case::new(running(), looping(4, &end(0, "Completed", 40)))
                .set("/spec/containers/1/command", json!(["sleep", "40"])),
            vec![("NothingKeepsItRunning", Stuck)],
        ),
        (
            "the first end with 0 may be all that is wanted",
            Case::new(running(), terminated(&end(0, "Completed", 3))),
            vec![],
        ),
        ("the first crash", Case::new(running(), terminated(&end(1, "Error", 3))), vec![("CrashLoop", MayHeal)]),
        (
            "a crash loop, with its last lines",
            Case::new(running(), looping(2, &end(1, "Error", 0)))
                .lines("sidecar-container", &["reading /etc/app.conf", "fatal: no such file"]),
            vec![("CrashLoop", Stuck)],
        ),
        (
            "the shell does not find the command",
            Case::new(running(), looping(1, &end(127, "Error", 0)))
                .lines("sidecar-container", &["sh: 1: slep: not found"]),
            vec![("CommandNotFound", Stuck)],
        ),
        (
            "the shell may not run the command",
            Case::new(running(), looping(1, &end(126, "Error", 0)))
                .lines("sidecar-container", &["sh: 1: /app/run: Permission denied"]),
            vec![("CommandNotExecutable", Stuck)],
        ),
        (
            "the runtime does not find the command",
            Case::new(running(), looping(1, &start_error)),
            vec![("CommandNotFound", Stuck)],
        ),
    ]
}

fn killing_cases() -> Cases {
    let out_of_memory = || Case::new(running(), looping(1, &end(137, "OOMKilled", 12)));
    let limits = json!({ "limits": { "memory": "64Mi" } });
    vec![
        ("out of memory", out_of_memory().set("/spec/containers/1/resources", limits), vec![("OutOfMemory", MayHeal)]),
        ("out of memory, without a limit", out_of_memory(), vec![("OutOfMemory", MayHeal)]),
        ("killed", Case::new(running(), looping(5, &end(137, "Error", 50))), vec![("EndedBySignal", Stuck)]),
        ("a bad pointer", Case::new(running(), looping(1, &end(139, "Error", 0))), vec![("EndedBySignal", MayHeal)]),
        (
            "aborted, nobody knows when, with a termination message",
            Case::new(running(), looping(1, &json!({ "exitCode": 134, "reason": "Error", "message": "no room left" }))),
            vec![("EndedBySignal", MayHeal)],
        ),
        (
            "an exit code that no signal gives",
            Case::new(running(), looping(1, &end(255, "Error", 0))),
            vec![("CrashLoop", MayHeal)],
        ),
        (
            "the node lost track of it",
            Case::new(
                running(),
                terminated(&json!({
                    "exitCode": 137, "reason": "ContainerStatusUnknown",
                    "message": "The container could not be located when the pod was terminated",
                })),
            ),
            vec![("ContainerStatusUnknown", MayHeal)],
        ),
        (
            "made for another processor",
            Case::new(running(), looping(1, &end(255, "Error", 0)))
                .lines("sidecar-container", &["exec /bin/sh: exec format error"]),
            vec![("ImageWrongPlatform", Stuck)],
        ),
        (
            "its liveness probe fails",
            Case::new(running(), looping(2, &end(137, "Error", 30)))
                .event_of(
                    "sidecar-container",
                    8,
                    "Unhealthy",
                    "Liveness probe failed: HTTP probe failed with statuscode: 500",
                )
                .event_of(
                    "sidecar-container",
                    8,
                    "Killing",
                    "Container sidecar-container failed liveness probe, will be restarted",
                ),
            vec![("ProbeRestarts", Stuck)],
        ),
    ]
}

const LIVENESS: &str = "Container startup-check failed liveness probe";

/// The kubelet ends the pod as a whole where nothing of it is left to run, and does not say why.
fn ended_with_its_pod(unhealthy: &str) -> Case {
    let case = Case::new(running(), terminated(&end(137, "Error", 30)));
    let case = case.event_of("sidecar-container", 33, "Unhealthy", unhealthy);
    case.event_of("sidecar-container", 34, "Killing", "Stopping container sidecar-container")
}

fn probe_cases() -> Cases {
    let kill = |case: Case, second, message: &str| case.event_of("sidecar-container", second, "Killing", message);
    vec![
        (
            "its liveness probe failed, and nobody restarts it",
            kill(Case::new(running(), terminated(&end(137, "Error", 30))), 34, LIVENESS)
                .event_of("sidecar-container", 33, "Unhealthy", "Liveness probe failed: exit status 1")
                .event_of("sidecar-container", 34, "Unhealthy", "Readiness probe failed: exit status 2"),
            vec![("ProbeKilled", MayHeal)],
        ),
        (
            "the only container is ended because its liveness probe failed",
            ended_with_its_pod("Liveness probe failed: exit status 1"),
            vec![("ProbeKilled", MayHeal)],
        ),
        (
            "the only container is ended, and was not ready",
            ended_with_its_pod("Readiness probe failed: exit status 1"),
            vec![("EndedBySignal", MayHeal)],
        ),
        (
            "a native sidecar's startup probe fails",
            kill(
                Case::new(running(), looping(2, &end(143, "Error", 30))),
                34,
                "Init container startup-check failed startup probe",
            ),
            vec![("ProbeRestarts", Stuck)],
        ),
        (
            "an earlier run was killed for its probe, and this one ended by itself",
            kill(Case::new(running(), looping(2, &end(1, "Error", 30))), 4, &format!("{LIVENESS}, will be restarted")),
            vec![("CrashLoop", Stuck)],
        ),
        (
            "an earlier run was killed for its probe, and this one too: the kubelet drops events when there are many",
            kill(Case::new(running(), looping(9, &end(137, "Error", 30))), 4, LIVENESS),
            vec![("ProbeRestarts", Stuck)],
        ),
        (
            "the newest event decides",
            kill(
                Case::new(running(), looping(2, &end(137, "Error", 30))).event_of(
                    "sidecar-container",
                    6,
                    "FailedPostStartHook",
                    "PostStartHook failed",
                ),
                34,
                LIVENESS,
            ),
            vec![("ProbeRestarts", Stuck)],
        ),
    ]
}

fn readiness_cases() -> Cases {
    vec![
        (
            "its postStart hook fails",
            Case::new(running(), looping(1, &end(137, "Error", 0))).event_of(
                "sidecar-container",
                8,
                "FailedPostStartHook",
                "PostStartHook failed",
            ),
            vec![("PostStartHookFailed", MayHeal)],
        ),
        (
            "its readiness probe fails",
            Case::new(running(), unready()).event_of(
                "sidecar-container",
                9,
                "Unhealthy",
                "Readiness probe failed: dial tcp 10.0.0.7:80: connect: connection refused",
            ),
            vec![("NotReady", MayHeal)],
        ),
        (
            "its probes fail in too many ways for an event each",
            Case::new(running(), unready()).event_of(
                "sidecar-container",
                9,
                "Unhealthy",
                "(combined from similar events): Readiness probe failed: timeout",
            ),
            vec![("NotReady", MayHeal)],
        ),
        ("it is young", Case::new(running(), unready()), vec![]),
        (
            "it is young, and the run before it was not ready",
            Case::new(running(), unready()).event_of("sidecar-container", 4, "Unhealthy", "Readiness probe failed: no"),
            vec![],
        ),
        (
            "a ConfigMap for its environment is missing",
            Case::new(running(), waiting("CreateContainerConfigError", "configmap \"app\" not found")),
            vec![("ConfigMapNotFound", Stuck)],
        ),
        (
            "a key for its environment is missing",
            Case::new(running(), waiting("CreateContainerConfigError", "couldn't find key url in Secret demo/app")),
            vec![("ConfigKeyNotFound", Stuck)],
        ),
        (
            "it may not run as root",
            Case::new(
                waiting("CreateContainerConfigError", "container has runAsNonRoot and image will run as root (pod: …)"),
                running(),
            ),
            vec![("RunsAsRoot", Stuck)],
        ),
    ]
}

fn setup_cases() -> Cases {
    let mount = |object: &str| format!("MountVolume.SetUp failed for volume \"cfg\" : {object} not found");
    vec![
        (
            "a volume's secret is missing",
            Case::new(creating(), creating()).event(5, "FailedMount", &mount("secret \"tls\"")),
            vec![("SecretNotFound", Stuck)],
        ),
        (
            "a volume's key is missing",
            Case::new(creating(), creating()).event(
                5,
                "FailedMount",
                "MountVolume.SetUp failed for volume \"cfg\" : configmap references non-existent config key: k",
            ),
            vec![("VolumeMountFailed", Stuck)],
        ),
        (
            "hardly any memory is allowed",
            Case::new(creating(), creating()).event(
                5,
                "FailedCreatePodSandBox",
                "Failed to create pod sandbox: rpc error: container init was OOM-killed (memory limit too low?): unknown",
            ),
            vec![("MemoryLimitTooLow", Stuck)],
        ),
        (
            "a volume was missing, and came",
            Case::new(creating(), creating()).event(5, "FailedMount", &mount("secret \"tls\"")).event_of(
                "nginx-container",
                6,
                "Pulling",
                "Pulling image \"nginx:latest\"",
            ),
            vec![],
        ),
        (
            "a volume is on another node",
            Case::new(creating(), creating()).event(
                5,
                "FailedAttachVolume",
                "Multi-Attach error for volume \"pvc-0a\" Volume is already used by pod(s) other",
            ),
            vec![("VolumeMountFailed", MayHeal)],
        ),
        (
            "no network",
            Case::new(creating(), creating()).event(
                5,
                "FailedCreatePodSandBox",
                "Failed to create pod sandbox: plugin type=\"bridge\" failed (add): no addresses left",
            ),
            vec![("SandboxFailed", MayHeal)],
        ),
    ]
}

fn pod_cases() -> Cases {
    let init = json!([{ "name": "setup", "image": "busybox" }]);
    let mut init_status = looping(3, &end(1, "Error", 0));
    init_status["name"] = json!("setup");
    vec![
        (
            "no node has room",
            unscheduled(
                "Unschedulable",
                "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available.",
            ),
            vec![("Unschedulable", MayHeal)],
        ),
        (
            "the claim is missing",
            unscheduled("Unschedulable", "0/1 nodes are available: persistentvolumeclaim \"data\" not found."),
            vec![("ClaimNotFound", Stuck)],
        ),
        (
            "an init container fails",
            Case::new(waiting("PodInitializing", ""), waiting("PodInitializing", ""))
                .set("/spec/initContainers", init)
                .set("/status/initContainerStatuses", json!([init_status])),
            vec![("CrashLoop", Stuck)],
        ),
        (
            "evicted",
            Case::new(terminated(&end(137, "Error", 9)), terminated(&end(137, "Error", 9)))
                .set("/status/phase", json!("Failed"))
                .set("/status/reason", json!("Evicted"))
                .set("/status/message", json!("The node was low on resource: memory.")),
            vec![("Evicted", Stuck)],
        ),
        (
            "refused by a node that is not told",
            Case::new(creating(), creating())
                .set("/spec/nodeName", Value::Null)
                .set("/status/phase", json!("Failed"))
                .set("/status/reason", json!("OutOfcpu")),
            vec![("PodFailed", Stuck)],
        ),
        (
            "what cannot heal comes first",
            Case::new(
                waiting("ErrImagePull", "dial tcp: lookup docker.io: no such host"),
                waiting("InvalidImageName", "couldn't parse image name \"Ubuntu\": repository name must be lowercase"),
            ),
            vec![("InvalidImageName", Stuck), ("RegistryUnreachable", MayHeal)],
        ),
        ("all is well", Case::new(running(), running()), vec![]),
        (
            "it is being deleted",
            Case::new(running(), looping(3, &end(1, "Error", 0)))
                .set("/metadata/deletionTimestamp", json!("2026-01-02T03:04:05Z")),
            vec![],
        ),
    ]
}

#[test]
fn each_cause_is_found_and_told() {
    let mut told = String::new();
    let groups = [image_cases, ending_cases, killing_cases, probe_cases, readiness_cases, setup_cases, pod_cases];
    for (name, case, expected) in groups.into_iter().flat_map(|cases| cases()) {
        assert_eq!(case.found(), expected, "{name}");
        if !expected.is_empty() {
            told.extend(["## ", name, "\n", &case.text(), "\n"]);
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn lines_are_wanted_of_those_that_ended_badly() {
    let case = Case::new(looping(1, &end(0, "Completed", 0)), looping(1, &end(1, "Error", 0)));
    let wanted = case
        .observe(|observed| wanting_lines(observed.pod).map(|container| container.name.clone()).collect::<Vec<_>>());
    assert_eq!(wanted, ["sidecar-container"]);
}

#[test]
fn a_pod_says_what_it_is_at() {
    let words = |case: Case| {
        let stages = case.observe(stages);
        stages.into_iter().map(|stage| stage.words).collect::<Vec<_>>()
    };
    let pulling = |case: Case| case.event_of("nginx-container", 5, "Pulling", "Pulling image \"nginx:latest\"");
    assert_eq!(words(unscheduled("", "")), ["waiting for a node"]);
    assert_eq!(words(Case::new(creating(), creating())), ["being created", "being created"]);
    assert_eq!(words(pulling(Case::new(creating(), running()))), ["pulling image nginx:latest", "ready"]);
    let pulled = pulling(Case::new(creating(), unready())).event_of("nginx-container", 5, "Pulled", "");
    assert_eq!(words(pulled), ["being created", "running, not ready yet"]);
    let init = Case::new(waiting("PodInitializing", ""), looping(1, &end(3, "Error", 1)))
        .set("/spec/initContainers", json!([{ "name": "setup" }]))
        .set("/status/initContainerStatuses", json!([{ "name": "setup", "state": { "running": {} } }]));
    let expected =
        ["running", "waiting for init container setup", "ended with exit code 3, waiting to be started again"];
    assert_eq!(words(init), expected);
}

#[test]
fn out_of_time_it_says_what_it_is_at() {
    let case = Case::new(creating(), running()).event_of("nginx-container", 5, "Pulling", "");
    insta::assert_snapshot!(text(&case.observe(timed_out)), @r"
    the pod is not ready yet, though nothing is known to be wrong
      nginx-container: pulling image nginx:latest
      sidecar-container: ready
      -> go on waiting: kubectl wait --for=condition=Ready pod/webserver -n demo
      -> see what happened so far: kubectl describe pod webserver -n demo
    ");
}

/// Out of time just when it runs again, nothing would be wrong; but something was.
#[test]
fn what_ended_and_runs_again_is_told() {
    let again = json!({
        "ready": true, "restartCount": 2, "state": { "running": { "startedAt": "2026-01-02T03:05:05Z" } },
        "lastState": { "terminated": end(1, "Error", 1) },
    });
    let case = Case::new(again, running()).lines("nginx-container", &["no such host: db"]);
    assert!(case.found().is_empty());
    let told: String = case.observe(ended_before).iter().map(text).collect();
    insta::assert_snapshot!(told, @r"
    container nginx-container ended with exit code 1 right after it started, for the second time; it runs again now
      last exit: code 1 (Error), right after it started
      log: no such host: db
      -> look for the reason in its log: kubectl logs webserver -c nginx-container --previous -n demo
    ");
    insta::assert_snapshot!(text(&case.observe(timed_out)), @r"
    the pod runs, and nothing is known to be wrong with it yet
      nginx-container: ready
      sidecar-container: ready
      -> go on waiting: kubectl wait --for=condition=Ready pod/webserver -n demo
      -> see what happened so far: kubectl describe pod webserver -n demo
    ");
    assert!(Case::new(running(), running()).observe(ended_before).is_empty());
}

#[test]
fn very_long_messages_are_cut() {
    let case = Case::new(waiting("ErrImagePull", &"x".repeat(100_000)), running());
    assert!(case.text().len() < 1_500);
}

proptest::proptest! {
    /// Messages come from many hands; whatever they hold, something is said.
    #[test]
    fn no_message_is_too_strange(reason in REASONS, message in MESSAGES, event in EVENTS) {
        let waiting = Case::new(waiting(&reason, &message), running()).event(5, &event, &message);
        let unscheduled = unscheduled("Unschedulable", &message);
        for case in [waiting, unscheduled] {
            case.text();
            case.observe(timed_out);
            after_refusal(&message, "", "");
        }
    }
}

const REASONS: &str = "|ContainerCreating|ErrImagePull|CreateContainerConfigError|RunContainerError|[A-Za-z]{3}";
const EVENTS: &str = "FailedMount|FailedCreatePodSandBox|Unhealthy|[A-Za-z]{3}";
const MESSAGES: &str = "(configmap \"|secret \"|volume \"|not found|nodes are available: |exec: \"|untolerated taint|\\{|: |\\. |, \
                        |1 |node\\(s\\) |exceeded quota: |violates PodSecurity \"|persistentvolumeclaim \"|\"|é|.){0,12}";
