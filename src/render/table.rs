//! Tables as kubectl draws them: columns three spaces apart, no lines around them.
//!
//! Where the terminal is narrower than the table, cells are folded; nothing is ever cut off.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell as DrawnCell, Color, ContentArrangement, Table as DrawnTable};

use super::{Paint, Style, terminal_text};
use crate::error::visible;

/// What stands between two columns.
const GAP: u16 = 3;

/// A table as it is put together.
#[derive(Debug, Clone, Default)]
pub struct Table {
    header: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
}

/// One cell: lines of text, and what they mean.
#[derive(Debug, Clone)]
pub struct Cell {
    text: String,
    paint: Option<Paint>,
}

impl Cell {
    /// A cell of several lines.
    pub fn lines(lines: impl IntoIterator<Item = String>) -> Self {
        let lines: Vec<String> = lines.into_iter().map(|line| one_line(&line)).collect();
        Self { text: lines.join("\n"), paint: None }
    }

    /// The same cell, coloured for what it means.
    #[must_use]
    pub fn paint(self, paint: Paint) -> Self {
        Self { paint: Some(paint), ..self }
    }

    fn drawn(&self) -> DrawnCell {
        let cell = DrawnCell::new(&self.text);
        match self.paint {
            None => cell,
            Some(Paint::Good) => cell.fg(Color::DarkGreen),
            Some(Paint::Warning) => cell.fg(Color::DarkYellow),
            Some(Paint::Bad) => cell.fg(Color::DarkRed),
            Some(Paint::Faint) => cell.add_attribute(Attribute::Dim),
            Some(Paint::Strong) => cell.add_attribute(Attribute::Bold),
        }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: one_line(text.as_ref()), paint: None }
    }
}

impl Table {
    /// A table with these column heads.
    pub fn new(header: impl IntoIterator<Item = impl Into<Cell>>) -> Self {
        Self { header: header.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Whether every row fits on one line there.
    pub fn fits(&self, style: Style) -> bool {
        let Some(width) = style.width else { return true };
        let drawn = self.drawn(Style::PLAIN);
        let gaps = usize::from(GAP) * self.header.len().saturating_sub(1);
        let content: usize = drawn.column_max_content_widths().into_iter().map(usize::from).sum();
        content + gaps <= usize::from(width)
    }

    /// The table, each line ended.
    pub fn render(&self, style: Style) -> String {
        let drawn = self.drawn(style);
        let lines = drawn.lines().map(|line| format!("{}\n", line.trim_end()));
        lines.collect()
    }

    fn drawn(&self, style: Style) -> DrawnTable {
        let mut table = DrawnTable::new();
        table.load_style(NOTHING).force_no_tty().style_text_only();
        if style.color {
            table.enforce_styling();
        }
        if let Some(width) = style.width {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        table.set_header(self.header.iter().map(Cell::drawn).collect::<Vec<_>>());
        for row in &self.rows {
            table.add_row(row.iter().map(Cell::drawn).collect::<Vec<_>>());
        }
        let last = table.column_count().saturating_sub(1);
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, if index == last { 0 } else { GAP }));
        }
        table
    }
}

/// Text from elsewhere on one line: it cannot drive the terminal, and it is as wide as it looks.
pub fn one_line(text: &str) -> String {
    let text = visible(text.replace('\n', "\\n").replace('\t', "\\t"));
    terminal_text::safe(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(["NAME", "PATH"]);
        table.row(["a-rather-long-name".into(), "/var/log/nginx/with/a/long/path".into()]);
        table.row(["b".into(), Cell::lines(["/one".to_owned(), "/two".to_owned()])]);
        table
    }

    #[test]
    fn columns_are_three_spaces_apart_and_nothing_trails() {
        assert_eq!(
            sample().render(Style::PLAIN),
            "NAME                 PATH\n\
             a-rather-long-name   /var/log/nginx/with/a/long/path\n\
             b                    /one\n\
             \x20                    /two\n"
        );
    }

    #[test]
    fn what_does_not_fit_is_folded_and_nothing_is_lost() {
        for width in [10, 20, 30, 40] {
            let style = Style { color: false, width: Some(width) };
            assert!(!sample().fits(style));
            let text = sample().render(style);
            assert!(text.lines().all(|line| line.chars().count() <= usize::from(width)), "{width}:\n{text}");
            let letters: String = text.chars().filter(|letter| "abdefghilnoprtvwx/".contains(*letter)).collect();
            for letter in ["v", "x", "w"] {
                let count = |text: &str| text.matches(letter).count();
                assert_eq!(count(&letters), count(&sample().render(Style::PLAIN)), "{width}:\n{text}");
            }
        }
        assert!(sample().fits(Style { color: false, width: Some(80) }));
    }

    #[test]
    fn text_from_elsewhere_cannot_drive_the_terminal() {
        let mut table = Table::new(["A"]);
        table.row(["x\x1b[31m\n\ty\u{202e}".into()]);
        assert_eq!(table.render(Style::PLAIN), "A\nx\\u{1b}[31m\\n\\ty<U+202E>\n");
    }

    #[test]
    fn colours_cover_the_words_only() {
        let mut table = Table::new(["A", "B"]);
        table.row([Cell::from("x").paint(Paint::Bad), "y".into()]);
        let text = table.render(Style { color: true, width: None });
        assert_eq!(text, "A   B\n\x1b[38;5;1mx\x1b[39m   y\n");
    }
}
