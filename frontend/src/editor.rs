//! What a person composes: the chain, what of it is selected, and the way back.
//!
//! Pure: nothing here knows of a browser. An edit is data ([`Edit`]), it is worked out on the chain
//! alone ([`rewire`] for what touches wires), and [`Editor`] keeps the chains before it. How the canvas is looked
//! at ([`view`]) is apart from that, and [`gesture`] makes actions of what pointers do.

mod align;
mod apply;
mod connect;
mod edit;
pub(crate) mod fragment;
pub(crate) mod gesture;
mod history;
mod kept;
pub(crate) mod layout;
mod marks;
mod names;
mod passed;
mod place;
mod rewire;
mod selection;
pub(crate) mod summary;
pub(crate) mod template;
pub(crate) mod view;
pub(crate) mod words;

use std::rc::Rc;

use pipeyard_shared::{Chain, StageId};

pub(crate) use align::{Align, aligned};
pub(crate) use connect::{Joining, Port, WhyNot};
pub(crate) use edit::{Edit, Field};
pub(crate) use history::History;
pub(crate) use marks::group_of;
pub(crate) use place::{Arrangement, Places, is_placed};
pub(crate) use rewire::{Side, can_move, can_put_on};
pub(crate) use selection::{Part, Parts, Selection};

use history::Step;
use passed::Passed;

/// What can be done to the editor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// Change the chain; can be undone.
    Edit(Edit),
    /// Show a chain that somebody else has passed on, in place of a person's own until it is changed or kept.
    Visit(Box<Chain>),
    /// Make the visited chain one's own.
    Keep,
    /// Go back to one's own chain from a visited one.
    Mine,
    /// The chain was passed on as it is.
    Pass,
    /// A field has lost the focus: the next edit of it is a step of its own.
    Settle,
    /// Take the last edit back.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// Select a part.
    Select(Selection),
    /// Select every stage and note.
    SelectAll,
    /// Select the stage beside the selected one.
    SelectBeside(Side),
}

/// The chain that is edited, what is selected, and the chains before and after.
#[derive(Clone, Debug)]
pub(crate) struct Editor {
    chain: Rc<Chain>,
    selection: Selection,
    history: History,
    passed: Option<Passed>,
}

/// Chains by identity: an edit that changes nothing makes no new one.
impl PartialEq for Editor {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.chain, &other.chain)
            && self.selection == other.selection
            && self.history == other.history
            && self.passed == other.passed
    }
}

impl Editor {
    /// An editor with nothing to undo.
    pub(crate) fn new(chain: Chain) -> Self {
        Self {
            chain: Rc::new(chain),
            selection: Selection::Chain,
            history: History::default(),
            passed: None,
        }
    }

    /// With another chain in place of its own, which is one step; as it was where they are alike.
    pub(crate) fn with(self, other: Chain) -> Self {
        if *self.chain == other {
            return self;
        }
        self.after(Action::Edit(Edit::Replace(Box::new(other))))
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

    /// Whether taking the last edit back leads to this very chain.
    pub(crate) fn undo_leads_to(&self, chain: &Rc<Chain>) -> bool {
        let (past, _) = self.history.steps();
        past.last()
            .is_some_and(|step| Rc::ptr_eq(&step.chain, chain))
    }

    /// The editor after an action. An action that changes nothing leaves it equal to what it was.
    pub(crate) fn after(&self, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Edit(edit) => {
                next.edit(edit);
                next.own_if_changed();
            }
            Action::Visit(chain) => next.visit(*chain),
            Action::Keep => next.keep(),
            Action::Mine => next.leave(),
            Action::Pass => next.pass(),
            Action::Settle => next.history.settle(),
            // Nothing of a visit is left to be done again.
            Action::Undo if next.has_given_way() => next.leave(),
            Action::Undo => {
                if let Some(step) = next.history.undo(self.step()) {
                    (next.chain, next.selection) = (step.chain, step.selection);
                }
                next.leave_if_before();
                next.own_if_changed();
            }
            Action::Redo => {
                if let Some(step) = next.history.redo(self.step()) {
                    (next.chain, next.selection) = (step.chain, step.selection);
                }
                next.own_if_changed();
            }
            Action::Select(selection) => next.selection = selection,
            Action::SelectAll => next.selection = Selection::all(&self.chain),
            Action::SelectBeside(side) => {
                if let Some(id) = next.beside(side) {
                    next.selection = Selection::Stage(id);
                }
            }
        }
        next.selection = next.selection.within(&next.chain);
        next
    }

    fn step(&self) -> Step {
        Step {
            chain: self.chain.clone(),
            selection: self.selection.clone(),
        }
    }

    fn edit(&mut self, edit: Edit) {
        let mut chain = (*self.chain).clone();
        let selected = apply::apply(&mut chain, &edit, &self.selection);
        if chain == *self.chain {
            return;
        }
        self.history.push(self.step(), edit.field());
        self.chain = Rc::new(chain);
        if let Some(selection) = selected {
            self.selection = selection;
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
}

impl yew::Reducible for Editor {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let next = self.after(action);
        if next == *self { self } else { Rc::new(next) }
    }
}

// Only in release: in a debug build it takes a minute and tells nothing.
#[cfg(all(test, not(debug_assertions)))]
mod measure;
#[cfg(test)]
mod tests;
