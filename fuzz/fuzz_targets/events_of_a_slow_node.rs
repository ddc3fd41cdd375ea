//! As `events`; and the node tells late what became of its containers, and may die while it sends the rest of a log.

#![no_main]

use kubectl_sidecar_fuzz::input::{Faults, Input};
use kubectl_sidecar_fuzz::world::live_through;
use libfuzzer_sys::fuzz_target;

const FAULTS: Faults = Faults { stalls: true, status_lags: true, rest_ends_early: true, rotates: true, deletes: true };

fuzz_target!(|input: Input| live_through(&input, FAULTS));
