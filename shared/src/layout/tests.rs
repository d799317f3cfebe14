use super::*;
use crate::chain::{InputPort, OutputPort, Stage, Wire};
use crate::example;
use proptest::prelude::*;

pub(super) fn room(width: f64) -> Room {
    Room {
        width,
        height: 440.0,
        errors: BTreeMap::new(),
        output_lines: 3,
    }
}

fn everything(layout: &Layout) -> Vec<Area> {
    [&layout.cards, &layout.outputs, &layout.errors]
        .into_iter()
        .flatten()
        .map(|placed| placed.area)
        .collect()
}

fn overlap(one: &Area, other: &Area) -> bool {
    one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

#[test]
fn the_opening_chain_stands_in_one_row_with_its_ports_in_line() {
    let chain = example::opening();
    let layout = Layout::of(&chain, &room(888.0));
    let tops: Vec<f64> = layout.cards.iter().map(|card| card.area.y).collect();
    assert!(tops.windows(2).all(|pair| pair[0] == pair[1]), "{tops:?}");
    assert!(
        layout
            .cards
            .windows(2)
            .all(|pair| pair[0].area.x < pair[1].area.x)
    );
    assert_eq!(layout.outputs.len(), 1);
    assert!(layout.outputs[0].area.x > layout.cards[2].area.x);
    assert!(layout.width <= 888.0, "{}", layout.width);
}

#[test]
fn a_narrow_canvas_breaks_the_chain_into_rows() {
    let layout = Layout::of(&example::opening(), &room(544.0));
    assert!(layout.cards[2].area.y > layout.cards[0].area.y + CARD_HEIGHT);
    assert!(layout.width <= 544.0);
}

#[test]
fn an_error_box_stands_below_its_card_and_moves_what_follows() {
    let chain = example::opening();
    let mut room = room(544.0);
    let before = Layout::of(&chain, &room).height;
    room.errors.insert("openssl".into(), 1);
    let layout = Layout::of(&chain, &room);
    let card = layout.card(1).expect("openssl has a card");
    assert_eq!(layout.errors[0].area.x, card.x);
    assert!(layout.errors[0].area.y > card.y + card.height);
    assert!(layout.height > before);
}

pub(super) fn any_chain() -> impl Strategy<Value = Chain> {
    let wires = proptest::collection::vec((0usize..9, 0usize..9, any::<bool>()), 0..16);
    (1usize..9, wires).prop_map(|(count, wires)| {
        let mut chain = Chain::new("");
        for index in 0..count {
            chain
                .stages
                .push(Stage::process(&format!("s{index}"), "cat", []));
        }
        for (number, (from, to, stderr)) in wires.into_iter().enumerate() {
            let port = if stderr {
                OutputPort::Stderr
            } else {
                OutputPort::Stdout
            };
            chain.wires.push(Wire::between(
                format!("w{number}").as_str(),
                (format!("s{}", from % count).as_str().into(), port),
                (format!("s{}", to % count).as_str().into(), InputPort::Stdin),
            ));
        }
        chain
    })
}

proptest! {
    /// Whatever the wires (rings too): every stage has a card, nothing overlaps, nothing stands
    /// beyond the stated size, and rows stay within the width where a single column does.
    #[test]
    fn nothing_overlaps(chain in any_chain(), width in 320.0f64..1600.0, errors in any::<u16>(), lines in 0usize..9) {
        let mut room = room(width);
        room.output_lines = lines;
        room.errors = chain.stages.iter().enumerate()
            .filter(|(index, _)| errors >> index & 1 == 1)
            .map(|(index, stage)| (stage.id.clone(), index))
            .collect();
        let layout = Layout::of(&chain, &room);
        prop_assert_eq!(layout.cards.len(), chain.stages.len());
        prop_assert_eq!(layout.wires.len(), chain.wires.len());
        let areas = everything(&layout);
        for (index, area) in areas.iter().enumerate() {
            prop_assert!(area.x >= 0.0 && area.y >= 0.0);
            prop_assert!(area.x + area.width <= layout.width + 0.01);
            prop_assert!(area.y + area.height <= layout.height + 0.01);
            for other in &areas[index + 1..] {
                prop_assert!(!overlap(area, other), "{area:?} {other:?}");
            }
        }
        prop_assert!(layout.width <= width + 0.01);
    }
}
