//! Where a person has put things; groups.

use std::collections::BTreeSet;

use super::path::Route;
use super::tests::{any_chain, room};
use super::*;
use crate::chain::{Group, InputPort, Point, Stage};
use crate::example;
use proptest::prelude::*;

fn placed(mut chain: Chain, at: impl Fn(usize) -> Point) -> Chain {
    for (number, stage) in chain.stages.iter_mut().enumerate() {
        stage.at = Some(at(number));
    }
    chain
}

fn grouped(mut chain: Chain, stages: &[usize], collapsed: bool) -> Chain {
    let ids = stages.iter().map(|at| chain.stages[*at].id.clone());
    chain.groups = vec![Group {
        id: "g1".into(),
        title: String::new(),
        stages: ids.collect(),
        collapsed,
    }];
    chain
}

#[test]
fn cards_stand_where_they_were_put_and_boxes_beside_them() {
    let chain = placed(example::opening(), |at| {
        Point::new(-600.0 * at as f64, 50.0)
    });
    let mut room = room(500.0);
    room.errors.insert("openssl".into(), 2);
    let layout = Layout::of(&chain, &room);
    for (card, stage) in layout.cards.iter().zip(&chain.stages) {
        assert_eq!(Some(card.area.corner()), stage.at);
    }
    let last = layout.cards[2].area;
    assert_eq!(layout.outputs[0].area.x, last.x + last.width + 54.0);
    assert!(layout.errors[0].area.y > 50.0 + CARD_HEIGHT);
    let bounds = layout.bounds();
    assert_eq!(
        (bounds.x, bounds.y),
        (-1_200.0, layout.outputs[0].area.y.min(50.0))
    );
    // Wires that lead back go round.
    assert!(matches!(layout.wires[0].route, Route::Turn { .. }));
}

#[test]
fn a_box_that_would_cover_a_card_stands_below_its_own() {
    let mut chain = placed(example::opening(), |at| Point::new(300.0 * at as f64, 0.0));
    chain.stages.push(Stage::process("near", "cat", []));
    chain.stages[3].at = Some(Point::new(880.0, 20.0));
    let layout = Layout::of(&chain, &room(500.0));
    let box_of = |stage| {
        let mut outputs = layout.outputs.iter();
        outputs
            .find(|placed| placed.stage == stage)
            .expect("it has one")
            .area
    };
    assert!(box_of(2).y > CARD_HEIGHT);
}

#[test]
fn one_card_stands_for_a_collapsed_group() {
    let open = Layout::of(&grouped(example::opening(), &[0, 1], false), &room(900.0));
    assert_eq!((open.cards.len(), open.wires.len()), (3, 2));
    for card in &open.cards[..2] {
        assert_eq!(
            Area::around([card.area, open.groups[0].area]),
            Some(open.groups[0].area)
        );
    }
    assert!(!open.groups[0].area.meets(&open.cards[2].area));
    let closed = Layout::of(&grouped(example::opening(), &[0, 1], true), &room(900.0));
    assert_eq!((closed.cards.len(), closed.wires.len()), (1, 1));
    assert_eq!(closed.cards[0], open.cards[2], "collapsing moves nothing");
    let card = closed.groups[0].area;
    assert_eq!(card.corner(), open.cards[0].area.corner());
    assert_eq!(closed.card(1), None);
    assert_eq!(closed.stands_for(1), Some(&card));
    let Route::Curve([from, ..]) = closed.wires[0].route else {
        panic!("it leads to the right");
    };
    assert_eq!(from, output_port(&card, OutputPort::Stdout));
}

