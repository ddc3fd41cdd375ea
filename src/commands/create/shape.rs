//! From flags to a workload: what is asked for, what is the guide's, and what goes without saying.
//!
//! The guide's sidecar and volume are there as long as nobody shapes the workload otherwise: with a kind, a sidecar, a
//! preset, a volume or a mount of one's own, nothing of the guide's is added.

mod containers;
mod settings;

use std::collections::BTreeMap;
use std::fmt;

use super::refused;
use super::workload_args::{KindName, WorkloadArgs};
use super::{CreateArgs, volume_args::VolumeArgs};
use crate::error::{Error, Result};
use crate::scaffold::preset::Filled;
use crate::scaffold::{
    Image, InvalidName, Kind, Malformed, MountPlace, NamespaceName, NewVolume, ObjectName, Scaffold, Schedule, Share,
    pair, problems, split_list, unknown,
};

/// The workload that is asked for: the API server would take it.
///
/// # Errors
/// A flag cannot be understood, does not go with the others, or asks for what the API server would refuse.
pub(super) fn scaffold(args: &CreateArgs, presets: Vec<Filled>) -> Result<Scaffold> {
    let kind_word = args.workload.kind.map_or("Pod", word);
    let name = ObjectName::parse(&args.name).map_err(|error| invalid_name(kind_word, &args.name, &error))?;
    let namespace = args.connection.namespace().map(NamespaceName::parse).transpose();
    let namespace = namespace.map_err(|error| invalid_name(kind_word, name.as_str(), &error))?;
    let mut scaffold = if is_shaped(args) {
        let kind = kind(args, &name)?;
        containers::own(args, kind, name, namespace)?
    } else {
        refuse_kinds_flags(&args.workload, None)?;
        containers::guide(args, name, namespace)?
    };
    of_workload(&args.workload, &mut scaffold)?;
    declare_volumes(&args.volumes, &mut scaffold)?;
    containers::add_presets(presets, args.sidecars.native, &mut scaffold)?;
    settings::of_main(&args.container, &mut scaffold.main)?;
    settings::of_sidecars(&args.sidecars, &mut scaffold)?;
    mount_volumes(&args.volumes, &mut scaffold)?;
    let problems = problems(&scaffold);
    if problems.is_empty() { Ok(scaffold) } else { Err(refused::by_server(&scaffold, &problems)) }
}

/// Whether the workload is another than the guide's pod.
fn is_shaped(args: &CreateArgs) -> bool {
    let VolumeArgs { volume, share, mount } = &args.volumes;
    args.workload.kind.is_some()
        || ![&args.sidecars.sidecar, &args.sidecars.preset, &args.sidecars.preset_file, volume, share, mount]
            .into_iter()
            .all(Vec::is_empty)
}

/// The kind as the API spells it.
fn word(kind: KindName) -> &'static str {
    match kind {
        KindName::Pod => "Pod",
        KindName::Deployment => "Deployment",
        KindName::StatefulSet => "StatefulSet",
        KindName::DaemonSet => "DaemonSet",
        KindName::Job => "Job",
        KindName::CronJob => "CronJob",
    }
}

fn kind(args: &CreateArgs, name: &ObjectName) -> Result<Kind> {
    let flags = &args.workload;
    refuse_kinds_flags(flags, flags.kind)?;
    Ok(match flags.kind.unwrap_or(KindName::Pod) {
        KindName::Pod => Kind::Pod,
        KindName::Deployment => Kind::Deployment { replicas: flags.replicas },
        KindName::StatefulSet => {
            let service_name = flags.service_name.clone().unwrap_or_else(|| name.as_str().to_owned());
            Kind::StatefulSet { replicas: flags.replicas, service_name }
        }
        KindName::DaemonSet => Kind::DaemonSet,
        KindName::Job => Kind::Job,
        KindName::CronJob => Kind::CronJob { schedule: schedule(flags.schedule.as_deref(), name)? },
    })
}

fn schedule(text: Option<&str>, name: &ObjectName) -> Result<Schedule> {
    let Some(text) = text else {
        return Err(Error::usage("required flag(s) \"schedule\" not set")
            .hint("say when it runs: --schedule '*/5 * * * *' is every five minutes, --schedule @daily at midnight"));
    };
    Schedule::parse(text).map_err(|error| {
        refused::invalid("CronJob", name.as_str(), &format!("spec.schedule: {error}"))
            .hint("five fields: minute, hour, day of the month, month, day of the week: '30 2 * * 1-5'")
            .hint("or a word: @hourly, @daily, @weekly, @monthly, @yearly, '@every 90m' (of h, m and s; a day is 24h)")
    })
}

