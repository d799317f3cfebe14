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
use yew::{Callback, Html, Properties, component, html};

use crate::components::later::later;
use crate::components::tabs::tabs;
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
    let known = TABS.map(|known| (id(known), word(&desk, known)));
    let shown = TABS.iter().position(|known| *known == tab).unwrap_or(0);
    let turn = {
        let desk = desk.clone();
        Callback::from(move |to: usize| desk.show(Show::Tab(TABS[to])))
    };
    html! {
        <section id="drawer" class="drawer" aria-label={desk.words.drawer}>
            { tabs(desk.words.drawer, "drawer-panel", &known, shown, &turn) }
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

fn word(desk: &Desk, tab: Tab) -> &'static str {
    match tab {
        Tab::Data => desk.words.data,
        Tab::Timeline => desk.words.timeline,
        Tab::Story => desk.words.replay.story,
        Tab::Errors => desk.words.errors,
        Tab::Code => desk.words.results.code,
        Tab::Runs => desk.words.results.runs,
        Tab::Compare => desk.words.results.compare,
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
