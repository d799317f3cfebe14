//! Who is next: the rule by which turns are given, free of threads and clocks.
//!
//! 1. Whoever has nothing goes before whoever has something. While somebody who has nothing waits for enough to come free,
//!    those who have something get no more.
//! 2. Of those who have something, the one with the least is next. But nobody may have more than what is left free behind
//!    it: so there is always something for the next one who comes, and when all who wait have waited long enough, each
//!    has as much as the others.
//! 3. Who is even goes by turns, and the lanes of one owner in the order in which they came.

use std::collections::{BTreeMap, VecDeque};

/// Somebody who shares turns with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Owner(u64);

/// A place among those who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket(u64);

/// Who has how much, and who waits. `T` is how somebody is told.
#[derive(Debug)]
pub(super) struct Table<T> {
    all: u32,
    free: u32,
    /// Everybody who has something or waits.
    owners: BTreeMap<Owner, Holding<T>>,
    /// Who was given the last turn.
    last: Owner,
    next_owner: u64,
    next_ticket: u64,
}

#[derive(Debug)]
struct Holding<T> {
    held: u32,
    waiting: VecDeque<(Ticket, u32, T)>,
}

impl<T> Table<T> {
    /// Turns for so many processes.
    pub(super) fn new(all: u32) -> Self {
        Self {
            all,
            free: all,
            owners: BTreeMap::new(),
            last: Owner(0),
            next_owner: 0,
            next_ticket: 0,
        }
    }

    /// Somebody new.
    pub(super) fn owner(&mut self) -> Owner {
        self.next_owner += 1;
        Owner(self.next_owner)
    }

    /// Somebody wants a turn for so many processes. More than there are at all counts as all of them.
    pub(super) fn ask(&mut self, owner: Owner, processes: u32, tell: T) -> Ticket {
        self.next_ticket += 1;
        let ticket = Ticket(self.next_ticket);
        let holding = self.owners.entry(owner).or_insert(Holding {
            held: 0,
            waiting: VecDeque::new(),
        });
        holding
            .waiting
            .push_back((ticket, processes.min(self.all), tell));
        ticket
    }

    /// Somebody waits no longer; nothing if his turn has come already.
    pub(super) fn leave(&mut self, ticket: Ticket) -> Option<T> {
        let mut found = None;
        for holding in self.owners.values_mut() {
            let place = holding
                .waiting
                .iter()
                .position(|(known, ..)| *known == ticket);
            if let Some(place) = place {
                found = holding.waiting.remove(place);
                break;
            }
        }
        self.forget_absent();
        found.map(|(_, _, tell)| tell)
    }

    /// What a turn was for has ended.
    pub(super) fn give_back(&mut self, owner: Owner, processes: u32) {
        self.free = self.free.saturating_add(processes).min(self.all);
        if let Some(holding) = self.owners.get_mut(&owner) {
            holding.held = holding.held.saturating_sub(processes);
        }
        self.forget_absent();
    }

    /// The next turn, if somebody waits to whom one can be given.
    pub(super) fn grant(&mut self) -> Option<(Owner, u32, T)> {
        let last = self.last;
        let mut waiting: Vec<_> = self
            .owners
            .iter()
            .filter_map(|(owner, holding)| {
                let (_, wanted, _) = holding.waiting.front()?;
                // Those behind the last one come first, then from the beginning.
                Some((holding.held, *owner <= last, *owner, *wanted))
            })
            .collect();
        waiting.sort_unstable();
        let mut next = None;
        for (held, _, owner, wanted) in waiting {
            if self.is_given(held, wanted) {
                next = Some(owner);
                break;
            }
            if held == 0 {
                // What comes free is kept for the ones who have nothing.
                next = self.somebody_with_nothing();
                break;
            }
        }
        let owner = next?;
        let holding = self.owners.get_mut(&owner)?;
        let (_, processes, tell) = holding.waiting.pop_front()?;
        holding.held += processes;
        self.free -= processes;
        self.last = owner;
        Some((owner, processes, tell))
    }

    /// Whether somebody who has so much can be given so much more.
    fn is_given(&self, held: u32, wanted: u32) -> bool {
        let Some(left) = self.free.checked_sub(wanted) else {
            return false;
        };
        held == 0 || held.saturating_add(wanted) <= left
    }

    /// One of those who have nothing, and want no more than is free.
    fn somebody_with_nothing(&self) -> Option<Owner> {
        let mut owners = self.owners.iter();
        let found = owners.find(|(_, holding)| {
            let wanted = holding.waiting.front().map(|(_, wanted, _)| *wanted);
            holding.held == 0 && wanted.is_some_and(|wanted| wanted <= self.free)
        });
        found.map(|(owner, _)| *owner)
    }

    fn forget_absent(&mut self) {
        self.owners
            .retain(|_, holding| holding.held > 0 || !holding.waiting.is_empty());
    }
}

#[cfg(test)]
mod tests;
