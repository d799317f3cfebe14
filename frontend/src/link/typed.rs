//! What is typed into one stage: kept until it has arrived, sent only as far as was allowed.

use std::collections::VecDeque;

use pipeyard_shared::frame::Frame;
use pipeyard_shared::{LaneNumber, RunId};

/// Bytes of one frame at the most, far below the bound of a message.
const MOST_A_FRAME: usize = 32 << 10;

/// Typed input on its way.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Typed {
    /// Bytes that may not have arrived; the first stands at `received`.
    waiting: VecDeque<u8>,
    received: u64,
    /// How far was sent on this connection; nothing before its first credit.
    sent: Option<u64>,
    until: u64,
    /// End-of-file after what was typed.
    ended: bool,
    end_sent: bool,
}

impl Typed {
    /// More is typed. After the end, nothing is.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if !self.ended {
            self.waiting.extend(bytes);
        }
    }

    /// That was all.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// The connection is lost: what was sent on it may not have arrived.
    pub(super) fn lose(&mut self) {
        self.sent = None;
        self.end_sent = false;
    }

    /// The runner says what has arrived, and how far it may go.
    pub(super) fn credit(&mut self, received: u64, until: u64) {
        let arrived = usize::try_from(received.saturating_sub(self.received)).unwrap_or(usize::MAX);
        self.waiting.drain(..arrived.min(self.waiting.len()));
        self.received = self.received.max(received);
        self.until = self.until.max(until);
        self.sent = Some(
            self.sent
                .map_or(self.received, |sent| sent.max(self.received)),
        );
    }

    /// The frames that may be sent now.
    pub(super) fn frames(
        &mut self,
        run: RunId,
        lane: LaneNumber,
        stage: u16,
    ) -> impl Iterator<Item = Vec<u8>> {
        let end = self.received + self.waiting.len() as u64;
        std::iter::from_fn(move || {
            let position = self.sent?;
            let stop = end.min(self.until).min(position + MOST_A_FRAME as u64);
            if stop <= position {
                return None;
            }
            let skipped = usize::try_from(position - self.received).ok()?;
            let length = usize::try_from(stop - position).ok()?;
            let bytes: Vec<u8> = self
                .waiting
                .iter()
                .skip(skipped)
                .take(length)
                .copied()
                .collect();
            self.sent = Some(stop);
            let frame = Frame::Typed {
                run,
                lane,
                stage,
                position,
                bytes: &bytes,
            };
            Some(frame.encode())
        })
    }

    /// Whether end-of-file has to be said now: everything before it was sent, and it was not yet.
    pub(super) fn take_end(&mut self) -> bool {
        let all_sent = self.sent == Some(self.received + self.waiting.len() as u64);
        let due = self.ended && !self.end_sent && all_sent;
        self.end_sent |= due;
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A stage that reads slowly over a connection that breaks now and then.
    #[derive(Default)]
    struct Stage {
        got: Vec<u8>,
    }

    impl Stage {
        fn take(&mut self, frames: impl Iterator<Item = Vec<u8>>, until: u64, arrives: bool) {
            for message in frames {
                let Ok(Frame::Typed {
                    position, bytes, ..
                }) = Frame::decode(&message)
                else {
                    panic!("typed input is sent as typed frames");
                };
                assert!(position + bytes.len() as u64 <= until, "beyond the credit");
                if arrives {
                    assert_eq!(position, self.got.len() as u64, "a gap, or twice");
                    self.got.extend_from_slice(bytes);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn every_typed_byte_arrives_once(steps in proptest::collection::vec((0usize..6, 0u64..9, any::<bool>()), 1..40)) {
            let mut typed = Typed::default();
            let mut stage = Stage::default();
            let mut all: Vec<u8> = Vec::new();
            let mut until = 0;
            let mut connected = false;
            for (length, room, breaks) in steps {
                let bytes: Vec<u8> = (0..length).map(|index| (all.len() + index) as u8).collect();
                all.extend(&bytes);
                typed.push(&bytes);
                if connected {
                    stage.take(typed.frames(RunId(1), LaneNumber(1), 0), until, !breaks);
                }
                if breaks {
                    typed.lose();
                    connected = false;
                } else {
                    until = until.max(stage.got.len() as u64 + room);
                    typed.credit(stage.got.len() as u64, until);
                    connected = true;
                    stage.take(typed.frames(RunId(1), LaneNumber(1), 0), until, true);
                }
            }
            typed.end();
            let end = all.len() as u64;
            typed.credit(stage.got.len() as u64, end);
            stage.take(typed.frames(RunId(1), LaneNumber(1), 0), end, true);
            prop_assert_eq!(stage.got, all);
            prop_assert!(typed.take_end());
            prop_assert!(!typed.take_end(), "the end is said once");
        }
    }
}
