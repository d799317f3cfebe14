//! What can be said about how a runner is operated: what stands before it, and what it tells of itself.

use std::time::Duration;

use clap::Args;

use crate::http::asker::Network;

/// How a runner is operated.
#[derive(Clone, Debug, Args)]
pub(in super::super) struct Operation {
    /// A reverse proxy, such as 127.0.0.1 or 10.0.0.0/8, that says in X-Forwarded-For, -Proto and -Host for whom it asks, and
    /// is believed; see docs/proxy.md. Say the name that browsers open with --host
    #[arg(long, value_name = "ADDRESS[/BITS]")]
    pub(in super::super) trusted_proxy: Vec<Network>,
    /// How long runs may go on after SIGTERM, while nothing new is started; a second SIGTERM, or SIGINT, ends them at once
    #[arg(long, value_name = "TIME", value_parser = super::time, default_value = "30s")]
    pub(in super::super) drain_time: Duration,
}
