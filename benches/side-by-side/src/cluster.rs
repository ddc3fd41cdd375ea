//! The real cluster: pods that write numbered lines, in a namespace of their own; and how the apiserver is killed.

use std::fs::File;
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::clients::{SELECTOR, Target};
use crate::settings::Settings;

/// What stands behind the number, so that a line with its stamp is as long as a usual one, about 115 bytes.
const TEXT: &str = "with some text behind it, so that it is as long as the usual line of a log";

/// The real cluster, in use.
pub struct Cluster<'a> {
    settings: &'a Settings,
    /// Of the one-node cluster: shared as long as it is used, alone while it is broken.
    lock: Option<File>,
}

/// A namespace with pods that write; deleted in the end.
pub struct Writers<'a> {
    cluster: &'a Cluster<'a>,
    /// Whose logs are to be read.
    pub target: Target,
}

/// What each container writes.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// So many lines, as fast as can be.
    AtOnce {
        /// Of each container.
        lines: usize,
    },
    /// The same, as lines of JSON with level, number and msg.
    AtOnceInJson {
        /// Of each container.
        lines: usize,
    },
    /// So many a second, for that long, once [`Writers::begin`] says so.
    Live {
        /// Of each container.
        rate: usize,
        /// For how long.
        seconds: u64,
    },
}

impl Pace {
    /// Lines of each container.
    pub fn lines(self) -> usize {
        match self {
            Self::AtOnce { lines } | Self::AtOnceInJson { lines } => lines,
            Self::Live { rate, seconds } => rate * seconds as usize,
        }
    }

    fn script(self, name: &str) -> String {
        // Of a container that ends at once, a busy runtime may lose the last lines, for all clients.
        format!("{}; sleep 3", self.writes(name))
    }

    fn writes(self, name: &str) -> String {
        match self {
            Self::AtOnce { lines } => format!("seq {lines} | awk '{{ print \"{name} \" $1 \" {TEXT}\" }}'"),
            Self::AtOnceInJson { lines } => format!(
                r#"seq {lines} | awk '{{ print "{{\"level\":\"info\",\"number\":" $1 ",\"msg\":\"{name} {TEXT}\"}}" }}'"#
            ),
            // In 50 bursts a second. Sleeping takes longer than it should: what is missing comes when a second is over.
            Self::Live { rate, .. } => format!(
                "until [ -e /gate/open ]; do usleep 10000; done; \
                 awk 'BEGIN {{ began = systime(); \
                 for (number = 1; number <= {}; number++) {{ print \"{name} \" number \" {TEXT}\"; \
                 if (number % {burst} == 0) {{ fflush(); \
                 if (number / {rate} + 1 > systime() - began) system(\"usleep 18000\") }} }} }}'",
                self.lines(),
                burst = rate / 50,
            ),
        }
    }
}

impl<'a> Cluster<'a> {
    /// Takes the cluster into use.
    pub fn open(settings: &'a Settings) -> Result<Self> {
        let lock = File::open(settings.kubeconfig.with_file_name("lock")).ok();
        if let Some(lock) = &lock
            && lock.try_lock_shared().is_err()
        {
            eprintln!("side-by-side: waiting for those that break parts of the node …");
            lock.lock_shared()?;
        }
        Ok(Self { settings, lock })
    }

    /// The server's version.
    pub fn version(&self) -> Result<String> {
        let version: Value = serde_json::from_str(&self.kubectl(&["version", "--output=json"], "")?)?;
        Ok(version["serverVersion"]["gitVersion"].as_str().unwrap_or("?").to_owned())
    }

    /// Whether it is the one-node cluster, whose parts can be killed.
    pub fn can_be_broken(&self) -> bool {
        self.lock.is_some()
    }

    /// Has the one-node cluster for itself from now on.
    pub fn use_alone(&self) -> Result<()> {
        let lock = self.lock.as_ref().context("only the cluster of `make cluster` can be broken")?;
        if lock.try_lock().is_err() {
            eprintln!("side-by-side: waiting for those that use the node …");
            lock.lock()?;
        }
        Ok(())
    }

