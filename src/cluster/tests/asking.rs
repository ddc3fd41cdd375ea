//! What is asked again, how long is waited, and what is told meanwhile.

use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use serde_json::json;

use super::loopback::{Answer, Server, json as answer};
use crate::cluster::{Creation, Listener, LogRequest, Notice, Scope, Selection, Settings};
use crate::error::Kind;
use crate::pod::WorkloadKind;

const POD: &str = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "webserver"}}"#;
const BUSY: &str = "HTTP/1.1 429 -\r\nRetry-After: 0\r\nContent-Length: 9\r\n\r\nnot today";

/// What was told, one line each.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Notice>>>);

impl Heard {
    fn listener(&self) -> Listener {
        let heard = Arc::clone(&self.0);
        Listener::new(move |notice| heard.lock().unwrap().push(notice))
    }

    fn texts(&self) -> Vec<String> {
        let heard = self.0.lock().unwrap();
        heard.iter().map(|(Notice::Warning(text) | Notice::Delay(text) | Notice::Trace(text))| text.clone()).collect()
    }
}

fn busy() -> Answer {
    Answer::Send(BUSY.into())
}

/// What comes of it; one that hangs fails the test.
async fn soon<T>(answer: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), answer).await.expect("it hangs: nothing came of it in 20 s")
}

