//! A lane whose pipes and files could not be opened.

use std::collections::BTreeMap;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::ending::{Ending, StartFailure};

use super::LaneContext;
use crate::engine::life::{FlowSpec, Happened, Spec, StageSpec};
use crate::engine::open::{OpenError, Opened};
use crate::engine::process;

/// What happened, with the stage to blame.
pub(super) fn why(chain: &Chain, error: OpenError) -> Happened {
    let OpenError {
        stage,
        doing,
        error,
    } = error;
    let definition = &chain.stages[stage];
    let ending = if definition.starts_process() {
        Ending::CouldNotStart {
            reason: StartFailure {
                program: definition.name().into(),
                cause: process::cause(&error),
                error: format!("{doing}: {error}"),
                limit: None,
            },
        }
    } else {
        Ending::Failed {
            doing: doing.to_owned(),
            error: error.to_string(),
        }
    };
    Happened::CouldNotOpen { stage, ending }
}

/// A lane of which nothing could be opened: the same stages and flows, and nothing to do.
pub(super) fn nothing(context: &LaneContext) -> Opened {
    let chain = &context.plan.chain;
    let stages = chain.stages.iter().map(|stage| StageSpec {
        id: stage.id.clone(),
        process: stage.starts_process(),
        timeout: None,
        relays: 0,
    });
    let flows = context.flows.iter().map(|flow| FlowSpec {
        id: flow.id(),
        from: 0,
        to: None,
        relayed: false,
    });
    Opened {
        spec: Spec {
            lane: context.lane,
            stages: stages.collect(),
            flows: flows.collect(),
        },
        descriptors: chain.stages.iter().map(|_| Vec::new()).collect(),
        relays: Vec::new(),
        relay_stages: Vec::new(),
        typed: BTreeMap::new(),
    }
}
