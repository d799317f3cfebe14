//! Ports in lists to choose from.

use pipeyard_shared::chain::{Chain, FIRST_EXTRA_INPUT, InputEnd, InputPort, OutputEnd, Stage};
use yew::{Html, html};

use super::errors::named_inputs;
use crate::desk::Desk;
use crate::editor::WhyNot;

/// What people call an input: `sort stdin`.
pub(super) fn input_name(chain: &Chain, end: &InputEnd) -> String {
    format!("{} {}", chain.name_of(&end.stage), end.port)
}

/// What people call an output: `sort stdout`.
pub(super) fn output_name(chain: &Chain, end: &OutputEnd) -> String {
    format!("{} {}", chain.name_of(&end.stage), end.port)
}

/// A stage's standard input, and the extra inputs that its words name or that have a wire (or the first, where there
/// are none).
pub(super) fn inputs_of(chain: &Chain, stage: &Stage) -> Vec<InputEnd> {
    let mut ports = vec![InputPort::Stdin];
    if stage.starts_process() {
        let mut extra = named_inputs(&stage.kind);
        let wired = chain.wires.iter().filter(|wire| wire.to.stage == stage.id);
        extra.extend(
            wired
                .map(|wire| wire.to.port)
                .filter(|port| *port != InputPort::Stdin),
        );
        if extra.is_empty() {
            extra.push(InputPort::Extra(FIRST_EXTRA_INPUT));
        }
        extra.sort_unstable();
        extra.dedup();
        ports.extend(extra);
    }
    let has = ports.into_iter().filter(|port| stage.has_input(*port));
    has.map(|port| InputEnd {
        stage: stage.id.clone(),
        port,
    })
    .collect()
}

/// One of a list; what cannot be chosen says why not.
pub(super) fn option(
    desk: &Desk,
    chain: &Chain,
    index: usize,
    selected: bool,
    name: String,
    why_not: Option<WhyNot>,
) -> Html {
    let why_not = why_not.filter(|_| !selected);
    let said = why_not
        .as_ref()
        .map(|why_not| (desk.words.canvas.why_not)(why_not, chain));
    let shown = said.map_or(name.clone(), |said| format!("{name} — {said}"));
    html! {
        <option key={index} value={index.to_string()} {selected} disabled={why_not.is_some()}>{ shown }</option>
    }
}
