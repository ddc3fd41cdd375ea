//! Prefixes, in full and shortened.

use super::*;
use crate::pod::{ContainerKind, Role};

const COLORS: Style = Style { color: true, many_colors: true, ..Style::PLAIN };

fn source(namespace: &str, pod: &str, container: &str) -> Source {
    Source {
        namespace: Some(namespace.to_owned()),
        pod: pod.to_owned(),
        node: None,
        container: container.to_owned(),
        kind: ContainerKind::Container,
        role: Role::Main,
        restart: None,
    }
}

fn of(prefixes: &mut Prefixes, index: usize, name: &str) -> String {
    let parts: Vec<_> = name.split('/').collect();
    String::from_utf8(prefixes.of(index, &source(parts[0], parts[1], parts[2])).to_vec()).unwrap()
}

#[test]
fn bars_are_lined_up_anew_when_a_longer_name_joins() {
    let mut prefixes = Prefixes::new(Prefix::Short, Style::PLAIN, Scope::OnePod);
    assert_eq!(of(&mut prefixes, 0, "n/web/nginx"), "nginx | ");
    assert_eq!(of(&mut prefixes, 2, "n/web/sidecar"), "sidecar | ");
    assert_eq!(of(&mut prefixes, 0, "n/web/nginx"), "nginx   | ");
    prefixes.forget(2);
    assert_eq!(of(&mut prefixes, 0, "n/web/nginx"), "nginx   | ");
}

#[test]
fn there_is_room_for_names_that_are_known_before() {
    let mut prefixes = Prefixes::new(Prefix::Short, Style::PLAIN, Scope::Pods);
    prefixes.leave_room([("web", "nginx"), ("web", "sidecar")].into_iter());
    assert_eq!(of(&mut prefixes, 0, "n/web/nginx"), "web/nginx   | ");
}

#[test]
fn a_second_namespace_is_named_and_so_is_the_first_one_then() {
    let mut prefixes = Prefixes::new(Prefix::Short, Style::PLAIN, Scope::Pods);
    assert_eq!(of(&mut prefixes, 0, "a/web/nginx"), "web/nginx | ");
    assert_eq!(of(&mut prefixes, 1, "long/web/nginx"), "long/web/nginx | ");
    assert_eq!(of(&mut prefixes, 0, "a/web/nginx"), "a/web/nginx    | ");
}

#[test]
fn kubectls_form_says_the_namespace_only_where_that_was_asked_for() {
    let mut prefixes = Prefixes::new(Prefix::Kubectl, Style::PLAIN, Scope::Pods);
    assert_eq!(of(&mut prefixes, 0, "a/web/nginx"), "[pod/web/nginx] ");
    assert_eq!(of(&mut prefixes, 1, "b/web/nginx"), "[pod/web/nginx] ");
    let mut prefixes = Prefixes::new(Prefix::Kubectl, Style::PLAIN, Scope::Namespaces);
    assert_eq!(of(&mut prefixes, 0, "a/web/nginx"), "[a/pod/web/nginx] ");
}

#[test]
fn a_prefix_takes_a_third_of_the_terminal_at_most() {
    for (columns, shown) in [
        (40, ["w…er/ngi…r | ", "w…er/sid…r | "]),
        (80, ["webserver/nginx-co…iner | ", "webserver/sidecar-…iner | "]),
        (200, ["webserver/nginx-container | ", "webserver/sidecar-container | "]),
    ] {
        let mut prefixes = Prefixes::new(Prefix::Short, Style { width: Some(columns), ..Style::PLAIN }, Scope::Pods);
        let names = ["n/webserver/nginx-container", "n/webserver/sidecar-container"];
        let all = [of(&mut prefixes, 0, names[0]), of(&mut prefixes, 1, names[1])];
        assert_eq!(all, shown, "{columns}");
        assert!(all.iter().all(|prefix| prefix.chars().count() <= usize::from(columns) / 3), "{columns}");
    }
}

#[test]
fn pod_and_container_have_a_colour_each() {
    let mut prefixes = Prefixes::new(Prefix::Short, COLORS, Scope::Pods);
    let one = of(&mut prefixes, 0, "n/web-a/nginx");
    let other = of(&mut prefixes, 1, "n/web-b/nginx");
    let colors = |text: &str| -> Vec<String> {
        text.split("\x1b[38;5;").skip(1).map(|part| part.split('m').next().unwrap().to_owned()).collect()
    };
    let (one, other) = (colors(&one), colors(&other));
    assert_eq!(one.len(), 3);
    assert!(one[0] == one[2] && one[1] == other[1] && one[0] != other[0], "{one:?} {other:?}");
}

#[test]
fn one_pods_containers_need_no_other_colour() {
    let mut prefixes = Prefixes::new(Prefix::Short, COLORS, Scope::OnePod);
    assert_eq!(of(&mut prefixes, 0, "n/web/nginx").matches("\x1b[38").count(), 1);
}
