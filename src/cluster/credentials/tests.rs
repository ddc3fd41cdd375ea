//! Which credentials count, and how they travel.

use std::sync::{Arc, Mutex};

use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use kube::client::Body;
use tower::util::ServiceExt as _;
use tower::{BoxError, Layer};

use super::*;

/// What a server that answers so is shown for as many requests.
async fn shown(layer: &AuthLayer, answers: &[u16], requests: usize) -> Vec<String> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (heard, answers) = (Arc::clone(&seen), answers.to_vec());
    let server = tower::service_fn(move |request: Request<Body>| {
        let mut heard = heard.lock().unwrap();
        let header = request.headers().get(AUTHORIZATION).map_or("", |value| value.to_str().unwrap());
        heard.push(format!("{} {header}", request.method()));
        let code = StatusCode::from_u16(answers.get(heard.len() - 1).copied().unwrap_or(200)).unwrap();
        async move { Ok::<_, BoxError>(Response::builder().status(code).body(()).unwrap()) }
    });
    let service = layer.layer(server);
    for _ in 0..requests {
        let request = Request::post("/x").body(Body::from(b"body".to_vec())).unwrap();
        service.clone().oneshot(request).await.unwrap();
    }
    let seen = seen.lock().unwrap();
    seen.clone()
}

fn user(change: impl FnOnce(&mut AuthInfo)) -> AuthInfo {
    let mut user = AuthInfo::default();
    change(&mut user);
    user
}

#[tokio::test]
async fn a_token_and_a_password_are_sent() {
    let token = of_token(&user(|user| user.token = Some("secret".into()))).unwrap();
    assert_eq!(shown(&token, &[401], 2).await, ["POST Bearer secret"; 2]);
    let password = user(|user| (user.username, user.password) = (Some("me".to_owned()), Some("pass".into())));
    assert_eq!(shown(&of_token(&password).unwrap(), &[], 1).await, ["POST Basic bWU6cGFzcw=="]);
    assert_eq!(shown(&AuthLayer::default(), &[], 1).await, ["POST "]);
}

#[test]
fn a_token_that_no_header_can_carry_is_refused_and_not_shown() {
    let error = of_token(&user(|user| user.token = Some("a\nb".into()))).err().unwrap();
    assert!(error.to_string().starts_with("error: invalid configuration: the user's token"), "{error}");
}

#[test]
fn a_token_file_that_is_not_there_is_named() {
    let error = of_token(&user(|user| user.token_file = Some("/nowhere/token".to_owned()))).err().unwrap();
    assert!(error.to_string().starts_with("error: unable to read tokenFile /nowhere/token: "), "{error}");
}

#[test]
fn keys_that_cannot_be_read_are_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let told = |certificate: &[u8], key: &[u8]| {
        let files = [("crt", certificate), ("key", key)].map(|(name, bytes)| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path.to_str().unwrap().to_owned()
        });
        let [crt, key] = files;
        let user = user(|user| (user.client_certificate, user.client_key) = (Some(crt), Some(key)));
        let error = super::certificate(&user).err().unwrap();
        format!("{error}\n{}", error.hints().join("\n"))
    };
    let certificate = b"-----BEGIN CERTIFICATE-----\n".as_slice();
    for key in ["-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"]
    {
        let told = told(certificate, key.as_bytes());
        assert!(told.contains("is encrypted") && told.contains("openssl pkey"), "{told}");
    }
    assert!(told(b"\x30\x82\x01", b"").contains("openssl pkcs12"));
    assert!(told(certificate, b"\x30\x82\x01").contains("openssl pkcs12"));
    assert!(told(certificate, b"hello").contains("no PEM block of a private key"));
}

#[cfg(unix)]
mod programs {
    use std::fs;

    use kube::config::{ExecConfig, ExecInteractiveMode};

    use super::*;

    /// A program that writes a line for each run, and answers with what `answer` makes of the run's number in `$run`.
    struct Script(tempfile::TempDir);

    impl Script {
        fn new(status: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let script = format!(
                "cd \"$(dirname \"$0\")\"\necho \"$KUBERNETES_EXEC_INFO\" >> runs\nrun=$(wc -l < runs | tr -d ' ')\n\
                 echo \"{{\\\"apiVersion\\\":\\\"client.authentication.k8s.io/v1\\\",\\\"kind\\\":\\\"ExecCredential\\\",\\\"status\\\":{}}}\"\n",
                status.replace('"', "\\\"")
            );
            fs::write(folder.path().join("program"), script).unwrap();
            Self(folder)
        }

        fn exec(&self) -> ExecConfig {
            ExecConfig {
                api_version: Some("client.authentication.k8s.io/v1".to_owned()),
                // Not by itself: while another test forks, a file just written cannot be run.
                command: Some("sh".to_owned()),
                args: Some(vec![self.0.path().join("program").to_str().unwrap().to_owned()]),
                interactive_mode: Some(ExecInteractiveMode::Never),
                ..ExecConfig::default()
            }
        }

        async fn layer(&self, change: impl FnOnce(&mut ExecConfig)) -> Result<AuthLayer> {
            let mut exec = self.exec();
            change(&mut exec);
            let mut config = Config::new("https://127.0.0.1:1".parse().unwrap());
            let cluster = Cluster {
                server: Some("https://127.0.0.1:1".to_owned()),
                tls_server_name: Some("kubernetes".to_owned()),
                ..Cluster::default()
            };
            of(&user(|user| user.exec = Some(exec)), "me", &cluster, &mut config).await
        }

