//! Amounts of bytes for people. They are read by `pod::Quantity`.

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
    use crate::pod::Quantity;

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
            if let Some(read) = Quantity::parse(&shown(amount)).unwrap().rounded_up() {
                prop_assert!(read.abs_diff(amount) <= amount / 19, "{amount} {}", shown(amount));
            } else {
                prop_assert_eq!(shown(amount), "16Ei");
            }
        }
    }
}
