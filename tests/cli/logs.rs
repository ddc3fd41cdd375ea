//! `logs` without a cluster.

use insta::assert_snapshot;

use super::plugin::{command, sidecar, sidecar_each};

#[test]
fn help() {
    assert_snapshot!(sidecar(&["logs", "--help"]));
}

#[test]
fn what_it_cannot_follow() {
    assert_snapshot!(sidecar_each(&[
        "logs",
        "logs -n demo",
        "logs pod/",
        "logs pod/a/b",
        "logs deploy",
        "logs web-0 cronjobs.batch",
        "logs node/one",
        "logs deployments.extensions/web",
    ]));
}

#[test]
fn values_that_make_no_sense() {
    assert_snapshot!(sidecar_each(&[
        "logs webserver --since 5",
        "logs webserver --since-time yesterday",
        "logs webserver --tail many",
        "logs webserver --window -1s",
        "logs webserver --prefix=long",
        "logs webserver --follow=perhaps",
        "logs webserver -c a(b",
        "logs webserver --exclude-container [a",
        "logs webserver --role boss",
        "logs webserver --until yesterday",
        "logs webserver --limit-bytes -1",
        "logs webserver --include *x",
        "logs webserver --exclude x{2,1}",
        "logs webserver --highlight (?P<x",
        "logs webserver --include x --around -1",
    ]));
}

#[test]
fn flags_that_do_not_go_together() {
    assert_snapshot!(sidecar_each(&[
        "logs webserver --since 5m --since-time 2026-01-31T08:00:00Z",
        "logs webserver --follow --no-follow",
        "logs webserver --around 2",
        "logs webserver --exclude x -C 2",
        "logs webserver --since 5m --until 10m",
        "logs webserver --since-time 2026-01-31T08:00:00Z --until 2026-01-31T08:00:00Z",
        "logs webserver --tail 10 --until 10m",
    ]));
}

/// A name says what is meant; all else means all that fit.
#[test]
fn names_and_what_means_all_that_fit() {
    assert_snapshot!(sidecar_each(&[
        "logs web-0 -l app=web",
        "logs deploy/web --field-selector status.phase=Running",
        "logs web-0 --match web-.*",
        "logs web-0 --node one",
        "logs svc/web -A",
        "logs web-0 -n a -n b",
        "logs -l app=web -n a -A",
    ]));
}

#[test]
fn names_of_nodes_and_patterns_that_are_none() {
    assert_snapshot!(sidecar_each(&[
        "logs --match web-( -n a",
        "logs --match [z-a]",
        "logs --node one,spec.nodeName=two",
        "logs --node=",
    ]));
}

/// They go together: what is missing is a cluster.
#[test]
fn what_goes_together() {
    for line in [
        "logs web-0 deploy/api svc/db job/x -n a",
        "logs web-0 -n a -n a",
        "logs -l app=web --field-selector a=b --match .* --node one",
        "logs --match .*",
        "logs --node one -A",
        "logs --field-selector a=b -n a -n b --tail 5 --no-follow",
        "logs -A",
        "logs -A --since 5m --max-log-requests 5",
    ] {
        let shown = sidecar(&line.split(' ').collect::<Vec<_>>());
        assert!(shown.contains("error: no kubeconfig found"), "{shown}");
    }
}

/// Each flag with each other one: those that are refused, and with which words. All others work.
#[test]
fn flags_with_each_other() {
    let each = FLAGS.iter().enumerate().flat_map(|(at, one)| FLAGS[at + 1..].iter().map(move |other| [*one, *other]));
    let refused = each.filter_map(|flags| Some((flags, refusal(&flags)?)));
    let row = |(flags, words): ([&str; 2], String)| format!("{} {}: {words}\n", flags[0], flags[1]);
    assert_snapshot!(refused.map(row).collect::<String>());
}

/// With values that make sense by themselves.
const FLAGS: [&str; 43] = [
    "-l=app=web",
    "--field-selector=status.phase=Running",
    "--match=web-.*",
    "--node=one",
    "-A",
    "-n=shop",
    "-c=web.*",
    "--exclude-container=web",
    "--role=main,sidecar",
    "--no-mesh",
    "--follow",
    "--no-follow",
    "--tail=10",
    "--since=1h",
    "--since-time=2026-01-31T08:00:00Z",
    "--until=5m",
    "--until=2100-01-01T00:00:00Z",
    "--previous",
    "--limit-bytes=1000",
    "--include=GET",
    "--exclude=POST",
    "--highlight=404",
    "-i",
    "--include=a --around=2",
    "-o=raw",
    "-o=json",
    "--prefix",
    "--prefix=none",
    "--prefix=short",
    "--timestamps",
    "--timestamps=utc",
    "--timestamps=local",
    "--timestamps=relative",
    "--pretty",
    "--raw-control",
    "--quiet",
    "--color=always",
    "--window=0s",
    "--max-log-requests=5",
    "--all-containers",
    "--show-kubectl",
    "--context=kind",
    "--user=me",
];

/// Why they do not go together, as far as that is known without a cluster. `None`: they do.
fn refusal(flags: &[&str]) -> Option<String> {
    let is_of_all =
        |flag: &&str| ["-l=", "--field-selector", "--match", "--node", "-A"].iter().any(|word| flag.starts_with(word));
    let pod = (!flags.iter().any(is_of_all)).then_some("webserver");
    let args: Vec<_> = ["logs"].into_iter().chain(pod).chain(flags.iter().flat_map(|flag| flag.split(' '))).collect();
    let output = command(&args).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    if words.starts_with("error: no kubeconfig found") {
        return None;
    }
    Some(words.split("\n\n").next().unwrap_or_default().trim_end().replace("\n  ", " ").replace('\n', "; "))
}

/// Each flag that says how lines look with each form of a line: refused with which words, or taken, and then there is no
/// cluster to be found.
#[test]
fn looks_that_do_not_go_together() {
    let flags = [
        "--prefix",
        "--prefix=auto",
        "--prefix=none",
        "--prefix=short",
        "--timestamps",
        "--timestamps=false",
        "--timestamps=utc",
        "--timestamps=local",
        "--timestamps=relative",
        "--pretty",
        "--raw-control",
        "--quiet",
        "--color=always",
        "--pretty --timestamps=relative --prefix=none --raw-control --quiet",
    ];
    let mut table = String::new();
    for form in ["text", "raw", "json"] {
        for flag in flags {
            let line = format!("logs webserver -o {form} {flag}");
            let shown = sidecar(&line.split(' ').collect::<Vec<_>>());
            let said = shown.lines().find_map(|line| line.strip_prefix("error: ")).unwrap_or_default();
            let answer = if said.contains("no kubeconfig") { "works" } else { said };
            table.extend(["-o ", form, " ", flag, ": ", answer, "\n"]);
        }
    }
    assert_snapshot!(table);
}

#[test]
fn looks_that_make_no_sense() {
    assert_snapshot!(sidecar_each(&[
        "logs webserver -o yaml",
        "logs webserver --timestamps=tomorrow",
        "logs webserver --pretty=very",
    ]));
}

#[test]
fn no_kubeconfig() {
    assert_snapshot!(sidecar(&["logs", "webserver"]));
}
