//! Two texts line by line: side by side where there is room, one below the other where there is not.

use std::rc::Rc;

use pipeyard_shared::preview::Preview;
use yew::{Html, html};

use crate::desk::Desk;
use crate::format::diff::{Diff, MOST_LINES, Piece, diff};
use crate::format::grouped;
use crate::i18n::runs::RunsWords;
use crate::runs::output::readable;

/// Lines that are the same and are shown around what differs.
const AROUND: usize = 3;
/// Lines that are drawn; more are counted.
const MOST_DRAWN: usize = 1_000;

/// Two texts, and how one becomes the other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Compared {
    left: Rc<[u8]>,
    right: Rc<[u8]>,
    diff: Diff,
    /// Whether a side has more than what is compared.
    more: bool,
}

impl Compared {
    /// Compares the bytes from the first one on, as far as none is missing and there are not too many lines.
    /// `whole` says whether each side has no more than its preview.
    pub(super) fn of(left: &Preview, right: &Preview, whole: bool) -> Self {
        let (left, left_cut) = first_lines(left);
        let (right, right_cut) = first_lines(right);
        Self::of_texts(left, right, left_cut || right_cut || !whole)
    }

    /// Compares two texts.
    pub(super) fn of_texts(left: Rc<[u8]>, right: Rc<[u8]>, more: bool) -> Self {
        let diff = diff(&lines(&left), &lines(&right));
        Self {
            left,
            right,
            diff,
            more,
        }
    }

