//! What can be asked, and what can go wrong with the answer.

/// A kind of request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    /// The log of that container.
    Log(String),
    /// The log of its run before.
    Previous(String),
    /// Only the last line of it, to see whether there is a newer one.
    LastLine(String),
    /// One pod.
    Pod,
    /// A list of pods.
    Pods,
    /// The changes of pods.
    Watch,
    /// Anything else.
    Other,
}

impl Asked {
    pub(crate) fn log(container: &str) -> Self {
        Self::Log(container.to_owned())
    }

    /// What is asked for by `PATH?QUERY`.
    pub(super) fn of(target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let value = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        let container = || value("container").unwrap_or_default().to_owned();
        let segments: Vec<_> = path.split('/').skip(1).collect();
        match segments[..] {
            ["api", "v1", "namespaces", _, "pods", _, "log"] if value("previous").is_some() => {
                Self::Previous(container())
            }
            ["api", "v1", "namespaces", _, "pods", _, "log"]
                if value("follow").is_none() && value("tailLines") == Some("1") =>
            {
                Self::LastLine(container())
            }
            ["api", "v1", "namespaces", _, "pods", _, "log"] => Self::Log(container()),
            ["api", "v1", "namespaces", _, "pods", _] => Self::Pod,
            ["api", "v1", "namespaces", _, "pods"] if value("watch").is_some() => Self::Watch,
            ["api", "v1", "namespaces", _, "pods"] => Self::Pods,
            _ => Self::Other,
        }
    }
}

/// What goes wrong with an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// Its content ends at a place.
    Break(Place, Ending),
    /// The server says no with this code, and how many seconds it wants to be left alone.
    Refuse(u16, Option<u32>),
    /// A watch is told that it goes on from what is too old (410), as an event.
    Gone,
    /// No answer comes, and the connection stays open.
    Silence,
}

/// A place in the content of an answer: the first spot of that kind after so many bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) after: usize,
    pub(crate) spot: Spot,
}

/// What a place is in the middle of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spot {
    /// Anything.
    Any,
    /// The stamp in front of a line.
    Stamp,
    /// The bytes of one character.
    Character,
    /// The last byte of a line and the newline behind it.
    LineAndNewline,
    /// Two lines.
    Lines,
}

impl Spot {
    /// Whether it is in front of this byte, which is to come at this column of its line.
    pub(super) fn is_before(self, next: u8, column: usize) -> bool {
        match self {
            Self::Any => true,
            Self::Stamp => column == 10,
            Self::Character => next & 0b1100_0000 == 0b1000_0000,
            Self::LineAndNewline => next == b'\n',
            Self::Lines => column == 0,
        }
    }
}

/// How an answer ends too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// As if that was all.
    Clean,
    /// The connection is reset.
    Reset,
    /// The connection ends, between two chunks.
    HangUp,
    /// The connection ends within the line that says how long the next chunk is.
    InChunkHeader,
    /// The connection ends within a chunk.
    InChunk,
    /// Nothing more comes, and the connection stays open.
    Stall,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_apart() {
        let pods = "/api/v1/namespaces/school/pods";
        let log = |query: &str| Asked::of(&format!("{pods}/webserver/log?{query}"));
        assert_eq!(log("container=main&follow=true&timestamps=true"), Asked::log("main"));
        assert_eq!(log("container=main&follow=true&tailLines=1"), Asked::log("main"));
        assert_eq!(log("container=main&tailLines=1"), Asked::LastLine("main".to_owned()));
        assert_eq!(log("container=main&previous=true"), Asked::Previous("main".to_owned()));
        assert_eq!(Asked::of(&format!("{pods}/webserver")), Asked::Pod);
        assert_eq!(Asked::of(&format!("{pods}?fieldSelector=x")), Asked::Pods);
        assert_eq!(Asked::of(&format!("{pods}?watch=true&fieldSelector=x")), Asked::Watch);
        assert_eq!(Asked::of("/version"), Asked::Other);
    }
}
