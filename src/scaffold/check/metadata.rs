//! Names, labels and annotations.

use super::{Problem, Scaffold};
use crate::document::FieldPath;
use crate::scaffold::object::DEFAULT_CONTAINER;
use crate::scaffold::{Kind, name, unknown};

/// What an object's annotations may have together, in bytes.
const MOST_ANNOTATED: usize = 256 * 1024;

const QUALIFIED: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                         alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
                         '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must \
                     start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used \
                     for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// What a Job labels its pods with: who finds another value there makes no pods of it.
const OF_JOBS: [&str; 4] =
    ["job-name", "batch.kubernetes.io/job-name", "controller-uid", "batch.kubernetes.io/controller-uid"];

pub(super) fn problems(scaffold: &Scaffold) -> Vec<Problem> {
    let metadata = FieldPath::ROOT.key("metadata");
    let mut problems = Vec::new();
    let text = scaffold.name.as_str();
    if let Some((longest, why)) = scaffold.kind.longest_name().filter(|(longest, _)| text.len() > *longest) {
        let problem = format_args!("must be no more than {longest} bytes");
        problems
            .push(Problem::invalid(metadata.key("name"), text, problem).hint(format!("choose a shorter name: {why}")));
    }
    for (key, value) in &scaffold.labels {
        let at = metadata.key("labels");
        problems.extend(qualified(key).map(|why| Problem::invalid(at.clone(), key, why)));
        if value.len() > 63 {
            problems.push(Problem::invalid(at, value, "must be no more than 63 bytes"));
        } else if !value.is_empty() && !is_name_part(value) {
            problems.push(
                Problem::invalid(at, value, VALUE).hint("what is longer or has other letters can be an annotation"),
            );
        }
    }
    problems.extend(of_job(scaffold, &metadata.key("labels")));
    let at = metadata.key("annotations");
    problems.extend(of_default_container(scaffold, &at));
    for key in scaffold.annotations.keys() {
        problems.extend(qualified(&key.to_lowercase()).map(|why| Problem::invalid(at.clone(), key, why)));
    }
    let size: usize = scaffold.annotations.iter().map(|(key, value)| key.len() + value.len()).sum();
    if size > MOST_ANNOTATED {
        let problem = format!("Too long: may not be more than {MOST_ANNOTATED} bytes");
        problems.push(Problem { at, problem, hint: None });
    }
    problems
}

fn of_job(scaffold: &Scaffold, at: &FieldPath) -> Vec<Problem> {
    let is_job = matches!(scaffold.kind, Kind::Job | Kind::CronJob { .. });
    let taken = scaffold.labels.keys().filter(|key| is_job && OF_JOBS.contains(&key.as_str()));
    taken
        .map(|key| {
            Problem::invalid(at.clone(), key, "the pods of a Job get this label from the Job itself")
                .hint(format!("choose another label than {key}: a Job with it is refused, and a CronJob makes none"))
        })
        .collect()
}

/// kubectl goes by it, and fails where there is no such container.
fn of_default_container(scaffold: &Scaffold, at: &FieldPath) -> Option<Problem> {
    let name = scaffold.annotations.get(DEFAULT_CONTAINER)?;
    let names: Vec<&str> = scaffold.containers().map(|container| container.name.as_str()).collect();
    (!names.contains(&name.as_str())).then(|| {
        Problem::invalid(at.key(DEFAULT_CONTAINER), name, "there is no container of that name")
            .hint(unknown(name, names))
    })
}

/// What is wrong with a key of a label or an annotation, if anything is.
pub(super) fn qualified(key: &str) -> Option<String> {
    let (prefix, part) = key.split_once('/').map_or((None, key), |(prefix, part)| (Some(prefix), part));
    if let Some((problems, _)) = prefix.and_then(name::of_subdomain) {
        return problems.into_iter().next().map(|problem| format!("prefix part {problem}"));
    }
    if part.len() > 63 {
        return Some("name part must be no more than 63 bytes".to_owned());
    }
    (!is_name_part(part)).then(|| QUALIFIED.to_owned())
}

fn is_name_part(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.bytes().all(inner) && edge(text.bytes().next()) && edge(text.bytes().next_back())
}
