use super::*;
use crate::engine::{Host, Reach, plan};
use pipeyard_shared::chain::Stage;
use pipeyard_shared::limits::Limits;

/// As often as it takes for one of two steps to come between another's two.
const RUNS: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_reads_the_last_event_finds_the_result() {
    let folder = tempfile::tempdir().expect("a directory");
    let host = Host::here(folder.path().to_owned(), Reach::Workspace);
    for _ in 0..RUNS {
        let chain = Chain::of_stages("", vec![Stage::process("a", "true", [])]);
        let plan = plan(chain, &host, &Limits::default()).expect("sound");
        let run = start(plan, Outlets::kept(), Means::default());
        let log = run.log().clone();
        // Without a wait, as near to the last event as can be.
        let is_told = move || {
            let last = log.count().borrow().saturating_sub(1);
            let told = log.read(last, 1);
            matches!(told.first(), Some(told) if matches!(told.event, Event::RunEnded { .. }))
        };
        while !is_told() {
            tokio::task::yield_now().await;
        }
        assert!(
            run.result().is_some(),
            "its end is told, and it is not over"
        );
    }
}
