//! Names of objects, and of what is in them, checked as the API server checks them.
//!
//! The wording is the server's (`k8s.io/apimachinery/pkg/api/validate/content`, `dns.go` and `errors.go`), so that
//! a name refused here and one refused there read alike.

use std::fmt;

use crate::document::shortened;

/// An object's name: a lowercase RFC 1123 subdomain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectName(String);

/// A namespace's name: a lowercase RFC 1123 label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceName(String);

/// The name is none, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidName {
    field: &'static str,
    name: String,
    rule: &'static Rule,
    problems: Vec<String>,
}

/// What names of one kind have to look like.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    /// Bytes.
    most: usize,
    /// Dots separate labels.
    dots: bool,
    /// What the server says of a name that breaks it.
    wording: &'static str,
}

static SUBDOMAIN: Rule = Rule {
    most: 253,
    dots: true,
    wording: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
              start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
              '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
};

static LABEL: Rule = Rule {
    most: 63,
    dots: false,
    wording: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start \
              and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
              '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
};

/// FNV-1a of 32 bits: the same number for the same name, on every machine and in every version.
const FNV_OFFSET: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;

impl ObjectName {
    /// Checks the name as the API server will.
    pub fn parse(name: &str) -> Result<Self, InvalidName> {
        SUBDOMAIN.check("metadata.name", name).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// It as the value of a label. One that does not fit is cut, and ends in a number made of all of it: by the value selectors
    /// tell workloads apart.
    pub fn to_label_value(&self) -> String {
        if self.0.len() <= LABEL.most {
            return self.0.clone();
        }
        let number = self.0.bytes().fold(FNV_OFFSET, |number, byte| (number ^ u32::from(byte)).wrapping_mul(FNV_PRIME));
        let number = format!("-{number:08x}");
        let begin = &self.0[..LABEL.most - number.len()]; // only ASCII is in it
        format!("{}{number}", begin.trim_end_matches(['-', '.']))
    }

    /// It as the name of a container: dots are dashes there, and it is no longer than a label.
    pub fn to_label(&self) -> String {
        let mut label = self.0.replace('.', "-");
        label.truncate(LABEL.most); // only ASCII is in it
        label.trim_end_matches('-').to_owned()
    }
}

impl NamespaceName {
    /// Checks the name as the API server will.
    pub fn parse(name: &str) -> Result<Self, InvalidName> {
        LABEL.check("metadata.namespace", name).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Rule {
    fn check(&'static self, field: &'static str, name: &str) -> Result<String, InvalidName> {
        let problems = self.problems(name);
        if problems.is_empty() {
            return Ok(name.to_owned());
        }
        Err(InvalidName { field, name: name.to_owned(), rule: self, problems })
    }

    fn problems(&self, name: &str) -> Vec<String> {
        let mut problems = Vec::new();
        if name.len() > self.most {
            problems.push(format!("must be no more than {} bytes", self.most));
        }
        if !self.labels(name).iter().all(|label| is_label(label)) {
            let only_dots = !self.dots && name.split('.').all(is_label);
            problems.push(if only_dots { "must not contain dots".to_owned() } else { self.wording.to_owned() });
        }
        problems
    }

    fn nearest(&self, name: &str) -> Option<String> {
        let without_kind = name.rsplit('/').next().unwrap_or_default(); // pod/webserver
        let lower = without_kind.to_lowercase();
        let labels: Vec<String> = self.labels(&lower).into_iter().filter_map(nearest_label).collect();
        let mut name = labels.join(".");
        name.truncate(self.most); // only ASCII is left
        let name = name.trim_end_matches(['-', '.']);
        (!name.is_empty()).then(|| name.to_owned())
    }

    fn labels<'a>(&self, name: &'a str) -> Vec<&'a str> {
        if self.dots { name.split('.').collect() } else { vec![name] }
    }
}

/// What is wrong with the name of a container or a volume, and a name near it.
pub(super) fn of_label(name: &str) -> Option<(Vec<String>, Option<String>)> {
    wrong(&LABEL, name)
}

/// What is wrong with the name of another object, and a name near it.
pub(super) fn of_subdomain(name: &str) -> Option<(Vec<String>, Option<String>)> {
    wrong(&SUBDOMAIN, name)
}

fn wrong(rule: &Rule, name: &str) -> Option<(Vec<String>, Option<String>)> {
    let problems = rule.problems(name);
    (!problems.is_empty()).then(|| (problems, rule.nearest(name)))
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    !label.is_empty() && label.bytes().all(inner) && !label.starts_with('-') && !label.ends_with('-')
}

impl InvalidName {
    /// A valid name near it; `None` where nothing of it can be kept.
    pub fn nearest(&self) -> Option<String> {
        self.rule.nearest(&self.name)
    }
}

fn nearest_label(label: &str) -> Option<String> {
    let words = label.split(|letter: char| !letter.is_ascii_lowercase() && !letter.is_ascii_digit());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("-"))
}

