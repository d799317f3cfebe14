//! A wire that has one end.

use pipeyard_shared::WireId;
use pipeyard_shared::chain::Point;

use super::{Ask, Loose, Outcome, Preview, Scene, acting, hit};
use crate::editor::layout::port_at;
use crate::editor::{Action, Edit, Joining, Port, WhyNot};

/// A wire that is being drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wiring {
    /// The port at which it is.
    pub(crate) end: Port,
    /// Where that is on the canvas; for a hidden port, where the other end is.
    pub(crate) from: Point,
    /// Where its other end would be: at the port that it is held by, or at the pointer.
    pub(crate) to: Point,
    /// The wire whose end is being moved.
    pub(crate) rewires: Option<WireId>,
    /// The port that holds it.
    pub(crate) held: Option<Port>,
    /// Why it could not end there.
    pub(crate) why_not: Option<WhyNot>,
}

/// What the wire looks like while the pointer is there, on the screen.
pub(super) fn preview(loose: &Loose, at: Option<Point>, scene: &Scene) -> Preview {
    let here = port_at(scene.layout, scene.chain, &loose.end);
    let at = at.map(|at| scene.view.to_canvas(at)).or(here);
    let Some(at) = at else {
        return Preview::None;
    };
    let held = hit::aim(&loose.end, at, scene);
    let why_not = held.as_ref().and_then(|port| why_not(loose, port, scene));
    let to = held
        .as_ref()
        .and_then(|port| port_at(scene.layout, scene.chain, port));
    Preview::Wiring(Wiring {
        end: loose.end.clone(),
        from: here.unwrap_or(at),
        to: to.filter(|_| why_not.is_none()).unwrap_or(at),
        rewires: loose.rewires.clone(),
        held,
        why_not,
    })
}

/// The wire is let go at a place of the canvas. A new one that ends nowhere asks for a stage to end at; one that
/// had an end stays as it was.
pub(super) fn end(loose: &Loose, at: Point, scene: &Scene) -> Outcome {
    match hit::aim(&loose.end, at, scene) {
        Some(port) => join(loose, &port, scene),
        None if loose.rewires.is_some() => Outcome::default(),
        None => Outcome {
            ask: Some(Ask::Add(at, Some(loose.end.clone()))),
            ..Outcome::default()
        },
    }
}

/// The wire ends at this port, or it is said why it cannot.
pub(super) fn join(loose: &Loose, port: &Port, scene: &Scene) -> Outcome {
    if let Some(refused) = why_not(loose, port, scene) {
        return Outcome {
            refused: Some(refused),
            ..Outcome::default()
        };
    }
    let edit = match (&loose.rewires, &loose.end, port) {
        (Some(wire), ..) => Edit::Rewire(wire.clone(), port.clone()),
        (None, Port::Output(from), Port::Input(to))
        | (None, Port::Input(to), Port::Output(from)) => Edit::Connect(from.clone(), to.clone()),
        // Two of a kind are refused above.
        _ => return Outcome::default(),
    };
    acting(Action::Edit(edit))
}

fn why_not(loose: &Loose, port: &Port, scene: &Scene) -> Option<WhyNot> {
    let joining = Joining::from(scene.chain, &loose.end, loose.rewires.as_ref());
    joining.with(port).err()
}
