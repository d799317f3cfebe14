//! The run as it was: what holds at every instant, whatever was told in whatever order.

use super::tests::{PREVIEW, Script};
use super::*;
use pipeyard_shared::chain::{InputPort, OutputPort};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::{Doing, Event, FlowEnd, Meter, Pace, RunEvent, Wait};
use proptest::prelude::*;

const LANE: LaneNumber = LaneNumber(1);

/// What can be told of a run, at its time.
#[derive(Clone, Debug)]
enum Told {
    Event(u64, Event),
    Meter(u64, Meter),
    Data(u32, u64, Vec<u8>),
}

fn byte(offset: u64) -> u8 {
    (offset % 251) as u8
}

fn tell(run: &mut Run, told: &Told) {
    match told {
        Told::Event(at_us, event) => {
            let event = RunEvent {
                seq: run.seen,
                at_us: *at_us,
                event: event.clone(),
            };
            run.take_event(&event, *at_us as f64 / 1e3);
        }
        Told::Meter(at_us, meter) => run.take_meter(meter, *at_us, *at_us as f64 / 1e3),
        Told::Data(flow, position, bytes) => run.take_data(FlowId(*flow), *position, bytes),
    }
}

fn meter(flow: u32, bytes: u64) -> Meter {
    Meter {
        flow: FlowId(flow),
        bytes,
        lines: Some(bytes / 3),
        waiting: Some((bytes % 100) as u32),
        room: Some(65_536),
    }
}

fn anything() -> impl Strategy<Value = Told> {
    let flow = 0u32..6;
    let stage = prop_oneof![
        Just("random"),
        Just("openssl"),
        Just("md5sum"),
        Just("nobody")
    ];
    let doing = prop_oneof![
        Just(Doing::Running),
        Just(Doing::Waiting),
        Just(Doing::Stopped),
        Just(Doing::WaitingForInput {
            port: InputPort::Stdin
        }),
        Just(Doing::BlockedWriting {
            port: OutputPort::Stdout
        }),
    ];
    let at = 0u64..200;
    let event = (flow.clone(), stage, doing, any::<u64>(), 0u8..14).prop_map(
        |(flow, stage, doing, any, which)| {
            let (lane, flow, stage) = (LANE, FlowId(flow), stage.into());
            match which {
                0 => Event::RunStarted { lanes: 1, jobs: 1 },
                1 => Event::LaneStarted { lane },
                2 => Event::StageStarted {
                    lane,
                    stage,
                    pid: Some(7),
                },
                3 | 4 => Event::StageDoing { lane, stage, doing },
                5 => Event::FlowBegan { flow },
                6 => Event::FlowEnded {
                    flow,
                    reason: FlowEnd::ReaderLeft,
                    bytes: Some(any % 90),
                    lines: Some(any % 9),
                    kept: Some(3),
                },
                7 => Event::FlowEnded {
                    flow,
                    reason: FlowEnd::EndOfFile,
                    bytes: None,
                    lines: None,
                    kept: None,
                },
                8 => Event::PaceSet {
                    flow,
                    pace: Pace::Lines { count: 1 },
                },
                9 => Event::FlowHeld {
                    flow,
                    pid: 9,
                    program: "sleep".into(),
                },
                10 => Event::Deadlocked {
                    lane,
                    waits: vec![Wait {
                        stage,
                        doing,
                        on: vec![],
                    }],
                },
                11 => Event::StageEnded {
                    lane,
                    stage,
                    ending: Ending::Finished,
                    usage: None,
                },
                12 => Event::LeftoverEnded { lane, count: 1 },
                _ => Event::StopAsked,
            }
        },
    );
    prop_oneof![
        4 => (at.clone(), event).prop_map(|(at, event)| Told::Event(at, event)),
        3 => (at, flow.clone(), 0u64..100).prop_map(|(at, flow, bytes)| Told::Meter(at, meter(flow, bytes))),
        1 => (flow, 0u64..80, 0usize..30).prop_map(|(flow, position, length)| {
            Told::Data(flow, position, (position..position + length as u64).map(byte).collect())
        }),
    ]
}

fn play(told: &[Told]) -> Run {
    let chain = Script::opening(1).chain;
    let mut run = Run::new(RunId(1), chain, PREVIEW);
    for told in told {
        tell(&mut run, told);
    }
    run
}

/// The run but for the clocks of the page, on which a picture of an instant has its own time.
fn without_clocks(mut run: Run) -> Run {
    run.began_ms = None;
    run.instant = None;
    for flow in run.flows.values_mut() {
        let flow = Rc::make_mut(flow);
        flow.moved_ms = 0.0;
        flow.rate = 0.0;
    }
    run
}

