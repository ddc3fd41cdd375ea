//! The presets that come with this program. To add one: a file in `presets/`, and its name here.

use super::Preset;

macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../presets/", $name, ".yaml")))),*]
    };
}

/// By name, as they are listed.
const FILES: &[(&str, &str)] =
    files!["cat-logs" "tail-logs" "fluent-bit" "nginx-proxy" "nginx-exporter" "git-sync" "shell"];

/// All of them.
pub fn known() -> impl Iterator<Item = Preset> {
    // Those that cannot be read fail a test.
    FILES.iter().filter_map(|(name, text)| Preset::parse(&format!("{name}.yaml"), text).ok())
}

/// Their names.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_can_be_read_and_are_called_as_their_files() {
        for (name, text) in FILES {
            let problems = |problems: Vec<_>| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            let preset = Preset::parse(&format!("{name}.yaml"), text).map_err(problems).unwrap();
            assert_eq!(preset.name, *name);
        }
    }
}
