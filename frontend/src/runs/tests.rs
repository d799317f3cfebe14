use super::*;
use pipeyard_shared::chain::{OutputEnd, OutputPort};
use pipeyard_shared::ending::{Ending, Usage};
use pipeyard_shared::event::{Event, FlowEnd, Meter, RunEvent};
use pipeyard_shared::example;
use proptest::prelude::*;
use result::Outcome;

/// The bound of previews in tests: small, so that gaps happen.
pub(crate) const PREVIEW: usize = 16;

/// What a runner would tell of a run: its log, and the bytes of one flow.
pub(crate) struct Script {
    pub(crate) chain: Rc<Chain>,
    pub(crate) events: Vec<RunEvent>,
}

impl Script {
    /// The opening chain in so many lanes, ending well.
    pub(crate) fn opening(lanes: u32) -> Self {
        let mut chain = example::opening();
        chain.lanes = pipeyard_shared::chain::Lanes::Count(lanes);
        let mut script = Self {
            chain: Rc::new(chain),
            events: Vec::new(),
        };
        let places = FlowMap::of(&script.chain);
        let per_lane = places.per_lane() as u32;
        script.tell(0, Event::RunStarted { lanes, jobs: lanes });
        for number in 1..=lanes {
            let lane = LaneNumber(number);
            let base = u64::from(number) * 300;
            let flow = |place: u32| FlowId((number - 1) * per_lane + place);
            script.tell(base, Event::LaneStarted { lane });
            for (stage, pid) in [
                ("random", None),
                ("openssl", Some(10 + number)),
                ("md5sum", Some(20 + number)),
            ] {
                let stage = stage.into();
                script.tell(base + 50, Event::StageStarted { lane, stage, pid });
            }
            script.tell(base + 100, Event::FlowBegan { flow: flow(0) });
            script.end_flow(base + 120, flow(0), 10, 0);
            script.end_stage(base + 130, lane, "random", Ending::Finished);
            script.tell(base + 8_000, Event::FlowBegan { flow: flow(1) });
            script.end_flow(base + 8_100, flow(1), 32, 0);
            script.end_flow(base + 8_110, flow(2), 0, 0);
            script.end_stage(base + 9_000, lane, "openssl", Ending::Exited { code: 0 });
            script.tell(base + 9_100, Event::FlowBegan { flow: flow(3) });
            script.end_flow(base + 9_200, flow(3), 36, 1);
            script.end_flow(base + 9_210, flow(4), 0, 0);
            script.end_stage(base + 9_300, lane, "md5sum", Ending::Exited { code: 0 });
            let status = Status::default();
            script.tell(base + 9_400, Event::LaneEnded { lane, status });
        }
        let status = Status::default();
        let work_us = 18_200 * u64::from(lanes);
        script.tell(
            10_000 + 300 * u64::from(lanes),
            Event::RunEnded { status, work_us },
        );
        script
    }

    /// The model after all of it.
    pub(crate) fn play(&self) -> Run {
        let mut run = Run::new(RunId(1), self.chain.clone(), PREVIEW);
        for event in &self.events {
            assert_eq!(run.take_event(event, 0.0), Applied::Taken);
        }
        run
    }

    fn tell(&mut self, at_us: u64, event: Event) {
        let seq = self.events.len() as u64;
        self.events.push(RunEvent { seq, at_us, event });
    }

    fn end_flow(&mut self, at_us: u64, flow: FlowId, bytes: u64, lines: u64) {
        let event = Event::FlowEnded {
            flow,
            reason: FlowEnd::EndOfFile,
            bytes: Some(bytes),
            lines: Some(lines),
            kept: None,
        };
        self.tell(at_us, event);
    }

    fn end_stage(&mut self, at_us: u64, lane: LaneNumber, stage: &str, ending: Ending) {
        let usage = (stage != "random").then(Usage::default);
        let stage = stage.into();
        let event = Event::StageEnded {
            lane,
            stage,
            ending,
            usage,
        };
        self.tell(at_us, event);
    }
}

#[test]
fn a_finished_run_says_what_it_came_to() {
    let run = Script::opening(3).play();
    let outcome = Outcome::of(&run, 0.0);
    assert_eq!((outcome.ended, outcome.processes), (6, 6));
    assert_eq!(outcome.wall_us, 10_900);
    let speed_up = outcome.speed_up().expect("work was done");
    assert!((speed_up - 54_600.0 / 10_900.0).abs() < 1e-9);
    let wire = FlowPoint::Wire("w2".into());
    let total = run.total_at(&wire);
    assert_eq!((total.bytes, total.flows), (96, 3));
    assert!(total.is_over());
}

