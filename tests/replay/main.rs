//! Runs on a real cluster in which something broke, recorded there (`tests/traces/record.sh`), and replayed here
//! without one: the engine is told the same at the same times, and what it gives is compared with a snapshot beside the
//! recording.
//!
//! The pods of these runs number their lines, so that each line can be seen to come once and in order.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod account;
mod trace;

use std::path::{Path, PathBuf};

use trace::Trace;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces")
}

#[test]
fn every_recorded_run_gives_what_it_should() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for trace in Trace::all(&folder()) {
        let account = trace.replay();
        account.assert_that_each_line_came_once_and_in_order(&trace.name);
        settings.bind(|| insta::assert_snapshot!(trace.name.as_str(), account));
    }
}

#[test]
#[should_panic(expected = "the engine asked otherwise than when this was recorded")]
fn answers_to_what_the_engine_did_not_ask_are_found() {
    let mut trace = Trace::all(&folder()).swap_remove(0);
    trace.forget_the_options();
    trace.replay();
}
