//! What the server answers: as much of the API as clients need to find pods and to follow their logs.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::CONTENT_TYPE;
use hyper::{Request, Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::{Instant, Interval, interval_at};

use super::{Open, State, TALKING, container_name, pod_name};

/// Between two lines of one that talks.
const PAUSE: Duration = Duration::from_millis(10);

type Body = BoxBody<Bytes, std::convert::Infallible>;

/// The answer to a request.
pub(super) fn answer<B>(request: &Request<B>, state: &Arc<State>) -> Result<Response<Body>> {
    let path: Vec<_> = request.uri().path().trim_matches('/').split('/').collect();
    let query = request.uri().query().unwrap_or_default();
    let asks = |wanted: &str| query.split('&').any(|each| each == wanted);
    let items = || pods_of(query, state).map(|number| pod(number, state.containers));
    match *path.as_slice() {
        ["api"] => json(&json!({"kind": "APIVersions", "versions": ["v1"]})),
        ["apis"] => json(&json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": []})),
        ["api", "v1"] => json(&resources()),
        ["api", "v1", "namespaces", _, "pods"] if asks("watch=true") || asks("watch=1") => {
            // From no version on: all pods come first. client-go's streaming list wants a bookmark behind them.
            let is_list = asks("sendInitialEvents=true");
            let is_from_the_beginning = is_list || !query.contains("resourceVersion=") || asks("resourceVersion=0");
            let added = items().map(|pod| json!({"type": "ADDED", "object": pod}));
            let events = added.filter(|_| is_from_the_beginning).chain(is_list.then(bookmark));
            watch(events.map(|event| event.to_string() + "\n").collect())
        }
        ["api", "v1", "namespaces", _, "pods"] => json(&json!({
            "kind": "PodList",
            "apiVersion": "v1",
            "metadata": {"resourceVersion": "1"},
            "items": items().collect::<Vec<_>>(),
        })),
        ["api", "v1", "namespaces", _, "pods", name] => {
            match (0..state.pods).find(|number| pod_name(*number) == name) {
                Some(number) => json(&pod(number, state.containers)),
                None => not_found(),
            }
        }
        ["api", "v1", "namespaces", _, "pods", _, "log"] => {
            let container = query.split('&').find_map(|each| each.strip_prefix("container="));
            log(container.unwrap_or_default().to_owned(), state)
        }
        _ => not_found(),
    }
}

/// All pods, or the one that a field selector names.
fn pods_of(query: &str, state: &State) -> impl Iterator<Item = usize> {
    let named =
        query.split('&').find_map(|each| each.strip_prefix("fieldSelector=metadata.name%3D")).map(str::to_owned);
    (0..state.pods).filter(move |number| named.as_ref().is_none_or(|name| pod_name(*number) == *name))
}

fn json(value: &Value) -> Result<Response<Body>> {
    let body = Full::new(Bytes::from(value.to_string())).boxed();
    Ok(Response::builder().header(CONTENT_TYPE, "application/json").body(body)?)
}

fn not_found() -> Result<Response<Body>> {
    let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404});
    let mut response = json(&status)?;
    *response.status_mut() = StatusCode::NOT_FOUND;
    Ok(response)
}

fn resources() -> Value {
    let resource = |name: &str, verbs: &[&str]| json!({"name": name, "singularName": "pod", "namespaced": true, "kind": "Pod", "verbs": verbs});
    let resources = [resource("pods", &["get", "list", "watch"]), resource("pods/log", &["get"])];
    json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "v1", "resources": resources})
}

fn pod(number: usize, containers: usize) -> Value {
    let name = pod_name(number);
    let names: Vec<_> = (0..containers).map(|container| container_name(number, container)).collect();
    let since = "2026-01-01T00:00:00Z";
    let statuses = names.iter().map(|container| {
        json!({
            "name": container,
            "image": "replay",
            "imageID": "replay",
            "containerID": format!("replay://{name}-{container}"),
            "ready": true,
            "started": true,
            "restartCount": 0,
            "state": {"running": {"startedAt": since}},
        })
    });
    json!({
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {
            "name": name,
            "namespace": "default",
            "uid": format!("00000000-0000-0000-0000-{number:012}"),
            "resourceVersion": "1",
            "creationTimestamp": since,
            "labels": {"app": "bench"},
        },
        "spec": {"containers": names.iter().map(|name| json!({"name": name, "image": "replay"})).collect::<Vec<_>>()},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": statuses.collect::<Vec<_>>(),
        },
    })
}

fn bookmark() -> Value {
    let annotations = json!({"k8s.io/initial-events-end": "true"});
    let metadata = json!({"resourceVersion": "1", "annotations": annotations});
    json!({"type": "BOOKMARK", "object": {"kind": "Pod", "apiVersion": "v1", "metadata": metadata}})
}

/// Nothing ever happens to these pods.
fn watch(initial: String) -> Result<Response<Body>> {
    streamed("application/json", stream::iter([Bytes::from(initial)]).chain(stream::pending()))
}

fn log(container: String, state: &Arc<State>) -> Result<Response<Body>> {
    let open = Open::count(state);
    let (pod, number) = container.trim_start_matches('c').split_once('-').unwrap_or_default();
    // One in each of the first pods.
    let talks = number == "0" && pod.parse::<usize>().is_ok_and(|pod| pod < TALKING);
    let lines: Pin<Box<dyn Stream<Item = Bytes> + Send + Sync>> =
        if talks { Box::pin(lines(container, state.clone())) } else { Box::pin(stream::pending()) };
    streamed(
        "text/plain",
        lines.map(move |line| {
            let _read = &open;
            line
        }),
    )
}

/// Numbered lines, each stamped as it is sent, as fast as they are to come.
fn lines(container: String, state: Arc<State>) -> impl Stream<Item = Bytes> + Send + Sync {
    let ticks: Interval = interval_at(Instant::now() + PAUSE, PAUSE);
    stream::unfold((ticks, 1_u64), move |(mut ticks, number)| {
        let (container, state) = (container.clone(), state.clone());
        async move {
            ticks.tick().await;
            while !state.talks.load(Ordering::Relaxed) {
                ticks.tick().await;
            }
            let line = format!("{:.9} {container} {number} with some text behind it\n", Timestamp::now());
            Some((Bytes::from(line), (ticks, number + 1)))
        }
    })
}

fn streamed(kind: &str, pieces: impl Stream<Item = Bytes> + Send + Sync + 'static) -> Result<Response<Body>> {
    let frames = pieces.filter(|piece| std::future::ready(!piece.is_empty())).map(|piece| Ok(Frame::data(piece)));
    Ok(Response::builder().header(CONTENT_TYPE, kind).body(BodyExt::boxed(StreamBody::new(frames)))?)
}
