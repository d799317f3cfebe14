//! Large messages. One that is read can take a hundred times its size of memory for a moment, so one of all is read and obeyed
//! at a time, and one of each person's waits for that: whoever sends many of them waits for himself.

use std::sync::Arc;

use pipeyard_shared::message::ClientMessage;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of a message that is read at once.
const SMALL: usize = 64 << 10;

/// One person's large messages.
#[derive(Debug)]
pub(super) struct LargeMessages {
    own: Arc<Semaphore>,
    all: Arc<Semaphore>,
}

/// A large message's turn, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl LargeMessages {
    /// Among those of all.
    pub(super) fn among(all: Arc<Semaphore>) -> Self {
        let own = Arc::new(Semaphore::new(1));
        Self { own, all }
    }

    /// Reads a message. A large one is read off the reactor, and has its turn until what comes with it is dropped.
    pub(super) async fn read(
        &self,
        text: String,
    ) -> (serde_json::Result<ClientMessage>, Option<Turn>) {
        if text.len() <= SMALL {
            return (serde_json::from_str(&text), None);
        }
        let turn = self.turn().await;
        let reading = tokio::task::spawn_blocking(move || serde_json::from_str(&text));
        let lost = |_| Err(serde::de::Error::custom("the runner is ending"));
        (reading.await.unwrap_or_else(lost), turn)
    }

    async fn turn(&self) -> Option<Turn> {
        // They are never closed.
        let own = self.own.clone().acquire_owned().await.ok()?;
        let all = self.all.clone().acquire_owned().await.ok()?;
        Some(Turn {
            _own: own,
            _all: all,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn ping(bytes: usize) -> String {
        format!("{{\"ping\":{{\"nonce\":1}}}}{}", " ".repeat(bytes))
    }

    #[tokio::test]
    async fn one_large_message_is_read_at_a_time_and_small_ones_pass() {
        let all = Arc::new(Semaphore::new(1));
        let [mine, others] = [(); 2].map(|()| LargeMessages::among(all.clone()));
        let (message, turn) = mine.read(ping(SMALL)).await;
        assert!(matches!(message, Ok(ClientMessage::Ping { nonce: 1 })));
        let mut second = Box::pin(mine.read(ping(SMALL)));
        let mut third = Box::pin(mine.read(ping(SMALL)));
        let mut other = Box::pin(others.read(ping(SMALL)));
        assert!((&mut second).now_or_never().is_none());
        assert!((&mut third).now_or_never().is_none());
        assert!((&mut other).now_or_never().is_none());
        for person in [&mine, &others] {
            assert!(person.read(ping(0)).now_or_never().is_some());
        }
        drop(turn);
        // The other person waited for this one only, and is next, though a message came before.
        let (message, turn) = other.await;
        assert!(message.is_ok() && (&mut second).now_or_never().is_none());
        drop(turn);
        let (_, turn) = second.await;
        assert!((&mut third).now_or_never().is_none());
        drop(turn);
        assert!(third.await.0.is_ok());
    }
}
