//! Who is meant and where, beside kubectl: a table of kubeconfigs and flags against the real apiserver. `kubectl auth whoami` and
//! `kubectl sidecar version` name the same server, user and namespace, or both fail, and ours says what to do.

mod keys;
mod meant;
mod oidc;
#[cfg(target_os = "linux")]
mod pods;
mod programs;

use std::fs;

use serde_json::{Value, json};

use crate::support::{Namespace, kubeconfig, node};
use meant::Setup;

const ANOTHER_CA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/another-ca.pem");

/// The tests' cluster, with the certificate and its key in files of a folder, too.
fn parts() -> (Setup, String) {
    let config: Value = serde_json::from_slice(&fs::read(kubeconfig(|_| ()).path()).unwrap()).unwrap();
    let server = config["clusters"][0]["cluster"]["server"].as_str().unwrap().to_owned();
    let setup = Setup::new();
    for (name, place) in [
        ("ca.crt", "/clusters/0/cluster/certificate-authority-data"),
        ("client.crt", "/users/0/user/client-certificate-data"),
        ("client.key", "/users/0/user/client-key-data"),
    ] {
        setup.write_base64(name, config.pointer(place).unwrap().as_str().unwrap());
    }
    (setup, server)
}

fn user(config: &mut Value, user: Value) {
    config["users"][0]["user"] = user;
}

#[test]
fn certificates_in_the_kubeconfig_in_files_beside_it_and_by_flag() {
    let (setup, server) = parts();
    setup.kubeconfig(|_| ()).agrees(&[]);
    setup
        .kubeconfig(|config| {
            config["clusters"][0]["cluster"] = json!({"server": server, "certificate-authority": "ca.crt"});
            user(config, json!({"client-certificate": "client.crt", "client-key": "./client.key"}));
        })
        .agrees(&[]);
    let (ca, crt, key) = (setup.path("ca.crt"), setup.path("client.crt"), setup.path("client.key"));
    let flags = ["--certificate-authority", &ca, "--client-certificate", &crt, "--client-key", &key];
    setup.kubeconfig(|config| user(config, json!({"token": "nobody"}))).agrees(&flags);
    let server = ["--server", server.as_str()];
    setup.without_kubeconfig().agrees(&[&server[..], &flags].concat());
    let insecure = [&server[..], &["--insecure-skip-tls-verify"], &flags[2..]].concat();
    setup.without_kubeconfig().agrees(&insecure);
}

#[test]
fn tokens_in_the_kubeconfig_in_a_file_and_by_flag() {
    let namespace = Namespace::new();
    let token = namespace.kubectl(&["create", "token", "default"]).trim().to_owned();
    let (setup, server) = parts();
    fs::write(setup.path("token"), format!("{token}\n")).unwrap();
    setup.kubeconfig(|config| user(config, json!({"token": token}))).agrees(&[]);
    setup.kubeconfig(|config| user(config, json!({"tokenFile": "token"}))).agrees(&[]);
    setup.kubeconfig(|config| user(config, json!({"tokenFile": "token", "token": "stale"}))).agrees(&[]);
    setup.kubeconfig(|config| user(config, json!({}))).agrees(&["--token", &token]);
    // A certificate is shown beside the token, and the server takes it for more.
    setup.kubeconfig(|_| ()).agrees(&["--token", &token]);
    let ca = setup.path("ca.crt");
    setup.without_kubeconfig().agrees(&["-s", &server, "--token", &token, "--certificate-authority", &ca]);

    let words = "error: You must be logged in to the server";
    setup.kubeconfig(|config| user(config, json!({"token": "x"}))).both_fail(&[], words);
    let words = "unable to read tokenFile";
    setup.kubeconfig(|config| user(config, json!({"tokenFile": "gone"}))).both_fail(&[], words);
    // The server knows no passwords, and takes who shows one for anybody, who may see its version.
    let password = setup.kubeconfig(|config| user(config, json!({"username": "a", "password": "b"})));
    let ended = password.ours(&["version"]);
    assert!(ended.stdout().contains("Server Version: v") && !ended.stdout().contains("User:"), "{}", ended.stdout());
    assert!(ended.stderr().contains("User \"system:anonymous\" cannot create"), "{}", ended.stderr());
}

