//! What came out of standard error, stage by stage and lane by lane.

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::{Chain, OutputEnd, OutputPort};
use pipeyard_shared::flow::FlowPoint;
use yew::{Html, Properties, classes, component, html};

use crate::components::hue;
use crate::desk::use_desk;
use crate::format::visible;
use crate::runs::Run;
use crate::runs::excerpt::{Part, excerpt};
use crate::same::Same;

/// Bytes shown of each end of each stage's standard error.
const MOST: usize = 4 << 10;
/// Pieces that are listed.
const MOST_PIECES: usize = 60;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) run: Option<Same<Run>>,
}

#[component]
pub(super) fn Errors(props: &Props) -> Html {
    let desk = use_desk();
    let mut pieces: Vec<Html> = Vec::new();
    for run in props.run.iter() {
        for (index, stage) in run.chain.stages.iter().enumerate() {
            let point = FlowPoint::Port(OutputEnd {
                stage: stage.id.clone(),
                port: OutputPort::Stderr,
            });
            for lane in (0..run.lanes.len()).map(LaneNumber::from_index) {
                let flow = run
                    .flow_at(lane, &point)
                    .filter(|flow| flow.bytes > 0 || flow.preview.end() > 0);
                let Some(flow) = flow.filter(|_| pieces.len() < MOST_PIECES) else {
                    continue;
                };
                let text: String = excerpt(&flow.preview, MOST)
                    .into_iter()
                    .map(|part| match part {
                        Part::Bytes { bytes, .. } => shown(&bytes),
                        Part::Gap { bytes, not_kept } => {
                            format!("\n{}\n", (desk.words.gap)(bytes, not_kept))
                        }
                    })
                    .collect();
                pieces.push(html! {
                    <li key={format!("{lane}/{}", stage.id)} class={classes!("errors__piece", hue(index))}>
                        <h3 class="errors__name">{ format!("{} · {}", stage.name(), (desk.words.lane)(lane.0)) }</h3>
                        <pre class="errors__text">{ text }</pre>
                    </li>
                });
            }
        }
    }
    let empty = pieces.is_empty();
    html! {
        <div id="stderr" class="errors" tabindex="0" role="region" aria-label={desk.words.standard_error}>
            <ul>{ for pieces }</ul>
            <p class="data__note" hidden={!empty}>{ if props.run.is_some() { desk.words.no_errors } else { desk.words.nothing_yet } }</p>
        </div>
    }
}

fn shown(bytes: &[u8]) -> String {
    visible::pieces(bytes, false)
        .into_iter()
        .map(|piece| piece.text)
        .collect()
}
