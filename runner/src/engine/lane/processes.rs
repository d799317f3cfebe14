//! The processes of a lane: one group, started one by one, signalled, and taken away when they have ended.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use pipeyard_shared::ending::StartFailure;
use pipeyard_shared::signal::Signal;
use rustix::process::Pid;
use tokio::task::{JoinError, JoinSet};

use crate::engine::outsiders::{self, Censuses};
use crate::engine::place::Spot;
use crate::engine::plan::Launch;
use crate::engine::process::Process;
use crate::engine::times::LEFTOVER_GRACE;
use crate::guard::Guard;
use crate::system::Exit;

/// How the wait for a child came out, with its stage.
pub(super) type Waited = Result<(usize, io::Result<Exit>), JoinError>;

/// The processes of a lane.
#[derive(Debug, Default)]
pub(super) struct Processes {
    started: BTreeMap<usize, Started>,
    /// Who the lane's group is named after; unreaped until the lane ends, so that the name stays ours.
    leader: Option<Arc<Process>>,
    exits: JoinSet<(usize, io::Result<Exit>)>,
    guard: Option<Guard>,
    spot: Spot,
    censuses: Censuses,
}

#[derive(Debug)]
struct Started {
    process: Arc<Process>,
    at_us: u64,
}

impl Processes {
    /// None yet; whoever is started is watched by the guard.
    pub(super) fn new(guard: Option<Guard>, spot: Spot, censuses: Censuses) -> Self {
        Self {
            guard,
            spot,
            censuses,
            ..Self::default()
        }
    }

    /// Starts a stage's process with these descriptors, in the lane's group. `now` is asked when it has started.
    pub(super) async fn start(
        &mut self,
        stage: usize,
        launch: &Launch,
        descriptors: &[(Arc<OwnedFd>, i32)],
        now_us: impl Fn() -> u64,
    ) -> Result<Pid, StartFailure> {
        let leader = self.leader.as_deref();
        let process = Process::start(launch, &self.spot, descriptors, leader).await?;
        let process = Arc::new(process);
        let pid = process.pid();
        if let Some(guard) = &self.guard {
            guard.watch(pid);
        }
        self.leader.get_or_insert_with(|| process.clone());
        let at_us = now_us();
        let waited = process.clone();
        self.exits
            .spawn(async move { (stage, waited.ended().await) });
        self.started.insert(stage, Started { process, at_us });
        Ok(pid)
    }

    /// Waits for the next that ends; nothing when none is left.
    pub(super) async fn next_exit(&mut self) -> Option<Waited> {
        self.exits.join_next().await
    }

    /// Takes away a process that has ended. Returns when it was started.
    pub(super) fn take_away(&self, stage: usize) -> Option<u64> {
        let Started { process, at_us } = self.started.get(&stage)?;
        let mut leader = self.leader.iter();
        if !leader.any(|leader| Arc::ptr_eq(leader, process)) {
            if let Some(guard) = &self.guard {
                guard.forget(process.pid());
            }
            process.let_go();
        }
        Some(*at_us)
    }

    /// Signals one stage's process, which must be running.
    ///
    /// # Errors
    /// The system's, such as for a process that runs as another user.
    pub(super) fn signal(&self, stage: usize, signal: Signal) -> io::Result<()> {
        match self.started.get(&stage) {
            Some(started) => started.process.signal(signal),
            None => Ok(()),
        }
    }

    /// Signals all that run: the group, and those that have left it, as `timeout` and `setsid` do.
    ///
    /// # Errors
    /// As for one.
    pub(super) fn signal_all(
        &self,
        signal: Signal,
        is_running: impl Fn(usize) -> bool,
    ) -> io::Result<()> {
        let group = self.group();
        for (stage, Started { process, .. }) in &self.started {
            if is_running(*stage) && outsiders::group_of(process.pid()) != group {
                // They have just ended, at worst.
                let _ = process.signal_group(signal);
                let _ = process.signal(signal);
            }
        }
        match &self.leader {
            Some(leader) => leader.signal_group(signal),
            None => Ok(()),
        }
    }

    /// Ends what the processes have left behind in the lane's group, and gives the group's name up. Returns
    /// how many there were.
    pub(super) async fn end_leftovers(&mut self) -> u32 {
        let Some(leader) = self.leader.take() else {
            return 0;
        };
        let group = leader.pid();
        leader.reap().await;
        let (spot, censuses) = (&self.spot, &self.censuses);
        let count = outsiders::end_leftovers(group, spot, censuses, LEFTOVER_GRACE).await;
        if let Some(guard) = &self.guard {
            guard.forget(group);
        }
        count
    }

    fn group(&self) -> Option<Pid> {
        self.leader.as_ref().map(|leader| leader.pid())
    }
}
