//! Stages where a person has put them, with the boxes for their output beside them.

use crate::chain::{Chain, Point};

use super::columns::card_width;
use super::index::Index;
use super::place;
use super::{Area, CARD_HEIGHT, Layout, PORT, Placed, Room};

/// From a card to the box of its output.
const OUTPUT_GAP: f64 = 54.0;
const OUTPUT_WIDTH: f64 = 240.0;
/// Around everything.
const AROUND: f64 = 36.0;

/// Puts cards and boxes where they belong; draws nothing.
pub(super) fn place(chain: &Chain, index: &Index, room: &Room) -> Layout {
    let mut layout = Layout::default();
    for (stage, at) in place::points(chain).into_iter().enumerate() {
        let area = Area {
            x: at.x,
            y: at.y,
            width: card_width(&chain.stages[stage], chain).1,
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
    for stage in 0..chain.stages.len() {
        if !index.has_result(chain, stage) {
            continue;
        }
        let card = layout.cards[stage].area;
        let right = Point::new(card.x + card.width + OUTPUT_GAP, card.y + PORT);
        let beside = Area::output_at(right, OUTPUT_WIDTH, room.output_lines);
        let covers = layout
            .cards
            .iter()
            .any(|other| other.stage != stage && other.area.meets(&beside));
        // Where another card stands there already, the box stands below its own.
        let area = if covers {
            let lines = room.errors.get(&chain.stages[stage].id);
            let below = lines.map_or(card, |lines| card.errors_below(*lines));
            Area {
                x: card.x + AROUND,
                y: below.y + below.height + AROUND,
                ..beside
            }
        } else {
            beside
        };
        layout.outputs.push(Placed { stage, area });
    }
    let bounds = layout.bounds();
    layout.width = bounds.x + bounds.width + AROUND;
    layout.height = bounds.y + bounds.height + AROUND;
    layout
}
