//! Running a thing once, and what that took.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::workspace::command_line;

/// What one go took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sample {
    /// Seconds that passed.
    pub(super) wall: f64,
    /// Seconds of processor time, to the kernel's tick (10 ms on most systems); nothing where it cannot be told apart.
    pub(super) cpu: Option<f64>,
}

/// Runs a command to its end, its output thrown away.
///
/// # Errors
/// When it cannot be started or fails: a failure is no measurement.
pub(super) fn command(command: &mut Command) -> Result<Sample> {
    let before = children_cpu()?;
    let began = Instant::now();
    let line = command_line(command);
    let output = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .with_context(|| format!("`{line}` could not be started"))?;
    let wall = began.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "`{line}` ended with {}:\n{said}",
        output.status
    );
    Ok(Sample {
        wall,
        cpu: Some(children_cpu()? - before),
    })
}

/// Runs a command that measures by itself and prints what it found as JSON.
///
/// # Errors
/// As [`command`]; also when what it prints is no JSON.
pub(super) fn answer(command: &mut Command) -> Result<(Sample, Value)> {
    let before = children_cpu()?;
    let began = Instant::now();
    let line = command_line(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .with_context(|| format!("`{line}` could not be started"))?;
    let wall = began.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "`{line}` ended with {}:\n{said}",
        output.status
    );
    let cpu = Some(children_cpu()? - before);
    let value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("`{line}` printed no JSON"))?;
    Ok((Sample { wall, cpu }, value))
}

/// Processor seconds of all processes that we have waited for, and of those that they have.
fn children_cpu() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat").context("/proc is not there")?;
    let ticks = rustix::param::clock_ticks_per_second();
    parse_children_cpu(&stat, ticks as f64).context("/proc/self/stat is not as proc(5) says")
}

/// Fields 16 and 17 of proc(5); the name in field 2 may have anything in it but ends with the last `)`.
fn parse_children_cpu(stat: &str, ticks_a_second: f64) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(13);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / ticks_a_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_childrens_time_is_found_whatever_the_name_is() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 1 2 3 4 11 12 250 50 20 0 1 0";
        assert_eq!(parse_children_cpu(stat, 100.0), Some(3.0));
        assert_eq!(parse_children_cpu(stat, 1000.0), Some(0.3));
        assert_eq!(parse_children_cpu("7 (a) S", 100.0), None);
    }

    #[test]
    fn a_failure_is_no_measurement() {
        assert!(command(&mut Command::new("false")).is_err());
        let sample = command(&mut Command::new("true")).expect("a sample");
        assert!(sample.wall > 0.0 && sample.cpu.is_some_and(|cpu| cpu >= 0.0));
    }
}
