//! Listing a directory with `ls`, where there is no `find`, or no `stat`.
//!
//! GNU's and Toybox's escape what is in a name (`-b`), so nothing is unclear. BusyBox's shows a `?` for each byte it does not
//! print: such names are counted, since they may be others. Toybox's does not escape where a link leads.

use super::file::{FileEntry, FileKind, Listing};
use super::quoted::escape;

/// How `ls` is asked, the clearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LsForm {
    /// Names escaped, times in full: GNU's and Toybox's.
    Escaped,
    /// Times in full: BusyBox's.
    FullTime,
    /// What POSIX has.
    Plain,
}

impl LsForm {
    /// All of them, the clearest first.
    pub const ALL: [Self; 3] = [Self::Escaped, Self::FullTime, Self::Plain];

    /// Lists `root`.
    pub fn command(self, root: &str) -> Vec<String> {
        let flags: &[&str] = match self {
            Self::Escaped => &["-lnARHb", "--full-time"],
            Self::FullTime => &["-lnARH", "--full-time"],
            Self::Plain => &["-lnARH"],
        };
        let words = std::iter::once("ls").chain(flags.iter().copied()).map(str::to_owned);
        words.chain([root.to_owned()]).collect()
    }

    /// What the answer tells. `None`: it does not begin as it should.
    pub fn parse(self, answer: &[u8], root: &str) -> Option<Listing> {
        let mut listing = Listing::default();
        let mut folder: Option<Vec<u8>> = None;
        let mut of_a_file = None;
        // What is behind the last line end is empty, or a line that was cut off.
        let end = answer.iter().rposition(|byte| *byte == b'\n')?;
        for line in answer[..end].split(|byte| *byte == b'\n') {
            if let Some(heading) = self.heading(line, root.as_bytes()) {
                folder = Some(heading);
            } else if line.is_empty() || line.starts_with(b"total ") {
            } else if let Some(entry) = folder.as_ref().and_then(|folder| self.entry(line, folder)) {
                let is_unclear = self != Self::Escaped && entry.path.contains(&b'?');
                listing.unclear += usize::from(is_unclear);
                listing.entries.push(entry);
            } else if folder.is_none() {
                // A file, and not a directory, is mounted: it is told by its whole path.
                of_a_file = self.entry(line, b"").filter(|entry| entry.path == root.as_bytes());
            } else {
                listing.unclear += 1;
            }
        }
        let is_folder = folder.is_some();
        listing.entries.extend(of_a_file.filter(|_| !is_folder).map(|file| FileEntry { path: Vec::new(), ..file }));
        (is_folder || !listing.entries.is_empty()).then_some(listing)
    }

    /// The directory below `root` whose content follows.
    fn heading(self, line: &[u8], root: &[u8]) -> Option<Vec<u8>> {
        let path = self.name(line.strip_suffix(b":")?)?;
        match path.strip_prefix(root)? {
            b"" => Some(Vec::new()),
            below => below.strip_prefix(b"/").map(<[u8]>::to_vec),
        }
    }

    /// `-rw-r--r-- 1 0 0 3 2026-11-24 11:47:30.563930928 +0000 name`
    fn entry(self, line: &[u8], folder: &[u8]) -> Option<FileEntry> {
        let mut rest = line;
        let permissions = field(&mut rest)?;
        let kind = FileKind::of_letter(permissions.chars().next()?)?;
        let mode = bits(permissions.get(1..10)?)?;
        let _links: u64 = field(&mut rest)?.parse().ok()?;
        let (uid, gid) = (field(&mut rest)?.parse().ok()?, field(&mut rest)?.parse().ok()?);
        let size = match field(&mut rest)? {
            // A device has two numbers in place of a size.
            major if major.ends_with(',') => field(&mut rest).map(|_| 0)?,
            size => size.parse().ok()?,
        };
        let modified = self.time(&mut rest).ok()?;
        let (name, target) = self.name_and_target(rest, kind, size)?;
        let path = if folder.is_empty() { name } else { [folder, b"/", &name].concat() };
        Some(FileEntry { path, kind, size, modified, uid, gid, mode, target })
    }

    /// Takes the time away, and tells it where that can be: not without a year and a zone.
    fn time(self, rest: &mut &[u8]) -> Result<Option<i64>, NoTime> {
        let first = field(rest).ok_or(NoTime)?;
        let second = field(rest).ok_or(NoTime)?;
        if self == Self::Plain {
            // `Nov 24 11:47`; Toybox's `2026-11-24 11:47`.
            if !first.contains('-') {
                field(rest).ok_or(NoTime)?;
            }
            return Ok(None);
        }
        let (whole, _) = second.split_once('.').unwrap_or((second, ""));
        let text = format!("{first} {whole} {}", field(rest).ok_or(NoTime)?);
        let time = jiff::Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text).map_err(|_| NoTime)?;
        Ok(Some(time.as_second()))
    }

    fn name_and_target(self, rest: &[u8], kind: FileKind, size: u64) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
        if kind != FileKind::Link {
            return Some((self.name(rest)?, None));
        }
        let arrows: Vec<usize> = memchr::memmem::find_iter(rest, " -> ").collect();
        // One name with an arrow in it, or a link to one: only a single arrow is plain where blanks are not escaped.
        let [first, more @ ..] = arrows.as_slice() else { return None };
        let is_plain = more.is_empty() || self == Self::Escaped;
        let name = self.name(&rest[..*first]).filter(|_| is_plain)?;
        let target = self.name(&rest[first + 4..]).filter(|target| target.len() as u64 == size);
        Some((name, target))
    }

    fn name(self, text: &[u8]) -> Option<Vec<u8>> {
        if text.is_empty() {
            return None;
        }
        if self != Self::Escaped {
            return Some(text.to_vec());
        }
        let (mut name, mut rest) = (Vec::new(), text);
        while let [byte, after @ ..] = rest {
            let (byte, after) = if *byte == b'\\' { escape(rest)? } else { (*byte, after) };
            name.push(byte);
            rest = after;
        }
        Some(name)
    }
}