/// Flags that only some kinds have.
fn refuse_kinds_flags(flags: &WorkloadArgs, kind: Option<KindName>) -> Result<()> {
    use KindName::{CronJob, Deployment, StatefulSet};
    let only: [(&str, bool, &[KindName]); 3] = [
        ("replicas", flags.replicas.is_some(), &[Deployment, StatefulSet]),
        ("schedule", flags.schedule.is_some(), &[CronJob]),
        ("service-name", flags.service_name.is_some(), &[StatefulSet]),
    ];
    for (flag, is_given, kinds) in only {
        if is_given && !kind.is_some_and(|kind| kinds.contains(&kind)) {
            let has = kind.map_or("Pod", word);
            let kinds: Vec<String> =
                kinds.iter().map(|kind| format!("--kind={}", word(*kind).to_lowercase())).collect();
            return Err(Error::usage(format_args!("--{flag} is not for a {has}"))
                .hint(format!("it is for {}", kinds.join(" and "))));
        }
    }
    Ok(())
}

fn of_workload(flags: &WorkloadArgs, scaffold: &mut Scaffold) -> Result<()> {
    let labels = flags.labels.iter().map(String::as_str);
    scaffold.labels = split_list(labels, "KEY=VALUE").map_err(in_flag("labels"))?;
    let mut annotations = BTreeMap::new();
    for text in &flags.annotation {
        let (key, value) = pair(text, "KEY=VALUE").map_err(in_flag("annotation"))?;
        if annotations.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(Error::usage(format_args!("--annotation: {key:?} is given twice")));
        }
    }
    scaffold.annotations = annotations;
    scaffold.service_account.clone_from(&flags.service_account);
    scaffold.restart_policy.clone_from(&flags.restart);
    Ok(())
}

fn declare_volumes(flags: &VolumeArgs, scaffold: &mut Scaffold) -> Result<()> {
    for text in &flags.volume {
        match NewVolume::parse(text).map_err(in_flag("volume"))? {
            NewVolume::Volume(volume) => scaffold.volumes.push(*volume),
            NewVolume::Claim(claim) => scaffold.claims.push(claim),
        }
    }
    Ok(())
}

fn mount_volumes(flags: &VolumeArgs, scaffold: &mut Scaffold) -> Result<()> {
    for text in &flags.share {
        let Share(mount) = Share::parse(text).map_err(in_flag("share"))?;
        for container in containers::all(scaffold) {
            container.volume_mounts.get_or_insert_default().push(mount.clone());
        }
    }
    for text in &flags.mount {
        let place = MountPlace::parse(text).map_err(in_flag("mount"))?;
        containers::named(scaffold, &place.container, "mount")?.volume_mounts.get_or_insert_default().push(place.mount);
    }
    Ok(())
}

/// Worded as the API server words it; a name near it is offered.
fn invalid_name(kind: &str, name: &str, error: &InvalidName) -> Error {
    let refused = refused::invalid(kind, name, &error.to_string());
    match error.nearest() {
        Some(nearest) => refused.hint(format!("a valid name near it: {nearest}")),
        None => refused.hint("a valid name: webserver"),
    }
}

fn image(reference: &str) -> Result<Image> {
    Image::parse(reference).map_err(|error| {
        let hint = error.nearest().map(|near| format!("did you mean {near}?"));
        Error::usage(error).hint(
            hint.unwrap_or_else(|| "an image is written as NAME:TAG or REGISTRY/NAME:TAG: nginx:latest".to_owned()),
        )
    })
}

/// What is wrong with the value of that flag.
fn in_flag(flag: impl fmt::Display) -> impl Fn(Malformed) -> Error {
    move |error| Error::usage(format_args!("--{flag}: {}", error.problem)).hint(error.hint)
}

/// There is no container of that name.
fn no_container<'a>(flag: &str, name: &str, known: impl IntoIterator<Item = &'a str> + Clone, what: &str) -> Error {
    Error::usage(format_args!("--{flag}: there is no {what} {name:?}")).hint(unknown(name, known))
}
