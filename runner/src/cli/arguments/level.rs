//! What can be said about how far stages are kept apart from the rest of the machine.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::limits::SandboxArguments;
use crate::engine::{Host, Reach};
use crate::guard::Guard;
use crate::level::Level;
use crate::sandbox::{Bubblewrap, Caps, Cgroups, Enclosure, Settings};
use crate::soft_limit;

/// The level, and the bounds of a sandbox.
#[derive(Clone, Debug, Args)]
pub(in super::super) struct LevelArguments {
    /// How far stages are kept apart from the rest of this machine
    #[arg(
        long,
        value_enum,
        value_name = "LEVEL",
        default_value = "own",
        env = "PIPEYARD_LEVEL"
    )]
    level: Level,
    /// At level class: a directory that stages may read, at the same path
    #[arg(long, value_name = "DIR")]
    expose: Vec<PathBuf>,
    #[command(flatten)]
    sandbox: SandboxArguments,
}

impl LevelArguments {
    /// The level.
    pub(in super::super) fn level(&self) -> Level {
        self.level
    }

    /// What a sandbox may use.
    pub(in super::super) fn caps(&self) -> Caps {
        self.sandbox.at(self.level).of_sandboxes()
    }

    /// Looks whether what is said goes together, before anything is made.
    ///
    /// # Errors
    /// What does not, and what to do.
    pub(in super::super) fn check(&self) -> Result<()> {
        if self.level == Level::Own {
            // Whoever says this means to be safe by it.
            if let Some(name) = self.sandbox.first() {
                bail!("--{name} bounds a sandbox, and there is one only with --level class");
            }
            if !self.expose.is_empty() {
                bail!(
                    "--expose shows a directory to what is in a sandbox, and there is one only with --level class: \
                     at own, stages reach every file that you reach"
                );
            }
        } else if is_root() {
            // The limit on processes does not hold for root (`RLIMIT_NPROC` in setrlimit(2)), and what breaks out would be root.
            bail!(
                "--level class: root is not isolated, since limits do not hold for it: start pipeyard as an ordinary user, \
                 such as by `sudo -u NAME pipeyard …`"
            );
        }
        Ok(())
    }

    /// A host around a workspace. At level *own* its file stages reach so far; at level *class* the guard is told of its
    /// sandboxes.
    ///
    /// # Errors
    /// Why nothing can be isolated here, and what to do.
    pub(in super::super) fn host(
        &self,
        workspace: PathBuf,
        reach: Reach,
        guard: &Guard,
    ) -> Result<Host> {
        self.check()?;
        if self.level == Level::Own {
            return Ok(Host::here(workspace, reach));
        }
        let settings = self.settings(guard).context("--level class")?;
        Ok(Host::within(Enclosure::new(settings, workspace)))
    }

    /// How sandboxes are made.
    fn settings(&self, guard: &Guard) -> Result<Settings> {
        // A sandbox sets its stages a limit; elsewhere they would inherit this one, and see another than in a shell.
        if let Err(error) = soft_limit::raise() {
            tracing::warn!(%error, "no more descriptors can be had than by the soft limit");
        }
        let bubblewrap = Bubblewrap::find(std::env::var_os("PATH").as_deref())?;
        let exposed = self.expose.iter().map(|directory| {
            let found = directory.canonicalize();
            found.with_context(|| format!("--expose {}", directory.display()))
        });
        let cgroups = Cgroups::divide();
        match &cgroups {
            Ok(_) => tracing::info!("sandboxes have control groups"),
            Err(why) => tracing::info!(%why, "sandboxes have no control groups"),
        }
        Ok(Settings {
            cgroups: cgroups.ok(),
            bubblewrap,
            exposed: exposed.collect::<Result<_>>()?,
            caps: self.caps().beside(soft_limit::descriptors()),
            idle_time: Duration::from_millis(self.sandbox.at(self.level).most("sandbox-idle")),
            guard: Some(guard.clone()),
        })
    }
}

/// Whether this is root's process: limits do not hold for it, nor for what it starts.
pub(in super::super) fn is_root() -> bool {
    rustix::process::geteuid().is_root() || rustix::process::getuid().is_root()
}
