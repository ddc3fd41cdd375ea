//! The words for what goes wrong between us and a cluster.

use std::fmt;
use std::path::{Path, PathBuf};

use super::{Error, Kind};

/// Before a connection: the kubeconfig and what it names.
impl Error {
    /// There is no kubeconfig, or none that says anything, and we do not run in a pod. kubectl asks localhost:8080 then,
    /// and says that it was refused: the words people search for.
    pub fn no_kubeconfig(looked_in: &[PathBuf], are_there: bool) -> Self {
        let paths: Vec<String> = looked_in.iter().map(|path| path.display().to_string()).collect();
        let looked_in =
            if paths.is_empty() { "neither $KUBECONFIG nor $HOME names one".to_owned() } else { paths.join(", ") };
        let found = if are_there { "no cluster in the kubeconfig" } else { "no kubeconfig found" };
        let message = format!(
            "error: {found} ({looked_in}): no cluster to talk to\n\
             (kubectl says: The connection to the server localhost:8080 was refused - did you specify the right host or port?)"
        );
        Self::new(Kind::Usage, message)
            .hint("name one with --kubeconfig FILE, or with: export KUBECONFIG=FILE")
            .hint("whoever runs the cluster has it: kind get kubeconfig, minikube update-context, k3d kubeconfig get …")
    }

    /// Next step: see why the pod we run in is not taken for what no kubeconfig names.
    #[must_use]
    pub fn hint_account(self) -> Self {
        self.hint(
            "in a pod it is its ServiceAccount that is meant: is its token mounted (automountServiceAccountToken)?",
        )
    }

    /// A kubeconfig file that cannot be read, or is none.
    pub fn kubeconfig_file(path: &Path, reason: &str) -> Self {
        // What follows the first line quotes the file, which has secrets.
        let reason = reason.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Self::usage(format_args!("error loading config file \"{}\": {reason}", path.display()))
            .hint("name another one with --kubeconfig FILE, or with: export KUBECONFIG=FILE")
    }

    /// The kubeconfig has no such context. `meant`: the one that was probably meant.
    pub fn no_context(name: &str, there_are: &[&str], meant: Option<&str>) -> Self {
        let error = Self::usage(format_args!("context \"{name}\" does not exist"));
        let error = match there_are {
            [] => error,
            names => error.hint(format!("the kubeconfig has: {}", names.join(", "))),
        };
        let error = error.hint("list them with: kubectl config get-contexts");
        match meant {
            Some(name) => error.hint_meant(name),
            None => error,
        }
    }

    /// Nobody said which context, and the kubeconfig has no current one.
    pub fn no_current_context() -> Self {
        Self::usage("current-context is not set")
            .hint("choose one with --context NAME, or for good: kubectl config use-context NAME")
            .hint("list them with: kubectl config get-contexts")
    }

    /// The kubeconfig has no such cluster.
    pub fn no_cluster(name: &str) -> Self {
        Self::usage(format_args!("cluster \"{name}\" does not exist"))
            .hint("list them with: kubectl config get-clusters")
    }

    /// The context names a cluster that is not there, or that says not where it is. kubectl asks localhost:8080 then.
    pub fn no_server(name: &str) -> Self {
        Self::usage(format_args!("no server found for cluster \"{name}\""))
            .hint("list them with: kubectl config get-clusters")
            .hint("choose one with --cluster NAME, or give its address with --server URL")
    }

    /// The kubeconfig has no such user.
    pub fn no_user(name: &str) -> Self {
        Self::usage(format_args!("auth info \"{name}\" does not exist"))
            .hint("list them with: kubectl config get-users")
    }

    /// The proxy that was named is none that can be used. The URL must be shown without a password.
    pub fn proxy_url(field: impl fmt::Display, named_by: impl fmt::Display, url: impl fmt::Display, why: &str) -> Self {
        Self::usage(format_args!("invalid {field} \"{url}\": {why}"))
            .hint(format!("{named_by} names it: write it as http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT"))
    }

    /// The kubeconfig was read, and makes no sense.
    pub fn configuration(cause: impl fmt::Display) -> Self {
        Self::usage(format_args!("invalid configuration: {cause}")).hint("see it with: kubectl config view --minify")
    }
}

