//! `NAME,KEY=VALUE,…` → a preset's name, and settings of it.
//!
//! A value ends at the next comma. One that has a comma in it stands in double quotes, in which two of them are one:
//! `tag="a,b"`, `tag="say ""a"", then b"`. Elsewhere quotes mean nothing, and so does every other character.

use std::fmt;

use super::super::shortened;

/// Which preset, and its settings, as somebody gave them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The preset's name, or its file.
    pub preset: String,
    /// Settings by name, in order.
    pub settings: Vec<(String, String)>,
}

/// Why a text is no such choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidChoice {
    /// It begins with a comma, or says nothing.
    NoPreset,
    /// A part between commas has no `=`, or nothing before it.
    NoSetting(String),
    /// The value of that setting has a quote at its beginning and none at its end.
    OpenQuote(String),
    /// Something follows the closing quote of that setting's value.
    AfterQuote(String),
}

impl Choice {
    /// Reads `NAME,KEY=VALUE,…`.
    ///
    /// # Errors
    /// It is not written like that.
    pub fn parse(text: &str) -> Result<Self, InvalidChoice> {
        let (preset, mut rest) = match text.split_once(',') {
            Some((preset, rest)) => (preset, Some(rest)),
            None => (text, None),
        };
        if preset.is_empty() {
            return Err(InvalidChoice::NoPreset);
        }
        let mut settings = Vec::new();
        while let Some(text) = rest {
            let no_setting = || InvalidChoice::NoSetting(text.split(',').next().unwrap_or_default().to_owned());
            let (key, after) = text.split_once('=').ok_or_else(no_setting)?;
            if key.is_empty() || key.contains(',') {
                return Err(no_setting());
            }
            let (value, next) = value(key, after)?;
            settings.push((key.to_owned(), value));
            rest = next;
        }
        Ok(Self { preset: preset.to_owned(), settings })
    }
}

/// The value that the text begins with, and what follows the comma behind it.
fn value<'t>(key: &str, text: &'t str) -> Result<(String, Option<&'t str>), InvalidChoice> {
    let Some(mut rest) = text.strip_prefix('"') else {
        return Ok(match text.split_once(',') {
            Some((value, rest)) => (value.to_owned(), Some(rest)),
            None => (text.to_owned(), None),
        });
    };
    let mut value = String::new();
    loop {
        let (inner, after) = rest.split_once('"').ok_or_else(|| InvalidChoice::OpenQuote(key.to_owned()))?;
        value.push_str(inner);
        rest = match (after.strip_prefix('"'), after.strip_prefix(',')) {
            (Some(after), _) => {
                value.push('"');
                after
            }
            (None, Some(next)) => return Ok((value, Some(next))),
            (None, None) if after.is_empty() => return Ok((value, None)),
            (None, None) => return Err(InvalidChoice::AfterQuote(key.to_owned())),
        };
    }
}

impl fmt::Display for InvalidChoice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPreset => out.write_str("no preset is named: write NAME or NAME,SETTING=VALUE,…"),
            Self::NoSetting(part) => write!(
                out,
                "{:?} is no setting: write SETTING=VALUE, and a value that has a comma in it in double quotes",
                shortened(part)
            ),
            Self::OpenQuote(key) => {
                write!(out, "the value of {:?} begins with a double quote and has none at its end", shortened(key))
            }
            Self::AfterQuote(key) => write!(
                out,
                "a comma must follow the closing quote of {:?}; a double quote within quotes is written twice",
                shortened(key)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Vec<(String, String)> {
        Choice::parse(text).unwrap().settings
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_value_ends_at_the_comma() {
        assert_eq!(Choice::parse("shell").unwrap(), Choice { preset: "shell".to_owned(), settings: Vec::new() });
        assert_eq!(parsed("a,b=c,d=e"), pairs(&[("b", "c"), ("d", "e")]));
        assert_eq!(parsed("a,b=c=d,e="), pairs(&[("b", "c=d"), ("e", "")]));
        assert_eq!(parsed("a,b=c\"d\", e=f g"), pairs(&[("b", "c\"d\""), (" e", "f g")]));
    }

    #[test]
    fn quotes_keep_commas() {
        assert_eq!(parsed(r#"a,b="c,d=e",f=g"#), pairs(&[("b", "c,d=e"), ("f", "g")]));
        assert_eq!(parsed(r#"a,b="say ""c"", d""#), pairs(&[("b", r#"say "c", d"#)]));
        assert_eq!(parsed(r#"a,b="",c="""""#), pairs(&[("b", ""), ("c", "\"")]));
    }

    #[test]
    fn what_is_no_choice_says_why() {
        let error = |text: &str| Choice::parse(text).unwrap_err();
        assert_eq!(error(""), InvalidChoice::NoPreset);
        assert_eq!(error(",a=b"), InvalidChoice::NoPreset);
        assert_eq!(error("a,"), InvalidChoice::NoSetting(String::new()));
        assert_eq!(error("a,b"), InvalidChoice::NoSetting("b".to_owned()));
        assert_eq!(error("a,b,c=d"), InvalidChoice::NoSetting("b".to_owned()));
        assert_eq!(error("a,=d"), InvalidChoice::NoSetting("=d".to_owned()));
        assert_eq!(error("a,b=c,"), InvalidChoice::NoSetting(String::new()));
        assert_eq!(error("a,b=\"c"), InvalidChoice::OpenQuote("b".to_owned()));
        assert_eq!(error("a,b=\"c\"d"), InvalidChoice::AfterQuote("b".to_owned()));
    }

    proptest! {
        #[test]
        fn what_is_quoted_arrives(values in prop::collection::vec(("[a-z]{1,5}", "(?s:.{0,12})"), 0..4)) {
            let quoted = |value: &str| format!("\"{}\"", value.replace('"', "\"\""));
            let settings: Vec<_> = values.iter().map(|(key, value)| format!(",{key}={}", quoted(value))).collect();
            prop_assert_eq!(parsed(&format!("name{}", settings.concat())), values);
        }

        #[test]
        fn nothing_makes_it_panic(text in "[a,=\"\\PC]{0,20}") {
            let _ = Choice::parse(&text);
        }
    }
}
