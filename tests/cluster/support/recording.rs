//! What the log engine of a test's run is told, written down, so that it can be replayed without a cluster.

use std::path::PathBuf;
use std::process::Command;

/// Names the folder for it. `tests/traces/record.sh` sets it, and takes what it wants from there.
const FOLDER: &str = "SIDECAR_TEST_RECORD";

/// Has the run recorded if the environment says so: into a file with the name of the test, of which the last run stays.
pub(super) fn record(command: &mut Command) {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let test = std::thread::current().name().unwrap_or_default().replace("::", ".");
        command.env("KUBECTL_SIDECAR_RECORD", PathBuf::from(folder).join(test + ".jsonl"));
    }
}
