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
    /// The one that is back where it was, to which steps of the history can lead still.
    pub(super) taken: Option<Own>,
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
        if let Some(at) = self.own.iter().position(|own| *own.chain == *chain) {
            self.taken = Some(self.own.remove(at));
        }
    }

    /// With these wires of a chain frozen, and no others. Of a chain that never gave way nothing is kept.
    pub(super) fn freeze(&mut self, chain: &Chain, frozen: &Rc<Frozen>) {
        let known = self.own.iter_mut().chain(&mut self.taken);
        for own in known.filter(|own| *own.chain == *chain) {
            own.frozen = frozen.clone();
        }
    }

    /// The chain to go back to, while another one is shown.
    pub(crate) fn back(&self, present: &Chain) -> Option<&Own> {
        self.own.iter().rev().find(|own| *own.chain != *present)
    }

    /// What is frozen, where the steps of the history lead to a chain: one's own has its bytes again, and a lesson's has
    /// none of them. Nothing where that is as it should be.
    pub(crate) fn frozen_at(&self, chain: &Chain, frozen: &Rc<Frozen>) -> Option<Rc<Frozen>> {
        let none = Rc::default();
        if let Some(own) = self.known().find(|own| *own.chain == *chain) {
            let lost = *frozen == none && own.frozen != none;
            return lost.then(|| own.frozen.clone());
        }
        let is_lent = self.lent.as_deref() == Some(chain);
        let others = *frozen != none && self.known().any(|own| own.frozen == *frozen);
        (is_lent && others).then_some(none)
    }

    /// Whether other wires of a chain were frozen when it was seen last.
    pub(crate) fn was_otherwise(&self, chain: &Chain, frozen: &Rc<Frozen>) -> bool {
        self.known()
            .any(|own| *own.chain == *chain && own.frozen != *frozen)
    }

    /// Those that gave way, and the one that is back.
    fn known(&self) -> impl Iterator<Item = &Own> {
        self.own.iter().chain(&self.taken)
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
        self.taken = self.taken.take().filter(|taken| taken.chain != own.chain);
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

    fn lent_with_frozen() -> (Shelf, [Rc<Chain>; 2], Rc<Frozen>) {
        let (mine, lent) = (chain("mine", &["sort"]), chain("Pipes", &["seq"]));
        let bytes = Frozen::default().with(WireId::new("a-b"), Rc::from(*b"bytes"));
        let bytes = Rc::new(bytes);
        let present = Own {
            chain: mine.clone(),
            frozen: bytes.clone(),
        };
        let mut shelf = Shelf::default();
        shelf.lend(present, lent.clone());
        (shelf, [mine, lent], bytes)
    }

    /// Back at one's own chain, a step back led to the lesson's with one's own bytes on wires of the same name.
    #[test]
    fn the_lessons_chain_has_none_of_the_bytes_of_one_that_is_back() {
        let (mut shelf, [mine, lent], bytes) = lent_with_frozen();
        shelf.take(&mine);
        assert_eq!(back(&shelf, &lent), None);
        let none: Rc<Frozen> = Rc::default();
        assert_eq!(shelf.frozen_at(&lent, &bytes), Some(none.clone()), "undone");
        assert_eq!(shelf.frozen_at(&mine, &none), Some(bytes.clone()), "redone");
        assert_eq!(shelf.frozen_at(&mine, &bytes), None);
        // It gives way again, and is one to go back to as before.
        let present = Own {
            chain: mine.clone(),
            frozen: bytes.clone(),
        };
        shelf.lend(present, lent.clone());
        assert_eq!(shelf.taken, None);
        assert_eq!(back(&shelf, &lent), Some(mine));
    }

    /// Wires that were thawed after a step back were frozen again by a reload.
    #[test]
    fn what_was_thawed_stays_so() {
        let none = Rc::default();
        for is_back in [false, true] {
            let (mut shelf, [mine, lent], bytes) = lent_with_frozen();
            if is_back {
                shelf.take(&mine);
            }
            assert_eq!(shelf.frozen_at(&mine, &none), Some(bytes.clone()), "undone");
            assert!(shelf.was_otherwise(&mine, &none));
            shelf.freeze(&mine, &none);
            assert!(!shelf.was_otherwise(&mine, &none));
            assert_eq!(shelf.frozen_at(&mine, &none), None, "thawed");
            // What is frozen anew comes and goes with it as well.
            shelf.freeze(&mine, &bytes);
            shelf.freeze(&lent, &none);
            assert_eq!(shelf.frozen_at(&lent, &bytes), Some(none.clone()));
            assert_eq!(shelf.frozen_at(&mine, &none), Some(bytes));
        }
    }
}
