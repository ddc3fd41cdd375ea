//! Listing a directory with `find` and `stat`, in the words that GNU's, BusyBox's and Toybox's share.
//!
//! No shell, and nothing of a name is ever read as anything else: `find` hands names over as arguments, and each record of
//! the answer begins with a word that nobody can guess, so a name may hold line ends, spaces and quotes. BusyBox's `find`
//! never runs what is in parentheses and ends in `+` (1.35), so there are none.

use memchr::memmem;

use super::file::{FileEntry, FileKind};
use super::quoted;

/// What each record says of a file: size, time, owner, group, mode in hexadecimal; then its name.
const FIELDS: &str = "%s %Y %u %g %f %n";

/// Lists `root`, a directory or a file, without what lies in the directories `nested`, which are other volumes; all are
/// absolute.
///
/// `-xdev` alone would not leave those out: two volumes of one disk are one device. `-H`: a mount's path may be a link in the
/// image, and what that leads to is what is mounted.
pub fn command(root: &str, nested: &[String], nonce: &str) -> Vec<String> {
    let mut words: Vec<String> = ["find", "-H", root, "-xdev"].map(str::to_owned).to_vec();
    for path in nested {
        words.extend(["-path".to_owned(), literal(path), "-prune".to_owned(), "-o".to_owned()]);
    }
    let stat = |format: String| ["-exec", "stat", "-c", &format, "{}", "+"].map(str::to_owned);
    words.extend(["-type", "l"].map(str::to_owned));
    words.extend(stat(format!("{nonce} {FIELDS}{nonce}=%N")));
    words.extend(["-o", "!", "-type", "l"].map(str::to_owned));
    words.extend(stat(format!("{nonce} {FIELDS}")));
    words
}

/// The path as a pattern that fits nothing else.
fn literal(path: &str) -> String {
    path.chars()
        .flat_map(|letter| ['*', '?', '[', ']', '\\'].contains(&letter).then_some('\\').into_iter().chain([letter]))
        .collect()
}

/// The entries of an answer. `is_cut`: its end is missing, and maybe a part of its last record.
pub fn parse(answer: &[u8], root: &str, nonce: &str, is_cut: bool) -> Vec<FileEntry> {
    let mut marks: Vec<usize> = memmem::find_iter(answer, nonce).collect();
    marks.push(answer.len());
    let mut pieces: Vec<&[u8]> = marks.windows(2).map(|pair| &answer[pair[0] + nonce.len()..pair[1]]).collect();
    // After a last mark that nothing follows there was a link's target, or another record.
    pieces.pop_if(|piece| is_cut && piece.is_empty());
    let mut entries = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let Some(record) = piece.strip_prefix(b" ") else { continue };
        let link = pieces.get(at + 1).and_then(|next| next.strip_prefix(b"="));
        let last = if link.is_some() { at + 1 } else { at };
        if is_cut && last + 1 == pieces.len() {
            break;
        }
        entries.extend(entry(record, link, root.as_bytes()));
    }
    entries
}

