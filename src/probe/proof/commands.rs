//! What is run. The scripts are constant: paths and names are passed to them as arguments.

use std::fmt::Write;

use super::Spot;

const WRITE: &str = include_str!("write.sh");
const READ: &str = include_str!("read.sh");
const LOOK: &str = include_str!("look.sh");

/// How many random bytes a marker is made of: its name, and what it holds.
const NAME: usize = 16;
const TOKEN: usize = 32;

/// A file that nobody else can have written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    name: String,
    token: String,
}

impl Marker {
    /// How many random bytes one takes.
    pub const RANDOM: usize = NAME + TOKEN;

    /// How many bytes it holds.
    pub const SIZE: usize = TOKEN * 2;

    /// Of these random bytes.
    pub fn new(random: &[u8; Self::RANDOM]) -> Self {
        let (name, token) = random.split_at(NAME);
        Self { name: format!(".kubectl-sidecar-{}", hex(name)), token: hex(token) }
    }

    /// Its path there.
    pub fn path(&self, spot: &Spot) -> String {
        format!("{}/{}", spot.path.trim_end_matches('/'), self.name)
    }

    /// What it holds.
    pub fn token(&self) -> &str {
        &self.token
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Writes the marker there, and holds it until standard input is closed.
pub fn write(spot: &Spot, marker: &Marker) -> Vec<String> {
    script(WRITE, &[&spot.path, &marker.name, &marker.token])
}

/// Reads it. No shell is needed.
pub fn read(spot: &Spot, marker: &Marker) -> Vec<String> {
    ["cat", &marker.path(spot)].map(str::to_owned).to_vec()
}

/// Reads it where there is no `cat`.
pub fn read_without_cat(spot: &Spot, marker: &Marker) -> Vec<String> {
    script(READ, &[&marker.path(spot)])
}

/// Asks why something is denied there.
pub fn look(spot: &Spot) -> Vec<String> {
    script(LOOK, &[&spot.path])
}

fn script(text: &str, arguments: &[&str]) -> Vec<String> {
    ["sh", "-c", text, "kubectl-sidecar"].iter().chain(arguments).map(|word| (*word).to_owned()).collect()
}

/// As whom a container runs, and whom a folder or a file belongs to, as the scripts tell it: `runs as user 1000; the
/// folder is drwx------ of user 0, group 0`. Empty where nothing is told.
pub fn explained(said: &str) -> String {
    let line = |word: &str| said.lines().find_map(|line| line.strip_prefix(word));
    let user = line("user ").and_then(|ids| ids.split_whitespace().next()).map(|user| format!("runs as user {user}"));
    let folder = line("folder ").and_then(owner).map(|owner| format!("the folder is {owner}"));
    let file = line("file ").and_then(owner).map(|owner| format!("the file is {owner}"));
    user.into_iter().chain(folder).chain(file).collect::<Vec<_>>().join("; ")
}

/// Of a line of `ls -ln`: mode, links, user, group.
fn owner(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let (mode, user, group) = (words.next()?, words.nth(1)?, words.next()?);
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(user) && is_number(group)).then(|| format!("{mode} of user {user}, group {group}"))
}

// What is run in containers is run here by real shells.
#[cfg(all(test, unix))]
mod tests {
    use std::io::{BufRead, BufReader, Read as _};
    use std::process::{Command, Stdio};

    use super::*;
    use crate::pod::{ContainerKind, Role};
    use crate::probe::Place;

    fn spot(path: &str) -> Spot {
        let (pod, container) = ("web".to_owned(), "a".to_owned());
        let place = Place { pod, container, kind: ContainerKind::Container, role: Role::Main };
        Spot { place, path: path.to_owned() }
    }

    #[test]
    fn a_marker_is_a_hidden_file_at_a_path() {
        let marker = Marker::new(&[0xab; Marker::RANDOM]);
        assert_eq!(marker.path(&spot("/data/")), format!("/data/.kubectl-sidecar-{}", "ab".repeat(16)));
        assert_eq!(marker.path(&spot("/")), format!("/.kubectl-sidecar-{}", "ab".repeat(16)));
        assert_eq!(marker.token().len(), Marker::SIZE);
    }

    #[test]
    fn owners_and_users_are_read_off() {
        let said = "user 1000 1000\nfolder drwx------ 2 0 0 4096 Nov 24 12:00 /shared\n";
        assert_eq!(explained(said), "runs as user 1000; the folder is drwx------ of user 0, group 0");
        assert_eq!(explained("user  \nfolder \n"), "");
        assert_eq!(explained(""), "");
    }

    /// The shells that are there. Each of them holds the marker until its standard input is closed.
    fn shells() -> impl Iterator<Item = Vec<&'static str>> {
        let all = [vec!["dash"], vec!["bash", "--posix"], vec!["busybox", "sh"]];
        all.into_iter().filter(|words| Command::new(words[0]).arg("--help").output().is_ok())
    }

    fn command(shell: &[&str], words: &[String]) -> Command {
        let mut command = Command::new(shell[0]);
        command.args(&shell[1..]).args(&words[1..]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    #[test]
    fn a_marker_is_there_for_as_long_as_standard_input_is_open() {
        let mut tried = 0;
        for shell in shells() {
            let folder = tempfile::tempdir().unwrap();
            let hostile = folder.path().join("-a $(touch run) 'b\"\n*");
            std::fs::create_dir(&hostile).unwrap();
            let spot = spot(hostile.to_str().unwrap());
            let marker = Marker::new(&[0xab; Marker::RANDOM]);
            let mut child = command(&shell, &write(&spot, &marker)).spawn().unwrap();
            let mut output = BufReader::new(child.stdout.take().unwrap());
            let mut said = String::new();
            while !said.ends_with("written\n") {
                assert!(output.read_line(&mut said).unwrap() > 0, "{shell:?}: {said}");
            }
            assert_eq!(std::fs::read_to_string(marker.path(&spot)).unwrap(), marker.token());
            let read = command(&shell, &read_without_cat(&spot, &marker)).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&read.stdout), marker.token(), "{shell:?}");
            // It is not written over.
            let again = command(&shell, &write(&spot, &marker)).output().unwrap();
            assert!(!again.status.success(), "{shell:?}");
            assert!(std::fs::exists(marker.path(&spot)).unwrap(), "{shell:?}");
            drop(child.stdin.take());
            output.read_to_string(&mut said).unwrap();
            assert!(said.ends_with("removed\n"), "{shell:?}: {said}");
            assert!(child.wait().unwrap().success());
            assert_eq!(std::fs::read_dir(&hostile).unwrap().count(), 0, "{shell:?}");
            tried += 1;
        }
        assert!(tried > 0, "no shell is here");
    }

    #[test]
    fn a_signal_takes_it_away_too() {
        for shell in shells() {
            let folder = tempfile::tempdir().unwrap();
            let spot = spot(folder.path().to_str().unwrap());
            let marker = Marker::new(&[0xcd; Marker::RANDOM]);
            let mut child = command(&shell, &write(&spot, &marker)).spawn().unwrap();
            let mut output = BufReader::new(child.stdout.take().unwrap());
            let mut said = String::new();
            while !said.ends_with("written\n") {
                assert!(output.read_line(&mut said).unwrap() > 0, "{shell:?}: {said}");
            }
            let id = child.id().to_string();
            assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
            child.wait().unwrap();
            assert!(!std::fs::exists(marker.path(&spot)).unwrap(), "{shell:?}");
        }
    }
}
