//! Bulk data between page and runner: a fixed header, little-endian, and raw bytes.
//!
//! ```text
//! offset  size  field
//!      0     1  kind     1 data, 3 glimpse (runner to page), 2 typed input (page to runner)
//!      1     1  flags    data: bit 0 = bytes before `position` are missing and not kept
//!      2     2  stage    typed: the stage's place in the chain, from 0; others: 0
//!      4     4  number   data, glimpse: the flow; typed: the lane, from 1
//!      8     8  run
//!     16     8  position of the first byte in the flow, or in all that was typed; glimpse: 0
//!     24     …  the bytes
//! ```

use std::fmt;

use crate::flow::FlowId;
use crate::id::{LaneNumber, RunId};

/// Bytes before the data of a frame.
pub const HEADER_BYTES: usize = 24;

const KIND_DATA: u8 = 1;
const KIND_TYPED: u8 = 2;
const KIND_GLIMPSE: u8 = 3;
const FLAG_GAP: u8 = 1;

/// One binary message. It borrows its bytes, so that decoding copies nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// A piece of a flow.
    Data {
        /// In which run.
        run: RunId,
        /// Which flow.
        flow: FlowId,
        /// The first byte's place in the flow.
        position: u64,
        /// Whether bytes between what was sent before and `position` are not kept any more.
        gap: bool,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// What stood in a direct wire's pipe at an instant, from its oldest byte on. Where in the flow that is
    /// nobody can say; each glimpse stands for itself.
    Glimpse {
        /// In which run.
        run: RunId,
        /// Which flow.
        flow: FlowId,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// Typed input.
    Typed {
        /// For which run.
        run: RunId,
        /// For which lane.
        lane: LaneNumber,
        /// For which stage: its place in the chain, from 0.
        stage: u16,
        /// The first byte's place in all that was typed into this stage.
        position: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Shorter than a header.
    TooShort {
        /// How long it is.
        length: usize,
    },
    /// A kind that this protocol does not have.
    UnknownKind(u8),
    /// Flags that this kind does not have.
    UnknownFlags(u8),
    /// A field that must be 0 for this kind is not.
    NotZero,
}

impl<'a> Frame<'a> {
    /// Header and bytes, as one message.
    pub fn encode(&self) -> Vec<u8> {
        let (kind, flags, stage, number, run, position, bytes) = match *self {
            Self::Data {
                run,
                flow,
                position,
                gap,
                bytes,
            } => (
                KIND_DATA,
                u8::from(gap) * FLAG_GAP,
                0,
                flow.0,
                run,
                position,
                bytes,
            ),
            Self::Glimpse { run, flow, bytes } => (KIND_GLIMPSE, 0, 0, flow.0, run, 0, bytes),
            Self::Typed {
                run,
                lane,
                stage,
                position,
                bytes,
            } => (KIND_TYPED, 0, stage, lane.0, run, position, bytes),
        };
        let mut out = Vec::with_capacity(HEADER_BYTES + bytes.len());
        out.extend([kind, flags]);
        out.extend(stage.to_le_bytes());
        out.extend(number.to_le_bytes());
        out.extend(run.0.to_le_bytes());
        out.extend(position.to_le_bytes());
        out.extend(bytes);
        out
    }

    /// Reads one message.
    ///
    /// # Errors
    /// [`FrameError`]; never panics, whatever the bytes.
    pub fn decode(message: &'a [u8]) -> Result<Self, FrameError> {
        let length = message.len();
        let (header, bytes) = message
            .split_first_chunk::<HEADER_BYTES>()
            .ok_or(FrameError::TooShort { length })?;
        let [kind, flags, s0, s1, n0, n1, n2, n3, rest @ ..] = *header;
        let stage = u16::from_le_bytes([s0, s1]);
        let number = u32::from_le_bytes([n0, n1, n2, n3]);
        let [r0, r1, r2, r3, r4, r5, r6, r7, position @ ..] = rest;
        let run = RunId(u64::from_le_bytes([r0, r1, r2, r3, r4, r5, r6, r7]));
        let position = u64::from_le_bytes(position);
        match (kind, flags) {
            (KIND_DATA, 0 | FLAG_GAP) if stage == 0 => Ok(Self::Data {
                run,
                flow: FlowId(number),
                position,
                gap: flags == FLAG_GAP,
                bytes,
            }),
            (KIND_TYPED, 0) => Ok(Self::Typed {
                run,
                lane: LaneNumber(number),
                stage,
                position,
                bytes,
            }),
            (KIND_GLIMPSE, 0) if stage == 0 && position == 0 => Ok(Self::Glimpse {
                run,
                flow: FlowId(number),
                bytes,
            }),
            (KIND_DATA, 0 | FLAG_GAP) | (KIND_GLIMPSE, 0) => Err(FrameError::NotZero),
            (KIND_DATA | KIND_TYPED | KIND_GLIMPSE, flags) => Err(FrameError::UnknownFlags(flags)),
            (kind, _) => Err(FrameError::UnknownKind(kind)),
        }
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort { length } => write!(
                out,
                "a frame has a header of {HEADER_BYTES} bytes, this message has {length}"
            ),
            Self::UnknownKind(kind) => write!(out, "no frame is of kind {kind}"),
            Self::UnknownFlags(flags) => {
                write!(out, "this kind of frame has no flags {flags:#04x}")
            }
            Self::NotZero => out.write_str("a field that must be 0 for this kind of frame is not"),
        }
    }
}

impl std::error::Error for FrameError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn decode_undoes_encode(run: u64, number: u32, stage: u16, position: u64, gap: bool,
                                bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let data = Frame::Data { run: RunId(run), flow: FlowId(number), position, gap, bytes: &bytes };
            let encoded = data.encode();
            prop_assert_eq!(Frame::decode(&encoded), Ok(data));
            let glimpse = Frame::Glimpse { run: RunId(run), flow: FlowId(number), bytes: &bytes };
            let encoded = glimpse.encode();
            prop_assert_eq!(Frame::decode(&encoded), Ok(glimpse));
            let typed = Frame::Typed { run: RunId(run), lane: LaneNumber(number), stage, position, bytes: &bytes };
            let encoded = typed.encode();
            prop_assert_eq!(Frame::decode(&encoded), Ok(typed));
        }

        #[test]
        fn noise_is_an_error_or_its_own_encoding(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(frame) = Frame::decode(&bytes) {
                prop_assert_eq!(frame.encode(), bytes);
            }
        }
    }
}
