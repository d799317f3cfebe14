//! The top row: what it is called, Run, what came of it, and the way to the runner.

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::words::Language;
use web_sys::HtmlInputElement;
use yew::{Callback, Html, InputEvent, TargetCast, html};

use crate::commands::{Command, Scene, ask, titled};
use crate::components::connection::connection;
use crate::components::files::recorded_badge;
use crate::components::lanes::LanesButton;
use crate::components::result_line::result_line;
use crate::components::run_button::run_button;
use crate::desk::Desk;
use crate::editor::{Action, Edit};
use crate::hooks::focus_soon;
use crate::link::View;
use crate::part::Part;
use crate::runs::Stale;
use crate::same::Same;
use crate::text_size::TextSize;
use crate::ui::{Over, Show, Theme};

pub(crate) struct Props {
    pub(crate) scene: Rc<Scene>,
    pub(crate) chain: Same<Chain>,
    pub(crate) view: Same<View>,
    /// The same with the run as it is shown: at an instant, or one from a file.
    pub(crate) seen: Same<View>,
    pub(crate) theme: Theme,
    /// What of the result is older than the chain.
    pub(crate) stale: Same<Stale>,
    /// The part of the chain that the result is of; nothing where it is of all.
    pub(crate) part: Option<Part>,
    /// Whether the chain is another than the one that was shared.
    pub(crate) changed: bool,
    /// How many problems the chain has.
    pub(crate) problems: usize,
    pub(crate) undo: bool,
    pub(crate) redo: bool,
}

pub(crate) fn header(desk: &Desk, props: &Props) -> Html {
    let recorded = desk.recorded;
    let presenting = props.scene.ui.presenting;
    let then = props
        .seen
        .run
        .as_ref()
        .is_some_and(|run| run.instant.is_some());
    let start = if recorded {
        recorded_badge(desk, &props.chain, &props.view)
    } else {
        html! {
            <>
                { run_button(desk, &props.chain, &props.view, props.problems, props.scene.ui.wrong_line, !then && !presenting) }
                <LanesButton chain={props.chain.clone()} />
            </>
        }
    };
    html! {
        <header class="header">
            <div class="header__start">
                { logo() }
                { title(desk, &props.chain, props.changed) }
            </div>
            <div class="header__middle">
                <div class="header__run" key={if recorded { "recorded" } else { "own" }}>{ start }</div>
                { result_line(desk, &props.seen, &props.stale, props.part.as_ref()) }
            </div>
            <div class="header__end">
                if presenting {
                    { leave_button(desk, &props.scene) }
                } else {
                    { steps(desk, props.undo, props.redo) }
                    { around(desk, &props.scene) }
                    { connection(desk, &props.view) }
                    { language_button(desk) }
                    { text_button(desk, props.scene.ui.text) }
                    { theme_button(desk, props.theme) }
                }
            </div>
        </header>
    }
}

/// The mark and the name.
pub(super) fn logo() -> Html {
    html! {
        <span class="logo">
            <svg viewBox="0 0 32 32" width="24" height="24" fill="none" stroke-width="3.5" stroke-linecap="round" aria-hidden="true">
                <path class="logo__pipe" d="M4 5v9M28 18v9M4 9.5h5.5c9 0 4.5 13 13.5 13h5" />
            </svg>
            <span class="logo__name">{ "Pipeyard" }</span>
        </span>
    }
}

/// The chain's title, edited in place.
pub(super) fn title(desk: &Desk, chain: &Same<Chain>, changed: bool) -> Html {
    let label = desk.words.title;
    let words = desk.words.gallery;
    let recorded = desk.recorded;
    let change = {
        let desk = desk.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                desk.edit(Edit::Title(input.value()));
            }
        })
    };
    let settle = {
        let desk = desk.clone();
        Callback::from(move |_| desk.act(Action::Settle))
    };
    html! {
        <h1 class="title">
            <input
                id="title"
                class="title__input"
                type="text"
                aria-label={label}
                placeholder={label}
                value={chain.title.clone()}
                autocomplete="off"
                readonly={recorded}
                oninput={change}
                onblur={settle}
            />
            <span id="changed" class="title__changed" title={words.changed} hidden={!changed}>{ words.changed }</span>
        </h1>
    }
}

