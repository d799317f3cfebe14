//! Going back and forth in a run: the instant that the page shows, and playing on from it.
//!
//! Pure. What is shown is worked out by `Run::at`; what moves the time is `hooks::use_frames`.

mod chain_file;
mod pauses;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use pipeyard_shared::chain::ReadError;
use pipeyard_shared::problem::Problem;
use pipeyard_shared::recording::{Recording, RecordingError, RecordingFault};
use yew::Reducible;

use crate::editor::{Action, Editor};
use crate::hooks::files::{Given, Unread};
use crate::runs::Run;

pub(crate) use chain_file::chain_in;
pub(crate) use pauses::Pauses;

/// Characters of a title that a file is named by.
const NAME_CHARACTERS: usize = 60;

/// The instant, how it moves on, and the recording that is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Replay {
    /// What is shown, and how that moves on.
    pub(crate) player: Player,
    /// The recording that is open, in place of the page's own chain and run.
    pub(crate) opened: Option<Opened>,
    /// Why the last file could not be opened or saved.
    pub(crate) fault: Option<Rc<Fault>>,
}

/// The instant, and how it moves on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Player {
    /// What is shown of the run: the instant, in microseconds of its own clock, or nothing for the
    /// whole of it as far as it has come.
    pub(crate) instant: Option<u64>,
    /// Whether the instant moves on by itself.
    pub(crate) playing: bool,
    /// How fast.
    pub(crate) speed: Speed,
    /// How long a time in which nothing happens may last.
    pub(crate) idle: Idle,
}

/// A recording that is open.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    /// The file's name.
    pub(crate) name: Rc<str>,
    /// What it tells.
    pub(crate) run: Rc<Run>,
    /// Its chain, and what of it is selected.
    pub(crate) editor: Editor,
}

/// What went wrong with a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fault {
    /// The browser did not take it.
    Unsaved {
        /// Its name.
        name: String,
    },
    /// What opens files could not be fetched.
    Unloaded {
        /// Its name.
        name: String,
    },
    /// The browser could not read it.
    Unreadable {
        /// Its name.
        name: String,
    },
    /// It is no recording that this page can show.
    NotARecording {
        /// Its name.
        name: String,
        /// Why.
        error: RecordingError,
    },
    /// It says that it is a chain, and cannot be read.
    NotAChain {
        /// Its name.
        name: String,
        /// Why.
        error: ReadError,
    },
    /// It is a picture without a chain inside.
    NoChainInside {
        /// Its name.
        name: String,
    },
    /// It is a chain that this page cannot show.
    BadChain {
        /// Its name.
        name: String,
        /// Why.
        problem: Box<Problem>,
    },
    /// The link of the address cannot be opened: why, in each language.
    Link([String; 2]),
    /// Others came with it, and only this one was opened.
    OneAtATime {
        /// Its name.
        name: String,
    },
}

/// How fast a run is played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Speed {
    /// A tenth.
    Tenth,
    /// A quarter.
    Quarter,
    /// Half.
    Half,
    /// As it went.
    #[default]
    One,
    /// Twice.
    Two,
    /// Four times.
    Four,
}

/// How long a time in which nothing happens may last while a run is played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Idle {
    /// As long as it did.
    #[default]
    Any,
    /// Half a second.
    Half,
    /// A second.
    One,
    /// Two.
    Two,
}

/// What can be done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Play {
    /// Show this instant of a run that has come so far.
    Seek {
        /// Where to.
        to_us: u64,
        /// How far the run has come.
        end_us: u64,
    },
    /// Show an instant before or after the one that is shown, whichever that is by now.
    Step {
        /// How far, in microseconds; back when it is below zero.
        by_us: i64,
        /// How far the run has come.
        end_us: u64,
    },
    /// Show the run as far as it has come.
    Now,
    /// Move on, from the beginning when the end is shown; or stop doing so.
    Toggle,
    /// So much time has passed while playing.
    Tick {
        /// How much, in microseconds.
        passed_us: u64,
        /// How far the run has come.
        end_us: u64,
        /// When nothing happened in it.
        pauses: Rc<Pauses>,
    },
    /// Play this fast.
    Speed(Speed),
    /// Let nothing happen for this long at most.
    Idle(Idle),
    /// Show a file, or why it cannot be shown.
    Open(Result<Opened, Rc<Fault>>),
    /// Select a part of the recorded chain. Other actions change nothing.
    Act(Action),
    /// Go back to the page's own chain.
    Close,
    /// The fault has been read.
    Dismiss,
}

