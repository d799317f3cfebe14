//! What every component may use: words to speak, and ways to change things. Only a new language
//! makes it a different one, so that what merely dispatches never renders again.

use std::collections::BTreeSet;
use std::rc::Rc;

use pipeyard_shared::chain::StageKind;
use pipeyard_shared::words::Language;
use pipeyard_shared::{Chain, StageId, WireId};
use yew::{Callback, UseReducerDispatcher, UseReducerHandle, hook, use_context};

use crate::commands::Reason;
use crate::editor::{Action, Edit, Editor, Selection};
use crate::embed::is_fixed;
use crate::i18n::Words;
use crate::later::{Later, Loads};
use crate::link::Intent;
use crate::link::shell::Handle;
use crate::part::{Frozen, Part, Started};
use crate::replay::{Play, Replay};
use crate::same::Same;
use crate::sharing::{self, Sharing};
use crate::toast::{Say, Toasts};
use crate::ui::{Show, Ui};

/// Words and ways.
#[derive(Clone)]
pub(crate) struct Desk {
    /// The language of the words.
    pub(crate) language: Language,
    /// The catalogue.
    pub(crate) words: &'static Words,
    /// Whether nothing of the chain can be changed: a recorded run is shown, or another page shows it to be read.
    pub(crate) recorded: bool,
    /// Whether a recorded run is shown.
    opened: bool,
    /// The wires that are frozen.
    pub(crate) frozen: Rc<Frozen>,
    /// The stages that a run leaves out because of them.
    pub(crate) idle: Rc<BTreeSet<StageId>>,
    /// The wires that ask for a guess before they show anything.
    veiled: Rc<BTreeSet<WireId>>,
    /// The chain that came with a link, while it is neither changed nor kept.
    pub(crate) visited: Option<Same<Chain>>,
    /// Whether what is loaded later is there.
    pub(crate) later: Later,
    /// Whether what is for shell text, code and links is there.
    pub(crate) sharing: Sharing,
    /// Tries once more to load it.
    pub(crate) again: Callback<()>,
    editor: UseReducerDispatcher<Editor>,
    ui: UseReducerDispatcher<Ui>,
    replay: UseReducerDispatcher<Replay>,
    toasts: UseReducerDispatcher<Toasts>,
    link: Handle,
}

impl Desk {
    /// A desk for these reducers.
    pub(crate) fn new(
        language: Language,
        editor: UseReducerDispatcher<Editor>,
        ui: UseReducerDispatcher<Ui>,
        replay: &UseReducerHandle<Replay>,
        toasts: UseReducerDispatcher<Toasts>,
        link: Handle,
        loads: Loads,
    ) -> Self {
        Self {
            language,
            words: Words::of(language),
            frozen: Rc::default(),
            idle: Rc::default(),
            veiled: Rc::default(),
            recorded: replay.opened.is_some() || is_fixed(),
            opened: replay.opened.is_some(),
            later: loads.later,
            sharing: loads.sharing,
            again: loads.again,
            visited: None,
            editor,
            ui,
            replay: replay.dispatcher(),
            toasts,
            link,
        }
    }

    /// The same with these wires frozen, because of which a run leaves these stages out.
    pub(crate) fn with_frozen(self, frozen: Rc<Frozen>, idle: Rc<BTreeSet<StageId>>) -> Self {
        Self {
            frozen,
            idle,
            ..self
        }
    }

    /// The same while a chain is visited.
    pub(crate) fn with_visited(self, visited: Option<Same<Chain>>) -> Self {
        Self { visited, ..self }
    }

    /// The same with these wires showing nothing.
    pub(crate) fn with_veiled(self, veiled: Rc<BTreeSet<WireId>>) -> Self {
        Self { veiled, ..self }
    }

    /// Whether a wire asks for a guess before it shows anything. A recorded one asks nothing.
    pub(crate) fn veils(&self, wire: &WireId) -> bool {
        !self.recorded && self.veiled.contains(wire)
    }

    /// Changes the chain. A recorded one stays as it is.
    pub(crate) fn edit(&self, edit: Edit) {
        self.act(Action::Edit(edit));
    }

    /// Changes what a stage is; `part` and `index` name the field that is typed in.
    pub(crate) fn shape(&self, stage: &StageId, kind: StageKind, part: &'static str, index: usize) {
        self.edit(Edit::Shape {
            stage: stage.clone(),
            kind,
            part,
            index,
        });
    }

