//! A container's own settings.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1;
use k8s_openapi::apimachinery::pkg::api::resource;

use super::{Malformed, pair};
use crate::pod::Quantity;
use crate::scaffold::nearest;

/// `NAME=VALUE`: an environment variable.
///
/// # Errors
/// There is no `=`, or no name.
pub fn env(text: &str) -> Result<v1::EnvVar, Malformed> {
    let (name, value) = pair(text, "NAME=VALUE")?;
    Ok(v1::EnvVar { name: name.to_owned(), value: Some(value.to_owned()), value_from: None })
}

/// `configmap:NAME` or `secret:NAME`, also with kubectl's `/`: variables for all that is in it.
///
/// # Errors
/// It is neither.
pub fn env_from(text: &str) -> Result<v1::EnvFromSource, Malformed> {
    const FORM: &str = "configmap:NAME or secret:NAME";
    let malformed = || {
        let word = text.split([':', '/']).next().unwrap_or_default();
        let hint = match nearest(word, ["configmap", "secret"]) {
            Some(near) if near != word => format!("did you mean {near}:NAME?"),
            _ => format!("write it as {FORM}"),
        };
        Malformed::new(format_args!("{text:?} is not of the form {FORM}"), hint)
    };
    let (source, name) = text.split_once([':', '/']).filter(|(_, name)| !name.is_empty()).ok_or_else(malformed)?;
    match source.to_lowercase().as_str() {
        "configmap" | "cm" => Ok(v1::EnvFromSource {
            config_map_ref: Some(v1::ConfigMapEnvSource { name: name.to_owned(), optional: None }),
            ..Default::default()
        }),
        "secret" => Ok(v1::EnvFromSource {
            secret_ref: Some(v1::SecretEnvSource { name: name.to_owned(), optional: None }),
            ..Default::default()
        }),
        _ => Err(malformed()),
    }
}

/// `[NAME:]PORT[/PROTOCOL]`: a port on which it listens.
///
/// # Errors
/// The port is no number, or the protocol none.
pub fn container_port(text: &str) -> Result<v1::ContainerPort, Malformed> {
    let (name, rest) = text.split_once(':').map_or((None, text), |(name, rest)| (Some(name.to_owned()), rest));
    let (port, protocol) = rest.split_once('/').map_or((rest, None), |(port, protocol)| (port, Some(protocol)));
    let number =
        port.parse::<u16>().ok().filter(|number| *number > 0 && port.bytes().all(|digit| digit.is_ascii_digit()));
    let Some(number) = number else {
        return Err(Malformed::new(
            format_args!("{text:?}: must be between 1 and 65535, inclusive"),
            "write it as 8080, http:8080 or dns:53/udp",
        ));
    };
    let protocol = protocol.map(str::to_uppercase);
    if let Some(word) = protocol.as_deref().filter(|word| !["TCP", "UDP", "SCTP"].contains(word)) {
        return Err(Malformed::new(
            format_args!("{text:?}: Unsupported value: {word:?}: supported values: \"SCTP\", \"TCP\", \"UDP\""),
            "write it as 8080, http:8080 or dns:53/udp",
        ));
    }
    let protocol = protocol.filter(|word| word != "TCP");
    Ok(v1::ContainerPort { name, container_port: i32::from(number), protocol, ..Default::default() })
}

/// `cpu=100m,memory=128Mi`, as kubectl takes it; may be given several times.
///
/// # Errors
/// A resource that is none, or an amount that is none.
pub fn resources<'a>(
    texts: impl IntoIterator<Item = &'a str>,
) -> Result<Option<BTreeMap<String, resource::Quantity>>, Malformed> {
    const FORM: &str = "RESOURCE=QUANTITY";
    let given = super::split_list(texts, FORM)?;
    let mut amounts = BTreeMap::new();
    for (name, amount) in given {
        check_resource(&name)?;
        let quantity = Quantity::parse(&amount).map_err(|error| {
            let near = if name == "cpu" { error.nearest_processors() } else { error.nearest() };
            let near = near.map(|near| format!("did you mean {name}={near}?"));
            let hint = near.unwrap_or_else(|| "write it as cpu=100m,memory=128Mi".to_owned());
            Malformed::new(format_args!("{name}: {error}"), hint)
        })?;
        amounts.insert(name, resource::Quantity(quantity.as_str().to_owned()));
    }
    Ok((!amounts.is_empty()).then_some(amounts))
}

