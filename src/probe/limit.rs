//! Commands that end by themselves, since nothing ends one that nobody waits for any more.
//!
//! Where an image has no `timeout`, what writes much goes on waiting for a reader after an interrupt. BusyBox's leaves a
//! process that is no more where a container's first process does not collect what others leave.

/// How many seconds a command has.
pub const SECONDS: u8 = 30;

/// What ends a command after that, in the words that GNU's, BusyBox's and Toybox's share.
pub const LIMIT: [&str; 2] = ["timeout", "30"];

/// The command, with an end.
pub fn limited(command: &[String]) -> Vec<String> {
    LIMIT.map(str::to_owned).into_iter().chain(command.iter().cloned()).collect()
}

/// Whether a limited command ended with that code since its time was over: GNU's and Toybox's `timeout` say so, BusyBox's has
/// become the command, which SIGTERM ended.
pub fn is_over(code: i32) -> bool {
    matches!(code, 124 | 143)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_before_the_command() {
        assert_eq!(limited(&["ls".to_owned(), "/a b".to_owned()]), ["timeout", "30", "ls", "/a b"]);
        assert_eq!(LIMIT[1], SECONDS.to_string());
    }

    #[test]
    fn an_end_by_the_limit_is_told_from_others() {
        assert_eq!([0, 1, 124, 127, 143].map(is_over), [false, false, true, false, true]);
    }
}
