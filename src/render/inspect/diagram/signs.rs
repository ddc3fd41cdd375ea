//! What the lines of a picture mean, in words below it.

use super::graph::{Access, Graph, Standing};

/// How each kind of line is shown beside what it means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    pub(super) writes: &'static str,
    pub(super) reads: &'static str,
    pub(super) shares: &'static str,
}

impl Signs {
    /// Those that the picture has, and what they mean.
    pub(super) fn explained(&self, graph: &Graph) -> Vec<String> {
        let has = |access| graph.mounts.iter().any(|mount| mount.access == access);
        let is_shared = graph.volumes.iter().any(|volume| volume.standing == Standing::Shared);
        let all = [
            (has(Access::Write), self.writes, "can write (rw)"),
            (has(Access::ReadOnly), self.reads, "can only read (ro)"),
            (is_shared, self.shares, "shared"),
        ];
        all.iter().filter(|(is_there, _, _)| *is_there).map(|(_, sign, meaning)| format!("{sign}: {meaning}")).collect()
    }
}
