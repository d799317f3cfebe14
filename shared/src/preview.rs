//! Head and tail of a flow: what is kept of it for people to look at.

use std::collections::VecDeque;

/// The first bytes of a flow and the latest ones, each up to the same bound; what lies between is
/// counted and not kept.
///
/// The runner fills one with [`Preview::push`]; the page fills its own with [`Preview::push_at`] from
/// the slices it is sent. Both keep the same bytes when the same ones passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    head_bound: usize,
    tail_bound: usize,
    head: Vec<u8>,
    tail: VecDeque<u8>,
    /// Bytes that have passed altogether, those not kept included.
    end: u64,
}

/// A contiguous piece of a flow at its stated offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Where in the flow it begins.
    pub offset: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Preview {
    /// An empty preview that keeps at most `bound` bytes of each end.
    pub fn new(bound: usize) -> Self {
        Self {
            head_bound: bound,
            tail_bound: bound,
            head: Vec::new(),
            tail: VecDeque::new(),
            end: 0,
        }
    }

    /// Takes the next bytes of the flow.
    pub fn push(&mut self, bytes: &[u8]) {
        let (head, rest) = bytes.split_at(self.for_head(bytes.len()));
        self.head.extend_from_slice(head);
        let kept = &rest[rest.len().saturating_sub(self.tail_bound)..];
        let excess = (self.tail.len() + kept.len()).saturating_sub(self.tail_bound);
        self.tail.drain(..excess);
        self.tail.extend(kept);
        self.end = self.end.saturating_add(bytes.len() as u64);
    }

    /// How many of so many further bytes go to the head.
    fn for_head(&self, bytes: usize) -> usize {
        // Once the tail holds anything the head is closed, or it would not be contiguous.
        if self.head.len() as u64 != self.end {
            return 0;
        }
        (self.head_bound - self.head.len()).min(bytes)
    }

    /// How many bytes it holds.
    pub fn held(&self) -> usize {
        self.head.len() + self.tail.len()
    }

    /// How many it will hold once it has taken so many further bytes.
    pub fn held_with(&self, bytes: usize) -> usize {
        let for_head = self.for_head(bytes);
        let tail = (self.tail.len() + bytes - for_head).min(self.tail_bound);
        self.head.len() + for_head + tail
    }

    /// From now on each end keeps no more than it holds, or `least` where that is more, and never more than it might have.
    pub fn narrow(&mut self, least: usize) {
        self.head_bound = self.head_bound.min(self.head.len().max(least));
        self.tail_bound = self.tail_bound.min(self.tail.len().max(least));
    }

    /// Bytes pass that are not shown to it; with them the tail is out of date and is let go.
    pub fn pass(&mut self, count: u64) {
        self.tail.clear();
        self.end = self.end.saturating_add(count);
    }

    /// Takes bytes that stand at `offset` in the flow. Bytes already seen are passed over; bytes
    /// missing before them become a gap.
    pub fn push_at(&mut self, offset: u64, bytes: &[u8]) {
        if offset > self.end {
            self.tail.clear();
            self.end = offset;
        }
        let seen = usize::try_from(self.end - offset).unwrap_or(usize::MAX);
        if let Some(fresh) = bytes.get(seen..) {
            self.push(fresh);
        }
    }

    /// Bytes that have passed, kept or not: the offset at which the next one will stand.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// How many further bytes it can take without letting go of any.
    pub fn room(&self) -> usize {
        if self.gap() > 0 {
            return 0;
        }
        self.head_bound + self.tail_bound - self.held()
    }

    /// The first bytes, contiguous from offset 0.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The offset at which the tail begins. Equal to the head's length when there is no gap.
    pub fn tail_offset(&self) -> u64 {
        self.end - self.tail.len() as u64
    }

    /// How many bytes lie between head and tail and are not kept.
    pub fn gap(&self) -> u64 {
        self.tail_offset() - self.head.len() as u64
    }

    /// Head and tail as slices; one slice when nothing is missing between them, none when empty.
    pub fn slices(&self) -> Vec<Slice> {
        let mut slices = Vec::with_capacity(2);
        if !self.head.is_empty() {
            slices.push(Slice {
                offset: 0,
                bytes: self.head.clone(),
            });
        }
        if self.tail.is_empty() {
            return slices;
        }
        let gap = self.gap();
        match slices.first_mut() {
            Some(first) if gap == 0 => first.bytes.extend(&self.tail),
            _ => slices.push(Slice {
                offset: self.tail_offset(),
                bytes: self.tail.iter().copied().collect(),
            }),
        }
        slices
    }

    /// The first kept bytes at or after `from`, at most `most` of them; nothing when there are none.
    /// When they begin later than `from`, what lies between is not kept.
    pub fn read(&self, from: u64, most: usize) -> Option<Slice> {
        let head_length = self.head.len() as u64;
        if from < head_length {
            let start = usize::try_from(from).ok()?;
            let stop = self.head.len().min(start.saturating_add(most));
            return Some(Slice {
                offset: from,
                bytes: self.head[start..stop].to_vec(),
            });
        }
        let offset = from.max(self.tail_offset());
        if offset >= self.end {
            return None;
        }
        let start = usize::try_from(offset - self.tail_offset()).ok()?;
        let bytes = self.tail.iter().skip(start).take(most).copied().collect();
        Some(Slice { offset, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(length: usize) -> Vec<u8> {
        (0..length).map(|index| (index % 251) as u8).collect()
    }

    proptest! {
        /// Whatever the chunks, each slice is contiguous, stands at its stated offset, and head and
        /// tail are as long as they can be.
        #[test]
        fn slices_are_true(lengths in proptest::collection::vec(0usize..40, 0..20), bound in 1usize..32) {
            let total: usize = lengths.iter().sum();
            let whole = pattern(total);
            let mut preview = Preview::new(bound);
            let mut at = 0;
            for length in lengths {
                preview.push(&whole[at..at + length]);
                at += length;
            }
            prop_assert_eq!(preview.end(), total as u64);
            prop_assert_eq!(preview.head(), &whole[..total.min(bound)]);
            for slice in preview.slices() {
                let start = slice.offset as usize;
                prop_assert_eq!(&slice.bytes[..], &whole[start..start + slice.bytes.len()]);
            }
            let kept: u64 = preview.slices().iter().map(|slice| slice.bytes.len() as u64).sum();
            prop_assert_eq!(kept + preview.gap(), total as u64);
            prop_assert_eq!(kept, total.min(2 * bound) as u64);
        }

        /// A reader that lags, however it lags, ends with the same head and tail.
        #[test]
        fn a_lagging_copy_ends_the_same(
            lengths in proptest::collection::vec(0usize..40, 0..20),
            looks in proptest::collection::vec(any::<bool>(), 20),
            bound in 1usize..32,
            most in 1usize..64,
        ) {
            let whole = pattern(lengths.iter().sum());
            let mut source = Preview::new(bound);
            let mut copy = Preview::new(bound);
            let mut at = 0;
            let follow = |source: &Preview, copy: &mut Preview| {
                while let Some(slice) = source.read(copy.end(), most) {
                    copy.push_at(slice.offset, &slice.bytes);
                }
            };
            for (length, look) in lengths.into_iter().zip(looks) {
                source.push(&whole[at..at + length]);
                at += length;
                if look {
                    follow(&source, &mut copy);
                }
            }
            follow(&source, &mut copy);
            prop_assert_eq!(copy, source);
        }

        /// One that is narrowed while bytes pass keeps true slices, says beforehand what it will hold, and loses nothing
        /// while it says that there is room.
        #[test]
        fn a_narrowed_one_is_still_true(
            lengths in proptest::collection::vec((0usize..40, any::<bool>()), 0..20),
            bound in 1usize..32,
            least in 0usize..8,
        ) {
            let total: usize = lengths.iter().map(|(length, _)| length).sum();
            let whole = pattern(total);
            let mut preview = Preview::new(bound);
            let mut at = 0;
            for (length, narrows) in lengths {
                if narrows {
                    let held = preview.held();
                    preview.narrow(least);
                    prop_assert_eq!(preview.held(), held);
                    prop_assert!(preview.room() <= 2 * least);
                }
                let (will_hold, fits) = (preview.held_with(length), preview.room() >= length);
                let gap = preview.gap();
                preview.push(&whole[at..at + length]);
                at += length;
                prop_assert_eq!(preview.held(), will_hold);
                prop_assert!(preview.held() <= 2 * bound);
                prop_assert!(!fits || preview.gap() == gap);
            }
            prop_assert_eq!(preview.end(), total as u64);
            for slice in preview.slices() {
                let start = slice.offset as usize;
                prop_assert_eq!(&slice.bytes[..], &whole[start..start + slice.bytes.len()]);
            }
            prop_assert_eq!(preview.held() as u64 + preview.gap(), total as u64);
        }

        #[test]
        fn the_same_bytes_twice_change_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..64), cut in 0usize..64) {
            let mut once = Preview::new(16);
            once.push(&bytes);
            let mut twice = once.clone();
            let cut = cut.min(bytes.len());
            twice.push_at(cut as u64, &bytes[cut..]);
            prop_assert_eq!(once, twice);
        }
    }
}