/// Undo and redo.
pub(super) fn steps(desk: &Desk, undo: bool, redo: bool) -> Html {
    let words = desk.words;
    let step = |action: Action| {
        let desk = desk.clone();
        Callback::from(move |_| desk.act(action.clone()))
    };
    html! {
        <span class="steps">
            <button type="button" id="undo" class="button button--bare" disabled={!undo} aria-label={words.undo} title={titled(words.undo, Command::Undo)} onclick={step(Action::Undo)}>{ "↶" }</button>
            <button type="button" id="redo" class="button button--bare" disabled={!redo} aria-label={words.redo} title={titled(words.redo, Command::Redo)} onclick={step(Action::Redo)}>{ "↷" }</button>
        </span>
    }
}

/// The gallery, sharing, and the palette of actions.
pub(super) fn around(desk: &Desk, scene: &Rc<Scene>) -> Html {
    let words = desk.words;
    let show = |over: Over| {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Over(Some(over))))
    };
    let actions = Command::Open(Over::Actions);
    let share = {
        let (desk, scene) = (desk.clone(), scene.clone());
        Callback::from(move |_| ask(Command::Open(Over::Share), &desk, &scene))
    };
    html! {
        <span class="steps">
            <button type="button" id="examples" class="button button--bare" disabled={desk.recorded} onclick={show(Over::Gallery)}>{ words.gallery.examples }</button>
            <button type="button" id="share" class="button button--bare" aria-label={words.gallery.share} title={words.gallery.share} onclick={share}>{ "⇪" }</button>
            <button type="button" id="find-action" class="button button--bare" aria-label={words.commands.ask} title={titled(words.commands.ask, actions)} onclick={show(Over::Actions)}>{ "⌘" }</button>
        </span>
    }
}

/// Speaks the other language; shows it in that language.
pub(super) fn language_button(desk: &Desk) -> Html {
    let other = match desk.language {
        Language::En => Language::Ko,
        Language::Ko => Language::En,
    };
    let name = match other {
        Language::En => "EN",
        Language::Ko => "한국어",
    };
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Language(other)))
    };
    html! { <button type="button" id="language" class="button button--bare" lang={other.tag()} onclick={press}>{ name }</button> }
}

/// Ends a presentation.
fn leave_button(desk: &Desk, scene: &Rc<Scene>) -> Html {
    let words = desk.words;
    let leave = Command::Present(false);
    let press = {
        let (desk, scene) = (desk.clone(), scene.clone());
        Callback::from(move |_| {
            ask(leave, &desk, &scene);
            // The button is gone then.
            focus_soon("#run, #stop".to_owned());
        })
    };
    html! {
        <button type="button" id="leave" class="button" title={titled(words.around.leave, leave)} onclick={press}>
            { words.around.leave }
            <kbd aria-hidden="true">{ " Esc" }</kbd>
        </button>
    }
}

/// Shows everything larger by a step, and after the largest as usual.
pub(super) fn text_button(desk: &Desk, text: TextSize) -> Html {
    let label = (desk.words.around.text_size)(text.percent());
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Text(text.around())))
    };
    html! {
        <button type="button" id="text-size" class="button button--bare" aria-label={label.clone()} title={label} onclick={press}>
            { "Aa" }
            <span hidden={text == TextSize::default()}>{ format!(" {} %", text.percent()) }</span>
        </button>
    }
}

/// Light, dark, or as the system has it.
pub(super) fn theme_button(desk: &Desk, theme: Theme) -> Html {
    let label = (desk.words.theme)(theme);
    let glyph = match theme {
        Theme::System => "◐",
        Theme::Light => "☼",
        Theme::Dark => "☾",
        Theme::Contrast => "◧",
    };
    let next = theme.next();
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Theme(next)))
    };
    html! {
        <button type="button" id="theme" class="button button--bare" aria-label={label} title={label} onclick={press}>{ glyph }</button>
    }
}
