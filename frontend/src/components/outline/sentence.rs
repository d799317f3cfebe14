//! A stage's place in the chain, as a sentence.

use pipeyard_shared::chain::{Chain, FanIn, InputPort, Names, OutputPort, Wire};
use pipeyard_shared::flow::FlowPoint;

use crate::desk::Desk;
use crate::i18n::outline::OutlineWords;
use crate::runs::Run;

/// Where it reads from, how much came in, and where it writes to.
pub(super) fn sentence(
    desk: &Desk,
    chain: &Chain,
    names: &Names,
    run: Option<&Run>,
    at: usize,
) -> String {
    let words = OutlineWords::of(desk.language);
    let stage = &chain.stages[at];
    let mut parts: Vec<String> = Vec::new();
    if stage.bypassed {
        parts.push(words.left_out.to_owned());
    }
    let into: Vec<&Wire> = to(chain, at).collect();
    let sources: Vec<String> = into.iter().map(|wire| source(desk, names, wire)).collect();
    if !sources.is_empty() {
        let from = sources.join(", ");
        let ports = into.iter().filter(|wire| wire.to.port == InputPort::Stdin);
        let from = match ports.count() {
            0 | 1 => from,
            _ => {
                let merge = stage.fan_in_at(InputPort::Stdin);
                (words.merged)(&from, merge_word(desk, merge))
            }
        };
        parts.push((words.reads_from)(&from));
    } else if stage.has_input(InputPort::Stdin) {
        parts.push(words.reads_nothing.to_owned());
    }
    let veiled = into.iter().any(|wire| desk.veils(&wire.id));
    let lines = run.filter(|_| !veiled).map(|run| {
        let totals = into
            .iter()
            .map(|wire| run.total_at(&FlowPoint::Wire(wire.id.clone())));
        totals.map(|total| total.lines).sum::<u64>()
    });
    if let Some(lines) = lines.filter(|lines| *lines > 0) {
        parts.push((words.came_in)(&(desk.words.lines)(lines)));
    }
    for (port, say) in [
        (OutputPort::Stdout, words.writes_to),
        (OutputPort::Stderr, words.errors_to),
    ] {
        let readers = chain.wires_from(&stage.id, port);
        let readers: Vec<String> = readers.map(|wire| reader(desk, names, wire)).collect();
        if !readers.is_empty() {
            parts.push(say(&readers.join(", ")));
        }
    }
    parts.join("; ")
}

/// The wires into a stage, in the chain's order.
fn to(chain: &Chain, at: usize) -> impl Iterator<Item = &Wire> {
    let id = &chain.stages[at].id;
    chain.wires.iter().filter(move |wire| wire.to.stage == *id)
}

fn source(desk: &Desk, names: &Names, wire: &Wire) -> String {
    let words = OutlineWords::of(desk.language);
    let name = names.stage(&wire.from.stage);
    let name = match wire.from.port {
        OutputPort::Stdout => name.to_owned(),
        OutputPort::Stderr => (words.errors_of)(name),
    };
    match wire.to.port {
        InputPort::Stdin => name,
        port => (words.at_port)(&name, &port.to_string()),
    }
}

fn reader(desk: &Desk, names: &Names, wire: &Wire) -> String {
    let name = names.stage(&wire.to.stage);
    match wire.to.port {
        InputPort::Stdin => name.to_owned(),
        port => (OutlineWords::of(desk.language).at_port)(name, &port.to_string()),
    }
}

fn merge_word(desk: &Desk, merge: FanIn) -> &'static str {
    let [lines, ordered, shared] = desk.words.merges;
    match merge {
        FanIn::Lines => lines,
        FanIn::Ordered => ordered,
        FanIn::Shared => shared,
    }
}