proptest! {
    #[test]
    fn at_its_end_it_is_the_whole(told in proptest::collection::vec(anything(), 0..60)) {
        let run = play(&told);
        let end = run.at(run.heard_us);
        prop_assert_eq!(without_clocks(end), without_clocks(run));
    }

    /// Counters never go back, and never beyond what was counted in the end.
    #[test]
    fn counters_grow_with_time(told in proptest::collection::vec(anything(), 0..60), flow in 0u32..6) {
        let run = play(&told);
        let flow = FlowId(flow);
        let last = run.flows.get(&flow).map_or((0, 0), |flow| (flow.bytes, flow.lines.unwrap_or(0)));
        let mut before = (0, 0, 0);
        for at_us in 0..=run.heard_us {
            let then = run.at(at_us);
            let now = then.flows.get(&flow).map_or((0, 0, 0), |flow| {
                (flow.bytes, flow.lines.unwrap_or(0), flow.preview.end())
            });
            prop_assert!(before.0 <= now.0 && before.1 <= now.1 && before.2 <= now.2, "{before:?} {now:?} at {at_us}");
            prop_assert!(now.0 <= last.0 && now.1 <= last.1, "{now:?} {last:?} at {at_us}");
            before = now;
        }
    }

    /// What is told of a later time changes nothing of the states before it, and bytes are shown where
    /// they stand and not before they had passed.
    #[test]
    fn nothing_is_shown_of_what_came_after(told in proptest::collection::vec(anything(), 0..60), at_us in 0u64..200) {
        let whole = play(&told);
        let before: Vec<Told> = told.into_iter().filter(|told| match told {
            Told::Event(at, _) | Told::Meter(at, _) => *at <= at_us,
            Told::Data(..) => false,
        }).collect();
        let early = play(&before);
        let then = whole.at(at_us);
        for (lane, known) in then.lanes.iter().zip(&early.lanes) {
            for (stage, known) in lane.stages.iter().zip(&known.stages) {
                prop_assert_eq!(stage.ended_us.is_some(), stage.ending.is_some());
                for time in [stage.started_us, stage.ended_us, stage.timed_out_us, stage.doing_since_us()] {
                    prop_assert!(time.is_none_or(|time| time <= at_us), "{stage:?}");
                }
                if stage.started_us.is_some() && known.started_us.is_none() {
                    prop_assert!(false, "{stage:?} {known:?}");
                }
            }
            prop_assert!(lane.deadlocks.iter().all(|deadlock| deadlock.at_us <= at_us));
        }
        for (id, flow) in &then.flows {
            for time in [flow.began_us, flow.ended_us] {
                prop_assert!(time.is_none_or(|time| time <= at_us));
            }
            prop_assert!(flow.samples.all().iter().all(|sample| sample.at_us <= at_us));
            prop_assert!(flow.end.is_none() || early.flows.get(id).is_some_and(|flow| flow.end.is_some()));
            let over = flow.end.is_some() || at_us >= whole.heard_us;
            prop_assert!(over || flow.preview.end() <= flow.bytes, "{flow:?}");
            for slice in flow.preview.slices() {
                for (offset, found) in (slice.offset..).zip(&slice.bytes) {
                    prop_assert_eq!(*found, byte(offset));
                }
            }
        }
    }
}

#[test]
fn counters_between_two_meters_are_taken_to_have_grown_evenly() {
    let mut run = Script::opening(1).play();
    let mut at = |told: &[Told]| told.iter().for_each(|told| tell(&mut run, told));
    at(&[
        Told::Event(20_000, Event::FlowBegan { flow: FlowId(1) }),
        Told::Meter(20_100, meter(1, 0)),
    ]);
    // An exact end is not taken back by what is told later.
    assert_eq!(run.at(21_000).flows[&FlowId(1)].bytes, 32);

    let told = [
        Told::Event(100, Event::FlowBegan { flow: FlowId(3) }),
        Told::Meter(200, meter(3, 30)),
        Told::Meter(400, meter(3, 90)),
        Told::Data(3, 0, (0..90).map(byte).collect()),
    ];
    let run = play(&told);
    let bytes = |at_us| run.at(at_us).flows.get(&FlowId(3)).map(|flow| flow.bytes);
    assert_eq!(bytes(99), None, "nothing was heard of it");
    assert_eq!(
        [100, 150, 200, 300, 400].map(bytes),
        [0, 15, 30, 60, 90].map(Some)
    );
    let then = run.at(300);
    let flow = &then.flows[&FlowId(3)];
    let kept = flow.preview.slices();
    assert_eq!(
        kept.len(),
        1,
        "the end that is kept had not passed: {kept:?}"
    );
    assert_eq!(kept[0].bytes.len(), PREVIEW);
    assert_eq!(flow.preview.gap(), 60 - PREVIEW as u64);
    assert!(
        flow.rate > 0.0
            && then
                .total_at(then.places.points().get(3).expect("a place"))
                .is_moving(0.3)
    );
}

