//! A diagnosis as text: the cause, what shows it, what to do.

use super::{Paint, Style};
use crate::diagnosis::Diagnosis;
use crate::error::visible;

/// The diagnosis, a line each for the cause, every piece of evidence and every next step. Lines are not wrapped, so
/// that commands can be pasted.
pub fn diagnosis(found: &Diagnosis, style: Style) -> Vec<String> {
    let cause = style.paint(Paint::Bad, &one_line(&found.cause));
    let evidence = found.evidence.iter().map(|text| format!("  {}", style.paint(Paint::Faint, &one_line(text))));
    let steps =
        found.next_steps.iter().map(|step| format!("  {} {}", style.paint(Paint::Faint, "hint:"), one_line(step)));
    std::iter::once(cause).chain(evidence).chain(steps).collect()
}

/// Text from a cluster, on one line and unable to drive a terminal.
fn one_line(text: &str) -> String {
    visible(text.replace('\n', "\\n").replace('\t', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cluster_says_cannot_drive_the_terminal() {
        let found = Diagnosis {
            container: None,
            at: None,
            code: "X",
            cause: "a\x1b[2Jb".to_owned(),
            evidence: vec!["one\ntwo\u{9b}3\r".to_owned()],
            next_steps: vec!["kubectl get pods".to_owned()],
        };
        let text = diagnosis(&found, Style::PLAIN);
        assert_eq!(text, ["a\\u{1b}[2Jb", "  one\\ntwo\\u{9b}3\\r", "  hint: kubectl get pods"]);
    }
}
