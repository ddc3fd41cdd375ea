//! How many logs may be open at the same time: each is a connection of its own, and takes a file descriptor.

/// Descriptors that are not logs: standard streams, the watches, questions about pods, the runtime's own.
#[cfg(unix)]
const OTHERS: u64 = 64;

/// So many logs as are wanted, or as many as this system lets us open. Raises the limit of this process as far as it may
/// be: on many systems it begins at 256 or 1024.
#[cfg(unix)]
pub fn most_open_logs(wanted: usize) -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        // Where it cannot be raised, the limit stays what it was.
        let _ = setrlimit(Resource::Nofile, limit);
    }
    let Some(most) = getrlimit(Resource::Nofile).current else { return wanted };
    wanted.min(usize::try_from(most.saturating_sub(OTHERS)).unwrap_or(usize::MAX)).max(1)
}

/// So many logs as are wanted: this system has no limit of its own.
#[cfg(not(unix))]
pub fn most_open_logs(wanted: usize) -> usize {
    wanted
}
