//! The way back and forth.

use std::rc::Rc;

use pipeyard_shared::Chain;

use super::Field;

/// Steps that can be taken back; the oldest are forgotten first.
const MOST_STEPS: usize = 200;

/// The chains before and after the present one. They share what did not change only as wholes, so
/// the number of steps is bounded.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct History {
    past: Rc<Vec<Rc<Chain>>>,
    future: Rc<Vec<Rc<Chain>>>,
    /// The field that the last step changed, while it may go on changing within the same step.
    open: Option<Field>,
}

impl History {
    /// A step away from `before`. Typing on in the same field belongs to the step that began it.
    pub(super) fn push(&mut self, before: &Rc<Chain>, field: Option<Field>) {
        let goes_on = field.is_some() && field == self.open && !self.past.is_empty();
        if !goes_on {
            let past = Rc::make_mut(&mut self.past);
            past.push(before.clone());
            if past.len() > MOST_STEPS {
                past.remove(0);
            }
        }
        self.future = Rc::default();
        self.open = field;
    }

    /// Ends the step that is open.
    pub(super) fn settle(&mut self) {
        self.open = None;
    }

    pub(super) fn undo(&mut self, now: &Rc<Chain>) -> Option<Rc<Chain>> {
        self.settle();
        let before = Rc::make_mut(&mut self.past).pop()?;
        Rc::make_mut(&mut self.future).push(now.clone());
        Some(before)
    }

    pub(super) fn redo(&mut self, now: &Rc<Chain>) -> Option<Rc<Chain>> {
        self.settle();
        let after = Rc::make_mut(&mut self.future).pop()?;
        Rc::make_mut(&mut self.past).push(now.clone());
        Some(after)
    }

    pub(super) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub(super) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}
