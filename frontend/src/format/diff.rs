//! What has to be taken out of one list of lines and put in to get another: Myers' shortest way, within bounds.

/// Lines of one side that are looked at.
pub(crate) const MOST_LINES: usize = 20_000;
/// Lines taken out and put in, together, for which the shortest way is looked for. Beyond it, what differs is
/// taken out and put in as a whole: the time and memory for the way grow with its square.
const MOST_CHANGES: usize = 1_000;

/// A stretch of lines, by their numbers from 0 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// So many lines are the same, from here on in each.
    Same {
        /// The first in the one.
        left: usize,
        /// The first in the other.
        right: usize,
        /// How many.
        count: usize,
    },
    /// Lines of the one stand in place of lines of the other; either may be none.
    Changed {
        /// The first of the one, and behind the last.
        left: (usize, usize),
        /// The first of the other, and behind the last.
        right: (usize, usize),
    },
}

/// How one list of lines becomes another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Diff {
    /// The stretches, in order; no two neighbours are of one kind.
    pub(crate) pieces: Vec<Piece>,
    /// Lines of the one that the other does not have.
    pub(crate) removed: usize,
    /// Lines of the other that the one does not have.
    pub(crate) added: usize,
    /// Whether there was too much to find the shortest way.
    pub(crate) rough: bool,
}

/// The way from one list of lines to the other.
pub(crate) fn diff(left: &[&[u8]], right: &[&[u8]]) -> Diff {
    let head = common(left.iter().zip(right));
    let (left_rest, right_rest) = (&left[head..], &right[head..]);
    let tail = common(left_rest.iter().rev().zip(right_rest.iter().rev()));
    let left_middle = &left_rest[..left_rest.len() - tail];
    let right_middle = &right_rest[..right_rest.len() - tail];
    let mut diff = Diff::default();
    diff.same(0, 0, head);
    match shortest(left_middle, right_middle) {
        Some(matches) => {
            let (mut at, mut to) = (0, 0);
            for (one, other) in matches {
                diff.changed((head + at, head + one), (head + to, head + other));
                diff.same(head + one, head + other, 1);
                (at, to) = (one + 1, other + 1);
            }
            diff.changed(
                (head + at, head + left_middle.len()),
                (head + to, head + right_middle.len()),
            );
        }
        None => {
            diff.rough = true;
            diff.changed(
                (head, head + left_middle.len()),
                (head, head + right_middle.len()),
            );
        }
    }
    diff.same(left.len() - tail, right.len() - tail, tail);
    diff
}

impl Diff {
    fn same(&mut self, left: usize, right: usize, count: usize) {
        if count == 0 {
            return;
        }
        if let Some(Piece::Same { count: before, .. }) = self.pieces.last_mut() {
            *before += count;
            return;
        }
        self.pieces.push(Piece::Same { left, right, count });
    }

    fn changed(&mut self, left: (usize, usize), right: (usize, usize)) {
        let (removed, added) = (left.1 - left.0, right.1 - right.0);
        if removed + added > 0 {
            self.removed += removed;
            self.added += added;
            self.pieces.push(Piece::Changed { left, right });
        }
    }
}

fn common<'a, 'b: 'a>(pairs: impl Iterator<Item = (&'a &'b [u8], &'a &'b [u8])>) -> usize {
    pairs.take_while(|(one, other)| one == other).count()
}

/// The lines that are the same on a shortest way, in order; nothing when it is longer than [`MOST_CHANGES`].
fn shortest(left: &[&[u8]], right: &[&[u8]]) -> Option<Vec<(usize, usize)>> {
    let (left_count, right_count) = (left.len() as isize, right.len() as isize);
    let most = (left.len() + right.len()).min(MOST_CHANGES) as isize;
    // The furthest place in `left` on each diagonal, which is `left - right`, after each number of changes.
    let mut furthest = vec![0isize; 2 * most as usize + 3];
    let at = |diagonal: isize| (diagonal + most + 1) as usize;
    let mut rounds: Vec<Vec<isize>> = Vec::new();
    for changes in 0..=most {
        for diagonal in (-changes..=changes).step_by(2) {
            let down = diagonal == -changes
                || (diagonal != changes && furthest[at(diagonal - 1)] < furthest[at(diagonal + 1)]);
            let mut x = if down {
                furthest[at(diagonal + 1)]
            } else {
                furthest[at(diagonal - 1)] + 1
            };
            let mut y = x - diagonal;
            while x < left_count && y < right_count && left[x as usize] == right[y as usize] {
                (x, y) = (x + 1, y + 1);
            }
            furthest[at(diagonal)] = x;
            if x >= left_count && y >= right_count {
                rounds.push(Vec::new());
                return Some(way_back(&rounds, (left_count, right_count)));
            }
        }
        rounds.push(furthest[at(-changes)..=at(changes)].to_vec());
    }
    None
}

