//! Large messages. One that is read can take a hundred times its size of memory for a moment, so one of all is read at a time,
//! and one of each person's waits for that: whoever sends many of them waits for himself. What it asks for is done afterwards.

use std::sync::Arc;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::chain::ReadError;
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::message::ClientMessage;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of a message that is read at once.
const SMALL: usize = 64 << 10;

/// What a page said, read to the end: nothing of it is as large any more as its text made it.
#[derive(Debug)]
pub(super) enum Said {
    /// Start this.
    Start(Start),
    /// Anything else.
    Other(ClientMessage),
}

/// A chain that is to be started.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) request: u64,
    pub(super) chain: Result<Chain, ReadError>,
    pub(super) watch: Vec<FlowId>,
}

/// One person's large messages.
#[derive(Debug)]
pub(super) struct LargeMessages {
    own: Arc<Semaphore>,
    all: Arc<Semaphore>,
}

/// A large message's turn, until it is dropped.
#[derive(Debug)]
struct Turn {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl LargeMessages {
    /// Among those of all.
    pub(super) fn among(all: Arc<Semaphore>) -> Self {
        let own = Arc::new(Semaphore::new(1));
        Self { own, all }
    }

    /// Reads a message: a large one off the reactor, when it is its turn.
    ///
    /// # Errors
    /// The parser's.
    pub(super) async fn read(&self, text: String) -> serde_json::Result<Said> {
        if text.len() <= SMALL {
            return said(&text);
        }
        let turn = self.turn().await;
        let reading = tokio::task::spawn_blocking(move || {
            let said = said(&text);
            // Also when nobody waits for it any more, it is the next one's turn only now.
            drop((text, turn));
            said
        });
        let lost = |_| Err(serde::de::Error::custom("the runner is ending"));
        reading.await.unwrap_or_else(lost)
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

fn said(text: &str) -> serde_json::Result<Said> {
    Ok(match serde_json::from_str(text)? {
        ClientMessage::Start {
            request,
            chain,
            watch,
        } => Said::Start(Start {
            request,
            chain: Chain::from_value(chain),
            watch,
        }),
        other => Said::Other(other),
    })
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
        let reads = all.clone().acquire_owned().await.expect("a turn");
        let mut first = Box::pin(mine.read(ping(SMALL)));
        let mut second = Box::pin(mine.read(ping(SMALL)));
        let mut other = Box::pin(others.read(ping(SMALL)));
        assert!((&mut first).now_or_never().is_none());
        assert!((&mut second).now_or_never().is_none());
        assert!((&mut other).now_or_never().is_none());
        for person in [&mine, &others] {
            assert!(person.read(ping(0)).now_or_never().is_some());
        }
        drop(reads);
        let said = first.await;
        assert!(matches!(
            said,
            Ok(Said::Other(ClientMessage::Ping { nonce: 1 }))
        ));
        // The other person waited for this one only, and is next, though a message came before.
        assert!((&mut second).now_or_never().is_none());
        assert!(other.await.is_ok());
        assert!(second.await.is_ok());
    }

    /// The turn was kept while the page was answered, and the run planned: a page that did not read what it was told kept
    /// everybody's large messages waiting.
    #[tokio::test]
    async fn what_was_read_keeps_nobody_waiting() {
        let all = Arc::new(Semaphore::new(1));
        let [mine, others] = [(); 2].map(|()| LargeMessages::among(all.clone()));
        let start = format!(
            r#"{{"start":{{"request":1,"chain":null,"watch":[]}}}}{}"#,
            " ".repeat(SMALL)
        );
        let answered_slowly = mine.read(start).await;
        assert!(matches!(
            &answered_slowly,
            Ok(Said::Start(Start { chain: Err(_), .. }))
        ));
        for person in [&others, &mine] {
            assert!(person.read(ping(SMALL)).await.is_ok());
        }
        drop(answered_slowly);
    }
}