proptest! {
    /// What is worked out for a drag is what the whole layout would be.
    #[test]
    fn a_drag_is_seen_as_it_will_be(
        chain in any_chain(),
        spots in prop::collection::vec((-500.0f64..1500.0, -500.0f64..900.0), 9),
        moved in prop::collection::btree_set(0usize..9, 1..5),
        group in prop::collection::btree_set(0usize..9, 0..4),
        collapsed in any::<bool>(),
        by in (-300.0f64..300.0, -300.0f64..300.0),
    ) {
        let count = chain.stages.len();
        let group: Vec<usize> = group.into_iter().filter(|at| *at < count).collect();
        let moved: BTreeSet<usize> = moved.into_iter().filter(|at| *at < count).collect();
        let chain = placed(chain, |at| Point::new(spots[at].0, spots[at].1));
        let chain = if group.is_empty() { chain } else { grouped(chain, &group, collapsed) };
        let by = Point::new(by.0, by.1);
        let mut then = chain.clone();
        for at in &moved {
            then.stages[*at].at = then.stages[*at].at.map(|at| at.moved(by.x, by.y));
        }
        let room = room(800.0);
        let (now, then) = (Layout::of(&chain, &room), Layout::of(&then, &room));
        let shifted = now.shifted(&chain, &moved, by);
        for card in &then.cards {
            let seen = shifted.cards.iter().chain(&now.cards).find(|other| other.stage == card.stage);
            prop_assert_eq!(seen.map(|seen| seen.area), Some(card.area));
        }
        for area in &then.groups {
            let seen = shifted.groups.iter().chain(&now.groups).find(|other| other.group == area.group);
            prop_assert_eq!(seen, Some(area));
        }
        for wire in &then.wires {
            let seen = shifted.wires.iter().chain(&now.wires).find(|other| other.index == wire.index);
            prop_assert_eq!(seen, Some(wire));
        }
        prop_assert_eq!(now.wires.len(), then.wires.len());
    }

    /// Wherever cards are: all of it is within the bounds, every wire begins and ends at its ports, and its middle
    /// lies on it.
    #[test]
    fn wires_lead_from_port_to_port(chain in any_chain(), spots in prop::collection::vec((-1e6f64..1e6, -1e6f64..1e6), 9)) {
        let chain = placed(chain, |at| Point::new(spots[at].0, spots[at].1));
        let layout = Layout::of(&chain, &room(800.0));
        let bounds = layout.bounds().grown(0.01);
        for card in &layout.cards {
            prop_assert!(bounds.holds(card.area.corner()));
        }
        for wire in &layout.wires {
            let known = &chain.wires[wire.index];
            let (from, to) = (layout.card(wire.ends.0), layout.card(wire.ends.1));
            let start = output_port(from.expect("a card"), known.from.port);
            let end = input_port(to.expect("a card"), known.to.port);
            for (x, y) in [start, end, wire.middle] {
                prop_assert!(wire.route.distance(Point { x, y }) < 0.5, "{:?}", wire.route);
            }
            prop_assert!(wire.path.starts_with('M') && !wire.path.contains("NaN"));
        }
    }
}

/// It once ran behind the card that it goes to, where nobody could see or press it.
#[test]
fn a_wire_from_standard_error_goes_round_the_card_whose_extra_input_it_feeds() {
    for (from, to) in [((0.0, 0.0), (300.0, 0.0)), ((300.0, 0.0), (0.0, 0.0))] {
        let card = |(x, y): (f64, f64)| Area {
            x,
            y,
            width: 180.0,
            height: CARD_HEIGHT,
        };
        let (from, to) = (card(from), card(to));
        let start = output_port(&from, OutputPort::Stderr);
        let end = input_port(&to, InputPort::Extra(3));
        let route = Route::between(start, OutputPort::Stderr, end, InputPort::Extra(3));
        for card in [from, to] {
            for across in 1..9 {
                let x = card.x + card.width * f64::from(across) / 9.0;
                let centre = Point::new(x, card.y + CARD_HEIGHT / 2.0);
                assert!(
                    route.distance(centre) > CARD_HEIGHT / 2.0 - 1.0,
                    "{route:?}"
                );
            }
        }
    }
}
