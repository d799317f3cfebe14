//! The commands of a visited chain as they are, what each may do, and one key to run them.

use std::rc::Rc;

use pipeyard_shared::chain::{Lanes, Stage};
use pipeyard_shared::marks::{self, Mark, Marked};
use pipeyard_shared::shell::stage_text;
use pipeyard_shared::text::{tame, tame_lines};
use pipeyard_shared::{Chain, words};
use yew::{
    Callback, Html, Properties, component, html, use_effect_with, use_memo, use_mut_ref, use_state,
};

use crate::commands::{Command, Scene, State, first_chord, state};
use crate::components::hue;
use crate::desk::{Desk, use_desk};
use crate::editor::Action;
use crate::embed::{embed, is_fixed};
use crate::hooks::focus_soon;
use crate::i18n::sharing::SharingWords;
use crate::platform::is_mac;
use crate::replay::Play;
use crate::same::Same;
use crate::toast::Say;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The chain.
    pub(super) chain: Same<Chain>,
    /// Whether it can be run.
    pub(super) scene: Rc<Scene>,
}

#[component]
pub(super) fn Panel(props: &Props) -> Html {
    let desk = use_desk();
    let words = SharingWords::of(desk.language);
    // Within another page there is little room, and the commands are asked for.
    // What is folded away is this chain: another one that comes in the same tab has not been read.
    let folded = use_state(|| embed().map(|_| props.chain.clone()));
    {
        // Once it runs it has been read.
        let run = props.scene.run.as_ref().filter(|run| !run.recorded);
        let run = run.map(|run| (run.id, *run.source == *props.chain.0));
        let (folded, before) = (folded.setter(), use_mut_ref(|| run.map(|(id, _)| id)));
        let chain = props.chain.clone();
        use_effect_with(run, move |run| {
            let id = run.map(|(id, _)| id);
            if before.replace(id) != id && matches!(run, Some((_, true))) {
                folded.set(Some(chain));
            }
        });
    }
    let marked = use_memo(props.chain.clone(), |chain| marks::of_chain(chain));
    let shown = folded.as_ref() != Some(&props.chain);
    let toggle = {
        let (folded, chain) = (folded.setter(), props.chain.clone());
        Callback::from(move |_| folded.set(shown.then(|| chain.clone())))
    };
    let press = |action: Action| {
        let desk = desk.clone();
        Callback::from(move |_| {
            desk.visit(action.clone());
            // The button is gone then.
            focus_soon("#run, #stop, #examples".to_owned());
        })
    };
    let title = match props.chain.title.as_str() {
        "" => "Pipeyard",
        title => title,
    };
    html! {
        <section id="visit" class="visit" aria-label={words.visit}>
            <div class="visit__bar">
                // Within another page the one that can be typed in is not shown.
                if embed().is_some() {
                    <h1 class="for-readers">{ title }</h1>
                }
                <p role="status"><b>{ words.visit }</b>{ " " }{ if embed().is_none() { words.visit_note } else { words.unrun } }</p>
                <span class="visit__ways">
                    if !is_fixed() { { run_button(&desk, props, words) } }
                    <button type="button" id="visit-more" class="button" aria-expanded={shown.to_string()} onclick={toggle}>{ words.commands }</button>
                    if embed().is_none() {
                        <button type="button" id="visit-keep" class="button" title={words.keep_note} onclick={press(Action::Keep)}>{ words.keep }</button>
                        <button type="button" id="visit-mine" class="button" title={words.mine_note} onclick={press(Action::Mine)}>{ words.mine }</button>
                    } else {
                        <a id="open-in-pipeyard" class="button" href={own_address()} target="_blank" rel="noopener">{ words.open_in }</a>
                    }
                </span>
            </div>
            if shown {
                <div id="visit-commands" class="visit__content" tabindex="0" role="group" aria-label={words.commands}>
                    { summary(&desk, words, &marked) }
                    { lanes(words, &props.chain) }
                    <ol class="visit__stages">
                        { for props.chain.stages.iter().enumerate().map(|(at, stage)| row(&desk, words, at, stage, &marked)) }
                    </ol>
                </div>
            }
        </section>
    }
}

