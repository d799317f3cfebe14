//! A stage as a card. The whole card is one button that selects it.

use pipeyard_shared::chain::{Chain, FanIn, InputPort, OutputPort};
use yew::{Html, Properties, classes, component, html};

use crate::components::dots::dots;
use crate::components::{hue, status};
use crate::desk::use_desk;
use crate::editor::layout::input_ports;
use crate::editor::summary;
use crate::runs::Run;
use crate::same::Same;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    /// The stage's place in the chain.
    pub(super) index: usize,
    pub(super) run: Option<Same<Run>>,
    /// The time on the page's clock, while it matters.
    pub(super) now_ms: f64,
    pub(super) selected: bool,
    /// Whether the pointer rests on the stage, here or elsewhere.
    pub(super) lit: bool,
    /// Whether its result is of an older chain.
    pub(super) stale: bool,
    /// How many problems it has.
    pub(super) problems: usize,
    /// Shown before the kind in the outline.
    #[prop_or_default]
    pub(super) number: Option<usize>,
    /// What tells it from others of its name: see [`pipeyard_shared::chain::Names::number`].
    pub(super) twin: Option<usize>,
}

#[component]
pub(super) fn Card(props: &Props) -> Html {
    let desk = use_desk();
    let Some(stage) = props.chain.stages.get(props.index) else {
        return html! { <span></span> };
    };
    let in_run = props
        .run
        .as_ref()
        .and_then(|run| run.chain.stage_index(&stage.id).map(|at| (run, at)));
    let status = match in_run {
        Some((run, at)) => status::of(&desk, run, at, run.elapsed_us(props.now_ms)),
        None => status::idle(&desk),
    };
    let states = in_run
        .map(|(run, at)| status::states(run, at))
        .unwrap_or_default();
    let left_out = !desk.recorded && desk.idle.contains(&stage.id);
    let (glyph, word) = match () {
        () if props.problems > 0 => ("!", (desk.words.problems)(props.problems)),
        () if stage.bypassed => ("⤳", desk.words.stage.bypassed.to_owned()),
        () if left_out => ("❄", desk.words.stage.left_out.to_owned()),
        () => (status.glyph, status.word.clone()),
    };
    let lanes = states.len().max(props.chain.lanes.count());
    let kind = (desk.words.kind)(&stage.kind);
    let kind = match props.number {
        Some(number) => format!("{number} · {kind}"),
        None => kind.to_owned(),
    };
    html! {
        <button
            type="button"
            class={classes!(
                "card",
                hue(props.index),
                (lanes > 1).then_some("card--stacked"),
                (lanes > 2).then_some("card--piled"),
                props.selected.then_some("is-selected"),
                props.lit.then_some("is-lit"),
                props.stale.then_some("is-older"),
                (props.problems > 0).then_some("has-problem"),
                stage.bypassed.then_some("is-bypassed"),
                left_out.then_some("is-left-out"),
            )}
            data-stage={stage.id.to_string()}
            data-state={status.state}
            data-doing={status.doing}
            data-stale={props.stale.then_some("true")}
            aria-pressed={props.selected.to_string()}
            title={if left_out { Some(desk.words.stage.left_out_note.to_owned()) } else { status.hint.clone() }}
        >
            <span class="card__title">
                // Where there is no room for both, the name stays.
                <span class="card__names">
                    <span class="card__kind" data-spare="">{ kind }</span>
                    <span class="card__name">
                        <span class="card__text">{ stage.name() }</span>
                        if let Some(number) = props.twin {
                            <span class="card__number">{ format!("({number})") }</span>
                        }
                    </span>
                </span>
                { dots(&states, lanes) }
            </span>
            <span class="card__line">{ summary::line(desk.words, stage) }</span>
            <span class={classes!("card__status", format!("is-{}", status.state), status.doing.map(|doing| format!("does-{doing}")))}>
                <span class="card__glyph" aria-hidden="true">{ glyph }</span>
                <b class="card__word">{ word }</b>
                if props.stale {
                    <span class="card__older" title={desk.words.results.older_note}><span aria-hidden="true">{ "↺ " }</span>{ desk.words.results.older }</span>
                }
                { for status.details.into_iter().filter(|_| !stage.bypassed && !left_out).enumerate().map(|(index, detail)| html! { <span key={index} class="card__detail" data-spare="">{ detail }</span> }) }
            </span>
            { ports(&props.chain, props.index, merge_at(&props.chain, props.index).map(|merge| desk.words.merges[merge])) }
            { status.tag.map(|tag| html! { <span class="card__tag" title={tag.clone()}>{ tag }</span> }) }
        </button>
    }
}

/// Where wires begin and end. Drawn for the eye: the inspector lists and makes wires.
fn ports(chain: &Chain, index: usize, merge: Option<&'static str>) -> Html {
    let stage = &chain.stages[index];
    let inputs = input_ports(chain, index, false).into_iter();
    let extra = inputs.filter(|port| *port != InputPort::Stdin).map(|port| {
        let name = port.to_string();
        html! { <i key={name.clone()} class={classes!("port", "port--extra", format!("port--{name}"))}><small class="port__name">{ name }</small></i> }
    });
    html! {
        <span aria-hidden="true">
            if stage.has_input(InputPort::Stdin) {
                <i class="port port--in">{ merge.map(|merge| html! { <small class="port__merge">{ merge }</small> }) }</i>
            }
            if stage.has_output(OutputPort::Stdout) {
                <i class="port port--out"></i>
            }
            if stage.has_output(OutputPort::Stderr) {
                <i class="port port--error"></i>
            }
            <span>{ for extra }</span>
        </span>
    }
}

/// How several wires into the standard input are merged, by its place among the words for it; nothing where there
/// are not several.
fn merge_at(chain: &Chain, index: usize) -> Option<usize> {
    let stage = chain.stages.get(index)?;
    chain.wires_to(&stage.id, InputPort::Stdin).nth(1)?;
    Some(match stage.fan_in_at(InputPort::Stdin) {
        FanIn::Lines => 0,
        FanIn::Ordered => 1,
        FanIn::Shared => 2,
    })
}
