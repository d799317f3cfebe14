//! What can be said about how a runner is operated: what stands before it, and what it tells of itself.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::http::asker::Network;

/// What lines of the log look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in super::super) enum LogForm {
    /// A JSON object a line
    Json,
    /// Words
    Text,
}

/// How a runner is operated.
#[derive(Clone, Debug, Args)]
pub(in super::super) struct Operation {
    /// A reverse proxy, such as 127.0.0.1 or 10.0.0.0/8, that says in X-Forwarded-For, -Proto and -Host for whom it asks, and
    /// is believed; see docs/proxy.md. Say the name that browsers open with --host
    #[arg(long, value_name = "ADDRESS[/BITS]")]
    pub(in super::super) trusted_proxy: Vec<Network>,
    /// A key that opens the figures at /metrics and nothing else; the runner's own key opens them, too
    #[arg(
        long,
        value_name = "KEY",
        env = "PIPEYARD_METRICS_TOKEN",
        hide_env_values = true
    )]
    pub(in super::super) metrics_token: Option<String>,
    /// Log what happens on standard error, in this form: runs, refusals, who was not let in, and troubles; never arguments
    /// or keys. PIPEYARD_LOG says how much [default: troubles only, as text]
    #[arg(long, value_enum, value_name = "FORM")]
    pub(in super::super) log: Option<LogForm>,
    /// How long runs may go on after SIGTERM, while nothing new is started; a second SIGTERM, or SIGINT, ends them at once
    #[arg(long, value_name = "TIME", value_parser = super::time, default_value = "30s")]
    pub(in super::super) drain_time: Duration,
}
