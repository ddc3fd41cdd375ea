//! How bad a line is: the level it names, and where.

use std::ops::Range;

/// The level stands near the line's beginning, or it is no level.
const SEARCHED: usize = 200;

/// How bad a line is, as far as colours go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render::log_lines) enum Level {
    Trace,
    Debug,
    Info,
    Warning,
    Error,
    Fatal,
}

/// What loggers write.
const WORDS: [(&str, Level); 25] = [
    ("TRACE", Level::Trace),
    ("TRC", Level::Trace),
    ("DEBUG", Level::Debug),
    ("DBG", Level::Debug),
    ("INFO", Level::Info),
    ("INF", Level::Info),
    ("INFORMATION", Level::Info),
    ("NOTICE", Level::Info),
    ("WARN", Level::Warning),
    ("WARNING", Level::Warning),
    ("WRN", Level::Warning),
    ("ERROR", Level::Error),
    ("ERR", Level::Error),
    ("SEVERE", Level::Error),
    ("FATAL", Level::Fatal),
    ("FTL", Level::Fatal),
    ("PANIC", Level::Fatal),
    ("PNC", Level::Fatal),
    ("DPANIC", Level::Fatal),
    ("CRITICAL", Level::Fatal),
    ("CRIT", Level::Fatal),
    ("ALERT", Level::Fatal),
    ("EMERG", Level::Fatal),
    ("EMERGENCY", Level::Fatal),
    ("VERBOSE", Level::Debug),
];

/// The longest of them.
const LONGEST: usize = 11;

impl Level {
    /// The level that a word means, in any case.
    pub(in crate::render::log_lines) fn of_word(word: &[u8]) -> Option<Self> {
        let is_it = |(name, _): &&(&str, Self)| name.as_bytes().eq_ignore_ascii_case(word);
        WORDS.iter().filter(|_| word.len() <= LONGEST).find(is_it).map(|(_, level)| *level)
    }

    /// The level that a number means to bunyan and pino.
    pub(super) fn of_number(number: &str) -> Option<Self> {
        match number {
            "10" => Some(Self::Trace),
            "20" => Some(Self::Debug),
            "30" => Some(Self::Info),
            "40" => Some(Self::Warning),
            "50" => Some(Self::Error),
            "60" => Some(Self::Fatal),
            _ => None,
        }
    }

    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warning => "WARN",
            Self::Error => "ERROR",
            Self::Fatal => "FATAL",
        }
    }

    /// What switches its colour on: red is for errors only.
    pub(in crate::render::log_lines) fn color(self) -> &'static str {
        match self {
            Self::Trace | Self::Debug => "\x1b[2m",
            Self::Info => "\x1b[32m",
            Self::Warning => "\x1b[33m",
            Self::Error => "\x1b[31m",
            Self::Fatal => "\x1b[1;31m",
        }
    }
}

/// Where a line that is no structured one names its level: `ERROR`, `W1122` (klog), `[warn]`, `level=warn`,
/// `"level":"warn"`.
pub(in crate::render::log_lines) fn find(line: &[u8]) -> Option<(Range<usize>, Level)> {
    let line = &line[..line.len().min(SEARCHED)];
    if let Some(level) = klog(line) {
        return Some((0..5, level));
    }
    let mut after_key = false;
    let mut at = 0;
    while let Some(found) = line[at..].iter().position(u8::is_ascii_alphabetic) {
        let start = at + found;
        let end =
            start + line[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        if let Some(level) = level_of(line, start..end, after_key) {
            return Some((start..end, level));
        }
        after_key = is_key(line, start..end);
        at = end;
    }
    None
}

/// `W1122 08:00:00.123456`
fn klog(line: &[u8]) -> Option<Level> {
    let (head, rest) = line.split_first_chunk::<6>()?;
    let is_klog = head[1..5].iter().all(u8::is_ascii_digit) && head[5] == b' ' && rest.get(2) == Some(&b':');
    match head[0] {
        _ if !is_klog => None,
        b'I' => Some(Level::Info),
        b'W' => Some(Level::Warning),
        b'E' => Some(Level::Error),
        b'F' => Some(Level::Fatal),
        _ => None,
    }
}

/// A word is a level if it is written in capitals, in brackets, or as the value of a key that means one.
fn level_of(line: &[u8], word: Range<usize>, after_key: bool) -> Option<Level> {
    let before = word.start.checked_sub(1).map(|at| line[at]);
    let (text, after) = (&line[word.clone()], line.get(word.end));
    let is_apart = !before.is_some_and(is_of_a_word) && !after.copied().is_some_and(is_of_a_word);
    let in_capitals = is_apart && text.iter().all(u8::is_ascii_uppercase);
    let in_brackets = before == Some(b'[') && after == Some(&b']');
    if in_capitals || in_brackets || (after_key && is_apart) { Level::of_word(text) } else { None }
}

fn is_of_a_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-/".contains(&byte)
}

/// Whether the word is the key of a level, and a value follows at once.
fn is_key(line: &[u8], word: Range<usize>) -> bool {
    let names: [&[u8]; 3] = [b"level", b"lvl", b"severity"];
    let is_named = names.iter().any(|name| name.eq_ignore_ascii_case(&line[word.clone()]));
    let between = &line[word.end..];
    let value = [&b"\":\""[..], b"\": \"", b"=\"", b"="].iter().find_map(|mark| between.strip_prefix(*mark));
    is_named && value.is_some_and(|value| value.first().is_some_and(u8::is_ascii_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(line: &str) -> Option<(&str, Level)> {
        find(line.as_bytes()).map(|(range, level)| (&line[range], level))
    }

    #[test]
    fn where_loggers_write_it() {
        for (line, word, level) in [
            ("ERROR it broke", "ERROR", Level::Error),
            ("2026-01-31 08:00:00,123 WARN [main] c.e.App - slow", "WARN", Level::Warning),
            ("2026/01/31 08:00:00 [error] 12#12: *1 open() failed", "error", Level::Error),
            ("[warn] low disk", "warn", Level::Warning),
            ("W1122 08:00:00.123456       1 reflector.go:324] watch closed", "W1122", Level::Warning),
            ("time=x level=warn msg=y", "warn", Level::Warning),
            ("{\"ts\":1,\"level\":\"error\",\"msg\":\"x\"}", "error", Level::Error),
            ("{\"severity\": \"CRITICAL\"}", "CRITICAL", Level::Fatal),
            ("8:00AM INF started", "INF", Level::Info),
            ("<0> DEBUG: x", "DEBUG", Level::Debug),
        ] {
            assert_eq!(found(line), Some((word, level)), "{line}");
        }
    }

    #[test]
    fn what_only_looks_like_one() {
        for line in [
            "",
            "GET /ERROR/log 200",
            "no error here",
            "MY_ERROR=1 ERRORS",
            "W112 08:00:00",
            "E1122 is a food additive",
            "level= warn",
            "loglevel",
            "NON-FATAL",
            "the level is low",
        ] {
            assert_eq!(found(line), None, "{line}");
        }
        assert_eq!(found(&format!("{}ERROR", " ".repeat(SEARCHED))), None);
    }

    proptest! {
        #[test]
        fn never_panics_and_names_a_place_in_the_line(line in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Some((range, _)) = find(&line) {
                prop_assert!(range.end <= line.len() && !range.is_empty());
            }
        }
    }
}
