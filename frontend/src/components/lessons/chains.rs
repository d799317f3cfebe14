//! Chains of a lesson: put on the canvas, run, and given back for one's own.

use std::rc::Rc;

use pipeyard_shared::chain::{InputPort, Stdin};
use pipeyard_shared::lesson::Given;
use pipeyard_shared::{Chain, StageId};
use yew::{Callback, Classes, Html, classes, html};

use super::store::{Store, act, change, scene, store};
use crate::commands::Reason;
use crate::desk::Desk;
use crate::editor::{Action, Edit, Selection};
use crate::hooks::{after_paint, focus, focus_soon};
use crate::i18n::lessons::LessonWords;
use crate::lessons::{Act, Own, Standing};
use crate::link::Intent;
use crate::part::Frozen;
use crate::runs::Stale;
use crate::same::Same;
use crate::toast::{Say, expect_another};
use crate::ui::{Sheet, Show};

/// A chain as the lesson writes it, with what loads it.
pub(super) fn given(
    desk: &Desk,
    now: &Store,
    shown: &Same<Chain>,
    standing: Standing,
    number: usize,
    given: &Given,
) -> Html {
    let words = LessonWords::of(desk.language);
    let press = |run: bool| {
        let (desk, chain) = (desk.clone(), given.chain.clone());
        Callback::from(move |_| match load(&desk, &chain, run) {
            Err(Reason::Running) => change(|store| store.refused = Some(number)),
            Err(reason) => say(&desk, reason),
            Ok(()) => {}
        })
    };
    let refused = now.refused == Some(number);
    let is_loaded = is_shown(&given.chain, shown);
    html! {
        <div class="lesson__chain" data-given={number.to_string()}>
            { text(&given.text, &given.chain) }
            <div class="lesson__ways">
                <button type="button" class={wish(is_loaded)} data-load={number.to_string()} onclick={press(false)}>{ words.load }</button>
                if may_run(now) { <button type="button" class="button" data-load-run={number.to_string()} onclick={press(true)}>{ words.load_and_run }</button> }
                <span class="lesson__loaded" hidden={!is_loaded}><span aria-hidden="true">{ "✓ " }</span>{ words.loaded }</span>
            </div>
            <div class="lesson__busy" role="status">{ refused.then(|| busy(desk, standing, format!("[data-load-run=\"{number}\"]"))).flatten() }</div>
            <div>{ is_loaded.then(|| typing(desk, shown)).flatten() }</div>
        </div>
    }
}

/// How what loads a chain looks: as the next thing to do, until that was done.
pub(super) fn wish(is_loaded: bool) -> Classes {
    classes!("button", (!is_loaded).then_some("button--primary"))
}

