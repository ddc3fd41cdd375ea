//! What follows from the answers.

use super::{Marker, Spot, Trial, explained};
use crate::probe::{Answer, Failure, Reason};

/// Whether what one container writes is seen by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It returned what was written.
    Proven,
    /// The writer can only read there, as its mount says.
    ReadOnly,
    /// The file is not there, or it is another one.
    NotVisible(String),
    /// One of the two may not do it.
    Denied(String),
    /// Nobody knows.
    Unknown(String),
}

impl Verdict {
    /// The verdict as JSON output spells it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::ReadOnly => "readOnly",
            Self::NotVisible(_) => "notVisible",
            Self::Denied(_) => "denied",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Why it is so, where that needs to be said.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Proven | Self::ReadOnly => None,
            Self::NotVisible(reason) | Self::Denied(reason) | Self::Unknown(reason) => Some(reason),
        }
    }

    /// Whether it is as it should be.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Proven | Self::ReadOnly)
    }
}

/// What was tried between two containers, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Who wrote, and where.
    pub writer: Spot,
    /// Who read, and where.
    pub reader: Spot,
    /// What came of it.
    pub verdict: Verdict,
}

/// What is proven of a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeProof {
    /// The volume's name.
    pub volume: String,
    /// In start order of the writers, then of the readers.
    pub pairs: Vec<Pair>,
    /// Why nothing was tried.
    pub left_out: Option<String>,
    /// Markers that may still be there: where, and why.
    pub left_behind: Vec<String>,
}

impl VolumeProof {
    /// Whether all that should be shared is.
    pub fn is_good(&self) -> bool {
        self.left_behind.is_empty() && self.pairs.iter().all(|pair| pair.verdict.is_good())
    }
}

impl Trial {
    /// Each reader, with the same verdict.
    pub fn all(&self, verdict: &Verdict) -> Vec<Pair> {
        self.readers.iter().map(|reader| self.pair(&reader.spot, verdict.clone())).collect()
    }

    /// That reader, with that verdict.
    pub fn pair(&self, reader: &Spot, verdict: Verdict) -> Pair {
        Pair { writer: self.writer.clone(), reader: reader.clone(), verdict }
    }

    /// What is known without trying. `None`: a marker is to be written.
    pub fn foregone(&self) -> Option<Vec<Pair>> {
        if self.is_read_only {
            return Some(self.all(&Verdict::ReadOnly));
        }
        let obstacle = self.obstacle.as_ref()?;
        Some(self.all(&Verdict::Unknown(format!("{}: {}", self.writer.container(), obstacle.message))))
    }
}

/// What is known where no marker could be written.
pub fn not_written(writer: &Spot, answer: &Answer) -> Verdict {
    let name = writer.container();
    let errors = String::from_utf8_lossy(&answer.stderr);
    match &answer.end {
        Err(failure) if failure.reason == Reason::NoSuchProgram => {
            Verdict::Unknown(format!("{name} has no shell (sh) to write with"))
        }
        Err(failure) => unknown(writer, failure),
        Ok(_) if errors.contains("no rm") => Verdict::Unknown(format!("{name} has no rm to remove a file with")),
        Ok(_) => denied(writer, "write", &errors, &String::from_utf8_lossy(&answer.stdout)),
    }
}

/// Nobody knows, for that reason.
pub fn unknown(spot: &Spot, failure: &Failure) -> Verdict {
    Verdict::Unknown(format!("{}: {}", spot.container(), failure.message))
}

/// A reader's answer. `None`: the reason is to be looked for, with [`super::look`].
pub fn of_read(reader: &Spot, marker: &Marker, answer: &Answer) -> Option<Verdict> {
    let errors = String::from_utf8_lossy(&answer.stderr);
    Some(match &answer.end {
        Ok(0) if answer.stdout == marker.token().as_bytes() => Verdict::Proven,
        Ok(0) => Verdict::NotVisible(format!("{} sees another file there", reader.container())),
        Ok(_) if errors.contains("No such file or directory") || errors.contains("nonexistent") => {
            Verdict::NotVisible(format!("{} sees no such file in {}", reader.container(), reader.path))
        }
        Ok(_) => return None,
        Err(failure) if failure.reason == Reason::NoSuchProgram => {
            Verdict::Unknown(format!("{} has neither cat nor a shell (sh) to read with", reader.container()))
        }
        Err(failure) => unknown(reader, failure),
    })
}

