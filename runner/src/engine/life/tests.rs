//! All interleavings of small lanes: whatever the order in which the world answers, the rules hold.

use std::collections::BTreeSet;

use pipeyard_shared::ending::{StartCause, StartFailure, Usage};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::id::LaneNumber;
use proptest::prelude::*;

use super::*;
use crate::system::ExitHow;

/// A simple world: it answers effects, in whatever order the test draws.
struct World {
    life: Life,
    pending: Vec<Happened>,
    told: Vec<Event>,
    now_us: u64,
    running: BTreeSet<usize>,
    /// Stages that end only by KILL.
    stubborn: BTreeSet<usize>,
    finished: Option<Status>,
    fails_at: Option<usize>,
    relayed: bool,
}

const STAGES: usize = 3;

fn spec(relayed: bool) -> Spec {
    let stage = |place: usize| StageSpec {
        id: format!("s{place}").as_str().into(),
        process: true,
        timeout: (place == 1).then(|| Duration::from_millis(50)),
        relays: usize::from(relayed),
    };
    let flow = |from: usize| FlowSpec {
        id: FlowId(from as u32),
        from,
        to: (from + 1 < STAGES).then_some(from + 1),
        relayed,
    };
    Spec {
        lane: LaneNumber::FIRST,
        stages: (0..STAGES).map(stage).collect(),
        flows: (0..STAGES).map(flow).collect(),
    }
}

impl World {
    fn new(relayed: bool, fails_at: Option<usize>, stubborn: BTreeSet<usize>) -> Self {
        let mut world = Self {
            life: Life::new(spec(relayed)),
            pending: Vec::new(),
            told: Vec::new(),
            now_us: 0,
            running: BTreeSet::new(),
            stubborn,
            finished: None,
            fails_at,
            relayed,
        };
        let effects = world.life.begin(0);
        world.obey(effects);
        world
    }

    fn exit(&mut self, stage: usize, how: ExitHow) {
        if self.running.remove(&stage) {
            let usage = Usage::default();
            let exit = Exit { how, usage };
            self.pending.push(Happened::Exited {
                stage,
                exit,
                limit: None,
            });
            self.end_flow(stage);
        }
    }

    fn end_flow(&mut self, stage: usize) {
        if self.relayed {
            let meter = Meter {
                flow: FlowId(stage as u32),
                bytes: 1,
                lines: Some(1),
                waiting: None,
                room: None,
            };
            self.pending.push(Happened::FlowEnded {
                flow: stage,
                reason: FlowEnd::EndOfFile,
                meter,
                kept: None,
                failed: None,
            });
            self.pending.push(Happened::Drained { stage });
        }
    }