        fn runs(&self) -> Vec<String> {
            let runs = fs::read_to_string(self.0.path().join("runs")).unwrap_or_default();
            runs.lines().map(str::to_owned).collect()
        }
    }

    #[tokio::test]
    async fn run_once_for_all_requests() {
        let script = Script::new(r#"{"token":"t$run"}"#);
        let layer = script.layer(|_| ()).await.unwrap();
        assert_eq!(shown(&layer, &[], 3).await, ["POST Bearer t1"; 3]);
        let told =
            r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}}"#;
        assert_eq!(script.runs(), [told]);
    }

    #[tokio::test]
    async fn run_again_where_the_server_refuses_what_it_gave_and_once_a_request() {
        let script = Script::new(r#"{"token":"t$run"}"#);
        let layer = script.layer(|_| ()).await.unwrap();
        assert_eq!(shown(&layer, &[401, 200], 2).await, ["POST Bearer t1", "POST Bearer t2", "POST Bearer t2"]);
        assert_eq!(shown(&layer, &[401, 401], 1).await, ["POST Bearer t2", "POST Bearer t3"]);
        assert_eq!(script.runs().len(), 3);
    }

    #[tokio::test]
    async fn run_again_where_what_it_gave_has_expired() {
        let script = Script::new(r#"{"token":"t$run","expirationTimestamp":"20${run}0-01-01T00:00:00Z"}"#);
        let layer = script.layer(|_| ()).await.unwrap();
        assert_eq!(shown(&layer, &[], 2).await, ["POST Bearer t2", "POST Bearer t3"]);
        let script = Script::new(r#"{"token":"t$run","expirationTimestamp":"2999-01-01T00:00:00Z"}"#);
        let layer = script.layer(|_| ()).await.unwrap();
        assert_eq!(shown(&layer, &[], 2).await, ["POST Bearer t1"; 2]);
    }

    #[tokio::test]
    async fn told_of_the_cluster_where_it_wants_to_be() {
        let script = Script::new(r#"{"token":"t"}"#);
        script.layer(|exec| exec.provide_cluster_info = true).await.unwrap();
        let told: serde_json::Value = serde_json::from_str(&script.runs()[0]).unwrap();
        let cluster = serde_json::json!({"server": "https://127.0.0.1:1", "tls-server-name": "kubernetes"});
        assert_eq!(told["spec"]["cluster"], cluster);
    }

    #[tokio::test]
    async fn not_run_where_there_is_a_token() {
        let script = Script::new(r#"{"token":"t"}"#);
        let user = user(|user| (user.exec, user.token) = (Some(script.exec()), Some("own".into())));
        let mut config = Config::new("https://127.0.0.1:1".parse().unwrap());
        let layer = of(&user, "me", &Cluster::default(), &mut config).await.unwrap();
        assert_eq!(shown(&layer, &[401], 1).await, ["POST Bearer own"]);
        assert_eq!(script.runs(), [""; 0]);
    }

    #[tokio::test]
    async fn what_cannot_be_used_is_told_without_what_it_wrote() {
        for (status, words) in [
            ("{}", "it didn't return a token or cert/key pair"),
            ("null", "it didn't return a status field"),
            (r#"{"clientCertificateData":"SECRET"}"#, "it returned only certificate or key, not both"),
            (r#"{"token":"SECRET","expirationTimestamp":"SECRET"}"#, "its expirationTimestamp is no time"),
            (r#"{"token":"SECRET"#, "what it wrote is no ExecCredential in JSON"),
        ] {
            let error = Script::new(status).layer(|_| ()).await.err().unwrap().to_string();
            assert!(error.ends_with(words) && !error.contains("SECRET"), "{error}");
        }
    }

    #[tokio::test]
    async fn an_answer_of_another_kind_or_version_is_told_so() {
        for (from, to, words) in [
            ("ExecCredential", "SECRET", "what it wrote is of another kind than ExecCredential"),
            (
                "k8s.io/v1",
                "k8s.io/v1beta1",
                "to use API version client.authentication.k8s.io/v1, and returned version client.authentication.k8s.io/v1beta1",
            ),
        ] {
            let script = Script::new(r#"{"token":"t"}"#);
            let path = script.0.path().join("program");
            fs::write(&path, fs::read_to_string(&path).unwrap().replace(from, to)).unwrap();
            let error = script.layer(|_| ()).await.err().unwrap().to_string();
            assert!(error.ends_with(words) && !error.contains("SECRET"), "{error}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_run_is_named_with_how_to_install_it() {
        let script = Script::new("{}");
        let told = |error: Error| format!("{error}\n{}", error.hints().join("\n"));
        let missing = |exec: &mut ExecConfig| {
            (exec.command, exec.install_hint) = (Some("no-such-login".to_owned()), Some("brew install it".to_owned()));
        };
        let missing = told(script.layer(missing).await.err().unwrap());
        assert!(missing.contains("exec: executable no-such-login not found"), "{missing}");
        assert!(missing.contains("brew install it"), "{missing}");
        let failed = told(
            script.layer(|exec| exec.args = Some(vec!["-c".to_owned(), "exit 1".to_owned()])).await.err().unwrap(),
        );
        assert!(failed.contains("exec: executable sh failed with exit code 1"), "{failed}");
        let old = |exec: &mut ExecConfig| exec.api_version = Some("client.authentication.k8s.io/v1alpha1".to_owned());
        let old = told(script.layer(old).await.err().unwrap());
        assert!(old.contains("invalid apiVersion"), "{old}");
        let mode = told(script.layer(|exec| exec.interactive_mode = None).await.err().unwrap());
        assert!(mode.contains("interactiveMode must be specified for me"), "{mode}");
    }
}
