//! Logs made by hand.

use crate::chain::{Chain, Lanes, OutputPort};
use crate::ending::{Ending, Status, Usage};
use crate::event::{Doing, Event, FlowEnd, Pace, RunEvent};
use crate::flow::{FlowId, FlowMap, FlowPoint};
use crate::id::LaneNumber;
use crate::shell;
use crate::story::{Sentence, story};
use crate::words::{self, Language};

/// A log made by hand: each entry at its own time.
pub(super) struct Log {
    pub(super) chain: Chain,
    pub(super) events: Vec<RunEvent>,
}

impl Log {
    pub(super) fn of(text: &str, lanes: u32) -> Self {
        let mut chain = shell::import(text.as_bytes(), &shell::Reading::default())
            .expect("a pipeline")
            .chain;
        chain.lanes = Lanes::Count(lanes);
        Self::of_chain(chain).at(0, Event::RunStarted { lanes, jobs: lanes })
    }

    pub(super) fn of_chain(chain: Chain) -> Self {
        let events = Vec::new();
        Self { chain, events }
    }

    pub(super) fn at(mut self, at_us: u64, event: Event) -> Self {
        let seq = self.events.len() as u64;
        self.events.push(RunEvent { seq, at_us, event });
        self
    }

    pub(super) fn lane(self, at_us: u64, lane: u32) -> Self {
        let lane = LaneNumber(lane);
        self.at(at_us, Event::LaneStarted { lane })
    }

    pub(super) fn lane_ends(self, at_us: u64, lane: u32) -> Self {
        let event = Event::LaneEnded {
            lane: LaneNumber(lane),
            status: Status::default(),
        };
        self.at(at_us, event)
    }

    pub(super) fn starts(self, at_us: u64, stage: &str) -> Self {
        let event = Event::StageStarted {
            lane: LaneNumber::FIRST,
            stage: stage.into(),
            pid: Some(7),
        };
        self.at(at_us, event)
    }

    pub(super) fn does(self, at_us: u64, stage: &str, doing: Doing) -> Self {
        let event = Event::StageDoing {
            lane: LaneNumber::FIRST,
            stage: stage.into(),
            doing,
        };
        self.at(at_us, event)
    }

    pub(super) fn ends(self, at_us: u64, stage: &str, ending: Ending) -> Self {
        self.ends_with(at_us, stage, ending, None)
    }

    pub(super) fn ends_with(
        self,
        at_us: u64,
        stage: &str,
        ending: Ending,
        usage: Option<Usage>,
    ) -> Self {
        let event = Event::StageEnded {
            lane: LaneNumber::FIRST,
            stage: stage.into(),
            ending,
            usage,
        };
        self.at(at_us, event)
    }

    pub(super) fn begins(self, at_us: u64, flow: &str) -> Self {
        let flow = self.flow(flow);
        self.at(at_us, Event::FlowBegan { flow })
    }

    pub(super) fn closes(self, at_us: u64, flow: &str, reason: FlowEnd, lines: u64) -> Self {
        let event = Event::FlowEnded {
            flow: self.flow(flow),
            reason,
            bytes: Some(2 * lines),
            lines: Some(lines),
            kept: None,
        };
        self.at(at_us, event)
    }

    pub(super) fn paces(self, at_us: u64, flow: &str, pace: Pace) -> Self {
        let flow = self.flow(flow);
        self.at(at_us, Event::PaceSet { flow, pace })
    }

    pub(super) fn over(self, at_us: u64, last: i32, pipefail: i32) -> Self {
        self.over_after(at_us, last, pipefail, 1)
    }

    /// The same, with what the processes' times add up to.
    pub(super) fn over_after(self, at_us: u64, last: i32, pipefail: i32, work_us: u64) -> Self {
        let status = Status { last, pipefail };
        self.at(at_us, Event::RunEnded { status, work_us })
    }

    pub(super) fn flow(&self, stage: &str) -> FlowId {
        let flows = FlowMap::of(&self.chain);
        let found = flows.points().iter().find(|point| match point {
            FlowPoint::Wire(id) => {
                let wire = self.chain.wire(id).expect("a wire");
                wire.from.stage.as_str() == stage
            }
            FlowPoint::Port(end) => end.stage.as_str() == stage && end.port == OutputPort::Stdout,
        });
        let point = found.expect("a flow");
        flows.id(LaneNumber::FIRST, point).expect("a number")
    }

    pub(super) fn story(&self) -> Vec<Sentence> {
        story(&self.chain, &self.events)
    }

    pub(super) fn told(&self, language: Language) -> Vec<String> {
        let story = self.story();
        let told = story
            .iter()
            .map(|sentence| words::story(language, &self.chain, sentence));
        told.collect()
    }

    pub(super) fn english(&self) -> Vec<String> {
        self.told(Language::En)
    }
}