/// One record; `link` is what `%N` says of it.
fn entry(record: &[u8], link: Option<&[u8]>, root: &[u8]) -> Option<FileEntry> {
    let mut fields = record.splitn(6, |byte| *byte == b' ');
    let mut number = || std::str::from_utf8(fields.next()?).ok();
    let size = number()?.parse().ok()?;
    let modified = number()?.parse().ok();
    let (uid, gid) = (number()?.parse().ok()?, number()?.parse().ok()?);
    let mode = u32::from_str_radix(number()?, 16).ok()?;
    let name = fields.next()?;
    let name = if link.is_some() { name } else { name.strip_suffix(b"\n")? };
    let path = match name.strip_prefix(root)? {
        b"" => b"",
        below => below.strip_prefix(b"/")?,
    };
    let target = link.and_then(|link| quoted::target(link.strip_suffix(b"\n")?, name, size));
    let kind = FileKind::of_mode(mode)?;
    Some(FileEntry { path: path.to_vec(), kind, size, modified, uid, gid, mode: mode & 0o7777, target })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NONCE: &str = "6b1f0c9a52d84e7f";

    /// What GNU's, BusyBox's or Toybox's `stat` says, as `quote` shows names and targets.
    fn told(entries: &[FileEntry], root: &str, quote: impl Fn(&[u8], &[u8]) -> Vec<u8>) -> Vec<u8> {
        let mut answer = Vec::new();
        for entry in entries {
            let mut name = root.as_bytes().to_vec();
            if !entry.path.is_empty() {
                name.push(b'/');
                name.extend(&entry.path);
            }
            let bits = (0..16_u32).find(|bits| FileKind::of_mode(bits << 12) == Some(entry.kind)).unwrap();
            let (modified, mode) = (entry.modified.unwrap(), bits << 12 | entry.mode);
            let head = format!("{NONCE} {} {modified} {} {} {mode:x} ", entry.size, entry.uid, entry.gid);
            answer.extend(head.into_bytes());
            answer.extend(&name);
            if let Some(target) = &entry.target {
                answer.extend(format!("{NONCE}=").into_bytes());
                answer.extend(quote(&name, target));
            }
            answer.push(b'\n');
        }
        answer
    }

    fn busybox(name: &[u8], target: &[u8]) -> Vec<u8> {
        [b"'", name, b"' -> '", target, b"'"].concat()
    }

    fn toybox(name: &[u8], target: &[u8]) -> Vec<u8> {
        [name, b" -> '", target, b"'"].concat()
    }

    /// A name of any bytes that a file can have, most of them such as quoting and line ends are made of.
    fn name() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            3 => prop::sample::select(b"ab '\"\\$()-\n>".to_vec()),
            1 => (1_u8..=255).prop_filter("part of no name", |byte| *byte != b'/'),
        ];
        prop::collection::vec(byte, 1..12)
    }

    fn entries() -> impl Strategy<Value = Vec<FileEntry>> {
        let path = prop::collection::vec(name(), 0..4).prop_map(|names| names.join(&b'/'));
        let numbers = (any::<u64>(), any::<i64>(), any::<u32>(), any::<u32>(), 0_u32..0o10000);
        let entry = (path, name(), 0..KINDS.len(), numbers).prop_map(|(path, target, kind, numbers)| {
            let (size, modified, uid, gid, mode) = numbers;
            let kind = KINDS[kind];
            let is_link = kind == FileKind::Link;
            let size = if is_link { target.len() as u64 } else { size };
            let target = is_link.then_some(target);
            FileEntry { path, kind, size, modified: Some(modified), uid, gid, mode, target }
        });
        prop::collection::vec(entry, 0..8)
    }

    const KINDS: [FileKind; 4] = [FileKind::File, FileKind::Directory, FileKind::Link, FileKind::Pipe];

    proptest! {
        #[test]
        fn what_was_written_is_read_back(entries in entries()) {
            let root = "/var/log/a b\n";
            prop_assert_eq!(&parse(&told(&entries, root, busybox), root, NONCE, false), &entries);
            prop_assert_eq!(&parse(&told(&entries, root, toybox), root, NONCE, false), &entries);
            prop_assert_eq!(&parse(&told(&entries, root, quoted::tests::gnu), root, NONCE, false), &entries);
        }

        #[test]
        fn what_is_cut_off_is_a_beginning(entries in entries(), end in any::<prop::sample::Index>()) {
            let answer = told(&entries, "/data", busybox);
            let read = parse(&answer[..end.index(answer.len() + 1)], "/data", NONCE, true);
            prop_assert_eq!(&entries[..read.len()], &read[..]);
            prop_assert!(read.len() + 1 >= entries.len() || end.index(answer.len() + 1) < answer.len());
        }

        #[test]
        fn nothing_makes_it_panic(answer in prop::collection::vec(any::<u8>(), 0..200), is_cut in any::<bool>()) {
            let mut answer = answer;
            let mark = answer.len() / 2;
            answer.splice(mark..mark, format!("{NONCE} 1 2 3 4 ").into_bytes());
            parse(&answer, "/data", NONCE, is_cut);
        }
    }

    #[test]
    fn a_link_that_is_cut_off_at_its_mark_is_no_file() {
        let answer = format!("{NONCE} 1 0 0 0 a1ff /data/a\n{NONCE}");
        assert_eq!(parse(answer.as_bytes(), "/data", NONCE, true), []);
    }

    #[test]
    fn the_command_has_no_shell_and_no_name_in_a_pattern() {
        let nested = ["/data/[x]*".to_owned()];
        let words = command("/data", &nested, "N");
        assert_eq!(
            words.join("\u{1f}").replace('\u{1f}', " "),
            "find -H /data -xdev -path /data/\\[x\\]\\* -prune -o -type l -exec stat -c N %s %Y %u %g %f %nN=%N {} + \
             -o ! -type l -exec stat -c N %s %Y %u %g %f %n {} +"
        );
    }
}
