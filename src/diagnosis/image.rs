//! Why an image cannot be had.
//!
//! The kubelet passes on what the container runtime said, in words of the runtime and of the registry: there is
//! no code to go by. The words looked for are those of containerd, CRI-O, Docker Hub, GHCR, Quay and Harbor.

use super::finding::{Finding, Outlook, called, finding};
use super::observed::Observed;
use crate::pod::Container;

/// Why the image of that container, which waits for that reason, cannot be had.
pub(super) fn finding_of(observed: &Observed<'_>, container: &Container, reason: &str, message: &str) -> Finding {
    let told = explanation(observed, container, message);
    let trouble = match reason {
        "InvalidImageName" => Trouble::InvalidName,
        "ErrImageNeverPull" => Trouble::NeverPulled,
        "RegistryUnavailable" => Trouble::Unreachable,
        _ => Trouble::read(told),
    };
    let cause = format!("{} cannot start: {}", called(container), trouble.cause(&container.image));
    let found = finding(trouble.code(), trouble.outlook(), cause).of(container).state(reason, told);
    trouble.next_steps(observed, container).into_iter().fold(found, Finding::next)
}

/// Before Kubernetes 1.31 a container that backs off says so and nothing more: the pull's own words are in an event.
fn explanation<'a>(observed: &Observed<'a>, container: &'a Container, message: &'a str) -> &'a str {
    let is_bare = message.starts_with("Back-off pulling image") && !message.contains(": ");
    let pull_failed = |event: &&super::Event| event.reason == "Failed" && event.message.starts_with("Failed to pull");
    let newest = || observed.events_of(container).filter(pull_failed).max_by_key(|event| event.last_seen);
    let of_event = || newest().map(|event| event.message.as_str());
    if is_bare { of_event().unwrap_or(message) } else { message }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    NotFound,
    Denied,
    RateLimited,
    Unreachable,
    WrongPlatform,
    NodeDiskFull,
    InvalidName,
    NeverPulled,
    Other,
}

/// What is said of each trouble, the first that fits: a refusal often says "not found" on the way.
const SIGNS: [(Trouble, &[&str]); 6] = [
    (Trouble::RateLimited, &["toomanyrequests", "too many requests", "rate limit"]),
    (
        Trouble::Unreachable,
        &[
            "no such host",
            "i/o timeout",
            "connection refused",
            "connection reset",
            "network is unreachable",
            "no route to host",
            "server misbehaving",
            "tls handshake",
            "x509:",
            "http response to https client",
            "context deadline exceeded",
            "service unavailable",
            "bad gateway",
        ],
    ),
    (Trouble::NodeDiskFull, &["no space left on device"]),
    (Trouble::WrongPlatform, &["no match for platform", "no matching manifest for", "no image found in manifest list"]),
    (
        Trouble::Denied,
        &[
            "denied",
            "unauthorized",
            "authorization failed",
            "authentication required",
            "403 forbidden",
            "no basic auth",
        ],
    ),
    (Trouble::NotFound, &["not found", "manifest unknown", "manifest_unknown", "name unknown", "name_unknown"]),
];

impl Trouble {
    fn read(message: &str) -> Self {
        let message = message.to_lowercase();
        let fits = |signs: &[&str]| signs.iter().any(|sign| message.contains(sign));
        SIGNS.iter().find(|(_, signs)| fits(signs)).map_or(Self::Other, |(trouble, _)| *trouble)
    }

