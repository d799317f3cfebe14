//! What of the page is loaded later, and why.
//!
//! First comes what is needed to see, edit and run a chain, so that the page can be used at once.
//! What is looked at afterwards is in a second wasm file, and what has to do with shell text, code and
//! links in a third ([`crate::sharing`]). They are asked for, one after the other, once the page is on the
//! screen, whether somebody wants them or not: when the runner goes away, the page is whole.
//!
//! The build makes the files: whatever only [`parts`] reaches goes into the second. So what is named
//! here must be used nowhere else by its own name, and what it alone needs need not be named.

use std::rc::Rc;

use pipeyard_shared::limits::Reached;
use pipeyard_shared::message::Notice;
use pipeyard_shared::preview::Preview;
use pipeyard_shared::story::Sentence;
use pipeyard_shared::words::{self, Language};
use pipeyard_shared::{Chain, StageId};
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::{Callback, Html, UseStateSetter, hook, use_effect_with, use_state_eq};

use crate::commands::Scene;
use crate::components::canvas::{self, Asked, Renamed};
use crate::components::{
    beside, divider, drawer, empty, files, inspector, lanes, left, notice, outline, over,
};
use crate::desk::Desk;
use crate::editor::layout::Layout;
use crate::hooks::after_paint;
use crate::hooks::files::Given;
use crate::left::{Ask, Left};
use crate::link::View;
use crate::panes::{Pane, Panes};
use crate::runs::Run;
use crate::same::Same;
use crate::sharing::{self, Sharing};
use crate::ui::{Form, Over, Tab};

/// Everything that is loaded later.
pub(crate) struct Parts {
    /// What the drawer's tabs show: the bytes of one place as hex, JSON, tables and pictures, processes on
    /// a time axis, the rules that tell what happened, comparisons.
    pub(crate) pane: fn(&Desk, &drawer::Props, Tab) -> Html,
    /// Everything that can be set of the selected part.
    pub(crate) inspector: fn(inspector::Props) -> Html,
    /// The chain as a list.
    pub(crate) outline: fn(outline::Props) -> Html,
    /// What covers the page for a moment: the palette of actions, the gallery, the shortcuts, context menus.
    pub(crate) over: fn(&Desk, &Rc<Scene>, Over) -> Html,
    /// What stands on the left: what can be added, files, lessons; or one of them by itself.
    pub(crate) left: fn(&Desk, &Rc<Scene>, &Same<View>, Option<Left>) -> Html,
    /// Turns to a tab on the left.
    pub(crate) turn: fn(&Desk, Left),
    /// Asks something of the lesson that is open.
    pub(crate) ask: fn(&Desk, &Scene, Ask),
    /// What an empty canvas teaches.
    pub(crate) empty: fn(&Desk) -> Html,
    /// What can be done about a runner that is gone.
    pub(crate) gone: fn(&Same<View>) -> Html,
    /// What the runner wants a person to know, in words.
    pub(crate) notice: fn(Language, Notice) -> String,
    /// That there is no room for this page.
    pub(crate) no_room: fn(Language, Reached) -> String,
    /// That a limit will end a run, and when, in words.
    pub(crate) ending: fn(Language, &Run) -> String,
    /// The edge of a pane, to be dragged.
    pub(crate) divider: fn(Pane, Panes) -> Html,
    /// The list of what can be added at a place of the canvas.
    pub(crate) adding: fn(&Desk, &Asked, &UseStateSetter<Option<Asked>>) -> Html,
    /// The field in which a stage is named on its card.
    pub(crate) renaming: fn(&Chain, &Layout, Option<&StageId>, &Renamed) -> Html,
    /// The whole chain, seen small.
    pub(crate) minimap: fn(&Chain, &Layout) -> Html,
    /// The words of the story, of which one is also said on the canvas.
    pub(crate) sentence: fn(Language, &Chain, &Sentence) -> String,
    /// How many lanes there are, and how many at once.
    pub(crate) lanes: fn(&Desk, &Chain) -> Html,
    /// What stands over the page: tips, and news of a lesson.
    pub(crate) beside: fn(&Rc<Scene>) -> Html,
    /// Opens a file, whatever is in it.
    pub(crate) open: fn(&Desk, Given),
    /// Shows the first bytes of a file, and whether these are all, as the drawer shows a flow's.
    pub(crate) peek: fn(&Desk, &Same<Preview>, bool, Form) -> Html,
}

static PARTS: Parts = Parts {
    pane: drawer::pane,
    inspector: inspector::content,
    outline: outline::content,
    over: over::content,
    left: left::content,
    turn: left::turn,
    ask: left::ask,
    empty: empty::content,
    gone: notice::content,
    notice: words::notice,
    no_room: words::no_room,
    ending: notice::ending,
    divider: divider::content,
    adding: canvas::adding,
    renaming: canvas::renaming,
    minimap: canvas::minimap,
    sentence: words::story,
    lanes: lanes::content,
    beside: beside::beside,
    open: files::open,
    peek: drawer::peek,
};

/// Loads the parts, once. Natively they are always there.
#[wasm_split(later, fallible)]
pub(crate) fn parts() -> Result<&'static Parts, Missing> {
    Ok(&PARTS)
}

/// The parts could not be fetched. They can be asked for again.
pub(crate) struct Missing;

impl From<SplitLoaderError> for Missing {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// Whether parts of a kind are there.
pub(crate) enum Loaded<P: 'static> {
    /// They are on their way.
    Coming,
    /// They are there.
    Here(&'static P),
    /// They could not be fetched.
    Missing,
}

/// Whether the second file's parts are there.
pub(crate) type Later = Loaded<Parts>;

impl<P> Clone for Loaded<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Loaded<P> {}

impl<P> PartialEq for Loaded<P> {
    fn eq(&self, other: &Self) -> bool {
        // There is one set of parts of a kind.
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// What of the page has been loaded.
#[derive(Clone)]
pub(crate) struct Loads {
    /// The second file's parts.
    pub(crate) later: Later,
    /// The third file's parts.
    pub(crate) sharing: Sharing,
    /// Tries once more to load what is missing.
    pub(crate) again: Callback<()>,
}

/// Fetches the parts once the page has been drawn. Says whether they are there, and tries again when
/// it is asked to, or when the runner is connected again.
#[hook]
pub(crate) fn use_later(connected: bool) -> Loads {
    let later = use_state_eq(|| Loaded::Coming);
    let sharing = use_state_eq(|| Loaded::Coming);
    let again = {
        let (later, sharing) = (later.setter(), sharing.setter());
        Callback::from(move |()| {
            let (later, sharing) = (later.clone(), sharing.clone());
            later.set(Loaded::Coming);
            sharing.set(Loaded::Coming);
            spawn_local(async move {
                let parts = parts().await;
                later.set(parts.map_or(Loaded::Missing, Loaded::Here));
                let parts = sharing::parts().await;
                if let Ok(parts) = parts {
                    sharing::arrived(parts);
                }
                sharing.set(parts.map_or(Loaded::Missing, Loaded::Here));
            });
        })
    };
    {
        let again = again.clone();
        use_effect_with((), move |()| after_paint(move || again.emit(())));
    }
    {
        let missing = *later == Loaded::Missing || *sharing == Loaded::Missing;
        let again = again.clone();
        use_effect_with(connected, move |connected| {
            if *connected && missing {
                again.emit(());
            }
        });
    }
    Loads {
        later: *later,
        sharing: *sharing,
        again,
    }
}
