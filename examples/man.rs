//! Writes the man pages, one for each command, from the tree that `--help` is made of: `cargo run --example man -- FOLDER`.
//! The date on them is that of `SOURCE_DATE_EPOCH`, so that the same commit gives the same pages.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use clap::builder::PossibleValue;
use clap::{Arg, Command};
use clap_mangen::Man;
use jiff::Timestamp;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).ok_or("which folder?")?;
    let seconds = env::var("SOURCE_DATE_EPOCH").ok().map(|text| text.parse()).transpose()?;
    let date = Timestamp::from_second(seconds.unwrap_or_default())?.strftime("%Y-%m-%d").to_string();
    let mut tree = kubectl_sidecar::cli::command();
    tree.build();
    fs::create_dir_all(&folder)?;
    write_pages(tree, Path::new(&folder), &date)
}

fn write_pages(command: Command, folder: &Path, date: &str) -> Result<(), Box<dyn Error>> {
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        write_pages(below.clone(), folder, date)?;
    }
    let examples = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string);
    let release = format!("kubectl-sidecar {}", kubectl_sidecar::release::VERSION);
    // As in the help: clap_mangen would name every flag.
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().to_owned();
    // Examples are code: clap_mangen would fill its lines.
    let command = command.override_usage(usage).after_help(None).after_long_help(None).mut_args(of_yes_and_no);
    let man = Man::new(command).date(date).source(release).manual("kubectl plugins");
    let mut page = Vec::new();
    man.render(&mut page)?;
    let mut page = String::from_utf8(page)?;
    if let Some(examples) = examples {
        write!(page, "\n.SH EXAMPLES\n.nf\n{}.fi\n", as_it_stands(&examples))?;
    }
    Ok(fs::write(folder.join(man.get_filename()), page)?)
}

/// As in the help: `[=<BOOL>]` says which values there are.
fn of_yes_and_no(arg: Arg) -> Arg {
    let values = arg.get_possible_values();
    let is_bool = arg.get_action().takes_values() && values.iter().map(PossibleValue::get_name).eq(["true", "false"]);
    if is_bool { arg.hide_possible_values(true) } else { arg }
}

/// Text that is not filled, without its heading.
fn as_it_stands(text: &str) -> String {
    let mut roff = String::new();
    for line in text.lines().filter(|line| *line != "Examples:") {
        roff.extend(["\\&", &line.replace('\\', "\\e").replace('-', "\\-"), "\n"]);
    }
    roff
}
