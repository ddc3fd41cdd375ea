//! What kind of workload, how many pods, when, and what is noted about it.

use clap::{Args, ValueEnum};

/// What is made.
#[derive(Debug, Args)]
#[command(next_help_heading = "Workload options")]
pub(super) struct WorkloadArgs {
    /// What to create [default: pod]
    #[arg(long, value_enum, value_name = "KIND", hide_possible_values = false)]
    pub(super) kind: Option<KindName>,
    /// How many pods a deployment or a statefulset has [default: 1]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(..=i64::from(i32::MAX)))]
    pub(super) replicas: Option<u32>,
    /// When a cronjob runs: "*/5 * * * *", @hourly or "@every 90m"
    #[arg(long, value_name = "CRON")]
    pub(super) schedule: Option<String>,
    /// The headless Service of a statefulset, which gives its pods names [default: its own name]
    #[arg(long, value_name = "NAME")]
    pub(super) service_name: Option<String>,
    /// Labels of the workload and of its pods: app=web,tier=front
    #[arg(short, long, visible_alias = "label", value_name = "KEY=VALUE,…")]
    pub(super) labels: Vec<String>,
    /// An annotation of the workload and of its pods; may be repeated
    #[arg(long, visible_alias = "annotations", value_name = "KEY=VALUE")]
    pub(super) annotation: Vec<String>,
    /// The service account its pods run as
    #[arg(long, alias = "serviceaccount", value_name = "NAME")]
    pub(super) service_account: Option<String>,
    /// Restart policy of the pods [default: Always; for a job Never, for a cronjob OnFailure]
    #[arg(long, value_name = "POLICY", value_parser = ["Always", "OnFailure", "Never"])]
    pub(super) restart: Option<String>,
}

/// `--kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum KindName {
    #[value(alias = "po")]
    Pod,
    #[value(alias = "deploy")]
    Deployment,
    #[value(name = "statefulset", alias = "sts")]
    StatefulSet,
    #[value(name = "daemonset", alias = "ds")]
    DaemonSet,
    Job,
    #[value(name = "cronjob", alias = "cj")]
    CronJob,
}
