//! How often one person's pages may connect: each time they are told all that is kept for them, which is much for a short word.

use std::time::{Duration, Instant};

use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::{ServerMessage, Trouble};
use tokio::sync::Mutex;

use super::Sessions;
use super::carrier::{Broken, Outbound};
use super::connection::{note, tell};
use crate::rate::Bucket;

const MINUTE: Duration = Duration::from_secs(60);

/// How often they have connected lately, and how often they may in a minute; nothing where that has no bound.
#[derive(Debug)]
pub(super) struct Hellos(Option<(Mutex<Bucket>, u64)>);

impl Hellos {
    /// So many a minute.
    pub(super) fn of(most: Option<u64>) -> Self {
        Self(most.map(|most| {
            let bucket = Bucket::full(most, MINUTE, Instant::now());
            (Mutex::new(bucket), most)
        }))
    }

    /// Waits until one more may be welcomed. A page that has to wait is told why.
    ///
    /// # Errors
    /// [`Broken`].
    pub(super) async fn wait(
        &self,
        sessions: &Sessions,
        out: &mut impl Outbound,
    ) -> Result<(), Broken> {
        let Some((bucket, most)) = &self.0 else {
            return Ok(());
        };
        let mut is_told = false;
        loop {
            let taken = bucket.lock().await.take(Instant::now());
            let Err(after) = taken else { return Ok(()) };
            if !std::mem::replace(&mut is_told, true) {
                let trouble = Trouble::AtLimit {
                    limit: LimitName::Hellos,
                    most: *most,
                };
                note(sessions, &trouble);
                tell(out, &ServerMessage::Trouble { trouble }).await?;
            }
            tokio::time::sleep(after).await;
        }
    }
}
