//! Where a wire stands, all lanes together.

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::Wire;
use pipeyard_shared::event::{Doing, Pace, Wait};
use pipeyard_shared::flow::FlowPoint;

use crate::runs::{Run, Total};

/// What a wire does. When lanes differ, what needs a look comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum WireState {
    /// Nothing moves.
    #[default]
    Idle,
    /// Bytes moved just now.
    Moving,
    /// Its writer waits for room in the pipe.
    Blocked,
    /// Somebody paused it, or lets through so many lines.
    Paused,
    /// Its reader left first.
    Cut,
    /// It came to its end.
    Ended,
}

/// What there is to be seen of a wire.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Watched {
    /// What has passed.
    pub(crate) total: Total,
    /// Where it stands.
    pub(crate) state: WireState,
    /// Whether bytes moved just now; they can while its writer is blocked again and again.
    pub(crate) moving: bool,
    /// Lanes in which its writer is blocked writing to it.
    pub(crate) blocked: usize,
    /// Whether it is part of a ring in which stages wait for each other.
    pub(crate) in_ring: bool,
}

impl Watched {
    /// A wire of a run; nothing has happened to a wire that the run does not have.
    pub(crate) fn of(run: Option<&Run>, wire: &Wire, now_ms: f64) -> Self {
        let Some(run) = run.filter(|run| run.knows(wire)) else {
            return Self::default();
        };
        let point = FlowPoint::Wire(wire.id.clone());
        let total = run.total_at(&point);
        if total.flows == 0 {
            return Self::default();
        }
        let moving = total.is_moving(now_ms);
        let writer = run.chain.stage_index(&wire.from.stage);
        let writes_here = Doing::BlockedWriting {
            port: wire.from.port,
        };
        let lanes = (0..run.lanes.len()).map(LaneNumber::from_index);
        let blocked = lanes.filter(|lane| {
            let stage = writer.and_then(|at| run.stage(*lane, at));
            let open = run
                .flow_at(*lane, &point)
                .is_none_or(|flow| flow.end.is_none());
            open && stage.and_then(|stage| stage.doing()) == Some(writes_here)
        });
        let blocked = blocked.count();
        // What is only slower goes on, and shows its rate.
        let slower = matches!(total.pace, Pace::Rate { .. });
        let state = if total.paced > 0 && !slower {
            WireState::Paused
        } else if blocked > 0 {
            WireState::Blocked
        } else if total.is_over() {
            if total.reader_left > 0 {
                WireState::Cut
            } else {
                WireState::Ended
            }
        } else if moving {
            WireState::Moving
        } else if total.reader_left > 0 {
            WireState::Cut
        } else {
            WireState::Idle
        };
        Self {
            total,
            state,
            moving: moving && !total.is_over(),
            blocked,
            in_ring: run
                .deadlocked()
                .is_some_and(|(_, deadlock)| joins(wire, &deadlock.waits)),
        }
    }
}

/// Whether somebody in a ring waits at this wire for somebody else in it.
fn joins(wire: &Wire, waits: &[Wait]) -> bool {
    waits.iter().any(|wait| match wait.doing {
        Doing::BlockedWriting { port } => {
            wait.stage == wire.from.stage
                && port == wire.from.port
                && wait.on.contains(&wire.to.stage)
        }
        Doing::WaitingForInput { port } => {
            wait.stage == wire.to.stage
                && port == wire.to.port
                && wait.on.contains(&wire.from.stage)
        }
        Doing::Running | Doing::Waiting | Doing::Stopped => false,
    })
}

