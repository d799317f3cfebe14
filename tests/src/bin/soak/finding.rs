//! What was found, a line a figure.

use std::time::Duration;

use serde_json::{Value, json};

/// One figure.
pub(crate) struct Finding {
    /// What was measured, in words.
    pub(crate) what: String,
    /// The figure with its unit.
    pub(crate) found: String,
    /// What is to be reached, with its unit; empty where it is told for comparison only.
    pub(crate) wanted: &'static str,
    /// Whether it is reached.
    pub(crate) reached: Option<bool>,
}

/// All findings, for `cargo xtask soak` to read.
pub(crate) fn json(findings: &[Finding]) -> Value {
    let each = findings.iter().map(|finding| {
        json!({
            "what": finding.what,
            "found": finding.found,
            "wanted": finding.wanted,
            "reached": finding.reached,
        })
    });
    Value::Array(each.collect())
}

/// The time below which so many hundredths of them are. They are sorted by this.
pub(crate) fn percentile(times: &mut [Duration], hundredths: usize) -> Duration {
    times.sort();
    let index = (times.len() * hundredths).div_ceil(100).max(1) - 1;
    times.get(index).copied().unwrap_or_default()
}

/// `1.2 ms`.
pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}
