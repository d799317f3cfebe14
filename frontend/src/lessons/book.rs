//! What a learner has done: which lesson is open and at which step, what was answered, which hints were given, which
//! exercises are done; and the chain of one's own that gave way to a lesson's.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::lesson::ANSWER_CHARACTERS;

use super::own::{Own, Shelf};
use crate::part::Frozen;

/// Lessons whose progress is kept; beyond it, those that nobody has begun to do anything in go first.
pub(super) const MOST_LESSONS: usize = 200;
/// The most questions and exercises of a lesson that something is kept of.
pub(super) const MOST_PARTS: usize = 500;

/// What a learner has done.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Book {
    /// The lesson that is open, by its key.
    pub(crate) open: Option<Rc<str>>,
    /// The lesson that was open last.
    pub(crate) last: Option<Rc<str>>,
    /// The chains of one's own that gave way to a lesson's.
    pub(crate) shelf: Shelf,
    pub(super) progress: BTreeMap<Rc<str>, Progress>,
}

/// What was done of one lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// How many steps it has.
    pub(crate) steps: usize,
    /// The step that is shown, from 0.
    pub(crate) at: usize,
    /// The furthest step that was shown.
    pub(crate) reached: usize,
    /// What was answered, by the question's number in the lesson; of choices, the place (see [`super::answer`]).
    pub(crate) answers: BTreeMap<usize, String>,
    /// How many hints were given, by the exercise's number.
    pub(crate) hints: BTreeMap<usize, usize>,
    /// The exercises whose solution was shown.
    pub(crate) solutions: BTreeSet<usize>,
    /// The exercises that are done.
    pub(crate) done: BTreeSet<usize>,
    /// Whether the end was reached.
    pub(crate) finished: bool,
}

/// What happens.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// A lesson is opened, where it was left.
    Open(Rc<str>),
    /// It has so many steps.
    Steps(usize),
    /// The list is shown again.
    Close,
    /// This step is shown.
    Go(usize),
    /// The last step was left behind.
    Finish,
    /// A question was answered.
    Answer(usize, String),
    /// One more hint is given, of so many.
    Hint(usize, usize),
    /// The solution of an exercise is shown.
    Solution(usize),
    /// An exercise is done.
    Done(usize),
    /// All that was done of the lesson is forgotten.
    StartOver,
    /// A lesson's chain takes the place of what is there.
    Lend(Own, Rc<Chain>),
    /// This chain of one's own is back.
    Mine(Rc<Chain>),
    /// These wires of a chain were frozen by hand, and no others.
    Froze(Rc<Chain>, Rc<Frozen>),
}

impl Book {
    /// After this.
    pub(crate) fn after(&self, act: Act) -> Self {
        let mut next = self.clone();
        match act {
            Act::Open(key) => {
                next.last = Some(key.clone());
                next.open = Some(key.clone());
                next.progress.entry(key).or_default();
                next.forget();
            }
            Act::Close => next.open = None,
            Act::Lend(present, lent) => next.shelf.lend(present, lent),
            Act::Mine(chain) => next.shelf.take(&chain),
            Act::Froze(chain, frozen) => next.shelf.freeze(&chain, &frozen),
            of_lesson => {
                let open = next.open.clone();
                if let Some(progress) = open.and_then(|key| next.progress.get_mut(&key)) {
                    progress.take(of_lesson);
                }
            }
        }
        next
    }

    /// What was done of a lesson; nothing where it was never opened.
    pub(crate) fn of(&self, key: &str) -> Option<&Progress> {
        self.progress.get(key)
    }

    /// What was done of the lesson that is open.
    pub(crate) fn present(&self) -> Option<&Progress> {
        self.of(self.open.as_deref()?)
    }

    /// With what another tab has kept since: what was done there is done here, too.
    pub(crate) fn with(&self, kept: &Self) -> Self {
        let mut next = self.clone();
        for (key, there) in &kept.progress {
            next.progress.entry(key.clone()).or_default().join(there);
        }
        if next.shelf.own.is_empty() {
            let taken = next.shelf.taken.take();
            next.shelf.clone_from(&kept.shelf);
            next.shelf.taken = taken.or(next.shelf.taken);
        }
        next.last = next.last.or_else(|| kept.last.clone());
        next.forget();
        next
    }

