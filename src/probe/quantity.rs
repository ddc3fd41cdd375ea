//! Amounts of bytes as Kubernetes writes them: `64Mi`, `1.5G`, `128974848`.

/// The bytes of a quantity, a part of one counting as one; `None` where it is none, or negative.
pub fn bytes(text: &str) -> Option<u64> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() + fraction.len() == 0 || fraction.contains('.') {
        return None;
    }
    let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
    let (times, over) = scale(suffix)?;
    let over = over.checked_mul(10_u128.checked_pow(u32::try_from(fraction.len()).ok()?)?)?;
    u64::try_from(digits.checked_mul(times)?.div_ceil(over)).ok()
}

/// What a suffix multiplies by, and divides by.
fn scale(suffix: &str) -> Option<(u128, u128)> {
    let power = |at: usize| u32::try_from(at).ok();
    if let Some(at) = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].iter().position(|known| *known == suffix) {
        return Some((1024_u128.pow(power(at)?), 1));
    }
    if let Some(at) = ["", "k", "M", "G", "T", "P", "E"].iter().position(|known| *known == suffix) {
        return Some((1000_u128.pow(power(at)?), 1));
    }
    if let Some(at) = ["", "m", "u", "n"].iter().position(|known| *known == suffix) {
        return Some((1, 1000_u128.pow(power(at)?)));
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    let size = 10_u128.checked_pow(exponent.unsigned_abs())?;
    Some(if exponent < 0 { (1, size) } else { (size, 1) })
}

/// An amount for people, in the greatest unit of which there is a whole one: `0`, `512`, `1.5Ki`, `61Mi`.
pub fn shown(bytes: u64) -> String {
    let units = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let at = (1..units.len()).rev().find(|at| bytes >> (10 * at) > 0).unwrap_or(0);
    let tenths = (u128::from(bytes) * 10 + (1_u128 << (10 * at)) / 2) >> (10 * at);
    match (tenths / 10, tenths % 10) {
        (whole, fraction @ 1..) if at > 0 && whole < 10 => format!("{whole}.{fraction}{}", units[at]),
        _ => format!("{}{}", (tenths + 5) / 10, units[at]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantities_as_kubernetes_reads_them() {
        let cases = [
            ("0", 0),
            ("64Mi", 64 << 20),
            ("1.5Gi", 3 << 29),
            ("1G", 1_000_000_000),
            ("128974848", 128_974_848),
            ("129e6", 129_000_000),
            ("1E3", 1000),
            ("1E", 1_000_000_000_000_000_000),
            ("1500m", 2),
            (".5k", 500),
            ("5e-1", 1),
        ];
        for (text, expected) in cases {
            assert_eq!(bytes(text), Some(expected), "{text}");
        }
        for text in ["", "Mi", "-1", "1Xi", "1.2.3", "99999999999999999999", "1e99999999999", "1e40"] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }

    #[test]
    fn amounts_for_people() {
        let cases = [(0, "0"), (1023, "1023"), (1024, "1Ki"), (1536, "1.5Ki"), (69_632, "68Ki"), (64 << 20, "64Mi")];
        for (amount, expected) in cases {
            assert_eq!(shown(amount), expected);
        }
        assert_eq!(shown(u64::MAX), "16Ei");
    }

    proptest! {
        #[test]
        fn what_is_shown_is_nearly_what_there_is(amount in any::<u64>(), bits in 0_u32..64) {
            let amount = amount >> bits;
            if let Some(read) = bytes(&shown(amount)) {
                prop_assert!(read.abs_diff(amount) <= amount / 19, "{amount} {}", shown(amount));
            } else {
                prop_assert_eq!(shown(amount), "16Ei");
            }
        }

        #[test]
        fn nothing_makes_it_panic(text in "[0-9.eEmkMi+-]{0,30}|.*") {
            bytes(&text);
        }
    }
}
