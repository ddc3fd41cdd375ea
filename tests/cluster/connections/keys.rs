//! Client certificates of every kind of key, signed by the cluster for whom it is asked to.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::meant::Setup;
use super::{parts, user};
use crate::support::{Program, node, openssl};

/// Kinds of keys, each with how openssl makes one.
const SIGNS: [(&str, &str); 7] = [
    ("rsa", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
    ("rsa-pkcs1", "genrsa -traditional 2048"),
    ("p256", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
    ("p256-sec1", "ecparam -name prime256v1 -genkey -noout"),
    ("p256-after-its-parameters", "ecparam -name prime256v1 -genkey"),
    ("p384-sec1", "ecparam -name secp384r1 -genkey -noout"),
    ("ed25519", "genpkey -algorithm ED25519"),
];

/// A key of that kind, and a certificate for it, in files of the folder.
fn issue(setup: &Setup, kind: &str, how: &str) {
    let key = setup.path(&format!("{kind}.key"));
    fs::write(&key, openssl(how)).unwrap();
    let request = openssl(&format!("req -new -key {key} -subj /O=school/CN={kind}"));
    let name = format!("sidecar-test-{kind}-{}", fastrand::u32(..));
    let object = json!({
        "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": name},
        "spec": {
            "request": STANDARD.encode(request), "usages": ["client auth"], "expirationSeconds": 3600,
            "signerName": "kubernetes.io/kube-apiserver-client",
        },
    });
    node().kubectl(&["create", "-f", "-"], &object.to_string());
    node().kubectl(&["certificate", "approve", &name], "");
    let name = format!("csr/{name}");
    node().kubectl(&["wait", "--timeout=120s", "--for=jsonpath={.status.certificate}", &name], "");
    let certificate = node().kubectl(&["get", &name, "-o", "jsonpath={.status.certificate}"], "");
    node().kubectl(&["delete", &name], "");
    setup.write_base64(&format!("{kind}.crt"), &certificate);
}

/// With that certificate, and that key.
fn with(setup: &Setup, certificate: &str, key: &str) -> Setup {
    let entry = json!({"client-certificate": format!("{certificate}.crt"), "client-key": format!("{key}.key")});
    setup.kubeconfig(|config| user(config, entry))
}

#[test]
fn that_sign_and_that_are_not_of_the_certificate() {
    let (setup, _) = parts();
    for (kind, how) in SIGNS {
        issue(&setup, kind, how);
        with(&setup, kind, kind).agrees(&[]);
    }
    for (certificate, key) in [("rsa", "p256"), ("p256", "p256-sec1"), ("ed25519", "rsa")] {
        with(&setup, certificate, key).both_fail(&[], "error: the client key is not that of the client certificate");
    }
}

#[test]
fn that_only_kubectl_signs_with() {
    let (setup, _) = parts();
    issue(&setup, "p521", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521");
    let setup = with(&setup, "p521", "p521");
    let (succeeded, told, error) = setup.kubectls(&["auth", "whoami"]);
    assert!(succeeded && told.contains("p521"), "{error}");
    let ended = setup.ours(&["version"]);
    let words = "error: this plugin cannot sign with the client key: it can with RSA of 2048 to 4096 bits, ECDSA on P-256 or P-384";
    assert!(ended.code() == Some(1) && ended.stderr().starts_with(words), "{}", ended.stderr());

    // As the last hint says.
    let mut proxy = node().kubectl_command(&["proxy", "--port=0"]);
    proxy.env("KUBECONFIG", setup.list.as_ref().unwrap());
    let proxy = Program::start(proxy);
    proxy.wait_for("Starting to serve on ");
    let server = format!("http://{}", proxy.stdout().trim().rsplit_once(' ').unwrap().1);
    assert!(ended.stderr().contains("kubectl sidecar --server http://127.0.0.1:8001 …\n"), "{}", ended.stderr());
    let ended = setup.ours(&["version", "--server", &server]);
    assert!(ended.code() == Some(0) && ended.stdout().contains("User: p521\n"), "{}", ended.stdout());
}
