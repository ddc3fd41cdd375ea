//! Files, folders and standard input → bytes.
//!
//! Decides which files are meant by `-f`, as kubectl does, and how much of them is read. What they say is
//! `document`'s.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::document;
use crate::error::{Error, Result, visible};

/// The most that is read of one file. The API server takes 3 MiB for one object; a dump of 5,000 pods has about 40.
const MAX_BYTES: usize = 64 << 20;

/// The endings of the files that are read of a folder (kubectl's `FileExtensions`).
const ENDINGS: [&str; 3] = ["json", "yaml", "yml"];

/// Where a manifest is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `-`
    StandardInput,
    /// A file.
    File(PathBuf),
}

impl Source {
    /// What it is called in messages.
    pub fn name(&self) -> String {
        match self {
            Self::StandardInput => "stdin".to_owned(),
            Self::File(path) => visible(path.to_string_lossy().into_owned()),
        }
    }

    /// All of its bytes.
    ///
    /// # Errors
    /// It cannot be read, or is too big.
    pub fn read(&self) -> Result<Vec<u8>> {
        let bytes = match self {
            Self::StandardInput => read_bounded(io::stdin().lock()),
            Self::File(path) => File::open(path).and_then(read_bounded),
        };
        let bytes = bytes.map_err(|error| unreadable(&self.name(), &error))?;
        if bytes.len() > MAX_BYTES {
            let limit = MAX_BYTES >> 20;
            return Err(Error::usage(format_args!("{}: bigger than {limit} MiB, which no manifest is", self.name())));
        }
        Ok(bytes)
    }
}

/// The manifests that one `-f` means: standard input, a file, or the files of a folder in the order of their names.
///
/// # Errors
/// There is no such file, the folder cannot be read, or it has no manifests.
pub fn sources(argument: &str) -> Result<Vec<Source>> {
    if argument == "-" {
        return Ok(vec![Source::StandardInput]);
    }
    if argument.starts_with("http://") || argument.starts_with("https://") {
        return Err(Error::usage(format_args!("{}: URLs are not read", visible(argument.to_owned())))
            .hint("fetch it first, and pipe it in: curl -sSfL URL | kubectl sidecar inspect -f -"));
    }
    let path = Path::new(argument);
    let meta = fs::metadata(path).map_err(|error| unreadable(&visible(argument.to_owned()), &error))?;
    if meta.is_dir() { folder(path) } else { Ok(vec![Source::File(path.to_owned())]) }
}

fn folder(path: &Path) -> Result<Vec<Source>> {
    let name = visible(path.to_string_lossy().into_owned());
    let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| unreadable(&name, &error))?;
    let is_manifest = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.is_some_and(|ending| ENDINGS.contains(&ending)) && !path.is_dir()
    };
    let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).filter(is_manifest).collect();
    files.sort();
    if files.is_empty() {
        let endings = "[.json .yaml .yml]";
        return Err(Error::usage(format_args!("error reading [{name}]: recognized file extensions are {endings}"))
            .hint("folders inside this one are not looked into: name them too"));
    }
    Ok(files.into_iter().map(Source::File).collect())
}

fn read_bounded(input: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more tells a file of that size from a bigger one.
    input.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What is in the folder where that path leads, and has a name like it.
fn beside(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').map_or((".", path), |(folder, name)| (folder, name));
    let there_are = fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let there_are: Vec<String> = there_are.collect();
    let near = document::meant(name, there_are.iter().map(String::as_str))?;
    Some(path[..path.len() - name.len()].to_owned() + near)
}

fn unreadable(name: &str, error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => {
            let error = Error::usage(format_args!("the path {name:?} does not exist"));
            match beside(name) {
                Some(near) => error.hint_meant(&near),
                None => error.hint("it is looked for from the folder you are in: see what is there with: ls"),
            }
        }
        io::ErrorKind::PermissionDenied => Error::usage(format_args!("open {name}: permission denied")),
        _ => Error::usage(format_args!("read {name}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_means_its_manifests_in_the_order_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.yaml", "a.yml", "c.json", "README.md", "no-ending"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("d.yaml")).unwrap();
        let found = sources(folder.path().to_str().unwrap()).unwrap();
        let names: Vec<_> = found.iter().map(|source| PathBuf::from(source.name())).collect();
        assert_eq!(names, ["a.yml", "b.yaml", "c.json"].map(|name| folder.path().join(name)));
    }

    #[test]
    fn what_cannot_be_read_is_told_as_kubectl_tells_it() {
        assert_eq!(sources("gone.yaml").unwrap_err().to_string(), "error: the path \"gone.yaml\" does not exist");
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().to_str().unwrap();
        assert_eq!(
            sources(name).unwrap_err().to_string(),
            format!("error: error reading [{name}]: recognized file extensions are [.json .yaml .yml]")
        );
        assert!(sources("https://example.com/pod.yaml").unwrap_err().to_string().contains("URLs are not read"));
    }

    #[test]
    fn what_has_no_end_is_not_read_to_the_end() {
        let error = Source::File(PathBuf::from("/dev/zero")).read().unwrap_err();
        assert_eq!(error.to_string(), "error: /dev/zero: bigger than 64 MiB, which no manifest is");
    }
}
