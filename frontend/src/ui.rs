//! How the page is looked at: nothing here changes the chain or a run.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::words::Language;
use pipeyard_shared::{Chain, LaneNumber, RunId, StageId, WireId};

use crate::left::Left;
use crate::panes::{Pane, Panes};
use crate::part::{Frozen, Started};
use crate::runs::guess::Guess;
use crate::text_size::{TextSize, TextStep};

/// What was guessed, by wire and question: another chain's wire of the same name asks anew.
pub(crate) type Guesses = BTreeMap<(WireId, Rc<str>), Guess>;

/// What is shown and how.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ui {
    /// The language of all words.
    pub(crate) language: Language,
    /// Light or dark.
    pub(crate) theme: Theme,
    /// The drawer's tab.
    pub(crate) tab: Tab,
    /// The tab of the pane on the left.
    pub(crate) left: Left,
    /// Whether a lesson is open.
    pub(crate) learns: bool,
    /// The place whose bytes are shown; the chain's output when nothing was chosen.
    pub(crate) place: Option<FlowPoint>,
    /// The lane whose bytes are shown.
    pub(crate) lane: LaneNumber,
    /// What is compared with what.
    pub(crate) sides: [Side; 2],
    /// What was guessed before the data of wires is shown.
    pub(crate) guesses: Guesses,
    /// How bytes are shown.
    pub(crate) form: Form,
    /// Whether spaces, tabs and line ends are marked.
    pub(crate) marks: bool,
    /// The stage under the pointer, lit up wherever it is shown.
    pub(crate) hovered: Option<StageId>,
    /// How the chain is drawn, where there is room to choose.
    pub(crate) picture: Picture,
    /// What covers a small screen.
    pub(crate) sheet: Option<Sheet>,
    /// What covers the page.
    pub(crate) over: Option<Over>,
    /// Whether the chain is shown alone and large, for a room.
    pub(crate) presenting: bool,
    /// How large the panes are wanted.
    pub(crate) panes: Panes,
    /// How large everything is shown.
    pub(crate) text: TextSize,
    /// The last run that was started of a part of the chain.
    pub(crate) started: Option<Started>,
    /// Whether the shell text that is typed is no chain: the picture is that of an earlier one.
    pub(crate) wrong_line: bool,
    /// The wires whose data of an earlier run stands for whoever wrote it.
    pub(crate) frozen: Rc<Frozen>,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
    /// With more contrast; light or dark as the system has it.
    Contrast,
}

/// How the chain is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Picture {
    /// As cards and wires.
    #[default]
    Canvas,
    /// As a list.
    Outline,
    /// Both, side by side.
    Both,
}

/// A tab of the drawer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    /// Bytes of one place.
    #[default]
    Data,
    /// Processes on a time axis.
    Timeline,
    /// What happened, in three sentences.
    Story,
    /// What came out of standard error.
    Errors,
    /// The chain in a form that stands without the page.
    Code,
    /// The runs of this session.
    Runs,
    /// The bytes of two places, line by line.
    Compare,
}

/// One side of a comparison. What is not chosen follows what is shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Side {
    /// Of which run.
    pub(crate) run: Option<RunId>,
    /// Which place.
    pub(crate) place: Option<FlowPoint>,
    /// Which lane.
    pub(crate) lane: LaneNumber,
}

impl Default for Side {
    fn default() -> Self {
        Self {
            run: None,
            place: None,
            lane: LaneNumber::FIRST,
        }
    }
}

/// How bytes are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// Whatever the bytes are.
    #[default]
    Auto,
    /// Text.
    Text,
    /// Hexadecimal digits.
    Hex,
    /// Rows and columns.
    Table,
    /// JSON, laid out.
    Json,
    /// A picture.
    Image,
}

/// A pane that covers a small screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sheet {
    /// A tab of the pane on the left.
    Left(Left),
    /// The inspector.
    Inspector,
    /// The drawer.
    Drawer,
    /// Language, theme and the chain's own settings.
    Menu,
}

/// What covers the page until something is chosen or it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// All that can be asked for.
    Actions,
    /// The shortcuts.
    Keys,
    /// The examples.
    Gallery,
    /// How the chain is passed on.
    Share,
    /// What the selected stage's program and its words are for.
    Explain,
    /// What can be done with what is selected, at this place of the screen.
    Menu((i32, i32)),
}

