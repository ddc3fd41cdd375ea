//! Log streams: what is asked, what comes, and refusals told apart.

use std::time::Duration;

use super::loopback::{Answer, Server, chunked, json};
use crate::cluster::{LogBody, LogOpenError, LogRequest, NoLog};

fn of(pod: &str) -> LogRequest {
    LogRequest { pod: pod.to_owned(), ..LogRequest::default() }
}

async fn open(server: &Server, request: &LogRequest) -> Result<LogBody, LogOpenError> {
    server.cluster().await.pods("lessons").open_log(request).await
}

async fn refused(answer: Answer) -> LogOpenError {
    open(&Server::start([answer]), &of("webserver")).await.unwrap_err()
}

fn status(code: u16, reason: &str, message: &str) -> Answer {
    json(code, &serde_json::json!({"kind": "Status", "code": code, "reason": reason, "message": message}).to_string())
}

#[tokio::test]
async fn every_option_is_sent_and_only_those_that_are_set() {
    let server = Server::start(vec![Answer::Send(chunked(&[])); 2]);
    let full = LogRequest {
        container: "side car".to_owned(),
        follow: true,
        previous: true,
        timestamps: true,
        since_time: Some("2026-03-01T10:00:05.7Z".parse().unwrap()),
        since_seconds: Some(4),
        tail_lines: Some(3),
        limit_bytes: Some(2),
        ..of("webserver")
    };
    open(&server, &of("webserver")).await.unwrap();
    open(&server, &full).await.unwrap();
    let lines: Vec<String> = server.received().into_iter().map(|request| request.line).collect();
    let path = "GET /api/v1/namespaces/lessons/pods/webserver/log";
    assert_eq!(lines[0], path);
    let query = "container=side+car&follow=true&previous=true&timestamps=true&sinceTime=2026-03-01T10%3A00%3A05Z\
                 &sinceSeconds=4&tailLines=3&limitBytes=2";
    assert_eq!(lines[1], format!("{path}?{query}"));
}

#[tokio::test]
async fn bytes_come_as_they_are() {
    let server = Server::start([Answer::Send(chunked(&[b"one\ntw", b"o \xff\x00", b"\n"]))]);
    let mut body = open(&server, &of("webserver")).await.unwrap();
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        read.extend_from_slice(&frame.unwrap());
    }
    assert_eq!(read, b"one\ntwo \xff\x00\n");
    assert_eq!(body.frame().await, None);
}

#[tokio::test]
async fn a_stream_that_breaks_off_says_so_after_its_bytes() {
    let mut bytes = chunked(&[b"one\n", b"two\n"]);
    bytes.truncate(bytes.len() - 8);
    let server = Server::start([Answer::SendAndClose(bytes)]);
    let mut body = open(&server, &of("webserver")).await.unwrap();
    let mut read = Vec::new();
    let error = loop {
        match body.frame().await.unwrap() {
            Ok(frame) => read.extend_from_slice(&frame),
            Err(error) => break error,
        }
    };
    assert!(read.starts_with(b"one\n"), "{read:?}");
    assert!(!error.to_string().is_empty());
}

#[tokio::test]
async fn reading_to_the_end_is_bounded() {
    let server = Server::start(vec![Answer::Send(chunked(&[b"one\n", b"two\n"])); 2]);
    let all = open(&server, &of("webserver")).await.unwrap().read_to_end(100).await.unwrap();
    assert_eq!(all, b"one\ntwo\n");
    let some = open(&server, &of("webserver")).await.unwrap().read_to_end(6).await.unwrap();
    assert_eq!(some, b"one\ntw");
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let bad = |message: &str| status(400, "BadRequest", message);
    let cases = [
        (bad("container \"c\" in pod \"p\" is waiting to start: ContainerCreating"), NoLog::NotStarted),
        (bad("container \"c\" in pod \"p\" is not available"), NoLog::NotStarted),
        (bad("container \"c\" in pod \"p\" is terminated"), NoLog::NotStarted),
        (bad("previous terminated container \"c\" in pod \"p\" not found"), NoLog::NoPrevious),
        (bad("container x is not valid for pod webserver"), NoLog::Refused),
        (status(401, "Unauthorized", "Unauthorized"), NoLog::Unavailable { retry_after: None }),
        (status(403, "Forbidden", "pods \"p\" is forbidden: User \"x\" cannot get"), NoLog::Denied),
        (status(404, "NotFound", "pods \"p\" not found"), NoLog::PodGone),
        (status(429, "TooManyRequests", "slow down"), NoLog::Busy { retry_after: None }),
        (status(500, "InternalError", "dial tcp: refused"), NoLog::Unavailable { retry_after: None }),
        (json(502, "<html>Bad Gateway</html>"), NoLog::Unavailable { retry_after: None }),
    ];
    for (answer, why) in cases {
        let error = refused(answer).await;
        assert_eq!(error.why, why, "{error}");
    }
}

#[tokio::test]
async fn how_long_to_wait_is_passed_on_and_nothing_is_asked_again() {
    let busy = b"HTTP/1.1 429 -\r\nRetry-After: 3\r\nContent-Length: 4\r\n\r\nslow".to_vec();
    let server = Server::start([Answer::Send(busy)]);
    let error = open(&server, &of("webserver")).await.unwrap_err();
    assert_eq!(error.why, NoLog::Busy { retry_after: Some(Duration::from_secs(3)) });
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn names_that_lead_elsewhere_are_not_sent() {
    let server = Server::start([]);
    let error = open(&server, &of("../nodes")).await.unwrap_err();
    assert_eq!((error.why, error.to_string().as_str()), (NoLog::Refused, "error: invalid resource name \"../nodes\""));
    assert!(server.received().is_empty());
}
