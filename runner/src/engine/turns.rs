//! Turns: how many processes all runs together may have alive at once, and who is next.
//!
//! A lane takes a turn before it begins and gives it back once it has ended. Turns are not given first come, first served:
//! whoever has ten thousand lanes would keep everybody else waiting. See [`table`] for the rule.

mod table;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use table::{Owner, Table, Ticket};

type Told = oneshot::Sender<Turn>;

/// The turns of a runner, as one of those has them who share them. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Share {
    table: Arc<Mutex<Table<Told>>>,
    owner: Owner,
}

/// So many processes may be alive until it is dropped.
#[derive(Debug)]
pub struct Turn {
    table: Arc<Mutex<Table<Told>>>,
    owner: Owner,
    processes: u32,
}

/// What came of asking for a turn.
#[derive(Debug)]
pub enum Asked {
    /// There it is.
    Now(Turn),
    /// It comes once others have ended.
    Later(Waiting),
}

/// Completes with a turn. Whoever waits no longer drops it.
#[derive(Debug)]
pub struct Waiting {
    table: Arc<Mutex<Table<Told>>>,
    ticket: Ticket,
    turn: oneshot::Receiver<Turn>,
}

impl Share {
    /// The first of those who share turns for so many processes.
    pub fn of(processes: u32) -> Self {
        let mut table = Table::new(processes);
        let owner = table.owner();
        let table = Arc::new(Mutex::new(table));
        Self { table, owner }
    }

    /// One more of them.
    pub fn another(&self) -> Self {
        let owner = lock(&self.table).owner();
        let table = self.table.clone();
        Self { table, owner }
    }

    /// Asks for a turn for so many processes.
    pub fn ask(&self, processes: u32) -> Asked {
        let (tell, mut turn) = oneshot::channel();
        let ticket = lock(&self.table).ask(self.owner, processes, tell);
        give(&self.table);
        match turn.try_recv() {
            Ok(turn) => Asked::Now(turn),
            Err(_) => Asked::Later(Waiting {
                table: self.table.clone(),
                ticket,
                turn,
            }),
        }
    }
}

impl Future for Waiting {
    type Output = Turn;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Turn> {
        match Pin::new(&mut self.turn).poll(context) {
            Poll::Ready(Ok(turn)) => Poll::Ready(turn),
            // A ticket stays in the table until its turn is told, or this is dropped.
            Poll::Ready(Err(_)) | Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if lock(&self.table).leave(self.ticket).is_some() {
            // Others may have waited for it.
            give(&self.table);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        lock(&self.table).give_back(self.owner, self.processes);
        give(&self.table);
    }
}

/// Tells everybody whose turn it is.
fn give(table: &Arc<Mutex<Table<Told>>>) {
    loop {
        // Not held while it is told: a turn that nobody hears of any more is dropped there, and given back.
        let Some((owner, processes, tell)) = lock(table).grant() else {
            return;
        };
        let turn = Turn {
            table: table.clone(),
            owner,
            processes,
        };
        drop(tell.send(turn));
    }
}

/// A panic elsewhere leaves the table whole, so a poisoned lock is still good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_are_given_back_and_go_to_who_waits() {
        let one = Share::of(2);
        let other = one.another();
        let Asked::Now(first) = one.ask(1) else {
            panic!("all are free");
        };
        let Asked::Later(mut more) = one.ask(1) else {
            panic!("the last one is for somebody who has none");
        };
        let Asked::Now(second) = other.ask(1) else {
            panic!("somebody who has none");
        };
        let Asked::Later(gone) = one.ask(1) else {
            panic!("all are taken");
        };
        drop(gone);
        drop(second);
        drop(first);
        let third = (&mut more).await;
        drop((third, more));
        let Asked::Now(_) = one.ask(2) else {
            panic!("all are free again");
        };
    }
}
