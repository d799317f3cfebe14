//! What processes write into a workspace has no bound by itself. So while runs go on, the workspace is looked at again and
//! again, and they are ended once it has grown beyond its bounds.
//!
//! Nobody can tell which run has written what, so all of that workspace end. Those that make it smaller, or leave it as it is,
//! do not: whoever is over the bound can still clean up. What cannot be counted counts as too much, since whoever hides files
//! makes just that; the page's own routes clean up then.

use std::sync::Weak;
use std::time::{Duration, Instant};

use pipeyard_shared::files::{Bounds, Used};
use pipeyard_shared::limits::LimitName;

use tokio::sync::watch;

use crate::session::Sessions;
use crate::workspace::{Counted, FileError, Workspace};

/// The time between two looks at least.
const BETWEEN: Duration = Duration::from_millis(250);
/// A look that takes long is followed by so many times as long without one.
const REST: u32 = 4;

/// Looks at this learner's workspace while runs of these sessions go on, until the sessions are gone.
pub(super) async fn watch(
    learner: Option<String>,
    sessions: Weak<Sessions>,
    mut begun: watch::Receiver<u64>,
    workspace: Workspace,
) {
    while begun.changed().await.is_ok() {
        let mut before: Option<Used> = None;
        let mut is_told = false;
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
            match look {
                Ok(Ok(counted)) => {
                    let before = before.get_or_insert(counted.used);
                    if let Some((limit, most)) = over(&counted, before, workspace.bounds()) {
                        for run in &active {
                            // One that is over needs no end.
                            let _ = run.end_at_limit(limit, most).await;
                        }
                    }
                    before.bytes = before.bytes.min(counted.used.bytes);
                    before.files = before.files.min(counted.used.files);
                }
                // The learner was removed, and what runs ends in a moment.
                Ok(Err(FileError::Nothing)) => {}
                // No descriptor is free, or no memory: whoever runs here need not have done that.
                Ok(Err(error)) if !is_told => {
                    is_told = true;
                    tracing::warn!(?error, learner, "a workspace cannot be looked at");
                }
                // Nothing new; or the runner ends.
                _ => {}
            }
            drop(active);
            tokio::time::sleep(BETWEEN.max(began.elapsed() * REST)).await;
        }
    }
}

/// The bound that a workspace has grown beyond.
fn over(counted: &Counted, before: &Used, bounds: &Bounds) -> Option<(LimitName, u64)> {
    let used = &counted.used;
    if used.bytes > bounds.workspace_bytes && used.bytes > before.bytes {
        return Some((LimitName::WorkspaceBytes, bounds.workspace_bytes));
    }
    let has_grown = used.files > bounds.workspace_files && used.files > before.files;
    let is_over = has_grown || !counted.is_whole;
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
        let counted = |now: (u64, u64), is_whole| Counted {
            used: used(now.0, now.1),
            is_whole,
        };
        let hidden = over(&counted((1, 1), false), &used(1, 1), &bounds);
        assert_eq!(hidden, Some((LimitName::WorkspaceFiles, 3)));
        let over = |now: (u64, u64), before: (u64, u64)| {
            over(&counted(now, true), &used(before.0, before.1), &bounds)
        };
        assert_eq!(over((10, 3), (0, 0)), None);
        assert_eq!(over((11, 3), (0, 0)), Some((LimitName::WorkspaceBytes, 10)));
        assert_eq!(over((9, 4), (9, 3)), Some((LimitName::WorkspaceFiles, 3)));
        assert_eq!(over((11, 4), (20, 9)), None, "somebody cleans up");
        assert_eq!(over((20, 9), (20, 9)), None, "it was so before");
    }
}
