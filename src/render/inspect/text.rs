//! An inspection for people: the header, the containers, the matrix, the sentences, what is wrong.

use unicode_width::UnicodeWidthStr;

use super::containers::{containers, settings};
use super::mounts::mounts;
use super::proofs::proofs;
use super::sentences::{in_common, sentences};
use super::volumes::volumes;
use super::{Inspection, Origin, files, usage};
use crate::pod::{Phase, nested, sharing};
use crate::render::diagnosis::diagnosis;
use crate::render::table::one_line;
use crate::render::{Paint, Style};

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What one wants to see most often.
    Normal,
    /// `-o wide`
    Wide,
}

/// The inspection as text, each line ended.
pub fn text(inspection: &Inspection, detail: Detail, style: Style) -> String {
    let pod = &inspection.pod;
    let used = sharing(pod);
    let is_wide = detail == Detail::Wide;
    let mut parts = vec![header(inspection, style), containers(pod, detail).render(style)];
    parts.extend(settings(pod).filter(|_| is_wide).map(|table| table.render(style)));
    if is_wide && !used.is_empty() {
        parts.push(volumes(&used).render(style));
    }
    parts.push(mounts(pod, &used, detail, style));
    let lines = sentences(&used, &nested(pod)).into_iter();
    let lines = lines.chain(is_wide.then(|| in_common(pod)).into_iter().flatten());
    parts.push(lines.flat_map(|line| [one_line(&line), "\n".to_owned()]).collect());
    parts.extend(inspection.insight.proofs.iter().map(|all| proofs(all, style)));
    parts.extend(inspection.insight.files.iter().map(|looked| files::text(pod, looked, detail, style)));
    parts.extend(inspection.insight.usage.iter().map(|usage| usage::text(usage, style)));
    parts.extend(findings(inspection, style));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// Where the pod is, and how it does: on one line, or folded between its parts.
fn header(inspection: &Inspection, style: Style) -> String {
    let pod = &inspection.pod;
    let mut parts = vec![(one_line(&inspection.resource()), Some(Paint::Strong))];
    parts.extend(pod.namespace.as_ref().map(|namespace| (one_line(&format!("namespace {namespace}")), None)));
    if let Some(status) = &pod.status {
        let (ready, all) = pod.ready_counts();
        let paint = if ready == all { Paint::Good } else { Paint::Warning };
        parts.push((format!("READY {ready}/{all}"), Some(paint)));
        let word = pod.status_word().unwrap_or_default();
        parts.push((format!("STATUS {}", one_line(&word)), (status.phase == Phase::Failed).then_some(Paint::Bad)));
        parts.extend(status.node.as_ref().map(|node| (one_line(&format!("NODE {node}")), None)));
    }
    if let Origin::Manifest { file, at } = &inspection.origin {
        parts.push((format!("from {file}:{}", at.line), None));
    }
    let mut text = String::new();
    let mut column = 0;
    for (part, paint) in parts {
        let width = part.width();
        if column > 0 {
            let fits = style.width.is_none_or(|columns| column + 3 + width <= usize::from(columns));
            text.push_str(if fits { "   " } else { "\n  " });
            column = if fits { column + 3 } else { 2 };
        }
        column += width;
        text.push_str(&paint.map_or(part.clone(), |paint| style.paint(paint, &part)));
    }
    text.push('\n');
    text
}

/// What is wrong, a block each, with its place in front.
pub(super) fn findings(inspection: &Inspection, style: Style) -> Vec<String> {
    let block = |finding: &super::Finding| {
        let lines = diagnosis(&finding.diagnosis, style).join("\n");
        match (&inspection.origin, finding.at) {
            (Origin::Manifest { file, .. }, Some(at)) => format!("{file}:{at}: {lines}\n"),
            _ => format!("{lines}\n"),
        }
    };
    inspection.findings.iter().map(block).collect()
}
