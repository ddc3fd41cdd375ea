//! The words for what is wrong with who we say we are, before anything is asked of a server. No secret is in them.

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;
use std::process::ExitStatus;

use super::{Error, Kind};

const SEE: &str = "see the user's entry with: kubectl config view --minify";
const PLUGINS: &str =
    "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins";

/// The user's entry.
impl Error {
    /// No token or certificate to show the server.
    pub fn credentials(cause: impl fmt::Display) -> Self {
        Self::new(Kind::Unauthorized, format!("Unable to connect to the server: getting credentials: {cause}"))
    }

    /// There is nothing to show the server. kubectl asks for a name and a password then.
    pub fn nobody(user: &str, context: &str, missing: bool) -> Self {
        let error = match (user, missing) {
            ("", _) => Self::usage("no user is named to log in as"),
            (user, true) => Self::usage(format_args!("user \"{user}\" was not found for context \"{context}\"")),
            (user, false) => {
                Self::usage(format_args!("user \"{user}\" has no token, certificate or program to log in with"))
            }
        };
        error.hint("name one with --user NAME, or give a --token").hint("list them with: kubectl config get-users")
    }

    /// A field and the file that it stands for are both there.
    pub fn said_twice(data: &str, file: &str, of: &str) -> Self {
        Self::usage(format_args!("{data} and {file} are both specified for {of}"))
            .hint(format!("take one of them out of the kubeconfig: kubectl refuses both, other programs take {data}"))
    }

    /// A certificate without its key.
    pub fn certificate_without_key(user: &str) -> Self {
        Self::usage(format_args!(
            "client-key-data or client-key must be specified for {user} to use the clientCert authentication method"
        ))
        .hint("give the key with --client-key FILE, or put it into the kubeconfig")
    }

    /// A token and a name with a password.
    pub fn token_and_password(user: &str) -> Self {
        Self::usage(format_args!(
            "more than one authentication method found for {user}; found [token basicAuth], only one is allowed"
        ))
        .hint(SEE)
    }

    /// A program and an auth provider.
    pub fn plugin_and_provider(user: &str) -> Self {
        Self::usage(format_args!("authProvider cannot be provided in combination with an exec plugin for {user}"))
            .hint(SEE)
    }

    /// Groups of nobody.
    pub fn impersonates_nobody(user: &str) -> Self {
        Self::usage(format_args!("requesting uid, groups or user-extra for {user} without impersonating a user"))
            .hint("name the user with --as")
    }

    /// Trust that is said and skipped.
    pub fn insecure_with_authority() -> Self {
        Self::usage("specifying a root certificates file with the insecure flag is not allowed")
            .hint("leave out --insecure-skip-tls-verify, and the server's certificate is checked")
    }
}

/// Keys and certificates.
impl Error {
    /// A key that needs a password.
    pub fn encrypted_key(file: Option<&str>) -> Self {
        let key = file.unwrap_or("client-key-data");
        Self::usage(format_args!("the client key {key} is encrypted, which neither kubectl nor this plugin can read"))
            .hint(format!("decrypt it with: openssl pkey -in {} -out plain.key", file.unwrap_or("KEY")))
            .hint("and name that with --client-key plain.key, or in the kubeconfig")
    }

    /// A key that TLS cannot sign with here, though kubectl may.
    pub fn unsupported_key() -> Self {
        Self::usage(
            "this plugin cannot sign with the client key: it can with RSA of 2048 to 4096 bits, ECDSA on P-256 or P-384, and \
             Ed25519",
        )
        .hint("see which it is with: openssl pkey -noout -text_pub -in KEY")
        .hint("have a certificate made for another: openssl ecparam -name prime256v1 -genkey -noout -out client.key")
        .hint("or let kubectl show it: kubectl proxy, and beside it: kubectl sidecar --server http://127.0.0.1:8001 …")
    }

    /// A key that is not that of the certificate.
    pub fn key_of_another() -> Self {
        Self::usage("the client key is not that of the client certificate (tls: private key does not match public key)")
            .hint(SEE)
            .hint(
                "these say the same of both: openssl x509 -noout -pubkey -in CERTIFICATE; openssl pkey -pubout -in KEY",
            )
    }

    /// Nobody who may vouch for the server.
    pub fn no_authority(cause: impl fmt::Display) -> Self {
        Self::configuration(format_args!("nobody can vouch for the server: {cause}"))
            .hint("name its authority with --certificate-authority FILE, or in the kubeconfig")
    }

    /// PKCS #12, where PEM is meant.
    pub fn pkcs12(what: &str, file: &str) -> Self {
        Self::usage(format_args!("{what} {file} is no PEM: it looks like PKCS #12 (.p12, .pfx) or DER"))
            .hint(format!("take the certificate out with: openssl pkcs12 -in {file} -nokeys -out client.crt"))
            .hint(format!("and the key with: openssl pkcs12 -in {file} -nocerts -nodes -out client.key"))
    }