/// Follows the rounds from the end to the beginning. Each holds the diagonals from `-round` to `round`.
fn way_back(rounds: &[Vec<isize>], end: (isize, isize)) -> Vec<(usize, usize)> {
    let mut matches = Vec::new();
    let (mut x, mut y) = end;
    let mut walk = |x: &mut isize, y: &mut isize, to: isize| {
        while *x > to {
            (*x, *y) = (*x - 1, *y - 1);
            matches.push((*x as usize, *y as usize));
        }
    };
    for changes in (1..rounds.len() as isize).rev() {
        let before = &rounds[changes as usize - 1];
        // Those beyond the diagonals of the round before were never come from.
        let furthest = |diagonal: isize| {
            let place = usize::try_from(diagonal + changes - 1).ok()?;
            before.get(place).copied()
        };
        let diagonal = x - y;
        let (above, beside) = (furthest(diagonal + 1), furthest(diagonal - 1));
        let down = diagonal == -changes || (diagonal != changes && beside < above);
        // The round began with one line put in, or one taken out; lines that are the same follow.
        let (from, diagonal) = match down {
            true => (above.unwrap_or(0), diagonal + 1),
            false => (beside.unwrap_or(0), diagonal - 1),
        };
        walk(&mut x, &mut y, if down { from } else { from + 1 });
        (x, y) = (from, from - diagonal);
    }
    walk(&mut x, &mut y, 0);
    matches.reverse();
    matches
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &str) -> Vec<&[u8]> {
        text.as_bytes()
            .split_inclusive(|byte| *byte == b'\n')
            .collect()
    }

    #[test]
    fn a_line_in_place_of_another_is_one_change() {
        let found = diff(&lines("a\nb\nc\n"), &lines("a\nx\nc\n"));
        assert_eq!((found.removed, found.added, found.rough), (1, 1, false));
        assert_eq!(
            found.pieces,
            [
                Piece::Same {
                    left: 0,
                    right: 0,
                    count: 1
                },
                Piece::Changed {
                    left: (1, 2),
                    right: (1, 2)
                },
                Piece::Same {
                    left: 2,
                    right: 2,
                    count: 1
                },
            ]
        );
        assert_eq!(diff(&[], &[]), Diff::default());
    }

    #[test]
    fn what_differs_too_much_is_changed_as_a_whole() {
        let numbers =
            |from: usize| (from..from + 2 * MOST_CHANGES).map(|number| format!("{number}\n"));
        let (one, other): (String, String) = (numbers(0).collect(), numbers(1_000_000).collect());
        let found = diff(&lines(&one), &lines(&other));
        assert!(found.rough);
        assert_eq!(
            (found.removed, found.added),
            (2 * MOST_CHANGES, 2 * MOST_CHANGES)
        );
    }

    /// The longest list of lines that both have in this order, by the plain way of all pairs.
    fn longest_common(left: &[&[u8]], right: &[&[u8]]) -> usize {
        let mut row = vec![0; right.len() + 1];
        for one in left {
            let mut corner = 0;
            for (at, other) in right.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if one == other {
                    corner + 1
                } else {
                    above.max(row[at])
                };
                corner = above;
            }
        }
        row[right.len()]
    }

    proptest! {
        /// The pieces go through both lists without a gap, what they call the same is the same, and no way is
        /// shorter.
        #[test]
        fn the_way_is_right_and_the_shortest(left in proptest::collection::vec(0u8..4, 0..40), right in proptest::collection::vec(0u8..4, 0..40)) {
            let left: Vec<&[u8]> = left.chunks(1).collect();
            let right: Vec<&[u8]> = right.chunks(1).collect();
            let found = diff(&left, &right);
            let (mut at, mut to, mut same) = (0, 0, 0);
            for piece in &found.pieces {
                match *piece {
                    Piece::Same { left: from, right: with, count } => {
                        prop_assert_eq!((from, with), (at, to));
                        prop_assert_eq!(&left[from..from + count], &right[with..with + count]);
                        (at, to, same) = (at + count, to + count, same + count);
                    }
                    Piece::Changed { left: (from, end), right: (with, until) } => {
                        prop_assert_eq!((from, with), (at, to));
                        (at, to) = (end, until);
                    }
                }
            }
            prop_assert_eq!((at, to), (left.len(), right.len()));
            prop_assert_eq!(same, longest_common(&left, &right));
            prop_assert_eq!((found.removed, found.added), (left.len() - same, right.len() - same));
        }
    }
}
