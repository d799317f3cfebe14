//! The events of a run, kept to tell its story and to save it.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use pipeyard_shared::event::RunEvent;

/// Events that are kept of a run. Those beyond are part of the model, and are missing in what is saved.
pub(crate) const MOST_EVENTS: usize = 200_000;

/// A list that only grows. Copies share what they have in common: a copy costs nothing, and sees no
/// more than it had when it was made.
#[derive(Clone, Default)]
pub(crate) struct Log {
    shared: Rc<RefCell<Vec<RunEvent>>>,
    length: usize,
}

impl Log {
    /// How many events it has.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Looks at them.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&[RunEvent]) -> T) -> T {
        look(&self.shared.borrow()[..self.length])
    }

    /// Takes the next one, unless it is full.
    pub(super) fn push(&mut self, event: &RunEvent) {
        if self.length >= MOST_EVENTS {
            return;
        }
        if self.shared.borrow().len() != self.length {
            // Another copy went on in another way.
            let own = self.read(<[RunEvent]>::to_vec);
            self.shared = Rc::new(RefCell::new(own));
        }
        self.shared.borrow_mut().push(event.clone());
        self.length += 1;
    }
}

impl PartialEq for Log {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length
            && (Rc::ptr_eq(&self.shared, &other.shared)
                || self.read(|own| other.read(|others| own == others)))
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Log({})", self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::event::Event;

    fn event(seq: u64) -> RunEvent {
        RunEvent {
            seq,
            at_us: seq,
            event: Event::StopAsked,
        }
    }

    #[test]
    fn copies_see_what_they_had_and_go_their_own_ways() {
        let mut one = Log::default();
        one.push(&event(0));
        let old = one.clone();
        one.push(&event(1));
        assert_eq!((old.len(), one.len()), (1, 2));
        let mut other = old.clone();
        other.push(&event(7));
        assert_eq!(old.read(<[RunEvent]>::to_vec), [event(0)]);
        assert_eq!(one.read(<[RunEvent]>::to_vec), [event(0), event(1)]);
        assert_eq!(other.read(<[RunEvent]>::to_vec), [event(0), event(7)]);
        assert_ne!(one, other);
    }
}
