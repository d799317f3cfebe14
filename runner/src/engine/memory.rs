//! What the runner may hold in its own memory of runs: a share for each person, within what there is for all. What is held is
//! estimated from above, and given back when it is let go.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pipeyard_shared::limits::LimitName;

/// Room for so many bytes. Clones are the same room.
#[derive(Clone, Debug)]
pub struct Memory(Arc<Room>);

#[derive(Debug)]
struct Room {
    limit: LimitName,
    most: u64,
    left: AtomicU64,
    within: Option<Memory>,
}

/// A limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full {
    /// Which.
    pub limit: LimitName,
    /// What it allows.
    pub most: u64,
}

/// So many bytes of it, until it is dropped.
#[derive(Debug)]
pub(super) struct Held {
    /// Nothing where memory is not bounded.
    memory: Option<Memory>,
    bytes: u64,
}

impl Memory {
    /// Room for so many bytes, by this limit.
    pub fn new(limit: LimitName, most: u64) -> Self {
        Self::of(limit, most, None)
    }

    /// Room for so many bytes out of this one.
    pub fn part(&self, limit: LimitName, most: u64) -> Self {
        Self::of(limit, most, Some(self.clone()))
    }

    /// As much room for something else, out of the same.
    pub fn another(&self) -> Self {
        let room = &self.0;
        Self::of(room.limit, room.most, room.within.clone())
    }

    fn of(limit: LimitName, most: u64, within: Option<Self>) -> Self {
        Self(Arc::new(Room {
            limit,
            most,
            left: AtomicU64::new(most),
            within,
        }))
    }

    /// How many bytes are held.
    pub fn used(&self) -> u64 {
        let left = self.0.left.load(Ordering::Relaxed);
        self.0.most.saturating_sub(left)
    }

    /// How many there are in all.
    pub fn most(&self) -> u64 {
        self.0.most
    }

    /// Whether so many more could be held, here and in all that this is a part of.
    pub fn has_room(&self, bytes: u64) -> bool {
        let within = self.0.within.as_ref();
        self.0.left.load(Ordering::Relaxed) >= bytes
            && within.is_none_or(|within| within.has_room(bytes))
    }

    /// Whether so many could be held if nothing else were.
    ///
    /// # Errors
    /// The limit that they are too many for.
    pub fn could_hold(&self, bytes: u64) -> Result<(), Full> {
        let (limit, most) = (self.0.limit, self.0.most);
        if bytes > most {
            return Err(Full { limit, most });
        }
        let within = self.0.within.as_ref();
        within.map_or(Ok(()), |within| within.could_hold(bytes))
    }

    fn take(&self, bytes: u64) -> Result<(), Full> {
        let room = &self.0;
        let taken = |left: u64| left.checked_sub(bytes);
        let left = &room.left;
        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken)
            .map_err(|_| Full {
                limit: room.limit,
                most: room.most,
            })?;
        let all = room
            .within
            .as_ref()
            .map_or(Ok(()), |within| within.take(bytes));
        if all.is_err() {
            left.fetch_add(bytes, Ordering::Relaxed);
        }
        all
    }

    fn give_back(&self, bytes: u64) {
        self.0.left.fetch_add(bytes, Ordering::Relaxed);
        if let Some(within) = &self.0.within {
            within.give_back(bytes);
        }
    }
}

impl Held {
    /// Nothing yet.
    pub(super) fn nothing(memory: Option<&Memory>) -> Self {
        Self {
            memory: memory.cloned(),
            bytes: 0,
        }
    }

    /// Holds so many more, or none of them.
    ///
    /// # Errors
    /// The limit that is reached.
    pub(super) fn grow(&mut self, bytes: u64) -> Result<(), Full> {
        if let Some(memory) = &self.memory {
            memory.take(bytes)?;
            self.bytes += bytes;
        }
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(memory) = &self.memory {
            memory.give_back(self.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// However much is asked for by whom: nobody holds more than the own share, all together no more than there is, and
        /// when it is over nothing is held.
        #[test]
        fn nobody_holds_more_than_the_share(asks in prop::collection::vec((0usize..3, 0u64..60), 0..60)) {
            let all = Memory::new(LimitName::RunMemory, 100);
            let shares = [50, 50, 30].map(|most| all.part(LimitName::RunMemoryEach, most));
            let mut held: Vec<_> = shares.iter().map(|share| Held::nothing(Some(share))).collect();
            for (who, bytes) in asks {
                let could = shares[who].has_room(bytes);
                let before = all.used();
                let grown = held[who].grow(bytes);
                prop_assert_eq!(grown.is_ok(), could);
                let after = before + if could { bytes } else { 0 };
                prop_assert_eq!(all.used(), after);
                if let Err(full) = grown {
                    let own = shares[who].used() + bytes > shares[who].most();
                    let limit = if own { LimitName::RunMemoryEach } else { LimitName::RunMemory };
                    prop_assert_eq!(full.limit, limit);
                }
                prop_assert!(shares.iter().all(|share| share.used() <= share.most()));
                prop_assert!(all.used() <= 100);
            }
            drop(held);
            prop_assert_eq!(all.used(), 0);
        }
    }

    #[test]
    fn what_can_never_be_held_is_known_while_there_is_room() {
        let all = Memory::new(LimitName::RunMemory, 100);
        let share = all.part(LimitName::RunMemoryEach, 200);
        let full = |limit, most| Err(Full { limit, most });
        assert_eq!(share.could_hold(100), Ok(()));
        assert_eq!(share.could_hold(101), full(LimitName::RunMemory, 100));
        assert_eq!(share.could_hold(201), full(LimitName::RunMemoryEach, 200));
        let mut held = Held::nothing(Some(&share));
        assert_eq!(held.grow(60), Ok(()));
        assert_eq!(share.could_hold(100), Ok(()));
        // Another one has as much, out of the same.
        let another = share.another();
        assert_eq!((another.used(), another.most()), (0, 200));
        assert!(another.has_room(40) && !another.has_room(41));
    }

    #[test]
    fn without_a_bound_everything_can_be_held() {
        assert_eq!(Held::nothing(None).grow(u64::MAX), Ok(()));
    }
}
