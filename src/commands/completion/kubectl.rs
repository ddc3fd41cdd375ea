//! The answer as kubectl reads it: `value<TAB>description` lines, then `:N`, a mask of what the shell is to do (cobra's
//! `ShellCompDirective`).

use std::ffi::OsStr;

use clap_complete::engine::CompletionCandidate;

const DEFAULT: u8 = 0;
const NO_SPACE: u8 = 2;
const NO_FILES: u8 = 4;

/// Nothing of ours: the shell may offer its files.
pub(super) fn files() -> String {
    format!(":{DEFAULT}\n")
}

/// What kubectl reads: a line for each word, and what the shell is to do besides. `no_files`: what is typed is no file,
/// also where nothing is known that fits.
///
/// Flags are offered to who types a dash, as kubectl does it, or where there is nothing else. Of `--flag=value` kubectl's
/// scripts want the value alone.
pub(super) fn answer(candidates: &[CompletionCandidate], typed: &OsStr, no_files: bool) -> String {
    let typed = typed.to_string_lossy();
    let flag = typed.split_once('=').filter(|_| typed.starts_with('-')).map(|(flag, _)| format!("{flag}="));
    let shown: Vec<(String, String)> =
        candidates.iter().filter(|candidate| !candidate.is_hide_set()).map(|one| parts(one, flag.as_deref())).collect();
    let is_flag = |(value, _): &&(String, String)| value.starts_with('-');
    let wants_flags = typed.starts_with('-') || shown.iter().all(|one| is_flag(&one));
    let shown: Vec<_> = shown.iter().filter(|one| wants_flags || !is_flag(one)).collect();
    // What is half of a word goes on: a folder, a type, `NAME=`, `VOLUME:`.
    let goes_on = |(value, _): &&(String, String)| value.ends_with(['/', '=', ':']);
    let directive = match shown.as_slice() {
        [] if no_files => NO_FILES,
        [] => DEFAULT,
        halves if halves.iter().all(goes_on) => NO_FILES | NO_SPACE,
        _ => NO_FILES,
    };
    let lines: String = shown.into_iter().map(|(value, help)| line(value, help)).collect();
    format!("{lines}:{directive}\n")
}

fn parts(candidate: &CompletionCandidate, flag: Option<&str>) -> (String, String) {
    let value = candidate.get_value().to_string_lossy();
    let value = flag.and_then(|flag| value.strip_prefix(flag)).unwrap_or(&value).to_owned();
    let help = candidate.get_help().map(ToString::to_string).unwrap_or_default();
    (value, help.lines().next().unwrap_or_default().to_owned())
}

/// One word. What is written comes from clusters and files, and must neither break the lines nor drive a terminal.
pub(super) fn line(value: &str, help: &str) -> String {
    let value: String = value.chars().filter(|letter| !letter.is_control()).collect();
    let help: String = help.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if help.is_empty() { format!("{value}\n") } else { format!("{value}\t{help}\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_to(typed: &str, candidates: &[CompletionCandidate]) -> String {
        answer(candidates, OsStr::new(typed), false)
    }

    fn word(value: &str, help: &'static str) -> CompletionCandidate {
        CompletionCandidate::new(value).help((!help.is_empty()).then(|| help.into()))
    }

    #[test]
    fn words_come_with_their_first_line_of_help_and_keep_files_away() {
        let candidates = [word("logs", "Follow\nand more"), word("plain", ""), word("__complete", "").hide(true)];
        assert_eq!(answer_to("", &candidates), "logs\tFollow\nplain\n:4\n");
        assert_eq!(answer_to("", &[]), ":0\n");
        assert_eq!(answer(&[], OsStr::new(""), true), ":4\n");
    }

    #[test]
    fn what_is_half_of_a_word_goes_on() {
        for half in ["src/", "deploy/", "log=", "data:"] {
            assert_eq!(answer_to("", &[word(half, "")]), format!("{half}\n:6\n"));
        }
        assert_eq!(answer_to("", &[word("web", ""), word("deploy/", "")]), "web\ndeploy/\n:4\n");
    }

    #[test]
    fn flags_are_for_who_types_a_dash_or_where_there_is_nothing_else() {
        let both = [word("web", ""), word("--tail", "")];
        assert_eq!(answer_to("", &both), "web\n:4\n");
        assert_eq!(answer_to("-", &both[1..]), "--tail\n:4\n");
        assert_eq!(answer_to("", &both[1..]), "--tail\n:4\n");
    }

    #[test]
    fn of_a_flag_with_its_value_only_the_value_is_said() {
        assert_eq!(answer_to("--color=n", &[word("--color=never", "")]), "never\n:4\n");
        assert_eq!(answer_to("app=n", &[word("app=never", "")]), "app=never\n:4\n");
    }

    #[test]
    fn nothing_that_is_shown_breaks_the_lines() {
        assert_eq!(line("a\tb\nc", "d\te\r\n:1\x1b[2J"), "abc\td e  :1 [2J\n");
    }
}
