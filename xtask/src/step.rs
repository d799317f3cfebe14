//! Progress: one line when a step starts, one with its time when it ends.

use std::time::Instant;

use anyhow::Result;

/// Does the work between two lines that name it.
///
/// # Errors
/// Those of the work, unchanged.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("==> {name}");
    let began = Instant::now();
    let outcome = work();
    let end = if outcome.is_ok() { "done" } else { "failed" };
    println!(
        "    {end} in {:.1} s: {name}",
        began.elapsed().as_secs_f64()
    );
    outcome
}
