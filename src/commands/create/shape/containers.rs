//! The containers, before their settings.

use k8s_openapi::api::core::v1;

use super::{image, in_flag, no_container};
use crate::commands::create::CreateArgs;
use crate::error::{Error, Result};
use crate::scaffold::preset::Filled;
use crate::scaffold::{Kind, NamespaceName, ObjectName, Scaffold, Sidecar, pair};

const IMAGE: &str = "nginx:latest";
const SIDECAR_IMAGE: &str = "ubuntu:latest";

/// The guide's pod, perhaps with other images.
pub(super) fn guide(args: &CreateArgs, name: ObjectName, namespace: Option<NamespaceName>) -> Result<Scaffold> {
    let main = image(args.container.image.as_deref().unwrap_or(IMAGE))?;
    let sidecar = image(args.sidecars.sidecar_image.as_deref().unwrap_or(SIDECAR_IMAGE))?;
    let mut scaffold = Scaffold::guide(name, namespace, &main, &sidecar);
    if let Some(name) = &args.container.container_name {
        scaffold.main.name.clone_from(name);
    }
    for sidecar in &mut scaffold.sidecars {
        sidecar.native = args.sidecars.native == Some(true);
    }
    Ok(scaffold)
}

/// A workload of one's own.
pub(super) fn own(
    args: &CreateArgs,
    kind: Kind,
    name: ObjectName,
    namespace: Option<NamespaceName>,
) -> Result<Scaffold> {
    if args.sidecars.sidecar_image.is_some() {
        return Err(Error::usage("--sidecar-image is for the guide's pod, and this is another one")
            .hint("name the sidecars, each with its image: --sidecar log=busybox:latest"));
    }
    let reference = args.container.image.as_deref().or((kind == Kind::Pod).then_some(IMAGE));
    let Some(reference) = reference else {
        return Err(Error::usage("required flag(s) \"image\" not set")
            .hint("say what the main container runs: --image nginx:latest"));
    };
    let main = v1::Container {
        name: args.container.container_name.clone().unwrap_or_else(|| name.to_label()),
        image: Some(image(reference)?.as_str().to_owned()),
        ..Default::default()
    };
    let is_to_end = kind.workload().runs_to_completion();
    let mut scaffold = Scaffold::new(kind, name, namespace, main);
    scaffold.names_main = true;
    let native = args.sidecars.native.unwrap_or(is_to_end);
    for text in &args.sidecars.sidecar {
        let (name, reference) = pair(text, "NAME=IMAGE").map_err(in_flag("sidecar"))?;
        let image = Some(image(reference)?.as_str().to_owned());
        let container = v1::Container { name: name.to_owned(), image, ..Default::default() };
        scaffold.sidecars.push(Sidecar { container, native });
    }
    Ok(scaffold)
}

/// Adds the sidecars of presets, with their volumes; one that was declared goes in place of a preset's own. `native`: what somebody said of all sidecars.
pub(super) fn add_presets(presets: Vec<Filled>, native: Option<bool>, scaffold: &mut Scaffold) -> Result<()> {
    let is_to_end = scaffold.kind.workload().runs_to_completion();
    let declared = scaffold.volume_names();
    for filled in presets {
        let mut filled = filled.without_volumes(&declared);
        filled.native = native.unwrap_or(filled.native || is_to_end);
        scaffold.add(filled).map_err(|clash| {
            Error::usage(&clash).hint(format!("declare the one that both are to use: --volume {}", clash.volume))
        })?;
    }
    Ok(())
}

/// All containers, to be changed.
pub(super) fn all(scaffold: &mut Scaffold) -> impl Iterator<Item = &mut v1::Container> {
    let sidecars = scaffold.sidecars.iter_mut().map(|sidecar| &mut sidecar.container);
    std::iter::once(&mut scaffold.main).chain(sidecars)
}

/// The container of that name, as a flag names it.
pub(super) fn named<'a>(scaffold: &'a mut Scaffold, name: &str, flag: &str) -> Result<&'a mut v1::Container> {
    let names: Vec<String> = scaffold.containers().map(|container| container.name.clone()).collect();
    let found = all(scaffold).find(|container| container.name == name);
    found.ok_or_else(|| no_container(flag, name, names.iter().map(String::as_str), "container"))
}

/// The sidecar of that name, as a flag names it.
pub(super) fn sidecar<'a>(scaffold: &'a mut Scaffold, name: &str, flag: &str) -> Result<&'a mut v1::Container> {
    let names: Vec<String> = scaffold.sidecars.iter().map(|sidecar| sidecar.container.name.clone()).collect();
    let mut sidecars = scaffold.sidecars.iter_mut().map(|sidecar| &mut sidecar.container);
    let found = sidecars.find(|container| container.name == name);
    found.ok_or_else(|| no_container(flag, name, names.iter().map(String::as_str), "sidecar"))
}
