//! A yard: what one person has on a runner. Whatever a request asks for is looked for in the yard that it was let into, and
//! a yard knows no other.

use std::sync::Arc;

use pipeyard_shared::limits::Limits;

use crate::engine::{Host, Means, Quota, Share};
use crate::lessons::{Ground, JUDGEMENTS, Judges, SOLUTION_TIME, Trials};
use crate::operation::Operation;
use crate::session::{Sessions, Sharing};
use crate::workspace::Workspace;

/// What solutions may keep on disk, apart from what the runs of sessions may: each as much as the next.
const JUDGED_DISK_BYTES: u64 = 64 << 20;

/// The sessions, the files and the answers of one person.
#[derive(Debug)]
pub struct Yard {
    /// The pages and their runs.
    pub sessions: Arc<Sessions>,
    /// The files.
    pub workspace: Workspace,
    /// Who judges answers to exercises.
    pub judges: Judges,
}

impl Yard {
    /// A yard in this workspace, whose runs run there.
    pub fn new(
        host: Host,
        limits: Limits,
        means: Means,
        workspace: Workspace,
        sharing: Sharing,
        operation: Arc<Operation>,
    ) -> Self {
        let busy = workspace.busy().clone();
        let sessions = Sessions::new(host, limits, means, busy, sharing, operation);
        let trials = Trials {
            ground: Ground::new(&sessions.host().workspace, workspace.is_ours()),
            host: sessions.host().clone(),
            means: Means {
                disk: Some(Quota::new(JUDGED_DISK_BYTES)),
                // A solution does not wait for the person's own lanes.
                turns: sessions.means().turns.as_ref().map(Share::another),
                ..sessions.means().clone()
            },
            limits: Limits {
                spill_bytes: JUDGED_DISK_BYTES / JUDGEMENTS as u64,
                ..sessions.limits().clone()
            },
            time: SOLUTION_TIME,
            ending: sessions.closing(),
        };
        Self {
            judges: Judges::new(trials),
            sessions,
            workspace,
        }
    }

    /// Ends everything, and returns once nothing is alive.
    pub async fn close(&self) {
        self.sessions.close().await;
        // Their runs belong to no session, and have been told by the sessions' closing.
        self.judges.close().await;
        let place = self.sessions.host().place.clone();
        // A pool that is gone has ended it.
        let _ = tokio::task::spawn_blocking(move || place.close()).await;
    }
}
