//! How much a page may send. Whoever sends more is read more slowly, which holds it back by itself, and is told.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pipeyard_shared::limits::{LimitName, Limits};
use pipeyard_shared::message::{ServerMessage, Trouble};
use tokio::sync::mpsc;

use super::connection::Word;
use crate::rate::Bucket;

/// How long a page that goes on is not told again.
const TOLD_FOR: Duration = Duration::from_secs(10);

/// What may be sent in a second. Clones share it.
#[derive(Clone, Debug)]
pub struct Rates {
    messages: Arc<Mutex<Bucket>>,
    /// The bytes, which whatever carries the messages counts as they come.
    pub bytes: Arc<Mutex<Bucket>>,
}

impl Rates {
    /// As much as these limits have it.
    pub fn of(limits: &Limits) -> Self {
        let bucket = |most| {
            let bucket = Bucket::full(most, Duration::from_secs(1), Instant::now());
            Arc::new(Mutex::new(bucket))
        };
        Self {
            messages: bucket(u64::from(limits.message_rate)),
            bytes: bucket(limits.message_bytes_rate),
        }
    }

    fn take_message(&self) -> Result<(), Duration> {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.take(Instant::now())
    }
}

/// How one connection keeps them.
#[derive(Debug)]
pub(super) struct Keeper {
    rates: Rates,
    limits: Limits,
    told: [Option<Instant>; 2],
}

impl Keeper {
    /// One that has told nothing yet.
    pub(super) fn new(rates: Rates, limits: &Limits) -> Self {
        Self {
            rates,
            limits: limits.clone(),
            told: [None; 2],
        }
    }

    /// Waits until one more message may be looked at. Returns whether the page was told meanwhile.
    pub(super) async fn keep(&mut self, words: &mpsc::Sender<Word>) -> bool {
        let mut is_told = false;
        while let Err(after) = self.rates.take_message() {
            let most = u64::from(self.limits.message_rate);
            is_told |= self.tell(0, LimitName::MessageRate, most, words).await;
            tokio::time::sleep(after).await;
        }
        is_told
    }

    /// Bytes came faster than they may, and were read more slowly. Returns whether the page was told of it.
    pub(super) async fn slowed(&mut self, words: &mpsc::Sender<Word>) -> bool {
        let most = self.limits.message_bytes_rate;
        self.tell(1, LimitName::MessageBytesRate, most, words).await
    }

    async fn tell(
        &mut self,
        which: usize,
        limit: LimitName,
        most: u64,
        words: &mpsc::Sender<Word>,
    ) -> bool {
        let told = &mut self.told[which];
        if told.is_some_and(|at| at.elapsed() < TOLD_FOR) {
            return false;
        }
        *told = Some(Instant::now());
        let trouble = Trouble::AtLimit { limit, most };
        // A speaking half that is gone ends the connection by itself.
        let _ = words
            .send(Word::Answer(ServerMessage::Trouble { trouble }))
            .await;
        true
    }
}
