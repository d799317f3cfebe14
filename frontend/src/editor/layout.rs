//! Where everything stands on the canvas: stages in columns along their wires, from left to right,
//! in as many rows as the width needs. Pure arithmetic; the numbers are pixels at 100 %.

mod columns;
mod path;

use std::collections::BTreeMap;

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Chain, InputPort, OutputPort, Stderr};

pub(crate) use columns::reading_order;
use columns::{Entry, Row};

/// A card's height; the same for all, so that ports line up.
pub(crate) const CARD_HEIGHT: f64 = 88.0;
/// How far below a card's top its standard ports are.
pub(crate) const PORT: f64 = 48.0;
/// The height of a line of output in a box, and what a box has besides.
const LINE: f64 = 20.0;
const BOX_FRAME: f64 = 46.0;
const OUTPUT_WIDTH: f64 = 144.0;
const WIDEST_OUTPUT: f64 = 312.0;
/// From a card down to the box of its standard error.
const ERROR_DROP: f64 = 40.0;
/// Between what stands in one column, and between rows.
const COLUMN_GAP: f64 = 40.0;
const ROW_GAP: f64 = 72.0;
/// Between columns: room for a wire and its counter.
const WIRE_GAP: f64 = 54.0;
const WIDEST_GAP: f64 = 104.0;
/// At the sides; wires that turn round into the next row need it.
const MARGIN: f64 = 12.0;
const TURNING_MARGIN: f64 = 36.0;
/// Above and below everything.
const FOOT: f64 = 36.0;

/// What the layout has to make room for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Room {
    /// The canvas that can be seen.
    pub(crate) width: f64,
    /// The same, downwards.
    pub(crate) height: f64,
    /// Stages whose standard error is shown as a box, and the lines that it shows.
    pub(crate) errors: BTreeMap<StageId, usize>,
    /// Lines that an output box shows.
    pub(crate) output_lines: usize,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Area {
    /// Its left edge.
    pub(crate) x: f64,
    /// Its top.
    pub(crate) y: f64,
    /// To the right.
    pub(crate) width: f64,
    /// Downwards.
    pub(crate) height: f64,
}

/// Where a stage's card or box stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placed {
    /// The stage's place in the chain.
    pub(crate) stage: usize,
    /// Where.
    pub(crate) area: Area,
}

/// A drawn wire.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drawn {
    /// The wire's place in the chain; for the line to a box, the stage's.
    pub(crate) index: usize,
    /// The `d` of its path.
    pub(crate) path: String,
    /// Where its counter stands.
    pub(crate) middle: (f64, f64),
    /// How wide the counter can be without covering a card.
    pub(crate) room: f64,
}

/// Everything in its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Layout {
    /// A card for each stage.
    pub(crate) cards: Vec<Placed>,
    /// A box for each standard output that no wire leaves.
    pub(crate) outputs: Vec<Placed>,
    /// A box for each standard error that is shown.
    pub(crate) errors: Vec<Placed>,
    /// The wires.
    pub(crate) wires: Vec<Drawn>,
    /// The lines to the output boxes.
    pub(crate) output_lines: Vec<Drawn>,
    /// The lines to the error boxes.
    pub(crate) error_lines: Vec<Drawn>,
    /// What all of it needs.
    pub(crate) width: f64,
    /// The same, downwards.
    pub(crate) height: f64,
}

impl Layout {
    /// Puts a chain into a room.
    pub(crate) fn of(chain: &Chain, room: &Room) -> Self {
        let mut layout = Self::default();
        let columns = columns::columns(chain);
        let heights = |entry: &Entry| entry_height(chain, room, entry);
        let rows = columns::rows(columns, room.width);
        let margin = if rows.len() > 1 {
            TURNING_MARGIN
        } else {
            MARGIN
        };
        let inner = room.width - 2.0 * margin;
        let content: f64 = rows.iter().map(|row| row.height(heights) + ROW_GAP).sum();
        // A little above the middle looks like the middle. Boxes that grow while a run goes on
        // move nothing, as long as there is room for them.
        let cards_only = rows.len() as f64 * (CARD_HEIGHT + ROW_GAP) - ROW_GAP;
        let calm = (room.height - cards_only) * 0.36;
        let fitting = room.height - content + ROW_GAP - FOOT;
        let mut y = calm.min(fitting).max(FOOT);
        let spreads: Vec<(f64, f64)> = rows.iter().map(|row| spread(row, inner)).collect();
        // One gap and one left edge for all rows; what is left of a row goes to its outputs.
        let gap = spreads
            .iter()
            .map(|(gap, _)| *gap)
            .fold(WIDEST_GAP, f64::min);
        let used = rows
            .iter()
            .zip(&spreads)
            .map(|(row, (_, output))| row.width(gap, *output));
        let left = margin + ((inner - used.fold(0.0, f64::max)) / 2.0).max(0.0);
        for (row, (_, output_width)) in rows.iter().zip(spreads) {
            let mut x = left;
            for (index, column) in row.columns.iter().enumerate() {
                if index > 0 {
                    x += column.gap(gap);
                }
                let width = column.width(output_width);
                let mut at = y;
                for entry in &column.entries {
                    layout.place(chain, room, entry, (x, at, width));
                    at += heights(entry) + COLUMN_GAP;
                }
                x += width;
            }
            layout.width = layout.width.max(x + margin);
            y += row.height(heights) + ROW_GAP;
        }
        layout.height = y - ROW_GAP + FOOT;
        layout.cards.sort_by_key(|card| card.stage);
        layout.draw(chain);
        layout
    }

