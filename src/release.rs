//! Which build this is: what `build.rs` found out.

/// The version, as in `Cargo.toml`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit it was built from, with `-dirty` after it where files differed; `None` where nobody said it.
pub const COMMIT: Option<&str> = option_env!("KUBECTL_SIDECAR_BUILT_FROM");

/// What it was built for: a target of rustc.
pub const TARGET: &str = env!("KUBECTL_SIDECAR_BUILT_FOR");
