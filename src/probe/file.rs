//! A file in a volume, as a container's own tools tell of it.

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Bytes.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A named pipe.
    Pipe,
    /// A socket.
    Socket,
    /// A block device.
    BlockDevice,
    /// A character device.
    CharacterDevice,
}

/// The kinds, each with the letter `ls` begins a line with, its bits of `st_mode`, and its word.
const KINDS: [(FileKind, char, u32, &str); 7] = [
    (FileKind::File, '-', 0o10, "file"),
    (FileKind::Directory, 'd', 0o4, "directory"),
    (FileKind::Link, 'l', 0o12, "link"),
    (FileKind::Pipe, 'p', 0o1, "pipe"),
    (FileKind::Socket, 's', 0o14, "socket"),
    (FileKind::BlockDevice, 'b', 0o6, "blockDevice"),
    (FileKind::CharacterDevice, 'c', 0o2, "characterDevice"),
];

impl FileKind {
    /// By the upper bits of `st_mode`.
    pub(super) fn of_mode(mode: u32) -> Option<Self> {
        KINDS.iter().find(|(_, _, bits, _)| *bits == mode >> 12).map(|(kind, ..)| *kind)
    }

    /// By the first letter of a line of `ls -l`.
    pub(super) fn of_letter(letter: char) -> Option<Self> {
        KINDS.iter().find(|(_, known, ..)| *known == letter).map(|(kind, ..)| *kind)
    }

    /// The letter `ls -l` has for it.
    pub fn letter(self) -> char {
        self.row().1
    }

    /// The kind as JSON output spells it.
    pub fn as_str(self) -> &'static str {
        self.row().3
    }

    fn row(self) -> (Self, char, u32, &'static str) {
        KINDS.into_iter().find(|(kind, ..)| *kind == self).unwrap_or(KINDS[0])
    }
}

/// A file, and what is known of it without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Below the directory that was listed, without a slash in front; empty: that directory. Names are bytes.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: FileKind,
    /// Bytes.
    pub size: u64,
    /// When its content changed last, in seconds since 1970; `None` where the tool does not tell it plainly.
    pub modified: Option<i64>,
    /// Its owner.
    pub uid: u32,
    /// Its group.
    pub gid: u32,
    /// The lower twelve bits of its mode.
    pub mode: u32,
    /// Where a link leads, where that could be told from its name.
    pub target: Option<Vec<u8>>,
}

impl FileEntry {
    /// Kind and mode as `ls -l` shows them: `drwxr-xr-x`.
    pub fn permissions(&self) -> String {
        let mut text = String::from(self.kind.letter());
        for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
            let bits = self.mode >> shift;
            text.push(if bits & 4 == 0 { '-' } else { 'r' });
            text.push(if bits & 2 == 0 { '-' } else { 'w' });
            text.push(match (self.mode & special != 0, bits & 1 != 0) {
                (false, false) => '-',
                (false, true) => 'x',
                (true, true) => letter,
                (true, false) => letter.to_ascii_uppercase(),
            });
        }
        text
    }
}

/// What was found in a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The directory itself and all below it, in the order they were told in.
    pub entries: Vec<FileEntry>,
    /// The tool could not look everywhere, by its own word.
    pub is_partial: bool,
    /// There was more than is read of an answer.
    pub is_cut: bool,
    /// So many names are not told plainly.
    pub unclear: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_read_as_ls_shows_them() {
        let shown = |kind, mode| {
            let entry =
                FileEntry { path: Vec::new(), kind, size: 0, modified: None, uid: 0, gid: 0, mode, target: None };
            entry.permissions()
        };
        assert_eq!(shown(FileKind::File, 0o644), "-rw-r--r--");
        assert_eq!(shown(FileKind::Directory, 0o1777), "drwxrwxrwt");
        assert_eq!(shown(FileKind::Directory, 0o2750), "drwxr-s---");
        assert_eq!(shown(FileKind::File, 0o4655), "-rwSr-xr-x");
        assert_eq!(shown(FileKind::Link, 0o777), "lrwxrwxrwx");
    }

    #[test]
    fn kinds_are_known_by_mode_and_letter() {
        for (kind, letter, bits, _) in KINDS {
            assert_eq!(FileKind::of_mode(bits << 12 | 0o644), Some(kind));
            assert_eq!(FileKind::of_letter(letter), Some(kind));
        }
        assert_eq!(FileKind::of_mode(0o644), None);
    }
}
