//! What a runner as a whole is doing: whether it takes new work, and what goes on.
//!
//! Before it ends it drains: nothing new begins, and what goes on may finish until a time. Whoever begins something says so
//! first and asks afterwards whether it may, so that nothing slips in between.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::figures::Figures;

/// Shared by all that begins work, and by who ends the runner.
#[derive(Debug, Default)]
pub struct Operation {
    /// Until when what goes on may finish; nothing while new work is taken.
    draining: watch::Sender<Option<Instant>>,
    going_on: watch::Sender<usize>,
    figures: Figures,
}

/// Something goes on for as long as this lives.
#[derive(Debug)]
pub struct Active(Arc<Operation>);

impl Operation {
    /// What is counted of it.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// From now on nothing new begins. What goes on may finish within a time.
    pub fn drain(&self, time: Duration) {
        self.draining.send_replace(Some(Instant::now() + time));
    }

    /// Whether nothing new begins any more.
    pub fn is_draining(&self) -> bool {
        self.draining.borrow().is_some()
    }

    /// Waits until nothing new begins any more, and gives how long what goes on may still take.
    pub async fn drained(&self) -> Duration {
        let mut draining = self.draining.subscribe();
        let until = draining.wait_for(Option::is_some).await;
        // The sender lives as long as this.
        let until = until.ok().and_then(|until| *until);
        until.map_or(Duration::ZERO, |until| {
            until.saturating_duration_since(Instant::now())
        })
    }

    /// Something begins; nothing if that is too late.
    pub fn begin(self: &Arc<Self>) -> Option<Active> {
        self.going_on.send_modify(|count| *count += 1);
        let active = Active(self.clone());
        (!self.is_draining()).then_some(active)
    }

    /// How much goes on.
    pub fn going_on(&self) -> usize {
        *self.going_on.borrow()
    }

    /// Waits until nothing goes on.
    pub async fn idle(&self) {
        let mut going_on = self.going_on.subscribe();
        // The sender lives as long as this.
        let _ = going_on.wait_for(|count| *count == 0).await;
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.0.going_on.send_modify(|count| *count -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_goes_on_is_waited_for_and_nothing_begins() {
        let operation = Arc::<Operation>::default();
        operation.idle().await;
        let one = operation.begin();
        assert!(one.is_some());
        operation.drain(Duration::from_secs(60));
        assert!(operation.begin().is_none(), "it is draining");
        assert_eq!(operation.going_on(), 1);
        assert!(operation.drained().await <= Duration::from_secs(60));
        let idle = operation.clone();
        let idle = tokio::spawn(async move { idle.idle().await });
        tokio::task::yield_now().await;
        assert!(!idle.is_finished());
        drop(one);
        idle.await.expect("nothing panics");
        assert_eq!(operation.going_on(), 0);
    }
}
