//! What of a chain travels when it is passed on. Pure.

use std::rc::Rc;

use pipeyard_shared::chain::{Input, StageKind};
use pipeyard_shared::link::{self, Shared, TooLong};
use pipeyard_shared::{Chain, Text};

use crate::runs::Run;

/// What may travel beside the chain's stages and wires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// The texts and bytes of inputs.
    Inputs,
    /// Notes on the canvas.
    Notes,
    /// Where things stand on it.
    Places,
    /// The values of variables that stages are given.
    Values,
    /// The last run: what happened, and the data.
    Results,
}

impl Item {
    /// All of them, as the dialog has them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Inputs,
        Self::Notes,
        Self::Places,
        Self::Values,
        Self::Results,
    ];
}

/// Which of [`Item::ALL`] travel.
pub(crate) type Ticks = [bool; 5];

/// What travels unless somebody says otherwise: values of variables are often secrets, and results long.
pub(crate) const TICKS: Ticks = [true, true, true, false, false];

/// A link, and what is in it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Passed {
    /// The fragment, without its `#`, or why there is none.
    pub(crate) fragment: Result<String, TooLong>,
    /// The chain that a reader gets.
    pub(crate) chain: Rc<Chain>,
    /// To how many bytes of each end of each flow the data were cut so that they fit, if they were.
    pub(crate) cut: Option<usize>,
}

/// The link of a chain with what is ticked.
pub(crate) fn passed(chain: &Chain, run: Option<&Run>, ticks: Ticks) -> Passed {
    let travels = reduced(chain, ticks);
    let run = run.filter(|_| ticks[Item::Results as usize]);
    let mut shared = Shared {
        recording: run.map(Run::to_recording),
        chain: travels,
    };
    if let Some(recording) = &mut shared.recording {
        recording.chain = reduced(&recording.chain, ticks);
    }
    let fitting = link::encode_fitting(&shared);
    Passed {
        cut: fitting.as_ref().ok().and_then(|fitting| fitting.cut),
        fragment: fitting.map(|fitting| fitting.fragment),
        chain: Rc::new(shared.chain),
    }
}

/// Whether a chain has anything of this.
pub(crate) fn has(chain: &Chain, item: Item) -> bool {
    match item {
        Item::Results => true,
        Item::Notes => !chain.notes.is_empty(),
        item => {
            let mut ticks = [true; 5];
            ticks[item as usize] = false;
            reduced(chain, ticks) != *chain
        }
    }
}

/// The chain without what does not travel.
fn reduced(chain: &Chain, ticks: Ticks) -> Chain {
    let mut chain = chain.clone();
    let leaves = |item: Item| !ticks[item as usize];
    if leaves(Item::Notes) {
        chain.notes.clear();
    }
    for stage in &mut chain.stages {
        if leaves(Item::Places) {
            stage.at = None;
        }
        if leaves(Item::Inputs)
            && let StageKind::Input(input) = &mut stage.kind
        {
            match input {
                Input::Text(text) | Input::Repeat { text, .. } => *text = Text::default(),
                Input::Hex(text) | Input::Base64(text) => text.clear(),
                Input::Lines(lines) => lines.clear(),
                Input::Random(_) => {}
            }
        }
        if leaves(Item::Values)
            && let Some(setup) = stage.setup_mut()
        {
            for variable in &mut setup.environment {
                variable.value = variable.value.as_ref().map(|_| Text::default());
            }
        }
    }
    chain
}

#[cfg(test)]
mod tests {
    use pipeyard_shared::chain::{Point, Stage, Variable};
    use pipeyard_shared::limits::Limits;

    use super::*;

    fn chain() -> Chain {
        let mut stage = Stage::process("a", "openssl", ["enc"]);
        stage.at = Some(Point { x: 20.0, y: 40.0 });
        if let Some(setup) = stage.setup_mut() {
            setup.environment = vec![
                Variable::set("password", "hunter2"),
                Variable::unset("HOME"),
            ];
        }
        let input = Stage::input("in", Input::Lines(vec!["typed".into()]));
        let mut chain = Chain::of_stages("A title", vec![input, stage]);
        let note = r#"{"pipeyard":1,"stages":[],"notes":[{"id":"n","text":"a note","at":{"x":0,"y":0},"size":{"width":160,"height":80}}]}"#;
        chain.notes = Chain::from_json(note).expect("a note").notes;
        chain
    }

    fn opened(ticks: Ticks) -> Chain {
        let fragment = passed(&chain(), None, ticks).fragment.expect("short");
        link::decode(&fragment, &Limits::default())
            .expect("whole")
            .chain
    }

    #[test]
    fn secrets_stay_at_home_unless_they_are_asked_for() {
        assert!(!opened(TICKS).to_json().contains("hunter2"));
        assert!(opened(TICKS).to_json().contains("typed"));
        assert_eq!(opened([true; 5]), chain());
    }

    #[test]
    fn what_is_not_ticked_does_not_travel() {
        let bare = opened([false; 5]);
        for gone in ["hunter2", "typed", "a note", "\"at\""] {
            assert!(!bare.to_json().contains(gone), "{gone}");
        }
        assert_eq!(bare.stages.len(), 2);
        assert_eq!(bare.title, "A title");
        assert!(bare.to_json().contains("password"));
    }

    #[test]
    fn only_what_there_is_can_be_left_out() {
        for item in Item::ALL {
            assert!(has(&chain(), item), "{item:?}");
        }
        let plain = Chain::of_stages("", vec![Stage::process("a", "true", [])]);
        for item in [Item::Inputs, Item::Notes, Item::Places, Item::Values] {
            assert!(!has(&plain, item), "{item:?}");
        }
    }
}
