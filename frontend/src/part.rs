//! Runs of a part of the chain: up to a stage, or from bytes on that were kept of an earlier run.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use pipeyard_shared::chain::{Chain, WireMode};
use pipeyard_shared::event::FlowEnd;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::{LaneNumber, StageId, WireId, ordered};
use serde_json::Value;

use crate::runs::Run;

/// The most bytes that a wire can be frozen with: what the page holds of a flow.
pub(crate) const FROZEN_BYTES: u64 = 128 << 10;
/// The most bytes that all frozen wires have together: what survives a reload.
pub(crate) const FROZEN_TOTAL: u64 = 1 << 20;

/// A run that was started of a part of the chain.
#[derive(Clone, Debug)]
pub(crate) struct Started {
    /// The chain that runs.
    pub(crate) chain: Rc<Chain>,
    /// Which part it is.
    pub(crate) part: Part,
}

/// Which part of a chain runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// A stage and all that it needs.
    UpTo(StageId),
    /// What is behind frozen wires.
    Frozen,
}

/// By identity, as a run keeps its chain.
impl PartialEq for Started {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.chain, &other.chain) && self.part == other.part
    }
}

/// The bytes that are kept of wires, in place of whoever wrote them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Frozen {
    wires: BTreeMap<WireId, Rc<[u8]>>,
}

/// Why a wire cannot be frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhyNotFrozen {
    /// The chain came with a link, and what is frozen is of one's own.
    Visited,
    /// Nothing has run that has this wire.
    NotRun,
    /// Each lane has its own data.
    Lanes,
    /// It goes on.
    Running,
    /// Nobody sees a direct wire's bytes.
    Direct,
    /// The reader left first, or something else ended it: there would have been more.
    Cut,
    /// So many bytes: more than the page keeps.
    TooLarge(u64),
    /// With it, all frozen wires would have more bytes than are kept.
    TooMany,
}

impl Part {
    /// That part of a chain, as it would run now.
    pub(crate) fn of(&self, chain: &Chain, frozen: &Frozen) -> Chain {
        match self {
            Self::UpTo(stage) => frozen.applied(&chain.up_to(stage)),
            Self::Frozen => frozen.applied(chain),
        }
    }
}

impl Frozen {
    /// Whether no wire of the chain is frozen.
    pub(crate) fn is_off(&self, chain: &Chain) -> bool {
        !chain
            .wires
            .iter()
            .any(|wire| self.wires.contains_key(&wire.id))
    }

    /// How many bytes are kept of a wire, if it is frozen.
    pub(crate) fn kept(&self, wire: &WireId) -> Option<u64> {
        self.wires.get(wire).map(|bytes| bytes.len() as u64)
    }

    /// With the bytes of one more wire.
    pub(crate) fn with(&self, wire: WireId, bytes: Rc<[u8]>) -> Self {
        let mut next = self.clone();
        next.wires.insert(wire, bytes);
        next
    }

    /// Without those of a wire.
    pub(crate) fn without(&self, wire: &WireId) -> Self {
        let mut next = self.clone();
        next.wires.remove(wire);
        next
    }

    /// The chain that runs: frozen wires give their bytes, and what is only upstream of them is out. The chain itself
    /// where none is frozen.
    pub(crate) fn applied(&self, chain: &Chain) -> Chain {
        let mut part = chain.clone();
        for (wire, bytes) in &self.wires {
            // A wire upstream of another frozen one is out already.
            if let Some(rest) = part.from_frozen(&FlowPoint::Wire(wire.clone()), bytes) {
                part = rest;
            }
        }
        part
    }

    /// The stages that a run leaves out because of it.
    pub(crate) fn idle(&self, chain: &Chain) -> BTreeSet<StageId> {
        if self.is_off(chain) {
            return BTreeSet::new();
        }
        let runs = self.applied(chain);
        let runs = ordered::set(runs.stages.iter().map(|stage| &stage.id));
        let out = chain
            .stages
            .iter()
            .filter(|stage| !runs.contains(&stage.id));
        ordered::set(out.map(|stage| stage.id.clone()))
    }