    /// So many are kept and no more: those go that are furthest from being used again.
    fn forget(&mut self) {
        while self.progress.len() > MOST_LESSONS {
            let least = self.progress.iter().filter(|(key, _)| {
                // What is open stays.
                self.open.as_ref() != Some(*key)
            });
            let least = least.min_by_key(|(_, progress)| (progress.finished, progress.reached));
            let Some(key) = least.map(|(key, _)| key.clone()) else {
                return;
            };
            self.progress.remove(&key);
        }
    }
}

impl Progress {
    /// Whether anything was done.
    pub(crate) fn is_begun(&self) -> bool {
        *self
            != Self {
                steps: self.steps,
                ..Self::default()
            }
    }

    /// With what was done elsewhere. The step that is shown, and what was answered first, stay.
    fn join(&mut self, other: &Self) {
        if self.steps == 0 {
            (self.steps, self.at) = (other.steps, other.at);
        }
        self.reached = self.reached.max(other.reached);
        for (question, given) in &other.answers {
            self.answers
                .entry(*question)
                .or_insert_with(|| given.clone());
        }
        for (exercise, given) in &other.hints {
            let hints = self.hints.entry(*exercise).or_default();
            *hints = (*hints).max(*given);
        }
        self.solutions.extend(&other.solutions);
        self.done.extend(&other.done);
        self.finished |= other.finished;
    }

