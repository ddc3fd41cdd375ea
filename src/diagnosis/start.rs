//! Why a container whose image is there cannot be started.

use super::finding::{Finding, Outlook, called, finding};
use super::observed::Observed;
use super::words::quoted_after;
use crate::pod::Container;

/// `CreateContainerConfigError`: something the container's environment is made of is missing.
pub(super) fn config_error(observed: &Observed<'_>, container: &Container, message: &str) -> Finding {
    let name = called(container);
    let found = if let Some(missing) = Missing::read(message) {
        let cause = format!("{name} cannot start: it takes its environment from the {missing}, which does not exist");
        finding(missing.code(), Outlook::Stuck, cause).next(missing.next_step(observed))
    } else if message.contains("couldn't find key") {
        let cause = format!("{name} cannot start: it takes a variable from a key that does not exist");
        finding("ConfigKeyNotFound", Outlook::Stuck, cause)
            .next("add the key, or correct its name under env in the manifest: the container then starts by itself")
    } else if message.contains("runAsNonRoot") {
        let cause = format!("{name} may not run as root (runAsNonRoot), and its image would");
        finding("RunsAsRoot", Outlook::Stuck, cause)
            .next("set securityContext.runAsUser to a number other than 0, or take an image that does not need root")
    } else {
        let cause = format!("{name} cannot start: its configuration does not work on this node");
        finding("ContainerConfigInvalid", Outlook::Stuck, cause).next(describe(observed))
    };
    found.of(container).state("CreateContainerConfigError", message)
}

/// A ConfigMap or Secret that does not exist.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing<'a> {
    resource: &'static str,
    name: &'a str,
}

impl<'a> Missing<'a> {
    /// Reads `configmap "x" not found`, which may stand anywhere in the message.
    pub(super) fn read(message: &'a str) -> Option<Self> {
        ["configmap", "secret"].into_iter().find_map(|resource| {
            let (_, rest) = message.split_once(&format!("{resource} \""))?;
            let (name, rest) = rest.split_once('"')?;
            rest.trim_start().starts_with("not found").then_some(Self { resource, name })
        })
    }

    pub(super) fn code(&self) -> &'static str {
        if self.resource == "secret" { "SecretNotFound" } else { "ConfigMapNotFound" }
    }

    pub(super) fn next_step(&self, observed: &Observed<'_>) -> String {
        let create = if self.resource == "secret" { "create secret generic" } else { "create configmap" };
        let command = observed.kubectl(&format!("{create} {} --from-literal=KEY=VALUE", self.name));
        format!("create it, and the container starts by itself: {command}")
    }
}

impl std::fmt::Display for Missing<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {}", if self.resource == "secret" { "Secret" } else { "ConfigMap" }, self.name)
    }
}

/// The container runtime refused to create or start the container, for the reason it gave.
pub(super) fn start_error(observed: &Observed<'_>, container: &Container, reason: &str, message: &str) -> Finding {
    let name = called(container);
    let found = match Refusal::read(message) {
        Refusal::CommandNotFound(command) => command_not_found(container, command),
        Refusal::NotExecutable(command) => command_not_executable(container, command),
        Refusal::WrongPlatform => wrong_platform(observed, container),
        Refusal::NoCommand => {
            let cause = format!("{name} has no command, and its image {} has no default one", container.image);
            finding("NoCommand", Outlook::Stuck, cause).next("give it a command in the manifest")
        }
        Refusal::MountConflict => {
            let cause = format!("{name} mounts a directory where its image has a file, or the other way round");
            finding("MountConflict", Outlook::Stuck, cause)
                .next("mount it at another path, or mount the single file with subPath")
        }
        Refusal::Other => {
            let cause = format!("the node could not start {name}");
            finding("ContainerStartFailed", Outlook::MayHeal, cause).next(describe(observed))
        }
    };
    found.of(container).state(reason, message)
}

/// The command is not in the image.
pub(super) fn command_not_found(container: &Container, command: Option<&str>) -> Finding {
    let what = which(command);
    let cause = format!("{} cannot run: {what} is not in the image {}", called(container), container.image);
    finding("CommandNotFound", Outlook::Stuck, cause)
        .next("check the command for typos, or take an image that has it: small ones lack even sh, bash or curl")
}

