//! Names in quotes, as `stat -c %N` shows a link and where it leads.
//!
//! BusyBox and Toybox put quotes around what is there; GNU's quotes what is inside, as a shell would read it. Which it was
//! follows from the length of a link, which is that of its target.

/// Where the link `name` leads, of a text such as `'name' -> 'target'`. `None`: it cannot be told.
pub(super) fn target(text: &[u8], name: &[u8], length: u64) -> Option<Vec<u8>> {
    let is_it = |target: &[u8]| target.len() as u64 == length;
    as_it_is(text, name)
        .filter(|target| is_it(target))
        .or_else(|| as_a_shell(text, name).filter(|target| is_it(target)))
}

/// `'NAME' -> 'TARGET'` and `NAME -> 'TARGET'`, both as they are.
fn as_it_is(text: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let quoted = || text.strip_prefix(b"'")?.strip_prefix(name)?.strip_prefix(b"'");
    let rest = quoted().or_else(|| text.strip_prefix(name))?;
    Some(rest.strip_prefix(b" -> '")?.strip_suffix(b"'")?.to_vec())
}

fn as_a_shell(text: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let (read, rest) = word(text)?;
    let (target, rest) = word(rest.strip_prefix(b" -> ")?)?;
    (read == name && rest.is_empty()).then_some(target)
}

/// A word as GNU quotes it for a shell (`shell-escape-always`): `'…'`, `"…"`, `$'…'` and `\'`, one behind the other.
fn word(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (mut word, mut rest) = (Vec::new(), text);
    loop {
        if let Some(inside) = rest.strip_prefix(b"$'") {
            rest = escaped(inside, &mut word)?;
        } else if let [quote @ (b'\'' | b'"'), inside @ ..] = rest {
            let end = inside.iter().position(|byte| byte == quote)?;
            word.extend(&inside[..end]);
            rest = &inside[end + 1..];
        } else if let [b'\\', byte, after @ ..] = rest {
            word.push(*byte);
            rest = after;
        } else {
            return Some((word, rest));
        }
    }
}

/// What is in `$'…'`, and what is behind it.
fn escaped<'a>(text: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    let mut rest = text;
    loop {
        rest = match rest {
            [b'\'', after @ ..] => return Some(after),
            [b'\\', ..] => {
                let (byte, after) = escape(rest)?;
                word.push(byte);
                after
            }
            [byte, after @ ..] => {
                word.push(*byte);
                after
            }
            [] => return None,
        };
    }
}

/// The byte that an escape as in C stands for, and what is behind it.
pub(super) fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let [b'\\', rest @ ..] = text else { return None };
    if let [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', after @ ..] = rest {
        return Some(((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), after));
    }
    let [letter, after @ ..] = rest else { return None };
    let byte = match letter {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b'e' => 27,
        b'\\' | b'\'' | b'"' | b' ' | b'?' => *letter,
        _ => return None,
    };
    Some((byte, after))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As GNU's `stat -c %N` shows a link (`quotearg.c`, `shell_escape_always_quoting_style`).
    pub(in crate::probe) fn gnu(name: &[u8], target: &[u8]) -> Vec<u8> {
        [quote(name), b" -> ".to_vec(), quote(target)].concat()
    }

    fn quote(name: &[u8]) -> Vec<u8> {
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~');
        if name.contains(&b'\'') && name.iter().all(|byte| is_plain(byte) && !b"\"$`\\".contains(byte)) {
            return [b"\"", name, b"\""].concat();
        }
        let mut quoted = b"'".to_vec();
        let mut is_escaping = false;
        for byte in name {
            if is_plain(byte) && *byte != b'\'' {
                if is_escaping {
                    quoted.extend(b"''");
                }
                is_escaping = false;
                quoted.push(*byte);
            } else if *byte == b'\'' {
                quoted.extend(b"'\\''");
                is_escaping = false;
            } else {
                if !is_escaping {
                    quoted.extend(b"'$'");
                }
                is_escaping = true;
                quoted.extend(match byte {
                    b'\n' => b"\\n".to_vec(),
                    b'\t' => b"\\t".to_vec(),
                    _ => format!("\\{byte:03o}").into_bytes(),
                });
            }
        }
        quoted.push(b'\'');
        quoted
    }

    #[test]
    fn as_the_tools_were_seen_to_show_it() {
        let (name, link) = (b"/d/l'k", b"it's$(x)\ny");
        let gnu = br#""/d/l'k" -> 'it'\''s$(x)'$'\n''y'"#;
        for text in [&gnu[..], b"'/d/l'k' -> 'it's$(x)\ny'", b"/d/l'k -> 'it's$(x)\ny'"] {
            assert_eq!(target(text, name, 10).as_deref(), Some(&link[..]), "{}", String::from_utf8_lossy(text));
        }
        assert_eq!(target(gnu, name, 11), None);
        assert_eq!(target(gnu, b"/d/other", 10), None);
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in prop::collection::vec(any::<u8>(), 0..40), length in 0_u64..20) {
            target(&text, b"a", length);
        }
    }
}
