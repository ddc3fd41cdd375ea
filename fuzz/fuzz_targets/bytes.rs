//! Two streams bring any bytes: nothing panics, and wherever they are cut, the same comes out.

#![no_main]

use kubectl_sidecar_fuzz::bytes::{Piece, output};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|pieces: Vec<Piece>| {
    let whole = output(&pieces, usize::MAX);
    assert_eq!(whole, output(&pieces, 1));
    assert_eq!(whole, output(&pieces, 7));
});
