//! The words for containers.

use serde_json::Value;

use super::{Comment, Words, above, beside};
use crate::scaffold::LOOP;

pub(super) const WORDS: Words = &[
    ("containers", "name", CONTAINER_NAME),
    ("initContainers", "name", CONTAINER_NAME),
    ("containers", "image", IMAGE),
    ("initContainers", "image", IMAGE),
    ("*", "imagePullPolicy", "When the image is fetched: Always, IfNotPresent (not yet on the node) or Never."),
    (
        "initContainers",
        "restartPolicy",
        "This makes it a sidecar: it starts before the app, and runs as long as the app does.",
    ),
    ("*", "workingDir", "The directory it starts in."),
    ("*", "envFrom", "Environment variables, one for each key of what is named here."),
    ("envFrom", "configMapRef", "The keys of a ConfigMap."),
    ("envFrom", "secretRef", "The keys of a Secret."),
    ("envFrom", "prefix", "What the variables' names begin with."),
    ("configMapRef", "name", "The ConfigMap. It must be there before the Pod."),
    ("secretRef", "name", "The Secret. It must be there before the Pod."),
    ("*", "env", "Environment variables."),
    ("env", "name", "The variable's name."),
    ("env", "value", "Its value, always a string: numbers stand in quotes."),
    ("env", "valueFrom", "Where its value comes from."),
    ("valueFrom", "fieldRef", "A field of the Pod itself."),
    ("fieldRef", "fieldPath", "Which field."),
    ("valueFrom", "secretKeyRef", "A key of a Secret."),
    ("valueFrom", "configMapKeyRef", "A key of a ConfigMap."),
    ("*", "key", "The key."),
    ("*", "optional", "Whether it may be missing."),
    ("*", "ports", "The ports on which it listens. This opens nothing: it tells people, and Services by name."),
    ("ports", "name", "A Service can mean the port by this name."),
    ("ports", "containerPort", "The number of the port."),
    ("ports", "protocol", "TCP, unless it says another."),
    ("*", "resources", "What it needs of the node."),
    ("resources", "requests", "The Pod gets a node that has this much to spare."),
    ("resources", "limits", "More than this it does not get: CPU is withheld, for too much memory it is killed."),
    ("requests", "cpu", CPU),
    ("limits", "cpu", CPU),
    ("requests", "memory", MEMORY),
    ("limits", "memory", MEMORY),
    ("requests", "*", "So much of that."),
    ("limits", "*", "So much of that."),
    ("volumeMounts", "mountPath", "The path INSIDE this container where the volume appears."),
    ("volumeMounts", "subPath", "Only this directory of the volume appears there."),
    ("volumeMounts", "readOnly", "true: this container can only read what is there."),
];

/// What presets set as well.
pub(super) const SECURITY_AND_PROBES: Words = &[
    ("*", "securityContext", "What it is allowed to do."),
    ("securityContext", "runAsUser", "The user it runs as, by number."),
    ("securityContext", "runAsGroup", "The group it runs as, by number."),
    ("securityContext", "runAsNonRoot", "true: it is not started if it would run as root."),
    ("securityContext", "readOnlyRootFilesystem", "true: it can write into volumes only."),
    ("securityContext", "allowPrivilegeEscalation", "false: no program in it gets more rights than it began with."),
    ("securityContext", "capabilities", "Single rights of root."),
    ("capabilities", "drop", "Those it does without."),
    ("capabilities", "add", "Those it gets."),
    ("securityContext", "seccompProfile", "Which calls to the kernel it may make."),
    ("seccompProfile", "type", "RuntimeDefault: those that containers usually need."),
    ("*", "startupProbe", "How the node knows that it has started."),
    ("*", "readinessProbe", "How the node knows that it is ready. A Service leads only to ready Pods."),
    ("*", "livenessProbe", "How the node knows that it is alive. Otherwise it is started again."),
    ("*", "httpGet", "By an HTTP request."),
    ("*", "tcpSocket", "By a connection."),
    ("*", "exec", "By running a command in it."),
    ("httpGet", "path", "The path that is asked for."),
    ("*", "port", "The port, by number or name."),
    ("*", "initialDelaySeconds", "How long after its start this begins."),
    ("*", "periodSeconds", "How often."),
    ("*", "timeoutSeconds", "How long an answer may take."),
    ("*", "failureThreshold", "How often it may fail in a row."),
    ("*", "lifecycle", "What is done when it starts or ends."),
    ("lifecycle", "preStop", "Before it is ended."),
    ("lifecycle", "postStart", "After it was started."),
];

const CONTAINER_NAME: &str = "Unique in the Pod. kubectl logs and exec take it after -c.";
const IMAGE: &str = "What it runs. Where no registry is named, it comes from Docker Hub.";
const CPU: &str = "In CPUs: 500m is half of one.";
const MEMORY: &str = "In bytes: 128Mi is 128 times 1024 times 1024.";

/// The words that depend on more than the keys.
pub(super) fn of_field(parent: &str, key: &str, value: &Value) -> Option<Comment> {
    Some(match (parent, key) {
        ("spec", "containers") => {
            above(&["'containers' is a list of all the containers that will run in this Pod.", "They start together."])
        }
        ("spec", "initContainers") => above(&[
            "'initContainers' start before the others, one after the other. One with 'restartPolicy: Always'",
            "does not have to end first: it is a native sidecar, and goes on running beside the app.",
        ]),
        ("containers" | "initContainers", "volumeMounts") => above(&[
            "This 'volumeMounts' block is inside the container's definition.",
            "It tells this container how to USE a volume declared above.",
        ]),
        (_, "command") => beside(if is_shell(value) && parent != "exec" {
            "Replaces the image's own command: a shell, which runs the words of 'args'."
        } else {
            "Replaces the image's own command (its ENTRYPOINT): the program and the words it gets."
        }),
        (_, "args") if value.get(0).is_some_and(|word| word == LOOP) => above(&[
            "A loop that reads the log files every 30 seconds. Without a command that keeps",
            "running, the container would end as soon as it has started.",
        ]),
        (_, "args") => {
            above(&["The words that the command gets; without 'command', that of the image (in place of its CMD)."])
        }
        _ => return None,
    })
}

/// `["/bin/sh", "-c"]`: what follows in `args` is a script.
fn is_shell(command: &Value) -> bool {
    let words: Vec<&str> = command.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    matches!(words.as_slice(), [program, "-c"] if program.ends_with("sh"))
}
