//! Which of the present stages a fresh text still has.

use crate::chain::{Chain, Process, Stage, StageKind, Stdin};
use crate::shell::export::{sayable, with_bash_as_program};

/// More than any number of stages that are only alike could have together.
const SAME: u64 = 1 << 40;
/// What the same program weighs.
const PROGRAM: u64 = 1 << 20;
/// What the same arguments weigh.
const ARGUMENTS: u64 = 1 << 10;
/// The most that single arguments which are the same weigh.
const MOST_WORDS: usize = 500;

/// What the two have in common.
pub(super) struct Aligned {
    /// For each fresh stage, the place of the present one that it continues.
    pub(super) pairs: Vec<Option<usize>>,
    /// Whether any of them is like the one that it continues: it has the program or the words of it, or is a shell's text
    /// as that one is. Others only stand where it stood.
    pub(super) any_alike: bool,
}

/// Pairs the stages: the heaviest common subsequence in the order of the text; then those that are the same elsewhere in it.
pub(super) fn align(present: &Chain, order: &[usize], fresh: &Chain) -> Aligned {
    let old = comparable(present);
    let new = comparable(fresh);
    let old: Vec<&Forms> = order.iter().map(|place| &old[*place]).collect();
    let new: Vec<&Forms> = new.iter().collect();
    let mut pairs: Vec<Option<usize>> = vec![None; new.len()];
    let same = |(old, new): (&&Forms, &&Forms)| weight(old, new) >= SAME;
    let front = old.iter().zip(&new).take_while(|pair| same(*pair)).count();
    let most = old.len().min(new.len()) - front;
    let backwards = old.iter().rev().zip(new.iter().rev());
    let back = backwards.take(most).take_while(|pair| same(*pair)).count();
    for (place, pair) in pairs.iter_mut().enumerate() {
        let behind = new.len() - place;
        if place < front {
            *pair = Some(place);
        } else if behind <= back {
            *pair = Some(old.len() - behind);
        }
    }
    let (old_end, new_end) = (old.len() - back, new.len() - back);
    for (of_old, of_new) in heaviest(&old[front..old_end], &new[front..new_end]) {
        pairs[front + of_new] = Some(front + of_old);
    }
    moved(&old, &new, &mut pairs);
    let mut places = pairs.iter().zip(&new);
    let any_alike =
        places.any(|(pair, new)| pair.is_some_and(|at| weight(old[at], new) >= ARGUMENTS));
    let places = pairs.into_iter();
    Aligned {
        pairs: places.map(|pair| pair.map(|at| order[at])).collect(),
        any_alike,
    }
}

/// Those that stand elsewhere in the text now.
fn moved(old: &[&Forms], new: &[&Forms], pairs: &mut [Option<usize>]) {
    for least in [SAME, PROGRAM] {
        for place in 0..pairs.len() {
            if pairs[place].is_some() {
                continue;
            }
            let is_free = |at: &usize| !pairs.contains(&Some(*at));
            let fits = |at: &usize| weight(old[*at], new[place]) >= least;
            pairs[place] = (0..old.len()).filter(is_free).find(fits);
        }
    }
}

/// The pairs in the same order on both sides that weigh most together; of several, the earliest.
fn heaviest(old: &[&Forms], new: &[&Forms]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut best = vec![0; (old.len() + 1) * width];
    for row in (0..old.len()).rev() {
        for column in (0..new.len()).rev() {
            let pair = weight(old[row], new[column]);
            let at = row * width + column;
            let both = if pair > 0 {
                best[at + width + 1] + pair
            } else {
                0
            };
            best[at] = both.max(best[at + width]).max(best[at + 1]);
        }
    }
    let mut pairs = Vec::new();
    let (mut row, mut column) = (0, 0);
    while row < old.len() && column < new.len() {
        let at = row * width + column;
        let pair = weight(old[row], new[column]);
        if pair > 0 && best[at] == best[at + width + 1] + pair {
            pairs.push((row, column));
            row += 1;
            column += 1;
        } else if best[at] == best[at + 1] {
            column += 1;
        } else {
            row += 1;
        }
    }
    pairs
}

/// A stage as it is compared: as it is, and with `bash` as an ordinary program.
struct Forms {
    kind: StageKind,
    plain: StageKind,
}

fn comparable(chain: &Chain) -> Vec<Forms> {
    let mut chain = sayable(chain);
    super::super::export::as_bash_numbers(&mut chain);
    let plain = with_bash_as_program(&chain);
    let kinds = chain.stages.into_iter().map(|stage| stage.kind);
    let plain = plain.stages.into_iter().map(without_stdin);
    kinds
        .zip(plain)
        .map(|(kind, plain)| Forms { kind, plain })
        .collect()
}

/// Whether an input is closed follows from what stands around it.
fn without_stdin(mut stage: Stage) -> StageKind {
    if let Some(setup) = stage.setup_mut() {
        setup.stdin = Stdin::Free;
    }
    stage.kind
}

/// How much a stage is like another: 0 where it is another thing.
fn weight(old: &Forms, new: &Forms) -> u64 {
    if old.plain == new.plain {
        return SAME;
    }
    match (&old.kind, &new.kind) {
        (StageKind::Process(old), StageKind::Process(new)) => processes(old, new),
        (StageKind::Shell(_), StageKind::Shell(_)) => PROGRAM,
        (StageKind::Process(process), StageKind::Shell(shell))
        | (StageKind::Shell(shell), StageKind::Process(process)) => {
            let text = shell.text.as_bytes();
            let name = process.program.as_bytes();
            let begins = text.strip_prefix(name).is_some_and(|rest| {
                rest.first().is_none_or(u8::is_ascii_whitespace) && !name.is_empty()
            });
            if begins { PROGRAM } else { 1 }
        }
        (StageKind::File(old), StageKind::File(new)) => {
            1 + u64::from(old.path == new.path) * PROGRAM
                + u64::from(old.access == new.access) * ARGUMENTS
        }
        (StageKind::Input(_), StageKind::Input(_)) => PROGRAM,
        (StageKind::Discard, StageKind::Discard) => SAME,
        _ => 0,
    }
}

fn processes(old: &Process, new: &Process) -> u64 {
    let same_words = old.args == new.args && !old.args.is_empty();
    let common = old.args.iter().take(MOST_WORDS);
    let common = common.filter(|word| new.args.iter().take(MOST_WORDS).any(|other| other == *word));
    1 + u64::from(old.program == new.program) * PROGRAM
        + u64::from(same_words) * ARGUMENTS
        + common.count() as u64
}
