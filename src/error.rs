//! What can go wrong, in kubectl's words, and the exit code each ending has.
//!
//! Decides wording: every message a user sees about a failure is made here or passed through here, worded as
//! kubectl words it, followed by what to do next. Leaves classifying a failure to the room it happens in, and
//! printing to `ui`.

mod cluster;
mod credentials;

use std::fmt;

/// The result of everything that can fail in a way a user must hear of.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure: one message, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: String,
    hints: Vec<String>,
}

/// What a caller may want to tell apart. Everything else is in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command line, a manifest or a setting is wrong: nothing was asked of a cluster.
    Usage,
    /// The object is not there.
    NotFound,
    /// An object of that name is there already.
    AlreadyExists,
    /// The server knows who asks, and says no.
    Forbidden,
    /// The server does not know who asks.
    Unauthorized,
    /// The server cannot make sense of what was asked.
    BadRequest,
    /// The server no longer has the version of its state that was asked for.
    Expired,
    /// The server said no for another reason.
    Server,
    /// No answer from the server.
    Unreachable,
    /// What was asked for is done, and it did not come out well: all has been said on the way.
    Reported,
    /// A command in a container ended with that code, which is ours then: all has been said on the way.
    Exited(u8),
    /// The user pressed Ctrl-C.
    Interrupted,
    /// Who reads our output has gone: nothing is wrong, and nobody is left to tell.
    ClosedPipe,
    /// Anything else.
    Other,
}

/// Whether a hint ends with a command that flags of a connection can be added to.
fn asks_a_cluster(hint: &str) -> bool {
    // Whether one may act as another one is asked as oneself.
    const OTHERS: [&str; 5] =
        ["auth can-i impersonate", "config get-", "config use-", "sidecar presets", "sidecar completion"];
    hint.rsplit_once(": kubectl ").is_some_and(|(_, command)| {
        let is_other = OTHERS.iter().any(|other| command.starts_with(other));
        !is_other && !command.contains(" -- ") && !command.ends_with(" --help")
    })
}

impl Error {
    /// A failure of that kind. `message` is the whole line, as kubectl words it.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: visible(message.into()), hints: Vec::new() }
    }

    /// A failure of the command line or of what the user wrote: `error: MESSAGE`.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::new(Kind::Usage, format!("error: {message}"))
    }

    /// Any other failure on our side of the connection: `error: MESSAGE`.
    pub fn other(message: impl fmt::Display) -> Self {
        Self::new(Kind::Other, format!("error: {message}"))
    }

    /// The server's refusal, with the reason it gave: `Error from server (NotFound): pods "x" not found`.
    pub fn from_server(kind: Kind, reason: &str, message: &str) -> Self {
        let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        Self::new(kind, format!("Error from server{reason}: {message}"))
    }

    /// The server does not know who asks.
    pub fn unauthorized(message: &str) -> Self {
        Self::new(Kind::Unauthorized, format!("error: You must be logged in to the server ({message})"))
            .hint("the token or certificate is not valid, or not any more: log in again with what wrote the kubeconfig")
            .hint("see which user is meant with: kubectl config view --minify")
    }

    /// Nobody listens at that address.
    pub fn refused(host: &str) -> Self {
        let message =
            format!("The connection to the server {host} was refused - did you specify the right host or port?");
        Self::new(Kind::Unreachable, message).hint("see which server is meant with: kubectl config view --minify")
    }

    /// The server cannot be reached, or not be trusted, for that cause.
    pub fn unreachable(cause: impl fmt::Display) -> Self {
        Self::new(Kind::Unreachable, format!("Unable to connect to the server: {cause}"))
    }

    /// The command did its work and said all there is to say; only the exit code remains.
    pub fn reported() -> Self {
        Self::new(Kind::Reported, String::new())
    }

    /// A command in a container ended with that code, which is not 0. Of a code that no process of ours can end with, the
    /// last byte is taken, as the system does; and never 0.
    pub fn exited(code: i32) -> Self {
        let code = u8::try_from(code & 0xff).ok().filter(|code| *code != 0).unwrap_or(1);
        Self::new(Kind::Exited(code), String::new())
    }

    /// The user pressed Ctrl-C.
    pub fn interrupted() -> Self {
        Self::new(Kind::Interrupted, String::new())
    }

    /// Whether there is nothing more to say.
    pub fn is_silent(&self) -> bool {
        matches!(self.kind, Kind::Reported | Kind::Exited(_) | Kind::Interrupted | Kind::ClosedPipe)
    }

    /// Adds lines to the message: what shows it.
    #[must_use]
    pub fn shown_by(mut self, lines: &[String]) -> Self {
        for line in lines {
            self.message.extend(["\n", &visible(line.clone())]);
        }
        self
    }

    /// Adds a line that says what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(visible(hint.into()));
        self
    }

    /// Has the commands that are to come next ask the same cluster, as the same user: whoever pastes them means no other.
    #[must_use]
    pub fn with_flags(mut self, flags: &str) -> Self {
        if !flags.is_empty() {
            let theirs = self.hints.iter_mut().filter(|hint| asks_a_cluster(hint) && !hint.contains(flags));
            theirs.for_each(|hint| hint.extend([" ", flags]));
        }
        self
    }

    /// Adds what was probably meant, before all that says what to do next.
    #[must_use]
    pub fn hint_meant(mut self, what: &str) -> Self {
        self.hints.insert(0, visible(format!("did you mean {what}?")));
        self
    }

    /// Whether it is a namespace that is not there.
    pub fn is_of_namespace(&self) -> bool {
        self.kind == Kind::NotFound && self.message.contains("(NotFound): namespaces \"")
    }

    /// What a caller may want to tell apart.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What to do next, a line each.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// What the process exits with.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::ClosedPipe => 0,
            Kind::Interrupted => 130,
            Kind::Exited(code) => code,
            _ => 1,
        }
    }
}

/// The text with control characters written out, but for line ends and tabs: names and messages come from clusters
/// and files, and must not drive a terminal.
pub fn visible(text: String) -> String {
    let drives = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if !text.contains(drives) {
        return text;
    }
    let escaped = |character: char| {
        if drives(character) { character.escape_default().to_string() } else { character.to_string() }
    };
    text.chars().map(escaped).collect()
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// A failure to write to standard output: the only place where plain I/O errors become ours without a word of
/// where they happened.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::new(Kind::ClosedPipe, String::new()),
            _ => Self::other(format_args!("writing to standard output: {error}")),
        }
    }
}
