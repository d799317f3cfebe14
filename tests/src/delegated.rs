//! A control group that an ordinary user may divide, as `Delegate=yes` in a systemd unit makes one.

use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, ensure};

use crate::ordinary::OrdinaryUser;
use crate::{skipped, wait_for};

/// Where control groups of version 2 are on nearly every machine.
const MOUNT: &str = "/sys/fs/cgroup";
/// Set where there must be control groups: a test that cannot be made then fails.
const VARIABLE: &str = "PIPEYARD_CGROUP_TESTS";

/// A control group of a user's own. Goes when dropped.
pub struct Delegated {
    user: OrdinaryUser,
    directory: PathBuf,
}

impl Delegated {
    /// A new one; none where this machine has none to give, which is said.
    ///
    /// # Errors
    /// The system's; and that there is none, where `PIPEYARD_CGROUP_TESTS` is 1.
    pub fn to(user: OrdinaryUser) -> Result<Option<Self>> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let handed_on = fs::read_to_string(Path::new(MOUNT).join("cgroup.subtree_control"));
        let handed_on = handed_on.unwrap_or_default();
        let has = |name: &str| handed_on.split_whitespace().any(|listed| listed == name);
        let Some(number) = user.number().filter(|_| has("memory") && has("pids")) else {
            let is_asked_for = std::env::var_os(VARIABLE).is_some_and(|value| value == "1");
            ensure!(
                !is_asked_for,
                "{VARIABLE} is 1, and root has no such group to give"
            );
            skipped("root has no control group with memory and pids to give here");
            return Ok(None);
        };
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("pipeyard-test-{}-{count}", std::process::id());
        let directory = Path::new(MOUNT).join(name);
        fs::create_dir(&directory).context("a control group")?;
        let made = Self { user, directory };
        // What systemd gives to a unit's user (cgroups(7), "Cgroups delegation").
        for file in [
            "",
            "cgroup.procs",
            "cgroup.subtree_control",
            "cgroup.threads",
        ] {
            chown(made.directory.join(file), Some(number), Some(number))?;
        }
        Ok(Some(made))
    }

    /// A command that runs a program in there, as the user.
    pub fn command(&self, program: &Path) -> Command {
        let user = self.user.number().unwrap_or_default().to_string();
        // A divided group may hold nobody itself: whoever comes later begins in the part of the runners.
        let text = "here=\"$1\"; [ -d \"$1/runner\" ] && here=\"$1/runner\"; echo $$ > \"$here/cgroup.procs\" && \
                    exec setpriv --reuid \"$2\" --regid \"$2\" --clear-groups \"${@:3}\"";
        let mut command = Command::new("bash");
        command.args(["-c", text, "bash"]).arg(&self.directory);
        command.arg(user).arg(program);
        command
    }

    /// Whose it is.
    pub fn user(&self) -> OrdinaryUser {
        self.user
    }

    /// The groups in it that hold sandboxes.
    ///
    /// # Errors
    /// The system's.
    pub fn sandboxes(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            if entry
                .file_name()
                .as_encoded_bytes()
                .starts_with(b"sandbox-")
            {
                found.push(entry.path());
            }
        }
        Ok(found)
    }
}

impl Drop for Delegated {
    fn drop(&mut self) {
        // Whoever is still in there is the test's fault, and goes with it.
        let _ = fs::write(self.directory.join("cgroup.kill"), "1");
        let gone = wait_for("an empty control group", || {
            for sandbox in self.sandboxes().unwrap_or_default() {
                let _ = fs::remove_dir(sandbox);
            }
            let _ = fs::remove_dir(self.directory.join("runner"));
            fs::remove_dir(&self.directory).ok()
        });
        if let Err(error) = gone {
            eprintln!("{}: {error}", self.directory.display());
        }
    }
}
