//! A part of the node that is dead for a while.

use crate::support::onenode::Onenode;

/// It is started again when this is dropped.
pub(crate) struct Dead<'a>(&'a Onenode);

impl<'a> Dead<'a> {
    /// Kills a part of the node, with -9.
    #[track_caller]
    pub(crate) fn kill(onenode: &'a Onenode, component: &str) -> Self {
        onenode.run(&["kill", component]);
        Self(onenode)
    }
}

impl Drop for Dead<'_> {
    /// Waits until all is well.
    fn drop(&mut self) {
        self.0.run(&["start"]);
    }
}
