//! A command in one container: started, fed, and its end told in our words.

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::Plan;
use crate::cluster::{ExecEnd, ExecRequest};
use crate::error::{Error, Kind};
use crate::probe::{Failure, Place, Reason, not_started};
use crate::ui::Input;

/// The command, there.
pub(super) fn request(place: &Place, plan: &Plan) -> ExecRequest {
    ExecRequest {
        pod: place.pod.clone(),
        container: place.container.clone(),
        command: plan.command.clone(),
        stdin: plan.stdin,
        tty: plan.tty,
    }
}

/// Passes on what we read, and closes it at its end. Ends when there is nothing more, or nobody takes it.
pub(super) async fn feed(stdin: Option<impl AsyncWrite + Unpin>, input: Option<Input>) {
    let (Some(mut stdin), Some(mut input)) = (stdin, input) else { return };
    while let Some(piece) = input.next().await {
        // A command that does not read to the end closes it: no failure.
        if stdin.write_all(&piece).await.is_err() || stdin.flush().await.is_err() {
            return;
        }
    }
    let _ = stdin.shutdown().await;
}

/// How it ended. `flags`: see [`not_started`].
pub(in crate::commands) fn ended(end: ExecEnd, place: &Place, command: &[String], flags: &str) -> Result<i32, Failure> {
    match end {
        ExecEnd::Exited(code) => Ok(code),
        ExecEnd::Failed(words) => Err(not_started(place, command, flags, &words)),
        ExecEnd::Lost => {
            let words = "the connection broke off before the end; the command may go on";
            Err(Failure::new(Reason::ConnectionLost, words))
        }
    }
}

/// The server's no, of one container among others.
pub(in crate::commands) fn refused(error: &Error) -> Failure {
    let reason = match error.kind() {
        Kind::Unreachable => Reason::ConnectionLost,
        _ => Reason::Refused,
    };
    let failure = Failure::new(reason, error.to_string());
    error.hints().iter().fold(failure, |failure, hint| failure.hint(hint.clone()))
}
