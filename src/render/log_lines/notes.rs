//! What is said on standard error of containers and their logs: lifecycle notes and the summary, in one voice.

use std::time::Duration;

use super::times::time;
use crate::logs::{Ended, Note, Summary};
use crate::render::terminal_text::safe;
use crate::render::{Paint, Style};

/// An exit code past this one says that a signal ended the process: which one is what is past it.
const KILLED: i32 = 128;

/// The signals of Linux, from 1.
const SIGNALS: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
    "PWR", "SYS",
];

/// The note in words.
pub(super) fn words(note: &Note) -> String {
    match note {
        Note::Waiting { reason, message } if reason.is_empty() && message.is_empty() => "waiting to start".to_owned(),
        Note::Waiting { reason, message } => {
            let parts = [reason, message].into_iter().filter(|part| !part.is_empty()).map(|part| safe(part));
            format!("waiting to start: {}", parts.collect::<Vec<_>>().join(": "))
        }
        Note::Started => "started".to_owned(),
        Note::Terminated(ended) => terminated(ended),
        Note::Restarted(count) => format!("restarted ({} time)", ordinal(*count)),
        Note::Lost(why) => format!("connection lost, trying again: {}", safe(why)),
        Note::Reconnected(after) => format!("reconnected after {}", duration(*after)),
        Note::Gap { from, to } => {
            let at = |stamp: &Option<_>| stamp.map_or_else(|| "?".to_owned(), time);
            format!("lines may be missing, from {} to {}", at(from), at(to))
        }
        Note::Denied(why) => safe(why),
        Note::Silent => "its log ended; whether the container did, cannot be seen without get on pods".to_owned(),
        Note::Limited => "its log was read up to --limit-bytes, and no further".to_owned(),
    }
}

fn terminated(Ended { exit_code, reason }: &Ended) -> String {
    let signal = signal(*exit_code).map(|name| format!(", SIG{name}")).unwrap_or_default();
    let reason = if reason.is_empty() { String::new() } else { format!(" ({})", safe(reason)) };
    format!("terminated, exit code {exit_code}{signal}{reason}")
}

fn signal(exit_code: i32) -> Option<&'static str> {
    let at = usize::try_from(exit_code - KILLED - 1).ok()?;
    SIGNALS.get(at).copied()
}

/// What is worth saying at the end: restarts, lines that could not be put in order, and lines that may be missing.
pub fn summary(summary: &Summary, style: Style) -> Option<String> {
    let Summary { lines, containers, restarts, late, gaps, denied: _ } = *summary;
    let parts = [
        (restarts > 0).then(|| counted(restarts, "restart")),
        (late > 0)
            .then(|| format!("{} came too late to stand in the order of time (see --window)", counted(late, "line"))),
        (gaps > 0).then(|| format!("lines may be missing in {}", counted(gaps, "place"))),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    let all = format!("{} of {}", counted(lines, "line"), counted(containers, "container"));
    (!parts.is_empty()).then(|| style.paint(Paint::Faint, &format!("-- {all}: {}", parts.join("; "))))
}

/// `1 line`, `20,000 lines`
fn counted(count: u64, one: &str) -> String {
    format!("{} {one}{}", grouped(count), if count == 1 { "" } else { "s" })
}

fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `2 s`, `1 min 5 s`
fn duration(duration: Duration) -> String {
    let seconds = (duration + Duration::from_millis(500)).as_secs();
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

fn ordinal(count: u32) -> String {
    let ending = match (count % 100, count % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{count}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::Stamp;

    #[test]
    fn one_voice() {
        let ended = |exit_code, reason: &str| Note::Terminated(Ended { exit_code, reason: reason.to_owned() });
        let waiting = |reason: &str, message: &str| {
            words(&Note::Waiting { reason: reason.to_owned(), message: message.to_owned() })
        };
        assert_eq!(words(&ended(0, "Completed")), "terminated, exit code 0 (Completed)");
        assert_eq!(words(&ended(137, "OOMKilled")), "terminated, exit code 137, SIGKILL (OOMKilled)");
        assert_eq!(words(&ended(143, "")), "terminated, exit code 143, SIGTERM");
        assert_eq!(words(&ended(139, "Error")), "terminated, exit code 139, SIGSEGV (Error)");
        assert_eq!(words(&ended(255, "Error")), "terminated, exit code 255 (Error)");
        assert_eq!(words(&ended(-1, "Error")), "terminated, exit code -1 (Error)");
        assert_eq!(waiting("", ""), "waiting to start");
        assert_eq!(waiting("ImagePullBackOff", "no\u{1b}[2J"), "waiting to start: ImagePullBackOff: no^[[2J");
        assert_eq!(words(&Note::Restarted(3)), "restarted (3rd time)");
        assert_eq!(words(&Note::Reconnected(Duration::from_millis(1900))), "reconnected after 2 s");
        assert_eq!(words(&Note::Reconnected(Duration::from_secs(65))), "reconnected after 1 min 5 s");
        let gap = Note::Gap { from: Some(Stamp(1_500_000_000)), to: None };
        assert_eq!(words(&gap), "lines may be missing, from 1970-01-01T00:00:01.5Z to ?");
        assert_eq!([1, 2, 3, 4, 11, 21].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "21st"]);
    }

    #[test]
    fn a_summary_only_where_there_is_something_to_say() {
        let said = |change: fn(&mut Summary)| {
            let mut all = Summary { lines: 1204, containers: 3, ..Summary::default() };
            change(&mut all);
            summary(&all, Style::PLAIN)
        };
        assert_eq!(said(|_| ()), None);
        assert_eq!(said(|all| all.restarts = 1).as_deref(), Some("-- 1,204 lines of 3 containers: 1 restart"));
        let all = said(|all| (all.restarts, all.late, all.gaps) = (2, 1, 2));
        assert_eq!(
            all.as_deref(),
            Some(
                "-- 1,204 lines of 3 containers: 2 restarts; 1 line came too late to stand in the order of time \
                 (see --window); lines may be missing in 2 places"
            )
        );
    }
}
