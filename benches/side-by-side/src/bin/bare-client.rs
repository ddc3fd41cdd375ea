//! Reads all containers' logs of the pods with a label by kube alone, and discards them: what any client on kube has to
//! pay.
//!
//! `bare-client NAMESPACE SELECTOR [--follow]`

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use futures_util::{AsyncBufReadExt, io::AsyncBufRead};
use k8s_openapi::api::core::v1::Pod;
use kube::api::{ListParams, LogParams};
use kube::{Api, Client};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let [namespace, selector] = [args.next(), args.next()].map(|arg| arg.context("bare-client NAMESPACE SELECTOR"));
    let [namespace, selector] = [namespace?, selector?];
    let follow = args.next().is_some_and(|flag| flag == "--follow");
    let pods: Api<Pod> = Api::namespaced(Client::try_default().await?, &namespace);
    let all = pods.list(&ListParams::default().labels(&selector)).await?;
    let containers = all.items.iter().flat_map(|pod| {
        let name = pod.metadata.name.as_deref().unwrap_or_default();
        pod.spec.iter().flat_map(|spec| &spec.containers).map(move |container| (name, container.name.clone()))
    });
    let reads = containers.map(|(pod, container)| {
        let params = LogParams { container: Some(container), follow, timestamps: true, ..LogParams::default() };
        let pods = &pods;
        async move { discard(pods.log_stream(pod, &params).await?).await }
    });
    try_join_all(reads).await?;
    Ok(())
}

async fn discard(stream: impl AsyncBufRead) -> Result<()> {
    let mut stream = std::pin::pin!(stream);
    loop {
        let length = stream.fill_buf().await?.len();
        if length == 0 {
            return Ok(());
        }
        stream.consume_unpin(length);
    }
}
