//! What a person composes: the chain, what of it is selected, and the way back.
//!
//! Pure: nothing here knows of a browser. An edit is data ([`Edit`]), it is worked out on the chain
//! alone ([`rewire`] for what touches wires), and [`Editor`] keeps the chains before it.

mod edit;
mod history;
pub(crate) mod layout;
mod names;
mod rewire;
pub(crate) mod summary;
pub(crate) mod template;

use std::rc::Rc;

use pipeyard_shared::{Chain, StageId, WireId};

pub(crate) use edit::{Edit, Field};
pub(crate) use history::History;
pub(crate) use rewire::{Side, can_move};

/// The part of the chain that the inspector shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Selection {
    /// The chain as a whole.
    #[default]
    Chain,
    /// A stage.
    Stage(StageId),
    /// A wire.
    Wire(WireId),
}

/// What can be done to the editor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// Change the chain; can be undone.
    Edit(Edit),
    /// A field has lost the focus: the next edit of it is a step of its own.
    Settle,
    /// Take the last edit back.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// Select a part.
    Select(Selection),
    /// Select the stage beside the selected one.
    SelectBeside(Side),
}

/// The chain that is edited, what is selected, and the chains before and after.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Editor {
    chain: Rc<Chain>,
    selection: Selection,
    history: History,
}

impl Editor {
    /// An editor with nothing to undo.
    pub(crate) fn new(chain: Chain) -> Self {
        Self {
            chain: Rc::new(chain),
            selection: Selection::Chain,
            history: History::default(),
        }
    }

    /// The chain as it is now.
    pub(crate) fn chain(&self) -> &Rc<Chain> {
        &self.chain
    }

    /// What is selected. Always a part that exists.
    pub(crate) fn selection(&self) -> &Selection {
        &self.selection
    }

    /// The selected stage's id.
    pub(crate) fn selected_stage(&self) -> Option<&StageId> {
        match &self.selection {
            Selection::Stage(id) => Some(id),
            _ => None,
        }
    }

    /// Whether there is something to take back.
    pub(crate) fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// Whether something that was taken back can be done again.
    pub(crate) fn can_redo(&self) -> bool {
        self.history.can_redo()
    }

    /// The editor after an action. An action that changes nothing leaves it equal to what it was.
    pub(crate) fn after(&self, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Edit(edit) => next.edit(edit),
            Action::Settle => next.history.settle(),
            Action::Undo => {
                if let Some(chain) = next.history.undo(&self.chain) {
                    next.chain = chain;
                }
            }
            Action::Redo => {
                if let Some(chain) = next.history.redo(&self.chain) {
                    next.chain = chain;
                }
            }
            Action::Select(selection) => next.selection = selection,
            Action::SelectBeside(side) => {
                if let Some(id) = next.beside(side) {
                    next.selection = Selection::Stage(id);
                }
            }
        }
        next.keep_selection_real();
        next
    }

    fn edit(&mut self, edit: Edit) {
        let mut chain = (*self.chain).clone();
        let selected = edit::apply(&mut chain, &edit, self.selected_stage());
        if chain == *self.chain {
            return;
        }
        self.history.push(&self.chain, edit.field());
        self.chain = Rc::new(chain);
        if let Some(id) = selected {
            self.selection = Selection::Stage(id);
        }
    }

    /// The neighbour in the order in which bytes pass; the first or last stage when none is selected.
    fn beside(&self, side: Side) -> Option<StageId> {
        let order = layout::reading_order(&self.chain);
        let at = self
            .selected_stage()
            .and_then(|id| self.chain.stage_index(id))
            .and_then(|index| order.iter().position(|place| *place == index));
        let to = match (at, side) {
            (None, Side::Right) => 0,
            (None, Side::Left) => order.len().checked_sub(1)?,
            (Some(at), Side::Right) => at + 1,
            (Some(at), Side::Left) => at.checked_sub(1)?,
        };
        let stage = self.chain.stages.get(*order.get(to)?)?;
        Some(stage.id.clone())
    }

    fn keep_selection_real(&mut self) {
        let real = match &self.selection {
            Selection::Chain => true,
            Selection::Stage(id) => self.chain.stage(id).is_some(),
            Selection::Wire(id) => self.chain.wire(id).is_some(),
        };
        if !real {
            self.selection = Selection::Chain;
        }
    }
}

impl yew::Reducible for Editor {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let next = self.after(action);
        if next == *self { self } else { Rc::new(next) }
    }
}

#[cfg(test)]
mod tests;
