//! Short sentences that come by themselves and go again: what was refused and why, and what can be taken back.

use std::cell::Cell;
use std::rc::Rc;

use pipeyard_shared::Chain;

/// Toasts at a time; the oldest gives way.
const MOST: usize = 3;

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// The chain is about to be another one, as was asked for: nobody need be told what is gone.
pub(crate) fn expect_another() {
    EXPECTED.set(true);
}

/// Whether that is expected.
pub(crate) fn is_expected() -> bool {
    EXPECTED.get()
}

/// Whether that was expected. It is for one change.
pub(crate) fn was_expected() -> bool {
    EXPECTED.take()
}

/// A sentence.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Toast {
    /// Tells it from the others.
    pub(crate) id: u32,
    /// What it says.
    pub(crate) text: String,
    /// The chain that Undo leads back to, where it tells of something that can be taken back.
    pub(crate) before: Option<Rc<Chain>>,
    /// The chain that can be put in place of the one that is shown.
    pub(crate) back: Option<Rc<Chain>>,
}

/// Those that are shown, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Toasts {
    /// They.
    pub(crate) list: Vec<Toast>,
    said: u32,
}

/// What happens to them.
#[derive(Clone, Debug)]
pub(crate) enum Say {
    /// A sentence, and the chain that Undo leads back to.
    New(String, Option<Rc<Chain>>),
    /// A sentence, and the chain of one's own that can be put in place of the one that is shown.
    Back(String, Rc<Chain>),
    /// This one has been read.
    Dismiss(u32),
    /// This sentence is true no longer.
    Withdraw(String),
}

impl yew::Reducible for Toasts {
    type Action = Say;

    fn reduce(self: Rc<Self>, say: Say) -> Rc<Self> {
        let mut next = (*self).clone();
        match say {
            Say::New(text, before) => next.add(text, before, None),
            Say::Back(text, chain) => next.add(text, None, Some(chain)),
            Say::Dismiss(id) => next.list.retain(|toast| toast.id != id),
            Say::Withdraw(text) => next.list.retain(|toast| toast.text != text),
        }
        Rc::new(next)
    }
}

impl Toasts {
    fn add(&mut self, text: String, before: Option<Rc<Chain>>, back: Option<Rc<Chain>>) {
        // Said again it is the same sentence, for its time anew.
        self.list.retain(|toast| toast.text != text);
        self.said = self.said.wrapping_add(1);
        self.list.push(Toast {
            id: self.said,
            text,
            before,
            back,
        });
        let forgotten = self.list.len().saturating_sub(MOST);
        self.list.drain(..forgotten);
    }
}

/// What an edit took away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Removed {
    /// One stage, by its name.
    Stage(String),
    /// Several stages.
    Stages(usize),
    /// Wires alone.
    Wires(usize),
    /// Notes alone.
    Notes(usize),
    /// The whole chain, for another one.
    Chain,
}

/// What is gone from a chain, if anything is.
pub(crate) fn removed(before: &Chain, after: &Chain) -> Option<Removed> {
    let stages = before.stages.iter();
    let mut gone = stages.filter(|stage| after.stage(&stage.id).is_none());
    let first = gone.next();
    let more = gone.count();
    let wires = before.wires.iter();
    let wires = wires.filter(|wire| after.wire(&wire.id).is_none()).count();
    let notes = before.notes.iter();
    let notes = notes.filter(|note| after.note(&note.id).is_none()).count();
    match first {
        Some(_) if before.title != after.title => Some(Removed::Chain),
        Some(stage) if more == 0 => Some(Removed::Stage(before.name_of(&stage.id))),
        Some(_) => Some(Removed::Stages(more + 1)),
        // A wire that gives way to others is a change.
        None if wires > 0 && after.wires.len() < before.wires.len() => Some(Removed::Wires(wires)),
        None if notes > 0 => Some(Removed::Notes(notes)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use pipeyard_shared::chain::Stage;
    use yew::Reducible;

    use super::*;

    #[test]
    fn the_oldest_gives_way_and_a_repeated_one_is_one() {
        let say = |toasts: Toasts, text: &str| {
            let next = Rc::new(toasts).reduce(Say::New(text.to_owned(), None));
            (*next).clone()
        };
        let texts = |toasts: &Toasts| -> Vec<String> {
            toasts.list.iter().map(|toast| toast.text.clone()).collect()
        };
        let mut toasts = Toasts::default();
        for text in ["a", "b", "c", "d", "c"] {
            toasts = say(toasts, text);
        }
        assert_eq!(texts(&toasts), ["b", "d", "c"]);
        let id = toasts.list[1].id;
        let toasts = Rc::new(toasts).reduce(Say::Dismiss(id));
        assert_eq!(texts(&toasts), ["b", "c"]);
        let toasts = toasts.reduce(Say::Withdraw("b".to_owned()));
        assert_eq!(texts(&toasts), ["c"]);
    }

    #[test]
    fn another_chain_is_expected_once() {
        expect_another();
        assert!(is_expected() && was_expected());
        assert!(!was_expected());
    }

    #[test]
    fn what_an_edit_took_away_is_named() {
        let chain = |title: &str, names: &[&str]| {
            let stages = names.iter().map(|name| Stage::process(name, name, []));
            Chain::of_stages(title, stages.collect())
        };
        let three = chain("", &["a", "b", "c"]);
        let mut unwired = three.clone();
        unwired.wires.pop();
        for (after, gone) in [
            (chain("", &["a", "c"]), Some(Removed::Stage("b".to_owned()))),
            (chain("", &["a"]), Some(Removed::Stages(2))),
            (chain("Other", &["x"]), Some(Removed::Chain)),
            (unwired, Some(Removed::Wires(1))),
            (chain("", &["a", "b", "c", "d"]), None),
            (chain("Title", &["a", "b", "c"]), None),
        ] {
            assert_eq!(removed(&three, &after), gone, "{after:?}");
        }
    }
}
