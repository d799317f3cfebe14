//! What processes write into a workspace has no bound by itself. So while runs go on, the workspace is looked at again and
//! again, and they are ended once it has grown beyond its bounds.
//!
//! Nobody can tell which run has written what, so all of that workspace end. Those that make it smaller, or leave it as it is,
//! do not: whoever is over the bound can still clean up.

use std::sync::Weak;
use std::time::{Duration, Instant};

use pipeyard_shared::files::{Bounds, Used};
use pipeyard_shared::limits::LimitName;

use tokio::sync::watch;

use crate::session::Sessions;
use crate::workspace::Workspace;

/// The time between two looks at least.
const BETWEEN: Duration = Duration::from_millis(250);
/// A look that takes long is followed by so many times as long without one.
const REST: u32 = 4;

/// Looks at a workspace while runs of these sessions go on, until the sessions are gone.
pub(super) async fn watch(
    sessions: Weak<Sessions>,
    mut begun: watch::Receiver<u64>,
    workspace: Workspace,
) {
    while begun.changed().await.is_ok() {
        let mut before: Option<Used> = None;
        loop {
            let Some(active) = sessions.upgrade().map(|sessions| sessions.active()) else {
                return;
            };
            if active.is_empty() {
                break;
            }
            let began = Instant::now();
            let looked_at = workspace.clone();
            let look = tokio::task::spawn_blocking(move || looked_at.used()).await;
            if let Ok(Ok(used)) = look {
                let before = before.get_or_insert(used);
                if let Some((limit, most)) = over(&used, before, workspace.bounds()) {
                    for run in &active {
                        // One that is over needs no end.
                        let _ = run.end_at_limit(limit, most).await;
                    }
                }
                before.bytes = before.bytes.min(used.bytes);
                before.files = before.files.min(used.files);
            }
            drop(active);
            tokio::time::sleep(BETWEEN.max(began.elapsed() * REST)).await;
        }
    }
}

/// The bound that a workspace has grown beyond.
fn over(used: &Used, before: &Used, bounds: &Bounds) -> Option<(LimitName, u64)> {
    if used.bytes > bounds.workspace_bytes && used.bytes > before.bytes {
        return Some((LimitName::WorkspaceBytes, bounds.workspace_bytes));
    }
    let is_over = used.files > bounds.workspace_files && used.files > before.files;
    is_over.then_some((LimitName::WorkspaceFiles, bounds.workspace_files))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_grows_is_ended() {
        let bounds = Bounds {
            workspace_bytes: 10,
            workspace_files: 3,
            upload_bytes: 10,
        };
        let used = |bytes, files| Used { bytes, files };
        let over = |now: (u64, u64), before: (u64, u64)| {
            over(&used(now.0, now.1), &used(before.0, before.1), &bounds)
        };
        assert_eq!(over((10, 3), (0, 0)), None);
        assert_eq!(over((11, 3), (0, 0)), Some((LimitName::WorkspaceBytes, 10)));
        assert_eq!(over((9, 4), (9, 3)), Some((LimitName::WorkspaceFiles, 3)));
        assert_eq!(over((11, 4), (20, 9)), None, "somebody cleans up");
        assert_eq!(over((20, 9), (20, 9)), None, "it was so before");
    }
}
