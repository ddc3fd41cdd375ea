//! A server breaks in any way that the bytes say: each line comes once, in order, following ends with the pod, and no
//! line is said to be missing that could be had.

#![no_main]

use kubectl_sidecar_fuzz::input::{Faults, Input};
use kubectl_sidecar_fuzz::world::live_through;
use libfuzzer_sys::fuzz_target;

const FAULTS: Faults =
    Faults { stalls: false, status_lags: false, rest_ends_early: false, rotates: true, deletes: true };

fuzz_target!(|input: Input| live_through(&input, FAULTS));