/// Resources of other names are huge pages of a size, as in `hugepages-2Mi`, and those of a vendor, as in `example.com/gpu`.
fn check_resource(name: &str) -> Result<(), Malformed> {
    const KNOWN: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];
    let is_vendors =
        name.split_once('/').is_some_and(|(domain, _)| domain.contains('.') && !domain.contains("kubernetes.io"));
    let is_pages = name.strip_prefix("hugepages-").is_some_and(|size| !size.is_empty());
    if KNOWN.contains(&name) || is_vendors || is_pages {
        return Ok(());
    }
    let hint = match (name, nearest(name, KNOWN)) {
        ("mem" | "ram", _) => "did you mean \"memory\"?".to_owned(),
        (_, Some(near)) => format!("did you mean {near:?}?"),
        _ => format!("there are {}, and those of vendors, such as example.com/gpu", KNOWN.join(", ")),
    };
    Err(Malformed::new(format_args!("Invalid value: {name:?}: must be a standard resource for containers"), hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_variables_come_from() {
        assert_eq!(env_from("configmap:a").unwrap().config_map_ref.unwrap().name, "a");
        assert_eq!(env_from("secret/b").unwrap().secret_ref.unwrap().name, "b");
        assert_eq!(env_from("secrets:a").unwrap_err().hint, "did you mean secret:NAME?");
        assert_eq!(env_from("secret").unwrap_err().hint, "write it as configmap:NAME or secret:NAME");
        assert_eq!(env("A=b=c").unwrap().value.as_deref(), Some("b=c"));
        assert!(env("=b").is_err());
    }

    #[test]
    fn ports() {
        let port = container_port("dns:53/udp").unwrap();
        assert_eq!(
            (port.name.as_deref(), port.container_port, port.protocol.as_deref()),
            (Some("dns"), 53, Some("UDP"))
        );
        assert_eq!(container_port("80/tcp").unwrap().protocol, None);
        for text in ["", "0", "65536", "http", "+80", "80/http", "80:http"] {
            assert!(container_port(text).is_err(), "{text}");
        }
    }

    #[test]
    fn amounts() {
        let amounts = resources(["cpu=100m,memory=64Mi", "example.com/gpu=1"]).unwrap().unwrap();
        assert_eq!(amounts.keys().collect::<Vec<_>>(), ["cpu", "example.com/gpu", "memory"]);
        assert_eq!(resources([]).unwrap(), None);
        assert!(resources(["hugepages-2Mi=4Mi"]).is_ok());
        for (text, hint) in [
            ("memori=1", "did you mean \"memory\"?"),
            ("mem=1", "did you mean \"memory\"?"),
            ("memory=64mb", "did you mean memory=64M?"),
            ("cpu=100mi", "did you mean cpu=100m?"),
            ("cpu=2cores", "did you mean cpu=2?"),
            ("cpu=1gb", "write it as cpu=100m,memory=128Mi"),
            ("cpu=lots", "write it as cpu=100m,memory=128Mi"),
            ("cpu", "write it as RESOURCE=QUANTITY"),
            ("hugepages-=1", "there are cpu, memory, ephemeral-storage, and those of vendors, such as example.com/gpu"),
            ("gpu=1", "did you mean \"cpu\"?"),
            ("cpu=1,cpu=2", "give it once"),
        ] {
            assert_eq!(resources([text]).unwrap_err().hint, hint, "{text}");
        }
    }
}
