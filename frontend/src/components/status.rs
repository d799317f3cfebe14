//! A stage's state in words, all lanes together.

pub(super) mod doing;

use pipeyard_shared::chain::{OutputPort, StageKind, Stdin, Wire};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::words;

use crate::desk::Desk;
use crate::format;
use crate::runs::{Run, StageRun, StageState};

/// What a card says of its stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Status {
    /// The word for `data-state`: `idle` when no run knows the stage.
    pub(super) state: &'static str,
    /// The word for `data-doing`, while it runs.
    pub(super) doing: Option<&'static str>,
    /// A glyph that says the same as the colour.
    pub(super) glyph: &'static str,
    /// The state in a few words.
    pub(super) word: String,
    /// What else there is to know, part by part.
    pub(super) details: Vec<String>,
    /// A sentence for which the line of the state has no room: what tells most.
    pub(super) tag: Option<String>,
    /// What it means and what to do about it.
    pub(super) hint: Option<String>,
}

/// The states of a stage, lane by lane; empty when the run does not have it.
pub(super) fn states(run: &Run, stage: usize) -> Vec<StageState> {
    let stages = run.lanes.iter().filter_map(|lane| lane.stages.get(stage));
    stages.map(StageRun::state).collect()
}

/// The state of a stage of a run.
pub(super) fn of(desk: &Desk, run: &Run, stage: usize, now_us: u64) -> Status {
    let lanes: Vec<&StageRun> = run
        .lanes
        .iter()
        .filter_map(|lane| lane.stages.get(stage))
        .collect();
    let count = |state| lanes.iter().filter(|lane| lane.state() == state).count();
    let (running, failed) = (count(StageState::Running), count(StageState::Failed));
    let waiting = count(StageState::Waiting);
    let ended = failed + count(StageState::Fine);
    let has_process = run.chain.stages[stage].starts_process();
    let mut status = if running > 0 {
        moving(desk, run, stage, &lanes, [running, ended, waiting], now_us)
    } else if ended == 0 {
        Status {
            state: StageState::Waiting.word(),
            glyph: "◌",
            word: desk.words.waiting_to_start.to_owned(),
            ..Status::default()
        }
    } else {
        over(desk, run, stage, &lanes, failed > 0, waiting)
    };
    if !has_process {
        carried(desk, run, stage, &mut status, failed == 0);
    }
    status
}

/// The state of a stage that no run knows.
pub(super) fn idle(desk: &Desk) -> Status {
    Status {
        state: "idle",
        glyph: "○",
        word: desk.words.not_run_yet.to_owned(),
        ..Status::default()
    }
}

fn moving(
    desk: &Desk,
    run: &Run,
    stage: usize,
    lanes: &[&StageRun],
    [running, ended, waiting]: [usize; 3],
    now_us: u64,
) -> Status {
    let known = &run.chain.stages[stage];
    let typed = known
        .setup()
        .is_some_and(|setup| setup.stdin == Stdin::Typed);
    let told = doing::telling(lanes.iter().filter_map(|lane| lane.doing()));
    let said = told.map(|told| {
        let word = doing::word(desk, told.doing);
        if told.lanes < told.of {
            (desk.words.watch.some_lanes)(told.lanes, told.of, &word)
        } else {
            word
        }
    });
    // What matters most comes first: a narrow card leaves out what does not fit.
    let mut details = Vec::new();
    if typed {
        details.push(desk.words.type_into_it.to_owned());
    }
    details.extend(told.and_then(|told| doing::port(told.doing)));
    let (input, tag) = doing::held_back(desk, run, stage);
    details.extend(input.filter(|_| !typed));
    if lanes.len() == 1 {
        details.extend(lanes[0].pid.map(|pid| format!("pid {pid}")));
        details.extend(lanes[0].lasted_us(now_us).map(format::span));
    } else {
        details.push((desk.words.lanes_running)(running, ended, waiting));
    }
    let doing = told.map(|told| told.doing);
    Status {
        state: StageState::Running.word(),
        doing: doing.map(doing::attribute),
        glyph: doing.map_or("", doing::glyph),
        word: said.unwrap_or_else(|| desk.words.running.to_owned()),
        details,
        tag,
        hint: doing.and_then(|doing| doing::hint(desk, doing)),
    }
}

