//! Values → text, given a [`Style`]. Pure: nothing here writes, and nothing here decides what is true.

mod style;

pub use style::{Paint, Style};
