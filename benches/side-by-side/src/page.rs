//! The page of benchmarks: each scenario has a place of its own between two comments, and what is written by hand stays.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::settings::Settings;

/// docs/benchmarks.md.
pub struct Page {
    path: PathBuf,
    conditions: String,
}

impl Page {
    /// The page as it is.
    pub fn open(settings: &Settings) -> Result<Self> {
        Ok(Self { path: settings.root.join("docs/benchmarks.md"), conditions: settings.conditions()? })
    }

    /// Puts what a scenario has found into its place.
    pub fn replace(&mut self, scenario: &str, section: &str) -> Result<()> {
        let text = std::fs::read_to_string(&self.path)?;
        let text = put(&text, scenario, &format!("{section}\n{}\n", self.conditions))?;
        Ok(std::fs::write(&self.path, text)?)
    }
}

fn put(page: &str, scenario: &str, section: &str) -> Result<String> {
    let [begin, end] = [format!("<!-- make bench: {scenario} -->\n"), format!("<!-- end: {scenario} -->")];
    let (before, rest) = page.split_once(&begin).with_context(|| format!("the page has no line {begin}"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("the page has no line {end}"))?;
    Ok([before, &begin, "\n", section, "\n", &end, after].concat())
}

/// A table in Markdown.
pub struct Table {
    text: String,
}

impl Table {
    /// With those headings.
    pub fn new<const COLUMNS: usize>(headings: [&str; COLUMNS]) -> Self {
        let mut table = Self { text: String::new() };
        table.row(&headings);
        table.row(&headings.map(|_| "---"));
        table
    }

    /// One more row.
    pub fn row<const COLUMNS: usize>(&mut self, cells: &[impl AsRef<str>; COLUMNS]) {
        for cell in cells {
            self.text.push_str("| ");
            self.text.push_str(cell.as_ref());
            self.text.push(' ');
        }
        self.text.push_str("|\n");
    }

    /// As Markdown.
    pub fn text(self) -> String {
        self.text
    }
}

/// The middle one; of an even number, the larger.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// 2000000 as 2,000,000.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_place_changes() {
        let page =
            "by hand\n<!-- make bench: a -->\nold\n<!-- end: a -->\n<!-- make bench: b -->\n<!-- end: b -->\nby hand";
        let new = "by hand\n<!-- make bench: a -->\n\nnew\n\n<!-- end: a -->\n<!-- make bench: b -->\n<!-- end: b -->\nby hand";
        assert_eq!(put(page, "a", "new\n").unwrap(), new);
        assert_eq!(put(new, "a", "new\n").unwrap(), new);
        assert!(put(page, "c", "new").is_err());
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([1, 12, 123, 1234, 123_456, 1_234_567].map(grouped).join(" "), "1 12 123 1,234 123,456 1,234,567");
    }
}
