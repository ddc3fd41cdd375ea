//! Quantities of resources: `500m`, `128Mi`, `1.5G`, `1e3`.
//!
//! Read as the API server reads them (`k8s.io/apimachinery/pkg/api/resource`), so that what is none is refused here in its
//! words, and two that are the same are known to be.

use std::fmt;

use crate::document::shortened;

/// What the API server says of what is none.
const WORDING: &str = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const NANO: i128 = 1_000_000_000;

/// Digits after the point that are looked at: more of them are less than a billionth of anything that is written with `E`.
const MOST_DECIMALS: usize = 27;

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
    /// It is none, or is negative.
    pub fn parse(text: &str) -> Result<Self, InvalidQuantity> {
        let invalid = |problem| InvalidQuantity { text: text.to_owned(), problem };
        let digits = text.strip_prefix('+').unwrap_or(text);
        if digits.starts_with('-') {
            return Err(invalid("must be greater than or equal to 0"));
        }
        let nano = nano(digits).ok_or_else(|| invalid(WORDING))?;
        Ok(Self { text: text.to_owned(), nano })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How much it is, in billionths; what is more than can be counted is as much as can be.
    pub fn nano(&self) -> i128 {
        self.nano
    }

    /// How much it is, a part of one counting as one; `None`: more than can be counted.
    pub fn rounded_up(&self) -> Option<u64> {
        let part = i128::from(self.nano % NANO != 0);
        u64::try_from(self.nano / NANO + part).ok()
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
        write!(out, "Invalid value: {:?}: {}", shortened(&self.text), self.problem)
    }
}

/// In billionths, rounded up as the API server rounds. It takes any number of digits, and what is too much for it as the most
/// there is.
fn nano(text: &str) -> Option<i128> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() + fraction.len() == 0 || fraction.contains('.') {
        return None;
    }
    let (fraction, rest) = fraction.split_at(fraction.len().min(MOST_DECIMALS));
    let more = i128::from(rest.bytes().any(|digit| digit != b'0'));
    let scale = 9 - i32::try_from(fraction.len()).ok()?;
    let (times, power) = match binary(suffix) {
        Some(power) => (1_i128 << power, scale),
        None => (1, scale + decimal(suffix)?),
    };
    let digits = whole
        .bytes()
        .chain(fraction.bytes())
        .fold(0_i128, |digits, digit| digits.saturating_mul(10).saturating_add(i128::from(digit - b'0')));
    Some(scaled(digits.saturating_add(more).saturating_mul(times), power))
}

/// That many times ten to that power, rounded up.
fn scaled(digits: i128, power: i32) -> i128 {
    let factor = 10_i128.checked_pow(power.unsigned_abs());
    match factor {
        _ if digits == 0 => 0,
        Some(factor) if power >= 0 => digits.saturating_mul(factor),
        None if power >= 0 => i128::MAX,
        Some(factor) => digits / factor + i128::from(digits % factor != 0),
        // What is smaller than all that can be written is rounded up, too.
        None => 1,
    }
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
    use proptest::prelude::*;

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
            ("0.0000000000000000000000000000001", "1n"),
            ("000000000000000000000000000001", "1"),
            ("9999999999999999999Ei", "1e99"),
            ("99999999999999999999999999999999999999999999", "1e99"),
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
    }

    #[test]
    fn a_part_of_one_counts_as_one() {
        let rounded = |text: &str| Quantity::parse(text).unwrap().rounded_up();
        for (text, expected) in [
            ("0", Some(0)),
            ("1.5Gi", Some(3 << 29)),
            ("129e6", Some(129_000_000)),
            ("1500m", Some(2)),
            ("5e-1", Some(1)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("16Ei", None),
        ] {
            assert_eq!(rounded(text), expected, "{text}");
        }
    }

    /// Each suffix, as a fraction of whole numbers.
    const SUFFIXES: [(&str, u128, u128); 19] = [
        ("", 1, 1),
        ("n", 1, 1_000_000_000),
        ("u", 1, 1_000_000),
        ("m", 1, 1000),
        ("k", 1000, 1),
        ("M", 1_000_000, 1),
        ("G", 1_000_000_000, 1),
        ("T", 1_000_000_000_000, 1),
        ("P", 1_000_000_000_000_000, 1),
        ("Ki", 1 << 10, 1),
        ("Mi", 1 << 20, 1),
        ("Gi", 1 << 30, 1),
        ("Ti", 1 << 40, 1),
        ("Pi", 1 << 50, 1),
        ("Ei", 1 << 60, 1),
        ("E", 1_000_000_000_000_000_000, 1),
        ("e3", 1000, 1),
        ("E+06", 1_000_000, 1),
        ("e-2", 1, 100),
    ];

    proptest! {
        /// By whole numbers only, and a suffix of which nothing is known but its size.
        #[test]
        fn it_is_as_much_as_it_says(whole in prop_oneof![0_u32..1000, any::<u32>()], decimals in "[0-9]{0,6}", suffix in prop::sample::select(&SUFFIXES[..])) {
            let (suffix, times, over) = suffix;
            let point = if decimals.is_empty() { "" } else { "." };
            let read = Quantity::parse(&format!("{whole}{point}{decimals}{suffix}")).map(|it| it.nano());
            let digits: u128 = format!("{whole}{decimals}").parse().unwrap();
            let parts = 10_u128.pow(u32::try_from(decimals.len()).unwrap()) * over;
            let expected = (digits * times).checked_mul(1_000_000_000).map(|nano| nano.div_ceil(parts));
            if let Some(expected) = expected {
                prop_assert_eq!(read, Ok(i128::try_from(expected).unwrap_or(i128::MAX)));
            }
        }

        #[test]
        fn more_digits_are_more(digits in "[1-9][0-9]{0,60}", suffix in "|[numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,3}") {
            let nano = |text: String| Quantity::parse(&text).unwrap().nano();
            let (less, more) = (nano(format!("{digits}{suffix}")), nano(format!("{digits}0{suffix}")));
            prop_assert!(less >= 1 && less <= more, "{less} {more}");
        }

        #[test]
        fn nothing_makes_it_panic(text in "[0-9.eEinumkKMGTP+-]{0,80}|\\PC*") {
            let read = Quantity::parse(&text);
            prop_assert!(read.is_err() || text.starts_with(|first: char| first.is_ascii_digit() || "+.".contains(first)));
        }
    }
}
