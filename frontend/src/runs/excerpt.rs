//! As much of a flow's bytes as a screen can hold, with every gap counted and named.

use pipeyard_shared::preview::Preview;

/// A part of what is shown, in the order of the flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Bytes at their offset.
    Bytes {
        /// Where they stand in the flow.
        offset: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Bytes that are left out.
    Gap {
        /// How many.
        bytes: u64,
        /// How many of them the page does not have at all.
        not_kept: u64,
    },
}

/// The first and the last `most` bytes of what is kept, each at its offset.
pub(crate) fn excerpt(preview: &Preview, most: usize) -> Vec<Part> {
    let slices = preview.slices();
    let kept: u64 = slices.iter().map(|slice| slice.bytes.len() as u64).sum();
    let mut parts = Vec::new();
    let (Some(first), Some(last)) = (slices.first(), slices.last()) else {
        return parts;
    };
    let whole = slices.len() == 1 && first.bytes.len() <= 2 * most;
    let head = if whole {
        first.bytes.len()
    } else {
        first.bytes.len().min(most)
    };
    parts.push(Part::Bytes {
        offset: first.offset,
        bytes: first.bytes[..head].to_vec(),
    });
    if whole {
        return parts;
    }
    let head_end = first.offset + head as u64;
    // In a single slice the tail may not reach back into what the head has shown.
    let tail = last.bytes.len().min(most);
    let tail_start = preview.end() - tail as u64;
    parts.push(Part::Gap {
        bytes: tail_start - head_end,
        not_kept: preview.end() - kept,
    });
    parts.push(Part::Bytes {
        offset: tail_start,
        bytes: last.bytes[last.bytes.len() - tail..].to_vec(),
    });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The parts follow each other without overlap, add up to the whole flow, and hold the bytes
        /// that stand at their offsets.
        #[test]
        fn parts_add_up(total in 0usize..200, bound in 1usize..64, most in 1usize..64) {
            let whole: Vec<u8> = (0..total).map(|index| index as u8).collect();
            let mut preview = Preview::new(bound);
            preview.push(&whole);
            let mut at = 0u64;
            for part in excerpt(&preview, most) {
                match part {
                    Part::Bytes { offset, bytes } => {
                        prop_assert_eq!(offset, at);
                        prop_assert_eq!(&bytes[..], &whole[at as usize..at as usize + bytes.len()]);
                        prop_assert!(bytes.len() <= 2 * most);
                        at += bytes.len() as u64;
                    }
                    Part::Gap { bytes, not_kept } => {
                        prop_assert!(not_kept <= bytes);
                        at += bytes;
                    }
                }
            }
            prop_assert_eq!(at, total as u64);
        }
    }
}
