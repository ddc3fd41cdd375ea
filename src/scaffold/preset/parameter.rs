//! What can be set of a preset.

use regex::Regex;

use super::Kind;
use crate::document::Value;

/// What can be set of a preset.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// What it is called.
    pub name: String,
    /// What it is, in one line.
    pub description: String,
    /// What its values are.
    pub kind: Kind,
    /// What they must look like besides.
    pub pattern: Option<Pattern>,
    /// Whether it may be given more than once. Then its placeholder is an item of a list, and becomes as many.
    pub repeatable: bool,
    /// Whether it is where the main container listens: where that is known, it need not be given.
    pub is_main_port: bool,
    /// Its values where it is not given; `None`: it has to be. One, unless it is repeatable.
    pub default: Option<Vec<String>>,
}

/// What a whole value must look like.
#[derive(Debug, Clone)]
pub struct Pattern {
    written: String,
    regex: Regex,
}

impl Pattern {
    /// Reads a regular expression, which is taken to be about all of a value.
    pub(super) fn parse(written: &str) -> Result<Self, regex::Error> {
        Regex::new(written)?; // `a)(b` is none, though it is one in parentheses
        Ok(Self { written: written.to_owned(), regex: Regex::new(&format!("^(?s:{written})$"))? })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }
}

impl Parameter {
    /// The value of that text.
    ///
    /// # Errors
    /// What values look like, in words that go on after "is not".
    pub(super) fn value(&self, text: &str) -> Result<Value, String> {
        let value = self.kind.value(text).ok_or_else(|| self.kind.looks_like().to_owned())?;
        match &self.pattern {
            Some(pattern) if !pattern.regex.is_match(text) => Err(format!("like {}", pattern.written)),
            _ => Ok(value),
        }
    }

    /// Its values in a preset that nobody has set anything of: its default, or an example.
    pub(super) fn sample(&self) -> Vec<String> {
        let example = || vec![self.kind.example().to_owned()];
        self.default.clone().filter(|values| !values.is_empty()).unwrap_or_else(example)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(kind: Kind, pattern: &str) -> Parameter {
        Parameter {
            name: "a".to_owned(),
            description: String::new(),
            kind,
            pattern: Some(Pattern::parse(pattern).unwrap()),
            repeatable: false,
            is_main_port: false,
            default: None,
        }
    }

    #[test]
    fn a_pattern_is_about_the_whole_value() {
        let parameter = parameter(Kind::Text, "a|b");
        assert!(parameter.value("a").is_ok() && parameter.value("b").is_ok());
        for text in ["ab", "xa", "a\n", ""] {
            assert_eq!(parameter.value(text), Err("like a|b".to_owned()));
        }
        assert!(Pattern::parse("a)(b").is_err() && Pattern::parse("(").is_err());
    }

    #[test]
    fn a_value_is_of_its_kind_and_fits_the_pattern() {
        let parameter = parameter(Kind::Number, "[1-9].*");
        assert!(parameter.value("10").is_ok());
        assert_eq!(parameter.value("0"), Err("like [1-9].*".to_owned()));
        assert_eq!(parameter.value("1x"), Err("a whole number".to_owned()));
    }
}
