//! Whose chain is planned when: one person's are planned one after the other, so that nobody else waits for them.

use std::sync::Arc;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::problem::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::place::Place;
use super::plan::{Host, Plan, plan, plan_at};

/// Stages in lanes that are planned without the hop to another thread and back: as much work as starting them.
const PLANNED_AT_ONCE: usize = 16;
/// Chains that wait where nobody says how many may.
const USUAL: u64 = 16;

/// Where one person's chains are planned. Clones are the same place.
#[derive(Clone, Debug)]
pub struct Planning {
    /// One is planned at a time, in the order in which they came.
    turn: Arc<Semaphore>,
    /// For those that wait, and the one whose turn it is.
    places: Arc<Semaphore>,
    most: u64,
}

/// Why there is no plan.
#[derive(Debug)]
pub enum Unplanned {
    /// All that is wrong with the chain.
    Problems(Vec<Problem>),
    /// The limit `plans`: so many are planned, or wait for that.
    Full(u64),
    /// The reactor ends.
    Ending,
}

/// One chain's turn, until it is dropped.
#[derive(Debug)]
struct Turn {
    _turn: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl Default for Planning {
    fn default() -> Self {
        Self::new(USUAL)
    }
}

impl Planning {
    /// For so many chains at once, the one that is planned among them.
    pub fn new(most: u64) -> Self {
        let places = usize::try_from(most).unwrap_or(usize::MAX);
        Self {
            turn: Arc::new(Semaphore::new(1)),
            places: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))),
            most,
        }
    }

    /// Plans a chain. It looks at the file system, once a stage and lane at worst, and a sandbox may have to be made for it:
    /// so only what is small is planned at once, and nothing of that in a sandbox, where whoever is in there could make it
    /// wait.
    ///
    /// # Errors
    /// [`Unplanned`].
    pub async fn plan(
        &self,
        chain: Chain,
        host: &Host,
        limits: &Limits,
    ) -> Result<Plan, Unplanned> {
        let places = chain.stages.len().saturating_mul(chain.lanes.count());
        if places <= PLANNED_AT_ONCE && matches!(host.place, Place::Here) {
            return plan(chain, host, limits).map_err(Unplanned::Problems);
        }
        let turn = self.turn().await?;
        let entered = host.place.enter().await;
        let (host, limits) = (host.clone(), limits.clone());
        let planning = tokio::task::spawn_blocking(move || {
            let planned = plan_at(entered, chain, &host, &limits);
            // Also when nobody waits for it any more, it is the next one's turn only now.
            drop(turn);
            planned
        });
        let planned = planning.await.map_err(|_| Unplanned::Ending)?;
        planned.map_err(Unplanned::Problems)
    }

    async fn turn(&self) -> Result<Turn, Unplanned> {
        let place = self.places.clone().try_acquire_owned();
        let place = place.map_err(|_| Unplanned::Full(self.most))?;
        let turn = self.turn.clone().acquire_owned().await;
        // It is never closed.
        let turn = turn.map_err(|_| Unplanned::Ending)?;
        Ok(Turn {
            _turn: turn,
            _place: place,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn one_at_a_time_in_order_and_no_more_than_may_wait() {
        let planning = Planning::new(3);
        let first = planning.turn().await.expect("nobody else");
        let mut second = Box::pin(planning.turn());
        let mut third = Box::pin(planning.turn());
        assert!((&mut second).now_or_never().is_none());
        assert!((&mut third).now_or_never().is_none());
        let refused = planning.turn().now_or_never();
        assert!(matches!(refused, Some(Err(Unplanned::Full(3)))));
        drop(first);
        assert!((&mut third).now_or_never().is_none(), "it came later");
        let second = second.now_or_never().expect("its turn");
        let mut fourth = Box::pin(planning.turn());
        assert!((&mut fourth).now_or_never().is_none(), "there is a place");
        drop(second);
        let third = third.now_or_never().expect("its turn");
        // Who goes away makes room, too.
        drop((fourth, third));
        assert!(planning.turn().now_or_never().is_some());
    }
}
