//! The log of a runner: how much of it there is, and in which form.

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::cli::arguments::LogForm;
use crate::cli::voice;

/// What says how much.
const VARIABLE: &str = "PIPEYARD_LOG";

/// Begins the log on standard error. As JSON it is all that is said there.
///
/// # Errors
/// When the variable makes no sense; the log has begun all the same.
pub(super) fn start(form: Option<LogForm>) -> Result<()> {
    // Whoever asks for a log wants one.
    let usual = if form.is_some() { "info" } else { "warn" };
    let asked = std::env::var_os(VARIABLE).unwrap_or_default();
    let (filter, said) = match filter(&asked.to_string_lossy(), usual) {
        Ok(filter) => (filter, Ok(())),
        Err(error) => (EnvFilter::new(usual), Err(error)),
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match form {
        Some(LogForm::Json) => {
            log.json().flatten_event(true).init();
            voice::say_to_log();
        }
        Some(LogForm::Text) | None => log.init(),
    }
    said
}

fn filter(asked: &str, usual: &str) -> Result<EnvFilter> {
    if asked.is_empty() {
        return Ok(EnvFilter::new(usual));
    }
    // A word alone is taken for a part of a program, of which nothing is ever logged if there is none.
    let is_known = |part: &str| part.contains(['=', '[']) || part.parse::<LevelFilter>().is_ok();
    let filter = EnvFilter::try_new(asked).ok();
    let filter = filter.filter(|_| asked.split(',').map(str::trim).all(is_known));
    filter.with_context(|| {
        format!("{VARIABLE}={asked} is no level: write error, warn, info, debug, trace or off")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `quatsch` was taken for the name of a part, and nothing at all was logged.
    #[test]
    fn what_is_no_level_is_refused() {
        for level in ["", "off", "WARN", "trace", "info,hyper=debug"] {
            assert!(filter(level, "warn").is_ok(), "{level}");
        }
        for wrong in ["quatsch", "info,quatsch", "warn=quatsch", " "] {
            assert!(filter(wrong, "warn").is_err(), "{wrong}");
        }
    }
}
