//! How text may look where it will be read: colour, width, characters.

use owo_colors::OwoColorize;

/// What the place where text is read can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// ANSI colours are wanted.
    pub color: bool,
    /// The 256 colours that most terminals have are known to be there.
    pub many_colors: bool,
    /// Columns of the terminal; `None` where there is none, and lines may be as long as they are.
    pub width: Option<u16>,
    /// What lines are drawn with.
    pub charset: Charset,
}

/// The characters that are known to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Charset {
    /// Plain ASCII: what every place can show.
    #[default]
    Ascii,
    /// The box-drawing characters, too.
    Unicode,
}

/// What a piece of text means, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// All is well.
    Good,
    /// Worth a look.
    Warning,
    /// Wrong.
    Bad,
    /// Matters less than its surroundings.
    Faint,
    /// A heading or a name.
    Strong,
}

impl Style {
    /// No colour and no width: what goes into a pipe or a file.
    pub const PLAIN: Self = Self { color: false, many_colors: false, width: None, charset: Charset::Ascii };

    /// The text, coloured for what it means where colours are wanted.
    pub fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.color {
            return text.to_owned();
        }
        match paint {
            Paint::Good => text.green().to_string(),
            Paint::Warning => text.yellow().to_string(),
            Paint::Bad => text.red().to_string(),
            Paint::Faint => text.dimmed().to_string(),
            Paint::Strong => text.bold().to_string(),
        }
    }
}