    /// The card of a stage.
    pub(crate) fn card(&self, stage: usize) -> Option<&Area> {
        let at = self
            .cards
            .binary_search_by_key(&stage, |card| card.stage)
            .ok()?;
        Some(&self.cards[at].area)
    }

    fn place(&mut self, chain: &Chain, room: &Room, entry: &Entry, (x, y, width): (f64, f64, f64)) {
        match *entry {
            Entry::Stage(stage) => {
                let area = Area {
                    x,
                    y,
                    width,
                    height: CARD_HEIGHT,
                };
                self.cards.push(Placed { stage, area });
                if let Some(lines) = room.errors.get(&chain.stages[stage].id) {
                    let area = Area {
                        y: y + CARD_HEIGHT + ERROR_DROP,
                        height: box_height(*lines),
                        ..area
                    };
                    self.errors.push(Placed { stage, area });
                }
            }
            Entry::Output(stage) => {
                let height = box_height(room.output_lines);
                let area = Area {
                    x,
                    // The line from the port arrives at the middle of a low box.
                    y: y + (PORT - height / 2.0).max(-12.0),
                    width,
                    height,
                };
                self.outputs.push(Placed { stage, area });
            }
        }
    }

    fn draw(&mut self, chain: &Chain) {
        for (index, wire) in chain.wires.iter().enumerate() {
            let ends = chain
                .stage_index(&wire.from.stage)
                .zip(chain.stage_index(&wire.to.stage));
            let Some((from, to)) = ends.and_then(|(from, to)| self.card(from).zip(self.card(to)))
            else {
                continue;
            };
            let start = output_port(from, wire.from.port);
            let end = input_port(to, wire.to.port);
            let drawn = match wire.from.port {
                OutputPort::Stdout => path::across(start, end),
                OutputPort::Stderr => path::from_below(start, end),
            };
            self.wires.push(drawn.at(index));
        }
        let outputs = self.outputs.iter().filter_map(|placed| {
            let start = output_port(self.card(placed.stage)?, OutputPort::Stdout);
            let end = (placed.area.x, start.1);
            // In a row of its own, the box is reached as any stage would be.
            let near = (placed.area.y..placed.area.y + placed.area.height).contains(&start.1);
            let end = if near {
                end
            } else {
                (end.0, placed.area.y + 24.0)
            };
            Some(path::across(start, end).at(placed.stage))
        });
        self.output_lines = outputs.collect();
        let errors = self.errors.iter().filter_map(|placed| {
            let start = output_port(self.card(placed.stage)?, OutputPort::Stderr);
            Some(path::down(start, placed.area.y).at(placed.stage))
        });
        self.error_lines = errors.collect();
    }
}

/// Where a wire leaves a card.
pub(crate) fn output_port(card: &Area, port: OutputPort) -> (f64, f64) {
    match port {
        OutputPort::Stdout => (card.x + card.width, card.y + PORT),
        OutputPort::Stderr => (card.x + card.width / 2.0, card.y + card.height),
    }
}

/// Where a wire arrives at a card.
pub(crate) fn input_port(card: &Area, port: InputPort) -> (f64, f64) {
    match port {
        InputPort::Stdin => (card.x, card.y + PORT),
        // Extra inputs share the top edge, so that they never hide the standard one.
        InputPort::Extra(number) => (card.x + 24.0 * f64::from(number.saturating_sub(2)), card.y),
    }
}

/// Whether a stage has a standard error of its own that no wire leaves.
pub(crate) fn has_free_stderr(chain: &Chain, stage: usize) -> bool {
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

fn entry_height(chain: &Chain, room: &Room, entry: &Entry) -> f64 {
    match entry {
        Entry::Stage(stage) => match room.errors.get(&chain.stages[*stage].id) {
            Some(lines) => CARD_HEIGHT + ERROR_DROP + box_height(*lines),
            None => CARD_HEIGHT,
        },
        Entry::Output(_) => box_height(room.output_lines).max(CARD_HEIGHT),
    }
}

fn box_height(lines: usize) -> f64 {
    BOX_FRAME + LINE * lines.max(1) as f64
}

/// Room that is left in a row goes to its outputs first and then to its wires.
fn spread(row: &Row, inner: f64) -> (f64, f64) {
    let gaps = row.columns.len().saturating_sub(1) as f64;
    let outputs = row
        .columns
        .iter()
        .filter(|column| column.is_outputs())
        .count() as f64;
    let spare = (inner - row.width(WIRE_GAP, OUTPUT_WIDTH)).max(0.0);
    // Output that can be read is worth more than long wires.
    let for_outputs = spare.min(outputs * (WIDEST_OUTPUT - OUTPUT_WIDTH));
    let for_gaps = (spare - for_outputs).min(gaps * (WIDEST_GAP - WIRE_GAP));
    let share = |amount: f64, among: f64| if among > 0.0 { amount / among } else { 0.0 };
    (
        WIRE_GAP + share(for_gaps, gaps),
        OUTPUT_WIDTH + share(for_outputs, outputs),
    )
}

#[cfg(test)]
mod tests;
