//! Where everything stands on the canvas: where a person has put the stages, or else in columns along their wires,
//! from left to right, in as many rows as the width needs. Pure arithmetic; the numbers are pixels at 100 %.

mod area;
mod auto;
mod columns;
mod draw;
mod groups;
mod index;
mod path;
mod place;
mod placed;
mod ports;
mod shifted;

use std::collections::BTreeMap;

use crate::StageId;
use crate::chain::{Chain, OutputPort, Stderr};

pub use area::Area;
pub use columns::{WIDEST_CARD, card_width, reading_order};
pub use draw::Drawn;
pub use groups::{Anchor, GroupArea};
pub use path::Route;
pub use ports::{input_port, input_ports, output_port, output_ports};

use index::Index;
pub use place::{Places, is_placed, points, uncover};

/// A card's height; the same for all, so that ports line up.
pub const CARD_HEIGHT: f64 = 88.0;
/// How far below a card's top its standard ports are.
pub const PORT: f64 = 48.0;
/// The height of a line of output in a box, and what a box has besides.
const LINE: f64 = 20.0;
const BOX_FRAME: f64 = 46.0;
const OUTPUT_WIDTH: f64 = 144.0;
const WIDEST_OUTPUT: f64 = 312.0;
/// From a card down to the box of its standard error.
const ERROR_DROP: f64 = 40.0;

/// What the layout has to make room for.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// The canvas that can be seen.
    pub width: f64,
    /// The same, downwards.
    pub height: f64,
    /// Stages whose standard error is shown as a box, and the lines that it shows.
    pub errors: BTreeMap<StageId, usize>,
    /// Lines that an output box shows.
    pub output_lines: usize,
}

/// Where a stage's card or box stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// The stage's place in the chain.
    pub stage: usize,
    /// Where.
    pub area: Area,
}

/// Everything in its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// A card for each stage that no collapsed group hides, in the chain's order.
    pub cards: Vec<Placed>,
    /// A box for each standard output that no wire leaves.
    pub outputs: Vec<Placed>,
    /// A box for each standard error that is shown.
    pub errors: Vec<Placed>,
    /// The groups.
    pub groups: Vec<GroupArea>,
    /// The wires.
    pub wires: Vec<Drawn>,
    /// The lines to the output boxes.
    pub output_lines: Vec<Drawn>,
    /// The lines to the error boxes.
    pub error_lines: Vec<Drawn>,
    /// What all of it needs, from the origin to the right.
    pub width: f64,
    /// The same, downwards.
    pub height: f64,
    /// What stands for each stage.
    pub anchors: Vec<Anchor>,
    /// The stages of each group.
    pub members: Vec<Vec<usize>>,
}

impl Room {
    /// A room for a chain that is laid out without being seen.
    pub fn wide() -> Self {
        Self {
            width: 1_200.0,
            height: 0.0,
            errors: BTreeMap::new(),
            output_lines: 1,
        }
    }
}

impl Layout {
    /// Puts a chain where a person wants it, or else into a room.
    pub fn of(chain: &Chain, room: &Room) -> Self {
        let index = Index::of(chain);
        let mut layout = if is_placed(chain) {
            placed::place(chain, &index, room)
        } else {
            auto::place(chain, &index, room)
        };
        layout.gather(chain);
        layout.draw(chain, &index);
        layout
    }

    /// The card of a stage, if it is seen.
    pub fn card(&self, stage: usize) -> Option<&Area> {
        let anchor = self.anchors.get(stage)?;
        anchor.group.is_none().then_some(&anchor.area)
    }

    /// What stands for a stage: its card, or that of the group that hides it.
    pub fn stands_for(&self, stage: usize) -> Option<&Area> {
        self.anchors.get(stage).map(|anchor| &anchor.area)
    }

    /// Where all stages are seen, those that groups hide included: what an edit that moves one needs to let the
    /// others stay.
    pub fn places(&self, chain: &Chain) -> Places {
        let stages = chain.stages.iter().zip(&self.anchors);
        stages
            .map(|(stage, anchor)| (stage.id.clone(), anchor.own.corner()))
            .collect()
    }

    /// The smallest rectangle around cards, boxes and groups; empty without any. Notes are the chain's.
    pub fn bounds(&self) -> Area {
        let placed = [&self.cards, &self.outputs, &self.errors];
        let placed = placed.into_iter().flatten().map(|placed| placed.area);
        let groups = self.groups.iter().map(|group| group.area);
        Area::around(placed.chain(groups)).unwrap_or_default()
    }

    /// The same, with the chain's notes.
    pub fn bounds_with_notes(&self, chain: &Chain) -> Area {
        let notes = chain.notes.iter().map(Area::of_note);
        let own = (!self.anchors.is_empty()).then(|| self.bounds());
        Area::around(own.into_iter().chain(notes)).unwrap_or_default()
    }
}

/// Whether a stage has a standard error of its own that no wire leaves.
pub fn has_free_stderr(chain: &Chain, stage: usize) -> bool {
    let stage = &chain.stages[stage];
    let apart = stage
        .setup()
        .is_some_and(|setup| setup.stderr == Stderr::Apart);
    apart
        && chain
            .wires_from(&stage.id, OutputPort::Stderr)
            .next()
            .is_none()
}

fn box_height(lines: usize) -> f64 {
    BOX_FRAME + LINE * lines.max(1) as f64
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_placed;
