//! A part of the node that is dead for a while, or stands still.

use crate::support::onenode::Onenode;

/// It is started again, or goes on, when this is dropped.
pub(crate) struct Dead<'a>(&'a Onenode);

impl<'a> Dead<'a> {
    /// Kills a part of the node, with -9.
    #[track_caller]
    pub(crate) fn kill(onenode: &'a Onenode, component: &str) -> Self {
        onenode.run(&["kill", component]);
        Self(onenode)
    }

    /// Lets a part of the node stand still.
    #[track_caller]
    pub(crate) fn stop(onenode: &'a Onenode, component: &str) -> Self {
        onenode.run(&["kill", component, "STOP"]);
        Self(onenode)
    }
}

impl Drop for Dead<'_> {
    /// Waits until all is well.
    fn drop(&mut self) {
        self.0.run(&["start"]);
    }
}
