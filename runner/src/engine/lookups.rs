//! How much a plan looks at the file system: bounded, since the lanes of a small chain can each name other programs on another
//! long PATH.

use pipeyard_shared::limits::LimitName;
use pipeyard_shared::problem::Fault;

/// Bytes of a path that are looked at as one more place.
const BYTES_A_LOOKUP: u64 = 4 << 10;

/// The places that a plan may still look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lookups {
    most: u64,
    left: u64,
}

/// No more may be looked at: the limit `lookups`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany {
    most: u64,
}

impl Lookups {
    /// So many.
    pub(super) fn new(most: u64) -> Self {
        Self { most, left: most }
    }

    /// A path of so many bytes is about to be looked at.
    ///
    /// # Errors
    /// There are none left.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), TooMany> {
        let costs = 1 + bytes as u64 / BYTES_A_LOOKUP;
        match self.left.checked_sub(costs) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(TooMany { most: self.most })
            }
        }
    }

    /// Whether one was refused, or the next one will be.
    pub(super) fn are_over(&self) -> bool {
        self.left == 0
    }
}

impl From<TooMany> for Fault {
    fn from(TooMany { most }: TooMany) -> Self {
        Self::OverLimit {
            limit: LimitName::Lookups,
            found: most.saturating_add(1),
            most,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_paths_count_for_more_and_none_comes_after_the_last() {
        let mut lookups = Lookups::new(5);
        assert_eq!(lookups.take(10), Ok(()));
        assert_eq!(lookups.take(2 * 4_096), Ok(()));
        assert!(!lookups.are_over());
        assert_eq!(lookups.take(4_096), Err(TooMany { most: 5 }));
        assert!(lookups.are_over());
        assert_eq!(lookups.take(0), Err(TooMany { most: 5 }), "nor a small one");
    }
}
