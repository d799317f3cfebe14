//! The chains of one's own that have given way to a lesson's. What is whose is told by what is in them, and none is lost
//! where that cannot be told.

use std::rc::Rc;

use pipeyard_shared::Chain;

use crate::part::Frozen;

/// So many chains of one's own are kept; the oldest are forgotten first.
const MOST_OWN: usize = 4;

/// A chain that gave way.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Own {
    /// It.
    pub(crate) chain: Rc<Chain>,
    /// The bytes that wires of it were frozen with.
    pub(crate) frozen: Rc<Frozen>,
}

/// Those that gave way, and what took their place.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shelf {
    /// The one to go back to first stands last.
    pub(super) own: Vec<Own>,
    /// What a lesson has lent last.
    pub(super) lent: Option<Rc<Chain>>,
}

impl Shelf {
    /// With a lesson's chain in the place of the one that is there.
    pub(super) fn lend(&mut self, present: Own, lent: Rc<Chain>) {
        match self.whose(&present.chain) {
            Whose::Lesson => {}
            Whose::Own => self.put(present, true),
            // Whatever it is, what is known to be one's own comes back before it.
            Whose::Unknown => self.put(present, false),
        }
        self.lent = Some(lent);
    }

    /// Without the chain that is back where it was.
    pub(super) fn take(&mut self, chain: &Chain) {
        self.own.retain(|own| *own.chain != *chain);
    }

    /// The chain to go back to, while another one is shown.
    pub(crate) fn back(&self, present: &Chain) -> Option<&Own> {
        self.own.iter().rev().find(|own| *own.chain != *present)
    }

    /// What is frozen, where the steps of the history lead to a chain: one's own has its bytes again, and a lesson's has
    /// none of them. Nothing where that is as it should be.
    pub(crate) fn frozen_at(&self, chain: &Chain, frozen: &Rc<Frozen>) -> Option<Rc<Frozen>> {
        let none = Rc::default();
        if let Some(own) = self.own.iter().find(|own| *own.chain == *chain) {
            let lost = *frozen == none && own.frozen != none;
            return lost.then(|| own.frozen.clone());
        }
        let is_lent = self.lent.as_deref() == Some(chain);
        let others = *frozen != none && self.own.iter().any(|own| own.frozen == *frozen);
        (is_lent && others).then_some(none)
    }

    fn whose(&self, present: &Chain) -> Whose {
        let Some(lent) = &self.lent else {
            return match present.stages.is_empty() {
                true => Whose::Lesson,
                false => Whose::Own,
            };
        };
        let mut stages = present.stages.iter();
        // An empty chain is nobody's work.
        if present.stages.is_empty() || **lent == *present {
            return Whose::Lesson;
        }
        let known = self.own.iter().any(|own| *own.chain == *present);
        if known || lent.title != present.title {
            return Whose::Own;
        }
        // What a lesson has put there, and what became of it, has something of it still.
        match stages.any(|stage| lent.stage(&stage.id).is_some()) {
            true => Whose::Lesson,
            false => Whose::Unknown,
        }
    }

    fn put(&mut self, own: Own, first: bool) {
        self.own.retain(|known| known.chain != own.chain);
        // Room is made first: what comes is never what is forgotten.
        let forgotten = (self.own.len() + 1).saturating_sub(MOST_OWN);
        self.own.drain(..forgotten);
        let at = if first { self.own.len() } else { 0 };
        self.own.insert(at, own);
    }
}

/// Whose work a chain is.
enum Whose {
    Lesson,
    Own,
    /// It is called as the lesson's, and has nothing of it.
    Unknown,
}

#[cfg(test)]
mod tests {
    use pipeyard_shared::WireId;
    use pipeyard_shared::chain::Stage;

    use super::*;

    fn chain(title: &str, programs: &[&str]) -> Rc<Chain> {
        let stages = programs.iter();
        let stages = stages.map(|program| Stage::process(program, program, []));
        Rc::new(Chain::of_stages(title, stages.collect()))
    }

    fn own(chain: &Rc<Chain>) -> Own {
        Own {
            chain: chain.clone(),
            frozen: Rc::default(),
        }
    }

    fn back(shelf: &Shelf, present: &Chain) -> Option<Rc<Chain>> {
        shelf.back(present).map(|own| own.chain.clone())
    }

    #[test]
    fn one_of_the_same_title_is_told_by_what_is_in_it() {
        let lent = chain("Pipes", &["seq", "tac"]);
        let mine = chain("mine", &["sort"]);
        let mut shelf = Shelf::default();
        shelf.lend(own(&mine), lent.clone());
        // What became of the lesson's chain is the lesson's.
        let worked_on = chain("Pipes", &["seq", "sort"]);
        shelf.lend(own(&worked_on), lent.clone());
        assert_eq!(back(&shelf, &lent), Some(mine.clone()));
        // Another one that is called so, too, is not lost; what is known to be one's own comes first.
        let called_so = chain("Pipes", &["wc"]);
        shelf.lend(own(&called_so), lent.clone());
        assert_eq!(back(&shelf, &lent), Some(mine.clone()));
        shelf.take(&mine);
        assert_eq!(back(&shelf, &mine), Some(called_so.clone()));
        shelf.take(&called_so);
        assert_eq!(back(&shelf, &called_so), None);
    }

    #[test]
    fn so_many_are_kept_and_each_once() {
        let lent = chain("Pipes", &["seq"]);
        let mut shelf = Shelf::default();
        for number in 0..MOST_OWN + 3 {
            let title = format!("own {number}");
            for _ in 0..2 {
                shelf.lend(own(&chain(&title, &["sort"])), lent.clone());
            }
        }
        assert_eq!(shelf.own.len(), MOST_OWN);
        let last = format!("own {}", MOST_OWN + 2);
        assert_eq!(back(&shelf, &lent), Some(chain(&last, &["sort"])));
        let called_so = chain("Pipes", &["wc"]);
        shelf.lend(own(&called_so), lent);
        assert_eq!(shelf.own.len(), MOST_OWN);
        let kept = shelf.own.iter().any(|own| own.chain == called_so);
        assert!(kept, "what comes is not what is forgotten");
    }

    #[test]
    fn frozen_bytes_come_and_go_with_their_chain() {
        let (mine, lent) = (chain("mine", &["sort"]), chain("Pipes", &["seq"]));
        let wire = WireId::new("a-b");
        let bytes = Rc::new(Frozen::default().with(wire, Rc::from(*b"bytes")));
        let present = Own {
            chain: mine.clone(),
            frozen: bytes.clone(),
        };
        let mut shelf = Shelf::default();
        shelf.lend(present, lent.clone());
        let none = Rc::default();
        assert_eq!(shelf.frozen_at(&mine, &none), Some(bytes.clone()), "undone");
        assert_eq!(shelf.frozen_at(&mine, &bytes), None);
        assert_eq!(shelf.frozen_at(&lent, &bytes), Some(none.clone()), "redone");
        assert_eq!(shelf.frozen_at(&lent, &none), None);
        // Of any other chain nothing is known.
        assert_eq!(shelf.frozen_at(&chain("x", &["wc"]), &bytes), None);
    }
}