#[test]
fn states_follow_the_log() {
    let script = Script::opening(1);
    let mut run = Run::new(RunId(1), script.chain.clone(), PREVIEW);
    let state = |run: &Run| run.stage(LaneNumber(1), 1).map(StageRun::state);
    assert_eq!(state(&run), Some(StageState::Waiting));
    let mut states = vec![];
    for event in &script.events {
        run.take_event(event, 0.0);
        states.push(state(&run));
    }
    states.dedup();
    assert_eq!(
        states,
        [StageState::Waiting, StageState::Running, StageState::Fine].map(Some)
    );
}

#[test]
fn a_missing_event_is_noticed_and_nothing_is_taken() {
    let script = Script::opening(1);
    let mut run = Run::new(RunId(1), script.chain.clone(), PREVIEW);
    assert_eq!(run.take_event(&script.events[1], 0.0), Applied::Gap);
    assert_eq!(run, Run::new(RunId(1), script.chain, PREVIEW));
}

/// A page that is loaded again hears of old events, and of the time.
#[test]
fn the_clock_of_a_run_goes_on_after_a_reload() {
    let script = Script::opening(1);
    let mut run = Run::new(RunId(1), script.chain.clone(), PREVIEW);
    let began = RunEvent {
        seq: 0,
        at_us: 2_000,
        event: Event::RunStarted { lanes: 1, jobs: 1 },
    };
    run.take_event(&began, 500.0);
    assert_eq!(run.elapsed_us(500.0), 2_000);
    run.take_time(60_000_000, 501.0);
    assert_eq!(run.elapsed_us(501.0), 60_000_000);
    // What is told later takes nothing back.
    run.take_time(60_000_000, 900.0);
    assert_eq!(run.elapsed_us(1_501.0), 61_000_000);
}

#[test]
fn meters_never_take_an_exact_total_back() {
    let mut run = Script::opening(1).play();
    let late = Meter {
        flow: FlowId(1),
        bytes: 16,
        lines: Some(0),
        waiting: None,
        room: None,
    };
    run.take_meter(&late, 9_000, 5.0);
    assert_eq!(run.flows[&FlowId(1)].bytes, 32);
    let unknown = Meter {
        flow: FlowId(4_000),
        ..late
    };
    run.take_meter(&unknown, 9_000, 5.0);
    assert!(!run.flows.contains_key(&FlowId(4_000)));
}

#[test]
fn boxes_show_a_line_of_each_lane_before_a_second_of_any() {
    let mut run = Script::opening(3).play();
    let point = FlowPoint::Port(OutputEnd {
        stage: "md5sum".into(),
        port: OutputPort::Stdout,
    });
    for lane in 1..=3 {
        let id = run.places.id(LaneNumber(lane), &point).expect("a flow");
        run.take_data(id, 0, format!("{lane}a\n{lane}b\n").as_bytes());
    }
    let texts = |room| {
        let lines = output::lines(&run, &point, room);
        let texts: Vec<String> = lines.shown.iter().map(|line| line.text.clone()).collect();
        (texts.join(" "), lines.more_lanes, lines.more_lines)
    };
    assert_eq!(texts(2), ("1a 2a".into(), 1, true));
    assert_eq!(texts(3), ("1a 2a 3a".into(), 0, true));
    assert_eq!(texts(6).0, "1a 1b 2a 2b 3a 3b");
}

proptest! {
    /// However often pieces of the log are sent again, the model is the same.
    #[test]
    fn what_comes_twice_changes_nothing(lanes in 1u32..4, cuts in proptest::collection::vec((0usize..80, 0usize..80), 0..6)) {
        let script = Script::opening(lanes);
        let whole = script.play();
        let mut run = Run::new(RunId(1), script.chain.clone(), PREVIEW);
        for (back, ahead) in cuts {
            let start = (run.seen as usize).saturating_sub(back);
            let stop = (run.seen as usize + ahead).min(script.events.len());
            for event in &script.events[start..stop] {
                prop_assert_ne!(run.take_event(event, 0.0), Applied::Gap);
            }
        }
        for event in &script.events {
            run.take_event(event, 0.0);
        }
        prop_assert_eq!(run, whole);
    }

    /// Data in overlapping pieces, some of them lost to a gap, is always shown at its true offset.
    #[test]
    fn data_stands_where_it_belongs(pieces in proptest::collection::vec((0u64..60, 0usize..20), 0..12)) {
        let mut run = Script::opening(1).play();
        let byte = |offset: u64| (offset % 251) as u8;
        for (position, length) in pieces {
            let bytes: Vec<u8> = (position..position + length as u64).map(byte).collect();
            run.take_data(FlowId(1), position, &bytes);
        }
        for slice in run.flows[&FlowId(1)].preview.slices() {
            for (offset, found) in (slice.offset..).zip(&slice.bytes) {
                prop_assert_eq!(*found, byte(offset));
            }
        }
    }
}
