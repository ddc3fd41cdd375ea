//! A diagnosis as text: the cause, what shows it, what to do.

use super::terminal_text::safe;
use super::{Paint, Style};
use crate::diagnosis::Diagnosis;

/// The diagnosis, a line each for the cause, every piece of evidence and every next step. Lines are not wrapped, so
/// that commands can be pasted.
pub fn diagnosis(found: &Diagnosis, style: Style) -> Vec<String> {
    let cause = style.paint(Paint::Bad, &one_line(&found.cause));
    let evidence = found.evidence.iter().map(|text| format!("  {}", style.paint(Paint::Faint, &one_line(text))));
    let steps =
        found.next_steps.iter().map(|step| format!("  {} {}", style.paint(Paint::Faint, "hint:"), one_line(step)));
    std::iter::once(cause).chain(evidence).chain(steps).collect()
}

/// Text from a cluster, on one line and unable to drive a terminal: not even colours of its own, which could hide
/// part of it.
fn one_line(text: &str) -> String {
    safe(&text.replace('\n', "\\n").replace('\t', " ").replace('\x1b', "^["))
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
            evidence: vec!["one\ntwo\u{9b}3\r\x1b[8m".to_owned()],
            next_steps: vec!["kubectl get pods".to_owned()],
        };
        let text = diagnosis(&found, Style::PLAIN);
        assert_eq!(text, ["a^[[2Jb", "  one\\ntwo<U+009B>3^M^[[8m", "  hint: kubectl get pods"]);
    }
}
