//! Connections that are spoken with at once: so many of all, so many of one address, and some more where only the operator is
//! answered. So whoever fills the others, from wherever, does not keep the operator from looking and from ending it.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::crowds::{Counted, Each};

/// Connections that are spoken with at once, WebSockets apart: the limit `http-connections`.
pub const HTTP_CONNECTIONS: usize = 1_024;
/// How many of them one address may have, unless it is a trusted proxy's, which may ask for so many things at once for one
/// address: the limit `http-connections-each`. A class sits behind one address, and a browser opens six.
pub const HTTP_CONNECTIONS_EACH: usize = 512;
/// How many there are besides for whoever has the runner's key.
pub const KEPT_CONNECTIONS: usize = 64;
/// How many of these one address may have. They are tried by those who have no key, too: as many as a browser opens.
pub(super) const KEPT_EACH: usize = 8;

/// All of them. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    /// How many are for everybody.
    most: usize,
    usual: Arc<Semaphore>,
    kept: Arc<Semaphore>,
    each: Each,
    kept_each: Each,
}

/// One of them, for as long as this lives.
#[derive(Debug)]
pub(super) struct Slot {
    /// Whether it is one of those that are kept.
    pub(super) only_operator: Option<OperatorOnly>,
    _permit: OwnedSemaphorePermit,
    _counted: Option<Counted>,
}

/// A request that is answered only if the operator's key is in it, since the limit of this name is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OperatorOnly(pub(super) Limit);

/// The limits that there are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// [`HTTP_CONNECTIONS`], or how many they are here.
    All(usize),
    /// [`HTTP_CONNECTIONS_EACH`], or how many they are here.
    Each(usize),
}

impl Limit {
    /// Its name, and how much it allows.
    pub(super) fn told(self) -> (&'static str, usize) {
        match self {
            Self::All(most) => ("http-connections", most),
            Self::Each(most) => ("http-connections-each", most),
        }
    }
}

impl Slots {
    /// Where the runner may have so many descriptors open: connections take half of them at most, since runs need the others.
    pub(super) fn within(descriptors: Option<u64>) -> Self {
        let half = descriptors.map_or(u64::MAX, |most| most / 2);
        let half = usize::try_from(half).unwrap_or(usize::MAX).max(2);
        let most = HTTP_CONNECTIONS.min(half);
        Self {
            most,
            usual: Arc::new(Semaphore::new(most)),
            kept: Arc::new(Semaphore::new(KEPT_CONNECTIONS)),
            each: Each::of(HTTP_CONNECTIONS_EACH.min(most / 2)),
            kept_each: Each::of(KEPT_EACH),
        }
    }

    /// Waits until there is one, for somebody.
    pub(super) async fn room(&self) {
        tokio::select! {
            _ = self.usual.acquire() => {}
            _ = self.kept.acquire() => {}
        }
    }

    /// Takes one for a connection from this address; those of proxies are not counted by theirs.
    ///
    /// # Errors
    /// The limit that is reached, where there is none that is kept either.
    pub(super) fn take(&self, address: Option<IpAddr>) -> Result<Slot, Limit> {
        let counted = |each: &Each| match address {
            Some(address) => each.count(address).map(Some),
            None => Some(None),
        };
        let limit = match counted(&self.each) {
            None => Limit::Each(self.each.most()),
            Some(_counted) => match self.usual.clone().try_acquire_owned() {
                Err(_) => Limit::All(self.most),
                Ok(_permit) => {
                    return Ok(Slot {
                        only_operator: None,
                        _permit,
                        _counted,
                    });
                }
            },
        };
        Ok(Slot {
            only_operator: Some(OperatorOnly(limit)),
            _counted: counted(&self.kept_each).ok_or(limit)?,
            _permit: self.kept.clone().try_acquire_owned().map_err(|_| limit)?,
        })
    }

    /// Counts something that a proxy asks for on behalf of this address, for as long as it is answered.
    ///
    /// # Errors
    /// The limit that is reached.
    pub(super) fn ask(&self, address: IpAddr) -> Result<Counted, Limit> {
        let limit = Limit::Each(self.each.most());
        self.each.count(address).ok_or(limit)
    }

