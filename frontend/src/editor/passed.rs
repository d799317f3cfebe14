//! Chains that go from one person to another: one that came with a link is looked at in place of one's own, which is a step
//! back, until it is changed or kept; and what was passed on can be told from what became of it.

use std::rc::Rc;

use pipeyard_shared::Chain;

use super::{Action, Edit, Editor};

/// The chain as it was passed on.
#[derive(Clone, Debug)]
pub(super) struct Passed {
    chain: Rc<Chain>,
    /// How many steps could be taken back when it came; with fewer, the chain before it is shown.
    steps: usize,
    /// Whether it took the place of another chain.
    replaced: bool,
    /// Whether it is somebody else's: nothing of it is kept.
    visited: bool,
}

impl PartialEq for Passed {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.chain, &other.chain) && self.visited == other.visited
    }
}

impl Passed {
    /// One's own chain, given to others.
    pub(super) fn on(chain: Rc<Chain>) -> Self {
        Self {
            chain,
            steps: 0,
            replaced: false,
            visited: false,
        }
    }
}

impl Editor {
    /// The chain as it was passed on last, where it is one's own.
    pub(super) fn passed_on(&self) -> Option<&Rc<Chain>> {
        let passed = self.passed.as_ref().filter(|passed| !passed.visited)?;
        Some(&passed.chain)
    }

    /// The chain that came from somebody else, while it is neither changed nor kept.
    pub(crate) fn visited(&self) -> Option<&Rc<Chain>> {
        let passed = self.passed.as_ref().filter(|passed| passed.visited)?;
        Some(&passed.chain)
    }

    /// Whether the chain is another than the one that was passed on last, by whomever.
    pub(crate) fn is_changed(&self) -> bool {
        let passed = self.passed.as_ref();
        passed.is_some_and(|passed| *passed.chain != *self.chain)
    }

    pub(super) fn visit(&mut self, chain: Chain) {
        self.leave();
        let replaced = *self.chain != chain;
        if replaced {
            self.edit(Edit::Replace(Box::new(chain)));
        }
        let (past, _) = self.history.steps();
        self.passed = Some(Passed {
            chain: self.chain.clone(),
            steps: if replaced { past.len() } else { 0 },
            replaced,
            visited: true,
        });
    }

    pub(super) fn keep(&mut self) {
        if let Some(passed) = &mut self.passed {
            passed.visited = false;
        }
    }

    /// Whether one's own chain is the step before the visited one.
    pub(super) fn has_given_way(&self) -> bool {
        self.passed
            .as_ref()
            .is_some_and(|passed| passed.visited && passed.replaced)
    }

    /// Nothing where no chain is visited. What is left cannot be done again: it would come back as one's own.
    pub(super) fn leave(&mut self) {
        if let Some(passed) = self.passed.take_if(|passed| passed.visited)
            && passed.replaced
        {
            *self = self.after(Action::Undo);
            self.history.forget_future();
        }
    }

    /// What is typed on is another step than what was passed on.
    pub(super) fn pass(&mut self) {
        if self.visited().is_some() {
            return;
        }
        self.history.settle();
        self.passed = Some(Passed::on(self.chain.clone()));
    }

    /// What is changed is one's own.
    pub(super) fn own_if_changed(&mut self) {
        let other = |passed: &Passed| !Rc::ptr_eq(&passed.chain, &self.chain);
        if self.passed.as_ref().is_some_and(other) {
            self.keep();
        }
    }

    /// Who takes the coming of a chain back is where he was before it.
    pub(super) fn leave_if_before(&mut self) {
        let (past, _) = self.history.steps();
        let before = past.len();
        self.passed.take_if(|passed| before < passed.steps);
    }
}

#[cfg(test)]
mod tests {
    use pipeyard_shared::chain::Stage;

    use super::*;

    fn chain(program: &str) -> Chain {
        Chain::of_stages("", vec![Stage::process("a", program, [])])
    }

    fn visiting() -> (Editor, Editor) {
        let title = Action::Edit(Edit::Title("own".into()));
        let own = Editor::new(chain("own")).after(title);
        let visiting = own.after(Action::Visit(Box::new(chain("other"))));
        (own, visiting)
    }

    #[test]
    fn a_visited_chain_is_left_as_it_was_entered() {
        let (own, visiting) = visiting();
        assert_eq!(**visiting.chain(), chain("other"));
        assert_eq!(visiting.visited(), Some(visiting.chain()));
        assert!(!visiting.is_changed());
        for way in [Action::Mine, Action::Undo] {
            let left = visiting.after(way);
            assert_eq!(left.chain(), own.chain());
            assert!(left.visited().is_none() && !left.is_changed() && left.can_undo());
            // Redo brought the link's chain back as a person's own, and it was saved over theirs.
            assert!(!left.can_redo());
            assert_eq!(left.after(Action::Redo).chain(), own.chain());
        }
    }

    #[test]
    fn who_changes_or_keeps_it_has_it_and_the_own_one_is_a_step_back() {
        let (own, visiting) = visiting();
        let changed = visiting.after(Action::Edit(Edit::Title("changed".into())));
        assert!(changed.visited().is_none() && changed.is_changed());
        let back = changed.after(Action::Undo);
        assert!(back.visited().is_none() && !back.is_changed());
        let back = back.after(Action::Undo);
        assert_eq!(back.chain(), own.chain());
        assert!(!back.is_changed());

        let kept = visiting.after(Action::Keep);
        assert!(kept.visited().is_none() && !kept.is_changed());
        assert_eq!(kept.after(Action::Mine), kept);
        assert_eq!(kept.after(Action::Undo).chain(), own.chain());
        let selected = visiting.after(Action::SelectAll);
        assert!(selected.visited().is_some());
    }

    #[test]
    fn a_second_visit_leads_back_to_the_same_place() {
        let (own, visiting) = visiting();
        let second = visiting.after(Action::Visit(Box::new(chain("second"))));
        assert_eq!(second.after(Action::Mine).chain(), own.chain());
        // One's own chain can come from elsewhere too.
        let same = own.after(Action::Visit(Box::new((**own.chain()).clone())));
        assert!(same.visited().is_some());
        assert_eq!(same.after(Action::Mine).chain(), own.chain());
        assert_eq!(same.after(Action::Mine).can_undo(), own.can_undo());
    }

    /// A link to the very chain that is shown was taken for the chain after Undo or Redo too: the panel read and ran
    /// another one than was drawn.
    #[test]
    fn who_goes_back_or_forth_from_a_visited_chain_is_at_his_own() {
        let (own, _) = visiting();
        let settled = own.after(Action::Settle);
        let later = settled.after(Action::Edit(Edit::Title("later".into())));
        let middle = later.after(Action::Undo);
        let same = middle.after(Action::Visit(Box::new((**middle.chain()).clone())));
        assert!(same.visited().is_some() && same.can_undo() && same.can_redo());
        for way in [Action::Undo, Action::Redo] {
            let gone = same.after(way);
            assert_ne!(gone.chain(), same.chain());
            assert!(gone.visited().is_none());
        }
    }

    #[test]
    fn what_was_passed_on_is_told_from_what_became_of_it() {
        let (own, _) = visiting();
        let passed = own.after(Action::Pass);
        assert!(!passed.is_changed() && passed.visited().is_none());
        let changed = passed.after(Action::Edit(Edit::Title("later".into())));
        assert!(changed.is_changed());
        assert!(!changed.after(Action::Undo).is_changed());
    }
}
