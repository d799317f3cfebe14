//! The page on a narrow screen: the outline, Run at the bottom, and sheets for the rest.

use std::rc::Rc;

use pipeyard_shared::StageId;
use pipeyard_shared::chain::Chain;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::problem::Problem;
use yew::{Callback, Html, html};

use crate::commands::Scene;
use crate::components::connection::connection;
use crate::components::drawer::Drawer;
use crate::components::files::{open_button, recorded_badge, replay_notice};
use crate::components::header::{
    around, language_button, logo, steps, text_button, theme_button, title,
};
use crate::components::inspector::{self, inspector};
use crate::components::lanes::lanes_form;
use crate::components::later::later;
use crate::components::live::Live;
use crate::components::notice::notice;
use crate::components::outline::{self, outline};
use crate::components::pace::{Paced, pace_buttons};
use crate::components::problems::problem_list;
use crate::components::result_line::result_line;
use crate::components::run_button::run_button;
use crate::components::sheet::SheetFrame;
use crate::components::shell_line::{Line, shell_line};
use crate::components::visit::visit;
use crate::desk::Desk;
use crate::editor::Selection;
use crate::i18n::left::LeftWords;
use crate::left::Left;
use crate::link::{State, View};
use crate::part::Part;
use crate::replay::Replay;
use crate::runs::{Run, Stale};
use crate::same::Same;
use crate::ui::{Sheet, Show, Tab, Ui};

pub(crate) struct Props {
    pub(crate) scene: Rc<Scene>,
    /// Whether something covers the page.
    pub(crate) over: bool,
    pub(crate) chain: Same<Chain>,
    pub(crate) selection: Selection,
    pub(crate) view: Same<View>,
    /// The same with the run as it is shown: at an instant, or one from a file.
    pub(crate) seen: Same<View>,
    /// The run at the instant that is shown.
    pub(crate) run: Option<Same<Run>>,
    /// The run as far as it has come.
    pub(crate) whole: Option<Same<Run>>,
    /// What of the result is older than the chain.
    pub(crate) stale: Same<Stale>,
    /// The part of the chain that the result is of; nothing where it is of all.
    pub(crate) part: Option<Part>,
    pub(crate) replay: Replay,
    pub(crate) ui: Ui,
    pub(crate) place: Option<FlowPoint>,
    /// What the page finds wrong with the chain.
    pub(crate) problems: Same<Vec<Problem>>,
    /// The same with what the runner found.
    pub(crate) marked: Same<Vec<Problem>>,
    pub(crate) undo: bool,
    pub(crate) redo: bool,
}

pub(crate) fn phone(desk: &Desk, props: &Props) -> Html {
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
    let list = outline::Props {
        chain: props.chain.clone(),
        selection: props.selection.clone(),
        run: props.run.clone(),
        now_ms: props.seen.now_ms,
        stale: props.stale.clone(),
        problems: props.marked.clone(),
        beside: false,
        narrow: true,
    };
    // What is covered cannot be reached, not by keys either.
    let covered = props.ui.sheet.is_some();
    html! {
        <div class="page page--narrow" inert={props.over}>
            <header class="header header--narrow" inert={covered}>
                { logo() }
                <div class="header__end">
                    { connection(desk, &props.view) }
                    <button type="button" id="open-lessons" class="button" onclick={open(Sheet::Left(Left::Lessons), None)}>{ (LeftWords::of(desk.language).tab)(Left::Lessons) }</button>
                    <button type="button" id="menu" class="button" aria-label={words.menu} onclick={open(Sheet::Menu, None)}>{ "☰" }</button>
                </div>
            </header>
            <main class="page__outline" inert={covered}>
                { notice(desk, &props.view) }
                { replay_notice(desk, &props.replay, &props.view) }
                { visit(desk, &props.scene) }
                { title(desk, &props.chain, props.scene.editor.is_changed()) }
                { result_line(desk, &props.seen, &props.stale, props.part.as_ref()) }
                { shell_line(desk, Line {
                    chain: props.chain.clone(),
                    hovered: props.ui.hovered.clone(),
                    selected: stage_of(&props.selection).cloned(),
                    connected: props.view.state == State::Connected,
                }) }
                { problem_list(desk, &props.chain, &props.problems, &props.view) }
                { outline(desk, list) }
            </main>
            <footer class="run-bar" inert={covered}>
                <div class="run-bar__run" key={if desk.recorded { "recorded" } else { "own" }}>
                    if desk.recorded {
                        { recorded_badge(desk, &props.chain, &props.view) }
                    } else {
                        { run_button(desk, &props.chain, &props.view, props.problems.len(), props.ui.wrong_line, props.replay.player.instant.is_none()) }
                    }
                </div>
                <button type="button" id="lanes" class="button" hidden={desk.recorded} onclick={open(Sheet::Menu, None)}>{ (words.lanes)(props.chain.lanes.count()) }</button>
                <button type="button" id="open-timeline" class="button" onclick={open(Sheet::Drawer, Some(Tab::Timeline))}>{ words.timeline }</button>
            </footer>
            <div class="sheets">{ sheet(desk, props) }</div>
            <Live view={props.view.clone()} />
        </div>
    }
}