impl Replay {
    /// The state after an action.
    pub(crate) fn after(&self, action: Play) -> Self {
        let mut next = self.clone();
        let player = &mut next.player;
        match action {
            Play::Seek { to_us, end_us } => player.instant = (to_us < end_us).then_some(to_us),
            Play::Step { by_us, end_us } => {
                let from_us = player.instant.unwrap_or(end_us);
                let to_us = from_us.saturating_add_signed(by_us);
                player.instant = (to_us < end_us).then_some(to_us);
            }
            Play::Now => player.stand_still(),
            Play::Toggle => {
                player.playing = !player.playing;
                if player.playing {
                    player.instant = player.instant.or(Some(0));
                }
            }
            Play::Tick {
                passed_us,
                end_us,
                pauses,
            } => {
                if let Some(from_us) = player.instant.filter(|_| player.playing) {
                    let to_us = pauses.advance(from_us, player.speed.of(passed_us));
                    if to_us < end_us {
                        player.instant = Some(to_us);
                    } else {
                        player.stand_still();
                    }
                }
            }
            Play::Speed(speed) => player.speed = speed,
            Play::Idle(idle) => player.idle = idle,
            Play::Open(Ok(opened)) => {
                player.stand_still();
                next.opened = Some(opened);
                next.fault = None;
            }
            Play::Open(Err(fault)) => next.fault = Some(fault),
            Play::Act(action @ (Action::Select(_) | Action::SelectBeside(_))) => {
                if let Some(opened) = &mut next.opened {
                    opened.editor = opened.editor.after(action);
                }
            }
            Play::Act(_) => {}
            Play::Close => {
                player.stand_still();
                next.opened = None;
                next.fault = None;
            }
            Play::Dismiss => next.fault = None,
        }
        next
    }
}

impl Player {
    fn stand_still(&mut self) {
        self.playing = false;
        self.instant = None;
    }
}

impl Reducible for Replay {
    type Action = Play;

    fn reduce(self: Rc<Self>, action: Play) -> Rc<Self> {
        let next = self.after(action);
        if next == *self { self } else { Rc::new(next) }
    }
}

impl Opened {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Fault`].
    pub(crate) fn read(given: &Given) -> Result<Self, Rc<Fault>> {
        let name = given.name.clone();
        let recording = match &given.text {
            Ok(text) => Recording::read(text),
            Err(Unread::TooLarge(bytes)) => Err(RecordingError {
                line: 1,
                fault: RecordingFault::TooLarge { bytes: *bytes },
            }),
            Err(Unread::Unreadable) => return Err(Rc::new(Fault::Unreadable { name })),
        };
        let recording = recording.map_err(|error| {
            let name = name.clone();
            Rc::new(Fault::NotARecording { name, error })
        })?;
        Ok(Self::of_recording(name, recording))
    }
}

impl Opened {
    /// A recorded run by a name.
    pub(crate) fn of_recording(name: String, recording: Recording) -> Self {
        Self {
            name: name.into(),
            run: Rc::new(Run::of_recording(&recording)),
            editor: Editor::new(recording.chain),
        }
    }

    /// An earlier run of this session, to be looked at like a recording.
    pub(crate) fn of_run(name: String, run: &Rc<Run>) -> Self {
        Self {
            name: name.into(),
            run: run.clone(),
            editor: Editor::new((*run.chain).clone()),
        }
    }

    /// Its run, with what the runner has told of it since it was opened.
    pub(crate) fn latest(&self, known: &[Rc<Run>]) -> Rc<Run> {
        let mut known = known.iter().filter(|_| !self.run.recorded);
        let latest = known.find(|run| run.id == self.run.id);
        latest.unwrap_or(&self.run).clone()
    }
}

impl PartialEq for Opened {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.run, &other.run) && self.editor == other.editor
    }
}

impl Speed {
    /// All of them, the slowest first.
    pub(crate) const ALL: [Self; 6] = [
        Self::Tenth,
        Self::Quarter,
        Self::Half,
        Self::One,
        Self::Two,
        Self::Four,
    ];

    /// As people write it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Tenth => "×0.1",
            Self::Quarter => "×0.25",
            Self::Half => "×0.5",
            Self::One => "×1",
            Self::Two => "×2",
            Self::Four => "×4",
        }
    }

    fn of(self, us: u64) -> u64 {
        match self {
            Self::Tenth => us / 10,
            Self::Quarter => us / 4,
            Self::Half => us / 2,
            Self::One => us,
            Self::Two => us.saturating_mul(2),
            Self::Four => us.saturating_mul(4),
        }
    }
}

impl Idle {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Any, Self::Half, Self::One, Self::Two];

    /// The limit in microseconds, if there is one.
    pub(crate) fn limit_us(self) -> Option<u64> {
        match self {
            Self::Any => None,
            Self::Half => Some(500_000),
            Self::One => Some(1_000_000),
            Self::Two => Some(2_000_000),
        }
    }
}

/// The name of the file that a run is saved in.
pub(crate) fn file_name(title: &str) -> String {
    let name = plain_name(title, "run");
    format!("{name}.pipeyard-run.jsonl")
}

/// A title as the name of a file, or another where there is none.
pub(crate) fn plain_name(title: &str, without: &str) -> String {
    let plain = title.chars().map(|character| match character {
        character if character.is_alphanumeric() => character,
        _ => ' ',
    });
    let plain: String = plain.take(NAME_CHARACTERS).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    if words.is_empty() {
        without.to_owned()
    } else {
        words.join("-")
    }
}