/// The one button, and the key that does the same.
fn run_button(desk: &Desk, props: &Props, words: &'static SharingWords) -> Html {
    // A recorded run that came along is looked at; the chain can be run all the same.
    let scene = Scene {
        recorded: false,
        ..(*props.scene).clone()
    };
    let why_not = match state(Command::Run, &scene) {
        State::Not(reason) => Some((desk.words.commands.why_not)(reason)),
        State::Can | State::Hidden => None,
    };
    let press = {
        let (desk, chain, why_not) = (desk.clone(), props.chain.0.clone(), why_not.clone());
        Callback::from(move |_| match &why_not {
            Some(why_not) => desk.say(Say::New(why_not.clone(), None)),
            None => {
                desk.play(Play::Close);
                desk.run(&chain);
            }
        })
    };
    let mac = is_mac();
    let keys = first_chord(Command::Run).map(|keys| keys.shown(mac));
    html! {
        <button type="button" id="visit-run" class="button" aria-disabled={why_not.is_some().to_string()} title={why_not} onclick={press}>
            { words.run_it }
            <kbd aria-hidden="true">{ keys.unwrap_or_default() }</kbd>
        </button>
    }
}

/// What the stages may do, together.
fn summary(
    desk: &Desk,
    words: &'static SharingWords,
    marked: &[(pipeyard_shared::StageId, Vec<Marked>)],
) -> Html {
    if marked.is_empty() {
        return html! { <p id="visit-summary" class="visit__summary">{ words.only_reads }</p> };
    }
    let chips = Mark::ALL.into_iter().filter_map(|mark| {
        let stages = marked.iter().filter(|(_, marks)| marks.iter().any(|it| it.mark == mark));
        let count = stages.count();
        let chip = html! {
            <li key={format!("{mark:?}")} class="mark" data-mark={format!("{mark:?}")}>{ (words.stages_that)(count, words::mark(desk.language, mark)) }</li>
        };
        (count > 0).then_some(chip)
    });
    html! { <ul id="visit-summary" class="visit__summary" aria-label={words.may_do}>{ for chips }</ul> }
}

fn lanes(words: &'static SharingWords, chain: &Chain) -> Html {
    if chain.lanes.is_single() {
        return Html::default();
    }
    let values = match &chain.lanes {
        Lanes::Count(_) => String::new(),
        Lanes::Values(values) => {
            let values: Vec<_> = values
                .iter()
                .map(|value| tame(&value.lossy()).into_owned())
                .collect();
            values.join(", ")
        }
    };
    html! { <p class="visit__lanes">{ (words.lanes)(chain.lanes.count(), &values) }</p> }
}

/// A stage: its number, its command and what that may do.
fn row(
    desk: &Desk,
    words: &'static SharingWords,
    at: usize,
    stage: &Stage,
    marked: &[(pipeyard_shared::StageId, Vec<Marked>)],
) -> Html {
    let marks = marked.iter().find(|(id, _)| *id == stage.id);
    let marks = marks.map_or(&[][..], |(_, marks)| marks);
    let directory = stage.setup().and_then(|setup| setup.directory.as_ref());
    html! {
        <li key={stage.id.to_string()} class={hue(at)} data-visited={stage.id.to_string()}>
            <code class="visit__code">{ tame_lines(&stage_text(stage)) }</code>
            if stage.bypassed { <span class="visit__aside">{ words.bypassed }</span> }
            if let Some(directory) = directory { <span class="visit__aside">{ (words.in_directory)(&tame(&directory.lossy())) }</span> }
            <ul class="visit__marks">
                { for marks.iter().map(|marked| html! {
                    <li class="visit__mark" data-mark={format!("{:?}", marked.mark)}>
                        <span class="mark">{ words::mark(desk.language, marked.mark) }</span>
                        { " " }{ words::marked(desk.language, marked) }
                    </li>
                }) }
            </ul>
        </li>
    }
}

/// The address of the whole page, with the same link.
fn own_address() -> String {
    let location = web_sys::window().map(|window| window.location());
    let parts =
        location.and_then(|location| Some((location.pathname().ok()?, location.hash().ok()?)));
    let (path, hash) = parts.unwrap_or_default();
    path + &hash
}
