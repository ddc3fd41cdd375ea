//! Tables as kubectl draws them: columns three spaces apart, no lines around them, no colours inside.
//!
//! Decides what becomes of a table that is wider than its terminal: columns of long words are folded, and where
//! that is not enough, each row becomes a block of its own. Nothing is ever cut off.

use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Table as DrawnTable};

use super::{Style, terminal_text};
use crate::error::visible;

/// What stands between two columns.
const GAP: usize = 3;

/// Where a long text may be broken: after this. It is as wide as nothing, is put in for folding, and taken out again.
const BREAK: char = '\u{200b}';

/// A folded column is not narrower than that: below, a row reads better as a block.
const NARROWEST_FOLDED: usize = 16;

/// A table as it is put together.
#[derive(Debug, Clone, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

/// A column's head, and whether its words may be broken.
#[derive(Debug, Clone)]
pub struct Column {
    head: String,
    folds: bool,
}

impl Column {
    /// A column that is folded where there is no room: paths, images, commands.
    pub fn folding(head: &str) -> Self {
        Self { folds: true, ..Self::from(head) }
    }
}

impl From<&str> for Column {
    fn from(head: &str) -> Self {
        Self { head: one_line(head), folds: false }
    }
}

impl Table {
    /// A table with these columns.
    pub fn new(columns: impl IntoIterator<Item = Column>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row: one cell a column. A cell may have several lines.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().map(|Cell(text)| text).collect());
    }

    /// Whether every row fits on one line there.
    pub fn fits(&self, style: Style) -> bool {
        let widths = self.drawn().column_max_content_widths();
        style.width.is_none_or(|width| total(widths.into_iter().map(usize::from)) <= usize::from(width))
    }

    /// The table, each line ended.
    pub fn render(&self, style: Style) -> String {
        let Some(width) = style.width.filter(|_| !self.fits(style)) else { return lines(&self.drawn()) };
        let mut table = self.drawn();
        let widths = table.column_max_content_widths();
        let needed = widths.iter().zip(&self.columns).map(|(width, column)| match usize::from(*width) {
            width if column.folds => width.min(NARROWEST_FOLDED),
            width => width,
        });
        if total(needed) > usize::from(width) {
            return self.blocks(width);
        }
        for (drawn, column) in table.column_iter_mut().zip(&self.columns) {
            if column.folds {
                drawn.set_delimiter(BREAK);
            } else {
                drawn.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        lines(&table)
    }

    /// A block for each row: a line for each column, its head in front.
    fn blocks(&self, width: u16) -> String {
        let block = |row: &Vec<String>| {
            let mut table = empty();
            for (column, cell) in self.columns.iter().zip(row) {
                table.add_row([&column.head, &breakable(cell)]);
            }
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width).set_delimiter(BREAK);
            set_gaps(&mut table);
            if let Some(heads) = table.column_mut(0) {
                heads.set_constraint(ColumnConstraint::ContentWidth);
            }
            lines(&table)
        };
        let blocks: Vec<String> = self.rows.iter().map(block).collect();
        blocks.join("\n")
    }

    fn drawn(&self) -> DrawnTable {
        let mut table = empty();
        table.set_header(self.columns.iter().map(|column| &column.head));
        let breakable = |(column, cell): (&Column, &String)| if column.folds { breakable(cell) } else { cell.clone() };
        table.add_rows(self.rows.iter().map(|row| self.columns.iter().zip(row).map(breakable)));
        set_gaps(&mut table);
        table
    }
}

/// One cell of a table.
#[derive(Debug, Clone)]
pub struct Cell(String);

impl Cell {
    /// A cell of several lines.
    pub fn lines(lines: impl IntoIterator<Item = String>) -> Self {
        let lines: Vec<String> = lines.into_iter().map(|line| one_line(&line)).collect();
        Self(lines.join("\n"))
    }

