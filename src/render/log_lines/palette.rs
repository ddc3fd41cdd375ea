//! Which colour a name has: the same one every time, and another one than the names beside it.

use crate::render::Style;

/// Of the 256 colours, twelve that were looked at on black, dark grey and white: each has a contrast of at least 3 with
/// all of them, and any two can be told apart. No plain red, which is for errors.
const MANY: [Color; 12] = [
    Color::Of256(32),
    Color::Of256(166),
    Color::Of256(28),
    Color::Of256(170),
    Color::Of256(136),
    Color::Of256(30),
    Color::Of256(63),
    Color::Of256(168),
    Color::Of256(137),
    Color::Of256(165),
    Color::Of256(139),
    Color::Of256(199),
];

/// The plain ones: how they look is the terminal's choice, made for its background.
const FEW: [Color; 6] =
    [Color::Plain(6), Color::Plain(2), Color::Plain(5), Color::Plain(3), Color::Plain(4), Color::Plain(1)];

/// A colour of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) enum Color {
    /// From 0, black, to 7, white.
    Plain(u8),
    /// By its number among the 256.
    Of256(u8),
}

impl Color {
    /// The text in this colour.
    pub(in crate::render) fn paint(self, text: &str) -> String {
        match self {
            Self::Plain(number) => format!("\x1b[3{number}m{text}\x1b[39m"),
            Self::Of256(number) => format!("\x1b[38;5;{number}m{text}\x1b[39m"),
        }
    }
}

/// The colours that names have, as long as somebody bears them.
#[derive(Debug)]
pub(in crate::render) struct Colors {
    palette: &'static [Color],
    given: Vec<Given>,
}

#[derive(Debug)]
struct Given {
    namespace: String,
    name: String,
    color: Color,
    bearers: usize,
}

impl Given {
    fn is(&self, namespace: &str, name: &str) -> bool {
        self.name == name && self.namespace == namespace
    }
}

impl Colors {
    /// Those that the place where text is read can show.
    pub(in crate::render) fn new(style: Style) -> Self {
        Self { palette: if style.many_colors { &MANY } else { &FEW }, given: Vec::new() }
    }

    /// The colour of a name, which one more bears. Where another name has the colour it would have, it takes the next
    /// one that is free. The same name within another namespace is another one that would have the same colour.
    pub(in crate::render) fn give(&mut self, namespace: &str, name: &str) -> Color {
        if let Some(given) = self.given.iter_mut().find(|given| given.is(namespace, name)) {
            given.bearers += 1;
            return given.color;
        }
        let start = name.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
        let mut colors = self.palette.iter().cycle().skip(start % self.palette.len()).take(self.palette.len()).copied();
        let is_free = |color: &Color| self.given.iter().all(|given| given.color != *color);
        let first = self.palette[start % self.palette.len()];
        let color = colors.find(is_free).unwrap_or(first);
        self.given.push(Given { namespace: namespace.to_owned(), name: name.to_owned(), color, bearers: 1 });
        color
    }

    /// One less bears that name.
    pub(in crate::render) fn take_back(&mut self, namespace: &str, name: &str) {
        if let Some(at) = self.given.iter().position(|given| given.is(namespace, name)) {
            self.given[at].bearers -= 1;
            if self.given[at].bearers == 0 {
                self.given.swap_remove(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn colors() -> Colors {
        Colors::new(Style { color: true, many_colors: true, ..Style::PLAIN })
    }

    #[test]
    fn a_name_keeps_its_colour() {
        let (mut one, mut other) = (colors(), colors());
        let color = one.give("", "nginx-container");
        assert_eq!(one.give("", "nginx-container"), color);
        assert_eq!(other.give("", "nginx-container"), color);
        one.take_back("", "nginx-container");
        assert_eq!(one.given[0].bearers, 1);
        one.take_back("", "nginx-container");
        assert!(one.given.is_empty());
    }

    #[test]
    fn a_namespace_does_not_change_it_but_where_it_is_taken() {
        let (mut one, mut other) = (colors(), colors());
        let color = one.give("a", "web");
        assert_eq!(other.give("b", "web"), color);
        assert_ne!(one.give("b", "web"), color);
    }

    #[test]
    fn a_terminal_that_knows_no_more_gets_plain_ones() {
        let mut colors = Colors::new(Style { color: true, many_colors: false, ..Style::PLAIN });
        assert_eq!(colors.give("", "main").paint("x"), "\x1b[32mx\x1b[39m");
    }

    proptest! {
        #[test]
        fn no_two_names_share_one_while_some_are_free(names in prop::collection::hash_set("[a-z]{1,8}", 1..=12)) {
            let mut colors = colors();
            let given: Vec<Color> = names.iter().map(|name| colors.give("", name)).collect();
            for (at, color) in given.iter().enumerate() {
                prop_assert!(!given[..at].contains(color));
            }
        }
    }
}
