//! What is proven of shared volumes: who wrote, who read it, and why somebody did not.

use crate::probe::proof::{Pair, Spot, Verdict, VolumeProof};
use crate::render::table::{Cell, Column, Table, one_line};
use crate::render::{Paint, Style};

/// What is about to be written into containers, and where: nobody is to be surprised.
pub fn will_write<'a>(pod: &str, size: usize, paths: impl Iterator<Item = (&'a str, String)>, style: Style) -> String {
    let head = format!("Will write a file of {size} bytes in containers of {}, and remove it:", one_line(pod));
    let line = |(container, path): (&str, String)| format!("\n  {}: {}", one_line(container), one_line(&path));
    style.paint(Paint::Faint, &(head + &paths.map(line).collect::<String>()))
}

/// The proofs, a block for each volume.
pub(super) fn proofs(all: &[VolumeProof], style: Style) -> String {
    if all.is_empty() {
        return "No volume is shared that containers could write to: nothing is to be proven.\n".to_owned();
    }
    all.iter().map(|proof| block(proof, style)).collect::<Vec<_>>().join("\n")
}

fn block(proof: &VolumeProof, style: Style) -> String {
    let volume = one_line(&proof.volume);
    if let Some(why) = &proof.left_out {
        return format!("{volume} is not tried: {}.\n", one_line(why));
    }
    let is_good = proof.pairs.iter().all(|pair| pair.verdict.is_good());
    let head = if is_good {
        let words = style.paint(Paint::Good, "proven");
        format!("{volume} is {words} to be shared: what one container wrote, the others have read.\n")
    } else {
        let words = style.paint(Paint::Bad, "not proven");
        format!("{volume} is {words} to be shared by all: not all have read what the others wrote.\n")
    };
    let matrix = matrix(&proof.pairs);
    let table = if matrix.fits(style) { matrix.render(style) } else { list(&proof.pairs).render(style) };
    format!("{head}{table}{}", notes(proof, style))
}

/// Why it is as it is, each reason once, and what may have been left behind.
fn notes(proof: &VolumeProof, style: Style) -> String {
    let mut notes: Vec<String> = Vec::new();
    for reason in proof.pairs.iter().filter_map(|pair| pair.verdict.reason()) {
        let note = format!("  {}\n", one_line(reason));
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    let left = proof.left_behind.iter().map(|left| {
        let words = format!("a file of ours may still be there: {}", one_line(left));
        format!("  {}\n", style.paint(Paint::Warning, &words))
    });
    notes.extend(left);
    notes.concat()
}

/// Who wrote, a line each, and who read it, a column each. Of two containers that meet at several places, what went worst
/// there is shown.
fn matrix(pairs: &[Pair]) -> Table {
    let mut names: Vec<&str> = Vec::new();
    for name in pairs.iter().flat_map(|pair| [pair.writer.container(), pair.reader.container()]) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.sort_by_key(|name| pairs.iter().position(|pair| pair.writer.container() == *name));
    let mut table = Table::new(std::iter::once("WRITER").chain(names.iter().copied()).map(Column::from));
    for writer in &names {
        let of = |reader: &&str| {
            let between = |pair: &&Pair| pair.writer.container() == *writer && pair.reader.container() == *reader;
            let worst = pairs.iter().filter(between).max_by_key(|pair| badness(&pair.verdict));
            Cell::or_dash(worst.map_or("", |pair| word(&pair.verdict)))
        };
        table.row(std::iter::once(Cell::from(writer)).chain(names.iter().map(of)));
    }
    table
}

fn badness(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::ReadOnly => 0,
        Verdict::Proven => 1,
        Verdict::Unknown(_) => 2,
        Verdict::NotVisible(_) => 3,
        Verdict::Denied(_) => 4,
    }
}

fn list(pairs: &[Pair]) -> Table {
    let mut table = Table::new(["WRITER", "READER", "PROOF"].map(Column::folding));
    for Pair { writer, reader, verdict } in pairs {
        let cell = |spot: &Spot| Cell::from(format!("{} {}", spot.container(), spot.path));
        table.row([cell(writer), cell(reader), word(verdict).into()]);
    }
    table
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Proven => "proven",
        Verdict::ReadOnly => "read only, as it should be",
        Verdict::NotVisible(_) => "not visible",
        Verdict::Denied(_) => "denied",
        Verdict::Unknown(_) => "not proven",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pod::{ContainerKind, Role};
    use crate::probe::Place;

    fn spot(container: &str, path: &str) -> Spot {
        let (pod, container) = ("web".to_owned(), container.to_owned());
        let place = Place { pod, container, kind: ContainerKind::Container, role: Role::Main };
        Spot { place, path: path.to_owned() }
    }

    fn pair(writer: Spot, reader: Spot, verdict: Verdict) -> Pair {
        Pair { writer, reader, verdict }
    }

    fn proof(pairs: Vec<Pair>) -> VolumeProof {
        VolumeProof { volume: "logs".to_owned(), pairs, left_out: None, left_behind: Vec::new() }
    }

    #[test]
    fn proven_and_not_in_a_matrix_and_as_a_list() {
        let (a, b, c) = (spot("app", "/var/log"), spot("shipper", "/logs"), spot("web", "/l"));
        let why = "web may not read in /l (runs as user 1; the folder is drwx------ of user 0, group 0)";
        let pairs = vec![
            pair(a.clone(), b.clone(), Verdict::Proven),
            pair(a.clone(), c.clone(), Verdict::Denied(why.to_owned())),
            pair(b.clone(), a.clone(), Verdict::ReadOnly),
            pair(b.clone(), c.clone(), Verdict::ReadOnly),
            pair(c.clone(), a.clone(), Verdict::Unknown("web has no shell (sh) to write with".to_owned())),
            pair(c, b.clone(), Verdict::NotVisible("shipper sees no such file in /logs".to_owned())),
        ];
        let mut bad = proof(pairs);
        bad.left_behind.push("/l/.kubectl-sidecar-00 in web: \u{1b}[2J".to_owned());
        let good = proof(vec![pair(a.clone(), b.clone(), Verdict::Proven), pair(b, a, Verdict::Proven)]);
        let apart = VolumeProof { left_out: Some("each has its own".to_owned()), ..proof(Vec::new()) };
        let narrow = Style { width: Some(60), ..Style::PLAIN };
        insta::assert_snapshot!(proofs(&[bad.clone(), good, apart], Style::PLAIN) + "\n" + &proofs(&[bad], narrow));
    }
}