fn limited(timeout: Duration) -> Settings {
    Settings { request_timeout: Some(timeout), ..Settings::default() }
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_that_is_said() {
    let heard = Heard::default();
    let server = Server::start([busy(), busy(), answer(200, POD)]);
    server.told(heard.listener()).await.pods("lessons").get("webserver").await.unwrap();
    let said = "the server is busy (429): the server answered 429 Too Many Requests: not today; asking again in 0s";
    assert_eq!(heard.texts(), [said, said]);
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn one_in_trouble_is_asked_four_times_and_one_that_refuses_once() {
    for (code, times) in [(429, 4), (503, 4), (504, 4), (500, 1), (403, 1), (404, 1)] {
        let refusal = format!("HTTP/1.1 {code} -\r\nRetry-After: 0\r\nContent-Length: 9\r\n\r\nnot today");
        // And then one that ends it, so that whoever asks on is counted.
        let answers = std::iter::repeat_n(Answer::Send(refusal.into_bytes()), 5).chain([answer(404, "not today")]);
        let server = Server::start(answers);
        let selection = Selection::all();
        let error = server.cluster().await.pods_in(Scope::Everywhere).list(&selection).all().await.unwrap_err();
        assert!(error.to_string().ends_with(": not today"), "{error}");
        assert_eq!(server.received().len(), times, "times that a server was asked that answers {code}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_answer_is_made_again() {
    let heard = Heard::default();
    let server = Server::start([Answer::SendAndClose(Vec::new()), answer(200, POD)]);
    server.told(heard.listener()).await.pods("lessons").get("webserver").await.unwrap();
    let texts = heard.texts();
    assert!(texts[0].starts_with("Unable to connect to the server: 127.0.0.1:"), "{texts:?}");
    assert!(texts[0].contains("; asking again in 0."), "{texts:?}");
    assert_eq!((server.received().len(), texts.len()), (2, 1));

    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec();
    let server = Server::start([Answer::SendAndClose(half), answer(200, POD)]);
    server.cluster().await.pods("lessons").get("webserver").await.unwrap_err();
    assert_eq!(server.received().len(), 1, "one that breaks in the middle of it is not");
}

#[tokio::test]
async fn a_server_is_asked_again_no_sooner_than_it_says() {
    let later = Answer::Send(b"HTTP/1.1 429 -\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n".into());
    let server = Server::start([later, answer(200, POD)]);
    let cluster = server.cluster().await;
    let begun = Instant::now();
    cluster.pods("lessons").get("webserver").await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1), "asked again after {:?}", begun.elapsed());
}

#[tokio::test]
async fn what_creates_and_streams_are_asked_once() {
    let server = Server::start(vec![busy(); 12]);
    let cluster = server.cluster().await;
    let pod = json!({"metadata": {"name": "webserver"}});
    cluster.create(WorkloadKind::Pod, "lessons", &pod, &Creation::default()).await.unwrap_err();
    let request = LogRequest { pod: "webserver".to_owned(), ..LogRequest::default() };
    cluster.pods("lessons").open_log(&request).await.unwrap_err();
    cluster.asked_once().pods("lessons").get("webserver").await.unwrap_err();
    let asked: Vec<String> = server.received().into_iter().map(|request| request.line).collect();
    let create = "POST /api/v1/namespaces/lessons/pods?fieldManager=kubectl-sidecar&fieldValidation=Strict";
    let pod = "GET /api/v1/namespaces/lessons/pods/webserver";
    assert_eq!(asked, [create.to_owned(), format!("{pod}/log"), pod.to_owned()]);
}

#[tokio::test]
async fn a_server_that_wants_too_long_is_left_alone() {
    let later = |seconds| {
        Answer::Send(format!("HTTP/1.1 503 -\r\nRetry-After: {seconds}\r\nContent-Length: 0\r\n\r\n").into_bytes())
    };
    for (seconds, settings) in [(31, Settings::default()), (20, limited(Duration::from_secs(20)))] {
        let server = Server::start([later(seconds), answer(200, POD)]);
        let cluster = server.set(settings, Listener::silent()).await;
        let error = cluster.pods("lessons").get("webserver").await.unwrap_err();
        assert_eq!(error.kind(), Kind::Server, "{error}");
        assert_eq!(error.hints(), [format!("the server wants to be asked again in {seconds}s at the earliest")]);
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_request_takes_no_longer_than_it_may_and_a_stream_as_long_as_it_does() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec();
    let short = limited(Duration::from_millis(50));
    for (sent, words) in [
        (Vec::new(), "net/http: request canceled (Client.Timeout exceeded while awaiting headers)"),
        (half, "net/http: request canceled (Client.Timeout or context cancellation while reading body)"),
    ] {
        let server = Server::start([Answer::Hang(sent)]);
        let cluster = server.set(short.clone(), Listener::silent()).await;
        let error = soon(cluster.pods("lessons").get("webserver")).await.unwrap_err();
        assert_eq!(error.to_string(), format!("Unable to connect to the server: {words}"));
        assert_eq!(server.received().len(), 1);
    }

    let (go, told) = mpsc::channel();
    let log = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n".to_vec();
    let server = Server::start([Answer::SendWhen(Arc::new(Mutex::new(told)), log)]);
    let cluster = server.set(short.clone(), Listener::silent()).await;
    let request = LogRequest { pod: "webserver".to_owned(), ..LogRequest::default() };
    let pods = cluster.pods("lessons");
    let (opened, ()) = tokio::join!(pods.open_log(&request), async {
        tokio::time::sleep(short.request_timeout.unwrap() * 4).await;
        go.send(()).unwrap();
    });
    assert_eq!(opened.unwrap().read_to_end(100).await.unwrap(), b"hello\n");
}

/// All that it takes, however often the server is asked.
#[tokio::test]
async fn a_request_that_is_asked_again_takes_no_longer_than_it_may_either() {
    let (go, told) = mpsc::channel();
    let told = Arc::new(Mutex::new(told));
    let later = |bytes: Vec<u8>| Answer::SendWhen(Arc::clone(&told), bytes);
    let server = Server::start([later(BUSY.into()), later(BUSY.into()), later(answer_bytes())]);
    let cluster = server.set(limited(Duration::from_millis(500)), Listener::silent()).await;
    let pods = cluster.pods("lessons");
    let (got, ()) = tokio::join!(pods.get("webserver"), async {
        // Each in less than that, all of them in more.
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(300)).await;
            go.send(()).unwrap();
        }
    });
    let error = got.expect_err("it took 0.9 s of 0.5");
    assert!(error.to_string().contains("Client.Timeout exceeded"), "not that its time is up, but: {error}");
}

#[tokio::test]
async fn what_is_waited_for_is_said_once() {
    let (go, told) = mpsc::channel();
    let told = Arc::new(Mutex::new(told));
    let server = Server::start(vec![Answer::SendWhen(told, answer_bytes()); 2]);
    let (heard, begun) = (Heard::default(), Instant::now());
    let told_of = heard.clone();
    let listener = Listener::new(move |notice| told_of.0.lock().unwrap().push(notice));
    let cluster = server.told(listener).await;
    let pods = cluster.pods("lessons");
    // Both wait at the same time, and get their answers only once something was said.
    let (first, second, after) = tokio::join!(pods.get("webserver"), pods.get("webserver"), async {
        while heard.texts().is_empty() && begun.elapsed() < Duration::from_secs(15) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let after = begun.elapsed();
        // Time for the other one to say it, too.
        tokio::time::sleep(Duration::from_millis(300)).await;
        go.send(()).unwrap();
        go.send(()).unwrap();
        after
    });
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert!(after >= Duration::from_secs(2), "it is said after 2 s, and was after {after:?}");
    let texts = heard.texts();
    assert!(texts[0].starts_with("waiting for the server 127.0.0.1:"), "{texts:?}");
    assert!(texts[0].ends_with(" to answer GET /api/v1/namespaces/lessons/pods/webserver"), "{texts:?}");
    assert_eq!(texts.len(), 1, "{texts:?}");
}

fn answer_bytes() -> Vec<u8> {
    let Answer::Send(bytes) = answer(200, POD) else { panic!("it is sent") };
    bytes
}

/// What `-v` tells of a request, and of an answer with a cookie. Times and ports are made alike.
async fn traced(verbosity: u8) -> Vec<String> {
    let fields = "HTTP/1.1 200 OK\r\nSet-Cookie: secret\r\nContent-Type: application/json\r\nX-A: \u{9b}2J";
    let bytes = format!("{fields}\r\nContent-Length: {}\r\n\r\n{POD}", POD.len()).into_bytes();
    let loopback = Server::start([Answer::Send(bytes.clone()), Answer::Send(bytes)]);
    let heard = Heard::default();
    let settings = Settings { verbosity, ..Settings::default() };
    let cluster = loopback.set(settings, heard.listener()).await;
    cluster.pods("lessons").get("webserver").await.unwrap();
    let request = LogRequest { pod: "webserver".to_owned(), ..LogRequest::default() };
    cluster.pods("lessons").open_log(&request).await.unwrap();
    let alike = regex::Regex::new(r":\d{4,5}/|\d+ milliseconds|linux/\w+|v\d+\.\d+\.\d+").unwrap();
    let of_requests = heard.texts().into_iter().filter(|line| !line.starts_with("Config loaded from file: "));
    of_requests.map(|line| alike.replace_all(&line, "…").into_owned()).collect()
}

#[tokio::test]
async fn requests_are_told_as_kubectl_tells_them() {
    let pod = "GET http://127.0.0.1…api/v1/namespaces/lessons/pods/webserver";
    assert_eq!(traced(5).await, [""; 0]);
    let expected = [format!("{pod} 200 OK in …"), format!("{pod}/log 200 OK in …")];
    assert_eq!(traced(6).await, expected);
}

#[tokio::test]
async fn headers_are_told_and_no_cookie_ever_is() {
    let told = traced(9).await;
    for line in ["Request Headers:", "Response Headers:", "    Set-Cookie: <masked>"] {
        assert_eq!(told.iter().filter(|told| *told == line).count(), 2, "{line} in {told:?}");
    }
    assert!(!told.iter().any(|line| line.contains("secret") || line.contains('\u{9b}')), "{told:?}");
    let told = traced(7).await;
    assert!(!told.iter().any(|line| line.starts_with("Response")), "{told:?}");
}
