//! What an unquoted word means: YAML 1.1 as kubectl reads it.
//!
//! kubectl reads with `sigs.k8s.io/yaml`, which is `go.yaml.in/yaml/v2`; this follows its `resolve.go`. The
//! test compares with what that library made of some 150 words.

use serde_json::Number;

use super::Value;

/// Why a word is not what its tag says, or cannot be said in JSON: the whole sentence.
pub(super) type Problem = String;

/// What a scalar without a tag means.
///
/// # Errors
/// Infinity and not-a-number, which JSON does not have.
pub(super) fn resolve(word: &str) -> Result<Value, Problem> {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Ok(Value::Bool(true));
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Ok(Value::Bool(false));
        }
        _ => {}
    }
    if is_beyond_json(word) {
        return Err(format!("{word} is a number that JSON does not have: if it is text, write \"{word}\" in quotes"));
    }
    Ok(number(word).map_or_else(|| Value::Text(word.to_owned()), Value::Number))
}

/// What a scalar with that tag means: `tag` is the short name of one of YAML's own, such as `str`.
///
/// # Errors
/// The word does not mean what its tag says.
pub(super) fn resolve_tagged(tag: &str, word: &str) -> Result<Value, Problem> {
    if tag == "binary" {
        return Err("the tag !!binary is not supported: write the base64 text in quotes, without the tag".to_owned());
    }
    if !["bool", "int", "float", "null"].contains(&tag) {
        return Ok(Value::Text(word.to_owned()));
    }
    let value = resolve(word)?;
    let fits = match (tag, &value) {
        ("bool", Value::Bool(_)) | ("null", Value::Null) | ("float", Value::Number(_)) => true,
        ("int", Value::Number(number)) => !number.is_f64(),
        _ => false,
    };
    if fits { Ok(value) } else { Err(format!("the tag !!{tag} does not fit its value {word:?}")) }
}

/// The text that a key stands for: `1` and `yes` are no text, but keys are.
///
/// # Errors
/// Null, and integers past 63 bits, which kubectl refuses too.
pub(super) fn key_text(value: &Value) -> Result<String, Problem> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Ok(integer.to_string()),
            (None, Some(float)) if number.is_f64() => Ok(float_key(float)),
            _ => Err(format!("{number} is too big for a key: write \"{number}\" in quotes")),
        },
        Value::Null => Err("a key is missing before the colon".to_owned()),
        Value::List(_) | Value::Map(_) => Err("a list or a mapping cannot be a key".to_owned()),
    }
}

/// Go's `strconv.FormatFloat(value, 'g', -1, 32)`, of which `sigs.k8s.io/yaml` makes keys.
#[expect(clippy::cast_possible_truncation, reason = "the precision of 32 bits is what is asked for")]
fn float_key(value: f64) -> String {
    let value = value as f32;
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ => value.to_string(),
    }
}

fn is_beyond_json(word: &str) -> bool {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(word, ".nan" | ".NaN" | ".NAN")
}

fn number(word: &str) -> Option<Number> {
    match word.as_bytes().first()? {
        b'.' => float(&without_inner_underscores(word)?),
        b'+' | b'-' | b'0'..=b'9' => {
            let word = word.replace('_', "");
            integer(&word).or_else(|| float(&word)).or_else(|| signed_after_prefix(&word))
        }
        _ => None,
    }
}

/// Go allows underscores in a float only between digits: `.5_0`, not `._5`.
fn without_inner_underscores(word: &str) -> Option<String> {
    let inner = |at: usize| {
        let is_digit = |at: Option<usize>| at.and_then(|at| word.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
        is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1))
    };
    word.match_indices('_').all(|(at, _)| inner(at)).then(|| word.replace('_', ""))
}

/// Go's `strconv.ParseInt(word, 0, 64)`, then `ParseUint`, which takes no sign.
fn integer(word: &str) -> Option<Number> {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    let (digits, radix) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&unsigned[2..], 16),
        [b'0', b'o' | b'O', ..] => (&unsigned[2..], 8),
        [b'0', b'b' | b'B', ..] => (&unsigned[2..], 2),
        [b'0', _, ..] => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if word.starts_with('-') {
        return 0_i64.checked_sub_unsigned(magnitude).map(Number::from);
    }
    match i64::try_from(magnitude) {
        Ok(value) => Some(Number::from(value)),
        Err(_) if word.starts_with('+') => None,
        Err(_) => Some(Number::from(magnitude)),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, where it is finite.
fn float(word: &str) -> Option<Number> {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) if is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)) => mantissa,
        Some(_) => return None,
        None => unsigned,
    };
    let is_float = match mantissa.split_once('.') {
        Some(("", fraction)) => is_digits(fraction),
        Some((whole, fraction)) => is_digits(whole) && (fraction.is_empty() || is_digits(fraction)),
        None => is_digits(mantissa),
    };
    if is_float { Number::from_f64(word.parse().ok()?) } else { None }
}

/// The library's last attempt is at `0b` with a sign behind it.
fn signed_after_prefix(word: &str) -> Option<Number> {
    let digits = word.strip_prefix("0b").filter(|digits| digits.starts_with(['+', '-']))?;
    i64::from_str_radix(digits, 2).ok().map(Number::from)
}
