//! What texts mean.

use super::*;

#[test]
fn words_are_near_or_listed() {
    assert_eq!(unknown("shared-log", ["shared-logs", "data"]), "did you mean \"shared-logs\"?");
    assert_eq!(unknown("xyz", ["shared-logs", "data"]), "there are: shared-logs, data");
    assert_eq!(unknown("xyz", []), "there are none");
}

#[test]
fn commands_are_split_as_a_shell_splits_them() {
    assert_eq!(words("sh -c 'a; b' \"c d\"").unwrap(), ["sh", "-c", "a; b", "c d"]);
    assert!(words("sh 'a").is_err() && words(" ").is_err());
}

#[test]
fn lists_of_pairs() {
    let labels = split_list(["a=b,c=", "d=e=f"], "KEY=VALUE").unwrap();
    assert_eq!(
        labels.into_iter().map(|(key, value)| format!("{key}:{value}")).collect::<Vec<_>>(),
        ["a:b", "c:", "d:e=f"]
    );
    assert_eq!(split_list(["a"], "KEY=VALUE").unwrap_err().problem, "\"a\" is not of the form KEY=VALUE");
    assert!(split_list(["a=b", "a=c"], "K").is_err());
}
