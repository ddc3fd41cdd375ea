//! What is shown on a terminal of work that takes long.

use std::cell::RefCell;
use std::pin::pin;
use std::time::Duration;

use crate::ui::Ui;

/// Work that is done sooner is not worth a word.
const LONG: Duration = Duration::from_secs(1);

/// How often it is looked at how far the work is.
const OFTEN: Duration = Duration::from_millis(200);

/// How far some work is, in words.
#[derive(Debug, Default)]
pub(super) struct Progress(RefCell<String>);

impl Progress {
    /// It is that far.
    pub(super) fn say(&self, words: String) {
        *self.0.borrow_mut() = words;
    }

    /// Does the work, and shows how far it is once it has taken long.
    pub(super) async fn shown<T>(&self, ui: &mut Ui, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let mut wait = LONG;
        loop {
            if let Ok(done) = tokio::time::timeout(wait, work.as_mut()).await {
                ui.clear_progress();
                return done;
            }
            ui.progress(&self.0.borrow());
            wait = OFTEN;
        }
    }
}

/// `1 pod`, `2 pods`.
pub(super) fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