/// The command is in the image, and cannot be executed: exit code 126, as shells have it.
pub(super) fn command_not_executable(container: &Container, command: Option<&str>) -> Finding {
    let cause = format!("{} cannot run: {} is not executable", called(container), which(command));
    finding("CommandNotExecutable", Outlook::Stuck, cause)
        .next("correct the command in the manifest, or make the file executable in the image")
}

/// Which command it is. Where an exit code is all that is known, a script may have called another one.
fn which(command: Option<&str>) -> String {
    match command {
        Some(command) => format!("its command {command:?}"),
        None => "its command, or one that its script calls,".to_owned(),
    }
}

/// The image is made for another processor.
pub(super) fn wrong_platform(observed: &Observed<'_>, container: &Container) -> Finding {
    let cause = format!("the image {} of {} is made for another processor", container.image, called(container));
    let nodes = observed.kubectl("get nodes -L kubernetes.io/arch");
    finding("ImageWrongPlatform", Outlook::Stuck, cause)
        .next(format!("take an image that is made for the node's processor too: {nodes}"))
}

fn describe(observed: &Observed<'_>) -> String {
    observed.kubectl(&format!("describe pod {}", observed.pod.name))
}

/// What the container runtime did not like (`runc`, `crun`, containerd).
#[derive(Debug, PartialEq, Eq)]
enum Refusal<'a> {
    CommandNotFound(Option<&'a str>),
    NotExecutable(Option<&'a str>),
    WrongPlatform,
    NoCommand,
    MountConflict,
    Other,
}

impl<'a> Refusal<'a> {
    fn read(message: &'a str) -> Self {
        let says = |words: &str| message.contains(words);
        if says("Are you trying to mount a directory onto a file") || says("error mounting") && says("not a directory")
        {
            Self::MountConflict
        } else if says("exec format error") {
            Self::WrongPlatform
        } else if says("no command specified") {
            Self::NoCommand
        } else if says("exec: ") && says("permission denied") {
            Self::NotExecutable(quoted_after(message, "exec: \""))
        } else if says("executable file not found") || says("exec: ") && says("no such file or directory") {
            Self::CommandNotFound(quoted_after(message, "exec: \""))
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_missing() {
        let read = |message| Missing::read(message).map(|missing| (missing.resource, missing.name));
        assert_eq!(read(r#"configmap "app" not found"#), Some(("configmap", "app")));
        let mount = r#"MountVolume.SetUp failed for volume "tls" : secret "cert" not found"#;
        assert_eq!(read(mount), Some(("secret", "cert")));
        assert_eq!(read(r#"configmap "app" is too large"#), None);
        assert_eq!(read(r#"configmap "app"#), None);
    }

    #[test]
    fn reads_what_runtimes_say() {
        let table = [
            (
                "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create \
                 failed: unable to start container process: exec: \"slep\": executable file not found in $PATH: unknown",
                Refusal::CommandNotFound(Some("slep")),
            ),
            (
                "runc create failed: unable to start container process: exec: \"/bin/nope\": stat /bin/nope: no such file \
                 or directory: unknown",
                Refusal::CommandNotFound(Some("/bin/nope")),
            ),
            (
                "runc create failed: unable to start container process: exec: \"/etc/passwd\": permission denied: unknown",
                Refusal::NotExecutable(Some("/etc/passwd")),
            ),
            ("exec /usr/bin/app: exec format error", Refusal::WrongPlatform),
            (
                "failed to generate container \"0a\" spec: failed to generate spec: no command specified",
                Refusal::NoCommand,
            ),
            (
                "error mounting \"/var/lib/x\" to rootfs at \"/etc/nginx/nginx.conf\": mount: not a directory: unknown: Are \
                 you trying to mount a directory onto a file (or vice-versa)?",
                Refusal::MountConflict,
            ),
            ("failed to reserve container name \"web_0\": name is reserved for \"0a\"", Refusal::Other),
        ];
        for (message, refusal) in table {
            assert_eq!(Refusal::read(message), refusal, "{message}");
        }
    }
}
