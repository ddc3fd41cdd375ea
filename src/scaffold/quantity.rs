//! Quantities of resources: `500m`, `128Mi`, `1.5G`, `1e3`.
//!
//! Read as the API server reads them (`k8s.io/apimachinery/pkg/api/resource`), so that what is none is refused here in its
//! words, and two that are the same are known to be.

use std::fmt;

/// What the API server says of what is none.
const WORDING: &str = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const NANO: i128 = 1_000_000_000;

/// How much of something, not negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    text: String,
    nano: i128,
}

/// It is none, and what was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidQuantity {
    text: String,
    problem: &'static str,
}

impl Quantity {
    /// Reads a quantity.
    ///
    /// # Errors
    /// It is none, is negative, or more than anything can be.
    pub fn parse(text: &str) -> Result<Self, InvalidQuantity> {
        let invalid = |problem| InvalidQuantity { text: text.to_owned(), problem };
        let digits = text.strip_prefix('+').unwrap_or(text);
        if digits.starts_with('-') {
            return Err(invalid("must be greater than or equal to 0"));
        }
        let nano = nano(digits).ok_or_else(|| invalid(WORDING))?;
        if nano > i128::from(i64::MAX) * NANO {
            return Err(invalid("is more than anything can be"));
        }
        Ok(Self { text: text.to_owned(), nano })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How much it is, in billionths.
    pub fn nano(&self) -> i128 {
        self.nano
    }

    /// Whether it is something, and less than one.
    pub fn is_less_than_one(&self) -> bool {
        (1..NANO).contains(&self.nano)
    }

    /// Whether it is a whole number.
    pub fn is_whole(&self) -> bool {
        self.nano % NANO == 0
    }
}

impl InvalidQuantity {
    /// What was probably meant of bytes: `512M` of `512mb`.
    pub fn nearest(&self) -> Option<String> {
        self.with_unit(|unit| {
            Some(match unit {
                "b" | "bytes" => "",
                "k" | "kb" => "k",
                "ki" | "kib" => "Ki",
                "mb" => "M",
                "mi" | "mib" => "Mi",
                "g" | "gb" => "G",
                "gi" | "gib" => "Gi",
                "t" | "tb" => "T",
                "ti" | "tib" => "Ti",
                _ => return None,
            })
        })
    }

    /// What was probably meant of processors: `100m` of `100mi`.
    pub fn nearest_processors(&self) -> Option<String> {
        self.with_unit(|unit| match unit {
            "m" | "mi" | "mib" | "mb" | "mcpu" | "milli" | "millicores" => Some("m"),
            "c" | "cpu" | "cpus" | "core" | "cores" => Some(""),
            _ => None,
        })
    }

    fn with_unit(&self, meant: impl Fn(&str) -> Option<&'static str>) -> Option<String> {
        let text: String = self.text.split_whitespace().collect();
        let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (number, unit) = text.split_at(end);
        let near = format!("{number}{}", meant(&unit.to_lowercase())?);
        Quantity::parse(&near).is_ok().then_some(near)
    }
}

/// After the field that it is the value of, as the API server has it.
impl fmt::Display for InvalidQuantity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Invalid value: {:?}: {}", super::shortened(&self.text), self.problem)
    }
}

/// In billionths, rounded up as the API server rounds.
fn nano(text: &str) -> Option<i128> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_number = whole.len() + fraction.len() > 0 && !fraction.contains('.');
    if !is_number || whole.len() + fraction.len() > 18 {
        return None;
    }
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = i32::try_from(fraction.len()).ok()?;
    match binary(suffix) {
        Some(power) => scaled(digits.checked_mul(1_i128.checked_shl(power)?)?, 9 - scale),
        None => scaled(digits, decimal(suffix)? + 9 - scale),
    }
}

/// That many times ten to that power, rounded up.
fn scaled(digits: i128, power: i32) -> Option<i128> {
    let factor = 10_i128.checked_pow(power.unsigned_abs());
    if power >= 0 {
        return if digits == 0 { Some(0) } else { digits.checked_mul(factor?) };
    }
    // What is smaller than all that can be written is rounded up, too.
    let Some(factor) = factor else { return Some(i128::from(digits != 0)) };
    Some(digits / factor + i128::from(digits % factor != 0))
}

fn binary(suffix: &str) -> Option<u32> {
    ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].iter().zip(1..).find(|(name, _)| **name == suffix).map(|(_, step)| step * 10)
}

/// The power of ten.
fn decimal(suffix: &str) -> Option<i32> {
    let power = match suffix {
        "n" => -9,
        "u" => -6,
        "m" => -3,
        "" => 0,
        "k" => 3,
        "M" => 6,
        "G" => 9,
        "T" => 12,
        "P" => 15,
        "E" => 18,
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.is_empty() || digits.len() > 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
                return None;
            }
            exponent.parse().ok()?
        }
    };
    Some(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_amount_is_known_however_it_is_written() {
        let nano = |text: &str| Quantity::parse(text).unwrap().nano();
        for (one, other) in [
            ("1", "1000m"),
            ("0.5", "500m"),
            ("1Ki", "1024"),
            ("1.5Gi", "1536Mi"),
            ("1e3", "1k"),
            ("1E3", "1k"),
            ("2E", "2e18"),
            ("100e-3", "100m"),
            (".5", "0.50"),
            ("1.", "+1"),
            ("0.1n", "1n"),
            ("1e-99", "1n"),
        ] {
            assert_eq!(nano(one), nano(other), "{one} and {other}");
        }
    }

    #[test]
    fn what_is_none_is_refused_in_the_servers_words_and_a_near_one_is_offered() {
        for text in ["", "m", "1x", "1mi", "1 Gi", "1..5", ".", "1e", "1e+", "ten", "1KI", "1Mi5", "1e3Mi"] {
            let error = Quantity::parse(text).unwrap_err().to_string();
            assert!(error.ends_with(WORDING), "{error}");
        }
        let nearest = |text: &str| Quantity::parse(text).unwrap_err().nearest();
        assert_eq!(nearest("512mb").as_deref(), Some("512M"));
        assert_eq!(nearest("1 gib").as_deref(), Some("1Gi"));
        assert_eq!(nearest("64mi").as_deref(), Some("64Mi"));
        assert_eq!(nearest("lots"), None);
        let negative = Quantity::parse("-1").unwrap_err().to_string();
        assert_eq!(negative, "Invalid value: \"-1\": must be greater than or equal to 0");
        assert!(Quantity::parse("99E").is_err());
    }
}