/// Something was not allowed, or failed: in the words of who tried, and whom the files belong to.
pub fn denied(spot: &Spot, verb: &str, errors: &str, said: &str) -> Verdict {
    let container = spot.container();
    let words = errors.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("it did not say why");
    let explained = explained(said);
    let explained = if explained.is_empty() { String::new() } else { format!(" ({explained})") };
    if words.contains("Permission denied") {
        Verdict::Denied(format!("{container} may not {verb} in {}{explained}", spot.path))
    } else if words.contains("Read-only file system") {
        Verdict::Denied(format!("{container} cannot {verb} in {}: it is a read-only file system", spot.path))
    } else {
        Verdict::Unknown(format!("{container} could not {verb} in {}: {words}{explained}", spot.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::{ContainerKind, Role};
    use crate::probe::Place;

    fn spot() -> Spot {
        let (pod, container) = ("web".to_owned(), "b".to_owned());
        let place = Place { pod, container, kind: ContainerKind::Container, role: Role::Main };
        Spot { place, path: "/b".to_owned() }
    }

    fn answer(end: Result<i32, Failure>, stdout: &str, stderr: &str) -> Answer {
        Answer { place: spot().place, stdout: stdout.into(), stderr: stderr.into(), end }
    }

    fn missing() -> Result<i32, Failure> {
        Err(Failure::new(Reason::NoSuchProgram, "no such program"))
    }

    #[test]
    fn only_who_returns_the_word_has_read_it() {
        let marker = Marker::new(&[7; Marker::RANDOM]);
        let of = |end, stdout: &str, stderr: &str| of_read(&spot(), &marker, &answer(end, stdout, stderr));
        assert_eq!(of(Ok(0), marker.token(), ""), Some(Verdict::Proven));
        let other = Verdict::NotVisible("b sees another file there".to_owned());
        assert_eq!(of(Ok(0), &format!("{}\n", marker.token()), ""), Some(other.clone()));
        assert_eq!(of(Ok(0), "", ""), Some(other));
        let gone = Verdict::NotVisible("b sees no such file in /b".to_owned());
        assert_eq!(of(Ok(1), "", "cat: /b/x: No such file or directory\n"), Some(gone.clone()));
        assert_eq!(
            of(Ok(5), "", "sh: 4: cannot open /b/x: No such file\nsh: can't open /b/x: nonexistent directory"),
            Some(gone)
        );
        assert_eq!(of(Ok(1), "", "cat: /b/x: Permission denied\n"), None);
        assert_eq!(of(missing(), "", "").unwrap().as_str(), "unknown");
    }

    #[test]
    fn who_may_not_is_told_why() {
        let said = "user 1000 1000\nfolder drwx------ 2 0 0 4096 Nov 24 12:00 /b\n";
        let written = |end, stderr: &str| not_written(&spot(), &answer(end, said, stderr));
        let why = "b may not write in /b (runs as user 1000; the folder is drwx------ of user 0, group 0)";
        for words in ["sh: 12: cannot create /b/x: Permission denied", "sh: can't create /b/x: Permission denied"] {
            assert_eq!(written(Ok(5), words), Verdict::Denied(why.to_owned()));
        }
        let root = written(Ok(5), "sh: line 12: /b/x: Read-only file system");
        assert_eq!(root.reason(), Some("b cannot write in /b: it is a read-only file system"));
        assert_eq!(written(missing(), "").reason(), Some("b has no shell (sh) to write with"));
        assert_eq!(written(Ok(3), "no rm\n").reason(), Some("b has no rm to remove a file with"));
        assert_eq!(written(Ok(5), "x: No space left on device").as_str(), "unknown");
        let why = "b could not write in /b: it did not say why (runs as user 1000; the folder is drwx------ of user 0, group 0)";
        assert_eq!(written(Ok(5), " \n").reason(), Some(why));
    }
}
