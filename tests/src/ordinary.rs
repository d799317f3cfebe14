//! A user who is not root, for what root must not do: the level *class* is refused to it.
//!
//! Tests mostly run as root. Then each ordinary user has a number of its own, so that all that one has started can be
//! found by it, wherever it went. Where they do not run as root, the user is who runs them.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result, ensure};

use crate::processes::{self, Process};
use crate::runner::binary;

/// Numbers that no system gives to anybody: from here up, as many as there are users a test program and test programs.
const FIRST_USER: u32 = 1_000_000_000;
const USERS_OF_A_PROGRAM: u32 = 400;
/// The prefix of the folders in which programs are that everybody can reach.
const FOLDER: &str = "pipeyard-everybody-";

/// Somebody who is not root.
#[derive(Clone, Copy, Debug)]
pub struct OrdinaryUser(Option<u32>);

impl OrdinaryUser {
    /// Somebody new.
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        if !rustix::process::geteuid().is_root() {
            return Self(None);
        }
        let count = COUNT.fetch_add(1, Ordering::Relaxed) % USERS_OF_A_PROGRAM;
        Self(Some(
            FIRST_USER + std::process::id() * USERS_OF_A_PROGRAM % FIRST_USER + count,
        ))
    }

    /// Whoever owns a directory; somebody new, if it is root's, who owns it from then on.
    ///
    /// # Errors
    /// The system's.
    pub fn of(path: &Path) -> Result<Self> {
        let owner = fs::metadata(path)?.uid();
        if owner != 0 {
            return Ok(Self(rustix::process::geteuid().is_root().then_some(owner)));
        }
        let user = Self::new();
        user.owns(path)?;
        Ok(user)
    }

    /// Their number, where tests are root's.
    pub fn number(self) -> Option<u32> {
        self.0
    }

    /// Makes a command this user's.
    pub fn runs(self, command: &mut Command) {
        if let Self(Some(user)) = self {
            command.uid(user).gid(user);
        }
    }

    /// Gives this user a file or directory, and what is in it.
    ///
    /// # Errors
    /// The system's.
    pub fn owns(self, path: &Path) -> Result<()> {
        let Self(Some(user)) = self else {
            return Ok(());
        };
        chown(path, Some(user), Some(user))?;
        if path.is_dir() {
            for entry in fs::read_dir(path)? {
                self.owns(&entry?.path())?;
            }
        }
        Ok(())
    }

    /// All living processes of this user; none that can be told from others' where the tests are not root's.
    pub fn processes(self) -> Vec<Process> {
        let Self(Some(user)) = self else {
            return Vec::new();
        };
        let mut found = processes::all();
        found.retain(|process| {
            let about = fs::metadata(format!("/proc/{}", process.pid));
            !process.is_zombie() && about.is_ok_and(|about| about.uid() == user)
        });
        found
    }
}

impl Default for OrdinaryUser {
    fn default() -> Self {
        Self::new()
    }
}

/// The runner's program where every user can reach it.
///
/// # Errors
/// When there is none, or no room for a copy.
pub fn binary_for_all() -> Result<PathBuf> {
    for_all(&binary()?)
}

/// A copy of a program where every user can reach it.
///
/// # Errors
/// When there is no room for it.
pub fn for_all(program: &Path) -> Result<PathBuf> {
    let copy = folder_for_all()?.join(program.file_name().context("a program has a name")?);
    // One thread after another: what is replaced while it runs is gone for those that it starts.
    static COPYING: Mutex<()> = Mutex::new(());
    let _copying = COPYING.lock().unwrap_or_else(PoisonError::into_inner);
    if !copy.exists() {
        // By another process: what this one has open for writing, its children have for a moment, and then it cannot be run.
        let copied = Command::new("cp").arg(program).arg(&copy).status()?;
        ensure!(copied.success(), "no copy of {}", program.display());
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755))?;
    }
    Ok(copy)
}

/// Where these copies are. It goes when a later test program sees that this one is gone.
///
/// # Errors
/// When there is no room for it.
pub fn folder_for_all() -> Result<PathBuf> {
    static FOLDER_OF_ALL: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let made = FOLDER_OF_ALL.get_or_init(|| make_folder().map_err(|error| format!("{error:#}")));
    made.clone().map_err(anyhow::Error::msg)
}

fn make_folder() -> Result<PathBuf> {
    let folders = std::env::temp_dir();
    for entry in fs::read_dir(&folders)?.flatten() {
        let name = entry.file_name();
        let of = name.to_str().and_then(|name| name.strip_prefix(FOLDER));
        let of = of.and_then(|of| of.parse().ok());
        if of.is_some_and(|of| Process::read(of).is_none()) {
            // Another test program may be doing the same.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let folder = folders.join(format!("{FOLDER}{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
    Ok(folder)
}