/// A chain's text. JSON is left only where no line says the chain, and says little to a reader: the names of its stages do,
/// and the picture the rest.
pub(super) fn text(text: &str, chain: &Chain) -> Html {
    let inner = text.trim_start().strip_prefix('{').map(str::trim_start);
    match inner.is_some_and(|inner| inner.starts_with("\"pipeyard\"")) {
        true => {
            let names = chain.stages.iter().map(|stage| chain.name_of(&stage.id));
            let names: Vec<String> = names.collect();
            html! { <p class="lesson__code">{ names.join(" · ") }</p> }
        }
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

/// What runs and keeps anything else from running, with what ends it; the focus goes to `then`, as the button goes.
pub(super) fn busy(desk: &Desk, standing: Standing, then: String) -> Option<Html> {
    let why = match standing {
        Standing::Other => LessonWords::of(desk.language).other_runs.to_owned(),
        Standing::Running => (desk.words.commands.why_not)(Reason::Running),
        _ => return None,
    };
    let stop = {
        let desk = desk.clone();
        Callback::from(move |_| {
            desk.wish(Intent::Stop);
            change(|store| store.refused = None);
            focus_soon(then.clone());
        })
    };
    Some(html! {
        <>
            <span>{ why }</span>
            <button type="button" class="button" data-lesson-stop="" onclick={stop}>{ desk.words.stop }</button>
        </>
    })
}

/// The first stage of a chain that a person types into.
pub(super) fn typed_into(chain: &Chain) -> Option<&StageId> {
    let is_typed = |stage: &&pipeyard_shared::chain::Stage| {
        let typed = stage
            .setup()
            .is_some_and(|setup| setup.stdin == Stdin::Typed);
        let mut wires = chain.wires.iter();
        typed
            && !stage.bypassed
            && !wires.any(|wire| wire.to.stage == stage.id && wire.to.port == InputPort::Stdin)
    };
    Some(&chain.stages.iter().find(is_typed)?.id)
}

/// How and where to type into the chain that is shown, where it waits for that.
pub(super) fn typing(desk: &Desk, shown: &Chain) -> Option<Html> {
    let words = LessonWords::of(desk.language);
    let id = typed_into(shown)?;
    let press = {
        let (desk, id) = (desk.clone(), id.clone());
        Callback::from(move |_| type_into(&desk, &id))
    };
    Some(html! {
        <div class="lesson__typing" role="note">
            <p>{ super::prose::coded(&(words.typing)(&shown.name_of(id)), '`') }</p>
            <button type="button" class="button" data-type-into={id.to_string()} onclick={press}>{ (words.type_into)(&shown.name_of(id)) }</button>
        </div>
    })
}

/// Goes to where something is typed into a stage.
pub(super) fn type_into(desk: &Desk, id: &StageId) {
    desk.select(Selection::Stage(id.clone()));
    desk.show(Show::Sheet(Some(Sheet::Inspector)));
    // A sheet takes the focus when it opens.
    after_paint(|| focus(&["#typed-line"]));
}

/// Puts a chain of the lesson on the canvas. One's own is kept, and one step back.
///
/// # Errors
/// When that does not apply just now.
pub(super) fn load(desk: &Desk, chain: &Chain, run: bool) -> Result<(), Reason> {
    let Some(scene) = scene() else { return Ok(()) };
    if scene.recorded {
        return Err(Reason::Recorded);
    }
    if run && (scene.active || scene.starting) {
        return Err(Reason::Running);
    }
    if run && !scene.connected {
        return Err(Reason::NoRunner);
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
        let own = Own {
            chain: own.chain().clone(),
            frozen: frozen.clone(),
        };
        act(Act::Lend(own, chain.clone()));
        expect_another();
        desk.edit(Edit::Replace(Box::new((*chain).clone())));
    }
    if !frozen.is_off(&chain) {
        // Another chain's wires may be called the same.
        desk.freeze(Frozen::default());
    }
    // Whoever is to type finds where.
    let typed = typed_into(&chain).cloned();
    if let Some(id) = typed.clone() {
        desk.select(Selection::Stage(id));
    }
    desk.show(Show::Sheet(
        (run && typed.is_some()).then_some(Sheet::Inspector),
    ));
    change(|store| store.refused = None);
    if run {
        let thawed = desk.clone().with_frozen(Rc::default(), Rc::default());
        thawed.with_visited(None).run(&chain);
    }
    Ok(())
}

/// The same, and says why it does not apply.
pub(super) fn load_or_say(desk: &Desk, chain: &Chain, run: bool) {
    if let Err(reason) = load(desk, chain, run) {
        say(desk, reason);
    }
}

/// Puts one's own chain back; the lesson's is one step back then.
pub(super) fn mine(desk: &Desk) {
    let Some(scene) = scene() else { return };
    if scene.recorded {
        return say(desk, Reason::Recorded);
    }
    let now = store();
    if let Some(Own { chain, frozen }) = now.book.shelf.back(scene.editor.chain()) {
        if scene.editor.visited().is_some() {
            desk.visit(Action::Mine);
        }
        expect_another();
        desk.edit(Edit::Replace(Box::new((**chain).clone())));
        desk.freeze((**frozen).clone());
        act(Act::Mine(chain.clone()));
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
    let back = store().book.shelf.back(shown).is_some();
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
