//! What is proven of shared volumes, in a document.

use serde::Serialize;

use crate::probe::proof::{Pair, Spot, VolumeProof};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Proof {
    volume: String,
    /// In start order of the writers, then of the readers.
    pairs: Vec<ProofPair>,
    /// Why nothing was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<String>,
    /// Files of ours that may still be there.
    left_behind: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProofPair {
    writer: ProofPlace,
    reader: ProofPlace,
    /// `proven`, `readOnly`, `notVisible`, `denied` or `unknown`
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProofPlace {
    container: String,
    /// The volume, or a part of it, in the container.
    path: String,
}

impl From<&VolumeProof> for Proof {
    fn from(proof: &VolumeProof) -> Self {
        let VolumeProof { volume, pairs, left_out, left_behind } = proof;
        Self {
            volume: volume.clone(),
            pairs: pairs.iter().map(ProofPair::from).collect(),
            left_out: left_out.clone(),
            left_behind: left_behind.clone(),
        }
    }
}

impl From<&Pair> for ProofPair {
    fn from(pair: &Pair) -> Self {
        Self {
            writer: ProofPlace::from(&pair.writer),
            reader: ProofPlace::from(&pair.reader),
            verdict: pair.verdict.as_str(),
            reason: pair.verdict.reason().map(str::to_owned),
        }
    }
}

impl From<&Spot> for ProofPlace {
    fn from(spot: &Spot) -> Self {
        Self { container: spot.container().to_owned(), path: spot.path.clone() }
    }
}
