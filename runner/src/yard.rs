//! A yard: what one person has on a runner. Whatever a request asks for is looked for in the yard that it was let into, and
//! a yard knows no other.

mod growth;
mod share;

use std::sync::Arc;

use pipeyard_shared::limits::Limits;
use pipeyard_shared::message::ByeReason;

use crate::engine::{Host, Means, Memory, Quota, Share};
use crate::learners::LearnerName;
use crate::lessons::{Ground, Judges, SOLUTION_TIME, Trials, Turns};
use crate::operation::Operation;
use crate::places::Places;
use crate::session::{SessionBounds, Sessions, Sharing};
use crate::workspace::Workspace;
pub use share::LinkShare;

/// What solutions may keep on disk, apart from what the runs of sessions may: each as much as the next.
const JUDGED_DISK_BYTES: u64 = 64 << 20;

/// Bodies of more than 64 KiB of one person's that are held while they come: the limit `large-bodies-each`.
const LARGE_BODIES_EACH: u64 = 4;
/// The same of everybody: the limit `large-bodies`.
pub const LARGE_BODIES: u64 = 32;

/// The sessions, the files and the answers of one person.
#[derive(Debug)]
pub struct Yard {
    /// The pages and their runs.
    pub sessions: Arc<Sessions>,
    /// The files.
    pub workspace: Workspace,
    /// Who judges answers to exercises.
    pub judges: Judges,
    /// The places of pages, those of everybody together.
    pub connections: Places,
    /// How many of them this person may have, where that is bounded.
    pub own_connections: Option<Places>,
    /// The places of large bodies, those of everybody together.
    pub bodies: Places,
    /// Those of this person.
    pub own_bodies: Places,
    /// The share of the store of short links; nothing where all of it is this person's.
    pub links: Option<LinkShare>,
}

/// What holds for a yard.
#[derive(Clone, Debug)]
pub struct YardBounds {
    /// For its sessions.
    pub sessions: SessionBounds,
    /// Pages of everybody connected at once.
    pub connections: Places,
    /// Pages of this person connected at once, where that is bounded.
    pub connections_each: Option<u64>,
    /// Large bodies of everybody that come at once.
    pub bodies: Places,
    /// Its answers that are judged at once.
    pub judgements: u32,
    /// Those of all yards together.
    pub judgements_all: Turns,
}

impl Yard {
    /// The operator's yard in this workspace, whose runs run there. It needs a reactor.
    pub fn new(
        host: Host,
        bounds: YardBounds,
        means: Means,
        workspace: Workspace,
        links: Option<LinkShare>,
        operation: Arc<Operation>,
    ) -> Self {
        Self::of(None, host, bounds, means, workspace, links, operation)
    }

    /// That of the learner of this name, likewise.
    pub(crate) fn of(
        learner: Option<&LearnerName>,
        host: Host,
        bounds: YardBounds,
        means: Means,
        workspace: Workspace,
        links: Option<LinkShare>,
        operation: Arc<Operation>,
    ) -> Self {
        let YardBounds {
            sessions,
            connections,
            connections_each,
            bodies,
            judgements,
            judgements_all,
        } = bounds;
        let judgements = Turns::new("judgements", judgements);
        let is_shared = sessions.sharing == Sharing::Together;
        let busy = workspace.busy().clone();
        let learner = learner.map(ToString::to_string);
        let sessions = Sessions::new(learner.clone(), host, sessions, means, busy, operation);
        if is_shared {
            let watched = Arc::downgrade(&sessions);
            let begun = sessions.begun();
            tokio::spawn(growth::watch(learner, watched, begun, workspace.clone()));
        }
        let means = sessions.means();
        let trials = Trials {
            ground: Ground::new(&sessions.host().workspace, workspace.is_ours()),
            host: sessions.host().clone(),
            means: Means {
                disk: Some(judged_disk(means, is_shared)),
                // A solution does not wait for the person's own lanes.
                turns: means.turns.as_ref().map(Share::another),
                // Nor is it refused because of what is kept of their runs.
                memory: means.memory.as_ref().map(Memory::another),
                ..means.clone()
            },
            limits: Limits {
                spill_bytes: JUDGED_DISK_BYTES / u64::from(judgements.most()),
                ..sessions.limits().clone()
            },
            time: SOLUTION_TIME,
            ending: sessions.closing(),
        };
        Self {
            judges: Judges::new(trials, judgements, judgements_all),
            sessions,
            workspace,
            connections,
            own_connections: connections_each.map(Places::of),
            bodies,
            own_bodies: Places::of(LARGE_BODIES_EACH),
            links,
        }
    }

    /// Ends everything, tells pages why, and returns once nothing is alive.
    pub async fn close(&self, why: ByeReason) {
        self.sessions.close(why).await;
        // Their runs belong to no session, and have been told by the sessions' closing.
        self.judges.close().await;
        self.sessions.host().place.close().await;
    }
}

/// Room for what solutions write: a learner's own, where there is such a share.
fn judged_disk(means: &Means, is_shared: bool) -> Quota {
    match &means.disk {
        Some(disk) if is_shared => disk.part(JUDGED_DISK_BYTES),
        _ => Quota::new(JUDGED_DISK_BYTES),
    }
}
