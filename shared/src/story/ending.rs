//! The third sentence: how it ended, or what still goes on.

use crate::ending::{Ending, Status};

use super::Sentence;
use super::facts::{Facts, StageKey};
use super::ran::count;

pub(super) fn how_it_ended(facts: &Facts<'_>, middle: Option<&Sentence>) -> Sentence {
    let Some(status) = facts.over else {
        return going_on(facts);
    };
    if let Some((limit, most)) = facts.limited {
        return Sentence::Limited { limit, most };
    }
    if let Some(after_ms) = facts.run_timed_out {
        return Sentence::TimedOut { after_ms };
    }
    if let Some(at_us) = facts.stopped_us {
        return Sentence::Stopped { at_us };
    }
    if matches!(middle, Some(Sentence::CouldNotStart { .. })) {
        return cancelled(facts, status);
    }
    failed(facts, status)
        .or_else(|| reader_left(facts, status))
        .unwrap_or(Sentence::AllFine {
            processes: count(facts.processes().count()),
        })
}

fn going_on(facts: &Facts<'_>) -> Sentence {
    let running = facts.processes().filter(|(_, stage)| stage.is_running());
    let ended = facts.processes().filter(|(_, stage)| stage.ended.is_some());
    Sentence::GoingOn {
        running: count(running.count()),
        ended: count(ended.count()),
    }
}

fn cancelled(facts: &Facts<'_>, status: Status) -> Sentence {
    let cancelled = endings(facts).filter(|(_, ending)| is_cancelled(ending));
    Sentence::Cancelled {
        stages: count(cancelled.count()),
        status,
    }
}

fn failed(facts: &Facts<'_>, status: Status) -> Option<Sentence> {
    let all: Vec<_> = endings(facts)
        .filter(|(_, ending)| !ending.is_fine())
        .collect();
    // Those that were only taken along with others are not the reason.
    let reasons = || all.iter().rev().filter(|(_, ending)| !is_cancelled(ending));
    let of_status = reasons().find(|(_, ending)| ending.shell_status() == status.pipefail);
    let (key, ending) = of_status.or_else(|| reasons().next()).or(all.last())?;
    let by_hand = match ending {
        Ending::Signaled { signal, .. } => facts.was_sent(*key, *signal),
        _ => false,
    };
    Some(Sentence::Failed {
        at: facts.at(*key)?,
        ending: (*ending).clone(),
        by_hand,
        others: count(all.len().saturating_sub(1)),
        status,
    })
}

fn reader_left(facts: &Facts<'_>, status: Status) -> Option<Sentence> {
    let left = || endings(facts).filter(|(_, ending)| is_reader_left(ending));
    let (key, _) = left().next()?;
    let reader = facts.reader_that_left(key);
    let fine = endings(facts).filter(|(key, ending)| {
        let is_process = facts.stages.get(key).is_some_and(|stage| stage.process);
        is_process && **ending == Ending::Exited { code: 0 }
    });
    Some(Sentence::ReaderLeft {
        at: facts.at(key)?,
        reader: reader.and_then(|reader| Some(facts.at((key.0, reader))?.stage)),
        also: count(left().count().saturating_sub(1)),
        fine: count(fine.count()),
        status,
    })
}

fn endings<'f>(facts: &'f Facts<'_>) -> impl Iterator<Item = (StageKey, &'f Ending)> {
    facts
        .stages
        .iter()
        .filter_map(|(key, stage)| Some((*key, stage.ended?.1)))
}

fn is_cancelled(ending: &Ending) -> bool {
    matches!(ending, Ending::Cancelled { .. })
}

fn is_reader_left(ending: &Ending) -> bool {
    matches!(
        ending,
        Ending::Signaled {
            reader_left: true,
            ..
        }
    )
}