    fn obey(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            assert!(
                self.finished.is_none(),
                "nothing is done after the last word"
            );
            match effect {
                Effect::Start(stage) if self.fails_at == Some(stage) => {
                    let failure = StartFailure {
                        program: "p".into(),
                        cause: StartCause::NotFound,
                        error: String::new(),
                        limit: None,
                    };
                    self.pending
                        .push(Happened::CouldNotStart { stage, failure });
                }
                Effect::Start(stage) => {
                    self.running.insert(stage);
                    let pid = Some(stage as u32 + 100);
                    self.pending.push(Happened::Started { stage, pid });
                }
                Effect::Signal(target, signal) => {
                    let stages: Vec<usize> = match target {
                        Target::Stage(stage) => vec![stage],
                        Target::Lane => self.running.iter().copied().collect(),
                    };
                    for stage in stages {
                        let obeys = match signal {
                            Signal::KILL => true,
                            Signal::TERM => !self.stubborn.contains(&stage),
                            _ => false,
                        };
                        if obeys {
                            let core = false;
                            self.exit(stage, ExitHow::Signal { signal, core });
                        }
                    }
                }
                Effect::Arm(timer, _) => self.pending.push(Happened::TimerFired(timer)),
                Effect::EndLeftovers => {
                    self.pending.push(Happened::LeftoversEnded { count: 0 });
                }
                Effect::Tell { event, .. } => self.told.push(event),
                Effect::Finish(status) => self.finished = Some(status),
                // The relays of stages that never started find closed pipes.
                Effect::StartRelays => {
                    for stage in 0..STAGES {
                        if !self.life.stages[stage].started {
                            self.end_flow(stage);
                        }
                    }
                }
                // What the relays are asked changes only when they answer, which the test draws anyway.
                Effect::ReportWhenEmpty(_)
                | Effect::EndWhenEmpty(_)
                | Effect::LetGo { .. }
                | Effect::CancelInputs
                | Effect::FindHolders(_) => {}
            }
        }
    }

    /// Lets one of the things that can happen next happen.
    fn step(&mut self, choice: usize) {
        // A stage that is left alone ends by itself in the end.
        if self.pending.is_empty() {
            let Some(stage) = self.running.first().copied() else {
                return;
            };
            self.exit(stage, ExitHow::Code(stage as i32));
            return;
        }
        // Starts are answered at once by the driver, before anything else is heard.
        let starting = |happened: &Happened| {
            matches!(
                happened,
                Happened::Started { .. } | Happened::CouldNotStart { .. }
            )
        };
        let place = match self.pending.iter().position(starting) {
            Some(place) => place,
            None => choice % self.pending.len(),
        };
        let happened = self.pending.remove(place);
        self.now_us += 1;
        let effects = self.life.on(self.now_us, happened);
        self.obey(effects);
    }

    fn endings(&self) -> Vec<(&str, &Ending)> {
        let ended = self.told.iter().filter_map(|event| match event {
            Event::StageEnded { stage, ending, .. } => Some((stage.as_str(), ending)),
            _ => None,
        });
        ended.collect()
    }
}

fn run(mut world: World, choices: &[usize], stop_at: Option<usize>) -> World {
    for step in 0..1_000 {
        if world.finished.is_some() {
            return world;
        }
        if Some(step) == stop_at {
            world.pending.push(Happened::StopAsked);
        }
        let choice = choices.get(step).copied().unwrap_or(0);
        world.step(choice);
    }
    panic!("the lane never ended: {:?}", world.told);
}

proptest! {
    #[test]
    fn every_lane_ends_and_tells_each_thing_once(
        relayed: bool,
        fails_at in proptest::option::of(0..STAGES),
        stubborn in proptest::collection::btree_set(0..STAGES, 0..STAGES),
        choices in proptest::collection::vec(0usize..16, 0..60),
        stop_at in proptest::option::of(0usize..20),
    ) {
        let world = run(World::new(relayed, fails_at, stubborn), &choices, stop_at);
        prop_assert!(world.running.is_empty(), "a process outlived its lane");
        let endings = world.endings();
        prop_assert_eq!(endings.len(), STAGES, "each stage ends once: {:?}", endings);
        let flows = world.told.iter().filter(|event| matches!(event, Event::FlowEnded { .. }));
        prop_assert_eq!(flows.count(), STAGES, "each flow ends once: {:?}", world.told);
        let begins = matches!(world.told.first(), Some(Event::LaneStarted { .. }));
        let ends = matches!(world.told.last(), Some(Event::LaneEnded { .. }));
        prop_assert!(begins && ends, "{:?}", world.told);
        for stage in 0..STAGES {
            let id = format!("s{stage}");
            let place = |wanted: &dyn Fn(&Event) -> bool| world.told.iter().position(wanted);
            let started = place(&|event| matches!(event, Event::StageStarted { stage, .. } if stage.as_str() == id));
            let ended = place(&|event| matches!(event, Event::StageEnded { stage, .. } if stage.as_str() == id));
            if let Some(started) = started {
                prop_assert!(ended > Some(started), "{} ended before it started", id);
            }
        }
        if let Some(failed) = fails_at && stop_at.is_none() {
            let name = format!("s{failed}");
            let culprit = endings.iter().find(|(stage, _)| *stage == name);
            let could_not = matches!(culprit, Some((_, Ending::CouldNotStart { .. })));
            prop_assert!(could_not, "{:?}", culprit);
            for later in failed + 1..STAGES {
                let name = format!("s{later}");
                let ending = endings.iter().find(|(stage, _)| *stage == name);
                let cancelled = matches!(ending, Some((_, Ending::Cancelled { signal: None })));
                prop_assert!(cancelled, "{:?}", ending);
            }
        }
    }
}

