//! An enclosure: one workspace at the level *class*, and the sandbox around it while there is one.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use super::about::About;
use super::bubblewrap::Bubblewrap;
use super::caps::Caps;
use super::cgroup::Cgroups;
use super::live::{Sandbox, Stay};
use crate::guard::Guard;

/// Where the workspace is in every sandbox.
pub const INSIDE: &str = "/yard";
/// What a sandbox's host is called in there.
pub(super) const HOST_NAME: &str = "pipeyard";
/// What everybody is called in there.
pub(super) const USER: &str = "learner";
/// Where programs are looked for.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// For how long a sandbox is there without a run, where nothing else is said. A room in which nobody runs anything holds
/// no processes then.
pub const IDLE_TIME: Duration = Duration::from_secs(300);

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
    /// For how long one is there without a run.
    pub idle_time: Duration,
    /// Ends their agents when the runner itself is killed.
    pub guard: Option<Guard>,
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

    /// Begins a stay in the sandbox, which is made if it is not there. It needs a reactor.
    ///
    /// # Errors
    /// Why it cannot be made.
    pub async fn enter(self: &Arc<Self>) -> io::Result<Stay> {
        let mut sandbox = self.sandbox.lock().await;
        if let Some(present) = sandbox.as_ref().filter(|sandbox| sandbox.is_there()) {
            return Ok(present.stay());
        }
        let made = Sandbox::start(&self.settings, &self.workspace, Arc::downgrade(self)).await?;
        Ok(sandbox.insert(Arc::new(made)).stay())
    }

    /// Ends the sandbox and everything in it, and returns when it has ended.
    pub async fn close(&self) {
        let sandbox = self.sandbox.lock().await.take();
        if let Some(sandbox) = sandbox {
            sandbox.end().await;
        }
    }

    /// Tells whether a sandbox is not used, and lets go of it then. Who enters does so under the same lock. Where another
    /// one was made in its place, that one stays: the first was given up, and nobody can enter it any more.
    pub(super) fn let_go_of(&self, about: &Arc<About>, is_unused: impl FnOnce() -> bool) -> bool {
        let Ok(mut present) = self.sandbox.try_lock() else {
            // Somebody is about to enter.
            return false;
        };
        let is_unused = is_unused();
        if is_unused {
            drop(present.take_if(|sandbox| sandbox.is(about)));
        }
        is_unused
    }
}

impl Drop for Enclosure {
    /// Who still has the sandbox is to find it ended, too.
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.get_mut() {
            sandbox.give_up();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Arc<Enclosure> {
        let settings = Settings {
            bubblewrap: Bubblewrap::nowhere(),
            caps: Caps::default(),
            exposed: Vec::new(),
            cgroups: None,
            idle_time: IDLE_TIME,
            guard: None,
        };
        Enclosure::new(settings, "/".into())
    }

    /// One that was given up at the end of its idle time once took the one that had been made in its place.
    #[tokio::test]
    async fn who_goes_takes_nobody_else_along() {
        let place = place();
        let [gone, present] = [(); 2].map(|()| Sandbox::stand_in().expect("a process"));
        let of_gone = gone.about().clone();
        let of_present = present.about().clone();
        place.sandbox.lock().await.replace(Arc::new(present));
        let is_there = async || place.sandbox.lock().await.is_some();
        assert!(place.let_go_of(&of_gone, || true), "it may go");
        assert!(is_there().await, "and the other one stays");
        assert!(!place.let_go_of(&of_present, || false), "it is used");
        assert!(is_there().await);
        assert!(place.let_go_of(&of_present, || true));
        assert!(!is_there().await, "now it has gone");
    }
}