/// On the way: nobody there, or nobody to trust.
impl Error {
    /// The name of the server has no address.
    pub fn no_such_host(host: &str, cause: &std::io::Error) -> Self {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let cause = cause.to_string();
        let cause = cause.strip_prefix("failed to lookup address information: ").unwrap_or(&cause);
        Self::unreachable(format_args!("dial tcp: lookup {name}: {cause}")).hint_server()
    }

    /// Nobody answers at that address.
    pub fn connect_timeout(host: &str) -> Self {
        Self::unreachable(format_args!("dial tcp {host}: i/o timeout")).hint_server()
    }

    /// The proxy on the way leads nowhere.
    pub fn proxy(cause: impl fmt::Display, proxy: impl fmt::Display, named_by: impl fmt::Display) -> Self {
        let proxy = proxy.to_string();
        let proxy = proxy.trim_end_matches('/');
        Self::unreachable(cause).hint(format!("on the way is the proxy {proxy}, which {named_by} names"))
    }

    /// Next step: give the proxy what it wants to see.
    #[must_use]
    pub fn hint_proxy_credentials(self) -> Self {
        self.hint("it wants a user and a password: write them into its URL, as in http://USER:PASSWORD@HOST:PORT")
    }

    /// Next step: ask who runs the proxy.
    #[must_use]
    pub fn hint_proxy_refused(self, code: u16, server: &str) -> Self {
        self.hint(format!("it answered {code} when asked for {server}: whoever runs it can let that through"))
            .hint("where the server can be reached without it, name that in $NO_PROXY, or drop the proxy-url")
    }

    /// Next step: come back when the server wants to be asked again.
    #[must_use]
    pub fn hint_busy(self, wait: &str) -> Self {
        self.hint(format!("the server wants to be asked again in {wait} at the earliest"))
    }

    /// The server took longer than it was given.
    pub fn request_timeout(during: &str) -> Self {
        let exceeded = match during {
            "reading body" => "Client.Timeout or context cancellation while reading body".to_owned(),
            during => format!("Client.Timeout exceeded while {during}"),
        };
        Self::unreachable(format_args!("net/http: request canceled ({exceeded})"))
            .hint("the server took longer than --request-timeout allows: give it more, or leave it out to wait")
    }

    /// Somebody answers, and then says nothing more.
    pub fn handshake_timeout(host: &str) -> Self {
        Self::unreachable(format_args!("net/http: TLS handshake timeout ({host})")).hint_server()
    }

    /// One of the two does not trust the other's certificate, or does not speak TLS at all.
    pub fn tls(cause: impl fmt::Display) -> Self {
        Self::unreachable(format_args!("tls: {cause}"))
            .hint("the kubeconfig's certificates and the server's must belong together; --certificate-authority FILE names others")
            .hint_server()
    }

    /// What came is not what the API promises.
    pub fn unexpected_answer(server: &str, cause: impl fmt::Display) -> Self {
        Self::new(Kind::Server, format!("error: {server} gave an answer that cannot be understood: {cause}"))
            .hint_is_api()
    }

    /// Next step: look whether it is what we take it for.
    #[must_use]
    pub fn hint_is_api(self) -> Self {
        self.hint("is it a Kubernetes API server? see: kubectl config view --minify")
    }

    fn hint_server(self) -> Self {
        self.hint("see which server is meant with: kubectl config view --minify")
    }
}

/// The server's refusals, and what need not be asked.
impl Error {
    /// A name that no object can have.
    pub fn bad_name(name: &str) -> Self {
        Self::usage(format_args!("invalid resource name {name:?}"))
            .hint("names consist of lower case letters, digits, '-' and '.'")
    }

    /// The object breaks a rule: all the rules it breaks, a line each where there are several.
    pub fn invalid(kind: &str, name: &str, causes: &[(String, String)], message: &str) -> Self {
        let subject = match (kind, name) {
            ("", "") => "The request is invalid".to_owned(),
            (kind, name) => format!("The {kind} \"{name}\" is invalid"),
        };
        let line = |(field, cause): &(String, String)| {
            if field.is_empty() { cause.clone() } else { format!("{field}: {cause}") }
        };
        let message = match causes {
            [] => format!("{subject}: {message}"),
            [one] => format!("{subject}: {}", line(one)),
            many => many.iter().fold(format!("{subject}: "), |text, cause| format!("{text}\n* {}", line(cause))),
        };
        Self::new(Kind::Server, message)
    }

