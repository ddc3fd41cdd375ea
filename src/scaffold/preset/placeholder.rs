//! `${parameter}` in a text of a preset, and `$${`, which is a `${` as it stands there.

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// As it is written.
    Text(&'a str),
    /// The value of that parameter.
    Placeholder(&'a str),
}

/// A `${` that begins no placeholder, with what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) String);

/// The parts of a text.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Malformed> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            pieces.extend([Piece::Text(&rest[..at - 1]), Piece::Text("${")]);
            rest = &rest[at + 2..];
            continue;
        }
        pieces.push(Piece::Text(&rest[..at]));
        let inner = &rest[at + 2..];
        let name = inner.split_once('}').filter(|(name, _)| is_name(name));
        let Some((name, after)) = name else { return Err(Malformed(rest[at..].chars().take(20).collect())) };
        pieces.push(Piece::Placeholder(name));
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| *piece != Piece::Text(""));
    Ok(pieces)
}

/// The parameter whose value the whole text is.
pub(super) fn whole(text: &str) -> Option<&str> {
    match pieces(text).ok()?.as_slice() {
        [Piece::Placeholder(name)] => Some(name),
        _ => None,
    }
}

/// What parameters are called, and presets.
pub(super) fn is_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.starts_with(|letter: char| letter.is_ascii_lowercase()) && name.bytes().all(inner) && !name.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart() {
        use Piece::{Placeholder, Text};
        assert_eq!(pieces("a${b}c"), Ok(vec![Text("a"), Placeholder("b"), Text("c")]));
        assert_eq!(pieces("${b-1}"), Ok(vec![Placeholder("b-1")]));
        assert_eq!(pieces("$a $(B) $ {"), Ok(vec![Text("$a $(B) $ {")]));
        assert_eq!(pieces("x$${b}${c}"), Ok(vec![Text("x"), Text("${"), Text("b}"), Placeholder("c")]));
        assert_eq!(pieces(""), Ok(vec![]));
    }

    #[test]
    fn what_only_begins_like_a_placeholder_is_told() {
        for text in ["${", "${}", "${A}", "${a", "${a b}", "${-a}", "${a-}"] {
            assert_eq!(pieces(&format!("x {text}")), Err(Malformed(text.to_owned())));
        }
    }

    #[test]
    fn a_placeholder_alone_is_the_whole() {
        assert_eq!(whole("${port}"), Some("port"));
        assert_eq!(whole("${port} "), None);
        assert_eq!(whole("$${port}"), None);
    }
}
