//! What came out of standard error, stage by stage and lane by lane.

use pipeyard_shared::chain::{Chain, OutputEnd, OutputPort};
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::{LaneNumber, StageId};
use yew::{Callback, Html, Properties, classes, component, html};

use crate::components::hue;
use crate::desk::{Desk, use_desk};
use crate::format::{self, visible};
use crate::i18n::data::DataWords;
use crate::runs::excerpt::{Part, excerpt};
use crate::runs::watch::errors;
use crate::runs::{Flow, Run};
use crate::same::Same;
use crate::ui::Show;

/// Bytes shown of each end of each stage's standard error.
const MOST: usize = 4 << 10;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) run: Option<Same<Run>>,
}

#[component]
pub(super) fn Errors(props: &Props) -> Html {
    let desk = use_desk();
    let mut pieces: Vec<Html> = Vec::new();
    let mut more = 0;
    if let Some(run) = &props.run {
        let found = errors(run, usize::MAX);
        more = found.more;
        for (stage, lane, id) in found.listed {
            if let Some(flow) = run.flows.get(&id) {
                pieces.push(piece(&desk, run, stage, lane, flow));
            }
        }
    }
    let empty = pieces.is_empty();
    html! {
        <div id="stderr" class="errors" tabindex="0" role="region" aria-label={desk.words.standard_error}>
            <ul>{ for pieces }</ul>
            <p class="data__note" hidden={more == 0}>{ (DataWords::of(desk.language).more_errors)(more) }</p>
            <p class="data__note" hidden={!empty}>{ if props.run.is_some() { desk.words.no_errors } else { desk.words.around.no_stderr } }</p>
        </div>
    }
}

fn piece(desk: &Desk, run: &Run, at: usize, lane: LaneNumber, flow: &Flow) -> Html {
    let stage = &run.chain.stages[at];
    let text: String = excerpt(&flow.preview, MOST)
        .into_iter()
        .map(|part| match part {
            Part::Bytes { bytes, .. } => shown(&bytes),
            Part::Gap { bytes, not_kept } => {
                format!("\n{}\n", (desk.words.gap)(bytes, not_kept))
            }
        })
        .collect();
    let content = if flow.preview.end() > 0 {
        html! { <pre class="errors__text">{ text }</pre> }
    } else {
        elsewhere(desk, run, &stage.id, lane, flow.bytes)
    };
    html! {
        <li key={format!("{lane}/{}", stage.id)} class={classes!("errors__piece", hue(at))}>
            <h3 class="errors__name">{ format!("{} · {}", run.chain.name_of(&stage.id), (desk.words.lane)(lane.0)) }</h3>
            <div class="errors__content">{ content }</div>
        </li>
    }
}

/// The way to bytes that were not asked for: not all lanes are.
fn elsewhere(desk: &Desk, run: &Run, stage: &StageId, lane: LaneNumber, bytes: u64) -> Html {
    let words = DataWords::of(desk.language);
    let bytes = format::bytes(bytes);
    if run.recorded {
        return html! { <p class="data__note">{ (words.not_recorded)(&bytes) }</p> };
    }
    let press = {
        let (desk, stage) = (desk.clone(), stage.clone());
        Callback::from(move |_| {
            let end = OutputEnd {
                stage: stage.clone(),
                port: OutputPort::Stderr,
            };
            desk.show(Show::Lane(lane));
            desk.show(Show::Place(FlowPoint::Port(end)));
        })
    };
    html! { <button type="button" class="link errors__elsewhere" onclick={press}>{ (words.see_in_data)(&bytes) }</button> }
}

fn shown(bytes: &[u8]) -> String {
    visible::pieces(bytes, false)
        .into_iter()
        .map(|piece| piece.text)
        .collect()
}
