//! A text → its documents, one after the other. A document that cannot be read does not hide the next.

use std::ops::Range;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Options, Parser, ScanError, StrInput};
use serde::de::IgnoredAny;

use super::tree::Tree;
use super::{Document, Position, Span, SyntaxError};

/// The documents of a text: YAML, or JSON objects one after the other. Documents that say nothing are left out.
pub fn documents(text: &Arc<str>) -> impl Iterator<Item = Result<Document, SyntaxError>> {
    let sections = json_objects(text).unwrap_or_else(|| vec![Section::whole(text)]);
    let in_template = text.contains("{{");
    sections.into_iter().flat_map(move |section| Documents::new(text, section, in_template))
}

/// A part of a text that the parser reads by itself.
struct Section {
    bytes: Range<usize>,
    start: Position,
}

impl Section {
    fn whole(text: &str) -> Self {
        Self { bytes: 0..text.len(), start: Position { line: 1, column: 1 } }
    }

    /// The parser's place in this section as a place in the whole text. It counts lines from 1, columns from 0.
    fn position(&self, mark: &granit_parser::Marker) -> Position {
        let column = if mark.line() == 1 { self.start.column } else { 1 };
        let line = self.start.line.saturating_add(counted(mark.line()) - 1);
        Position { line, column: column.saturating_add(counted(mark.col())) }
    }

    fn span(&self, span: &granit_parser::Span) -> Span {
        let bytes = span.byte_range().unwrap_or_default();
        let offset = |byte: usize| counted(self.bytes.start + byte);
        Span { start: self.position(&span.start), from: offset(bytes.start), to: offset(bytes.end) }
    }
}

/// JSON objects one after the other, without the `---` that YAML wants between them: `jq '.items[]'` writes
/// such. `None` where the text is anything else.
fn json_objects(text: &str) -> Option<Vec<Section>> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let mut sections = Vec::new();
    let mut objects = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let (mut end, mut place) = (0, Position { line: 1, column: 1 });
    while let Some(object) = objects.next() {
        object.ok()?;
        let before = &text[end..objects.byte_offset()];
        let start = end + (before.len() - before.trim_start().len());
        place = after(place, &text[end..start]);
        end = objects.byte_offset();
        sections.push(Section { bytes: start..end, start: place });
        place = after(place, &text[start..end]);
    }
    Some(sections)
}

/// The place behind a text that begins at `place`.
fn after(place: Position, text: &str) -> Position {
    let last = counted(text.rsplit('\n').next().unwrap_or_default().chars().count());
    match counted(text.matches('\n').count()) {
        0 => Position { column: place.column.saturating_add(last), ..place },
        lines => Position { line: place.line.saturating_add(lines), column: last.saturating_add(1) },
    }
}

/// Places are kept in 32 bits: there is one for every value. No text that is read is that long.
fn counted(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The documents of one section.
struct Documents<'t> {
    text: &'t Arc<str>,
    section: Section,
    parser: Parser<'t, StrInput<'t>>,
    in_template: bool,
    ended: bool,
}

impl<'t> Documents<'t> {
    fn new(text: &'t Arc<str>, section: Section, in_template: bool) -> Self {
        let mut options = Options::default();
        options.set_emit_comments(false);
        let parser = Parser::new_from_str_with_options(&text[section.bytes.clone()], options);
        Self { text, section, parser, in_template, ended: false }
    }

    /// Reads to the end of the next document; `None` at the end of the section.
    fn read(&mut self) -> Option<Result<Tree, SyntaxError>> {
        let mut tree = Tree::default();
        loop {
            let (event, span) = match self.parser.next_event()? {
                Ok(next) => next,
                Err(error) => return Some(Err(self.syntax_error(&error))),
            };
            let span = self.section.span(&span);
            let taken = match event {
                Event::StreamEnd => return None,
                Event::DocumentEnd => return Some(Ok(tree)),
                Event::DocumentStart(_, Some(version)) if (version.major, version.minor) != (1, 1) => {
                    Err(SyntaxError::new(span.start, "kubectl reads YAML 1.1: take the %YAML line away"))
                }
                event => tree.take(event, span),
            };
            if let Err(error) = taken {
                return Some(Err(error));
            }
        }
    }

    fn syntax_error(&self, error: &ScanError) -> SyntaxError {
        let problem = match error.kind() {
            ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation | ErrorKind::TabNotAllowed => {
                "this line begins with a tab: YAML is indented by spaces only".to_owned()
            }
            ErrorKind::UnknownAnchor => "this alias names an anchor that is not there".to_owned(),
            ErrorKind::RecursionLimitExceeded => "the document is nested too deeply".to_owned(),
            ErrorKind::MappingValueNotAllowed
            | ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::ExpectedBlockSequenceEntry
            | ErrorKind::BlockSequenceEntryNotAllowed
            | ErrorKind::InvalidIndentation
            | ErrorKind::SimpleKeyExpected => {
                format!("{}; look at how this line and the one before it are indented", error.info())
            }
            _ => error.info(),
        };
        SyntaxError::new(self.section.position(error.marker()), problem)
    }
}

impl Iterator for Documents<'_> {
    type Item = Result<Document, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.read() {
                None => self.ended = true,
                Some(Ok(tree)) => {
                    if let Some((root, duplicates)) = tree.finish() {
                        return Some(Ok(Document { text: Arc::clone(self.text), root, duplicates }));
                    }
                }
                Some(Err(error)) => {
                    self.ended = !matches!(self.parser.proceed_next_document(), Ok(true));
                    return Some(Err(SyntaxError { in_template: self.in_template, ..error }));
                }
            }
        }
        None
    }
}
