//! The first sentence: what ran, and how much of it side by side.

use super::Sentence;
use super::facts::Facts;

pub(super) fn what_ran(facts: &Facts<'_>) -> Sentence {
    let over = facts.over.is_some();
    let now = facts.last_us;
    let took_us = now;
    if facts.lanes.len() > 1 {
        let lanes = || {
            let lanes = facts.lanes.values();
            lanes.map(|(began, ended)| (*began, ended.unwrap_or(now)))
        };
        return Sentence::Lanes {
            lanes: count(facts.lanes.len()),
            at_once: at_once(lanes()),
            took_us,
            work_us: facts.work_us,
            over,
        };
    }
    let processes = || {
        let processes = facts.processes();
        processes.filter_map(|(_, stage)| {
            let began = stage.started_us?;
            Some((began, stage.ended.map_or(now, |(at_us, _)| at_us)))
        })
    };
    match count(processes().count()) {
        0 => Sentence::NoProcess { over },
        processes_count => Sentence::Processes {
            processes: processes_count,
            at_once: at_once(processes()),
            took_us,
            over,
        },
    }
}

pub(super) fn count(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The most spans that have an instant in common. One that ends as another begins has none with it.
fn at_once(spans: impl Iterator<Item = (u64, u64)>) -> u32 {
    let mut changes: Vec<(u64, bool)> = spans
        .flat_map(|(began, ended)| [(began, true), (ended.max(began.saturating_add(1)), false)])
        .collect();
    changes.sort_unstable();
    let mut alive = 0_u32;
    let mut most = 0;
    for (_, begins) in changes {
        if begins {
            alive = alive.saturating_add(1);
            most = most.max(alive);
        } else {
            alive = alive.saturating_sub(1);
        }
    }
    most
}