impl WireState {
    /// The word for `data-state`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Moving => "moving",
            Self::Blocked => "blocked",
            Self::Paused => "paused",
            Self::Cut => "cut",
            Self::Ended => "ended",
        }
    }

    /// A glyph that says the same as the colour.
    pub(crate) fn glyph(self) -> &'static str {
        match self {
            Self::Idle | Self::Moving => "",
            Self::Blocked => "❚❚",
            Self::Paused => "‖",
            Self::Cut => "✂",
            Self::Ended => "■",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::{PREVIEW, Script};
    use pipeyard_shared::RunId;
    use pipeyard_shared::chain::{InputPort, OutputPort};
    use pipeyard_shared::event::{Event, FlowEnd, Meter, RunEvent};
    use pipeyard_shared::flow::FlowId;

    /// The wire between the two processes of the opening chain, in three lanes.
    struct Yard {
        run: Run,
        wire: Wire,
    }

    impl Yard {
        fn new() -> Self {
            let script = Script::opening(3);
            let wire = script.chain.wires[1].clone();
            let mut run = Run::new(RunId(1), script.chain.clone(), PREVIEW);
            for event in script
                .events
                .iter()
                .take_while(|event| !matches!(event.event, Event::LaneStarted { .. }))
            {
                run.take_event(event, 0.0);
            }
            let mut yard = Self { run, wire };
            for lane in 1..=3 {
                let lane = LaneNumber(lane);
                for stage in ["random", "openssl", "md5sum"] {
                    yard.tell(Event::StageStarted {
                        lane,
                        stage: stage.into(),
                        pid: Some(9),
                    });
                }
            }
            yard
        }

        fn tell(&mut self, event: Event) {
            let event = RunEvent {
                seq: self.run.seen,
                at_us: self.run.heard_us,
                event,
            };
            self.run.take_event(&event, 0.0);
        }

        fn flow(&self, lane: u32) -> FlowId {
            self.run
                .places
                .id(LaneNumber(lane), &FlowPoint::Wire(self.wire.id.clone()))
                .expect("a flow")
        }

        fn state(&self, now_ms: f64) -> WireState {
            Watched::of(Some(&self.run), &self.wire, now_ms).state
        }

        fn end(&mut self, lane: u32, reason: FlowEnd) {
            let flow = self.flow(lane);
            self.tell(Event::FlowEnded {
                flow,
                reason,
                bytes: Some(5),
                lines: Some(1),
                kept: None,
            });
        }
    }

    #[test]
    fn a_wire_moves_for_a_quarter_of_a_second() {
        let mut yard = Yard::new();
        assert_eq!(yard.state(0.0), WireState::Idle);
        let meter = Meter {
            flow: yard.flow(2),
            bytes: 5,
            lines: Some(1),
            waiting: None,
            room: None,
        };
        yard.run.take_meter(&meter, 1_000, 1_000.0);
        assert_eq!(yard.state(1_249.0), WireState::Moving);
        assert_eq!(yard.state(1_251.0), WireState::Idle);
    }

    #[test]
    fn a_writer_that_waits_for_room_blocks_the_wire_that_it_writes_to() {
        let mut yard = Yard::new();
        let blocked = |port| Event::StageDoing {
            lane: LaneNumber(2),
            stage: "openssl".into(),
            doing: Doing::BlockedWriting { port },
        };
        yard.tell(blocked(OutputPort::Stderr));
        assert_eq!(yard.state(0.0), WireState::Idle, "it writes somewhere else");
        yard.tell(blocked(OutputPort::Stdout));
        let watched = Watched::of(Some(&yard.run), &yard.wire, 0.0);
        assert_eq!((watched.state, watched.blocked), (WireState::Blocked, 1));
        let flow = yard.flow(1);
        yard.tell(Event::PaceSet {
            flow,
            pace: Pace::Paused,
        });
        assert_eq!(
            yard.state(0.0),
            WireState::Paused,
            "that is why it is blocked"
        );
    }

    #[test]
    fn how_a_wire_ends_can_be_seen() {
        let mut yard = Yard::new();
        yard.end(1, FlowEnd::EndOfFile);
        yard.end(2, FlowEnd::EndOfFile);
        assert_eq!(yard.state(1e9), WireState::Idle);
        yard.end(3, FlowEnd::EndOfFile);
        assert_eq!(yard.state(1e9), WireState::Ended);
        let mut yard = Yard::new();
        yard.end(1, FlowEnd::ReaderLeft);
        assert_eq!(yard.state(1e9), WireState::Cut);
    }

    #[test]
    fn a_ring_marks_the_wires_that_somebody_waits_at() {
        let mut yard = Yard::new();
        let lane = LaneNumber(1);
        let reads = Doing::WaitingForInput {
            port: InputPort::Stdin,
        };
        let waits = vec![
            Wait {
                stage: "md5sum".into(),
                doing: reads,
                on: vec!["openssl".into()],
            },
            Wait {
                stage: "openssl".into(),
                doing: Doing::Waiting,
                on: vec!["md5sum".into()],
            },
        ];
        yard.tell(Event::StageDoing {
            lane,
            stage: "md5sum".into(),
            doing: reads,
        });
        yard.tell(Event::Deadlocked { lane, waits });
        assert!(Watched::of(Some(&yard.run), &yard.wire, 0.0).in_ring);
        let other = yard.run.chain.wires[0].clone();
        assert!(!Watched::of(Some(&yard.run), &other, 0.0).in_ring);
    }
}
