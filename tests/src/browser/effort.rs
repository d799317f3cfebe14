//! What something costs a person, by the keystroke-level model of Card, Moran and Newell (1980): keys, pointings and
//! thoughts, each with the time that it takes people on average.

use std::cell::Cell;
use std::fmt;
use std::time::Duration;

/// A key, as somebody presses it who types without having learned to.
const KEY: Duration = Duration::from_millis(280);
/// Going somewhere with the mouse and pressing its button.
const POINT: Duration = Duration::from_millis(1_300);
/// Getting ready for the next step.
const THOUGHT: Duration = Duration::from_millis(1_350);

/// What was done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Keys pressed, those that are held included.
    pub keys: u32,
    /// Places gone to with the mouse or a finger.
    pub points: u32,
    /// Steps that a person decides on.
    pub thoughts: u32,
}

impl Effort {
    /// How long a person takes for it.
    pub fn time(self) -> Duration {
        KEY * self.keys + POINT * self.points + THOUGHT * self.thoughts
    }

    /// What has come since.
    pub fn since(self, before: Self) -> Self {
        Self {
            keys: self.keys - before.keys,
            points: self.points - before.points,
            thoughts: self.thoughts - before.thoughts,
        }
    }
}

impl fmt::Display for Effort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            keys,
            points,
            thoughts,
        } = self;
        let seconds = self.time().as_secs_f64();
        write!(
            formatter,
            "{thoughts} steps, {keys} keys, {points} clicks, about {seconds:.0} s"
        )
    }
}

/// Counts while a page is used.
#[derive(Default)]
pub(super) struct Tally(Cell<Effort>);

impl Tally {
    pub(super) fn now(&self) -> Effort {
        self.0.get()
    }

    pub(super) fn add(&self, keys: usize, points: u32, thoughts: u32) {
        let mut effort = self.0.get();
        effort.keys += u32::try_from(keys).unwrap_or(u32::MAX);
        effort.points += points;
        effort.thoughts += thoughts;
        self.0.set(effort);
    }
}