    /// Anything else of the editor.
    pub(crate) fn act(&self, action: Action) {
        let selects = matches!(action, Action::Select(_) | Action::SelectBeside(_));
        if self.opened {
            self.play(Play::Act(action));
        } else if selects || !self.recorded {
            self.editor.dispatch(action);
        }
    }

    /// Goes back and forth in the run, or opens a recorded one.
    pub(crate) fn play(&self, play: Play) {
        self.replay.dispatch(play);
    }

    /// Takes a recorded chain over in place of the page's own; that can be undone.
    pub(crate) fn take_over(&self, chain: &Rc<Chain>) {
        let chain = Box::new((**chain).clone());
        self.editor.dispatch(Action::Edit(Edit::Replace(chain)));
        self.play(Play::Close);
    }

    /// Shows a chain that came with a link, or the way in which it is left.
    pub(crate) fn visit(&self, action: Action) {
        self.play(Play::Close);
        self.editor.dispatch(action);
    }

    /// Selects a part of the chain.
    pub(crate) fn select(&self, selection: Selection) {
        self.act(Action::Select(selection));
    }

    /// Changes how the page is looked at.
    pub(crate) fn show(&self, show: Show) {
        self.ui.dispatch(show);
    }

    /// Says a short sentence at the lower edge, or says it no more.
    pub(crate) fn say(&self, say: Say) {
        self.toasts.dispatch(say);
    }

    /// Asks something of the runner.
    pub(crate) fn wish(&self, intent: Intent) {
        self.link.wish(intent);
    }

    /// Runs a chain, or what of it is behind frozen wires.
    pub(crate) fn run(&self, chain: &Rc<Chain>) {
        if self.frozen.is_off(chain) {
            self.start(chain.clone(), chain);
        } else {
            self.run_part(chain, Part::Frozen);
        }
    }

    /// Runs a part of a chain.
    pub(crate) fn run_part(&self, whole: &Rc<Chain>, part: Part) {
        if let Some(chain) = self.start(Rc::new(part.of(whole, &self.frozen)), whole) {
            self.show(Show::Started(Started { chain, part }));
        }
    }

    /// Whether a chain that came with a link is shown, and what shows its commands is not there yet.
    pub(crate) fn is_unread(&self) -> bool {
        self.visited.is_some() && !sharing::is_here()
    }

    /// Without what is bypassed, as the runner runs it: both ends number the flows alike. Every way to run leads through
    /// here, and what nobody can have read is not run.
    fn start(&self, chain: Rc<Chain>, whole: &Rc<Chain>) -> Option<Rc<Chain>> {
        if self.is_unread() {
            let why_not = (self.words.commands.why_not)(Reason::Unread);
            self.say(Say::New(why_not, None));
            return None;
        }
        let runs = match chain.has_bypassed() {
            true => Rc::new(chain.reduced()),
            false => chain,
        };
        self.wish(Intent::Start(runs.clone(), whole.clone()));
        Some(runs)
    }

    /// Freezes wires, or thaws them.
    pub(crate) fn freeze(&self, frozen: Frozen) {
        self.show(Show::Frozen(Rc::new(frozen)));
    }
}

/// All but what is loaded later, which is handed down by itself.
impl PartialEq for Desk {
    fn eq(&self, other: &Self) -> bool {
        self.language == other.language
            && self.recorded == other.recorded
            && Rc::ptr_eq(&self.frozen, &other.frozen)
            && self.idle == other.idle
            && self.veiled == other.veiled
            && self.visited == other.visited
            && self.link == other.link
    }
}

/// The page's desk. What is loaded later is not told by it: hundreds of cards need not be drawn again when
/// it comes.
#[hook]
pub(crate) fn use_desk() -> Desk {
    use_context::<Desk>().expect("every component stands within the app, which provides the desk")
}

/// The page's desk, for a component with places for what is loaded later.
#[hook]
pub(crate) fn use_desk_with_later() -> Desk {
    let later = use_context::<Later>();
    Desk {
        later: later.expect("every component stands within the app, which provides this too"),
        ..use_desk()
    }
}

/// The page's desk, for a component with places for what the third file brings.
#[hook]
pub(crate) fn use_desk_with_sharing() -> Desk {
    let sharing = use_context::<Sharing>();
    Desk {
        sharing: sharing.expect("every component stands within the app, which provides this too"),
        ..use_desk()
    }
}
