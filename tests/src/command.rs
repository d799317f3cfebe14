//! The command line, as a person or a script uses it.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use pipeyard_shared::Chain;
use pipeyard_shared::event::RunEvent;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::ordinary::{OrdinaryUser, binary_for_all};
use crate::runner::binary;
use crate::{PATIENCE, RunModel};

/// One call of `pipeyard`.
pub struct Pipeyard {
    command: Command,
    input: Vec<u8>,
    folder: TempDir,
    patience: Duration,
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub status: ExitStatus,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
}

impl Pipeyard {
    /// A call with these arguments, in an empty directory, with nothing on standard input.
    ///
    /// # Errors
    /// When there is no program.
    pub fn new<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Result<Self> {
        let folder = TempDir::with_prefix("pipeyard-test-")?;
        let mut command = Command::new(binary()?);
        command
            .args(arguments)
            .current_dir(folder.path())
            .env("LANG", "C.UTF-8");
        Ok(Self {
            command,
            input: Vec::new(),
            folder,
            patience: PATIENCE,
        })
    }

    /// `pipeyard run -c TEXT` with more arguments.
    ///
    /// # Errors
    /// When there is no program.
    pub fn run(text: &str, arguments: &[&str]) -> Result<Self> {
        Self::new(["run", "-c", text].iter().chain(arguments))
    }

    /// `pipeyard run FILE` with more arguments, the file holding this chain.
    ///
    /// # Errors
    /// When there is no program, or no file can be written.
    pub fn run_chain(chain: &Chain, arguments: &[&str]) -> Result<Self> {
        let call = Self::new(["run", "chain.json"].iter().chain(arguments))?;
        call.file("chain.json", chain.to_json_pretty())
    }

    /// `pipeyard run --level class -c TEXT` with more arguments, as an ordinary user.
    ///
    /// # Errors
    /// When there is no program.
    pub fn run_at_class(text: &str, arguments: &[&str]) -> Result<Self> {
        let all = ["run", "--level", "class", "-c", text];
        Self::by(OrdinaryUser::new(), all.iter().chain(arguments))
    }

    /// A call by a user, to whom its directory is given.
    ///
    /// # Errors
    /// When there is no program.
    pub fn by<A: AsRef<OsStr>>(
        user: OrdinaryUser,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Self> {
        let mut call = Self::new::<&str>([])?;
        let mut command = Command::new(binary_for_all()?);
        user.runs(&mut command);
        user.owns(call.folder.path())?;
        command
            .args(arguments)
            .current_dir(call.folder.path())
            .env("LANG", "C.UTF-8");
        call.command = command;
        Ok(call)
    }

    /// With a file in its directory.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Result<Self> {
        std::fs::write(self.folder.path().join(name), content)?;
        Ok(self)
    }

    /// In another directory, which stays.
    pub fn within(mut self, folder: &std::path::Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// With this on standard input.
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = bytes.into();
        self
    }

    /// With a variable set.
    pub fn variable(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// One that has much to do: it may take so much longer than others.
    pub fn with_much_to_do(mut self, times: u32) -> Self {
        self.patience = PATIENCE * times;
        self
    }

    /// The directory that it is called in.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Calls it and waits for its end.
    ///
    /// # Errors
    /// When it cannot be started, or does not end.
    pub fn outcome(mut self) -> Result<Outcome> {
        let began = Instant::now();
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pid = Pid::from_raw(child.id() as i32).context("a process id")?;
        let mut stdin = child.stdin.take().context("standard input is a pipe")?;
        let mut stdout = child.stdout.take().context("standard output is a pipe")?;
        let mut stderr = child.stderr.take().context("standard error is a pipe")?;
        let input = self.input;
        // A chain that does not read its input closes it, and that is no failure.
        thread::spawn(move || drop(stdin.write_all(&input)));
        let errors = thread::spawn(move || {
            let mut text = Vec::new();
            stderr.read_to_end(&mut text).map(|_| text)
        });
        let (done, ended) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = stdout.read_to_end(&mut bytes);
            let status = child.wait();
            // Nobody hears it when the test has given up.
            let _ = done.send((read.map(|_| bytes), status));
        });
        let in_time = ended.recv_timeout(self.patience);
        if in_time.is_err() {
            // It is killed; what it printed on standard error says where it was.
            kill_process(pid, Signal::KILL)?;
        }
        let errors = errors.join().ok().context("the reader panicked")??;
        let stderr = String::from_utf8_lossy(&errors).into_owned();
        let (stdout, status) = in_time.with_context(|| {
            format!("{:?} does not end; standard error:\n{stderr}", self.command)
        })?;
        Ok(Outcome {
            status: status?,
            stdout: stdout?,
            stderr,
            took: began.elapsed(),
        })
    }
}

impl Outcome {
    /// The exit status; a signal's is none.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Standard output, where it is text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Checks the exit status, and shows everything when it is another.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(
            self.code(),
            Some(code),
            "exit status (signal {:?})\n--- stdout\n{}\n--- stderr\n{}",
            self.status.signal(),
            self.text(),
            self.stderr
        );
        self
    }

    /// The event log of `--events`, checked by the rules of every log.
    ///
    /// # Errors
    /// When it is none, or breaks a rule.
    pub fn events(&self, chain: &Chain) -> Result<RunModel> {
        let mut model = RunModel::new(chain.clone());
        for line in self.text().lines() {
            let event: RunEvent =
                serde_json::from_str(line).with_context(|| format!("no event: {line}"))?;
            model.take_event(event)?;
        }
        ensure!(model.is_ended(), "the log has no end: {}", self.text());
        crate::rules::check(&model)?;
        Ok(model)
    }
}
