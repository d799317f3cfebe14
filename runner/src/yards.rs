//! The yards of a runner: the operator's, and one for each learner who is in the room.
//!
//! A learner's yard is opened when he comes and closed once he has no session any more; what is on disk stays.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pipeyard_shared::files::Bounds;
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::ByeReason;

use crate::engine::{Censuses, Host, Means, Planning, Quota, Share};
use crate::learners::{LearnerName, Learners, Who};
use crate::operation::Operation;
use crate::workspace::{self, Workspace};
use crate::yard::{LinkShare, Yard, YardBounds};

/// How often it is looked who has gone. Whoever was removed runs nothing after this time.
const ROUND: Duration = Duration::from_secs(1);
/// Flows of a learner that may have more kept of them than their previews hold.
const FLOWS_EACH: u64 = Quota::DISK_FLOWS / 8;
/// After so many rounds it is noted who is here, and looked who has not been for long.
const ROUNDS_OF_A_CENSUS: u32 = 600;

type Open = HashMap<LearnerName, Arc<Yard>>;

/// All yards of a runner.
#[derive(Debug)]
pub struct Yards {
    operator: Arc<Yard>,
    classroom: Option<Classroom>,
    operation: Arc<Operation>,
    /// Nothing once the runner is ending: no more are opened.
    open: Mutex<Option<Open>>,
}

/// What learners' yards are made of.
#[derive(Debug)]
pub struct Classroom {
    /// Who they are.
    pub learners: Learners,
    /// Where their runs run, but for the directory.
    pub host: Host,
    /// What holds for each.
    pub bounds: YardBounds,
    /// What their runs are lent.
    pub means: Means,
    /// What holds for the files of each.
    pub files: Bounds,
    /// Bytes that the runs of each may keep on disk.
    pub disk_each: u64,
    /// Chains of each that are planned, or wait for that.
    pub plans: u64,
    /// Bytes of memory that the runs of each may have.
    pub memory_each: u64,
    /// Bytes that the short links of each may have.
    pub links_each: u64,
}

impl Yards {
    /// The operator's, and learners' if there is a classroom.
    pub fn new(
        operator: Yard,
        classroom: Option<Classroom>,
        operation: Arc<Operation>,
    ) -> Arc<Self> {
        Arc::new(Self {
            operator: Arc::new(operator),
            classroom,
            operation,
            open: Mutex::new(Some(HashMap::new())),
        })
    }

    /// The operator's.
    pub fn operator(&self) -> &Arc<Yard> {
        &self.operator
    }

    /// What goes on in all of them.
    pub fn operation(&self) -> &Arc<Operation> {
        &self.operation
    }

    /// How many sessions there are in all of them.
    pub fn sessions(&self) -> usize {
        let open = self.lock();
        let learners = open.iter().flatten().map(|(_, yard)| yard.sessions.count());
        self.operator.sessions.count() + learners.sum::<usize>()
    }

    /// The learners, if any may come.
    pub fn learners(&self) -> Option<&Learners> {
        self.classroom.as_ref().map(|room| &room.learners)
    }

    /// The yard of whoever was let in. A learner's is opened if it is not.
    ///
    /// # Errors
    /// The system's, when a learner's files cannot be made.
    pub async fn of(self: &Arc<Self>, who: Who) -> io::Result<Arc<Yard>> {
        let name = match who {
            Who::Operator => return Ok(self.operator.clone()),
            Who::Learner(name) => name,
        };
        if let Some(open) = self.lock().as_ref().and_then(|open| open.get(&name)) {
            return Ok(open.clone());
        }
        let yards = self.clone();
        let opening = tokio::task::spawn_blocking(move || yards.open(name));
        opening.await.map_err(io::Error::other)?
    }

