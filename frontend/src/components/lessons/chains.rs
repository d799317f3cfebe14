//! Chains of a lesson: put on the canvas, run, and given back for one's own.

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::lesson::Given;
use yew::{Callback, Html, html};

use super::store::{Store, act, change, scene, store};
use crate::commands::Reason;
use crate::desk::Desk;
use crate::editor::{Action, Edit};
use crate::hooks::focus_soon;
use crate::i18n::lessons::LessonWords;
use crate::lessons::Act;
use crate::part::Frozen;
use crate::runs::Stale;
use crate::same::Same;
use crate::toast::{Say, expect_another};
use crate::ui::Show;

/// A chain as the lesson writes it, with what loads it.
pub(super) fn given(desk: &Desk, shown: &Same<Chain>, number: usize, given: &Given) -> Html {
    let words = LessonWords::of(desk.language);
    let press = |run: bool| {
        let (desk, chain) = (desk.clone(), given.chain.clone());
        Callback::from(move |_| load(&desk, &chain, run))
    };
    let is_loaded = is_shown(&given.chain, shown);
    html! {
        <div class="lesson__chain" data-given={number.to_string()}>
            { text(&given.text) }
            <div class="lesson__ways">
                <button type="button" class="button button--primary" data-load={number.to_string()} onclick={press(false)}>{ words.load }</button>
                if may_run(&store()) { <button type="button" class="button" data-load-run={number.to_string()} onclick={press(true)}>{ words.load_and_run }</button> }
                <span class="lesson__loaded" hidden={!is_loaded}><span aria-hidden="true">{ "✓ " }</span>{ words.loaded }</span>
            </div>
        </div>
    }
}

/// A chain's text. One that is written as JSON says little to a reader: the picture says it.
pub(super) fn text(text: &str) -> Html {
    match text.trim_start().starts_with('{') {
        true => Html::default(),
        false => {
            html! { <pre class="lesson__code" tabindex="0"><code>{ text.trim() }</code></pre> }
        }
    }
}

/// Whether a run of it would be a run of what is shown.
pub(super) fn is_shown(chain: &Chain, shown: &Chain) -> bool {
    !Stale::of(chain, shown).any
}

/// Whether the lesson's chains may run as soon as they are loaded: nobody has looked at those of a stranger's file yet.
fn may_run(now: &Store) -> bool {
    now.own_file().is_none_or(|file| file.trusted)
}

/// Puts a chain of the lesson on the canvas. One's own is kept, and one step back.
pub(super) fn load(desk: &Desk, chain: &Chain, run: bool) {
    let Some(scene) = scene() else { return };
    if scene.recorded {
        return say(desk, Reason::Recorded);
    }
    if run && (scene.active || scene.starting) {
        return say(desk, Reason::Running);
    }
    if run && !scene.connected {
        return say(desk, Reason::NoRunner);
    }
    let now = store();
    if run && !may_run(&now) {
        let words = LessonWords::of(desk.language);
        desk.say(Say::New(words.look_first.to_owned(), None));
    }
    let run = run && may_run(&now);
    let mut chain = chain.clone();
    if let Some(lesson) = now.lesson.get() {
        chain.title.clone_from(&lesson.title);
    }
    let chain = Rc::new(chain);
    let mut own = scene.editor.clone();
    if own.visited().is_some() {
        // What came with a link is somebody else's, and no way back leads to it.
        own = own.after(Action::Mine);
        desk.visit(Action::Mine);
    }
    let frozen = &scene.ui.frozen;
    if *chain != **own.chain() {
        let title = chain.title.as_str().into();
        act(Act::Lend(own.chain().clone(), frozen.clone(), title));
        expect_another();
        desk.edit(Edit::Replace(Box::new((*chain).clone())));
    }
    if !frozen.is_off(&chain) {
        // Another chain's wires may be called the same.
        desk.freeze(Frozen::default());
    }
    desk.show(Show::Sheet(None));
    if run {
        let thawed = desk.clone().with_frozen(Rc::default(), Rc::default());
        thawed.with_visited(None).run(&chain);
    }
}

/// Puts one's own chain back; the lesson's is one step back then.
pub(super) fn mine(desk: &Desk) {
    let Some(scene) = scene() else { return };
    if scene.recorded {
        return say(desk, Reason::Recorded);
    }
    let now = store();
    if let Some(mine) = now.book.back(scene.editor.chain()) {
        if scene.editor.visited().is_some() {
            desk.visit(Action::Mine);
        }
        expect_another();
        desk.edit(Edit::Replace(Box::new((**mine).clone())));
        desk.freeze((*now.book.frozen).clone());
        act(Act::Mine);
        let words = LessonWords::of(desk.language);
        change(|store| store.said = words.mine_back.to_owned());
        desk.show(Show::Sheet(None));
        // The button is gone.
        focus_soon("#lesson-all".to_owned());
    }
}

/// The way back to one's own chain, while it has given way.
pub(super) fn way_back(desk: &Desk, shown: &Chain) -> Html {
    let words = LessonWords::of(desk.language);
    let back = store().book.back(shown).is_some();
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| mine(&desk))
    };
    html! {
        <p class="lesson__mine" hidden={!back}>
            <button type="button" id="lesson-mine" class="button" title={words.mine_note} onclick={press}><span aria-hidden="true">{ "↩ " }</span>{ words.mine }</button>
        </p>
    }
}

/// Says why something does not apply just now.
pub(super) fn say(desk: &Desk, reason: Reason) {
    desk.say(Say::New((desk.words.commands.why_not)(reason), None));
}