    /// A cell of this text; `-` where there is none.
    pub fn or_dash(text: impl AsRef<str>) -> Self {
        if text.as_ref().is_empty() { Self::from("-") } else { Self::from(text) }
    }
}

impl<T: AsRef<str>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self(one_line(text.as_ref()))
    }
}

fn empty() -> DrawnTable {
    let mut table = DrawnTable::new();
    table.load_style(NOTHING);
    table
}

fn set_gaps(table: &mut DrawnTable) {
    let last = table.column_count().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        let gap = if index == last { 0 } else { GAP };
        column.set_padding((0, u16::try_from(gap).unwrap_or_default()));
    }
}

fn total(widths: impl IntoIterator<Item = usize>) -> usize {
    widths.into_iter().map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
}

fn lines(table: &DrawnTable) -> String {
    table.lines().flat_map(|line| [line.replace(BREAK, "").trim_end().to_owned(), "\n".to_owned()]).collect()
}

/// The text, which may be broken between words and between the parts of a path.
fn breakable(text: &str) -> String {
    text.split_inclusive([' ', '/']).collect::<Vec<_>>().join(BREAK.encode_utf8(&mut [0; 4]))
}

/// Text from elsewhere on one line: it cannot drive the terminal, and it is as wide as it looks.
pub fn one_line(text: &str) -> String {
    let text = visible(text.replace('\n', "\\n").replace('\t', "\\t").replace(BREAK, "<U+200B>"));
    terminal_text::safe(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Table {
        let mut table = Table::new(["NAME".into(), Column::folding("PATH")]);
        table.row(["a-rather-long-name".into(), "/var/log/nginx/with/a/long/path".into()]);
        table.row(["b".into(), Cell::lines(["/one".to_owned(), "/two".to_owned()])]);
        table
    }

    fn at(width: u16) -> String {
        sample().render(Style { width: Some(width), ..Style::PLAIN })
    }

    #[test]
    fn columns_are_three_spaces_apart_and_nothing_trails() {
        let expected = "NAME                 PATH\n\
                        a-rather-long-name   /var/log/nginx/with/a/long/path\n\
                        b                    /one\n\
                        \x20                    /two\n";
        assert_eq!(sample().render(Style::PLAIN), expected);
        assert_eq!(at(52), expected);
    }

    #[test]
    fn long_columns_are_folded_between_the_parts_of_a_path() {
        let expected = "NAME                 PATH\n\
                        a-rather-long-name   /var/log/nginx/\n\
                        \x20                    with/a/long/\n\
                        \x20                    path\n\
                        b                    /one\n\
                        \x20                    /two\n";
        assert_eq!(at(40), expected);
    }

    #[test]
    fn where_folding_is_not_enough_each_row_is_a_block() {
        let expected = "NAME   a-rather-long-name\n\
                        PATH   /var/log/nginx/with/\n\
                        \x20      a/long/path\n\
                        \n\
                        NAME   b\n\
                        PATH   /one\n\
                        \x20      /two\n";
        assert_eq!(at(28), expected);
    }

    #[test]
    fn nothing_is_lost_and_no_line_is_too_long() {
        let letters = |text: &str| {
            let mut letters: Vec<char> = text.chars().filter(|letter| letter.is_lowercase()).collect();
            letters.sort_unstable();
            letters
        };
        for width in 10..60 {
            assert!(at(width).lines().all(|line| line.len() <= usize::from(width)), "{width}:\n{}", at(width));
            assert_eq!(letters(&at(width)), letters(&sample().render(Style::PLAIN)), "{width}");
        }
    }

    #[test]
    fn text_from_elsewhere_cannot_drive_the_terminal() {
        let mut table = Table::new(["A".into()]);
        table.row(["x\x1b[31m\n\ty\u{202e}\u{200b}".into()]);
        assert_eq!(table.render(Style::PLAIN), "A\nx\\u{1b}[31m\\n\\ty<U+202E><U+200B>\n");
    }
}
