//! Against a real Kubernetes: the built program, on the node that `make cluster` brings up, or on the disposable
//! cluster that `SIDECAR_TEST_KUBECONFIG` names.
//!
//! Each test has a namespace of its own, waits for conditions and never for time to pass, and cleans up. No test here
//! breaks a part of the cluster; those that do are in `tests/faults`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod completion;
mod connections;
mod create;
mod create_claims;
mod create_kinds;
mod create_objects;
mod create_taken;
mod errors;
mod examples;
mod exec;
mod files;
mod guide;
mod inspect;
mod inspect_pods;
mod logs;
mod presets;
mod presets_from_elsewhere;
mod prove;
mod proxies;
mod requests;
mod roles;
mod support;
mod usage;
mod volumes;

/// Others may use the cluster, too.
const USE: support::Use = support::Use {
    try_lock: std::fs::File::try_lock_shared,
    lock: std::fs::File::lock_shared,
    others: "those who break parts of the node",
};
