//! Commands that end by themselves, since nothing ends one that nobody waits for any more.
//!
//! GNU's `timeout` ends all that it began, and leaves nothing behind. BusyBox's ends only what it runs itself, and leaves a
//! process that is no more at each run where a container's first process does not collect what others leave, which is most of
//! them: it is not used. There, and where an image has no `timeout`, what writes much goes on waiting for a reader after an
//! interrupt.

/// How many seconds a command has.
pub const SECONDS: u8 = 30;

/// What ends a command after that: a long option is what GNU's knows, and BusyBox's does not.
const LIMIT: [&str; 3] = ["timeout", "--kill-after=1", "30"];

/// The command, with an end.
pub fn limited(command: &[String]) -> Vec<String> {
    LIMIT.map(str::to_owned).into_iter().chain(command.iter().cloned()).collect()
}

/// Whether a limited command ended with that code since its time was over.
pub fn is_over(code: i32) -> bool {
    code == 124
}

/// Whether it was the `timeout` itself that would not: it is another one than GNU's.
pub fn is_other_timeout(stdout: &[u8], stderr: &[u8]) -> bool {
    stdout.is_empty() && stderr.starts_with(b"timeout:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_before_the_command() {
        assert_eq!(limited(&["ls".to_owned(), "/a b".to_owned()]), ["timeout", "--kill-after=1", "30", "ls", "/a b"]);
        assert_eq!(LIMIT[2], SECONDS.to_string());
    }

    #[test]
    fn another_timeout_than_gnus_is_told_from_a_command_that_fails() {
        assert!(is_other_timeout(b"", b"timeout: unrecognized option '--kill-after=1'\nBusyBox v1.35.0"));
        assert!(!is_other_timeout(b"", b"find: /data: Permission denied"));
        assert!(!is_other_timeout(b"a", b"timeout: sending signal TERM"));
    }
}
