//! Starting chromedriver and, through it, Chromium.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

use crate::PATIENCE;

const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-US",
];

/// A browser with a fresh profile. What it started is killed when it is dropped.
pub struct Browser {
    driver: WebDriver,
    // Dropped after the driver: ends all processes, then removes the profile.
    _processes: Group,
    _profile: TempDir,
}

impl Browser {
    /// Starts one.
    ///
    /// # Errors
    /// When there is no chromedriver or no Chromium.
    pub async fn start() -> Result<Self> {
        let profile = TempDir::with_prefix("pipeyard-browser-")?;
        let (processes, port) = tokio::task::spawn_blocking(start_driver).await??;
        let mut wanted = DesiredCapabilities::chrome();
        for flag in FLAGS {
            wanted.add_arg(flag)?;
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        let driver = WebDriver::new(&format!("http://127.0.0.1:{port}"), wanted)
            .await
            .context("Chromium does not start")?;
        Ok(Self {
            driver,
            _processes: processes,
            _profile: profile,
        })
    }

    /// What drives it.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Closes it.
    ///
    /// # Errors
    /// When it does not answer any more.
    pub async fn quit(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }
}

/// A process group of our own making.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = Pid::from_raw(self.0.id() as i32) {
            // Its leader is not reaped yet, so the number cannot be another's.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.0.wait();
    }
}

/// How often a driver that leaves at once is started anew.
const ATTEMPTS: usize = 10;

/// Starts chromedriver on a free port.
///
/// `--port=0` is free on `::1` only: chromedriver then binds the same number on
/// `127.0.0.1` and leaves with "IPv4 port not available" when somebody (a runner
/// of another test, another browser) has it. So it is asked again.
fn start_driver() -> Result<(Group, u16)> {
    let mut said = String::new();
    for _ in 0..ATTEMPTS {
        match driver_or_its_words()? {
            Ok(started) => return Ok(started),
            Err(words) => said = words,
        }
    }
    bail!("chromedriver left {ATTEMPTS} times before it told its port; it said:\n{said}")
}

/// A driver and its port, or what a driver said that left before it had one.
fn driver_or_its_words() -> Result<Result<(Group, u16), String>> {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .context("chromedriver does not start (Debian's package: chromium-driver)")?;
    let stdout = child.stdout.take().context("standard output is a pipe")?;
    let group = Group(child);
    let (said, heard) = mpsc::channel();
    thread::spawn(move || {
        // Read to the end, so that the driver never waits for a reader.
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let _ = said.send(line);
        }
    });
    let mut words = String::new();
    loop {
        match heard.recv_timeout(PATIENCE) {
            Ok(line) => {
                if let Some(port) = port_of(&line) {
                    return Ok(Ok((group, port)));
                }
                words.push_str(&line);
                words.push('\n');
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(Err(words)),
            Err(RecvTimeoutError::Timeout) => {
                bail!("chromedriver tells no port; it said:\n{words}")
            }
        }
    }
}

fn port_of(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}