    /// Something else, where PEM is meant.
    pub fn no_pem(what: &str) -> Self {
        Self::configuration(format_args!(
            "{what}: there is no PEM block of a {} in it",
            match what {
                "client-key" => "private key",
                _ => "certificate",
            }
        ))
    }
}

/// Auth providers of old.
impl Error {
    /// One that kubectl has no more.
    pub fn auth_provider(name: &str) -> Self {
        let error = Self::usage(format_args!(
            "the auth provider \"{name}\" of the kubeconfig is not supported: kubectl has none of that name either"
        ));
        match name {
            "gcp" => error
                .hint("use the program gke-gcloud-auth-plugin: gcloud components install gke-gcloud-auth-plugin")
                .hint("and have the entry written anew: gcloud container clusters get-credentials CLUSTER"),
            "azure" => error
                .hint("use the program kubelogin: https://azure.github.io/kubelogin")
                .hint("and have the entry changed: kubelogin convert-kubeconfig"),
            _ => error.hint(format!("use a program that gives credentials (exec): {PLUGINS}")),
        }
    }

    /// The entry of one does not say enough.
    pub fn provider_lacks(what: &str) -> Self {
        Self::usage(format_args!("the auth provider \"oidc\" of the kubeconfig must provide {what}")).hint(SEE)
    }

    /// A token of OpenID Connect that is not good any more, or was never there.
    pub fn id_token(why: &str, refreshable: bool) -> Self {
        let error = Self::credentials(format_args!("oidc: {why}"));
        let error = if refreshable {
            error.hint("this plugin does not refresh it; kubectl does, and keeps it: kubectl get --raw /version")
        } else {
            error.hint("log in again with what wrote the kubeconfig")
        };
        error.hint("or let a program do it (exec): https://github.com/int128/kubelogin")
    }
}

/// Programs that give credentials.
impl Error {
    /// The kubeconfig does not say enough to run one.
    pub fn plugin_lacks(what: &str, user: &str) -> Self {
        Self::usage(format_args!("{what} must be specified for {user} to use exec authentication plugin")).hint(SEE)
    }

    /// A version of the API that is not spoken here.
    pub fn plugin_version(version: &str, command: &str) -> Self {
        Self::usage(format_args!("exec plugin: invalid apiVersion \"{version}\""))
            .hint("it is client.authentication.k8s.io/v1 or v1beta1")
            .hint(format!("a newer {command} may speak it; then have it write the kubeconfig anew"))
    }

    /// It asks somebody, and nobody is there.
    pub fn plugin_needs_terminal(command: &str) -> Self {
        Self::credentials("exec plugin cannot support interactive mode: standard input is not a terminal")
            .hint(format!("{command} asks for something: run this in a terminal, without redirecting standard input"))
    }

    /// It cannot be started.
    pub fn plugin_not_run(command: &str, cause: &std::io::Error, install: Option<&str>) -> Self {
        let error = match cause.kind() {
            ErrorKind::NotFound => Self::credentials(format_args!("exec: executable {command} not found")),
            _ => Self::credentials(format_args!("exec: {command}: {cause}")),
        };
        let error = error.hint("the kubeconfig has it give credentials: install it, and see that it is on your PATH");
        match install {
            Some(install) => error.hint(install.trim()),
            None => error.hint(PLUGINS),
        }
    }

    /// It ran, and failed. What it said was seen as it said it.
    pub fn plugin_failed(command: &str, status: ExitStatus) -> Self {
        let how = status.code().map_or_else(|| format!(": {status}"), |code| format!(" with exit code {code}"));
        Self::credentials(format_args!("exec: executable {command} failed{how}"))
            .hint("what it says about it is above; you may have to log in again")
    }

    /// It ran, and gave nothing that can be used.
    pub fn plugin_answer(command: &str, what: &str) -> Self {
        Self::credentials(format_args!("exec: {command}: {what}")).hint(format!("what a program must write: {PLUGINS}"))
    }
}

/// Files and addresses.
impl Error {
    /// A file the kubeconfig or a flag names cannot be read. `what` is its field.
    pub fn credential_file(what: &str, path: &Path, cause: &std::io::Error) -> Self {
        Self::usage(format_args!("unable to read {what} {}: {cause}", path.display()))
            .hint("a flag or the kubeconfig names that file: see it with: kubectl config view --minify")
    }

    /// An address that is none.
    pub fn server_address(server: &str, cause: &dyn fmt::Display) -> Self {
        Self::usage(format_args!("the server's address \"{server}\" cannot be understood: {cause}"))
            .hint("write it as https://HOST:PORT")
    }
}
