//! What a pointer is on: by what is seen where, so that a port can be hit beside its small circle.

use pipeyard_shared::chain::{InputEnd, OutputEnd, Point};
use web_sys::Element;

use super::board::Seen;
use crate::editor::gesture::Target;
use crate::editor::layout::{input_port, input_ports, output_port, output_ports};
use crate::editor::view::View;
use crate::editor::{Port, Selection};

/// How near a port, and how near a wire, in pixels of the screen.
const PORT_REACH: f64 = 12.0;
const WIRE_REACH: f64 = 6.0;

/// What is at a place of the screen.
pub(super) fn over(seen: &Seen, element: &Element, view: View, at: Point) -> Target {
    let at = view.to_canvas(at);
    let near = PORT_REACH / view.zoom;
    let reached = |(x, y): (f64, f64)| (x - at.x).hypot(y - at.y) <= near;
    for placed in &seen.layout.cards {
        let (card, index) = (&placed.area, placed.stage);
        if !card.grown(near).holds(at) {
            continue;
        }
        let stage = &seen.chain.stages[index].id;
        let found = input_ports(&seen.chain, index, false);
        let input = found
            .into_iter()
            .find(|port| reached(input_port(card, *port)));
        let found = output_ports(&seen.chain, index);
        let output = found
            .into_iter()
            .find(|port| reached(output_port(card, *port)));
        let port = match (input, output) {
            (Some(port), _) => Port::Input(InputEnd {
                stage: stage.clone(),
                port,
            }),
            (_, Some(port)) => Port::Output(OutputEnd {
                stage: stage.clone(),
                port,
            }),
            _ => continue,
        };
        return end_of_selected(seen, &port).unwrap_or(Target::Port(port));
    }
    let named = |name: &str| {
        let found = element.closest(&format!("[{name}]")).ok()??;
        found.get_attribute(name)
    };
    if let Some(id) = named("data-stage") {
        return Target::Card(id.as_str().into());
    }
    if let Some(id) = named("data-wire") {
        return Target::Wire(id.as_str().into());
    }
    if let Some(id) = named("data-group") {
        return Target::Group(id.as_str().into());
    }
    if let Some(id) = named("data-note-corner") {
        return Target::NoteCorner(id.as_str().into());
    }
    if let Some(id) = named("data-note") {
        return Target::Note(id.as_str().into());
    }
    let mut wires = seen.layout.wires.iter();
    let wire = wires.find(|drawn| drawn.route.distance(at) <= WIRE_REACH / view.zoom);
    let wire = wire.and_then(|drawn| seen.chain.wires.get(drawn.index));
    wire.map_or(Target::Ground, |wire| Target::Wire(wire.id.clone()))
}

/// The end of the selected wire that is at this port.
fn end_of_selected(seen: &Seen, port: &Port) -> Option<Target> {
    let Selection::Wire(id) = &seen.selection else {
        return None;
    };
    let wire = seen.chain.wire(id)?;
    let ends = match port {
        Port::Output(end) => wire.from == *end,
        Port::Input(end) => wire.to == *end,
    };
    ends.then(|| Target::WireEnd(id.clone(), port.clone()))
}
