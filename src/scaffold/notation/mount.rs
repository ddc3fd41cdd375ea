//! Where volumes are mounted: `VOLUME:PATH` in all containers, `CONTAINER=VOLUME:PATH[:ro][:sub=DIR]` in one.

use k8s_openapi::api::core::v1;

use super::{Malformed, pair};

/// A mount in all containers.
#[derive(Debug, Clone, PartialEq)]
pub struct Share(pub v1::VolumeMount);

/// A mount in one container.
#[derive(Debug, Clone, PartialEq)]
pub struct MountPlace {
    /// The container's name.
    pub container: String,
    /// The mount.
    pub mount: v1::VolumeMount,
}

const SHARE: &str = "VOLUME:PATH";
const MOUNT: &str = "CONTAINER=VOLUME:PATH[:ro][:sub=DIR]";

impl Share {
    /// Reads `VOLUME:PATH`.
    ///
    /// # Errors
    /// There is no `:`, or more than that.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let (volume, path) = volume_and_path(text, text, SHARE)?;
        if path.contains(':') {
            let hint =
                format!("a share is written as {SHARE}; to mount it otherwise in one container: --mount {MOUNT}");
            return Err(Malformed::new(format_args!("{text:?} is not of the form {SHARE}"), hint));
        }
        Ok(Self(mount(volume, path)))
    }
}

impl MountPlace {
    /// Reads `CONTAINER=VOLUME:PATH[:ro][:sub=DIR]`.
    ///
    /// # Errors
    /// It is of another form.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let (container, rest) = pair(text, MOUNT)?;
        let (volume, rest) = volume_and_path(text, rest, MOUNT)?;
        let mut parts = rest.split(':');
        let mut mount = mount(volume, parts.next().unwrap_or_default());
        let mut given: Vec<&str> = Vec::new();
        for option in parts {
            let of = if option == "rw" { "ro" } else { option.split('=').next().unwrap_or_default() };
            if given.contains(&of) {
                return Err(Malformed::new(
                    format_args!("{text:?} says more than once what {of:?} is for"),
                    "say it once",
                ));
            }
            given.push(of);
            match option.split_once('=') {
                None if option == "ro" => mount.read_only = Some(true),
                None if option == "rw" => {}
                Some(("sub", directory)) if !directory.is_empty() => mount.sub_path = Some(directory.to_owned()),
                _ => {
                    let hint = format!("a mount is written as {MOUNT}");
                    return Err(Malformed::new(format_args!("{text:?} has an option that is none: {option:?}"), hint));
                }
            }
        }
        Ok(Self { container: container.to_owned(), mount })
    }
}

fn volume_and_path<'a>(all: &str, text: &'a str, form: &str) -> Result<(&'a str, &'a str), Malformed> {
    text.split_once(':')
        .filter(|(volume, path)| !volume.is_empty() && !path.is_empty())
        .ok_or_else(|| Malformed::new(format_args!("{all:?} is not of the form {form}"), format!("write it as {form}")))
}

fn mount(volume: &str, path: &str) -> v1::VolumeMount {
    v1::VolumeMount { name: volume.to_owned(), mount_path: path.to_owned(), ..Default::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places() {
        let place = MountPlace::parse("app=logs:/var/log:ro:sub=a/b").unwrap();
        let expected = json!({"name": "logs", "mountPath": "/var/log", "readOnly": true, "subPath": "a/b"});
        assert_eq!((place.container.as_str(), serde_json::to_value(place.mount).unwrap()), ("app", expected));
        assert_eq!(Share::parse("logs:/var/log").unwrap().0, mount("logs", "/var/log"));
    }

    #[test]
    fn what_is_none() {
        for text in ["app", "app=logs", "=logs:/a", "app=:/a", "app=logs:", "app=logs:/a:so", "app=logs:/a:sub="] {
            assert!(MountPlace::parse(text).is_err(), "{text}");
        }
        for option in ["ro:ro", "ro:rw", "sub=a:sub=b", "sub=a:ro:sub=a"] {
            assert_eq!(
                MountPlace::parse(&format!("app=logs:/a:{option}")).unwrap_err().hint,
                "say it once",
                "{option}"
            );
        }
        for text in ["logs", ":/a", "logs:", "logs:/a:ro"] {
            assert!(Share::parse(text).is_err(), "{text}");
        }
    }
}