/// There is no time where one should be.
struct NoTime;

/// Takes a field and the one blank behind it away. Fields are padded by blanks in front.
fn field<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let text = rest.trim_ascii_start();
    let end = text.iter().position(|byte| *byte == b' ')?;
    let field = std::str::from_utf8(&text[..end]).ok()?;
    *rest = &text[end + 1..];
    Some(field)
}

/// The mode that nine letters stand for.
fn bits(letters: &str) -> Option<u32> {
    let mut mode = 0;
    for (at, letter) in letters.char_indices() {
        let bit = 0o400 >> at;
        let special = 0o4000 >> (at / 3);
        mode |= match letter {
            '-' => 0,
            'r' | 'w' | 'x' => bit,
            's' | 't' => bit | special,
            'S' | 'T' => special,
            _ => return None,
        };
    }
    Some(mode)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(listing: &Listing) -> Vec<String> {
        let shown = |entry: &FileEntry| {
            let target = entry.target.as_ref().map(|target| format!(" to {:?}", String::from_utf8_lossy(target)));
            let (name, time) = (String::from_utf8_lossy(&entry.path), entry.modified.unwrap_or_default());
            format!("{} {} {time} {name:?}{}", entry.permissions(), entry.size, target.unwrap_or_default())
        };
        listing.entries.iter().map(shown).collect()
    }

    #[test]
    fn gnus_names_are_plain() {
        let answer = br"/data:
total 12
-rw-r--r-- 1 0 0    0 2026-11-24 11:47:30.563930928 +0000 $(touch\ x)
-rw-r--r-- 1 0 0    1 2026-11-24 12:47:30.568830379 +0100 bad\377\001\033[31m?
lrwxrwxrwx 1 0 0   10 2026-11-24 11:47:30.568830379 +0000 l\ ->\ k -> it's$(x)\ny
drwx------ 2 0 0 4096 2026-11-24 11:47:30.568830379 +0000 locked
crw-r--r-- 1 0 0 1, 3 2026-11-24 11:47:30.568830379 +0000 null
-rw-r--r-- 1 0 0    0 2026-11-24 11:47:30.563930928 +0000 new\nline:

/data/locked:
total 0
-rw-r--r-- 1 0 0 0 2026-11-24 11:47:30.568830379 +0000 in
";
        let listing = LsForm::Escaped.parse(answer, "/data").unwrap();
        assert_eq!(listing.unclear, 0);
        assert_eq!(
            told(&listing),
            [
                r#"-rw-r--r-- 0 1795520850 "$(touch x)""#,
                r#"-rw-r--r-- 1 1795520850 "bad�\u{1}\u{1b}[31m?""#,
                r#"lrwxrwxrwx 10 1795520850 "l -> k" to "it's$(x)\ny""#,
                r#"drwx------ 4096 1795520850 "locked""#,
                r#"crw-r--r-- 0 1795520850 "null""#,
                r#"-rw-r--r-- 0 1795520850 "new\nline:""#,
                r#"-rw-r--r-- 0 1795520850 "locked/in""#,
            ]
        );
    }

    #[test]
    fn what_busybox_does_not_print_is_counted() {
        let answer = b"/d:
total 16
-rw-r--r--    1 0        0                0 2026-11-24 11:47:30 +0000 a b
-rw-r--r--    1 0        0                1 2026-11-24 11:47:30 +0000 bad???[31m
lrwxrwxrwx    1 0        0                7 2026-11-24 11:47:30 +0000 link -> tar get
lrwxrwxrwx    1 0        0                7 2026-11-24 11:47:30 +0000 a -> b -> tar get
";
        let listing = LsForm::FullTime.parse(answer, "/d").unwrap();
        assert_eq!(listing.unclear, 2);
        let expected = [
            r#"-rw-r--r-- 0 1795520850 "a b""#,
            r#"-rw-r--r-- 1 1795520850 "bad???[31m""#,
            r#"lrwxrwxrwx 7 1795520850 "link" to "tar get""#,
        ];
        assert_eq!(told(&listing), expected);
    }

    #[test]
    fn posix_tells_no_year() {
        let answer = b"/d:\ntotal 0\n-rw-r--r-- 1 0 0 5 Nov 24 11:47  a\n-rw-r--r-- 1 0 0 5 2026-11-24 11:47 b\n";
        let listing = LsForm::Plain.parse(answer, "/d").unwrap();
        assert_eq!(told(&listing), [r#"-rw-r--r-- 5 0 " a""#, r#"-rw-r--r-- 5 0 "b""#]);
        assert_eq!(LsForm::Plain.parse(b"ls: invalid option -- 'b'\n", "/d"), None);
    }

    #[test]
    fn a_file_alone_is_told_by_its_path() {
        let answer = b"-rw-r--r-- 1 0 0 3 2026-11-24 11:47:30.563930928 +0000 /etc/app.conf\n";
        assert_eq!(told(&LsForm::Escaped.parse(answer, "/etc/app.conf").unwrap()), [r#"-rw-r--r-- 3 1795520850 """#]);
        assert_eq!(LsForm::Escaped.parse(answer, "/etc/other.conf"), None);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(lines in prop::collection::vec("[-dl][-rwxsStT?]{0,9}( [0-9a-z:,.+-]{0,9}){0,9}|.*", 0..6)) {
            let answer = format!("/d:\n{}", lines.join("\n"));
            for form in LsForm::ALL {
                form.parse(answer.as_bytes(), "/d");
            }
        }
    }
}