#[test]
fn contexts_namespaces_and_several_files() {
    let (setup, _) = parts();
    let with_namespace = setup.kubeconfig(|config| config["contexts"][0]["context"]["namespace"] = json!("lessons"));
    with_namespace.agrees(&[]);
    with_namespace.agrees(&["--namespace", "break"]);
    let several = setup.kubeconfig(|config| {
        let mut other = config["contexts"][0].clone();
        other["name"] = json!("other");
        other["context"]["namespace"] = json!("elsewhere");
        config["contexts"].as_array_mut().unwrap().push(other);
        config["current-context"] = json!("");
    });
    fs::write(setup.path("first"), "current-context: other\n").unwrap();
    let several = several.after(&["", "missing", "first"]);
    several.agrees(&[]);
    several.agrees(&["--context", "other"]);

    several.both_fail(&["--context", "moon"], "context \"moon\" does not exist");
    several.both_fail(&["--cluster", "moon"], "cluster \"moon\" does not exist");
    several.both_fail(&["--user", "moon"], "auth info \"moon\" does not exist");
    setup.without_kubeconfig().both_fail(&[], "no kubeconfig found");
    setup.kubeconfig(|config| config["current-context"] = json!("")).both_fail(&[], "current-context is not set");
    let change = |config: &mut Value| config["contexts"][0]["context"]["cluster"] = json!("moon");
    setup.kubeconfig(change).both_fail(&[], "no server found for cluster \"moon\"");
    let change = |config: &mut Value| config["contexts"][0]["context"]["user"] = json!("moon");
    setup.kubeconfig(change).both_fail(&[], "user \"moon\" was not found for context");
    setup.kubeconfig(|config| user(config, json!({}))).both_fail(&[], "has no token, certificate or program");
    setup.both_fail(&["--kubeconfig", "/nowhere/config"], "error loading config file \"/nowhere/config\"");
    setup.kubeconfig(|config| config["kind"] = json!("Confg")).both_fail(&[], "no kind \"Confg\" is registered");
    let change = |config: &mut Value| {
        let again = config["contexts"][0].clone();
        config["contexts"].as_array_mut().unwrap().push(again);
    };
    setup.kubeconfig(change).both_fail(&[], "duplicate name");
}

#[test]
fn which_kubeconfigs_were_read_is_told_from_level_6_on() {
    let (setup, _) = parts();
    let told = |log: &str| -> Vec<String> {
        let lines = log.lines().filter_map(|line| Some(line[line.find("Config loaded from file: ")?..].to_owned()));
        lines.collect()
    };
    fs::write(setup.path("first"), "").unwrap();
    let several = setup.kubeconfig(|_| ()).after(&["first", "missing", "", "first"]);
    let by_flag = ["--kubeconfig", several.list.as_ref().unwrap().to_str().unwrap().rsplit_once(':').unwrap().1];
    for (flags, files) in [(&[][..], 2), (&by_flag, 1)] {
        let (_, _, kubectl) = several.kubectls(&[&["get", "--raw", "/version", "-v=6"], flags].concat());
        let ours = several.ours(&[&["version", "-v=6"], flags].concat()).stderr();
        assert_eq!(told(&ours), told(&kubectl));
        assert_eq!(told(&ours).len(), files, "{ours}");
        assert!(ours.starts_with("Config loaded from file:  /"), "{ours}");
        let quieter = several.ours(&[&["version", "-v=5"], flags].concat()).stderr();
        assert_eq!(quieter, "");
    }
}

#[test]
fn impersonation_by_flag_and_in_the_kubeconfig() {
    let (setup, _) = parts();
    let flags = ["--as", "jane", "--as-uid", "7", "--as-group", "a", "--as-group", "b"];
    let extra = ["--as-user-extra", "example.org/Scopes%=x", "--as-user-extra", "example.org/Scopes%=y"];
    setup.kubeconfig(|_| ()).agrees(&flags[..2]);
    setup.kubeconfig(|_| ()).agrees(&[&flags[..], &extra].concat());
    let act_as = setup.kubeconfig(|config| {
        let user = &mut config["users"][0]["user"];
        (user["as"], user["as-uid"]) = (json!("joe"), json!("8"));
        (user["as-groups"], user["as-user-extra"]) = (json!(["c", "d"]), json!({"k": ["v", "w"], "l": ["x"]}));
    });
    act_as.agrees(&[]);
    act_as.agrees(&["--as", "jane"]);
    act_as.agrees(&["--as-group", "e", "--as-user-extra", "m=z"]);
    act_as.agrees(&["--as-user-extra", "k=z"]);
    let words = "without impersonating a user";
    setup.kubeconfig(|_| ()).both_fail(&["--as-group", "a"], words);
    setup.kubeconfig(|_| ()).both_fail(&["--as-uid", "a"], words);
}

