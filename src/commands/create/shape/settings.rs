//! The settings of containers: the same for the main one and for sidecars.

use k8s_openapi::api::core::v1;

use super::{containers, in_flag};
use crate::commands::create::container_args::ContainerArgs;
use crate::commands::create::sidecar_args::SidecarArgs;
use crate::error::{Error, Result};
use crate::scaffold::{Malformed, Scaffold, container_port, env, env_from, pair, resources, words};

const PULL_POLICIES: [&str; 3] = ["Always", "IfNotPresent", "Never"];

pub(super) fn of_main(flags: &ContainerArgs, main: &mut v1::Container) -> Result<()> {
    let (command, args) = command(flags)?;
    if !command.is_empty() {
        main.command = Some(command);
    }
    if !args.is_empty() {
        main.args = Some(args);
    }
    for text in &flags.env {
        main.env.get_or_insert_default().push(env(text).map_err(in_flag("env"))?);
    }
    for text in &flags.env_from {
        main.env_from.get_or_insert_default().push(env_from(text).map_err(in_flag("env-from"))?);
    }
    for text in &flags.port {
        main.ports.get_or_insert_default().push(container_port(text).map_err(in_flag("port"))?);
    }
    for (flag, texts) in [("requests", &flags.requests), ("limits", &flags.limits)] {
        need(main, flag, texts.iter().map(String::as_str)).map_err(in_flag(flag))?;
    }
    main.image_pull_policy.clone_from(&flags.image_pull_policy);
    Ok(())
}

/// Command and args, by our flags or as `kubectl run` takes them after `--`.
fn command(flags: &ContainerArgs) -> Result<(Vec<String>, Vec<String>)> {
    let is_bare = flags.command.iter().any(String::is_empty);
    if is_bare && (flags.words.is_empty() || flags.command.len() > 1) {
        return Err(Error::usage("--command needs words: a value, or words after --")
            .hint("write it as --command 'sh -c date' or as --command -- sh -c date"));
    }
    if is_bare {
        return Ok((flags.words.clone(), flags.arg.clone()));
    }
    let mut command = Vec::new();
    for text in &flags.command {
        command.extend(words(text).map_err(in_flag("command"))?);
    }
    Ok((command, [flags.arg.as_slice(), &flags.words].concat()))
}

/// `flag` is `requests` or `limits`.
fn need<'a>(
    container: &mut v1::Container,
    flag: &str,
    texts: impl IntoIterator<Item = &'a str>,
) -> std::result::Result<(), Malformed> {
    if let Some(amounts) = resources(texts)? {
        let needs = container.resources.get_or_insert_default();
        let side = if flag == "requests" { &mut needs.requests } else { &mut needs.limits };
        side.get_or_insert_default().extend(amounts);
    }
    Ok(())
}

/// A setting of a sidecar, from the text after its name.
type Setting = fn(&mut v1::Container, &str) -> std::result::Result<(), Malformed>;

pub(super) fn of_sidecars(flags: &SidecarArgs, scaffold: &mut Scaffold) -> Result<()> {
    let settings: [(&str, &[String], Setting); 8] = [
        ("sidecar-command", &flags.sidecar_command, |it, text| {
            it.command.get_or_insert_default().extend(words(text)?);
            Ok(())
        }),
        ("sidecar-arg", &flags.sidecar_arg, |it, text| {
            it.args.get_or_insert_default().push(text.to_owned());
            Ok(())
        }),
        ("sidecar-env", &flags.sidecar_env, |it, text| {
            it.env.get_or_insert_default().push(env(text)?);
            Ok(())
        }),
        ("sidecar-env-from", &flags.sidecar_env_from, |it, text| {
            it.env_from.get_or_insert_default().push(env_from(text)?);
            Ok(())
        }),
        ("sidecar-port", &flags.sidecar_port, |it, text| {
            it.ports.get_or_insert_default().push(container_port(text)?);
            Ok(())
        }),
        ("sidecar-requests", &flags.sidecar_requests, |it, text| need(it, "requests", [text])),
        ("sidecar-limits", &flags.sidecar_limits, |it, text| need(it, "limits", [text])),
        ("sidecar-image-pull-policy", &flags.sidecar_image_pull_policy, pull),
    ];
    replace_guides_command(flags, scaffold);
    for (flag, texts, set) in settings {
        for text in texts {
            let (name, value) = pair(text, "NAME=VALUE").map_err(in_flag(flag))?;
            set(containers::sidecar(scaffold, name, flag)?, value).map_err(in_flag(flag))?;
        }
    }
    Ok(())
}

/// What the guide's sidecar runs is taken away where it is to run something else.
fn replace_guides_command(flags: &SidecarArgs, scaffold: &mut Scaffold) {
    let is_set = |texts: &[String], name: &str| texts.iter().any(|text| text.split('=').next() == Some(name));
    for sidecar in &mut scaffold.sidecars {
        let container = &mut sidecar.container;
        if is_set(&flags.sidecar_command, &container.name) {
            (container.command, container.args) = (None, None);
        } else if is_set(&flags.sidecar_arg, &container.name) {
            container.args = None;
        }
    }
}

fn pull(container: &mut v1::Container, policy: &str) -> std::result::Result<(), Malformed> {
    if !PULL_POLICIES.contains(&policy) {
        let problem =
            format!("Unsupported value: {policy:?}: supported values: \"Always\", \"IfNotPresent\", \"Never\"");
        return Err(Malformed { problem, hint: crate::scaffold::unknown(policy, PULL_POLICIES) });
    }
    container.image_pull_policy = Some(policy.to_owned());
    Ok(())
}
