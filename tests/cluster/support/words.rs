//! What a user sees of a run, with what differs from run to run and from cluster to cluster put in capitals.

use regex::Regex;

use super::namespace::Namespace;
use super::program::{Ended, Program};

/// What differs, and what stands in its place.
const DIFFERS: &[(&str, &str)] = &[
    (r"context \S+", "context CONTEXT"),
    (r"NODE \S+", "NODE NODE"),
    (r"READY (\S+) after [0-9.]+ s", "READY $1 after TIME"),
    (r"pod=\S+\([0-9a-f-]+\)", "pod=POD"),
    (r"back-off [0-9a-z]+ restarting", "back-off TIME restarting"),
    (r"\.kubectl-sidecar-[0-9a-f]{32}", ".kubectl-sidecar-NAME"),
    (r"kube-api-access-[a-z0-9]{5}", "kube-api-access-XXXXX"),
    // A registry is asked again and again, and the kubelet's word alternates; the rest is the container runtime's.
    (r"(ErrImagePull|ImagePullBackOff): .*", "ErrImagePull: WHAT THE RUNTIME SAYS"),
    (r"0/\d+ nodes are available: .*", "0/N nodes are available: WHAT THE SCHEDULER SAYS"),
    (r#"violates PodSecurity ("[a-z:]+"): .*"#, "violates PodSecurity $1: WHAT IT LACKS"),
    // How often the pod was looked at while it was made depends on how quickly that went.
    (r"(?m)^\S+: (waiting|being created|pulling|running|ready|ended with).*\n", ""),
];

impl Namespace {
    /// Runs the program with these words, and shows the command, what came out where, and the exit code.
    #[track_caller]
    pub(crate) fn shown(&self, words: &str) -> String {
        let args: Vec<&str> = words.split(' ').collect();
        self.told(words, &Program::start(self.sidecar(&args)).finish())
    }

    /// What came out where, and the exit code, under the command.
    pub(crate) fn told(&self, words: &str, ended: &Ended) -> String {
        let mut text = format!("$ kubectl sidecar {words}\n");
        for (name, content) in [("stdout", ended.stdout()), ("stderr", ended.stderr())] {
            if !content.is_empty() {
                text.extend([name, ":\n", &content]);
            }
        }
        let code = ended.code().map_or_else(|| ended.status.to_string(), |code| code.to_string());
        text.extend(["exit ", &code, "\n"]);
        self.the_same(&text)
    }

    /// A text in which nothing differs from run to run.
    pub(crate) fn the_same(&self, text: &str) -> String {
        let mut text = text.replace(self.name(), "NAMESPACE");
        for (pattern, replacement) in DIFFERS {
            text = Regex::new(pattern).unwrap().replace_all(&text, *replacement).into_owned();
        }
        text
    }
}
