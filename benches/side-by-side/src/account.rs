//! What a client's output was worth: which of the numbered lines came, in which order, how late.
//!
//! A line is `… STAMP CONTAINER NUMBER text`; each container counts from 1.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;

/// How many words a client may put in front of the stamp.
const WORDS_BEFORE: usize = 3;

/// What came.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Lines with a stamp, a container and a number.
    pub lines: usize,
    /// Others.
    pub strange: usize,
    /// Lines with an older stamp than the line before.
    pub backwards: usize,
    /// Lines older than the newest one of another container that had come already.
    pub late: usize,
    /// From stamp to output, in microseconds.
    waited: Vec<u32>,
    /// How often each number came, by container.
    came: HashMap<Box<[u8]>, Vec<u8>>,
    before: Timestamp,
    newest: Newest,
}

impl Account {
    /// A line that came at that time.
    pub fn take(&mut self, line: &[u8], now: Timestamp) {
        let Some((stamp, container, number)) = parse(line) else {
            self.strange += 1;
            return;
        };
        self.lines += 1;
        self.backwards += usize::from(stamp < self.before);
        self.before = stamp;
        self.late += usize::from(self.newest.take(stamp, container));
        // The clocks are one, but a stamp may be rounded up.
        let waited = now.duration_since(stamp).as_micros().clamp(0, u32::MAX.into());
        self.waited.push(waited as u32);
        if !self.came.contains_key(container) {
            self.came.insert(container.into(), Vec::new());
        }
        if let Some(came) = self.came.get_mut(container) {
            came.resize(came.len().max(number + 1), 0);
            came[number] = came[number].saturating_add(1);
        }
    }

    /// What another process of the same client wrote. Nothing is said of the order between the two.
    pub fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.strange += other.strange;
        self.backwards += other.backwards;
        self.late += other.late;
        self.waited.extend(other.waited);
        self.came.extend(other.came);
    }

    /// Lines that never came, of so many containers that wrote so many lines each.
    pub fn lost(&self, containers: usize, lines: usize) -> usize {
        let came = self.came.values().flat_map(|came| came.iter().skip(1)).filter(|times| **times > 0).count();
        (containers * lines).saturating_sub(came)
    }

    /// Lines that came again.
    pub fn doubled(&self) -> usize {
        self.came.values().flatten().map(|times| usize::from(times.saturating_sub(1))).sum()
    }

    /// How long it took from stamp to output, in this part of all cases.
    pub fn waited(&self, part: f64) -> Option<Duration> {
        let mut waited = self.waited.clone();
        waited.sort_unstable();
        let at = (waited.len() as f64 * part) as usize;
        waited.get(at.min(waited.len().saturating_sub(1))).map(|micros| Duration::from_micros((*micros).into()))
    }
}

/// The newest stamp, and the newest one of another container.
#[derive(Debug, Clone, Default)]
struct Newest {
    stamp: Timestamp,
    container: Vec<u8>,
    of_others: Timestamp,
}

impl Newest {
    /// Takes a line in; whether it is older than one of another container.
    fn take(&mut self, stamp: Timestamp, container: &[u8]) -> bool {
        let is_same = self.container == container;
        let late = stamp < if is_same { self.of_others } else { self.stamp };
        if stamp >= self.stamp {
            if !is_same {
                self.of_others = self.stamp;
                container.clone_into(&mut self.container);
            }
            self.stamp = stamp;
        } else if !is_same {
            self.of_others = self.of_others.max(stamp);
        }
        late
    }
}

fn parse(line: &[u8]) -> Option<(Timestamp, &[u8], usize)> {
    let mut words = line.trim_ascii_end().split(|byte| *byte == b' ');
    let stamp = words.by_ref().take(WORDS_BEFORE).find_map(stamp)?;
    let container = words.next()?;
    let number = std::str::from_utf8(words.next()?).ok()?.parse().ok()?;
    Some((stamp, container, number))
}

fn stamp(word: &[u8]) -> Option<Timestamp> {
    word.first().filter(|byte| byte.is_ascii_digit())?;
    std::str::from_utf8(word).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(lines: &[&str]) -> Account {
        let mut account = Account::default();
        let now = "2026-01-01T00:00:10Z".parse().unwrap();
        for line in lines {
            account.take(line.as_bytes(), now);
        }
        account
    }

    #[test]
    fn each_clients_form_is_understood() {
        let ours = "[pod/p/a] 2026-01-01T00:00:09.9Z a 1 text\n";
        let stern = "p a 2026-01-01T00:00:09.900000000+00:00 a 2 text\n";
        let curl = "2026-01-01T00:00:09Z a 3\n";
        let account = account(&[ours, stern, curl, "no stamp\n"]);
        assert_eq!((account.lines, account.strange, account.lost(1, 3), account.backwards), (3, 1, 0, 1));
        assert_eq!(account.waited(0.5), Some(Duration::from_millis(100)));
        assert_eq!(account.waited(0.99), Some(Duration::from_secs(1)));
    }

    #[test]
    fn lost_and_doubled_are_counted() {
        let line = |number: usize| format!("2026-01-01T00:00:00Z a {number}");
        let lines = [1, 2, 2, 2, 5].map(line);
        let account = account(&lines.each_ref().map(String::as_str));
        assert_eq!((account.lost(1, 6), account.doubled()), (3, 2));
        assert_eq!(account.lost(2, 6), 9);
    }

    #[test]
    fn a_line_is_late_behind_a_newer_one_of_another_container() {
        let line = |(second, container)| format!("2026-01-01T00:00:0{second}Z {container} 1");
        // b 2 is behind a 5; a 4 only behind its own; c 3 behind a; b 6 in time; a 5 behind b.
        let lines = [(5, "a"), (2, "b"), (4, "a"), (3, "c"), (6, "b"), (5, "a")].map(line);
        let account = account(&lines.each_ref().map(String::as_str));
        assert_eq!((account.late, account.backwards), (3, 3));
    }
}
