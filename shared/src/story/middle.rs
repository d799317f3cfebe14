//! The second sentence: the most telling thing that happened on the way.
//!
//! The rules stand in the order of their rank, and the first that has something to say says it. What
//! is wrong comes before what is slow, and what is slow before what is only worth knowing.
//!
//! What a person holds back by a pace looks as if a program did, before and behind it. So no program is
//! blamed for a time in which anything of its lane was held back by hand.

use std::collections::{BTreeMap, BTreeSet};

use crate::chain::{OutputPort, WireMode};
use crate::ending::{Ending, StartFailure};
use crate::event::FlowEnd;

use super::facts::{Facts, StageKey};
use super::ran::count;
use super::{Amount, Sentence};
use crate::ordered;

/// Every rule, the highest rank first.
const RULES: [fn(&Facts<'_>) -> Option<Sentence>; 10] = [
    deadlock,
    could_not_start,
    held_open,
    holding_back,
    held_much_back,
    held_by_hand,
    bottleneck,
    funnel,
    most_processor,
    held_little_back,
];

/// What must come out of a stage for its holding back to be its own doing: less than that may only have
/// waited in the buffer that every program's standard output has.
const MUCH_BYTES: u64 = 8 << 10;
/// How long a stage must have taken in and given nothing before that is worth a word.
const HOLDING_US: u64 = 100_000;
/// The most that an input's end may be told late. Whoever writes as soon as its input has ended can be
/// heard before the end itself is; a share of the input's own time bounds it for quick ones.
const TOLD_LATE_US: u64 = 1_000;
/// The share of an input's time that is never taken for lateness, as its divisor.
const LATE_SHARE: u64 = 20;
/// A stage that was blocked for less is not worth naming, however short its life.
const BLOCKED_US: u64 = 1_000;
/// How many times less must come out for it to be a funnel.
const FUNNEL_RATIO: u64 = 10;
/// What must go in for it to be a funnel, as lines or else as bytes.
const FUNNEL_LINES: u64 = 100;
const FUNNEL_BYTES: u64 = 64 << 10;
/// What must have been used before it matters who did.
const PROCESSOR_US: u64 = 5_000;

pub(super) fn most_telling(facts: &Facts<'_>) -> Option<Sentence> {
    RULES.iter().find_map(|rule| rule(facts))
}

fn deadlock(facts: &Facts<'_>) -> Option<Sentence> {
    let (lane, waits) = facts.deadlock?;
    let waits = waits.to_vec();
    Some(Sentence::Deadlock { lane, waits })
}

fn could_not_start(facts: &Facts<'_>) -> Option<Sentence> {
    let mut failed = facts.stages.iter().filter_map(|(key, stage)| {
        let reason = start_failure(stage.ended?.1)?;
        Some((*key, reason))
    });
    let (first, reason) = failed.next()?;
    let others = failed
        .filter(|((_, stage), _)| *stage == first.1)
        .map(|((lane, _), _)| lane);
    let lanes = ordered::set(others.chain([first.0]));
    Some(Sentence::CouldNotStart {
        at: facts.at(first)?,
        failure: reason.clone(),
        lanes: count(lanes.len()),
    })
}

fn start_failure(ending: &Ending) -> Option<&StartFailure> {
    match ending {
        Ending::CouldNotStart { reason } => Some(reason),
        _ => None,
    }
}

fn held_open(facts: &Facts<'_>) -> Option<Sentence> {
    let (flow, pid, program) = facts.outsider?;
    let writer = facts.writer(flow)?;
    let (ended_us, _) = facts.stages.get(&writer)?.ended?;
    let closed = facts.flows.get(&flow).and_then(|flow| flow.ended);
    Some(Sentence::HeldOpen {
        at: facts.at(writer)?,
        program: program.clone(),
        pid,
        for_us: closed.map(|closed| closed.at_us.saturating_sub(ended_us)),
    })
}

fn holding_back(facts: &Facts<'_>) -> Option<Sentence> {
    if facts.over.is_some() {
        return None;
    }
    let (key, input) = facts.processes().find_map(|(key, stage)| {
        let input = Input::of(facts, key)?;
        let waits = stage.is_running() && output_began(facts, key) == Some(None);
        let by_hand = facts.held.in_lane(key.0, input.began_us, facts.last_us);
        let alone = facts.last_us.saturating_sub(input.began_us);
        let long = alone.saturating_sub(by_hand) >= HOLDING_US;
        (waits && long).then_some((key, input))
    })?;
    Some(Sentence::HoldingBack {
        at: facts.at(key)?,
        since_us: input.began_us,
        took: input.whole.map(|(_, took)| took),
    })
}

fn held_much_back(facts: &Facts<'_>) -> Option<Sentence> {
    held_back(facts, |_, out| out.is_none_or(|out| out.bytes > MUCH_BYTES))
}

fn held_little_back(facts: &Facts<'_>) -> Option<Sentence> {
    held_back(facts, |took, _| took.lines > 1)
}

/// The stage that held most back, among those of which what they took and gave is enough.
fn held_back(
    facts: &Facts<'_>,
    enough: impl Fn(Amount, Option<Amount>) -> bool,
) -> Option<Sentence> {
    let mut best: Option<(StageKey, u64, Amount)> = None;
    for (key, _) in facts.processes() {
        let Some((input, Some(out_us))) = Input::of(facts, key).zip(output_began(facts, key))
        else {
            continue;
        };
        let Some((ended_us, took)) = input.whole else {
            continue;
        };
        let span = ended_us.saturating_sub(input.began_us);
        let late = TOLD_LATE_US.min(span / LATE_SHARE);
        let by_hand = facts.held.in_lane(key.0, 0, out_us) > 0;
        let only_then = out_us >= ended_us.saturating_sub(late) && !by_hand;
        let is_more = best.is_none_or(|(_, _, most)| took.bytes > most.bytes);
        if only_then && is_more && enough(took, facts.came_out(key)) {
            best = Some((key, ended_us, took));
        }
    }
    let (key, until_us, took) = best?;
    Some(Sentence::HeldBack {
        at: facts.at(key)?,
        took,
        until_us,
    })
}

/// The input of a stage from its first byte on.
struct Input {
    began_us: u64,
    /// When it ended by itself and how much it was, once that can be told of all its wires.
    whole: Option<(u64, Amount)>,
}

impl Input {
    /// Nothing for a stage without wires into it, or one that no byte has reached.
    fn of(facts: &Facts<'_>, key: StageKey) -> Option<Self> {
        let flows: Vec<_> = facts.flows_into(key).collect();
        let began = flows.iter().flatten().filter_map(|flow| flow.began_us);
        let began_us = began.min()?;
        let ends = flows.iter().map(|flow| {
            let ended = flow.as_ref()?.ended?;
            let whole = ended.reason == FlowEnd::EndOfFile;
            Some((ended.at_us, ended.amount?)).filter(|_| whole)
        });
        let whole = ends.reduce(|sum, next| {
            let ((at_us, sum), (later_us, next)) = sum.zip(next)?;
            Some((at_us.max(later_us), sum.plus(next)))
        });
        Some(Self {
            began_us,
            whole: whole.flatten(),
        })
    }
}

/// Whether a stage has a standard output that is counted, and when its first byte came out there.
/// Nothing when that cannot be told.
fn output_began(facts: &Facts<'_>, key: StageKey) -> Option<Option<u64>> {
    let (_, place) = key;
    let stage = facts.chain.stages.get(place)?;
    let id = &stage.id;
    let mut wires = facts.chain.wires_from(id, OutputPort::Stdout);
    // The kernel carries a direct wire, and nobody hears of its first byte.
    if wires.any(|wire| wire.mode == WireMode::Direct) {
        return None;
    }
    let flows: Vec<_> = facts.flows_out_of(key).collect();
    let began = flows.iter().flatten().filter_map(|flow| flow.began_us);
    (!flows.is_empty()).then_some(began.min())
}

fn held_by_hand(facts: &Facts<'_>) -> Option<Sentence> {
    let longest = facts.held.longest()?;
    let of_us = facts.lane_us(longest.lane);
    let mostly = longest.held_us.saturating_mul(2) >= of_us;
    if !mostly || longest.held_us < HOLDING_US {
        return None;
    }
    Some(Sentence::HeldByHand {
        at: facts.at(facts.writer(longest.flow)?)?,
        held_us: longest.held_us,
        of_us,
        still: longest.still && facts.over.is_none(),
    })
}

/// A stage that stood blocked on one of its outputs for most of its life.
struct Blocked {
    key: StageKey,
    port: OutputPort,
    for_us: u64,
}

impl Blocked {
    /// The output on which a stage was blocked for longest; nothing if that was not for most of its life,
    /// or may have been somebody's pace.
    fn of(facts: &Facts<'_>, key: StageKey) -> Option<Self> {
        let stage = facts.stages.get(&key)?;
        let [out, err] = stage.blocked_us;
        let (port, for_us) = if err > out {
            (OutputPort::Stderr, err)
        } else {
            (OutputPort::Stdout, out)
        };
        let lived_us = stage.lived_us(facts.last_us);
        let by_hand = facts.held.in_lane(key.0, 0, facts.last_us);
        let alone = for_us.saturating_sub(by_hand);
        let tells = alone.saturating_mul(2) >= lived_us && alone >= BLOCKED_US;
        tells.then_some(Self { key, port, for_us })
    }
}

fn bottleneck(facts: &Facts<'_>) -> Option<Sentence> {
    let blocked = facts
        .processes()
        .filter_map(|(key, _)| Blocked::of(facts, key));
    // The first of several that are the same.
    let worst = blocked.reduce(|worst, next| {
        if next.for_us > worst.for_us {
            next
        } else {
            worst
        }
    })?;
    let (blocked, slow) = end_of_row(facts, worst)?;
    let of_us = facts.stages.get(&blocked.key)?.lived_us(facts.last_us);
    Some(Sentence::Bottleneck {
        at: facts.at(slow)?,
        blocked: facts.at(blocked.key)?.stage,
        blocked_us: blocked.for_us.min(of_us),
        of_us,
    })
}

/// Whoever is blocked passes it on to those before it: the slow one is at the end of the row, behind the
/// last that is blocked. Nothing where one of them has several readers: nobody can say which of them it was.
fn end_of_row(facts: &Facts<'_>, first: Blocked) -> Option<(Blocked, StageKey)> {
    let mut blocked = first;
    let mut seen = BTreeSet::new();
    loop {
        let (lane, stage) = blocked.key;
        seen.insert(stage);
        let mut readers = facts.readers(stage, blocked.port).into_iter();
        let (reader, None) = (readers.next()?, readers.next()) else {
            return None;
        };
        match Blocked::of(facts, (lane, reader)) {
            Some(next) if !seen.contains(&reader) => blocked = next,
            _ => return Some((blocked, (lane, reader))),
        }
    }
}

/// The stage that left most away, where its whole input passed and all of its output was counted.
fn funnel(facts: &Facts<'_>) -> Option<Sentence> {
    let mut best: Option<(StageKey, Amount, Amount)> = None;
    for (key, _) in facts.processes() {
        let Some((_, into)) = Input::of(facts, key).and_then(|input| input.whole) else {
            continue;
        };
        let Some(out) = facts.came_out(key) else {
            continue;
        };
        let narrows = |into: u64, out: u64| out.saturating_mul(FUNNEL_RATIO) <= into;
        let is_funnel = if into.lines >= FUNNEL_LINES {
            narrows(into.lines, out.lines)
        } else {
            into.bytes >= FUNNEL_BYTES && narrows(into.bytes, out.bytes)
        };
        let is_more = best.is_none_or(|(_, most, _)| into.bytes > most.bytes);
        if is_funnel && is_more {
            best = Some((key, into, out));
        }
    }
    let (key, into, out) = best?;
    Some(Sentence::Funnel {
        at: facts.at(key)?,
        into,
        out,
    })
}

fn most_processor(facts: &Facts<'_>) -> Option<Sentence> {
    let mut used: BTreeMap<usize, u64> = BTreeMap::new();
    for ((_, stage), of) in facts.processes() {
        let us = of.usage.map_or(0, |usage| usage.processor_us());
        let sum = used.entry(stage).or_default();
        *sum = sum.saturating_add(us);
    }
    let all_us = used.values().copied().fold(0, u64::saturating_add);
    let (stage, used_us) = used.iter().max_by_key(|(_, us)| **us)?;
    // With a single stage there is nothing to compare.
    let tells = used.len() > 1 && all_us >= PROCESSOR_US && used_us.saturating_mul(2) > all_us;
    tells.then(|| {
        let stage = facts.chain.stages.get(*stage)?.id.clone();
        Some(Sentence::MostProcessor {
            stage,
            used_us: *used_us,
            all_us,
        })
    })?
}

impl Amount {
    fn plus(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(other.bytes),
            lines: self.lines.saturating_add(other.lines),
        }
    }
}
