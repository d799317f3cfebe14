//! Stages in columns along their wires, in as many rows as the width needs.

use crate::chain::{Chain, Point};

use super::columns::{self, Column, Entry, Row};
use super::index::Index;
use super::{
    Area, CARD_HEIGHT, ERROR_DROP, Layout, OUTPUT_WIDTH, PORT, Placed, Room, WIDEST_OUTPUT,
    box_height,
};

/// Between what stands in one column, and between rows.
pub(super) const COLUMN_GAP: f64 = 40.0;
const ROW_GAP: f64 = 72.0;
/// Between columns: room for a wire and its counter.
pub(super) const WIRE_GAP: f64 = 54.0;
const WIDEST_GAP: f64 = 104.0;
/// At the sides; wires that turn round into the next row need it.
pub(super) const MARGIN: f64 = 12.0;
pub(super) const TURNING_MARGIN: f64 = 36.0;
/// Above and below everything.
const FOOT: f64 = 36.0;

/// Puts cards and boxes where they belong; draws nothing.
pub(super) fn place(chain: &Chain, index: &Index, room: &Room) -> Layout {
    let mut layout = Layout::default();
    let columns = columns::columns(chain, index);
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
                put(&mut layout, chain, room, entry, (x, at, width));
                at += heights(entry) + COLUMN_GAP;
            }
            x += width;
        }
        layout.width = layout.width.max(x + margin);
        y += row.height(heights) + ROW_GAP;
    }
    layout.height = y - ROW_GAP + FOOT;
    layout.cards.sort_unstable_by_key(|card| card.stage);
    layout
}

fn put(
    layout: &mut Layout,
    chain: &Chain,
    room: &Room,
    entry: &Entry,
    (x, y, width): (f64, f64, f64),
) {
    match *entry {
        Entry::Stage(stage) => {
            let area = Area {
                x,
                y,
                width,
                height: CARD_HEIGHT,
            };
            layout.cards.push(Placed { stage, area });
            if let Some(lines) = room.errors.get(&chain.stages[stage].id) {
                layout.errors.push(Placed {
                    stage,
                    area: area.errors_below(*lines),
                });
            }
        }
        Entry::Output(stage) => {
            let at = Point::new(x, y + PORT);
            layout.outputs.push(Placed {
                stage,
                area: Area::output_at(at, width, room.output_lines),
            });
        }
    }
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

/// Room that is left in a row goes to its outputs first and then to its wires.
fn spread(row: &Row, inner: f64) -> (f64, f64) {
    let gaps = row.columns.len().saturating_sub(1) as f64;
    let outputs = row
        .columns
        .iter()
        .filter(|column: &&Column| column.is_outputs())
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
