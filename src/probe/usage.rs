//! How much is in volumes, logs and writable layers, beside what may be.

use jiff::Timestamp;

use super::quantity;
use super::summary::FsStats;
use crate::pod::Quantity;
use crate::pod::VolumeSource;

/// Who measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The node's kubelet, which does so about once a minute.
    Kubelet,
    /// `du` in a container, now.
    Du,
}

impl Source {
    /// As JSON output spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kubelet => "kubelet",
            Self::Du => "du",
        }
    }
}

/// A figure, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// It was measured.
    Measured {
        /// Bytes.
        bytes: u64,
        /// By whom.
        by: Source,
        /// When, where that is known.
        at: Option<Timestamp>,
        /// What it is not: all of it, or of it alone.
        note: Option<String>,
    },
    /// It was not.
    Missing {
        /// Why.
        reason: String,
        /// Something failed, or may not be done. Else there is nothing to be measured.
        is_failure: bool,
    },
}

impl Figure {
    /// What the kubelet measured. `None`: nothing yet. Of a container that just began it tells 0 bytes, at the beginning of
    /// time.
    pub fn of_kubelet(stats: FsStats) -> Option<Self> {
        let is_measured = stats.time.is_none_or(|time| time > Timestamp::UNIX_EPOCH);
        stats.used_bytes.filter(|_| is_measured).map(|bytes| Self::Measured {
            bytes,
            by: Source::Kubelet,
            at: stats.time,
            note: None,
        })
    }

    /// The bytes.
    pub fn bytes(&self) -> Option<u64> {
        match self {
            Self::Measured { bytes, .. } => Some(*bytes),
            Self::Missing { .. } => None,
        }
    }

    fn is_failure(&self) -> bool {
        matches!(self, Self::Missing { is_failure: true, .. })
    }
}

/// The most there may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Bytes.
    pub bytes: u64,
    /// As somebody wrote it; as it is shown where nobody did.
    pub written: String,
}

impl Limit {
    /// Of a quantity in the spec. None where it is not one, or 0, which means that there is none.
    pub fn written(text: &str) -> Option<Self> {
        let bytes = Quantity::parse(text).ok()?.rounded_up().filter(|bytes| *bytes > 0)?;
        Some(Self { bytes, written: text.to_owned() })
    }

    fn measured(bytes: u64) -> Self {
        Self { bytes, written: quantity::shown(bytes) }
    }
}

/// What happens where a volume is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenFull {
    /// The kubelet evicts the pod.
    Evicted,
    /// Writing fails.
    WritesFail,
}

/// How much is in a volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeUsage {
    /// Its name.
    pub volume: String,
    /// It is kept in memory.
    pub is_memory: bool,
    /// What is in it.
    pub used: Figure,
    /// The most it may hold.
    pub limit: Option<Limit>,
    /// What the kubelet says of the file system it is on: capacity, and what is free.
    pub file_system: Option<(u64, u64)>,
    /// What happens where it is full.
    pub when_full: WhenFull,
}

impl VolumeUsage {
    /// Of a volume with such a source, with what the kubelet said of it.
    pub fn new(volume: &str, source: &VolumeSource, stats: Option<FsStats>, used: Figure) -> Self {
        let is_dir = source.kind == "emptyDir";
        let is_memory = is_dir && source.detail == "Memory";
        let file_system = stats.and_then(|stats| Some((stats.capacity_bytes?, stats.available_bytes?)));
        // A disk's emptyDir without a limit, as a ConfigMap or a hostPath, shares the node's disk with all else.
        let is_own = is_memory || matches!(source.kind.as_str(), "persistentVolumeClaim" | "ephemeral" | "csi");
        let own = file_system.filter(|_| is_own).map(|(capacity, _)| Limit::measured(capacity));
        Self {
            volume: volume.to_owned(),
            is_memory,
            used,
            limit: source.limit.as_deref().and_then(Limit::written).or(own),
            file_system,
            when_full: if is_dir && !is_memory { WhenFull::Evicted } else { WhenFull::WritesFail },
        }
    }
}