/// The server's causes as kubectl lists them, after `The Pod "x" is invalid: `.
impl fmt::Display for InvalidName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let several = self.problems.len() > 1;
        for problem in &self.problems {
            out.write_str(if several { "\n* " } else { "" })?;
            write!(out, "{}: Invalid value: {:?}: {problem}", self.field, shortened(&self.name))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_the_server_takes_is_taken() {
        let long = "a".repeat(253);
        for name in ["webserver", "a", "0", "web-1.example.com", "a--b", &long] {
            assert!(ObjectName::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_near_name_is_offered() {
        let nearest = |name: &str| ObjectName::parse(name).unwrap_err().nearest();
        assert_eq!(nearest("Web_Server").as_deref(), Some("web-server"));
        assert_eq!(nearest("-web-").as_deref(), Some("web"));
        assert_eq!(nearest("pod/web").as_deref(), Some("web"));
        assert_eq!(nearest("a..b.").as_deref(), Some("a.b"));
        assert_eq!(nearest("Grüße").as_deref(), Some("gr-e"));
        assert_eq!(nearest("___"), None);
        assert_eq!(nearest(""), None);
        assert_eq!(nearest(&"a".repeat(300)).map(|name| name.len()), Some(253));
    }

    #[test]
    fn a_namespace_has_no_dots() {
        let error = NamespaceName::parse("a.b").unwrap_err();
        assert_eq!(error.nearest().as_deref(), Some("a-b"));
        assert_eq!(error.to_string(), r#"metadata.namespace: Invalid value: "a.b": must not contain dots"#);
    }

    #[test]
    fn is_worded_as_the_server_words_it() {
        let error = ObjectName::parse("Web").unwrap_err().to_string();
        let begins =
            r#"metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain must consist of lower case"#;
        assert!(error.starts_with(begins), "{error}");
        let long = ObjectName::parse(&"A".repeat(254)).unwrap_err().to_string();
        assert_eq!(long.matches("\n* metadata.name: Invalid value: ").count(), 2, "{long}");
    }

    proptest! {
        #[test]
        fn each_name_is_a_containers(name in "[a-z0-9]([-a-z0-9]{0,80}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?){0,2}") {
            let label = ObjectName::parse(&name).map(|name| name.to_label());
            prop_assert_eq!(label.map(|label| of_label(&label)), Ok(None));
        }

        #[test]
        fn each_name_is_a_labels_value_and_long_ones_stay_apart(name in "[a-z0-9]([-.]?[a-z0-9]){0,126}") {
            let value = |name: &str| ObjectName::parse(name).map(|name| name.to_label_value());
            let own = value(&name).unwrap();
            prop_assert!(own.len() <= 63 && own.ends_with(|last: char| last.is_ascii_alphanumeric()), "{own}");
            if name.len() < 253 {
                prop_assert_ne!(value(&format!("{name}a")), Ok(own));
            }
        }

        #[test]
        fn the_near_name_is_valid(name in ".{0,300}|[a-zA-Z0-9._-]{0,300}") {
            for parse in [
                |name: &str| ObjectName::parse(name).map(|name| name.as_str().to_owned()),
                |name: &str| NamespaceName::parse(name).map(|name| name.as_str().to_owned()),
            ] {
                if let Some(nearest) = parse(&name).err().and_then(|error| error.nearest()) {
                    prop_assert_eq!(parse(&nearest), Ok(nearest.clone()));
                }
            }
        }
    }
}
