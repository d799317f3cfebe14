//! A real runner, started for one test.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::delegated::Delegated;
use crate::ordinary::{OrdinaryUser, binary_for_all, folder_for_all};
use crate::processes::{self, Process};
use crate::{PATIENCE, wait_for};

/// The variable by which a runner's processes are known, wherever they went.
const MARK: &str = "PIPEYARD_TEST_MARK";

/// `pipeyard serve` on a free port, in a workspace of its own. Killed when dropped.
pub struct TestRunner {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    port: u16,
    token: String,
    mark: String,
    user: Option<OrdinaryUser>,
    workspace: PathBuf,
    folder: TempDir,
}

impl TestRunner {
    /// Starts one and waits for its address.
    ///
    /// # Errors
    /// When it does not print one; with its log.
    pub fn start() -> Result<Self> {
        Self::start_with(&[], &[])
    }

    /// The same with more arguments and variables.
    ///
    /// # Errors
    /// When it does not print an address; with its log.
    pub fn start_with(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Self> {
        Self::start_on(0, arguments, variables)
    }

    /// The same on the port of a runner that is gone. Until it is given back another process may have it.
    ///
    /// # Errors
    /// When it does not print an address; with its log.
    pub fn start_on(port: u16, arguments: &[&str], variables: &[(&str, &str)]) -> Result<Self> {
        let deadline = Instant::now() + PATIENCE / 4;
        loop {
            let command = Command::new(binary()?);
            let started = Self::start_by(command, None, port, true, arguments, variables);
            let is_taken = |error: &anyhow::Error| error.to_string().contains("cannot listen on");
            if !started.as_ref().is_err_and(is_taken) || Instant::now() > deadline {
                return started;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// One in the workspace that a runner makes for itself where none is named, below `data` in place of `$XDG_DATA_HOME`.
    ///
    /// # Errors
    /// When it does not print an address; with its log.
    pub fn start_in(data: &Path, arguments: &[&str]) -> Result<Self> {
        let data_home = data.to_string_lossy();
        let variables = [("XDG_DATA_HOME", &*data_home)];
        let command = Command::new(binary()?);
        let mut runner = Self::start_by(command, None, 0, false, arguments, &variables)?;
        runner.workspace = data.join("pipeyard/workspace");
        Ok(runner)
    }

    /// One with a room of this code for learners, whose data are below `data`.
    ///
    /// # Errors
    /// When it does not print an address; with its log.
    pub fn start_class(data: &Path, code: &str, arguments: &[&str]) -> Result<Self> {
        let user = OrdinaryUser::of(data)?;
        let mut command = Command::new(binary_for_all()?);
        user.runs(&mut command);
        let exposed = folder_for_all()?;
        let exposed = exposed.to_string_lossy();
        let room = ["--level", "class", "--expose", &exposed, "--room", code];
        let arguments = [&room, arguments].concat();
        let data_home = data.to_string_lossy();
        let variables = [("XDG_DATA_HOME", &*data_home)];
        let mut runner = Self::start_by(command, Some(user), 0, false, &arguments, &variables)?;
        runner.workspace = data.join("pipeyard/workspace");
        Ok(runner)
    }

    /// One that may have only so many descriptors open.
    ///
    /// # Errors
    /// When it does not print an address; with its log.
    pub fn start_with_descriptors(most: u32, arguments: &[&str]) -> Result<Self> {
        let mut shell = Command::new("bash");
        let text = format!("ulimit -n {most} && exec \"$@\"");
        shell.args(["-c", &text, "bash"]).arg(binary()?);
        Self::start_by(shell, None, 0, true, arguments, &[])
    }

    /// One whose workspace, store of links and temporary files are on a small disk of its own: a file system in memory that
    /// nobody else sees, mounted on `folder`, which goes with the runner.
    ///
    /// # Errors
    /// When it does not print an address; with its log.
    pub fn start_on_disk(bytes: u64, folder: &Path) -> Result<Self> {
        let mut shell = Command::new("unshare");
        let mount = format!("mount -t tmpfs -o size={bytes} none \"$0\" && exec \"$@\"");
        // Who is not root may mount what is his own namespace's.
        let namespaces: &[&str] = match rustix::process::geteuid().is_root() {
            true => &["--mount"],
            false => &["--map-root-user", "--mount"],
        };
        shell.args(namespaces).args(["sh", "-c", &mount]);
        shell.arg(folder).arg(binary()?);
        let folder = folder.to_string_lossy();
        let variables = [("XDG_DATA_HOME", &*folder), ("TMPDIR", &*folder)];
        Self::start_by(shell, None, 0, false, &[], &variables)
    }

    /// One at the level *class*, as an ordinary user.
    ///
    /// # Errors
    /// When it does not print an address; with its log.
    pub fn start_at_class(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Self> {
        Self::start_at("class", OrdinaryUser::new(), arguments, variables)
    }

    /// One at the level *class* in a control group that it may divide.
    ///
    /// # Errors
    /// When it does not print an address; with its log.
    pub fn start_delegated(group: &Delegated, arguments: &[&str]) -> Result<Self> {
        let command = group.command(&binary_for_all()?);
        let exposed = folder_for_all()?;
        let exposed = exposed.to_string_lossy();
        let arguments = [&["--level", "class", "--expose", &exposed], arguments].concat();
        Self::start_by(command, Some(group.user()), 0, true, &arguments, &[])
    }

    /// One at this level, as this user.
    ///
    /// # Errors
    /// When it does not print an address; with its log.
    pub fn start_at(
        level: &str,
        user: OrdinaryUser,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Self> {
        let mut command = Command::new(binary_for_all()?);
        user.runs(&mut command);
        let exposed = folder_for_all()?;
        let exposed = exposed.to_string_lossy();
        // There is nothing to expose it to elsewhere, and that is refused.
        let more = match level {
            "class" => &["--level", level, "--expose", &exposed][..],
            _ => &["--level", level],
        };
        let arguments = [more, arguments].concat();
        Self::start_by(command, Some(user), 0, true, &arguments, variables)
    }

    fn start_by(
        mut command: Command,
        user: Option<OrdinaryUser>,
        port: u16,
        named: bool,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = TempDir::with_prefix("pipeyard-test-")?;
        let workspace = folder.path().join("workspace");
        fs::create_dir(&workspace)?;
        if let Some(user) = user {
            user.owns(folder.path())?;
        }
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let mark = format!("{}-{count}", std::process::id());
        command
            .arg("serve")
            .args(["--listen", &format!("127.0.0.1:{port}")]);
        if named {
            command.arg("--workspace").arg(&workspace);
        }
        let mut child = command
            .args(arguments)
            .env(MARK, &mark)
            .env("LANG", "C.UTF-8")
            .env("XDG_DATA_HOME", folder.path().join("data"))
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.path().join("log"))?)
            .spawn()?;
        let stdout = child.stdout.take().context("standard output is a pipe")?;
        // Made before the address is read, so that a failure below kills what was started.
        let mut runner = Self {
            child,
            stdout: None,
            port,
            token: String::new(),
            mark,
            user,
            workspace,
            folder,
        };
        runner.token = given_key(arguments, variables).unwrap_or_default();
        runner.read_address(stdout)?;
        Ok(runner)
    }

    fn read_address(&mut self, stdout: ChildStdout) -> Result<()> {
        let (said, heard) = mpsc::channel();
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            let mut line = String::new();
            let read = stdout.read_line(&mut line);
            // Nobody hears it when the test has given up.
            let _ = said.send((read, line, stdout));
        });
        let Ok((Ok(_), line, stdout)) = heard.recv_timeout(PATIENCE) else {
            bail!("the runner prints no address; its log:\n{}", self.log());
        };
        self.stdout = Some(stdout);
        let address = line.trim_end().strip_prefix("http://127.0.0.1:");
        let parts = address.and_then(|address| address.split_once('/'));
        let Some((port, rest)) = parts else {
            bail!("`{line}` is no address; the log:\n{}", self.log());
        };
        self.port = port.parse().context("the address has a port")?;
        if !self.token.is_empty() {
            ensure!(rest.is_empty(), "a key that was given is printed: {line}");
            return Ok(());
        }
        let token = rest.strip_prefix("?token=").unwrap_or_default();
        ensure!(!token.is_empty(), "the address has no token: {line}");
        self.token = token.to_owned();
        Ok(())
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whoever has it may start programs.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// What a person would open.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.port, self.token)
    }

    /// The directory that runs see.
    pub fn workspace(&self) -> PathBuf {
        self.workspace.clone()
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        read_log(&self.log_path())
    }

    /// Where its log is written.
    pub fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// All processes that it started, directly or not, wherever they are now.
    pub fn descendants(&self) -> Vec<Process> {
        // What is in a sandbox has an environment of its own.
        let mut found = match self.user {
            Some(user) => user.processes(),
            None => processes::with_variable(MARK, &self.mark),
        };
        found.retain(|process| process.pid != self.pid());
        found
    }

    /// Bounds what its process may have from now on (`nofile`, `nproc`), and gives the bound that there was. What it has
    /// already stays.
    ///
    /// # Errors
    /// When `prlimit` says that it cannot.
    pub fn bound(&self, resource: &str, most: &str) -> Result<String> {
        let pid = self.pid().to_string();
        let call = |last: &[&str]| {
            let mut prlimit = Command::new("prlimit");
            // Not even root may do this to everybody's processes everywhere.
            if let Some(user) = self.user {
                user.runs(&mut prlimit);
            }
            let done = prlimit.args(["--pid", &pid]).args(last).output()?;
            let said = String::from_utf8_lossy(&done.stderr);
            ensure!(done.status.success(), "prlimit {last:?}: {said}");
            Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
        };
        let option = format!("--{resource}");
        let before = call(&[&option, "--output", "SOFT", "--noheadings"])?;
        call(&[&format!("{option}={most}:")])?;
        Ok(before)
    }

    /// Sends it a signal.
    ///
    /// # Errors
    /// When it is gone.
    pub fn send(&self, signal: Signal) -> Result<()> {
        let pid = Pid::from_raw(self.pid() as i32).context("a process id")?;
        Ok(kill_process(pid, signal)?)
    }

    /// Waits until it has ended, and gives its status and what it printed after the address.
    ///
    /// # Errors
    /// When it does not end.
    pub fn ended(&mut self) -> Result<(ExitStatus, String)> {
        let log = self.log_path();
        let status = wait_for("the runner's end", || self.child.try_wait().ok().flatten())
            .with_context(|| read_log(&log))?;
        let mut rest = String::new();
        if let Some(stdout) = &mut self.stdout {
            stdout.read_to_string(&mut rest)?;
        }
        Ok((status, rest))
    }

    /// Asks it to end, and checks that it does so in good order: exit 0, nothing more on standard
    /// output, no process left.
    ///
    /// # Errors
    /// When it does not.
    pub fn shut_down(mut self, signal: Signal) -> Result<()> {
        self.send(signal)?;
        let (status, rest) = self.ended()?;
        let log = self.log();
        ensure!(
            status.success(),
            "the runner ended with {status} ({:?}); its log:\n{log}",
            status.signal()
        );
        ensure!(
            rest.lines().all(|line| line.contains("/?room=")),
            "only addresses go to standard output: {rest}"
        );
        let (guards, left): (Vec<_>, Vec<_>) =
            self.descendants().into_iter().partition(Process::is_guard);
        ensure!(left.is_empty(), "left behind: {left:?}; the log:\n{log}");
        // It ends because the runner has ended, and so a moment later.
        wait_for("the end of the runner's guard", || {
            let mut guards = guards.iter();
            let is_over = guards.all(|guard| Process::read(guard.pid).is_none());
            is_over.then_some(())
        })
    }
}

impl Drop for TestRunner {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the runner's log:\n{}", self.log());
        }
        // Errors mean that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The key that a runner is given, if it is.
fn given_key(arguments: &[&str], variables: &[(&str, &str)]) -> Option<String> {
    let said = arguments.iter().skip_while(|word| **word != "--token");
    let named = variables.iter().find(|(name, _)| *name == "PIPEYARD_TOKEN");
    let given = said.copied().nth(1).or(named.map(|(_, key)| *key));
    given.map(str::to_owned)
}

/// The end of a log, for the message of a failure.
pub fn read_log(path: &Path) -> String {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}

/// The runner's program: `PIPEYARD_BIN`, or the one built beside this test.
///
/// # Errors
/// When there is none; says how to get it.
pub fn binary() -> Result<PathBuf> {
    if let Some(path) = env::var_os("PIPEYARD_BIN") {
        return Ok(PathBuf::from(path));
    }
    // …/target/PROFILE/deps/it-HASH
    let own = env::current_exe()?;
    let profile = own.ancestors().nth(2).context("a target directory")?;
    let target = profile.parent().context("a target directory")?;
    let candidates = [
        profile.join("pipeyard"),
        target.join("debug/pipeyard"),
        target.join("release/pipeyard"),
    ];
    candidates
        .iter()
        .find(|path| path.is_file())
        .cloned()
        .with_context(|| {
            format!(
                "there is no runner at any of {candidates:?}: run `cargo build -p pipeyard-runner`"
            )
        })
}
