//! What a lesson does and says while it is not in sight, as on a phone, where its sheet gives way to what it is about: a
//! run that has ended is checked, and what came of it can be pressed.

use std::rc::Rc;

use pipeyard_shared::{Chain, StageId};
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_mut_ref};

use super::store::{self, Checked, Store, change, use_store};
use super::{chains, due, fetch, refusal};
use crate::commands::Scene;
use crate::components::left::turn;
use crate::desk::{Desk, use_desk};
use crate::hooks::{after_paint, focus};
use crate::i18n::lessons::LessonWords;
use crate::left::Left;
use crate::lessons::{Act, Standing};
use crate::part::Frozen;
use crate::same::Same;
use crate::ui::Sheet;

/// Its place on the page.
pub(crate) fn watch(scene: &Rc<Scene>) -> Html {
    store::set_scene(scene);
    let chain = Same::from(scene.editor.chain().clone());
    let standing = match scene.recorded {
        // What is looked at is no answer to anything.
        true => Standing::NotRun,
        false => Standing::of(scene.connected, scene.run.as_deref(), &chain),
    };
    let in_sight = scene.shows_lessons();
    let covered = scene.ui.over.is_some() || scene.ui.presenting;
    let types = scene.ui.sheet == Some(Sheet::Inspector) || !scene.narrow;
    let frozen = scene.ui.frozen.clone();
    html! { <Watch {chain} {standing} {frozen} {in_sight} {covered} {types} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    /// The chain that is shown.
    chain: Same<Chain>,
    standing: Standing,
    /// The wires that are frozen.
    frozen: Rc<Frozen>,
    /// Whether the lesson can be seen.
    in_sight: bool,
    /// Whether something else has all the attention.
    covered: bool,
    /// Whether what is typed into a stage has its field in sight.
    types: bool,
}

#[component]
fn Watch(props: &Props) -> Html {
    let desk = use_desk();
    let now = use_store();
    {
        // What has ended while its exercise is the present one is checked by itself.
        let (desk, due) = (desk.clone(), due(&now, &props.chain, props.standing));
        use_effect_with(due, move |due| {
            if let Some((number, run)) = due {
                fetch::check(desk.language, *number, run.id);
            }
        });
    }
    {
        // Undo leads to a chain, and to the bytes that it was frozen with.
        let (desk, frozen) = (desk.clone(), props.frozen.clone());
        use_effect_with(props.chain.clone(), move |chain| {
            if let Some(frozen) = store::store().book.shelf.frozen_at(chain, &frozen) {
                desk.freeze((*frozen).clone());
            }
        });
    }
    {
        // What is frozen by hand belongs to the chain that is shown; what was frozen when the page came is known.
        let (chain, is_new) = (props.chain.clone(), use_mut_ref(|| true));
        use_effect_with(props.frozen.clone(), move |frozen| {
            let is_new = is_new.replace(false);
            if !is_new && store::store().book.shelf.was_otherwise(&chain, frozen) {
                store::act(Act::Froze(chain.0.clone(), frozen.clone()));
            }
        });
    }
    {
        // What can be seen is no news, and what runs makes other.
        let old = props.in_sight || props.standing == Standing::Running;
        use_effect_with((old, now.news), |(old, news)| {
            if *old && news.is_some() {
                change(|store| store.news = None);
            }
        });
    }
    let hides = props.in_sight || props.covered;
    let open = now.book.open.is_some() && !hides;
    let waits = chains::typed_into(&props.chain);
    let waits = waits.filter(|_| open && !props.types && props.standing == Standing::Running);
    let content = match (waits, now.news) {
        (Some(id), _) => typing(&desk, &props.chain, id),
        (None, Some(number)) if open => news(&desk, &now, number),
        _ => Html::default(),
    };
    html! { <div class="lesson-news" role="status">{ content }</div> }
}

/// Where to type, while a stage waits for it.
fn typing(desk: &Desk, chain: &Chain, id: &StageId) -> Html {
    let words = LessonWords::of(desk.language);
    let press = {
        let (desk, id) = (desk.clone(), id.clone());
        Callback::from(move |_| chains::type_into(&desk, &id))
    };
    html! {
        <div class="lesson-news__box">
            <button type="button" id="lesson-type" class="button" onclick={press}>{ (words.type_into)(&chain.name_of(id)) }<span aria-hidden="true">{ " ›" }</span></button>
        </div>
    }
}

/// What came of a check, with the way to it.
fn news(desk: &Desk, now: &Store, number: usize) -> Html {
    let words = LessonWords::of(desk.language);
    let result = now.checks.get(&number).map(|check| &check.result);
    let (done, said) = match result {
        Some(Checked::Verdict(verdict)) if verdict.is_done() => {
            (true, words.exercise_done.to_owned())
        }
        Some(Checked::Verdict(verdict)) => {
            let met = verdict.criteria.iter().filter(|one| one.is_met()).count();
            (false, (words.holds)(met, verdict.criteria.len()))
        }
        Some(other) => (false, refusal(words, other).unwrap_or_default()),
        None => return Html::default(),
    };
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| {
            turn(&desk, Left::Lessons);
            // The sheet takes the focus when it opens.
            after_paint(move || focus(&[&format!("[data-check=\"{number}\"]")]));
        })
    };
    let dismiss = Callback::from(|_| change(|store| store.news = None));
    html! {
        <div class="lesson-news__box" data-done={done.to_string()}>
            <button type="button" id="lesson-news" class="button" onclick={press}>
                <span aria-hidden="true">{ if done { "✓ " } else { "✗ " } }</span>{ words.exercise }{ ": " }{ said }<span aria-hidden="true">{ " ›" }</span>
            </button>
            <button type="button" class="button button--bare" aria-label={words.dismiss} title={words.dismiss} onclick={dismiss}>{ "✕" }</button>
        </div>
    }
}
