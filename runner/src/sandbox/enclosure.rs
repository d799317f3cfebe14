//! An enclosure: one workspace at the level *class*, and the sandbox around it while there is one.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::bubblewrap::Bubblewrap;
use super::caps::Caps;
use super::cgroup::Cgroups;
use super::live::Sandbox;

/// Where the workspace is in every sandbox.
pub const INSIDE: &str = "/yard";
/// What a sandbox's host is called in there.
pub(super) const HOST_NAME: &str = "pipeyard";
/// What everybody is called in there.
pub(super) const USER: &str = "learner";
/// Where programs are looked for.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// How sandboxes are made.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What makes them.
    pub bubblewrap: Bubblewrap,
    /// What each may use.
    pub caps: Caps,
    /// Directories of the host that can be read in there, at the same place.
    pub exposed: Vec<PathBuf>,
    /// What the kernel bounds each of them by as a whole, where the host lets it.
    pub cgroups: Option<Arc<Cgroups>>,
}

/// One workspace, and its sandbox. The sandbox is made when it is first needed, and again when it has ended.
#[derive(Debug)]
pub struct Enclosure {
    settings: Settings,
    workspace: PathBuf,
    sandbox: Mutex<Option<Arc<Sandbox>>>,
}

impl Enclosure {
    /// A place around this directory, an absolute path. Nothing is started yet.
    pub fn new(settings: Settings, workspace: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            settings,
            workspace,
            sandbox: Mutex::default(),
        })
    }

    /// Another place, around another directory.
    pub fn like(&self, workspace: PathBuf) -> Arc<Self> {
        Self::new(self.settings.clone(), workspace)
    }

    /// The workspace, as it is called outside.
    pub fn workspace(&self) -> &Path {
        &self.workspace
    }

    /// The sandbox, if it is there already.
    pub fn present(&self) -> Option<Arc<Sandbox>> {
        self.lock().clone().filter(|sandbox| sandbox.is_there())
    }

    /// The sandbox, which is made if it is not there; the caller waits for that.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub fn enter(&self) -> io::Result<Arc<Sandbox>> {
        let mut sandbox = self.lock();
        if let Some(present) = sandbox.as_ref().filter(|sandbox| sandbox.is_there()) {
            return Ok(present.clone());
        }
        let settings = &self.settings;
        let made = Sandbox::start(&settings.bubblewrap, settings, &self.workspace)?;
        let made = Arc::new(made);
        made.watch()?;
        Ok(sandbox.insert(made).clone())
    }

    /// Ends the sandbox and everything in it, and waits until it has.
    pub fn close(&self) {
        let sandbox = self.lock().take();
        if let Some(sandbox) = sandbox {
            sandbox.end();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<Sandbox>>> {
        self.sandbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Enclosure {
    /// It takes a moment, and is dropped where nobody may wait.
    fn drop(&mut self) {
        if let Some(sandbox) = self.lock().take() {
            let ending = sandbox.clone();
            let ender = std::thread::Builder::new().name("sandbox".into());
            if ender.spawn(move || ending.end()).is_err() {
                sandbox.end();
            }
        }
    }
}

/// The environment that stages start from in there: made anew, so that nothing of the runner's leaks.
pub fn environment() -> Vec<(OsString, OsString)> {
    let language = std::env::var_os("LANG").unwrap_or_else(|| "C.UTF-8".into());
    let set = [
        ("PATH", PATH.into()),
        ("HOME", INSIDE.into()),
        ("USER", USER.into()),
        ("LOGNAME", USER.into()),
        ("SHELL", "/bin/sh".into()),
        ("TMPDIR", "/tmp".into()),
        ("TERM", "dumb".into()),
        ("LANG", language),
    ];
    set.into_iter()
        .map(|(name, value): (&str, OsString)| (name.into(), value))
        .collect()
}
