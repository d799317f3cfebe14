//! What the cross-crate tests stand on: a real runner on a port of its own ([`TestRunner`]), a typed
//! client that keeps a model and checks it on each receive ([`Client`]), the command line
//! ([`Pipeyard`]), chains in few words ([`lay`]), processes as the kernel shows them
//! ([`processes`]), and a real browser ([`browser`]).
//!
//! Every wait here is for a fact, with [`PATIENCE`] as the bound after which the fact is called
//! missing. No test sleeps for a time and hopes.

pub mod browser;
pub mod client;
pub mod command;
pub mod credentials;
pub mod delegated;
pub mod exposition;
pub mod http;
pub mod lay;
pub mod manual;
pub mod model;
pub mod ordinary;
pub mod pattern;
pub mod processes;
pub mod proxy;
pub mod rules;
pub mod runner;
pub mod scissors;
pub mod static_server;

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

pub use client::Client;
pub use command::Pipeyard;
pub use credentials::Credentials;
pub use lay::{Lay, lay};
pub use model::RunModel;
pub use ordinary::OrdinaryUser;
pub use runner::TestRunner;
pub use scissors::Scissors;
pub use static_server::StaticServer;

/// How long anything may take that must happen. Long, because machines that test are busy; it is
/// only ever waited out when something is broken.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Says that the test that calls this could not be made here, and why. It goes round what the test program keeps of tests that do
/// not fail, so that it is seen.
pub fn skipped(why: &str) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("a test");
    // Who reads no errors is told nothing.
    let _ = writeln!(std::io::stderr(), "{name}: skipped, because {why}");
}

/// Waits until `found` finds something, looking again and again.
///
/// # Errors
/// When nothing is found within [`PATIENCE`]; `what` names it.
pub fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = found() {
            return Ok(found);
        }
        if Instant::now() > deadline {
            bail!("waited {PATIENCE:?} in vain for {what}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
