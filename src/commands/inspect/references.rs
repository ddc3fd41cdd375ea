//! What the pods' volumes are made from: asked for once each, and never for its contents.

use std::collections::{BTreeMap, HashMap};

use futures_util::stream::{self, StreamExt};
use k8s_openapi::api::core::v1;

use crate::cluster::Cluster;
use crate::commands::targets::REQUESTS_AT_ONCE;
use crate::error::{Error, Kind, Result};
use crate::pod::{Known, Pod, Reference, ReferenceKind, claim_facts};

/// Objects that are asked for at most. Who has more pods than that in view does not read about each claim.
pub(super) const MOST_ASKED: usize = 200;

/// One object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Object {
    namespace: String,
    kind: ReferenceKind,
    name: String,
}

/// What is known of one object: what it has, or why that is not known.
enum Answer {
    Claim(Box<v1::PersistentVolumeClaim>),
    There,
    Keys(Vec<String>),
    Missing,
    Unknown(String),
}

/// Asks the cluster what the pods' volumes are made from, and writes it into them. Whether all were asked for.
///
/// # Errors
/// The server does not answer any more.
pub(super) async fn ask(cluster: &Cluster, pods: &mut [Pod]) -> Result<bool> {
    let mut wanted: BTreeMap<Object, bool> = BTreeMap::new();
    for pod in pods.iter() {
        for (_, reference) in pod.references() {
            let wants_keys = wanted.entry(object(cluster, pod, reference)).or_default();
            *wants_keys |= !reference.keys.is_empty();
        }
    }
    let is_all = wanted.len() <= MOST_ASKED;
    let asked = wanted.into_iter().take(MOST_ASKED).map(|(object, wants_keys)| async move {
        let answer = answer(cluster, &object, wants_keys).await;
        answer.map(|answer| (object, answer))
    });
    let mut answers = HashMap::new();
    let mut coming = stream::iter(asked).buffer_unordered(REQUESTS_AT_ONCE);
    while let Some(answer) = coming.next().await {
        answers.extend([answer?]);
    }
    for pod in pods {
        tell(cluster, pod, &answers);
    }
    Ok(is_all)
}

fn object(cluster: &Cluster, pod: &Pod, reference: &Reference) -> Object {
    let namespace = pod.namespace.as_deref().unwrap_or(cluster.namespace()).to_owned();
    Object { namespace, kind: reference.kind, name: reference.name.clone() }
}

fn tell(cluster: &Cluster, pod: &mut Pod, answers: &HashMap<Object, Answer>) {
    let known = |reference: &Reference| Some(known(answers.get(&object(cluster, pod, reference))?, reference));
    let known: Vec<_> = pod.references().map(|(_, reference)| known(reference)).collect();
    let references = pod.volumes.iter_mut().flat_map(|volume| &mut volume.source.references);
    for (reference, known) in references.zip(known) {
        reference.known = known;
    }
}

/// What an object is to who refers to it.
fn known(answer: &Answer, reference: &Reference) -> Known {
    match answer {
        Answer::Claim(claim) => Known::There { facts: claim_facts(claim) },
        Answer::There => Known::There { facts: Vec::new() },
        Answer::Missing => Known::Missing,
        Answer::Unknown(reason) => Known::Unknown { reason: reason.clone() },
        Answer::Keys(keys) => {
            let lacks = reference.keys.iter().filter(|key| !keys.contains(key)).cloned().collect::<Vec<_>>();
            if lacks.is_empty() { Known::There { facts: Vec::new() } } else { Known::MissingKeys(lacks) }
        }
    }
}

async fn answer(cluster: &Cluster, object: &Object, wants_keys: bool) -> Result<Answer> {
    let Object { namespace, kind, name } = object;
    let answer = match kind {
        ReferenceKind::PersistentVolumeClaim => {
            cluster.claim(namespace, name).await.map(|claim| Answer::Claim(Box::new(claim)))
        }
        _ if wants_keys => cluster.keys(*kind, namespace, name).await.map(Answer::Keys),
        _ => cluster.has(*kind, namespace, name).await.map(|()| Answer::There),
    };
    answer.or_else(|error: Error| match error.kind() {
        Kind::NotFound => Ok(Answer::Missing),
        Kind::Unreachable | Kind::Unauthorized => Err(error),
        _ => Ok(Answer::Unknown(error.to_string())),
    })
}