/// How much a container wrote outside volumes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerUsage {
    /// Its name.
    pub container: String,
    /// Its log, rotated files too.
    pub log: Figure,
    /// Its writable layer: what it changed of its image.
    pub layer: Figure,
    /// `resources.limits.ephemeral-storage`, which is for both.
    pub limit: Option<Limit>,
}

impl ContainerUsage {
    /// Both together, as they count.
    pub fn bytes(&self) -> Option<u64> {
        Some(self.log.bytes()?.saturating_add(self.layer.bytes()?))
    }
}

/// How much a pod holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodUsage {
    /// In the order of the spec.
    pub volumes: Vec<VolumeUsage>,
    /// In start order.
    pub containers: Vec<ContainerUsage>,
    /// When, by our clock.
    pub looked_at: Timestamp,
}

/// Something is nearly full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearlyFull {
    /// The container it is about; `None`: a volume.
    pub container: Option<String>,
    /// A word that scripts can rely on.
    pub code: &'static str,
    /// What is nearly full, and what happens then.
    pub cause: String,
    /// What to do.
    pub next_step: String,
}

/// From so many hundredths on something is nearly full.
const NEARLY: u64 = 90;

/// How full it is, in hundredths, downwards: 100 is full.
pub fn percent(used: u64, limit: u64) -> u64 {
    u64::try_from(u128::from(used) * 100 / u128::from(limit.max(1))).unwrap_or(u64::MAX)
}

impl PodUsage {
    /// Whether a figure is missing that could have been had.
    pub fn is_partial(&self) -> bool {
        let of_containers = self.containers.iter().flat_map(|container| [&container.log, &container.layer]);
        self.volumes.iter().map(|volume| &volume.used).chain(of_containers).any(Figure::is_failure)
    }

    /// What is nearly full.
    pub fn nearly_full(&self) -> Vec<NearlyFull> {
        let volumes = self.volumes.iter().filter_map(VolumeUsage::nearly_full);
        volumes.chain(self.containers.iter().filter_map(ContainerUsage::nearly_full)).collect()
    }
}

impl VolumeUsage {
    fn nearly_full(&self) -> Option<NearlyFull> {
        let (used, limit) = (self.used.bytes()?, self.limit.as_ref()?);
        let name = &self.volume;
        (percent(used, limit.bytes) >= NEARLY).then(|| NearlyFull {
            container: None,
            code: "VolumeNearlyFull",
            cause: format!(
                "{name} holds {} of {}: {}",
                quantity::shown(used),
                limit.written,
                match self.when_full {
                    WhenFull::Evicted => "past the limit the pod is evicted",
                    WhenFull::WritesFail if self.is_memory => {
                        "when it is full, writes fail with ENOSPC (no space left on device), and it counts as memory of who writes"
                    }
                    WhenFull::WritesFail => "when it is full, writes fail with ENOSPC (no space left on device)",
                }
            ),
            next_step: "see what fills it with: --files; remove or rotate files, or raise its limit".to_owned(),
        })
    }
}

impl ContainerUsage {
    fn nearly_full(&self) -> Option<NearlyFull> {
        let (used, limit) = (self.bytes()?, self.limit.as_ref()?);
        (percent(used, limit.bytes) >= NEARLY).then(|| NearlyFull {
            container: Some(self.container.clone()),
            code: "EphemeralStorageNearlyFull",
            cause: format!(
                "log and writable layer hold {} of {}: past the limit (ephemeral-storage) the pod is evicted",
                quantity::shown(used),
                limit.written
            ),
            next_step:
                "write to a volume what need not be in the container, or raise resources.limits.ephemeral-storage"
                    .to_owned(),
        })
    }
}

/// Measures what lies at a path, without other devices: in KiB, which GNU's, BusyBox's and Toybox's `du` share. First as a
/// directory that a link may lead to, then as a file.
pub fn du_commands(path: &str) -> [Vec<String>; 2] {
    [format!("{path}/."), path.to_owned()].map(|path| vec!["du".to_owned(), "-skx".to_owned(), path])
}

/// The bytes that `du` tells.
pub fn du_bytes(answer: &[u8]) -> Option<u64> {
    let digits = answer.split(|byte| !byte.is_ascii_digit()).next()?;
    std::str::from_utf8(digits).ok()?.parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests;
