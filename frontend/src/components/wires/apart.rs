//! Counters that would stand on a card or on each other step aside.

use pipeyard_shared::chain::{Chain, InputPort, OutputPort};

use crate::editor::layout::{Area, Layout, input_port};

/// What a counter needs, whatever it says: it must not jump while the run goes on.
const WIDTH: f64 = 104.0;
const HEIGHT: f64 = 38.0;
/// How far above its wire it stands.
const LIFT: f64 = 6.0;
/// Between two counters.
const BETWEEN: f64 = 3.0;
/// How far it steps aside, up or down, and how far at most.
const STEP: f64 = 6.0;
const MOST_STEPS: u32 = 24;
/// The name of an extra input, above its port.
const LABEL_WIDTH: f64 = 32.0;
const LABEL_HEIGHT: f64 = 17.0;

/// How far down each wire's counter steps (up, where below zero), in the order of the layout's wires. As little
/// as will do; not at all where there is no free place nearby.
pub(in crate::components) fn steps_aside(chain: &Chain, layout: &Layout) -> Vec<f64> {
    let boxes = [&layout.cards, &layout.outputs, &layout.errors];
    let mut taken: Vec<Area> = boxes.into_iter().flatten().map(|at| at.area).collect();
    taken.extend(layout.wires.iter().filter_map(|drawn| {
        let to = &chain.wires.get(drawn.index)?.to;
        let card = layout.card(chain.stage_index(&to.stage)?)?;
        let (x, y) = input_port(card, to.port);
        matches!(to.port, InputPort::Extra(_)).then_some(Area {
            x,
            y: y - LABEL_HEIGHT,
            width: LABEL_WIDTH,
            height: LABEL_HEIGHT,
        })
    }));
    // No higher than where the chain begins, which may be above the origin.
    let top = layout.bounds().y.min(0.0);
    let steps = layout.wires.iter().map(|drawn| {
        let (x, y) = drawn.middle;
        // Where cards stand on both sides, it fits between them.
        let width = WIDTH.min(drawn.room - 2.0 * BETWEEN - 1.0);
        let counter = |down: f64| Area {
            x: x - width / 2.0,
            y: y - LIFT - HEIGHT + down,
            width,
            height: HEIGHT,
        };
        let free = |down: &f64| {
            let counter = counter(*down);
            counter.y >= top && !taken.iter().any(|other| overlap(&counter, other))
        };
        let aside = || (1..=MOST_STEPS).map(|step| f64::from(step) * STEP);
        // A wire from standard error hangs below its card.
        let wire = chain.wires.get(drawn.index);
        let hangs = wire.is_some_and(|wire| wire.from.port == OutputPort::Stderr);
        let below = std::iter::once(0.0).chain(aside().filter(|_| hangs));
        let mut places = below.chain(aside().flat_map(|step| [-step, step]));
        let down = places.find(free).unwrap_or(0.0);
        taken.push(counter(down));
        down
    });
    steps.collect()
}

fn overlap(one: &Area, other: &Area) -> bool {
    let apart = |at: f64, size: f64, from: f64, room: f64| {
        at + size + BETWEEN <= from || from + room + BETWEEN <= at
    };
    !apart(one.x, one.width, other.x, other.width)
        && !apart(one.y, one.height, other.y, other.height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::layout::{Drawn, Placed};

    fn wire(middle: (f64, f64)) -> Drawn {
        Drawn {
            middle,
            room: 200.0,
            ..Drawn::default()
        }
    }

    fn steps(layout: &Layout) -> Vec<f64> {
        steps_aside(&Chain::new(""), layout)
    }

    #[test]
    fn a_counter_with_room_stays_where_it_is() {
        let layout = Layout {
            wires: vec![wire((300.0, 100.0)), wire((300.0, 200.0))],
            ..Layout::default()
        };
        assert_eq!(steps(&layout), [0.0, 0.0]);
    }

    #[test]
    fn between_two_cards_it_stays() {
        let card = |stage, x| Placed {
            stage,
            area: Area {
                x,
                y: 50.0,
                width: 200.0,
                height: 88.0,
            },
        };
        let layout = Layout {
            cards: vec![card(0, 0.0), card(1, 254.0)],
            wires: vec![Drawn {
                room: 54.0,
                ..wire((227.0, 98.0))
            }],
            ..Layout::default()
        };
        assert_eq!(steps(&layout), [0.0]);
    }

    #[test]
    fn counters_leave_cards_and_each_other() {
        let area = Area {
            x: 200.0,
            y: 80.0,
            width: 200.0,
            height: 88.0,
        };
        let layout = Layout {
            cards: vec![Placed { stage: 0, area }],
            wires: vec![wire((300.0, 100.0)), wire((310.0, 104.0))],
            ..Layout::default()
        };
        let moved = steps(&layout);
        let tops: Vec<f64> = layout
            .wires
            .iter()
            .zip(&moved)
            .map(|(wire, down)| wire.middle.1 - LIFT - HEIGHT + down)
            .collect();
        for top in &tops {
            let below = *top >= area.y + area.height;
            assert!(below || top + HEIGHT <= area.y, "{tops:?} cover the card");
        }
        assert!((tops[0] - tops[1]).abs() >= HEIGHT, "{tops:?} overlap");
    }

    #[test]
    fn above_the_origin_it_steps_aside_as_anywhere() {
        let area = |y| Area {
            x: 200.0,
            y,
            width: 200.0,
            height: 88.0,
        };
        let layout = |up: f64| Layout {
            cards: [80.0, 400.0]
                .into_iter()
                .enumerate()
                .map(|(stage, y)| Placed {
                    stage,
                    area: area(y - up),
                })
                .collect(),
            wires: vec![wire((300.0, 300.0 - up)), wire((300.0, 480.0 - up))],
            ..Layout::default()
        };
        let (below, above) = (steps(&layout(0.0)), steps(&layout(2_000.0)));
        assert_ne!(below, [0.0, 0.0]);
        assert_eq!(below, above);
    }

    #[test]
    fn without_a_free_place_it_stays() {
        let area = Area {
            x: 0.0,
            y: 0.0,
            width: 900.0,
            height: 900.0,
        };
        let layout = Layout {
            cards: vec![Placed { stage: 0, area }],
            wires: vec![wire((400.0, 450.0))],
            ..Layout::default()
        };
        assert_eq!(steps(&layout), [0.0]);
    }
}
