//! A chain by numbers: what is asked of every wire must not be looked up by name every time.

use crate::chain::{Chain, OutputPort};
use crate::ordered;

/// The places of stages in the chain, by what joins them.
pub(super) struct Index {
    /// For each wire: the stages that it joins, if both are there.
    pub(super) ends: Vec<Option<(usize, usize)>>,
    /// For each stage: whether its standard output has a wire.
    pub(super) gives: Vec<bool>,
}

impl Index {
    pub(super) fn of(chain: &Chain) -> Self {
        let stages = chain.stages.iter().enumerate();
        let place = ordered::map(stages.map(|(at, stage)| (&stage.id, at)));
        let mut gives = vec![false; chain.stages.len()];
        let ends = chain.wires.iter().map(|wire| {
            let from = place.get(&wire.from.stage).copied();
            if let Some(at) = from.filter(|_| wire.from.port == OutputPort::Stdout) {
                gives[at] = true;
            }
            from.zip(place.get(&wire.to.stage).copied())
        });
        let ends = ends.collect();
        Self { ends, gives }
    }

    /// Whether what comes out of a stage's standard output is a result: no wire takes it.
    pub(super) fn has_result(&self, chain: &Chain, stage: usize) -> bool {
        let known = &chain.stages[stage];
        known.has_output(OutputPort::Stdout) && known.starts_process() && !self.gives[stage]
    }
}
