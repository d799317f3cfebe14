//! How many messages a page may send. Whoever sends more is read more slowly, which holds it back by itself, and is told.

use std::time::{Duration, Instant};

use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::{ServerMessage, Trouble};
use tokio::sync::mpsc;

use super::connection::Word;
use crate::rate::Bucket;

/// How long a page that goes on is not told again.
const TOLD_FOR: Duration = Duration::from_secs(10);

/// The rate of one connection.
#[derive(Debug)]
pub(super) struct Rate {
    most: u32,
    bucket: Bucket,
    told: Option<Instant>,
}

impl Rate {
    /// So many messages a second.
    pub(super) fn of(most: u32) -> Self {
        let bucket = Bucket::full(u64::from(most), Duration::from_secs(1), Instant::now());
        let told = None;
        Self { most, bucket, told }
    }

    /// Waits until one more message may be looked at. Returns whether the page was told meanwhile.
    pub(super) async fn keep(&mut self, words: &mpsc::Sender<Word>) -> bool {
        let mut is_told = false;
        while let Err(after) = self.bucket.take(Instant::now()) {
            if self.told.is_none_or(|at| at.elapsed() >= TOLD_FOR) {
                self.told = Some(Instant::now());
                is_told = true;
                let trouble = Trouble::AtLimit {
                    limit: LimitName::MessageRate,
                    most: u64::from(self.most),
                };
                // A speaking half that is gone ends the connection by itself.
                let _ = words
                    .send(Word::Answer(ServerMessage::Trouble { trouble }))
                    .await;
            }
            tokio::time::sleep(after).await;
        }
        is_told
    }
}