    fn open(&self, name: LearnerName) -> io::Result<Arc<Yard>> {
        let room = self.classroom.as_ref();
        let room = room.ok_or_else(|| io::Error::other("there is no classroom"))?;
        room.learners.come_back(&name)?;
        let folder = room.learners.folder(&name);
        // Whoever was removed since then is not made anew; and whoever is removed from now on is found by the next round.
        let place = workspace::within(&folder)?;
        let links = folder.join("links");
        let workspace = Workspace::learners(place, room.files);
        let host = room.host.at(workspace.directory().to_owned());
        // Another request may have been faster: the first one's holds, and who comes later finds it.
        let mut open = self.lock();
        let open = open.as_mut();
        let open = open.ok_or_else(|| io::Error::other("the runner is ending"))?;
        let yard = open.entry(name.clone()).or_insert_with(|| {
            let (disk, memory) = (room.means.disk.as_ref(), room.means.memory.as_ref());
            let means = Means {
                turns: room.means.turns.as_ref().map(Share::another),
                planning: Planning::new(room.plans),
                censuses: Censuses::default(),
                memory: memory.map(|all| all.part(LimitName::RunMemoryEach, room.memory_each)),
                disk: disk.map(|disk| disk.part_for_flows(room.disk_each, FLOWS_EACH)),
                ..room.means.clone()
            };
            let bounds = room.bounds.clone();
            let links = Some(LinkShare::new(links, room.links_each));
            let operation = self.operation.clone();
            let learner = Some(&name);
            let yard = Yard::of(learner, host, bounds, means, workspace, links, operation);
            Arc::new(yard)
        });
        Ok(yard.clone())
    }

    /// Closes the yards of those who have gone, again and again.
    pub async fn keep_house(self: Arc<Self>) {
        let Some(room) = &self.classroom else { return };
        let mut rounds = 0_u32;
        loop {
            let learners = room.learners.clone();
            if rounds.is_multiple_of(ROUNDS_OF_A_CENSUS) {
                let here: Vec<_> = self
                    .lock()
                    .iter()
                    .flatten()
                    .map(|(name, _)| name.clone())
                    .collect();
                let counted = tokio::task::spawn_blocking(move || {
                    for name in &here {
                        // One that was removed just now is found below.
                        let _ = learners.touch(name);
                    }
                    learners.remove_unused(&|name| here.contains(name))
                });
                if let Ok(Err(error)) = counted.await {
                    tracing::warn!(%error, "learners who are long gone could not be removed");
                }
            }
            rounds = rounds.wrapping_add(1);
            let yards = self.clone();
            let gone = tokio::task::spawn_blocking(move || yards.take_gone()).await;
            for yard in gone.unwrap_or_default() {
                let learners = room.learners.clone();
                tokio::spawn(async move {
                    yard.close(ByeReason::Removed).await;
                    // What ran there may have kept whoever removed the learner from removing all of it.
                    let cleared = tokio::task::spawn_blocking(move || learners.clear_left());
                    if let Ok(Err(error)) = cleared.await {
                        tracing::warn!(%error, "what is left of a learner could not be removed");
                    }
                });
            }
            tokio::time::sleep(ROUND).await;
        }
    }

    /// The yards of learners who were removed, which must end, and forgets those that nobody uses. It waits for the disk, and
    /// nobody waits for it meanwhile.
    fn take_gone(&self) -> Vec<Arc<Yard>> {
        let Some(room) = &self.classroom else {
            return Vec::new();
        };
        let mut names: Vec<_> = {
            let open = self.lock();
            open.iter()
                .flatten()
                .map(|(name, _)| name.clone())
                .collect()
        };
        // Nobody comes back who is gone, so this is still true below.
        names.retain(|name| room.learners.is_gone(name));
        let mut gone = Vec::new();
        let mut open = self.lock();
        let Some(open) = open.as_mut() else {
            return gone;
        };
        open.retain(|name, yard| {
            if names.contains(name) {
                gone.push(yard.clone());
                return false;
            }
            // Whoever else has it got it under this lock.
            Arc::strong_count(yard) > 1 || !yard.sessions.is_empty()
        });
        gone
    }

    /// Ends everything in all of them, and returns once nothing is alive.
    pub async fn close(&self) {
        let open: Vec<_> = self
            .lock()
            .take()
            .into_iter()
            .flatten()
            .map(|(_, yard)| yard)
            .collect();
        let all = open.iter().chain([&self.operator]);
        futures_util::future::join_all(all.map(|yard| yard.close(ByeReason::ShuttingDown))).await;
    }

    /// A panic elsewhere leaves the map whole, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
