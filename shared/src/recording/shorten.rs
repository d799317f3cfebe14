//! A recording with less of the data, so that it fits into something small.

use std::collections::BTreeMap;

use super::{Piece, Recording};
use crate::flow::FlowId;
use crate::preview::Slice;

impl Recording {
    /// The same run with at most so many of the first bytes of each flow, and as many of the last. What happened and what
    /// was counted stays whole.
    pub fn shortened(&self, most: usize) -> Self {
        let mut by_flow: BTreeMap<FlowId, Vec<&Slice>> = BTreeMap::new();
        for piece in &self.data {
            by_flow.entry(piece.flow).or_default().push(&piece.slice);
        }
        let data = by_flow.into_iter().flat_map(|(flow, slices)| {
            let slices = ends(&slices, most).into_iter();
            slices.map(move |slice| Piece { flow, slice })
        });
        Self {
            data: data.collect(),
            runner: self.runner.clone(),
            chain: self.chain.clone(),
            events: self.events.clone(),
            samples: self.samples.clone(),
        }
    }
}

/// So many of the first and of the last bytes; a single slice that is short enough stays whole.
fn ends(slices: &[&Slice], most: usize) -> Vec<Slice> {
    let (Some(first), Some(last)) = (slices.first(), slices.last()) else {
        return Vec::new();
    };
    if slices.len() == 1 && first.bytes.len() <= 2 * most {
        return vec![(*first).clone()];
    }
    let head = &first.bytes[..first.bytes.len().min(most)];
    let cut = last.bytes.len().saturating_sub(most);
    let ends = [
        Slice {
            offset: first.offset,
            bytes: head.to_vec(),
        },
        Slice {
            offset: last.offset + cut as u64,
            bytes: last.bytes[cut..].to_vec(),
        },
    ];
    let mut ends = Vec::from(ends);
    ends.retain(|slice| !slice.bytes.is_empty());
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Chain;

    fn slice(offset: u64, bytes: &[u8]) -> Slice {
        Slice {
            offset,
            bytes: bytes.to_vec(),
        }
    }

    fn shortened(slices: &[Slice], most: usize) -> Vec<Slice> {
        let piece = |slice: &Slice| Piece {
            flow: FlowId(7),
            slice: slice.clone(),
        };
        let recording = Recording {
            runner: String::new(),
            chain: Chain::new(""),
            events: Vec::new(),
            samples: Vec::new(),
            data: slices.iter().map(piece).collect(),
        };
        let data = recording.shortened(most).data;
        assert!(data.iter().all(|piece| piece.flow == FlowId(7)));
        data.into_iter().map(|piece| piece.slice).collect()
    }

    #[test]
    fn both_ends_are_kept_where_they_stand() {
        let whole = [slice(0, b"abcdefgh")];
        assert_eq!(shortened(&whole, 4), whole);
        let both = [slice(0, b"abc"), slice(5, b"fgh")];
        assert_eq!(shortened(&whole, 3), both);
        assert_eq!(shortened(&both, 1), [slice(0, b"a"), slice(7, b"h")]);
        assert_eq!(shortened(&both, 9), both);
        assert_eq!(shortened(&whole, 0), []);
    }
}
