//! Words that are put together or taken apart in more than one place: kubectl's commands, and messages that quote a name.

/// A kubectl command, ready to paste. `flags` are what kubectl needs to find the pod, such as `-n demo`; they may be empty.
pub(super) fn kubectl(command: &str, flags: &str) -> String {
    let space = if flags.is_empty() { "" } else { " " };
    format!("kubectl {command}{space}{flags}")
}

/// What a message quotes after that opening, which ends with the quotation mark.
pub(super) fn quoted_after<'a>(message: &'a str, opening: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(opening)?;
    rest.split_once('"').map(|(quoted, _)| quoted)
}
