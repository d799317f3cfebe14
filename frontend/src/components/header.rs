//! The top row: what it is called, Run, what came of it, and the way to the runner.

use pipeyard_shared::Chain;
use pipeyard_shared::words::Language;
use web_sys::HtmlInputElement;
use yew::{Callback, Html, InputEvent, Properties, TargetCast, component, html};

use crate::components::connection::Connection;
use crate::components::files::recorded_badge;
use crate::components::lanes::LanesButton;
use crate::components::result_line::ResultLine;
use crate::components::run_button::RunButton;
use crate::desk::use_desk;
use crate::editor::{Action, Edit};
use crate::link::View;
use crate::same::Same;
use crate::ui::{Show, Theme};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) chain: Same<Chain>,
    pub(crate) view: Same<View>,
    /// The same with the run as it is shown: at an instant, or one from a file.
    pub(crate) seen: Same<View>,
    pub(crate) theme: Theme,
    /// How many problems the chain has.
    pub(crate) problems: usize,
    pub(crate) undo: bool,
    pub(crate) redo: bool,
}

#[component]
pub(crate) fn Header(props: &Props) -> Html {
    let desk = use_desk();
    let recorded = desk.recorded;
    let start = if recorded {
        recorded_badge(&desk)
    } else {
        html! {
            <>
                <RunButton chain={props.chain.clone()} view={props.view.clone()} problems={props.problems} />
                <LanesButton chain={props.chain.clone()} />
            </>
        }
    };
    html! {
        <header class="header">
            <div class="header__start">
                <Logo />
                <Title chain={props.chain.clone()} />
            </div>
            <div class="header__middle">
                <div class="header__run" key={if recorded { "recorded" } else { "own" }}>{ start }</div>
                <ResultLine chain={props.chain.clone()} view={props.seen.clone()} />
            </div>
            <div class="header__end">
                <Steps undo={props.undo} redo={props.redo} />
                <Connection view={props.view.clone()} />
                <LanguageButton />
                <ThemeButton theme={props.theme} />
            </div>
        </header>
    }
}

/// The mark and the name.
#[component]
pub(super) fn Logo() -> Html {
    html! {
        <span class="logo">
            <svg viewBox="0 0 32 32" width="24" height="24" fill="none" stroke-width="3.5" stroke-linecap="round" aria-hidden="true">
                <path class="logo__pipe" d="M4 5v9M28 18v9M4 9.5h5.5c9 0 4.5 13 13.5 13h5" />
            </svg>
            <span class="logo__name">{ "Pipeyard" }</span>
        </span>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct TitleProps {
    pub(super) chain: Same<Chain>,
}

/// The chain's title, edited in place.
#[component]
pub(super) fn Title(props: &TitleProps) -> Html {
    let desk = use_desk();
    let label = desk.words.title;
    let recorded = desk.recorded;
    let change = {
        let desk = desk.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                desk.edit(Edit::Title(input.value()));
            }
        })
    };
    let settle = Callback::from(move |_| desk.act(Action::Settle));
    html! {
        <h1 class="title">
            <input
                id="title"
                class="title__input"
                type="text"
                aria-label={label}
                placeholder={label}
                value={props.chain.title.clone()}
                autocomplete="off"
                readonly={recorded}
                oninput={change}
                onblur={settle}
            />
        </h1>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct StepsProps {
    pub(super) undo: bool,
    pub(super) redo: bool,
}

/// Undo and redo.
#[component]
pub(super) fn Steps(props: &StepsProps) -> Html {
    let desk = use_desk();
    let words = desk.words;
    let step = |action: Action| {
        let desk = desk.clone();
        Callback::from(move |_| desk.act(action.clone()))
    };
    html! {
        <span class="steps">
            <button type="button" id="undo" class="button button--bare" disabled={!props.undo} aria-label={words.undo} title={format!("{} · Ctrl Z", words.undo)} onclick={step(Action::Undo)}>{ "↶" }</button>
            <button type="button" id="redo" class="button button--bare" disabled={!props.redo} aria-label={words.redo} title={format!("{} · Ctrl Shift Z", words.redo)} onclick={step(Action::Redo)}>{ "↷" }</button>
        </span>
    }
}

/// Speaks the other language; shows it in that language.
#[component]
pub(super) fn LanguageButton() -> Html {
    let desk = use_desk();
    let other = match desk.language {
        Language::En => Language::Ko,
        Language::Ko => Language::En,
    };
    let name = match other {
        Language::En => "EN",
        Language::Ko => "한국어",
    };
    let press = Callback::from(move |_| desk.show(Show::Language(other)));
    html! { <button type="button" id="language" class="button button--bare" lang={other.tag()} onclick={press}>{ name }</button> }
}

#[derive(PartialEq, Properties)]
pub(super) struct ThemeProps {
    pub(super) theme: Theme,
}

/// Light, dark, or as the system has it.
#[component]
pub(super) fn ThemeButton(props: &ThemeProps) -> Html {
    let desk = use_desk();
    let label = (desk.words.theme)(props.theme);
    let glyph = match props.theme {
        Theme::System => "◐",
        Theme::Light => "☼",
        Theme::Dark => "☾",
    };
    let next = props.theme.next();
    let press = Callback::from(move |_| desk.show(Show::Theme(next)));
    html! {
        <button type="button" id="theme" class="button button--bare" aria-label={label} title={label} onclick={press}>{ glyph }</button>
    }
}
