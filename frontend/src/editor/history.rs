//! The way back and forth.

use std::rc::Rc;

use pipeyard_shared::Chain;

use super::{Field, Selection};

/// Steps that can be taken back; the oldest are forgotten first.
pub(super) const MOST_STEPS: usize = 200;

/// Stages and wires that the steps before the present may have together, so that large chains do not fill the memory.
const MOST_PARTS: usize = 60_000;

/// A chain, and what of it was selected.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) chain: Rc<Chain>,
    pub(super) selection: Selection,
}

/// The chains before and after the present one. They share what did not change only as wholes, so
/// the number of steps is bounded.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    past: Rc<Vec<Step>>,
    future: Rc<Vec<Step>>,
    /// The field that the last step changed, while it may go on changing within the same step.
    open: Option<Field>,
}

/// By identity: looking through hundreds of chains would take longer than any edit.
impl PartialEq for History {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.past, &other.past)
            && Rc::ptr_eq(&self.future, &other.future)
            && self.open == other.open
    }
}

impl History {
    /// A history that was kept.
    pub(super) fn of(past: Vec<Step>, future: Vec<Step>) -> Self {
        Self {
            past: Rc::new(past),
            future: Rc::new(future),
            open: None,
        }
    }

    /// A step away from `before`. Typing on in the same field belongs to the step that began it.
    pub(super) fn push(&mut self, before: Step, field: Option<Field>) {
        let goes_on = field.is_some() && field == self.open && !self.past.is_empty();
        if !goes_on {
            let past = Rc::make_mut(&mut self.past);
            past.push(before);
            let parts = |step: &Step| step.chain.stages.len() + step.chain.wires.len();
            let mut room = MOST_PARTS;
            let kept = past.iter().rev().take(MOST_STEPS).take_while(|step| {
                let fits = parts(step) <= room;
                room = room.saturating_sub(parts(step));
                fits
            });
            let forgotten = past.len() - kept.count().max(1);
            past.drain(..forgotten);
        }
        if !self.future.is_empty() {
            self.future = Rc::default();
        }
        self.open = field;
    }

    /// Ends the step that is open.
    pub(super) fn settle(&mut self) {
        self.open = None;
    }

    pub(super) fn undo(&mut self, now: Step) -> Option<Step> {
        self.settle();
        if self.past.is_empty() {
            return None;
        }
        let before = Rc::make_mut(&mut self.past).pop()?;
        Rc::make_mut(&mut self.future).push(now);
        Some(before)
    }

    /// What was taken back cannot be done again.
    pub(super) fn forget_future(&mut self) {
        self.future = Rc::default();
    }

    pub(super) fn redo(&mut self, now: Step) -> Option<Step> {
        self.settle();
        if self.future.is_empty() {
            return None;
        }
        let after = Rc::make_mut(&mut self.future).pop()?;
        Rc::make_mut(&mut self.past).push(now);
        Some(after)
    }

    pub(super) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub(super) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// The steps before the present, oldest first, and those after it, nearest last.
    pub(super) fn steps(&self) -> (&[Step], &[Step]) {
        (&self.past, &self.future)
    }
}
