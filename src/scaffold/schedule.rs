//! When a `CronJob` runs: five fields, a word such as `@hourly`, or `@every 5m`.
//!
//! Read as the API server's library reads it (`github.com/robfig/cron/v3`, `ParseStandard`).

use std::fmt;

/// A schedule that the API server takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(String);

/// It is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSchedule {
    text: String,
    problem: String,
}

/// A field: its name, its bounds, and the words it knows, the first of which is its lower bound.
struct Field {
    name: &'static str,
    bounds: (u32, u32),
    words: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", bounds: (0, 59), words: &[] },
    Field { name: "hour", bounds: (0, 23), words: &[] },
    Field { name: "day of the month", bounds: (1, 31), words: &[] },
    Field {
        name: "month",
        bounds: (1, 12),
        words: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Field { name: "day of the week", bounds: (0, 6), words: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

const WORDS: [&str; 7] = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

impl Schedule {
    /// Reads a schedule.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, InvalidSchedule> {
        let invalid = |problem: String| InvalidSchedule { text: text.to_owned(), problem };
        if text.contains("TZ") {
            return Err(invalid("TZ or CRON_TZ has no place in a schedule".to_owned()));
        }
        if let Some(duration) = text.strip_prefix("@every ") {
            let is_one = is_duration(duration);
            return if is_one {
                Ok(Self(text.to_owned()))
            } else {
                Err(invalid(format!("failed to parse duration {text}")))
            };
        }
        if text.starts_with('@') {
            let is_known = WORDS.contains(&text);
            return if is_known {
                Ok(Self(text.to_owned()))
            } else {
                Err(invalid(format!("unrecognized descriptor: {text}")))
            };
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        if fields.len() != FIELDS.len() {
            return Err(invalid(format!("expected exactly 5 fields, found {}: {fields:?}", fields.len())));
        }
        for (field, text) in FIELDS.iter().zip(fields) {
            for part in text.split(',') {
                field.check(part).map_err(|problem| invalid(format!("{}: {problem}", field.name)))?;
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field {
    /// `*`, `5`, `mon-fri`, each with a step or without.
    fn check(&self, part: &str) -> Result<(), String> {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        if let Some(step) = step
            && number(step).is_none_or(|step| step == 0)
        {
            return Err(format!("{part:?} has no step that is a number above 0"));
        }
        if matches!(range, "*" | "?") {
            return Ok(());
        }
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let (from, to) = (self.value(from)?, self.value(to)?);
        if from > to { Err(format!("{range:?} ends before it begins")) } else { Ok(()) }
    }

    fn value(&self, text: &str) -> Result<u32, String> {
        let (least, most) = self.bounds;
        let word = self.words.iter().zip(least..).find(|(word, _)| **word == text.to_lowercase());
        let value = word.map(|(_, value)| value).or_else(|| number(text));
        value
            .filter(|value| (least..=most).contains(value))
            .ok_or_else(|| format!("{text:?} is no number from {least} to {most}"))
    }
}

/// The most nanoseconds that Go counts: it does in 63 bits.
const MOST_NANOSECONDS: f64 = 9.2233e18;

/// What Go's `time.ParseDuration` takes: `1h30m`, `1.5h`, `-5s`, `0`. A day is no unit there.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mut nanoseconds, is_zero) = (0.0_f64, rest == "0");
    while !rest.is_empty() && !is_zero {
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let end = after.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let unit = match unit {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            "h" => 3600e9,
            _ => return false,
        };
        let Ok(number) = number.parse::<f64>() else { return false };
        nanoseconds += number * unit;
        rest = after;
    }
    (is_zero || !text.trim_start_matches(['+', '-']).is_empty()) && nanoseconds < MOST_NANOSECONDS
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// After the field that it is the value of, as the API server has it.
impl fmt::Display for InvalidSchedule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Invalid value: {:?}: {}", super::shortened(&self.text), self.problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules() {
        for text in
            ["* * * * *", "*/5 0-6,22 1 jan-Mar MON-fri", "0 0 ? * 0", "1-59/2 * * * *", "@hourly", "5/15 * * * *"]
        {
            assert_eq!(Schedule::parse(text).unwrap().as_str(), text);
        }
    }

    /// As a server of 1.35 has it.
    #[test]
    fn every_so_often() {
        for text in
            ["5m", "1h30m", "0s", "-5m", "+5m", "1.5h", "1ns", "5us", "5µs", "5μs", "300h", ".5s", "1.s", "0", "1h1h"]
        {
            assert!(Schedule::parse(&format!("@every {text}")).is_ok(), "{text}");
        }
        for text in
            ["", "5", " 5m", "5m ", "3000000h", "1d", ".s", "99999999999999999999h", "2562047h48m", "-", "1..5s", "m"]
        {
            let error = Schedule::parse(&format!("@every {text}")).unwrap_err();
            assert_eq!(error.problem, format!("failed to parse duration @every {text}"));
        }
    }

    #[test]
    fn what_is_none() {
        for (text, problem) in [
            ("@every", "unrecognized descriptor: @every"),
            ("@EVERY 5m", "unrecognized descriptor: @EVERY 5m"),
            ("TZ=UTC @every 5m", "TZ or CRON_TZ has no place in a schedule"),
            ("", "expected exactly 5 fields, found 0: []"),
            ("* * * *", "expected exactly 5 fields, found 4: [\"*\", \"*\", \"*\", \"*\"]"),
            ("60 * * * *", "minute: \"60\" is no number from 0 to 59"),
            ("* * 0 * *", "day of the month: \"0\" is no number from 1 to 31"),
            ("* * * * 7", "day of the week: \"7\" is no number from 0 to 6"),
            ("*/0 * * * *", "minute: \"*/0\" has no step that is a number above 0"),
            ("5-1 * * * *", "minute: \"5-1\" ends before it begins"),
            ("+5 * * * *", "minute: \"+5\" is no number from 0 to 59"),
            ("@nightly", "unrecognized descriptor: @nightly"),
            ("TZ=UTC * * * * *", "TZ or CRON_TZ has no place in a schedule"),
        ] {
            assert_eq!(Schedule::parse(text).unwrap_err().problem, problem);
        }
    }
}
