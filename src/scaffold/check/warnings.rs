//! What is taken, and is hardly meant.

use k8s_openapi::api::core::v1;

use crate::pod::Quantity;
use crate::scaffold::{Kind, Scaffold};

/// What to be careful about, a sentence each.
pub fn warnings(scaffold: &Scaffold) -> Vec<String> {
    let mut warnings: Vec<String> = scaffold.volumes.iter().filter_map(|volume| of_volume(scaffold, volume)).collect();
    warnings.extend(scaffold.claims.iter().filter_map(|claim| unused(scaffold, &claim.name)));
    warnings.extend(scaffold.containers().flat_map(of_container));
    warnings.extend(scaffold.containers().flat_map(hidden_variables));
    warnings.extend(same_ports(scaffold));
    warnings.extend(of_job(scaffold));
    warnings.extend(of_long_name(scaffold));
    warnings
}

fn of_volume(scaffold: &Scaffold, volume: &v1::Volume) -> Option<String> {
    unused(scaffold, &volume.name)
        .or_else(|| without_writer(scaffold, volume))
        .or_else(|| named_like_a_size(scaffold, volume))
}

/// A claim may have the name `10`, and hardly has.
fn named_like_a_size(scaffold: &Scaffold, volume: &v1::Volume) -> Option<String> {
    let claim = &volume.persistent_volume_claim.as_ref()?.claim_name;
    let is_number = claim.bytes().all(|digit| digit.is_ascii_digit());
    (is_number && matches!(scaffold.kind, Kind::StatefulSet { .. })).then(|| {
        format!(
            "the volume {:?} is the PersistentVolumeClaim of the name {claim:?}: did you mean pvc:{claim}Gi?",
            volume.name
        )
    })
}

fn unused(scaffold: &Scaffold, volume: &str) -> Option<String> {
    let is_mounted = mounts_of(scaffold, volume).next().is_some();
    (!is_mounted)
        .then(|| format!("the volume {volume:?} is mounted nowhere: mount it with --share {volume}:PATH or --mount CONTAINER={volume}:PATH"))
}

/// An emptyDir begins empty: who reads it waits for somebody who writes.
fn without_writer(scaffold: &Scaffold, volume: &v1::Volume) -> Option<String> {
    volume.empty_dir.as_ref()?;
    let readers: Vec<&str> = mounts_of(scaffold, &volume.name).map(|(container, _)| container.name.as_str()).collect();
    let is_written = mounts_of(scaffold, &volume.name).any(|(_, mount)| mount.read_only != Some(true));
    (!is_written).then(|| {
        format!(
            "nobody writes to the volume {:?}: {} can only read it, and it is empty when the pod starts",
            volume.name,
            readers.join(" and ")
        )
    })
}

fn mounts_of<'a>(
    scaffold: &'a Scaffold,
    volume: &'a str,
) -> impl Iterator<Item = (&'a v1::Container, &'a v1::VolumeMount)> {
    let mounts = scaffold
        .containers()
        .flat_map(|container| container.volume_mounts.iter().flatten().map(move |mount| (container, mount)));
    mounts.filter(move |(_, mount)| mount.name == volume)
}

/// `memory=100m` is a tenth of a byte, `memory=1.5` one and a half.
fn of_container(container: &v1::Container) -> Vec<String> {
    let resources = container.resources.iter();
    let amounts = resources.flat_map(|resources| resources.requests.iter().chain(&resources.limits).flatten());
    let fractions = amounts.filter_map(|(name, amount)| {
        let bytes = Quantity::parse(&amount.0).ok().filter(|bytes| name != "cpu" && !bytes.is_whole())?;
        let meant = format!("{}Mi", amount.0.trim_end_matches(char::is_alphabetic));
        let meant = Quantity::parse(&meant).map_or_else(|_| String::new(), |_| format!(": did you mean {meant}?"));
        let problem = if bytes.is_less_than_one() { "is less than a byte" } else { "is no whole number of bytes" };
        Some(format!("container {:?}: {name}={} {problem}{meant}", container.name, amount.0))
    });
    fractions.collect()
}

fn hidden_variables(container: &v1::Container) -> Vec<String> {
    let variables = container.env.as_deref().unwrap_or_default();
    let is_again =
        |(at, variable): &(usize, &v1::EnvVar)| variables[..*at].iter().any(|other| other.name == variable.name);
    let again = variables.iter().enumerate().filter(is_again);
    again
        .map(|(_, variable)| {
            format!(
                "container {:?}: the variable {} is given twice: only the last one counts",
                container.name, variable.name
            )
        })
        .collect()
}

fn same_ports(scaffold: &Scaffold) -> Vec<String> {
    let number = |port: &v1::ContainerPort| (port.container_port, port.protocol.clone());
    let ports: Vec<_> = scaffold
        .containers()
        .flat_map(|container| container.ports.iter().flatten().map(move |port| (container.name.as_str(), number(port))))
        .collect();
    let again = ports.iter().enumerate().filter_map(|(at, (container, port))| {
        let (other, _) = ports[..at].iter().find(|(_, other)| other == port)?;
        Some((*container, *other, port.0))
    });
    again
        .map(|(container, other, number)| {
            if container == other {
                format!("container {container:?}: the port {number} is given twice")
            } else {
                format!(
                    "containers {other:?} and {container:?} both listen on port {number}: containers of a pod share one \
                     network, and only one of them can"
                )
            }
        })
        .collect()
}

fn of_job(scaffold: &Scaffold) -> Option<String> {
    let ordinary = scaffold.sidecars.iter().find(|sidecar| !sidecar.native)?;
    matches!(scaffold.kind, Kind::Job | Kind::CronJob { .. }).then(|| {
        format!(
            "the Job is complete only when the sidecar {:?} has ended, too: unless it ends by itself, leave out --native=false",
            ordinary.container.name
        )
    })
}

/// A name that the API takes, and of which nothing comes: that of the `ControllerRevision` is longer by a dash and a hash of ten.
/// Seen with 1.35; a Deployment's `ReplicaSet`s are called by less of its name.
fn of_long_name(scaffold: &Scaffold) -> Option<String> {
    const MOST: usize = 253 - 11;
    let is_too_long = scaffold.kind == Kind::DaemonSet && scaffold.name.as_str().len() > MOST;
    is_too_long
        .then(|| format!("a DaemonSet of a name of more than {MOST} bytes gets no pods: its controller adds 11 to it"))
}
