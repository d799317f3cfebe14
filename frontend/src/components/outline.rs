//! The chain as a list that does all that the canvas does: the same cards, one below the other, each with a
//! sentence on its place in the chain; what can be done to the selected one stands below it.

mod marks;
mod sentence;
mod steps;

use pipeyard_shared::chain::{Chain, Names, OutputEnd, OutputPort, WireMode};
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::problem::{Place, Problem};
use web_sys::Element;
use yew::{Callback, Html, MouseEvent, Properties, TargetCast, component, html};

use crate::components::canvas::press;
use crate::components::card::Card;
use crate::components::deadlock::deadlock_notice;
use crate::components::empty::empty_chain;
use crate::components::later::later;
use crate::components::output_box::OutputBox;
use crate::components::wires::{Watched, pill_class, shown, spoken};
use crate::desk::{Desk, use_desk_with_later};
use crate::editor::Selection;
use crate::editor::layout::reading_order;
use crate::left::Left;
use crate::runs::{Run, Stale};
use crate::same::Same;
use crate::ui::{Sheet, Show};

/// Lines that an output box shows here.
const LINES: usize = 8;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) chain: Same<Chain>,
    pub(crate) selection: Selection,
    pub(crate) run: Option<Same<Run>>,
    pub(crate) now_ms: f64,
    pub(crate) stale: Same<Stale>,
    pub(crate) problems: Same<Vec<Problem>>,
    /// Whether it stands beside the canvas, which has the boxes of what comes out.
    pub(crate) beside: bool,
    /// Whether stages are added from a sheet.
    pub(crate) narrow: bool,
}

/// The outline. It is loaded later.
pub(crate) fn outline(desk: &Desk, props: Props) -> Html {
    later(desk, |parts| (parts.outline)(props))
}

/// What stands there.
pub(crate) fn content(props: Props) -> Html {
    html! { <Outline ..props /> }
}

#[component]
fn Outline(props: &Props) -> Html {
    let desk = use_desk_with_later();
    let names = Names::of(&props.chain);
    let empty = props.chain.stages.is_empty();
    let order = reading_order(&props.chain);
    let first = first_output(&props.chain, &order);
    let items = order
        .into_iter()
        .enumerate()
        .map(|(number, at)| item(&desk, props, &names, number, at, first == Some(at)));
    let add = {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Sheet(Some(Sheet::Left(Left::Add)))))
    };
    let pressed = {
        let desk = desk.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(target) = event.target_dyn_into::<Element>() {
                press(&desk, &target);
            }
        })
    };
    html! {
        <section class="outline" aria-label={desk.words.around.outline}>
            { deadlock_notice(&desk, &props.chain, &props.run) }
            <ol class="outline__list" onclick={pressed}>{ for items }</ol>
            if props.narrow {
                <button type="button" id="add-stage" class="outline__add" disabled={desk.recorded} onclick={add}>{ "+ " }{ desk.words.add_a_stage }</button>
            }
            <div class="outline__empty" hidden={!empty}>if empty { { empty_chain(&desk) } }</div>
            <fieldset class="as-it-is" disabled={desk.recorded}>
                { marks::notes(&desk, &props.chain, &props.selection) }
                { marks::groups(&desk, &props.chain) }
            </fieldset>
        </section>
    }
}

fn item(desk: &Desk, props: &Props, names: &Names, number: usize, at: usize, first: bool) -> Html {
    let stage = &props.chain.stages[at];
    let problems = props
        .problems
        .iter()
        .filter(|problem| problem.place == Place::Stage(stage.id.clone()));
    let wires = props
        .chain
        .wires
        .iter()
        .filter(|wire| wire.from.stage == stage.id)
        .map(|wire| {
            let run = props.run.as_deref();
            let watched = Watched::of(run, wire, props.now_ms);
            let said = spoken(desk, names, run, wire, &watched);
            let to = names.stage(&wire.to.stage);
            let chosen = props.selection == Selection::Wire(wire.id.clone()) && !desk.recorded;
            html! {
                <li key={wire.id.to_string()} class="outline__wire">
                    <span>{ format!("{} → {to} {}", wire.from.port, wire.to.port) }</span>
                    <button
                        type="button"
                        class={pill_class(&watched, chosen, false)}
                        aria-pressed={chosen.to_string()}
                        data-wire={wire.id.to_string()}
                        data-state={watched.state.word()}
                        title={said}
                    >
                        <span>{ shown(desk, run, wire, &watched, f64::INFINITY).concat() }</span>
                        <span class="for-readers">{ format!(", {}", names.wire(wire)) }</span>
                    </button>
                    if wire.mode == WireMode::Direct {
                        <span class="outline__mode">{ desk.words.direct }</span>
                    }
                    if chosen {
                        { steps::of_wire(desk, &props.chain, wire) }
                    }
                </li>
            }
        });
    let wires: Vec<Html> = wires.collect();
    let free =
        |port| stage.starts_process() && props.chain.wires_from(&stage.id, port).next().is_none();
    let wrote = |port| {
        let end = OutputEnd {
            stage: stage.id.clone(),
            port,
        };
        props
            .run
            .as_ref()
            .is_some_and(|run| run.total_at(&FlowPoint::Port(end)).bytes > 0)
    };
    let (output, errors) = (
        free(OutputPort::Stdout),
        free(OutputPort::Stderr) && wrote(OutputPort::Stderr),
    );
    let chosen = props.selection == Selection::Stage(stage.id.clone()) && !desk.recorded;
    let said = sentence::sentence(desk, &props.chain, names, props.run.as_deref(), at);
    html! {
        <li key={stage.id.to_string()} class="outline__item">
            <Card
                chain={props.chain.clone()}
                index={at}
                run={props.run.clone()}
                now_ms={props.now_ms}
                selected={props.selection == Selection::Stage(stage.id.clone())}
                lit=false
                stale={props.stale.stages.contains(&stage.id)}
                problems={problems.count()}
                number={Some(number + 1)}
                twin={names.number(&stage.id)}
            />
            <p class="outline__said">{ said }</p>
            if chosen {
                { steps::of_stage(desk, &props.chain, &stage.id) }
            }
            <ul class="outline__wires">{ for wires }</ul>
            <div class="outline__boxes">
                if errors && !props.beside {
                    <OutputBox id={format!("stderr-{}", stage.id)} stage={stage.id.clone()} port={OutputPort::Stderr} run={props.run.clone()} room={LINES} />
                }
            </div>
            <div class="outline__boxes">
                if output && !props.beside {
                    <OutputBox id={if first { "stdout".to_owned() } else { format!("stdout-{}", stage.id) }} stage={stage.id.clone()} port={OutputPort::Stdout} run={props.run.clone()} room={LINES} />
                }
            </div>
        </li>
    }
}

/// The place of the stage whose output is the chain's own, as on the canvas.
fn first_output(chain: &Chain, order: &[usize]) -> Option<usize> {
    order.iter().copied().find(|at| {
        let stage = &chain.stages[*at];
        let mut wires = chain.wires_from(&stage.id, OutputPort::Stdout);
        stage.starts_process() && wires.next().is_none()
    })
}
