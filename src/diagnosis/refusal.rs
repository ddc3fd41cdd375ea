//! What to do when the API server refuses to create a pod, though who asks may create pods.
//!
//! Quotas and admission plugins answer with a message only: the words looked for are theirs
//! (`k8s.io/apiserver/pkg/admission/plugin`, `k8s.io/pod-security-admission`, `plugin/pkg/admission`).

use super::words::{kubectl, quoted_after};

/// What to do next, going by the server's message; empty where it is not one of these refusals. `flags` are what
/// kubectl needs to look into the pod's namespace, ready to paste; they may be empty. `write_manifest` is the command by which
/// who asks gets a manifest that can be changed.
pub fn after_refusal(message: &str, flags: &str, write_manifest: &str) -> Vec<String> {
    let kubectl = |command: String| kubectl(&command, flags);
    let says = |words: &str| message.contains(words);
    if let Some(quota) = word_after(message, "exceeded quota: ") {
        vec![
            format!("see what the quota allows and what is used: {}", kubectl(format!("describe quota {quota}"))),
            "delete what is no longer needed, or ask whoever runs the cluster for more".to_owned(),
        ]
    } else if let Some(quota) = word_after(message, "failed quota: ") {
        vec![
            format!(
                "the quota requires every container to set requests or limits: {}",
                kubectl(format!("describe quota {quota}"))
            ),
            format!("add requests and limits to the manifest: {write_manifest}"),
        ]
    } else if let Some(level) = quoted_after(message, "violates PodSecurity \"") {
        let level = level.split(':').next().unwrap_or(level);
        vec![
            format!("the namespace only takes pods of the Pod Security Standard \"{level}\": use another namespace"),
            format!("or add the securityContext it names to the manifest: {write_manifest}"),
        ]
    } else if let Some(webhook) = quoted_after(message, "admission webhook \"") {
        vec![
            format!("admission webhook {webhook} denied the request (see above): ask whoever runs the cluster"),
            format!("or change the manifest to comply: {write_manifest}"),
        ]
    } else if let Some(webhook) = quoted_after(message, "failed calling webhook \"") {
        vec![format!(
            "the cluster's webhook {webhook} could not be called: try again, or tell whoever runs the cluster"
        )]
    } else if let Some(policy) = policy(message) {
        vec![format!(
            "see what the policy asks for: {}",
            kubectl(format!("describe validatingadmissionpolicy {policy}"))
        )]
    } else if says("because it is being terminated") {
        vec!["the namespace is being deleted: wait until it is gone and create it again, or use another".to_owned()]
    } else if let Some(account) = quoted_after(message, "serviceaccount \"").filter(|account| *account != "default") {
        vec![
            format!("create it: {}", kubectl(format!("create serviceaccount {account}"))),
            format!("or see which there are: {}", kubectl("get serviceaccounts".to_owned())),
        ]
    } else if says("error looking up service account") {
        vec![
            "a new namespace gets its service account within seconds: try again".to_owned(),
            format!("see which there are: {}", kubectl("get serviceaccounts".to_owned())),
        ]
    } else if says(" usage per Container is ") || says(" usage per Pod is ") {
        vec![
            format!("see the limits of the namespace: {}", kubectl("describe limitrange".to_owned())),
            format!("set requests and limits within them in the manifest: {write_manifest}"),
        ]
    } else {
        Vec::new()
    }
}

fn word_after<'a>(message: &'a str, opening: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(opening)?;
    rest.split([',', ':', ' ']).next().filter(|word| !word.is_empty())
}

fn policy(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("ValidatingAdmissionPolicy '")?;
    rest.split('\'').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_has_a_next_step() {
        let table = [
            (
                "pods \"webserver\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=0, limited: pods=0",
                "see what the quota allows and what is used: kubectl describe quota small -n demo",
            ),
            (
                "pods \"webserver\" is forbidden: failed quota: compute: must specify limits.cpu for: nginx-container",
                "the quota requires every container to set requests or limits: kubectl describe quota compute -n demo",
            ),
            (
                "pods \"webserver\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != \
                 false (containers \"nginx-container\", \"sidecar-container\" must set \
                 securityContext.allowPrivilegeEscalation=false)",
                "the namespace only takes pods of the Pod Security Standard \"restricted\": use another namespace",
            ),
            (
                "admission webhook \"validate.kyverno.svc-fail\" denied the request: no latest tags",
                "admission webhook validate.kyverno.svc-fail denied the request (see above): ask whoever runs the cluster",
            ),
            (
                "Internal error occurred: failed calling webhook \"inject.example.com\": failed to call webhook: Post: EOF",
                "the cluster's webhook inject.example.com could not be called: try again, or tell whoever runs the cluster",
            ),
            (
                "pods \"a\" is forbidden: ValidatingAdmissionPolicy 'no-latest' with binding 'all' denied request: no",
                "see what the policy asks for: kubectl describe validatingadmissionpolicy no-latest -n demo",
            ),
            (
                "pods \"a\" is forbidden: unable to create new content in namespace demo because it is being terminated",
                "the namespace is being deleted: wait until it is gone and create it again, or use another",
            ),
            (
                "pods \"a\" is forbidden: error looking up service account demo/default: serviceaccount \"default\" not found",
                "a new namespace gets its service account within seconds: try again",
            ),
            (
                "pods \"a\" is forbidden: error looking up service account demo/builder: serviceaccount \"builder\" not found",
                "create it: kubectl create serviceaccount builder -n demo",
            ),
            (
                "pods \"a\" is forbidden: maximum memory usage per Container is 100Mi, but no limit is specified",
                "see the limits of the namespace: kubectl describe limitrange -n demo",
            ),
        ];
        for (message, step) in table {
            assert_eq!(after_refusal(message, "-n demo", "write").first().map(String::as_str), Some(step), "{message}");
        }
    }

    #[test]
    fn a_refusal_of_rbac_is_not_explained_here() {
        let message =
            "pods is forbidden: User \"jane\" cannot create resource \"pods\" in API group \"\" in the namespace \"a\"";
        assert_eq!(after_refusal(message, "", ""), Vec::<String>::new());
    }
}
