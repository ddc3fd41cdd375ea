//! What is told while requests are made, and who hears it. How it is shown is decided by who listens.

use std::fmt;
use std::sync::Arc;

/// What is told while requests are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The server warns, as of a field that is deprecated.
    Warning(String),
    /// Something takes longer than it should, or is tried again.
    Delay(String),
    /// What `-v` asks for: a request, its status, its headers.
    Trace(String),
}

/// Who hears of it, at once.
#[derive(Clone)]
pub struct Listener(Arc<dyn Fn(Notice) + Send + Sync>);

impl Listener {
    /// Calls that for each notice.
    pub fn new(hear: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hear))
    }

    /// One that ignores each notice.
    pub fn silent() -> Self {
        Self::new(|_| ())
    }

    /// Tells it.
    pub(super) fn tell(&self, notice: Notice) {
        (self.0)(notice);
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Listener")
    }
}
