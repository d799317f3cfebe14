//! Input that a person types into a stage while it runs: lossless, bounded, with an explicit end.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pipeyard_shared::id::LaneNumber;
use tokio::sync::Notify;

use super::flow::Activity;

/// The typing end. Clones type into the same stage.
#[derive(Clone, Debug)]
pub struct TypedInput(Arc<Shared>);

/// The stage's end.
#[derive(Debug)]
pub(super) struct TypedSource(Arc<Shared>);

/// The inputs of a run that people type into and that have begun, by lane and stage.
pub(super) type TypedInputs = Arc<Mutex<BTreeMap<(LaneNumber, usize), TypedInput>>>;

/// How far typing has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypedCredit {
    /// Bytes that have arrived.
    pub received: u64,
    /// The offset up to which more may be sent.
    pub until: u64,
}

/// Why typed bytes were not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedError {
    /// They leave a gap or go beyond the credit; the next byte belongs at this offset.
    OutOfTurn {
        /// The offset.
        expected: u64,
    },
    /// The end of file was typed, or the stage reads no more.
    Closed,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Wakes the stage's end.
    typed: Notify,
    bound: u64,
    activity: Arc<Activity>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<u8>,
    received: u64,
    ended: bool,
    reader_gone: bool,
}

/// Both ends of a typed input that holds at most `bound` bytes and stirs the run when its credit changes.
pub(super) fn typed(bound: u32, activity: Arc<Activity>) -> (TypedInput, TypedSource) {
    let bound = u64::from(bound);
    let shared = Arc::new(Shared {
        state: Mutex::default(),
        typed: Notify::new(),
        bound,
        activity,
    });
    (TypedInput(shared.clone()), TypedSource(shared))
}

impl TypedInput {
    /// Takes bytes whose first stands at `position`. Bytes that have arrived before are passed over, so
    /// that sending them again after a lost connection is harmless.
    ///
    /// # Errors
    /// [`TypedError`]; then nothing was taken.
    pub fn offer(&self, position: u64, bytes: &[u8]) -> Result<(), TypedError> {
        let mut state = self.0.lock();
        if state.ended || state.reader_gone {
            return Err(TypedError::Closed);
        }
        let expected = state.received;
        let out_of_turn = TypedError::OutOfTurn { expected };
        let seen = expected.checked_sub(position).ok_or(out_of_turn)?;
        let seen = usize::try_from(seen).unwrap_or(usize::MAX);
        let fresh = bytes.get(seen..).unwrap_or_default();
        if (state.waiting.len() + fresh.len()) as u64 > self.0.bound {
            return Err(out_of_turn);
        }
        state.waiting.extend(fresh);
        state.received += fresh.len() as u64;
        self.0.activity.stir();
        self.0.typed.notify_one();
        Ok(())
    }

    /// Types the end of file.
    pub fn end(&self) {
        self.0.lock().ended = true;
        self.0.typed.notify_one();
    }

    /// How far typing has come.
    pub fn credit(&self) -> TypedCredit {
        let state = self.0.lock();
        let read = state.received - state.waiting.len() as u64;
        TypedCredit {
            received: state.received,
            until: read + self.0.bound,
        }
    }
}

impl TypedSource {
    /// Reads at least one byte, or 0 at the end of file. Cancel-safe.
    pub(super) async fn read(&mut self, buffer: &mut [u8]) -> usize {
        loop {
            {
                let mut state = self.0.lock();
                let count = state.waiting.len().min(buffer.len());
                if count > 0 {
                    for (slot, byte) in buffer.iter_mut().zip(state.waiting.drain(..count)) {
                        *slot = byte;
                    }
                    self.0.activity.stir();
                    return count;
                }
                if state.ended {
                    return 0;
                }
            }
            // A permit is kept when somebody types between the look above and this wait.
            self.0.typed.notified().await;
        }
    }
}

impl Drop for TypedSource {
    fn drop(&mut self) {
        self.0.lock().reader_gone = true;
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bytes_arrive_once_and_in_order_however_often_they_are_sent() {
        let (input, mut source) = typed(8, Arc::default());
        input.offer(0, b"abc").expect("room");
        input.offer(1, b"bcde").expect("an overlap");
        assert_eq!(
            input.offer(9, b"x"),
            Err(TypedError::OutOfTurn { expected: 5 })
        );
        assert_eq!(
            input.offer(5, b"4567"),
            Err(TypedError::OutOfTurn { expected: 5 }),
            "beyond the credit"
        );
        let mut buffer = [0; 16];
        assert_eq!(source.read(&mut buffer).await, 5);
        assert_eq!(&buffer[..5], b"abcde");
        let credit = input.credit();
        assert_eq!((credit.received, credit.until), (5, 13));
        input.end();
        assert_eq!(source.read(&mut buffer).await, 0);
        assert_eq!(input.offer(5, b"x"), Err(TypedError::Closed));
    }
}