fn over(
    desk: &Desk,
    run: &Run,
    stage: usize,
    lanes: &[&StageRun],
    failed: bool,
    waiting: usize,
) -> Status {
    let mut kinds: Vec<(String, usize, &Ending)> = Vec::new();
    for ending in lanes.iter().filter_map(|lane| lane.ending.as_ref()) {
        // The card has no room for a sentence: the time stands behind the word.
        let word = match ending {
            Ending::TimedOut { .. } => desk.words.timed_out.to_owned(),
            ending => words::ending(desk.language, ending),
        };
        match kinds.iter_mut().find(|(known, _, _)| *known == word) {
            Some((_, count, _)) => *count += 1,
            None => kinds.push((word, 1, ending)),
        }
    }
    // The worst first: what failed matters more than what went well.
    let (mut kinds, fine): (Vec<_>, Vec<_>) = kinds
        .into_iter()
        .partition(|(_, _, ending)| !ending.is_fine());
    kinds.extend(fine);
    let several = kinds.len() > 1;
    let mut spoken = kinds.iter().map(|(word, count, _)| {
        if several {
            format!("{word} ×{count}")
        } else {
            word.clone()
        }
    });
    let word = spoken.next().unwrap_or_default();
    let mut details: Vec<String> = spoken.collect();
    if let Some((_, _, Ending::TimedOut { after_ms, .. })) = kinds.first() {
        details.insert(0, words::milliseconds(*after_ms));
    }
    let left = kinds.iter().any(|(_, _, ending)| {
        matches!(
            ending,
            Ending::Signaled {
                reader_left: true,
                ..
            }
        )
    });
    let mut tag = None;
    if left {
        match doing::who_left(run, stage) {
            Some((reader, true)) => tag = Some((desk.words.watch.left_failing)(&reader)),
            Some((reader, false)) => {
                details.push(desk.words.normal.to_owned());
                tag = Some((desk.words.watch.left_early)(&reader));
            }
            None => details.push(desk.words.reader_left_short.to_owned()),
        }
    }
    if waiting > 0 {
        details.push((desk.words.lanes_waiting)(waiting));
    }
    let longest = lanes.iter().filter_map(|lane| lane.lasted_us(0)).max();
    let peak = lanes
        .iter()
        .filter_map(|lane| lane.usage)
        // A mere bound is the runner's own figure and says nothing about the program.
        .filter(|usage| !usage.peak_is_bound)
        .map(|usage| usage.peak_kib)
        .max();
    if lanes.iter().any(|lane| lane.usage.is_some()) {
        details.extend(longest.map(format::span));
        details.extend(peak.filter(|peak| *peak > 0).map(format::memory));
    }
    let hint = kinds
        .first()
        .and_then(|(_, _, ending)| words::ending_hint(desk.language, ending));
    let state = if failed {
        StageState::Failed
    } else {
        StageState::Fine
    };
    Status {
        state: state.word(),
        glyph: "",
        word,
        details,
        tag,
        hint,
        ..Status::default()
    }
}

/// Stages without a process have no status to speak of: what matters is what they gave or took.
fn carried(desk: &Desk, run: &Run, stage: usize, status: &mut Status, well: bool) {
    let known = &run.chain.stages[stage];
    let gives = known.has_output(OutputPort::Stdout);
    let own = |wire: &&Wire| {
        if gives {
            wire.from.stage == known.id
        } else {
            wire.to.stage == known.id
        }
    };
    if run
        .chain
        .wires
        .iter()
        .filter(own)
        .any(|wire| desk.veils(&wire.id))
    {
        // It would answer the wire's question.
        return;
    }
    let bytes: u64 = run
        .chain
        .wires
        .iter()
        .filter(own)
        .map(|wire| run.total_at(&FlowPoint::Wire(wire.id.clone())).bytes)
        .sum();
    if !well || status.state == StageState::Waiting.word() {
        return;
    }
    let bytes = format::bytes(bytes);
    status.word = match (&known.kind, gives) {
        (StageKind::Discard, _) => (desk.words.bytes_discarded)(&bytes),
        (_, true) => (desk.words.bytes_given)(&bytes),
        (_, false) => (desk.words.bytes_taken)(&bytes),
    };
}
