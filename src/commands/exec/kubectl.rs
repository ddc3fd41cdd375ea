//! `--show-kubectl`: what does the same with kubectl, a command for each container.

use super::{Plan, Where};
use crate::render::shell;

/// The commands, a line each.
pub(super) fn commands(found: &[Where], plan: &Plan) -> Vec<String> {
    let typed = match (plan.stdin, plan.tty || plan.lacks_terminal) {
        (true, true) => " -it",
        (true, false) => " -i",
        (false, _) => "",
    };
    let command = shell::command(&plan.command);
    let of = |one: &Where| {
        let (pod, container) = (shell::quote(&one.place.pod), shell::quote(&one.place.container));
        format!("kubectl exec{typed} {pod} -c {container}{} -- {command}", plan.flags)
    };
    found.iter().map(of).collect()
}
