//! Adding a sidecar that comes with volumes of its own, as a preset fills it in.

use std::fmt;

use k8s_openapi::api::core::v1;

use super::preset::Filled;
use super::{Scaffold, Sidecar};

/// Two volumes of one name that are not the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The sidecar that needs one of them.
    pub sidecar: String,
    /// The volumes' name.
    pub volume: String,
}

impl fmt::Display for Clash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sidecar, volume } = self;
        write!(out, "the sidecar {sidecar:?} needs a volume {volume:?}, and there is another one of that name")
    }
}

impl Filled {
    /// Leaves out the volumes that somebody declared in place of its own.
    #[must_use]
    pub fn without_volumes(mut self, declared: &[String]) -> Self {
        self.volumes.retain(|volume| !declared.contains(&volume.name));
        self
    }
}

impl Scaffold {
    /// The names of the volumes it has so far, those that are claimed among them.
    pub fn volume_names(&self) -> Vec<String> {
        let claimed = self.claims.iter().map(|claim| &claim.name);
        self.volumes.iter().map(|volume| &volume.name).chain(claimed).cloned().collect()
    }

    /// Adds that sidecar. A volume that is there already, and is the same, is shared; so is a mount.
    ///
    /// # Errors
    /// There is another volume of that name; then nothing is added.
    pub fn add(&mut self, filled: Filled) -> Result<(), Clash> {
        let Filled { container, native, volumes, main_mounts } = filled;
        let is_taken = |volume: &&v1::Volume| {
            self.volumes.iter().any(|other| other.name == volume.name && other != *volume)
                || self.claims.iter().any(|claim| claim.name == volume.name)
        };
        if let Some(volume) = volumes.iter().find(is_taken) {
            return Err(Clash { sidecar: container.name, volume: volume.name.clone() });
        }
        for volume in volumes {
            if !self.volumes.contains(&volume) {
                self.volumes.push(volume);
            }
        }
        let mounts = self.main.volume_mounts.get_or_insert_default();
        for mount in main_mounts {
            if !mounts.contains(&mount) {
                mounts.push(mount);
            }
        }
        self.sidecars.push(Sidecar { container, native });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffold::{Image, ObjectName};

    fn guide() -> Scaffold {
        let image = |name: &str| Image::parse(name).unwrap();
        Scaffold::guide(ObjectName::parse("webserver").unwrap(), None, &image("nginx:latest"), &image("ubuntu:latest"))
    }

    fn filled(volume: v1::Volume) -> Filled {
        let mount =
            v1::VolumeMount { name: volume.name.clone(), mount_path: "/var/log/nginx".into(), ..Default::default() };
        let container =
            v1::Container { name: "tail".into(), volume_mounts: Some(vec![mount.clone()]), ..Default::default() };
        Filled { container, native: true, volumes: vec![volume], main_mounts: vec![mount] }
    }

    #[test]
    fn what_is_there_already_is_shared() {
        let mut scaffold = guide();
        scaffold.add(filled(guide().volumes.remove(0))).unwrap();
        assert_eq!((scaffold.volumes.len(), scaffold.sidecars.len()), (1, 2));
        assert_eq!(scaffold.main, guide().main);
    }

    #[test]
    fn a_declared_volume_goes_in_place_of_its_own() {
        let mut scaffold = guide();
        let declared = scaffold.volume_names();
        assert_eq!(declared, ["shared-logs"]);
        let other = v1::Volume {
            name: "shared-logs".into(),
            host_path: Some(v1::HostPathVolumeSource::default()),
            ..Default::default()
        };
        scaffold.add(filled(other).without_volumes(&declared)).unwrap();
        assert_eq!(scaffold.volumes, guide().volumes);
        assert_eq!(scaffold.sidecars.len(), 2);
    }

    #[test]
    fn another_volume_of_the_same_name_is_refused_and_nothing_is_added() {
        let mut scaffold = guide();
        let other = v1::Volume {
            name: "shared-logs".into(),
            host_path: Some(v1::HostPathVolumeSource::default()),
            ..Default::default()
        };
        let clash = scaffold.add(filled(other)).unwrap_err();
        assert_eq!(
            clash.to_string(),
            "the sidecar \"tail\" needs a volume \"shared-logs\", and there is another one of that name"
        );
        assert_eq!(scaffold, guide());
    }
}