    /// Kills the apiserver, and brings it back after two seconds.
    pub fn kill_apiserver(&self) -> Result<()> {
        self.onenode(&["kill", "kube-apiserver"])?;
        std::thread::sleep(std::time::Duration::from_secs(2));
        self.onenode(&["start"])
    }

    fn onenode(&self, args: &[&str]) -> Result<()> {
        let mut command = Command::new(self.settings.root.join("tests/onenode/run"));
        let output = command.args(args).output()?;
        ensure!(output.status.success(), "tests/onenode/run {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Pods whose containers write, each with its own name in front: those of the first pod are a0, b0, …
    pub fn writers(&'a self, pods: usize, containers: usize, pace: Pace, follow: bool) -> Result<Writers<'a>> {
        let names = |pod| (b'a'..).take(containers).map(|letter| format!("{}{pod}", letter as char)).collect();
        let pods: Vec<(String, Vec<String>)> = (0..pods).map(|pod| (format!("writer-{pod}"), names(pod))).collect();
        let namespace =
            format!("sidecar-bench-{}-{:04x}", std::process::id(), jiff::Timestamp::now().subsec_nanosecond());
        self.kubectl(&["create", "namespace", &namespace], "")?;
        let target = Target { kubeconfig: self.settings.kubeconfig.clone(), namespace, pods, follow };
        let writers = Writers { cluster: self, target };
        writers.kubectl(&["wait", "--for=create", "serviceaccount/default", "--timeout=60s"], "")?;
        let items: Vec<_> = writers.target.pods.iter().map(|(name, names)| pod(name, names, pace)).collect();
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        writers.kubectl(&["create", "--filename=-"], &list.to_string())?;
        Ok(writers)
    }

    fn kubectl(&self, args: &[&str], input: &str) -> Result<String> {
        let mut command = Command::new(self.settings.tool("kubectl"));
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("{command:?}"))?;
        child.stdin.take().context("standard input is a pipe")?.write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "kubectl {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn pod(name: &str, containers: &[String], pace: Pace) -> Value {
    let container = |name: &String| {
        json!({
            "name": name,
            "image": "busybox:latest",
            "imagePullPolicy": "IfNotPresent",
            "command": ["/bin/sh", "-c", pace.script(name)],
            "volumeMounts": [{"name": "gate", "mountPath": "/gate"}],
        })
    };
    let (key, value) = SELECTOR.split_once('=').unwrap_or_default();
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {key: value}},
        "spec": {
            "containers": containers.iter().map(container).collect::<Vec<_>>(),
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 1,
            "volumes": [{"name": "gate", "emptyDir": {}}],
        },
    })
}

impl Writers<'_> {
    /// Waits until all containers run.
    pub fn wait_until_they_run(&self) -> Result<()> {
        self.wait("--for=condition=Ready")
    }

    /// Lets those begin that write live.
    pub fn begin(&self) -> Result<()> {
        for (pod, _) in &self.target.pods {
            self.kubectl(&["exec", pod, "--", "touch", "/gate/open"], "")?;
        }
        Ok(())
    }

    /// Waits until all have written all.
    pub fn wait_until_they_are_done(&self) -> Result<()> {
        self.wait("--for=jsonpath={.status.phase}=Succeeded")
    }

    fn wait(&self, condition: &str) -> Result<()> {
        self.kubectl(&["wait", "pod", "--selector", SELECTOR, condition, "--timeout=600s"], "")?;
        Ok(())
    }

    fn kubectl(&self, args: &[&str], input: &str) -> Result<String> {
        self.cluster.kubectl(&[&["--namespace", &self.target.namespace], args].concat(), input)
    }
}

impl Drop for Writers<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.cluster.kubectl(&["delete", "namespace", &self.target.namespace, "--wait=false"], "") {
            eprintln!("side-by-side: {error:#}");
        }
    }
}
