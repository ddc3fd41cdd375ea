//! Commands a person can paste into a shell.

use std::borrow::Cow;
use std::fmt::Write;

/// The words as one command line, each quoted where the shell would read it differently.
pub fn command<I, W>(words: I) -> String
where
    I: IntoIterator<Item = W>,
    W: AsRef<str>,
{
    let words: Vec<String> = words.into_iter().map(|word| quote(word.as_ref()).into_owned()).collect();
    words.join(" ")
}

/// One word, quoted where the shell would read it differently. Control characters are written as `$'\x1b'`,
/// which bash and zsh know: as they are they could drive the terminal.
pub fn quote(word: &str) -> Cow<'_, str> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_@%+=:,./-".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return Cow::Borrowed(word);
    }
    if word.chars().any(char::is_control) {
        return Cow::Owned(ansi_c_quote(word));
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

fn ansi_c_quote(word: &str) -> String {
    let mut quoted = String::from("$'");
    for letter in word.chars() {
        match letter {
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\'' | '\\' => quoted.extend(['\\', letter]),
            _ if letter.is_control() => {
                for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(quoted, "\\x{byte:02x}");
                }
            }
            _ => quoted.push(letter),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stay_as_they_are() {
        assert_eq!(command(["kubectl", "logs", "pod/web", "-c", "a_b"]), "kubectl logs pod/web -c a_b");
    }

    #[test]
    fn what_the_shell_would_read_is_quoted() {
        assert_eq!(command(["echo", "", "a b", "it's", "$HOME"]), r"echo '' 'a b' 'it'\''s' '$HOME'");
    }

    #[test]
    fn control_characters_are_spelled_out() {
        assert_eq!(quote("a\x1b[31m\n'\\"), r"$'a\x1b[31m\n\'\\'");
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for word in
            ["", "plain", "a b", "it's", "$(id)", "`id`", "\\", "*", "~", "ä", "a\nb\t\x1b\u{9b}'\\", "!x", "-n"]
        {
            let script = format!("printf %s {}", quote(word));
            let output = std::process::Command::new("bash").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), word, "{script}");
        }
    }
}