proptest! {
    /// All processes end at once, whatever was going on. Each is told as cancelled, and nobody is signalled who is gone.
    #[test]
    fn with_its_sandbox_a_lane_ends(
        relayed: bool,
        before in proptest::collection::vec(0usize..16, 0..12),
        choices in proptest::collection::vec(0usize..16, 0..60),
    ) {
        let mut world = World::new(relayed, None, BTreeSet::new());
        for choice in before {
            if world.life.phase != Phase::Running || world.finished.is_some() {
                break;
            }
            world.step(choice);
        }
        // Starts are answered before anything else is heard.
        while world.pending.iter().any(|happened| matches!(happened, Happened::Started { .. })) {
            world.step(0);
        }
        prop_assume!(world.finished.is_none());
        let killed: Vec<usize> = world.running.iter().copied().collect();
        let signals = |world: &World| {
            let told = world.told.iter();
            told.filter(|event| matches!(event, Event::SignalSent { .. })).count()
        };
        let sent = signals(&world);
        world.now_us += 1;
        let effects = world.life.on(world.now_us, Happened::SandboxEnded);
        world.obey(effects);
        prop_assert_eq!(signals(&world), sent);
        let signal = Signal::KILL;
        for stage in &killed {
            world.exit(*stage, ExitHow::Signal { signal, core: false });
        }
        let world = run(world, &choices, None);
        let endings = world.endings();
        prop_assert_eq!(endings.len(), STAGES, "each stage ends once: {:?}", endings);
        for stage in killed {
            let name = format!("s{stage}");
            let ending = endings.iter().find(|(stage, _)| *stage == name);
            let cancelled = matches!(ending, Some((_, Ending::Cancelled { signal: Some(Signal::KILL) })));
            prop_assert!(cancelled, "{:?}", ending);
        }
    }
}

#[test]
fn an_end_waits_for_the_last_bytes() {
    let mut world = World::new(true, None, BTreeSet::new());
    while !world.pending.is_empty() && world.life.phase == Phase::Starting {
        world.step(0);
    }
    world.pending.clear();
    let exit = Exit {
        how: ExitHow::Code(0),
        usage: Usage::default(),
    };
    let effects = world.life.on(
        7,
        Happened::Exited {
            stage: 2,
            exit,
            limit: None,
        },
    );
    let ended = |effects: &[Effect]| {
        effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Tell {
                    event: Event::StageEnded { .. },
                    at_us: 7
                }
            )
        })
    };
    assert!(!ended(&effects), "its relay has not said that it is empty");
    let effects = world.life.on(9, Happened::Drained { stage: 2 });
    assert!(
        ended(&effects),
        "told late, with the time at which it happened"
    );
}

#[test]
fn a_stage_that_ignores_term_is_killed() {
    let stubborn = BTreeSet::from([1]);
    let mut world = World::new(true, None, stubborn);
    while world.life.phase == Phase::Starting {
        world.step(0);
    }
    // Only the stage's own clock runs.
    world
        .pending
        .retain(|happened| matches!(happened, Happened::TimerFired(Timer::StageTimeout(1))));
    world.step(0);
    assert!(world.running.contains(&1), "TERM was ignored");
    world
        .pending
        .retain(|happened| matches!(happened, Happened::TimerFired(Timer::StageKill(1))));
    world.step(0);
    assert!(!world.running.contains(&1), "KILL cannot be");
    let world = run(world, &[], None);
    let endings = world.endings();
    let timed_out = Ending::TimedOut {
        after_ms: 50,
        signal: Some(Signal::KILL),
    };
    assert!(endings.contains(&("s1", &timed_out)), "{endings:?}");
}