#[test]
fn what_a_stage_did_has_no_gaps_and_no_overlaps() {
    let stage = || "md5sum".into();
    let input = Doing::WaitingForInput {
        port: InputPort::Stdin,
    };
    let doing = |at, doing| {
        Told::Event(
            at,
            Event::StageDoing {
                lane: LANE,
                stage: stage(),
                doing,
            },
        )
    };
    let run = play(&[
        Told::Event(
            10,
            Event::StageStarted {
                lane: LANE,
                stage: stage(),
                pid: Some(1),
            },
        ),
        doing(20, input),
        doing(50, Doing::Running),
        doing(50, Doing::Stopped),
    ]);
    let stage = run.stage(LANE, 2).expect("md5sum");
    let spans: Vec<_> = stage
        .spans(90)
        .into_iter()
        .map(|span| (span.from_us, span.to_us, span.doing))
        .collect();
    assert_eq!(
        spans,
        [
            (10, 20, Doing::Running),
            (20, 50, input),
            (50, 90, Doing::Stopped)
        ]
    );
    assert_eq!(
        [5, 10, 20, 49, 50].map(|at| run.at(at).stage(LANE, 2).and_then(StageRun::doing)),
        [
            None,
            Some(Doing::Running),
            Some(input),
            Some(input),
            Some(Doing::Stopped)
        ]
    );
    assert_eq!(stage.doing(), Some(Doing::Stopped));
}

#[test]
fn a_deadlock_holds_until_a_stage_of_it_moves_on() {
    let stage = || "md5sum".into();
    let doing = Doing::WaitingForInput {
        port: InputPort::Stdin,
    };
    let started = |stage| {
        let event = Event::StageStarted {
            lane: LANE,
            stage,
            pid: Some(1),
        };
        Told::Event(10, event)
    };
    let wait = |stage, on| Wait {
        stage,
        doing,
        on: vec![on],
    };
    let other = || "openssl".into();
    let alone = |at_us| {
        let waits = vec![wait(stage(), stage())];
        Told::Event(at_us, Event::Deadlocked { lane: LANE, waits })
    };
    let nobody = Event::Deadlocked {
        lane: LANE,
        waits: Vec::new(),
    };
    let run = play(&[
        started(stage()),
        started(other()),
        Told::Event(12, nobody),
        alone(15),
        Told::Event(
            20,
            Event::StageDoing {
                lane: LANE,
                stage: stage(),
                doing,
            },
        ),
        Told::Event(
            30,
            Event::Deadlocked {
                lane: LANE,
                waits: vec![wait(stage(), other()), wait(other(), stage())],
            },
        ),
        Told::Event(
            40,
            Event::StageDoing {
                lane: LANE,
                stage: stage(),
                doing: Doing::Running,
            },
        ),
    ]);
    let holds = |at_us| run.at(at_us).deadlocked().is_some();
    assert_eq!([29, 30, 39, 40].map(holds), [false, true, true, false]);
    assert!(!holds(15), "nobody is alone in a ring");
}

#[test]
fn a_picture_of_an_instant_is_nothing_that_can_be_stopped() {
    let script = Script::opening(1);
    let mut run = Run::new(RunId(1), script.chain.clone(), PREVIEW);
    run.take_event(&script.events[0], 0.0);
    assert!(run.is_live());
    assert!(run.at(0).is_active() && !run.at(0).is_live());
}

proptest! {
    /// What was saved and opened again is seen as it was, at every instant.
    #[test]
    fn a_saved_run_is_the_same_when_it_is_opened(told in proptest::collection::vec(anything(), 0..60), at_us in 0u64..250) {
        // A runner tells in the order of time; bytes can come whenever they were asked for.
        let mut told = told;
        told.sort_by_key(|told| match told {
            Told::Event(at, _) | Told::Meter(at, _) => *at,
            Told::Data(..) => 0,
        });
        let chain = Script::opening(1).chain;
        let mut run = Run::new(RunId(0), chain, 1 << 16);
        for told in &told {
            tell(&mut run, told);
        }
        let text = run.to_recording().write();
        let recording = pipeyard_shared::recording::Recording::read(&text).expect("what was just written");
        let again = Run::of_recording(&recording);
        prop_assert_eq!(seen(&run, at_us), seen(&again, at_us));
    }
}

/// What people see of a run at an instant: all but where it came from, and how much each pipe can hold,
/// which a file does not tell.
fn seen(run: &Run, at_us: u64) -> Run {
    let mut then = run.at(at_us);
    then.recorded = false;
    for flow in then.flows.values_mut() {
        Rc::make_mut(flow).room = None;
    }
    then
}
