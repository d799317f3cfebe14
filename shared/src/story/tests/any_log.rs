//! Any log at all: events of unknown stages, in no order, at absurd times.

use proptest::prelude::*;

use super::super::*;
use super::{FINE, sigpipe};
use crate::chain::{InputPort, Lanes, OutputPort, Stage, StatusRule};
use crate::ending::{StartCause, Usage};
use crate::event::{Doing, Event, FlowEnd, Pace};
use crate::flow::FlowId;
use crate::id::WireId;
use crate::signal::Signal;
use crate::words::{self, Language};

fn any_stage() -> impl Strategy<Value = StageId> {
    prop::sample::select(vec!["a", "b", "c", "nobody"]).prop_map(StageId::from)
}

fn any_lane() -> impl Strategy<Value = LaneNumber> {
    prop::sample::select(vec![0, 1, 2, 3, u32::MAX]).prop_map(LaneNumber)
}

fn any_flow() -> impl Strategy<Value = FlowId> {
    prop_oneof![9 => 0..20_u32, 1 => any::<u32>()].prop_map(FlowId)
}

fn any_doing() -> impl Strategy<Value = Doing> {
    prop::sample::select(vec![
        Doing::Running,
        Doing::WaitingForInput {
            port: InputPort::Stdin,
        },
        Doing::BlockedWriting {
            port: OutputPort::Stdout,
        },
        Doing::BlockedWriting {
            port: OutputPort::Stderr,
        },
        Doing::Stopped,
    ])
}

fn any_ending() -> impl Strategy<Value = Ending> {
    let reason = StartFailure {
        program: "p`\n".into(),
        cause: StartCause::TooLong,
        error: String::new(),
        limit: None,
    };
    prop::sample::select(vec![
        FINE,
        sigpipe(),
        Ending::Exited { code: i32::MIN },
        Ending::Signaled {
            signal: Signal::KILL,
            core: true,
            reader_left: false,
            limit: None,
        },
        Ending::TimedOut {
            after_ms: u64::MAX,
            signal: None,
        },
        Ending::CouldNotStart { reason },
        Ending::Cancelled { signal: None },
        Ending::Finished,
        Ending::Failed {
            doing: String::new(),
            error: String::new(),
        },
    ])
}

fn any_time() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 0..2_000_000_u64, 1 => Just(u64::MAX), 1 => any::<u64>()]
}

fn any_event() -> impl Strategy<Value = Event> {
    let reasons = vec![
        FlowEnd::EndOfFile,
        FlowEnd::ReaderLeft,
        FlowEnd::Abandoned,
        FlowEnd::Failed,
    ];
    let wait = (
        any_stage(),
        any_doing(),
        prop::collection::vec(any_stage(), 0..3),
    )
        .prop_map(|(stage, doing, on)| Wait { stage, doing, on });
    prop_oneof![
        any_lane().prop_map(|lane| Event::LaneStarted { lane }),
        (any_lane(), any_stage(), any::<Option<u32>>())
            .prop_map(|(lane, stage, pid)| Event::StageStarted { lane, stage, pid }),
        any_flow().prop_map(|flow| Event::FlowBegan { flow }),
        (
            any_flow(),
            prop::sample::select(reasons),
            any::<Option<u64>>(),
            any::<Option<u64>>()
        )
            .prop_map(|(flow, reason, bytes, lines)| Event::FlowEnded {
                flow,
                reason,
                bytes,
                lines,
                kept: None
            }),
        (any_lane(), any_stage(), any_doing()).prop_map(|(lane, stage, doing)| Event::StageDoing {
            lane,
            stage,
            doing
        }),
        (any_lane(), any_stage(), any_ending(), any::<u64>()).prop_map(
            |(lane, stage, ending, user_us)| Event::StageEnded {
                lane,
                stage,
                ending,
                usage: Some(Usage {
                    user_us,
                    ..Usage::default()
                })
            }
        ),
        (any_lane(), any_stage()).prop_map(|(lane, stage)| Event::SignalSent {
            lane,
            stage: Some(stage),
            signal: Signal::KILL
        }),
        any_lane().prop_map(|lane| Event::LaneEnded {
            lane,
            status: Status::default()
        }),
        // Those that end a story early or take its middle are drawn less often.
        prop_oneof![
            (any_lane(), prop::collection::vec(wait, 0..7))
                .prop_map(|(lane, waits)| Event::Deadlocked { lane, waits }),
            (any_flow(), any::<u32>()).prop_map(|(flow, pid)| Event::FlowHeld {
                flow,
                pid,
                program: Text::from_bytes([0xff, b'`'])
            }),
            Just(Event::StopAsked),
            any::<u64>().prop_map(|after_ms| Event::TimedOut {
                lane: None,
                stage: None,
                after_ms
            }),
            (any_flow(), any::<bool>()).prop_map(|(flow, open)| Event::PaceSet {
                flow,
                pace: if open { Pace::Open } else { Pace::Paused }
            }),
            (any::<i32>(), any::<i32>(), any::<u64>()).prop_map(|(last, pipefail, work_us)| {
                Event::RunEnded {
                    status: Status { last, pipefail },
                    work_us,
                }
            }),
        ],
    ]
}

/// A chain whose every part can be met by the events above, and one without any.
fn any_chain() -> impl Strategy<Value = Chain> {
    let stages = || ["a", "b", "c"].map(|id| Stage::process(id, "cat", []));
    let mut row = Chain::of_stages("", stages().to_vec());
    row.lanes = Lanes::Count(3);
    row.status = StatusRule::Pipefail;
    let mut ring = row.clone();
    // No check lets it pass, and a story must not turn in it for ever.
    ring.wires[1].to.stage = "a".into();
    ring.wires[1].id = WireId::from("w1");
    prop::sample::select(vec![Chain::new(""), row, ring])
}

proptest! {
    #[test]
    fn any_log_has_a_story_of_at_most_three_sentences(
        chain in any_chain(),
        events in prop::collection::vec((any_time(), any_event()), 0..60),
    ) {
        let events: Vec<RunEvent> = (0..)
            .zip(events)
            .map(|(seq, (at_us, event))| RunEvent { seq, at_us, event })
            .collect();
        let sentences = story(&chain, &events);
        prop_assert!(sentences.len() <= MOST_SENTENCES);
        prop_assert_eq!(sentences.is_empty(), events.is_empty());
        for sentence in &sentences {
            let [english, korean] = Language::ALL.map(|language| words::story(language, &chain, sentence));
            prop_assert!(english.ends_with('.') && korean.ends_with('.'), "{} {}", english, korean);
            prop_assert_ne!(&english, &korean);
            prop_assert!(!english.contains('\n') && !korean.contains('\n'));
        }
    }
}
