//! Below the canvas: the bytes of one place, the processes in time, what happened, and standard error.

pub(crate) mod code;
mod compare;
mod data;
mod errors;
mod predict;
mod runs;
mod story;
mod timeline;

pub(crate) use data::peek;

use pipeyard_shared::chain::Chain;
use pipeyard_shared::flow::FlowPoint;
use yew::{Callback, Html, KeyboardEvent, Properties, component, html};

use crate::components::later::later;
use crate::desk::{Desk, use_desk_with_later};
use crate::hooks::use_media;
use crate::link::View;
use crate::replay::Player;
use crate::runs::guess::Guess;
use crate::runs::{Run, Stale};
use crate::same::Same;
use crate::ui::{Show, Tab, Ui};

use code::CodeTab;
use compare::Compare;
use data::Data;
use errors::Errors;
use story::Story;
use timeline::Timeline;

const TABS: [Tab; 7] = [
    Tab::Data,
    Tab::Timeline,
    Tab::Story,
    Tab::Errors,
    Tab::Code,
    Tab::Compare,
    Tab::Runs,
];

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) chain: Same<Chain>,
    /// The run at the instant that is shown.
    pub(crate) run: Option<Same<Run>>,
    /// The run as far as it has come.
    pub(crate) whole: Option<Same<Run>>,
    /// What of the run is older than the chain.
    pub(crate) stale: Same<Stale>,
    pub(crate) player: Player,
    /// What came over the link; its clock is that of the run as far as it has come.
    pub(crate) view: Same<View>,
    pub(crate) ui: Ui,
    pub(crate) place: Option<FlowPoint>,
}

#[component]
pub(crate) fn Drawer(props: &Props) -> Html {
    let desk = use_desk_with_later();
    // Where there is room for both, the timeline stands beside whatever else is shown.
    let wide = use_media(&format!("(min-width: {}px)", props.ui.text.times(1200)));
    let tab = props.ui.tab;
    let pane = |tab| later(&desk, |parts| (parts.pane)(&desk, props, tab));
    // A comparison and the list of runs want all the room, and have nothing on its axis.
    let beside = wide && !matches!(tab, Tab::Timeline | Tab::Compare | Tab::Runs);
    let tabs = TABS.map(|known| tab_button(&desk, known, tab));
    html! {
        <section id="drawer" class="drawer" aria-label={desk.words.drawer}>
            <div class="tabs" role="tablist" aria-label={desk.words.drawer}>{ for tabs }</div>
            <div class="drawer__panes">
                <div id="drawer-panel" class="drawer__pane" role="tabpanel" aria-labelledby={id(tab)}>
                    <div key={id(tab)} class="drawer__content">{ pane(tab) }</div>
                </div>
                <div class="drawer__pane drawer__pane--side" hidden={!beside}>
                    if beside {
                        { pane(Tab::Timeline) }
                    }
                </div>
            </div>
        </section>
    }
}

/// What a tab shows. It is loaded later.
pub(crate) fn pane(desk: &Desk, props: &Props, tab: Tab) -> Html {
    match tab {
        Tab::Data => html! {
            <Data
                chain={props.chain.clone()}
                run={props.run.clone()}
                place={props.place.clone()}
                stale={props.stale.clone()}
                lane={props.ui.lane}
                form={props.ui.form}
                marks={props.ui.marks}
                guess={guess(props)}
            />
        },
        Tab::Timeline => {
            html! { <Timeline run={props.whole.clone()} player={props.player} now_ms={props.view.now_ms} /> }
        }
        Tab::Story => html! { <Story run={props.run.clone()} /> },
        Tab::Errors => html! { <Errors chain={props.chain.clone()} run={props.run.clone()} /> },
        Tab::Code => {
            html! { <CodeTab chain={props.chain.clone()} run={props.run.clone()} stale={props.stale.clone()} /> }
        }
        Tab::Runs => runs::runs(desk, &props.view, props.run.as_ref().map(|run| run.id)),
        Tab::Compare => html! {
            <Compare
                view={props.view.clone()}
                sides={props.ui.sides.clone()}
                run={props.run.as_ref().map(|run| run.id)}
                place={props.place.clone()}
            />
        },
    }
}

/// What was guessed of the wire that is shown.
fn guess(props: &Props) -> Option<Guess> {
    let (wire, question) = predict::question(&props.chain, props.place.as_ref())?;
    let asked = (wire.clone(), question.into());
    props.ui.guesses.get(&asked).cloned()
}

fn tab_button(desk: &Desk, tab: Tab, shown: Tab) -> Html {
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Tab(tab)))
    };
    // One of them is reached by Tab, the others by the arrows.
    let key = {
        let desk = desk.clone();
        Callback::from(move |event: KeyboardEvent| {
            let at = TABS.iter().position(|known| *known == shown).unwrap_or(0);
            let to = match event.key().as_str() {
                "ArrowRight" => (at + 1) % TABS.len(),
                "ArrowLeft" => (at + TABS.len() - 1) % TABS.len(),
                "Home" => 0,
                "End" => TABS.len() - 1,
                _ => return,
            };
            event.prevent_default();
            desk.show(Show::Tab(TABS[to]));
            focus(id(TABS[to]));
        })
    };
    let name = match tab {
        Tab::Data => desk.words.data,
        Tab::Timeline => desk.words.timeline,
        Tab::Story => desk.words.replay.story,
        Tab::Errors => desk.words.errors,
        Tab::Code => desk.words.results.code,
        Tab::Runs => desk.words.results.runs,
        Tab::Compare => desk.words.results.compare,
    };
    html! {
        <button
            key={id(tab)}
            type="button"
            id={id(tab)}
            class="tabs__tab"
            role="tab"
            aria-selected={(tab == shown).to_string()}
            aria-controls="drawer-panel"
            tabindex={if tab == shown { "0" } else { "-1" }}
            onclick={press}
            onkeydown={key}
        >
            { name }
        </button>
    }
}

fn id(tab: Tab) -> &'static str {
    match tab {
        Tab::Data => "tab-data",
        Tab::Timeline => "tab-timeline",
        Tab::Story => "tab-story",
        Tab::Errors => "tab-errors",
        Tab::Code => "tab-code",
        Tab::Runs => "tab-runs",
        Tab::Compare => "tab-compare",
    }
}

fn focus(id: &str) {
    use wasm_bindgen::JsCast;
    let document = web_sys::window().and_then(|window| window.document());
    let element = document.and_then(|document| document.get_element_by_id(id));
    if let Some(element) =
        element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        // The tabs are always there.
        let _ = element.focus();
    }
}
