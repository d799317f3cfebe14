//! Places that can be taken, so many at once. Some are kept for whoever has the runner's key: learners, however many come,
//! cannot have them all.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Of so many places one is kept for the operator, as long as there are [`MOST_KEPT`] at most.
const KEPT_OF: u64 = 8;
/// Places that are kept for the operator, at most.
const MOST_KEPT: u64 = 8;

/// So many places. Clones share them.
#[derive(Clone, Debug)]
pub struct Places {
    most: u64,
    all: Arc<Semaphore>,
    /// What learners may take of them; nothing where they are the operator's.
    some: Option<Arc<Semaphore>>,
}

/// One of them, for as long as this lives.
#[derive(Debug)]
pub struct Place {
    _of_all: OwnedSemaphorePermit,
    _of_some: Option<OwnedSemaphorePermit>,
}

impl Places {
    /// So many, for the operator.
    pub fn of(most: u64) -> Self {
        Self {
            most,
            all: Arc::new(Semaphore::new(few(most) as usize)),
            some: None,
        }
    }

    /// The same places for learners, but for those that are kept. Clones of what is given share these; another call would give
    /// as many again.
    pub fn for_learners(&self) -> Self {
        let most = self.most - kept(self.most);
        Self {
            most,
            all: self.all.clone(),
            some: Some(Arc::new(Semaphore::new(few(most) as usize))),
        }
    }

    /// How many there are, taken or not.
    pub fn most(&self) -> u64 {
        self.most
    }

    /// Takes one; nothing if there is none left.
    pub fn take(&self) -> Option<Place> {
        // Theirs first: a learner too many takes nothing for a moment that the operator could have.
        let some = self.some.clone().map(Semaphore::try_acquire_owned);
        let _of_some = some.transpose().ok()?;
        let _of_all = self.all.clone().try_acquire_owned().ok()?;
        Some(Place { _of_all, _of_some })
    }

    /// How many are taken, by whomever.
    pub fn taken(&self) -> usize {
        let all = few(self.most) as usize;
        all.saturating_sub(self.all.available_permits())
    }

    /// Waits until all are free, and keeps them.
    pub async fn empty(&self) {
        if let Ok(all) = self.all.acquire_many(few(self.most)).await {
            all.forget();
        }
    }
}

/// How many of so many places are kept. At least one is left to learners.
fn kept(most: u64) -> u64 {
    most.div_ceil(KEPT_OF).min(MOST_KEPT).min(most / 2)
}

/// As many as can be taken together.
fn few(most: u64) -> u32 {
    u32::try_from(most).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take_all(places: &Places) -> Vec<Place> {
        std::iter::from_fn(|| places.take()).collect()
    }

    #[test]
    fn learners_cannot_have_all() {
        for (most, for_learners) in [(1, 1), (2, 1), (7, 6), (8, 7), (9, 7), (64, 56), (512, 504)] {
            let all = Places::of(most);
            let some = all.for_learners();
            assert_eq!(some.most(), for_learners, "{most}");
            let learners = take_all(&some);
            assert_eq!(learners.len() as u64, for_learners, "{most}");
            let kept = take_all(&all);
            assert_eq!(kept.len() as u64, most - for_learners, "{most}");
            assert_eq!(all.taken() as u64, most);
            drop(learners);
            assert_eq!(take_all(&some).len() as u64, for_learners);
        }
    }

    #[test]
    fn the_operator_may_have_all() {
        let all = Places::of(64);
        let some = all.for_learners();
        let taken = take_all(&all);
        assert_eq!(taken.len(), 64);
        assert!(some.take().is_none());
        drop(taken);
        assert!(some.take().is_some());
        assert_eq!(all.taken(), 0);
        assert!(Places::of(u64::MAX).take().is_some());
    }
}