    /// Next step: see which there are of that type.
    #[must_use]
    pub fn hint_list(self, resource: &str, namespace: &str) -> Self {
        let resource = resource.split(['/', '.']).next().unwrap_or_default();
        self.hint(format!("see which {resource} there are with: kubectl get {resource} -n {namespace}"))
            .hint(format!("or where it is with: kubectl get {resource} --all-namespaces"))
    }

    /// Next step: make the namespace.
    #[must_use]
    pub fn hint_create_namespace(self, namespace: &str) -> Self {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if namespace.bytes().all(is_name) {
            self.hint(format!("create it with: kubectl create namespace {namespace}"))
                .hint("or see which there are with: kubectl get namespaces")
        } else {
            self.hint("see which there are with: kubectl get namespaces")
        }
    }

    /// Next step: look at what is in the way, take it away, or go elsewhere.
    #[must_use]
    pub fn hint_exists(self, resource: &str, name: &str, namespace: &str) -> Self {
        let resource = resource.split('.').next().unwrap_or_default();
        let kind = resource.strip_suffix('s').unwrap_or(resource);
        let look = match kind {
            "pod" => format!("kubectl sidecar inspect {name}"),
            kind => format!("kubectl sidecar inspect {kind}/{name}"),
        };
        self.hint(format!("look at it with: {look} -n {namespace}"))
            .hint(format!("delete it with: kubectl delete {kind} {name} -n {namespace}"))
            .hint("or choose another name")
    }

    /// Next step: write the selector as the server takes it, where it is that which it cannot make sense of.
    #[must_use]
    pub fn hint_selectors(self) -> Self {
        let message = self.to_string();
        if message.contains("unable to parse requirement") {
            return self.hint("labels are chosen as in: -l app=web, -l 'tier in (a, b)', -l '!legacy'");
        }
        if message.contains("field label not supported") || message.contains("invalid selector") {
            return self
                .hint("fields are chosen as in: --field-selector status.phase=Running,spec.nodeName!=node-1")
                .hint(
                    "those of pods are: metadata.name, metadata.namespace, spec.nodeName, spec.restartPolicy, \
                 spec.schedulerName, spec.serviceAccountName, spec.hostNetwork, status.phase, status.podIP, \
                 status.nominatedNodeName",
                );
        }
        self
    }

    /// Next step: speak TLS, where the server says that it expects it.
    #[must_use]
    pub fn hint_https(self) -> Self {
        if self.to_string().contains("HTTP request to an HTTPS server") {
            return self.hint("its address begins with https://, and not with http://").hint_server();
        }
        self
    }

    /// Next step: ask for the right to act as somebody else. `whom` is what may not be impersonated, as in `users`.
    #[must_use]
    pub fn hint_impersonation(self, whom: &str) -> Self {
        self.hint(format!(
            "leave out --as, or see whether you may act as others with: kubectl auth can-i impersonate {whom}"
        ))
        .hint("whoever runs the cluster can grant it with a ClusterRole and a ClusterRoleBinding")
    }

    /// Next step: see what is allowed. Where no namespace is named, it was asked for all of them.
    #[must_use]
    pub fn hint_can_i(self, verb: &str, resource: &str, namespace: &str) -> Self {
        if namespace.is_empty() {
            return self
                .hint(format!("see what you may do with: kubectl auth can-i {verb} {resource} --all-namespaces"))
                .hint("whoever runs the cluster can grant it with a ClusterRole and a ClusterRoleBinding")
                .hint("or name the namespaces into which you may look: -n NAMESPACE, which may be repeated");
        }
        self.hint(format!("see what you may do with: kubectl auth can-i {verb} {resource} -n {namespace}"))
            .hint("whoever runs the cluster can grant it with a Role and a RoleBinding")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_broken_kubeconfig_says_is_not_quoted() {
        let reason = "error: line 2 column 8: unclosed bracket\n --> <input>:2:8\n2 | token: [secret";
        let error = Error::kubeconfig_file(Path::new("config"), reason);
        assert_eq!(error.to_string(), "error: error loading config file \"config\": line 2 column 8: unclosed bracket");
    }
}
