//! Wires and lines, from the cards that they join.

use crate::chain::{Chain, InputPort, OutputPort};

use super::index::Index;
use super::path::Route;
use super::{Layout, Placed, input_port, output_port};

/// A drawn wire.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawn {
    /// The wire's place in the chain; for the line to a box, the stage's.
    pub index: usize,
    /// The stage from which it comes, by its place in the chain, and the one to which it goes. Of a line to a box
    /// both are the same.
    pub ends: (usize, usize),
    /// How it runs.
    pub route: Route,
    /// The `d` of its path.
    pub path: String,
    /// Where its counter stands.
    pub middle: (f64, f64),
    /// How wide the counter can be without covering a card.
    pub room: f64,
}

impl Drawn {
    fn new(index: usize, ends: (usize, usize), route: Route) -> Self {
        Self {
            index,
            ends,
            route,
            path: route.path(),
            middle: route.middle(),
            room: route.room(),
        }
    }
}

impl Layout {
    pub(super) fn draw(&mut self, chain: &Chain, index: &Index) {
        let wires = index.ends.iter().enumerate();
        let wires = wires.filter_map(|(wire, ends)| self.wire(chain, wire, (*ends)?));
        self.wires = wires.collect();
        let outputs = self.outputs.iter();
        self.output_lines = outputs
            .filter_map(|placed| self.output_line(placed))
            .collect();
        let errors = self.errors.iter();
        self.error_lines = errors
            .filter_map(|placed| self.error_line(placed))
            .collect();
    }

    /// A wire between two stages; nothing where both are behind one card.
    pub(super) fn wire(&self, chain: &Chain, wire: usize, ends: (usize, usize)) -> Option<Drawn> {
        let (from, to) = (self.anchors.get(ends.0)?, self.anchors.get(ends.1)?);
        if from.group.is_some() && from.group == to.group {
            return None;
        }
        let known = &chain.wires[wire];
        // Where one card stands for several stages, all wires arrive at the same port.
        let into = if to.group.is_some() {
            InputPort::Stdin
        } else {
            known.to.port
        };
        let start = output_port(&from.area, known.from.port);
        let end = input_port(&to.area, into);
        let route = Route::between(start, known.from.port, end, into);
        Some(Drawn::new(wire, ends, route))
    }

    pub(super) fn output_line(&self, placed: &Placed) -> Option<Drawn> {
        let anchor = self.anchors.get(placed.stage)?;
        let (start, area) = (output_port(&anchor.area, OutputPort::Stdout), placed.area);
        // In a row of its own, the box is reached as any stage would be.
        let near = (area.y..area.y + area.height).contains(&start.1);
        let end = (area.x, if near { start.1 } else { area.y + 24.0 });
        let ends = (placed.stage, placed.stage);
        Some(Drawn::new(placed.stage, ends, Route::across(start, end)))
    }

    pub(super) fn error_line(&self, placed: &Placed) -> Option<Drawn> {
        let anchor = self.anchors.get(placed.stage)?;
        let start = output_port(&anchor.area, OutputPort::Stderr);
        let ends = (placed.stage, placed.stage);
        let route = Route::down(start, placed.area.y);
        Some(Drawn::new(placed.stage, ends, route))
    }
}
