//! As whom commands run in a container, which is as whom its own process does: what it may read.

use std::collections::BTreeMap;

use super::file::FileEntry;

/// Tells as whom: a process's own status, and the names of users and groups, where the image has them.
pub const COMMAND: [&str; 4] = ["cat", "/proc/self/status", "/etc/passwd", "/etc/group"];

/// As whom a process runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Process {
    /// The user that files are opened as.
    pub uid: u32,
    /// Its groups, all of them.
    pub gids: Vec<u32>,
    /// It may read whatever the modes say: root's `CAP_DAC_OVERRIDE`, which a container has unless it was dropped.
    pub reads_all: bool,
    /// Names of users that the image knows.
    pub users: BTreeMap<u32, String>,
    /// Names of groups that the image knows.
    pub groups: BTreeMap<u32, String>,
}

/// `CAP_DAC_OVERRIDE` and `CAP_DAC_READ_SEARCH` (`linux/capability.h`).
const READ_ALL: u64 = 1 << 1 | 1 << 2;

impl Process {
    /// Reads the answer. `None`: it does not say as whom.
    pub fn parse(answer: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(answer);
        // The kernel's own words come first: what an image has in its files cannot stand in for them.
        let status = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
        let numbers = |key: &str| -> Option<Vec<u32>> {
            status(key)?.split_whitespace().map(|number| number.parse().ok()).collect()
        };
        let (uids, gids, groups) = (numbers("Uid"), numbers("Gid"), numbers("Groups"));
        let capabilities = u64::from_str_radix(status("CapEff")?.trim(), 16).ok()?;
        // Real, effective, saved, and the one for files.
        let mut process = Self {
            uid: *uids?.get(3)?,
            gids: groups_with(*gids?.get(3)?, groups.unwrap_or_default()),
            reads_all: capabilities & READ_ALL != 0,
            ..Self::default()
        };
        for line in text.lines() {
            let fields: Vec<&str> = line.split(':').collect();
            let named = |names: &mut BTreeMap<u32, String>| {
                if let Ok(id) = fields[2].parse() {
                    names.entry(id).or_insert_with(|| fields[0].to_owned());
                }
            };
            match fields.len() {
                7 => named(&mut process.users),
                4 => named(&mut process.groups),
                _ => {}
            }
        }
        Some(process)
    }

    /// Whether it may read the file, or the names in the directory, by mode and owner.
    pub fn may_read(&self, file: &FileEntry) -> bool {
        self.reads_all || self.bits(file) & 4 != 0
    }

    /// Whether it may see what is in the directory, by mode and owner.
    pub fn may_list(&self, folder: &FileEntry) -> bool {
        self.reads_all || self.bits(folder) & 5 == 5
    }

    /// The three bits that count for it: one class only, even where another allows more.
    fn bits(&self, file: &FileEntry) -> u32 {
        if self.uid == file.uid {
            file.mode >> 6
        } else if self.gids.contains(&file.gid) {
            file.mode >> 3
        } else {
            file.mode
        }
    }
}

/// All groups, each once.
fn groups_with(first: u32, others: Vec<u32>) -> Vec<u32> {
    std::iter::once(first).chain(others.into_iter().filter(|group| *group != first)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::FileKind;

    const STATUS: &str = "Name:\tcat\nUid:\t1000\t1000\t1000\t1000\nGid:\t100\t100\t100\t100\nGroups:\t100 2000 \n\
                          CapEff:\t0000000000000000\n";

    fn file(uid: u32, gid: u32, mode: u32) -> FileEntry {
        FileEntry { path: Vec::new(), kind: FileKind::File, size: 0, modified: None, uid, gid, mode, target: None }
    }

    #[test]
    fn one_class_of_bits_counts() {
        let process = Process::parse(STATUS.as_bytes()).unwrap();
        assert_eq!((process.uid, &process.gids[..]), (1000, &[100, 2000][..]));
        for (uid, gid, mode, may) in [
            (1000, 0, 0o400, true),
            (1000, 100, 0o044, false),
            (0, 2000, 0o640, true),
            (0, 2000, 0o604, false),
            (0, 0, 0o604, true),
            (0, 0, 0o640, false),
        ] {
            assert_eq!(process.may_read(&file(uid, gid, mode)), may, "{uid} {gid} {mode:o}");
        }
    }

    #[test]
    fn root_reads_all_unless_that_was_dropped() {
        let root = |capabilities| {
            let status = STATUS.replace("1000", "0").replace("0000000000000000", capabilities);
            Process::parse(status.as_bytes()).unwrap().may_read(&file(1, 1, 0o600))
        };
        assert!(root("00000000a80425fb"));
        assert!(!root("00000000a80425f0"));
    }

    #[test]
    fn an_images_files_name_users_and_change_nothing() {
        let text = format!("{STATUS}root:x:0:0:root:/root:/bin/sh\nUid:\t0\t0\t0\t0\nadm:x:4:\nbad:x:x:0:::\n");
        let process = Process::parse(text.as_bytes()).unwrap();
        assert_eq!(process.uid, 1000);
        assert_eq!(process.users.get(&0).map(String::as_str), Some("root"));
        assert_eq!(process.groups.get(&4).map(String::as_str), Some("adm"));
        assert_eq!(Process::parse(b"root:x:0:0:root:/root:/bin/sh\n"), None);
    }
}