    fn take(&mut self, act: Act) {
        let last = self.steps.saturating_sub(1);
        match act {
            Act::Steps(steps) => {
                // A teacher may have made it shorter.
                self.steps = steps;
                self.at = self.at.min(steps.saturating_sub(1));
                self.reached = self.reached.min(steps.saturating_sub(1));
            }
            Act::Go(step) => {
                self.at = step.min(last);
                self.reached = self.reached.max(self.at);
            }
            Act::Finish => self.finished = true,
            Act::Answer(question, given) if question < MOST_PARTS => {
                // A prediction is given once: what is typed after the answer was told is none.
                let given = given.chars().take(ANSWER_CHARACTERS).collect();
                self.answers.entry(question).or_insert(given);
            }
            Act::Hint(exercise, of) if exercise < MOST_PARTS => {
                let given = self.hints.entry(exercise).or_default();
                *given = (*given + 1).min(of);
            }
            Act::Solution(exercise) if exercise < MOST_PARTS => {
                self.solutions.insert(exercise);
            }
            Act::Done(exercise) if exercise < MOST_PARTS => {
                self.done.insert(exercise);
            }
            Act::StartOver => {
                *self = Self {
                    steps: self.steps,
                    ..Self::default()
                };
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use pipeyard_shared::chain::Stage;

    use super::*;

    fn opened(steps: usize) -> Book {
        let book = Book::default().after(Act::Open("pipes".into()));
        book.after(Act::Steps(steps))
    }

    fn chain(title: &str, program: &str) -> Rc<Chain> {
        Rc::new(Chain::of_stages(
            title,
            vec![Stage::process("a", program, [])],
        ))
    }

    #[test]
    fn a_lesson_is_resumed_where_it_was_left() {
        let book = opened(5).after(Act::Go(3)).after(Act::Go(2));
        let book = book.after(Act::Close);
        assert!(book.open.is_none() && book.present().is_none());
        assert_eq!(book.last.as_deref(), Some("pipes"));
        let again = book.after(Act::Open("pipes".into())).after(Act::Steps(5));
        let progress = again.present().expect("it is open");
        assert_eq!((progress.at, progress.reached), (2, 3));
        // A step that is not there is the last one; a lesson that became shorter ends earlier.
        let far = again.after(Act::Go(99));
        assert_eq!(far.present().map(|progress| progress.at), Some(4));
        let shorter = far.after(Act::Steps(2));
        let progress = shorter.present().expect("it is open");
        assert_eq!((progress.at, progress.reached), (1, 1));
    }

    #[test]
    fn a_prediction_is_given_once_and_hints_one_by_one() {
        let book = opened(2).after(Act::Answer(0, "22".into()));
        let book = book.after(Act::Answer(0, "21".into()));
        let book = book.after(Act::Answer(1, "x".repeat(5000)));
        let book = (0..5).fold(book, |book, _| book.after(Act::Hint(1, 3)));
        let book = book.after(Act::Solution(1)).after(Act::Done(0));
        let progress = book.present().expect("it is open");
        assert_eq!(progress.answers[&0], "22");
        assert_eq!(progress.answers[&1].len(), ANSWER_CHARACTERS);
        assert_eq!(progress.hints[&1], 3);
        assert!(progress.solutions.contains(&1) && progress.done.contains(&0));
        let over = book.after(Act::Go(1)).after(Act::StartOver);
        let progress = over.present().expect("it is open");
        assert!(!progress.is_begun() && progress.steps == 2);
    }

    fn lend(book: &Book, present: &Rc<Chain>, lent: &Rc<Chain>) -> Book {
        let present = Own {
            chain: present.clone(),
            frozen: Rc::default(),
        };
        book.after(Act::Lend(present, lent.clone()))
    }

    fn back(book: &Book, present: &Chain) -> Option<Rc<Chain>> {
        book.shelf.back(present).map(|own| own.chain.clone())
    }

    #[test]
    fn a_chain_of_ones_own_is_kept_until_it_is_back() {
        let own = chain("own", "sort");
        let (first, second) = (chain("The first child", "echo"), chain("Pipes", "seq"));
        let book = lend(&opened(2), &own, &first);
        assert_eq!(back(&book, &first), Some(own.clone()));
        // What became of a lesson's chain is not one's own; the next chain of the lesson takes its place.
        let worked_on = chain("The first child", "printf");
        let next = lend(&book, &worked_on, &second);
        assert_eq!(back(&next, &worked_on), Some(own.clone()));
        assert_eq!(back(&next, &own), None);
        let gone = next.after(Act::Mine(own.clone()));
        assert_eq!(back(&gone, &first), None);
        // Another chain of one's own that was opened meanwhile is what is gone back to then, and before the other.
        let other = chain("other", "wc");
        let later = lend(&next, &other, &second);
        assert_eq!(back(&later, &first), Some(other.clone()));
        let later = later.after(Act::Mine(other.clone()));
        assert_eq!(back(&later, &other), Some(own.clone()));
        // An empty one is nobody's work, and takes nobody's place.
        let empty = Rc::new(Chain::new(""));
        assert_eq!(back(&lend(&opened(1), &empty, &second), &first), None);
        let emptied = lend(&next, &empty, &second);
        assert_eq!(back(&emptied, &first), Some(own));
    }

    #[test]
    fn what_was_done_in_two_tabs_is_done() {
        let here = opened(3)
            .after(Act::Done(0))
            .after(Act::Answer(0, "22".into()));
        let there = opened(3)
            .after(Act::Go(2))
            .after(Act::Done(1))
            .after(Act::Answer(0, "21".into()))
            .after(Act::Hint(1, 3));
        let there = there.after(Act::Open("other".into())).after(Act::Steps(2));
        let both = here.with(&there);
        let progress = both.present().expect("it is open");
        assert_eq!(progress.done, BTreeSet::from([0, 1]));
        assert_eq!((progress.at, progress.reached), (0, 2));
        assert_eq!((&*progress.answers[&0], progress.hints[&1]), ("22", 1));
        assert!(both.of("other").is_some());
        // Whoever has a chain to go back to has it still.
        let own = chain("own", "sort");
        let there = lend(&there, &own, &chain("Pipes", "seq"));
        assert_eq!(back(&here.with(&there), &Chain::new("")), Some(own));
    }

    #[test]
    fn so_many_lessons_are_kept_and_no_more() {
        let book = (0..MOST_LESSONS + 20).fold(Book::default(), |book, number| {
            let book = book.after(Act::Open(format!("lesson-{number}").into()));
            book.after(Act::Steps(3)).after(Act::Go(number % 3))
        });
        assert_eq!(book.progress.len(), MOST_LESSONS);
        assert!(book.present().is_some());
    }
}
