//! Volumes: their names, and what they are made of.

use super::{Problem, Scaffold, of_name};
use crate::document::FieldPath;
use crate::scaffold::{Kind, name};

pub(super) fn problems(scaffold: &Scaffold, spec: &FieldPath) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, volume) in scaffold.volumes.iter().enumerate() {
        let at = spec.key("volumes").index(index);
        problems.extend(of_name(&at.key("name"), &volume.name, name::of_label));
        let others = scaffold.volumes[..index].iter().map(|other| &other.name);
        if others.chain(scaffold.claims.iter().map(|claim| &claim.name)).any(|other| *other == volume.name) {
            problems.push(
                Problem::duplicate(at.key("name"), &volume.name).hint("volumes of a pod have names of their own"),
            );
        }
        problems.extend(of_source(&at, volume));
    }
    problems.extend(of_claims(scaffold));
    problems
}

fn of_source(at: &FieldPath, volume: &k8s_openapi::api::core::v1::Volume) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(claim) = &volume.persistent_volume_claim {
        let at = at.key("persistentVolumeClaim").key("claimName");
        problems.extend(of_name(&at, &claim.claim_name, name::of_subdomain));
    }
    if let Some(source) = &volume.config_map {
        problems.extend(of_name(&at.key("configMap").key("name"), &source.name, name::of_subdomain));
    }
    if let Some(secret) = volume.secret.as_ref().and_then(|secret| secret.secret_name.as_deref()) {
        problems.extend(of_name(&at.key("secret").key("secretName"), secret, name::of_subdomain));
    }
    if let Some(host) = &volume.host_path {
        let at = at.key("hostPath").key("path");
        if host.path.split('/').any(|part| part == "..") {
            problems.push(Problem::invalid(at, &host.path, "must not contain '..'"));
        } else if !host.path.starts_with('/') {
            let hint = format!("a path on the node begins at its root: did you mean /{}?", host.path);
            problems.push(Problem::invalid(at, &host.path, "must be an absolute path").hint(hint));
        }
    }
    problems
}

fn of_claims(scaffold: &Scaffold) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, claim) in scaffold.claims.iter().enumerate() {
        let at = FieldPath::ROOT.key("spec").key("volumeClaimTemplates").index(index).key("metadata").key("name");
        problems.extend(of_name(&at, &claim.name, name::of_label));
        if scaffold.claims[..index].iter().any(|other| other.name == claim.name) {
            problems.push(Problem::duplicate(at.clone(), &claim.name).hint("volumes of a pod have names of their own"));
        }
        if claim.size.nano() == 0 {
            let at = FieldPath::ROOT.key("spec").key("volumeClaimTemplates").index(index);
            let at = at.key("spec").key("resources").key("requests").key("storage");
            problems.push(Problem::invalid(at, claim.size.as_str(), "must be greater than zero"));
        }
        if !matches!(scaffold.kind, Kind::StatefulSet { .. }) {
            let kind = scaffold.kind.workload().as_str();
            problems.push(
                Problem { at, problem: format!("Forbidden: a {kind} has no claim templates"), hint: None }.hint(format!(
                    "pvc:{} is a size: only a StatefulSet (--kind=statefulset) claims volumes for its pods; name a claim that \
                     is there: --volume {}=pvc:CLAIM",
                    claim.size.as_str(),
                    claim.name
                )),
            );
        }
    }
    problems
}
