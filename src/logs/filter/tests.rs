use proptest::prelude::*;

use super::*;

/// Shows what the filter lets pass of lines, each of a container.
fn shown(filter: &mut LineFilter, lines: &[(u32, String)]) -> Vec<(u32, String)> {
    let mut shown = Vec::new();
    for (track, message) in lines {
        let mut queue = Lines::default();
        queue.push(format!("1970-01-01T00:00:01Z {message}\n").as_bytes(), super::super::Tick::ZERO, |_| ());
        let line = queue.front().unwrap();
        filter.take(TrackId(*track), line, |line| {
            assert_eq!(line.stamp_text, b"1970-01-01T00:00:01Z");
            shown.push((*track, String::from_utf8(line.message.to_vec()).unwrap()));
        });
    }
    shown
}

fn filter(include: &str, exclude: &str, context: usize) -> LineFilter {
    let patterns = |text: &str| LinePatterns::new((!text.is_empty()).then_some(text), false).unwrap();
    LineFilter::new(patterns(include), patterns(exclude), context)
}

fn of_one(filter: &mut LineFilter, messages: &str) -> String {
    let lines: Vec<_> = messages.split(' ').map(|message| (0, message.to_owned())).collect();
    shown(filter, &lines).into_iter().map(|(_, message)| message).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_matches_is_shown_and_what_is_excluded_is_not() {
    assert_eq!(of_one(&mut filter("a", "", 0), "a b ab"), "a ab");
    assert_eq!(of_one(&mut filter("", "a", 0), "a b ab c"), "b c");
    assert_eq!(of_one(&mut filter("a", "b", 0), "a b ab"), "a");
}

#[test]
fn each_line_around_a_match_is_shown_once() {
    assert_eq!(of_one(&mut filter("x", "", 1), "1 2 x1 3 x2 4 5"), "2 x1 3 x2 4");
    assert_eq!(of_one(&mut filter("x", "", 2), "1 2 3 x1 4 5 6 7 8 x2"), "2 3 x1 4 5 7 8 x2");
    assert_eq!(of_one(&mut filter("x", "no", 1), "1 no x no 2 3"), "1 x 2");
}

#[test]
fn lines_around_a_match_are_of_its_container() {
    let lines = [(0, "a"), (1, "b"), (0, "x"), (1, "c"), (0, "d"), (1, "e")].map(|(of, text)| (of, text.to_owned()));
    let shown = shown(&mut filter("x", "", 1), &lines);
    assert_eq!(shown, [(0, "a".to_owned()), (0, "x".to_owned()), (0, "d".to_owned())]);
}

#[test]
fn what_is_kept_is_bounded_and_forgotten_with_its_container() {
    let mut filter = filter("x", "", 1000);
    let long: Vec<_> = (0..1000).map(|_| (0, "y".repeat(1000))).collect();
    assert!(shown(&mut filter, &long).is_empty());
    assert!(filter.around[0].as_ref().unwrap().before.bytes() <= MOST_KEPT);
    let with_a_match = shown(&mut filter, &[(0, "x".to_owned())]);
    assert!((200..300).contains(&with_a_match.len()), "{}", with_a_match.len());
    filter.forget(TrackId(0));
    assert!(filter.around[0].is_none());
}

/// What is shown of each container's lines, told from the whole of them.
fn expected(lines: &[(u32, String)], track: u32, context: usize) -> Vec<String> {
    let of_track = lines.iter().filter(|(of, message)| *of == track && !message.contains('n'));
    let all: Vec<_> = of_track.map(|(_, message)| message.clone()).collect();
    let is_near = |at: usize| {
        let [from, to] = [at.saturating_sub(context), all.len().min(at + context + 1)];
        all[from..to].iter().any(|message| message.contains('x'))
    };
    (0..all.len()).filter(|at| is_near(*at)).map(|at| all[at].clone()).collect()
}

proptest! {
    /// Each line at most once, in order, and just those around the matches.
    #[test]
    fn the_same_as_with_all_lines_at_hand(
        kinds in prop::collection::vec((0_u32..3, "[xn.]{1,2}|[.]"), 0..60),
        context in 0_usize..5,
    ) {
        let lines: Vec<_> = kinds.iter().enumerate().map(|(at, (track, kind))| (*track, format!("{at}{kind}"))).collect();
        let shown = shown(&mut filter("x", "n", context), &lines);
        for track in 0..3 {
            let of_track: Vec<_> = shown.iter().filter(|(of, _)| *of == track).map(|(_, text)| text.clone()).collect();
            prop_assert_eq!(of_track, expected(&lines, track, context));
        }
    }
}
