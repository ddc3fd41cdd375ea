//! Values → text, given a [`Style`]. Pure: nothing here writes, and nothing here decides what is true.

pub mod age;
pub mod created;
pub mod diagnosis;
pub mod exec;
pub mod highlight;
pub mod inspect;
pub mod log_lines;
pub mod presets;
#[cfg(test)]
mod schema;
pub mod shell;
mod style;
pub mod table;
pub mod terminal_text;
pub mod version;
pub mod yaml;

pub use style::{Charset, Paint, Style};