fn stage_of(selection: &Selection) -> Option<&StageId> {
    match selection {
        Selection::Stage(id) => Some(id),
        _ => None,
    }
}

fn sheet(desk: &Desk, props: &Props) -> Html {
    let words = desk.words;
    let (name, content) = match props.ui.sheet {
        None => return html! { <div></div> },
        Some(Sheet::Left(tab)) => (
            (LeftWords::of(desk.language).tab)(tab),
            later(desk, |parts| {
                (parts.left)(desk, &props.scene, &props.view, Some(tab))
            }),
        ),
        Some(Sheet::Inspector) => {
            let form = inspector::Props {
                chain: props.chain.clone(),
                selection: props.selection.clone(),
                run: props.run.clone(),
                problems: props.marked.clone(),
            };
            (
                words.inspector,
                html! {
                    <fieldset class="as-it-is" disabled={desk.recorded}>
                        { inspector(desk, form) }
                    </fieldset>
                },
            )
        }
        Some(Sheet::Drawer) => (
            words.drawer,
            html! {
                <Drawer
                    chain={props.chain.clone()}
                    run={props.run.clone()}
                    whole={props.whole.clone()}
                    player={props.replay.player}
                    view={props.view.clone()}
                    stale={props.stale.clone()}
                    ui={props.ui.clone()}
                    place={props.place.clone()}
                />
            },
        ),
        Some(Sheet::Menu) => (words.menu, menu(desk, props)),
    };
    // A frame for each sheet: opening one takes the focus.
    html! { <SheetFrame key={name} {name} tools={tools(desk, props)}>{ content }</SheetFrame> }
}

/// The pace of the wire whose bytes are looked at, while something can be done with it.
fn tools(desk: &Desk, props: &Props) -> Html {
    let looks = props.ui.sheet == Some(Sheet::Drawer) && props.ui.tab == Tab::Data;
    let run = props.run.as_deref().filter(|run| run.is_live() && looks);
    match (run, &props.place) {
        (Some(run), Some(FlowPoint::Wire(wire))) => {
            let paced = Paced {
                chain: &props.chain,
                run: Some(run),
                wire,
                lane: None,
                on_canvas: true,
            };
            pace_buttons(desk, &paced)
        }
        _ => Html::default(),
    }
}

fn menu(desk: &Desk, props: &Props) -> Html {
    let left = |left: Left| {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Sheet(Some(Sheet::Left(left)))))
    };
    html! {
        <div class="form form--padded">
            <div class="inspector__place">
                { steps(desk, props.undo, props.redo) }
                { around(desk, &props.scene) }
                { language_button(desk) }
                { text_button(desk, props.ui.text) }
                { theme_button(desk, props.ui.theme) }
                <button type="button" id="menu-lessons" class="button" onclick={left(Left::Lessons)}>{ (LeftWords::of(desk.language).tab)(Left::Lessons) }</button>
                <button type="button" id="open-files" class="button" onclick={left(Left::Files)}>{ (LeftWords::of(desk.language).tab)(Left::Files) }</button>
            </div>
            <fieldset class="as-it-is" disabled={desk.recorded}>{ lanes_form(desk, &props.chain) }</fieldset>
            { open_button(desk) }
        </div>
    }
}
