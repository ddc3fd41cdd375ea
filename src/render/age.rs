//! How long ago something was, as kubectl's AGE columns say it.

/// `5s`, `5m`, `3d2h`: so many seconds (`HumanDuration` in `k8s.io/apimachinery/pkg/util/duration`).
pub fn age(seconds: i64) -> String {
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let days = hours / 24;
    match seconds {
        // Two clocks may differ a little.
        ..-1 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        _ if minutes < 10 => two(minutes, 'm', seconds % 60, 's'),
        _ if minutes < 180 => format!("{minutes}m"),
        _ if hours < 8 => two(hours, 'h', minutes % 60, 'm'),
        _ if hours < 48 => format!("{hours}h"),
        _ if days < 8 => two(days, 'd', hours % 24, 'h'),
        _ if days < 2 * 365 => format!("{days}d"),
        _ if days < 8 * 365 => two(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}

fn two(first: i64, unit: char, second: i64, smaller: char) -> String {
    if second == 0 { format!("{first}{unit}") } else { format!("{first}{unit}{second}{smaller}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases of `duration_test.go`.
    #[test]
    fn as_kubectl_says_it() {
        let (minute, hour, day) = (60, 3600, 86_400);
        for (seconds, expected) in [
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (70, "70s"),
            (3 * minute, "3m"),
            (3 * minute + 10, "3m10s"),
            (10 * minute + 10, "10m"),
            (70 * minute, "70m"),
            (3 * hour, "3h"),
            (3 * hour + 10 * minute, "3h10m"),
            (47 * hour, "47h"),
            (2 * day, "2d"),
            (3 * day + 2 * hour, "3d2h"),
            (8 * day + hour, "8d"),
            (400 * day, "400d"),
            (2 * 365 * day + day, "2y1d"),
            (9 * 365 * day, "9y"),
        ] {
            assert_eq!(age(seconds), expected, "{seconds}");
        }
    }
}