    /// Whether a connection from this address should end with its answer, since more than half of all or of the address's are taken.
    /// A browser keeps six for later, and idle ones would leave none to those who come.
    pub(super) fn are_scarce(&self, address: Option<IpAddr>) -> bool {
        let of_all = self.usual.available_permits() < self.most / 2;
        of_all || address.is_some_and(|address| self.each.is_half_taken(address))
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        let free = self.usual.available_permits() + self.kept.available_permits();
        (self.most + KEPT_CONNECTIONS).saturating_sub(free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Limit = Limit::All(HTTP_CONNECTIONS);

    fn address(number: usize) -> Option<IpAddr> {
        Some(IpAddr::from((number as u32).to_be_bytes()))
    }

    #[test]
    fn one_address_does_not_take_all_and_leaves_some_to_the_operator_there() {
        let slots = Slots::within(None);
        let mut held: Vec<Slot> = Vec::new();
        let end = loop {
            match slots.take(address(1)) {
                Ok(slot) => held.push(slot),
                Err(limit) => break limit,
            }
        };
        assert_eq!(end, Limit::Each(HTTP_CONNECTIONS_EACH));
        assert_eq!(held.len(), HTTP_CONNECTIONS_EACH + KEPT_EACH);
        let (usual, kept) = held.split_at(HTTP_CONNECTIONS_EACH);
        assert!(usual.iter().all(|slot| slot.only_operator.is_none()));
        let only = Some(OperatorOnly(end));
        assert!(kept.iter().all(|slot| slot.only_operator == only));
        assert!(
            slots
                .take(address(2))
                .is_ok_and(|slot| slot.only_operator.is_none())
        );
        held.clear();
        assert_eq!(slots.taken(), 0);
    }

    #[test]
    fn connections_take_half_of_few_descriptors_and_one_address_half_of_these() {
        let slots = Slots::within(Some(256));
        let held: Vec<_> = (0..64).map(|_| slots.take(address(1))).collect();
        assert!(held.iter().all(Result::is_ok));
        let next = slots.take(address(1)).expect("one that is kept");
        assert_eq!(next.only_operator, Some(OperatorOnly(Limit::Each(64))));
        let others: Vec<_> = (0..64).map(|_| slots.take(address(2))).collect();
        assert!(others.iter().all(Result::is_ok));
        let next = slots.take(address(3)).expect("one that is kept");
        assert_eq!(next.only_operator, Some(OperatorOnly(Limit::All(128))));
    }

    #[test]
    fn they_are_scarce_from_half_of_an_address_or_of_all_on() {
        let slots = Slots::within(None);
        let take =
            |from, count| -> Vec<_> { (0..count).map(|_| slots.take(address(from))).collect() };
        let mut held = take(1, HTTP_CONNECTIONS_EACH / 2);
        assert!(!slots.are_scarce(address(1)));
        held.extend(take(1, 1));
        assert!(slots.are_scarce(address(1)) && !slots.are_scarce(address(2)));
        assert!(!slots.are_scarce(None));
        held.extend(take(2, HTTP_CONNECTIONS / 2 - held.len()));
        assert!(!slots.are_scarce(address(3)));
        held.extend(take(3, 1));
        assert!(slots.are_scarce(address(3)) && slots.are_scarce(None));
        drop(held);
        assert!(!slots.are_scarce(address(1)));
    }

    #[test]
    fn however_many_come_some_are_kept() {
        let slots = Slots::within(None);
        let many = (0..HTTP_CONNECTIONS).map(|number| slots.take(address(number)));
        let held: Vec<_> = many.collect();
        assert!(
            held.iter()
                .flatten()
                .all(|slot| slot.only_operator.is_none())
        );
        let next = slots.take(address(4_000)).expect("one that is kept");
        assert_eq!(next.only_operator, Some(OperatorOnly(ALL)));
        let rest: Vec<_> = std::iter::from_fn(|| slots.take(None).ok()).collect();
        assert_eq!(rest.len(), KEPT_CONNECTIONS - 1);
        assert_eq!(slots.take(address(5_000)).err(), Some(ALL));
        assert_eq!(slots.taken(), HTTP_CONNECTIONS + KEPT_CONNECTIONS);
    }
}