    fn code(self) -> &'static str {
        match self {
            Self::NotFound => "ImageNotFound",
            Self::Denied => "ImagePullDenied",
            Self::RateLimited => "RegistryRateLimited",
            Self::Unreachable => "RegistryUnreachable",
            Self::WrongPlatform => "ImageWrongPlatform",
            Self::NodeDiskFull => "NodeDiskFull",
            Self::InvalidName => "InvalidImageName",
            Self::NeverPulled => "ImageNeverPulled",
            Self::Other => "ImagePullFailed",
        }
    }

    /// A registry that cannot be reached now may be reached later; an image it does not have stays away.
    fn outlook(self) -> Outlook {
        match self {
            Self::RateLimited | Self::Unreachable | Self::NodeDiskFull | Self::Other => Outlook::MayHeal,
            Self::NotFound | Self::Denied | Self::WrongPlatform | Self::InvalidName | Self::NeverPulled => {
                Outlook::Stuck
            }
        }
    }

    fn cause(self, image: &str) -> String {
        let registry = registry_of(image);
        match self {
            Self::NotFound => format!("the registry {registry} has no image {image}"),
            Self::Denied => format!(
                "the registry {registry} denies access to the image {image}: it does not exist, or is private and needs \
                 credentials"
            ),
            Self::RateLimited => format!("the registry {registry} refuses more pulls for a while"),
            Self::Unreachable => {
                format!("the node cannot reach or does not trust the registry {registry} to pull the image {image}")
            }
            Self::WrongPlatform => format!("the image {image} is not made for the node's processor or system"),
            Self::NodeDiskFull => format!("the node's disk is full, and the image {image} does not fit"),
            Self::InvalidName => format!("{image:?} is not a valid image name"),
            Self::NeverPulled => {
                format!("the image {image} is not on the node, and imagePullPolicy: Never forbids pulling it")
            }
            Self::Other => format!("the image {image} cannot be pulled"),
        }
    }

    fn next_steps(self, observed: &Observed<'_>, container: &Container) -> Vec<String> {
        let pod = &observed.pod.name;
        let set_image = observed.kubectl(&format!("set image pod/{pod} {}=IMAGE:TAG", container.name));
        let by_itself = "wait: the kubelet tries again by itself".to_owned();
        match self {
            Self::NotFound | Self::InvalidName | Self::WrongPlatform => {
                vec!["check the image's name and tag for typos".to_owned(), format!("then fix it: {set_image}")]
            }
            Self::Denied => vec![
                format!("if the name is wrong, fix it: {set_image}"),
                format!(
                    "if the image is private, create a secret with your credentials and name it in spec.imagePullSecrets: {}",
                    observed.kubectl(&format!(
                        "create secret docker-registry NAME --docker-server={} --docker-username=USER \
                         --docker-password=PASSWORD",
                        registry_of(&container.image)
                    ))
                ),
            ],
            Self::RateLimited => vec![
                by_itself,
                "or pull with credentials, or from a mirror: the limit is for all who come from the node's address"
                    .to_owned(),
            ],
            Self::Unreachable => vec![
                by_itself,
                "if it lasts, look from the node: name resolution, proxy, firewall, certificates".to_owned(),
            ],
            Self::NodeDiskFull => {
                vec![by_itself, "the kubelet removes unused images and ended containers, if there are any".to_owned()]
            }
            Self::NeverPulled => vec!["load the image onto the node, or set imagePullPolicy: IfNotPresent".to_owned()],
            Self::Other => vec![by_itself, observed.kubectl(&format!("describe pod {pod}"))],
        }
    }
}

/// The registry an image comes from: what stands before the first `/`, if it can be a host, else Docker Hub
/// (`github.com/distribution/reference`, `splitDockerDomain`).
fn registry_of(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_runtimes_and_registries_say() {
        let table = [
            (
                "rpc error: code = NotFound desc = failed to pull and unpack image \"docker.io/library/nginx:nope\": failed \
                 to resolve reference \"docker.io/library/nginx:nope\": docker.io/library/nginx:nope: not found",
                Trouble::NotFound,
            ),
            (
                "failed to pull and unpack image \"docker.io/library/ngnix:latest\": failed to resolve reference \
                 \"docker.io/library/ngnix:latest\": pull access denied, repository does not exist or may require \
                 authorization: server message: insufficient_scope: authorization failed",
                Trouble::Denied,
            ),
            (
                "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to \
                 https://ghcr.io/token?scope=repository%3Aa%2Fb%3Apull: 403 Forbidden",
                Trouble::Denied,
            ),
            ("unauthorized: access to the requested resource is not authorized", Trouble::Denied),
            ("reading manifest latest in quay.io/a/b: manifest unknown", Trouble::NotFound),
            (
                "failed to do request: Head \"https://registry.example/v2/a/manifests/b\": dial tcp: lookup \
                 registry.example on 10.96.0.10:53: no such host",
                Trouble::Unreachable,
            ),
            ("Head \"https://10.0.0.1/v2/\": x509: certificate signed by unknown authority", Trouble::Unreachable),
            (
                "unexpected status from HEAD request: 429 Too Many Requests - Server message: toomanyrequests: You have \
                 reached your unauthenticated pull rate limit.",
                Trouble::RateLimited,
            ),
            ("no match for platform in manifest: not found", Trouble::WrongPlatform),
            ("write /var/lib/containerd/x: no space left on device", Trouble::NodeDiskFull),
            ("something nobody has seen", Trouble::Other),
        ];
        for (message, trouble) in table {
            assert_eq!(Trouble::read(message), trouble, "{message}");
        }
    }

    #[test]
    fn the_registry_is_what_can_be_a_host() {
        for (image, registry) in [
            ("nginx", "docker.io"),
            ("team/nginx:1", "docker.io"),
            ("localhost/nginx", "localhost"),
            ("127.0.0.1:5000/nginx", "127.0.0.1:5000"),
            ("ghcr.io/a/b", "ghcr.io"),
        ] {
            assert_eq!(registry_of(image), registry, "{image}");
        }
    }
}
