//! The page on a narrow screen: the outline, Run at the bottom, and sheets for the rest.

use pipeyard_shared::chain::Chain;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::problem::Problem;
use yew::{Callback, Html, Properties, component, html};

use crate::components::connection::Connection;
use crate::components::drawer::Drawer;
use crate::components::files::{open_button, recorded_badge, replay_notice};
use crate::components::header::{LanguageButton, Logo, Steps, ThemeButton, Title};
use crate::components::inspector::Inspector;
use crate::components::lanes::LanesForm;
use crate::components::live::Live;
use crate::components::notice::Notice;
use crate::components::outline::Outline;
use crate::components::palette::Palette;
use crate::components::problems::Problems;
use crate::components::result_line::ResultLine;
use crate::components::run_button::RunButton;
use crate::components::sheet::SheetFrame;
use crate::desk::{Desk, use_desk};
use crate::editor::Selection;
use crate::link::View;
use crate::replay::Replay;
use crate::runs::Run;
use crate::same::Same;
use crate::ui::{Sheet, Show, Tab, Ui};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) chain: Same<Chain>,
    pub(crate) selection: Selection,
    pub(crate) view: Same<View>,
    /// The same with the run as it is shown: at an instant, or one from a file.
    pub(crate) seen: Same<View>,
    /// The run at the instant that is shown.
    pub(crate) run: Option<Same<Run>>,
    /// The run as far as it has come.
    pub(crate) whole: Option<Same<Run>>,
    pub(crate) replay: Replay,
    pub(crate) ui: Ui,
    pub(crate) place: Option<FlowPoint>,
    pub(crate) problems: Same<Vec<Problem>>,
    pub(crate) undo: bool,
    pub(crate) redo: bool,
}

#[component]
pub(crate) fn Phone(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words;
    let open = |sheet: Sheet, tab: Option<Tab>| {
        let desk = desk.clone();
        Callback::from(move |_| {
            if let Some(tab) = tab {
                desk.show(Show::Tab(tab));
            }
            desk.show(Show::Sheet(Some(sheet)));
        })
    };
    // What is covered cannot be reached, not by keys either.
    let covered = props.ui.sheet.is_some();
    html! {
        <div class="page page--narrow">
            <header class="header header--narrow" inert={covered}>
                <Logo />
                <div class="header__end">
                    <Connection view={props.view.clone()} />
                    <button type="button" id="menu" class="button" aria-label={words.menu} onclick={open(Sheet::Menu, None)}>{ "☰" }</button>
                </div>
            </header>
            <main class="page__outline" inert={covered}>
                <Notice view={props.view.clone()} />
                { replay_notice(&desk, &props.replay) }
                <Title chain={props.chain.clone()} />
                <ResultLine chain={props.chain.clone()} view={props.seen.clone()} />
                <Problems chain={props.chain.clone()} problems={props.problems.clone()} view={props.view.clone()} />
                <Outline
                    chain={props.chain.clone()}
                    selection={props.selection.clone()}
                    run={props.run.clone()}
                    now_ms={props.seen.now_ms}
                    problems={props.problems.clone()}
                />
            </main>
            <footer class="run-bar" inert={covered}>
                <div class="run-bar__run" key={if desk.recorded { "recorded" } else { "own" }}>
                    if desk.recorded {
                        { recorded_badge(&desk) }
                    } else {
                        <RunButton chain={props.chain.clone()} view={props.view.clone()} problems={props.problems.len()} />
                    }
                </div>
                <button type="button" id="lanes" class="button" hidden={desk.recorded} onclick={open(Sheet::Menu, None)}>{ (words.lanes)(props.chain.lanes.count()) }</button>
                <button type="button" id="open-timeline" class="button" onclick={open(Sheet::Drawer, Some(Tab::Timeline))}>{ words.timeline }</button>
            </footer>
            <div class="sheets">{ sheet(&desk, props) }</div>
            <Live view={props.view.clone()} />
        </div>
    }
}

fn sheet(desk: &Desk, props: &Props) -> Html {
    let words = desk.words;
    let (name, content) = match props.ui.sheet {
        None => return html! { <div></div> },
        Some(Sheet::Palette) => (
            words.palette,
            html! { <fieldset class="as-it-is" disabled={desk.recorded}><Palette /></fieldset> },
        ),
        Some(Sheet::Inspector) => (
            words.inspector,
            html! {
                <fieldset class="as-it-is" disabled={desk.recorded}>
                    <Inspector chain={props.chain.clone()} selection={props.selection.clone()} run={props.run.clone()} problems={props.problems.clone()} />
                </fieldset>
            },
        ),
        Some(Sheet::Drawer) => (
            words.drawer,
            html! {
                <Drawer
                    chain={props.chain.clone()}
                    run={props.run.clone()}
                    whole={props.whole.clone()}
                    player={props.replay.player}
                    now_ms={props.view.now_ms}
                    ui={props.ui.clone()}
                    place={props.place.clone()}
                />
            },
        ),
        Some(Sheet::Menu) => (words.menu, menu(desk, props)),
    };
    // A frame for each sheet: opening one takes the focus.
    html! { <SheetFrame key={name} {name}>{ content }</SheetFrame> }
}

fn menu(desk: &Desk, props: &Props) -> Html {
    html! {
        <div class="form form--padded">
            <div class="inspector__place">
                <Steps undo={props.undo} redo={props.redo} />
                <LanguageButton />
                <ThemeButton theme={props.ui.theme} />
            </div>
            <fieldset class="as-it-is" disabled={desk.recorded}><LanesForm chain={props.chain.clone()} /></fieldset>
            { open_button(desk) }
        </div>
    }
}
