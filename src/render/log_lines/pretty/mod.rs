//! Lines of structured logs, made readable: time, level, message, and the rest as `key=value`.
//!
//! JSON objects and logfmt lines are rewritten; a line that is neither passes as it is. Nothing is lost: every field is
//! shown, also one that comes twice, and nested values as the line has them. No field can drive a terminal or end the
//! line: what is escaped in the line stays so, unless it is a printable character.

mod json;
pub(super) mod level;
mod logfmt;
mod text;

use jiff::Timestamp;
use memchr::memchr;

use level::Level;

/// Names of fields, by what they mean.
const TIMES: [&str; 4] = ["ts", "time", "timestamp", "@timestamp"];
const LEVELS: [&str; 4] = ["level", "lvl", "severity", "log.level"];
const MESSAGES: [&str; 2] = ["msg", "message"];

/// Columns of most levels: messages begin in the same one.
const LEVEL_COLUMNS: usize = 5;

/// A field's value, as the line has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value<'a> {
    /// A string: what stands between the quotes, with its escapes; or bare, as logfmt has it, without any.
    Text(&'a str),
    /// Anything else, as JSON has it: a number, `true`, an object.
    Other(&'a str),
}

/// A field: its name, with its escapes, and its value.
type Field<'a> = (&'a str, Value<'a>);

/// A line of a structured log.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Record<'a> {
    time: Option<Value<'a>>,
    level: Option<(Value<'a>, Level)>,
    message: Option<&'a str>,
    rest: Vec<Field<'a>>,
}

/// A part of a line, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Time,
    Level(Level),
    Message,
    Key,
    Value,
}

/// The line's fields, if it has any. A line that does not begin with `{` and has no `=` is not even looked at.
pub(super) fn read(line: &[u8]) -> Option<Record<'_>> {
    let fields = match line.first()? {
        b'{' => json::fields(line)?,
        _ if memchr(b'=', line).is_some() => logfmt::fields(line)?,
        _ => return None,
    };
    Record::of(fields)
}

impl<'a> Record<'a> {
    fn of(fields: Vec<Field<'a>>) -> Option<Self> {
        if fields.is_empty() {
            return None;
        }
        let mut record = Self { rest: fields, ..Self::default() };
        record.time = record.take(&TIMES, |value| Some(value).filter(is_time));
        record.level = record.take(&LEVELS, |value| Some((value, level(value)?)));
        record.message = record.take(&MESSAGES, |value| match value {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        });
        Some(record)
    }

    /// Takes the first field of these names that has a value which makes sense.
    fn take<T>(&mut self, names: &[&str], read: impl Fn(Value<'a>) -> Option<T>) -> Option<T> {
        let is_named = |(name, value): &Field<'a>| if names.contains(name) { read(*value) } else { None };
        let (at, taken) = self.rest.iter().enumerate().find_map(|(at, field)| Some((at, is_named(field)?)))?;
        self.rest.remove(at);
        Some(taken)
    }

    /// Shows the parts, one after the other.
    pub(super) fn show(&self, mut part: impl FnMut(Part, &str)) {
        let mut begun = false;
        let mut next = |what: Part, before: &str, words: &str| {
            if std::mem::replace(&mut begun, true) && !before.is_empty() {
                part(Part::Message, before);
            }
            part(what, words);
        };
        if let Some(time) = self.time {
            next(Part::Time, " ", &time_words(time));
        }
        if let Some((value, level)) = self.level {
            let words = level_words(value, level);
            let is_last = self.message.is_none() && self.rest.is_empty();
            next(Part::Level(level), " ", &words);
            if !is_last {
                next(Part::Message, "", &" ".repeat(LEVEL_COLUMNS.saturating_sub(words.len())));
            }
        }
        if let Some(message) = self.message {
            next(Part::Message, " ", &text::bare(message));
        }
        for (key, value) in &self.rest {
            next(Part::Key, " ", &format!("{}=", text::word(key)));
            match value {
                Value::Text(value) => next(Part::Value, "", &text::word(value)),
                Value::Other(value) => next(Part::Value, "", value),
            }
        }
    }
}

fn is_time(value: &Value<'_>) -> bool {
    match value {
        Value::Text(text) => !text.is_empty(),
        Value::Other(number) => number.starts_with(|first: char| first.is_ascii_digit()),
    }
}

fn level(value: Value<'_>) -> Option<Level> {
    match value {
        Value::Text(word) => Level::of_word(word.as_bytes()),
        Value::Other(number) => Level::of_number(number),
    }
}

fn level_words(value: Value<'_>, level: Level) -> String {
    match value {
        Value::Text(word) => word.to_ascii_uppercase(),
        Value::Other(_) => level.word().to_owned(),
    }
}

fn time_words(value: Value<'_>) -> String {
    match value {
        Value::Text(text) => text::bare(text),
        Value::Other(number) => since_1970(number).unwrap_or_else(|| number.to_owned()),
    }
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, of our times, with all of their digits.
fn since_1970(number: &str) -> Option<String> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (seconds, rest) = whole.split_at_checked(10)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || !matches!(rest.len(), 0 | 3 | 6 | 9) {
        return None;
    }
    let time = Timestamp::from_second(seconds.parse().ok()?).ok()?.to_string();
    let point = if rest.is_empty() && fraction.is_empty() { "" } else { "." };
    Some(format!("{}{point}{rest}{fraction}Z", time.strip_suffix('Z')?))
}

#[cfg(test)]
mod tests;