    /// Whether nothing that was compared differs.
    pub(super) fn is_same(&self) -> bool {
        self.diff.removed + self.diff.added == 0
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// The bytes up to the first gap or the last line that is looked at, and whether some are left out.
fn first_lines(preview: &Preview) -> (Rc<[u8]>, bool) {
    let first = preview.slices().into_iter().next();
    let mut bytes = first
        .filter(|slice| slice.offset == 0)
        .map(|slice| slice.bytes)
        .unwrap_or_default();
    let mut ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    if let Some((end, _)) = ends.nth(MOST_LINES - 1) {
        bytes.truncate(end + 1);
    }
    let cut = (bytes.len() as u64) < preview.end();
    (bytes.into(), cut)
}

/// A row that is drawn: the numbers of its lines, from 0, or how many are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Same(usize, usize),
    Changed(Option<usize>, Option<usize>),
    Folded(usize),
}

/// The rows, with what is the same folded away but for a few lines around each change.
fn rows(diff: &Diff, wide: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    let last = diff.pieces.len().saturating_sub(1);
    for (index, piece) in diff.pieces.iter().enumerate() {
        match *piece {
            Piece::Same { left, right, count } => {
                let before = if index == 0 { 0 } else { AROUND };
                let after = if index == last { 0 } else { AROUND };
                let folded = count.saturating_sub(before + after);
                let shown = (0..count).filter(|at| *at < before || *at >= before + folded);
                let mut told = folded == 0;
                for at in shown {
                    if at >= before + folded && !told {
                        rows.push(Row::Folded(folded));
                        told = true;
                    }
                    rows.push(Row::Same(left + at, right + at));
                }
                if !told {
                    rows.push(Row::Folded(folded));
                }
            }
            Piece::Changed { left, right } if wide => {
                for at in 0..(left.1 - left.0).max(right.1 - right.0) {
                    let one = Some(left.0 + at).filter(|line| *line < left.1);
                    let other = Some(right.0 + at).filter(|line| *line < right.1);
                    rows.push(Row::Changed(one, other));
                }
            }
            Piece::Changed { left, right } => {
                rows.extend((left.0..left.1).map(|line| Row::Changed(Some(line), None)));
                rows.extend((right.0..right.1).map(|line| Row::Changed(None, Some(line))));
            }
        }
    }
    rows
}

/// What differs, in a sentence and as rows. `names` says what stands on the left and on the right.
pub(super) fn diff_view(desk: &Desk, compared: &Compared, names: [&str; 2], wide: bool) -> Html {
    let words = RunsWords::of(desk.language);
    let (left, right) = (lines(&compared.left), lines(&compared.right));
    let all = rows(&compared.diff, wide);
    let hidden = all.len().saturating_sub(MOST_DRAWN);
    let number = |line: Option<usize>| {
        let number = line.map(|line| grouped(line as u64 + 1));
        html! { <td class="diff__number">{ number.unwrap_or_default() }</td> }
    };
    let text = |line: Option<usize>, side: usize, changed: bool| {
        let of = if side == 0 { &left } else { &right };
        let Some(line) = line.and_then(|line| of.get(line)) else {
            return html! { <td class="diff__text"></td> };
        };
        let (class, mark) = match (changed, side) {
            (false, _) => ("diff__text", ""),
            (true, 0) => ("diff__text is-removed", "−"),
            (true, _) => ("diff__text is-added", "+"),
        };
        html! {
            <td {class}>
                if changed {
                    <span class="diff__mark" aria-hidden="true">{ mark }</span>
                    <span class="for-readers">{ format!("{}: ", (words.only_in)(names[side])) }</span>
                }
                { readable(line) }
                if !line.ends_with(b"\n") {
                    <i class="diff__open" title={words.no_newline}>{ " ∎" }</i>
                }
            </td>
        }
    };
    let drawn = all.iter().take(MOST_DRAWN).enumerate().map(|(index, row)| {
        let (one, other, changed) = match *row {
            Row::Folded(count) => {
                let span = if wide { "4" } else { "3" };
                return html! { <tr key={index}><td class="diff__folded" colspan={span}>{ (words.same_lines)(count) }</td></tr> };
            }
            Row::Same(one, other) => (Some(one), Some(other), false),
            Row::Changed(one, other) => (one, other, true),
        };
        if wide {
            html! { <tr key={index}>{ number(one) }{ text(one, 0, changed) }{ number(other) }{ text(other, 1, changed) }</tr> }
        } else {
            let side = usize::from(one.is_none());
            html! { <tr key={index}>{ number(one) }{ number(other) }{ text(one.or(other), side, changed) }</tr> }
        }
    });
    let drawn: Vec<Html> = drawn.collect();
    let said = if compared.is_same() {
        format!("✓ {}", words.no_difference)
    } else {
        let counts = (words.differences)(names, [compared.diff.removed, compared.diff.added]);
        format!("≠ {counts}")
    };
    let notes = [
        compared.more.then_some(words.compared_first),
        compared.diff.rough.then_some(words.compared_roughly),
        (hidden > 0).then_some(words.compared_more),
    ];
    html! {
        <div class="diff">
            <p id="diff-said" class={if compared.is_same() { "diff__said is-fine" } else { "diff__said" }} role="status">
                <b>{ said }</b>
                { for notes.into_iter().flatten().map(|note| html! { <span>{ format!(" {note}") }</span> }) }
            </p>
            <div class="diff__pane" tabindex="0" role="region" aria-label={desk.words.results.compare} hidden={compared.is_same()}>
                <table class={if wide { "diff__table diff__table--wide" } else { "diff__table" }}>
                    if wide {
                        <colgroup><col class="diff__numbers" /><col /><col class="diff__numbers" /><col /></colgroup>
                    }
                    <thead>
                        <tr>
                            if wide {
                                <th colspan="2" scope="col">{ names[0].to_owned() }</th>
                                <th colspan="2" scope="col">{ names[1].to_owned() }</th>
                            } else {
                                <th colspan="3" scope="col">{ format!("− {}  + {}", names[0], names[1]) }</th>
                            }
                        </tr>
                    </thead>
                    <tbody>{ for drawn }</tbody>
                </table>
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(left: &str, right: &str) -> Compared {
        Compared::of_texts(left.as_bytes().into(), right.as_bytes().into(), false)
    }

    #[test]
    fn what_is_the_same_is_folded_but_for_a_few_lines() {
        let text: String = (0..20).map(|number| format!("{number}\n")).collect();
        let compared = of(&text, &text.replace("10\n", "ten\n"));
        let unified = rows(&compared.diff, false);
        assert_eq!(unified[0], Row::Folded(7));
        assert_eq!(unified[1], Row::Same(7, 7));
        assert_eq!(
            unified[4..6],
            [Row::Changed(Some(10), None), Row::Changed(None, Some(10))]
        );
        assert_eq!(unified.last(), Some(&Row::Folded(6)));
        assert_eq!(
            rows(&compared.diff, true)[4],
            Row::Changed(Some(10), Some(10))
        );
        assert!(of(&text, &text).is_same() && !compared.is_same());
    }

    #[test]
    fn a_gap_ends_what_is_compared() {
        let mut kept = Preview::new(4);
        kept.push(b"a\nb\nc\nd\ne\nf\ng\n");
        let compared = Compared::of(&kept, &kept, true);
        assert_eq!(&*compared.left, b"a\nb\n");
        assert!(compared.more && compared.is_same());
    }
}