    /// The bytes with which a wire can be frozen after this run.
    pub(crate) fn bytes_of(
        &self,
        chain: &Chain,
        run: Option<&Run>,
        wire: &WireId,
    ) -> Result<Rc<[u8]>, WhyNotFrozen> {
        let run = run.ok_or(WhyNotFrozen::NotRun)?;
        let known = chain.wire(wire).is_some() && run.chain.wire(wire).is_some();
        if !known {
            return Err(WhyNotFrozen::NotRun);
        }
        if run.lanes.len() > 1 || chain.lanes.count() > 1 {
            return Err(WhyNotFrozen::Lanes);
        }
        if run
            .chain
            .wire(wire)
            .is_some_and(|wire| wire.mode == WireMode::Direct)
        {
            return Err(WhyNotFrozen::Direct);
        }
        let point = FlowPoint::Wire(wire.clone());
        let flow = match run.flow_at(LaneNumber::FIRST, &point) {
            Some(flow) => flow,
            None if run.is_active() => return Err(WhyNotFrozen::Running),
            None => return Err(WhyNotFrozen::NotRun),
        };
        match flow.end {
            None if run.is_active() => return Err(WhyNotFrozen::Running),
            Some(FlowEnd::EndOfFile) => {}
            _ => return Err(WhyNotFrozen::Cut),
        }
        let slices = flow.preview.slices();
        let whole = match &slices[..] {
            [] => Vec::new(),
            [whole] if whole.offset == 0 => whole.bytes.to_vec(),
            _ => return Err(WhyNotFrozen::TooLarge(flow.bytes)),
        };
        let size = whole.len() as u64;
        if size < flow.bytes || size > FROZEN_BYTES {
            return Err(WhyNotFrozen::TooLarge(flow.bytes.max(size)));
        }
        let others = self.wires.iter().filter(|(known, _)| *known != wire);
        let others: u64 = others.map(|(_, bytes)| bytes.len() as u64).sum();
        if others + size > FROZEN_TOTAL {
            return Err(WhyNotFrozen::TooMany);
        }
        Ok(whole.into())
    }

    /// As text, for the browser to keep.
    pub(crate) fn to_text(&self) -> String {
        let wires = self.wires.iter();
        let wires =
            wires.map(|(wire, bytes)| (wire.to_string(), Value::String(BASE64.encode(bytes))));
        Value::Object(wires.collect()).to_string()
    }

    /// What was kept. What cannot be read is left out.
    pub(crate) fn from_text(text: &str) -> Self {
        let Ok(Value::Object(kept)) = serde_json::from_str(text) else {
            return Self::default();
        };
        let mut frozen = Self::default();
        let mut room = FROZEN_TOTAL;
        for (wire, bytes) in kept {
            let bytes = bytes.as_str().and_then(|text| BASE64.decode(text).ok());
            let Some(bytes) = bytes.filter(|bytes| bytes.len() as u64 <= room) else {
                continue;
            };
            room -= bytes.len() as u64;
            frozen.wires.insert(WireId::new(wire), bytes.into());
        }
        frozen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::{PREVIEW, Script};
    use pipeyard_shared::RunId;
    use pipeyard_shared::event::{Event, RunEvent};

    #[test]
    fn what_is_upstream_of_a_frozen_wire_is_left_out() {
        let chain = crate::line::chain("seq 9 | sort | uniq | wc").expect("a pipeline");
        let frozen = Frozen::default().with("w2".into(), b"1\n".to_vec().into());
        let idle = frozen.idle(&chain);
        assert_eq!(idle, ordered::set(["seq".into(), "sort".into()]));
        let runs = frozen.applied(&chain);
        let names: Vec<_> = runs.stages.iter().map(|stage| stage.id.as_str()).collect();
        assert_eq!(names, ["frozen", "uniq", "wc"]);
        let two = frozen.with("w3".into(), b"2\n".to_vec().into());
        assert_eq!(
            two.applied(&chain).stages.len(),
            2,
            "the frozen bytes and the last stage"
        );
        assert!(
            two.without(&"w2".into())
                .without(&"w3".into())
                .is_off(&chain)
        );
    }

    #[test]
    fn kept_bytes_come_back() {
        let frozen = Frozen::default()
            .with("w1".into(), vec![0, 255, 10].into())
            .with("w2".into(), Vec::new().into());
        assert_eq!(Frozen::from_text(&frozen.to_text()), frozen);
        for text in ["", "[]", "{\"w1\":1}", "{\"w1\":\"*\"}"] {
            assert_eq!(Frozen::from_text(text), Frozen::default(), "{text}");
        }
    }

    #[test]
    fn only_whole_data_of_one_lane_can_be_frozen() {
        let script = Script::opening(1);
        let mut chain = (*script.chain).clone();
        let wire = chain.wires[0].id.clone();
        let frozen = Frozen::default();
        let why = |chain: &Chain, run: Option<&Run>| frozen.bytes_of(chain, run, &wire).err();
        assert_eq!(why(&chain, None), Some(WhyNotFrozen::NotRun));
        let mut run = Run::new(RunId(1), script.chain.clone(), PREVIEW);
        assert_eq!(why(&chain, Some(&run)), Some(WhyNotFrozen::Running));
        let flow = run
            .places
            .id(LaneNumber::FIRST, &FlowPoint::Wire(wire.clone()))
            .expect("a flow");
        let ended = |reason| RunEvent {
            seq: 0,
            at_us: 0,
            event: Event::FlowEnded {
                flow,
                reason,
                bytes: Some(0),
                lines: Some(0),
                kept: None,
            },
        };
        let mut cut = run.clone();
        cut.take_event(&ended(FlowEnd::ReaderLeft), 0.0);
        assert_eq!(why(&chain, Some(&cut)), Some(WhyNotFrozen::Cut));
        run.take_event(&ended(FlowEnd::EndOfFile), 0.0);
        assert_eq!(why(&chain, Some(&run)), None);
        chain.lanes = pipeyard_shared::chain::Lanes::Count(2);
        assert_eq!(why(&chain, Some(&run)), Some(WhyNotFrozen::Lanes));
    }
}