/// What can be done to it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Show {
    /// Speak this language.
    Language(Language),
    /// Wear this theme.
    Theme(Theme),
    /// Turn to this tab.
    Tab(Tab),
    /// Turn to this tab on the left.
    Left(Left),
    /// A lesson is open, or none is.
    Learns(bool),
    /// Show the bytes of this place.
    Place(FlowPoint),
    /// Show the bytes of this lane.
    Lane(LaneNumber),
    /// Compare this, on the left (0) or on the right (1).
    Side(usize, Side),
    /// Guess what a wire will carry that asks this, or take the guess back.
    Guess((WireId, Rc<str>), Option<Guess>),
    /// Show bytes like this.
    Form(Form),
    /// Mark spaces, tabs and line ends, or do not.
    Marks(bool),
    /// Light this stage up.
    Hover(Option<StageId>),
    /// Draw the chain like this.
    Picture(Picture),
    /// Cover a small screen with this.
    Sheet(Option<Sheet>),
    /// Cover the page with this.
    Over(Option<Over>),
    /// Show the chain alone and large, or everything again.
    Present(bool),
    /// Show everything larger or smaller.
    Text(TextStep),
    /// Make a pane so large; nothing is as the page would have it.
    Pane(Pane, Option<u16>),
    /// A part of the chain was started.
    Started(Started),
    /// What is typed as shell text is no chain, or is one again.
    WrongLine(bool),
    /// The wires that are frozen now.
    Frozen(Rc<Frozen>),
}

impl Ui {
    /// The page of a first visit, but for its language and theme.
    pub(crate) fn new(language: Language, theme: Theme) -> Self {
        Self {
            language,
            theme,
            tab: Tab::default(),
            left: Left::default(),
            learns: false,
            place: None,
            lane: LaneNumber::FIRST,
            sides: <[Side; 2]>::default(),
            guesses: BTreeMap::new(),
            form: Form::default(),
            marks: false,
            hovered: None,
            picture: Picture::default(),
            sheet: None,
            over: None,
            presenting: false,
            panes: Panes::default(),
            text: TextSize::default(),
            started: None,
            wrong_line: false,
            frozen: Rc::default(),
        }
    }
}

/// The wires that ask for a guess and have none: what has passed there is not shown.
pub(crate) fn veiled(chain: &Chain, guesses: &Guesses) -> BTreeSet<WireId> {
    let mut veiled = BTreeSet::new();
    for wire in &chain.wires {
        if let Some(question) = &wire.question
            && !guesses.contains_key(&(wire.id.clone(), question.as_str().into()))
        {
            veiled.insert(wire.id.clone());
        }
    }
    veiled
}

impl yew::Reducible for Ui {
    type Action = Show;

    fn reduce(self: Rc<Self>, action: Show) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Show::Language(language) => next.language = language,
            Show::Theme(theme) => next.theme = theme,
            Show::Tab(tab) => next.tab = tab,
            Show::Left(left) => next.left = left,
            Show::Learns(learns) => next.learns = learns,
            Show::Place(place) => {
                // A form is chosen for the bytes of one place; others may be of another kind.
                if next.place.as_ref() != Some(&place) {
                    next.form = Form::Auto;
                }
                next.place = Some(place);
                next.tab = Tab::Data;
            }
            Show::Lane(lane) => next.lane = lane,
            Show::Side(at, side) => {
                if let Some(known) = next.sides.get_mut(at) {
                    *known = side;
                }
            }
            Show::Guess(asked, guess) => match guess {
                Some(guess) => drop(next.guesses.insert(asked, guess)),
                None => drop(next.guesses.remove(&asked)),
            },
            Show::Form(form) => next.form = form,
            Show::Marks(marks) => next.marks = marks,
            Show::Hover(stage) => next.hovered = stage,
            Show::Picture(picture) => next.picture = picture,
            Show::Sheet(sheet) => next.sheet = sheet,
            Show::Over(over) => {
                next.over = over;
                // One thing at a time, where there is little room.
                next.sheet = next.sheet.filter(|_| over.is_none());
            }
            Show::Present(on) => next.presenting = on,
            Show::Text(step) => next.text = next.text.after(step),
            Show::Pane(pane, size) => next.panes = next.panes.with(pane, size),
            Show::Started(started) => next.started = Some(started),
            Show::WrongLine(wrong) => next.wrong_line = wrong,
            Show::Frozen(frozen) => next.frozen = frozen,
        }
        if next == *self { self } else { Rc::new(next) }
    }
}

impl Picture {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Canvas, Self::Outline, Self::Both];

    /// The word by which it is kept.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Canvas => "canvas",
            Self::Outline => "outline",
            Self::Both => "both",
        }
    }

    /// The one of a word; the canvas for any other.
    pub(crate) fn from_word(word: &str) -> Self {
        let known = Self::ALL.into_iter().find(|known| known.word() == word);
        known.unwrap_or_default()
    }
}

impl Theme {
    /// The next one when the button is pressed.
    pub(crate) fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Contrast,
            Self::Contrast => Self::System,
        }
    }

    /// The word of `data-theme`; nothing for the system's.
    pub(crate) fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
            Self::Contrast => Some("contrast"),
        }
    }

    /// The theme of a word; the system's for any other.
    pub(crate) fn from_word(word: &str) -> Self {
        [Self::Light, Self::Dark, Self::Contrast]
            .into_iter()
            .find(|theme| theme.word() == Some(word))
            .unwrap_or_default()
    }
}
