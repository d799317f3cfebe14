//! What is where on the canvas.

use pipeyard_shared::chain::{InputEnd, OutputEnd, Point};
use pipeyard_shared::{StageId, WireId};

use super::Scene;
use crate::editor::layout::{Area, input_port, input_ports, output_port, output_ports};
use crate::editor::{Joining, Parts, Port, WhyNot};

/// A port holds a wire whose end is so near, in pixels of the screen.
pub(crate) const SNAP_RADIUS: f64 = 20.0;

/// A port that a wire could be led to, or why it could not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Aim {
    /// The port.
    pub(crate) port: Port,
    /// Where it is on the canvas.
    pub(crate) at: Point,
    /// Why not.
    pub(crate) why_not: Option<WhyNot>,
}

/// All ports that a wire at this end can be led to, and those at which it cannot end: what glows while it is drawn.
/// They stay the same until the chain changes.
pub(crate) fn aims(end: &Port, rewires: Option<&WireId>, scene: &Scene) -> Vec<Aim> {
    let joining = Joining::from(scene.chain, end, rewires);
    let stages = scene.layout.cards.iter().map(|placed| placed.stage);
    let ports = stages.flat_map(|stage| opposite(end, stage, scene));
    ports
        .map(|(port, at)| Aim {
            why_not: joining.with(&port).err(),
            port,
            at,
        })
        .collect()
}

/// The port that holds the other end of a wire at this place: the nearest one within reach, or the standard one of
/// the card below, whether it has one or not.
pub(super) fn aim(end: &Port, at: Point, scene: &Scene) -> Option<Port> {
    let reach = SNAP_RADIUS / scene.view.zoom;
    let near = scene.layout.cards.iter();
    let near = near.filter(|placed| placed.area.grown(reach).holds(at));
    let ports = near.flat_map(|placed| opposite(end, placed.stage, scene));
    let nearest = ports
        .map(|(port, spot)| ((spot.x - at.x).hypot(spot.y - at.y), port))
        .filter(|(distance, _)| *distance <= reach)
        .min_by(|one, other| one.0.total_cmp(&other.0));
    if let Some((_, port)) = nearest {
        return Some(port);
    }
    let stage = card_at(at, scene)?;
    // Back on its own card it is held by nothing: that is how one changes one's mind.
    (stage != end.stage()).then(|| match end {
        Port::Output(_) => Port::stdin(stage),
        Port::Input(_) => Port::stdout(stage),
    })
}

/// The ports of a stage at which a wire from this one can end, with their places.
fn opposite(end: &Port, stage: usize, scene: &Scene) -> Vec<(Port, Point)> {
    let Some(card) = scene.layout.card(stage) else {
        return Vec::new();
    };
    let id = &scene.chain.stages[stage].id;
    let spot = |(x, y): (f64, f64)| Point::new(x, y);
    match end {
        Port::Output(_) => {
            let ports = input_ports(scene.chain, stage, true).into_iter();
            ports
                .map(|port| {
                    let end = InputEnd {
                        stage: id.clone(),
                        port,
                    };
                    (Port::Input(end), spot(input_port(card, port)))
                })
                .collect()
        }
        Port::Input(_) => {
            let ports = output_ports(scene.chain, stage).into_iter();
            ports
                .map(|port| {
                    let end = OutputEnd {
                        stage: id.clone(),
                        port,
                    };
                    (Port::Output(end), spot(output_port(card, port)))
                })
                .collect()
        }
    }
}

/// The stage whose card is here; of several, the one that is drawn last.
fn card_at<'a>(at: Point, scene: &Scene<'a>) -> Option<&'a StageId> {
    let mut cards = scene.layout.cards.iter().rev();
    let card = cards.find(|placed| placed.area.holds(at))?;
    Some(&scene.chain.stages.get(card.stage)?.id)
}

/// What a marquee touches: stages (of a collapsed group all) and notes, or, where it touches none, wires by their
/// counters.
pub(super) fn within(area: Area, scene: &Scene) -> Parts {
    let stages = scene.chain.stages.iter().enumerate();
    let notes = scene.chain.notes.iter();
    let mut parts = Parts {
        stages: stages
            .filter(|(at, _)| {
                let card = scene.layout.stands_for(*at);
                card.is_some_and(|card| card.meets(&area))
            })
            .map(|(_, stage)| stage.id.clone())
            .collect(),
        notes: notes
            .filter(|note| Area::of_note(note).meets(&area))
            .map(|note| note.id.clone())
            .collect(),
        ..Parts::default()
    };
    if parts.is_empty() {
        let wires = scene.layout.wires.iter();
        parts.wires = wires
            .filter(|drawn| area.holds(Point::new(drawn.middle.0, drawn.middle.1)))
            .filter_map(|drawn| Some(scene.chain.wires.get(drawn.index)?.id.clone()))
            .collect();
    }
    parts
}
