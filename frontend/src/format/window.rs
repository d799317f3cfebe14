//! A stretch out of a flow that is too long to be held: which bytes to ask for, and where its lines begin.

/// Bytes of a stretch that is shown.
pub(crate) const WINDOW: u64 = 128 << 10;
/// Bytes that are searched at a time: few enough for no frame to be late.
pub(crate) const SEARCHED: u64 = 256 << 10;
/// What stands before a found place in its stretch.
const BEFORE: u64 = 2 << 10;

/// The stretch around a place, as the first byte to ask for and behind the last.
pub(crate) fn around(place: u64, kept: u64) -> (u64, u64) {
    let start = place.saturating_sub(BEFORE);
    (start, (start + WINDOW).min(kept))
}

/// The stretch that ends before a byte.
pub(crate) fn before(end: u64) -> (u64, u64) {
    (end.saturating_sub(WINDOW), end)
}

/// The stretch at so many of a flow's equal steps, and whether its end is what was asked for: the last step is the last
/// stretch.
pub(crate) fn at_step(step: u64, steps: u64, kept: u64) -> ((u64, u64), bool) {
    if step >= steps {
        return (before(kept), true);
    }
    let start = kept / steps * step;
    ((start, (start + WINDOW).min(kept)), false)
}

/// Whole lines out of the bytes of a stretch that begins at `start` of `kept`: how many bytes to leave out before
/// and behind them. Where one line fills it all, nothing is.
pub(crate) fn whole_lines(bytes: &[u8], start: u64, kept: u64) -> (usize, usize) {
    let newline = |byte: &u8| *byte == b'\n';
    let first = match start {
        0 => 0,
        _ => bytes.iter().position(newline).map_or(0, |at| at + 1),
    };
    let is_last = start + bytes.len() as u64 >= kept;
    let end = match bytes.iter().rposition(newline) {
        Some(at) if !is_last && at + 1 > first => at + 1,
        _ => bytes.len(),
    };
    if first >= end {
        return (0, 0);
    }
    (first, bytes.len() - end)
}

/// What to search next: a stretch that overlaps the one before by all but one byte of what is searched for; nothing
/// when the end has been reached.
pub(crate) fn next_searched(at: u64, kept: u64) -> Option<(u64, u64)> {
    (at < kept).then(|| (at, (at + SEARCHED).min(kept)))
}

/// Where the stretch after this one begins.
pub(crate) fn after_searched(end: u64, kept: u64, needle: usize) -> u64 {
    if end >= kept {
        return kept;
    }
    end.saturating_sub(needle.saturating_sub(1) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::search::find;
    use proptest::prelude::*;

    #[test]
    fn lines_are_whole_but_for_one_that_fills_all() {
        assert_eq!(whole_lines(b"ne\ntwo\nthr", 5, 100), (3, 3));
        assert_eq!(whole_lines(b"one\ntwo\nthr", 0, 100), (0, 3));
        assert_eq!(whole_lines(b"ne\nlast", 93, 100), (3, 0));
        assert_eq!(whole_lines(b"no newline", 50, 100), (0, 0));
        assert_eq!(whole_lines(b"end\n", 50, 100), (0, 0));
    }

    #[test]
    fn the_last_step_is_a_whole_stretch_and_shows_its_end() {
        let kept = 100 * WINDOW + 7;
        assert_eq!(at_step(0, 1_000, kept), ((0, WINDOW), false));
        assert_eq!(at_step(1_000, 1_000, kept), ((kept - WINDOW, kept), true));
        let ((start, end), _) = at_step(999, 1_000, kept);
        assert!(start < end && end <= kept);
        assert_eq!(at_step(1_000, 1_000, 9), ((0, 9), true));
    }

    proptest! {
        /// Whatever is searched for, its first place is found, also where two stretches meet.
        #[test]
        fn nothing_is_missed_between_stretches(gap in 0u64..40, needle in "[ab]{1,6}") {
            let kept = SEARCHED + 100;
            let place = SEARCHED - 20 + gap;
            let mut all = vec![b'.'; kept as usize];
            all[place as usize..][..needle.len()].copy_from_slice(needle.as_bytes());
            let mut at = 0;
            let mut found = None;
            while let Some((start, end)) = next_searched(at, kept) {
                let hits = find(&all[start as usize..end as usize], needle.as_bytes());
                if let Some((hit, _)) = hits.places.first() {
                    found = Some(start + *hit as u64);
                    break;
                }
                at = after_searched(end, kept, needle.len());
            }
            prop_assert_eq!(found, Some(place));
        }
    }
}