#[test]
fn whom_to_trust() {
    let (setup, server) = parts();
    let plain = setup.kubeconfig(|_| ());
    plain.agrees(&["--tls-server-name", "kubernetes"]);
    plain.agrees(&["--insecure-skip-tls-verify"]);
    let named = setup.kubeconfig(|config| config["clusters"][0]["cluster"]["tls-server-name"] = json!("elsewhere"));
    named.agrees(&["--server", &server]);
    named.agrees(&["--tls-server-name", "localhost"]);
    named.both_fail(&[], "not elsewhere");
    plain.both_fail(&["--tls-server-name", "elsewhere"], "not elsewhere");
    let words = "certificate signed by unknown authority";
    plain.both_fail(&["--certificate-authority", ANOTHER_CA], words);
    let words = "specifying a root certificates file with the insecure flag is not allowed";
    plain.both_fail(&["--insecure-skip-tls-verify", "--certificate-authority", ANOTHER_CA], words);
    let change = |config: &mut Value| config["clusters"][0]["cluster"]["insecure-skip-tls-verify"] = json!(true);
    setup.kubeconfig(change).both_fail(&[], words);
    let change = |config: &mut Value| config["clusters"][0]["cluster"]["certificate-authority"] = json!(ANOTHER_CA);
    setup.kubeconfig(change).both_fail(&[], "are both specified for");
    plain.both_fail(&["--certificate-authority", "/nowhere/ca"], "unable to read certificate-authority /nowhere/ca");
}

#[test]
fn what_is_not_supported_is_said_with_what_to_do() {
    let (setup, _) = parts();
    let provider = |name: &str| json!({"auth-provider": {"name": name}});
    setup.kubeconfig(|config| user(config, provider("gcp"))).both_fail(&[], "gke-gcloud-auth-plugin");
    setup.kubeconfig(|config| user(config, provider("azure"))).both_fail(&[], "kubelogin");
    fs::write(
        setup.path("locked.key"),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMA==\n-----END ENCRYPTED PRIVATE KEY-----\n",
    )
    .unwrap();
    fs::write(setup.path("me.p12"), b"\x30\x82\x01\x00").unwrap();
    let change =
        |config: &mut Value| user(config, json!({"client-certificate": "client.crt", "client-key": "locked.key"}));
    setup.kubeconfig(change).both_fail(&[], "is encrypted");
    let change = |config: &mut Value| user(config, json!({"client-certificate": "me.p12", "client-key": "me.p12"}));
    setup.kubeconfig(change).both_fail(&[], "openssl pkcs12");
    let change = |config: &mut Value| user(config, json!({"client-certificate": "client.crt"}));
    setup.kubeconfig(change).both_fail(&[], "client-key-data or client-key must be specified");
}

#[test]
fn who_may_not_ask_who_they_are_still_sees_the_server() {
    let namespace = Namespace::new();
    let file = namespace.kubeconfig_of("plain", &[]);
    let setup = Setup::new().at(file.path());
    let ended = setup.ours(&["version", "--as", "nobody"]);
    assert_eq!(ended.code(), Some(1), "{}", ended.stderr());
    assert!(ended.stdout().starts_with("Client Version: v"), "{}", ended.stdout());
    let words = "cannot impersonate resource \"users\" in API group \"\" at the cluster scope\nhint: leave out --as";
    assert!(ended.stderr().contains(words), "{}", ended.stderr());
    // Nobody in particular may see the version of the server, and not ask for more.
    let admin = node().kubeconfig.as_path();
    let setup = Setup::new().at(admin);
    let ended = setup.ours(&["version", "--as", "system:anonymous", "--as-group", "system:unauthenticated"]);
    assert_eq!(ended.code(), Some(0), "{}", ended.stderr());
    assert!(ended.stdout().contains("Server Version: v"), "{}", ended.stdout());
    assert!(
        ended.stderr().contains("the server does not say who you are: Error from server (Forbidden)"),
        "{}",
        ended.stderr()
    );
}
