//! Ways to do a piece of work once.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Tools;
use crate::bench::figures::median;
use crate::bench::measure::{Sample, answer, command};
use crate::bench::peers::find;
use crate::bench::row::Target;
use crate::bench::work::{Go, Peer};

impl Tools {
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.runner);
        command.args(arguments).current_dir(&self.folder);
        command
    }

    pub(super) fn runs(&self, arguments: &[&str]) -> Go {
        let mut run = self.command(&["run"]);
        run.args(arguments);
        Box::new(move || command(&mut run))
    }

    pub(super) fn client_command(&self, arguments: &[&str]) -> Command {
        let mut client = Command::new(&self.client);
        client
            .args(arguments)
            .env("PIPEYARD_BIN", &self.runner)
            .current_dir(&self.folder);
        client
    }

    /// What the client measures by itself. Its processor time is not only the runner's, so it is left out.
    pub(super) fn client(&self, work: &str, who: &str, count: u64, reduce: Reduce) -> Go {
        let mut client = self.client_command(&[work, who, &count.to_string()]);
        Box::new(move || {
            let (_, value) = answer(&mut client)?;
            let wall = reduce.of(&value)?;
            Ok(Sample { wall, cpu: None })
        })
    }
}

/// What of several times counts.
#[derive(Clone, Copy)]
pub(super) enum Reduce {
    Sum,
    Median,
}

impl Reduce {
    fn of(self, value: &serde_json::Value) -> Result<f64> {
        let seconds = value["seconds"].as_array().context("no times")?;
        let seconds: Vec<f64> = seconds
            .iter()
            .filter_map(serde_json::Value::as_f64)
            .collect();
        ensure!(!seconds.is_empty(), "no times");
        match self {
            Self::Sum => Ok(seconds.iter().sum()),
            Self::Median => median(seconds).context("no times"),
        }
    }
}

pub(super) fn shell(name: &'static str, target: Target, text: &str) -> Peer {
    let mut bash = Command::new("bash");
    bash.args(["-c", text]);
    Peer {
        name,
        target,
        go: Ok(Box::new(move || command(&mut bash))),
        note: None,
    }
}

/// The same command so many times, one after another.
pub(super) fn again(times: u64, mut once: Command) -> Go {
    Box::new(move || {
        let mut sum = Sample {
            wall: 0.0,
            cpu: Some(0.0),
        };
        for _ in 0..times {
            let next = command(&mut once)?;
            sum.wall += next.wall;
            sum.cpu = sum.cpu.zip(next.cpu).map(|(sum, next)| sum + next);
        }
        Ok(sum)
    })
}

/// What each of so many took.
pub(super) fn mean(times: u64, mut all: Go) -> Go {
    Box::new(move || {
        let sample = all()?;
        let many = times.max(1) as f64;
        Ok(Sample {
            wall: sample.wall / many,
            cpu: sample.cpu.map(|cpu| cpu / many),
        })
    })
}

pub(super) fn python_go(
    python: Option<&Path>,
    script: &Path,
    rounds: u64,
    from_within: bool,
) -> Result<Go, String> {
    find("openssl")?;
    let python = python.ok_or("python3 is not installed")?;
    let mut program = Command::new(python);
    program.arg(script).arg(rounds.to_string());
    Ok(Box::new(move || {
        let (sample, value) = answer(&mut program)?;
        if from_within {
            let wall = Reduce::Sum.of(&value)?;
            return Ok(Sample { wall, cpu: None });
        }
        Ok(sample)
    }))
}
