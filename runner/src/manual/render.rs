//! Asking the system's own `man` for a page.
//!
//! Only `man` is ever started, never the program that is asked about. It is told to write plain lines, and is ended with
//! all that it has started when it takes too long or writes too much.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use pipeyard_shared::explain::Trouble;
use pipeyard_shared::words::Language;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

/// How long a page may take. The longest that we know takes a second or two on a busy machine.
pub const RENDER_TIME: Duration = Duration::from_secs(10);
/// The longest page, rendered. That of `bash` has half a megabyte.
pub const RENDERED_BYTES: usize = 4 << 20;
/// The width at which a paragraph is mostly one line: nothing is hyphenated, and blanks are not stretched.
const WIDTH: &str = "2000";
/// Which sections are about programs.
const SECTIONS: &str = "1:8:6";
/// What `man` needs of the environment. The rest is none of its business.
const PASSED: [&str; 5] = ["PATH", "HOME", "MANPATH", "TMPDIR", "LOCPATH"];

/// The page as text.
///
/// # Errors
/// Why there is none.
pub(super) fn render(page: &str, language: Language) -> Result<String, Trouble> {
    let mut command = Command::new("man");
    command
        // A name is never an option.
        .args(["--", page])
        .env_clear()
        .envs(PASSED.iter().filter_map(passed))
        .env("LC_ALL", "C.UTF-8")
        .env("MANPAGER", "cat")
        .env("PAGER", "cat")
        .env("MANWIDTH", WIDTH)
        .env("MANSECT", SECTIONS)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0);
    if language == Language::Ko {
        // Taken where there is one, and else the English one.
        command.env("LANGUAGE", "ko");
    }
    let child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Trouble::NoMan,
        _ => {
            tracing::warn!(%error, "man could not be started");
            Trouble::NoMan
        }
    })?;
    let mut ended = Ended(child);
    let bytes = ended.output(Instant::now() + RENDER_TIME)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn passed(name: &&'static str) -> Option<(&'static OsStr, OsString)> {
    Some((OsStr::new(*name), env::var_os(name)?))
}

/// A child that is gone, with its whole group, when this is dropped.
struct Ended(Child);

impl Ended {
    /// All that it writes.
    fn output(&mut self, until: Instant) -> Result<Vec<u8>, Trouble> {
        let mut bytes = Vec::new();
        let Some(mut pipe) = self.0.stdout.take() else {
            return Ok(bytes);
        };
        let mut chunk = vec![0; 64 << 10];
        loop {
            wait(&pipe, until)?;
            match pipe.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => bytes.extend_from_slice(&chunk[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(Trouble::NoPage),
            }
            if bytes.len() > RENDERED_BYTES {
                return Err(Trouble::TooLong);
            }
        }
        // Its last word has come; it may tidy up as long as there is time.
        let descriptor = pidfd_open(self.pid(), PidfdFlags::empty());
        if let Ok(descriptor) = descriptor {
            // One that lingers is ended, and what it has written counts.
            let _ = wait(&descriptor, until);
        }
        Ok(bytes)
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.0)
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        // Until it has been waited for, the group's number is its own.
        let _ = kill_process_group(self.pid(), Signal::KILL);
        let _ = self.0.wait();
    }
}

/// Until there is something to be read, or an end.
fn wait(descriptor: &impl AsFd, until: Instant) -> Result<(), Trouble> {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).map_err(|_| Trouble::TooSlow)?;
        let mut asked = [PollFd::new(descriptor, PollFlags::IN)];
        match poll(&mut asked, Some(&left)) {
            Ok(0) => return Err(Trouble::TooSlow),
            Ok(_) => return Ok(()),
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Err(Trouble::NoPage),
        }
    }
}
