//! What of a chain one line of text can say, while the rest is said elsewhere: lanes, times, directories, names.

use std::ops::Range;

use super::said;
use crate::chain::{Chain, StatusRule, Stdin};
use crate::id::StageId;
use crate::shell::import::{Origin, Reading};

/// A chain as one line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The text, without a final newline. It may have several lines.
    pub text: String,
    /// Its stages, in the order of [`import`](crate::shell::import).
    pub parts: Vec<Part>,
}

/// What of a text says a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The stage.
    pub stage: StageId,
    /// Where, in bytes from 0. Parts lie side by side or within each other: a file within the command that opens it.
    pub text: Range<usize>,
}

/// How the text of a line is meant: `{lane}` and `{value}` are placeholders, as they are wherever a chain is edited.
pub fn reading(chain: &Chain) -> Reading {
    Reading {
        has_lanes: true,
        pipefail: chain.status == StatusRule::Pipefail,
        for_the_shell: Vec::new(),
    }
}

/// The chain as one line of text, where a line can say which programs it has and what joins them. Nothing where it
/// cannot: for merges that a shell does not have, say, or what is not joined.
///
/// What a line never says is left out: lanes, labels, times, directories, variables that are taken away, input that
/// is typed, and that a stage is bypassed. Read with [`reading`], the text is the same chain but for these.
pub fn spoken(chain: &Chain) -> Option<Spoken> {
    let said = said(&sayable(chain), &reading(chain))?;
    let part = |(place, origin): (&usize, Origin)| Part {
        stage: chain.stages[*place].id.clone(),
        text: origin.text,
    };
    let parts = said.order.iter().zip(said.imported.origins).map(part);
    Some(Spoken {
        parts: parts.collect(),
        text: said.text,
    })
}

/// The chain with what a line can say of it, and nothing else.
pub(in crate::shell) fn sayable(chain: &Chain) -> Chain {
    let mut chain = chain.clone();
    for stage in &mut chain.stages {
        stage.bypassed = false;
        if let Some(setup) = stage.setup_mut() {
            setup.timeout_ms = None;
            setup.directory = None;
            setup
                .environment
                .retain(|variable| variable.value.is_some());
            if setup.stdin == Stdin::Typed {
                setup.stdin = Stdin::Free;
            }
        }
    }
    chain
}
