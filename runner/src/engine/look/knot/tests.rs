//! Yards that stand still, and yards that only look so.

use super::*;
use Doing::{Running, Stopped, Waiting};
use OutputPort::{Stderr, Stdout};
use Standing::{Absent, Own, Process};
use proptest::prelude::*;

const STDIN: InputPort = InputPort::Stdin;
const FD3: InputPort = InputPort::Extra(3);

fn reads(port: InputPort) -> Standing {
    Process(Doing::WaitingForInput { port })
}

fn writes(port: OutputPort) -> Standing {
    Process(Doing::BlockedWriting { port })
}

fn way(from: usize, port: OutputPort, to: usize, at: InputPort, fill: Fill) -> Way {
    Way {
        from,
        port,
        to: Some((to, at)),
        fill,
        held: false,
    }
}

/// The stages of each ring, with whom they wait for.
fn rings(stages: &[Standing], ways: &[Way]) -> Vec<Vec<(usize, Vec<usize>)>> {
    let rings = knots(stages, ways).into_iter();
    rings
        .map(|ring| ring.into_iter().map(|of| (of.stage, of.on)).collect())
        .collect()
}

/// 0 fills its standard error while 1 wants the end of 0's standard output first.
fn classic() -> (Vec<Standing>, Vec<Way>) {
    let stages = vec![writes(Stderr), reads(STDIN)];
    let ways = vec![
        way(0, Stdout, 1, STDIN, Fill::Empty),
        way(0, Stderr, 1, FD3, Fill::Full),
    ];
    (stages, ways)
}

/// 0 gives to 1 and 2, which give to 3; 3 reads from 1 first, and 2 is full up.
fn diamond() -> (Vec<Standing>, Vec<Way>) {
    let stages = vec![writes(Stdout), reads(STDIN), writes(Stdout), reads(STDIN)];
    let ways = vec![
        way(0, Stdout, 1, STDIN, Fill::Empty),
        way(0, Stdout, 2, STDIN, Fill::Some),
        way(1, Stdout, 3, STDIN, Fill::Empty),
        way(2, Stdout, 3, FD3, Fill::Some),
    ];
    (stages, ways)
}

#[test]
fn the_classic_one_is_found_with_its_ports() {
    let (stages, ways) = classic();
    let found = knots(&stages, &ways);
    let expected = vec![vec![
        Knotted {
            stage: 0,
            doing: Doing::BlockedWriting { port: Stderr },
            on: vec![1],
        },
        Knotted {
            stage: 1,
            doing: Doing::WaitingForInput { port: STDIN },
            on: vec![0],
        },
    ]];
    assert_eq!(found, expected);
}

#[test]
fn a_pipe_that_nobody_could_look_into_is_taken_for_full_when_its_writer_is_blocked() {
    let (stages, mut ways) = classic();
    ways[1].fill = Fill::Unknown;
    assert_eq!(knots(&stages, &ways).len(), 1);
    ways[1].fill = Fill::Empty;
    assert!(knots(&stages, &ways).is_empty(), "an empty one takes more");
}

#[test]
fn the_diamond_is_a_ring_of_four() {
    let (stages, ways) = diamond();
    let expected = vec![vec![(0, vec![2]), (1, vec![0]), (2, vec![3]), (3, vec![1])]];
    assert_eq!(rings(&stages, &ways), expected);
}

#[test]
fn bytes_of_the_runners_own_can_be_the_diamonds_top() {
    let (mut stages, mut ways) = diamond();
    stages[0] = Own;
    assert!(rings(&stages, &ways).is_empty(), "the pipe takes more");
    ways[1].fill = Fill::Full;
    let found = knots(&stages, &ways);
    assert_eq!(found.len(), 1);
    let top = Knotted {
        stage: 0,
        doing: Doing::BlockedWriting { port: Stdout },
        on: vec![2],
    };
    assert_eq!(found[0][0], top);
    assert_eq!(found[0].len(), 4);
}

#[test]
fn what_a_stage_left_on_its_way_can_be_the_diamonds_top() {
    let (mut stages, mut ways) = diamond();
    stages[0] = Absent;
    assert!(rings(&stages, &ways).is_empty(), "the pipe takes more");
    ways[1].fill = Fill::Full;
    let expected = vec![vec![(1, vec![2]), (2, vec![3]), (3, vec![1])]];
    assert_eq!(rings(&stages, &ways), expected);
}

#[test]
fn who_is_merely_fed_by_a_ring_or_feeds_it_is_not_part_of_it() {
    let (mut stages, mut ways) = classic();
    // 2 writes into 0, which reads no more; 3 reads what 1 would write.
    stages.extend([writes(Stdout), reads(STDIN)]);
    ways.extend([
        way(2, Stdout, 0, STDIN, Fill::Some),
        way(1, Stdout, 3, STDIN, Fill::Empty),
    ]);
    assert_eq!(
        rings(&stages, &ways),
        vec![vec![(0, vec![1]), (1, vec![0])]]
    );
}

#[test]
fn two_rings_are_two() {
    let (mut stages, mut ways) = classic();
    let (again, more) = classic();
    stages.extend(again);
    ways.extend(more.into_iter().map(|way| Way {
        from: way.from + 2,
        to: way.to.map(|(to, at)| (to + 2, at)),
        ..way
    }));
    let expected = vec![
        vec![(0, vec![1]), (1, vec![0])],
        vec![(2, vec![3]), (3, vec![2])],
    ];
    assert_eq!(rings(&stages, &ways), expected);
}

#[test]
fn a_second_writer_that_can_go_on_loosens_it() {
    let (mut stages, mut ways) = classic();
    ways.push(way(2, Stdout, 1, STDIN, Fill::Empty));
    for (third, loosened) in [
        (Process(Running), true),
        (Process(Waiting), true),
        (Process(Stopped), true),
        (Own, true),
        // A reader where no wire leads: somebody may type.
        (reads(STDIN), true),
    ] {
        stages.truncate(2);
        stages.push(third);
        assert_eq!(rings(&stages, &ways).is_empty(), loosened, "{third:?}");
    }
}

#[test]
fn a_pace_that_somebody_set_is_no_deadlock() {
    for place in 0..2 {
        let (stages, mut ways) = classic();
        ways[place].held = true;
        assert!(rings(&stages, &ways).is_empty());
    }
}

#[test]
fn an_ordered_wire_can_wait_for_its_turn_for_ever() {
    // 0 writes to 1 by standard output, and to 2 by standard error, which is 2's second wire: the first is
    // that of 1.
    let stages = [writes(Stderr), reads(STDIN), reads(STDIN)];
    let mut ways = [
        way(0, Stdout, 1, STDIN, Fill::Empty),
        way(1, Stdout, 2, STDIN, Fill::Empty),
        way(0, Stderr, 2, STDIN, Fill::Empty),
    ];
    let expected = vec![vec![(0, vec![1, 2]), (1, vec![0]), (2, vec![0, 1])]];
    assert_eq!(rings(&stages, &ways), expected);
    // Were it the only wire, its bytes would be on their way.
    ways[1].to = None;
    assert!(rings(&stages, &ways).is_empty());
}

#[test]
fn both_streams_of_one_stage_into_one_input_can_block_each_other() {
    let stages = [writes(Stderr), reads(STDIN)];
    let ways = [
        way(0, Stdout, 1, STDIN, Fill::Empty),
        way(0, Stderr, 1, STDIN, Fill::Empty),
    ];
    let expected = vec![vec![(0, vec![1]), (1, vec![0])]];
    assert_eq!(rings(&stages, &ways), expected);
}

#[test]
fn output_that_no_wire_takes_blocks_nobody_for_ever() {
    let stages = [writes(Stdout), reads(STDIN)];
    let ways = [
        Way {
            to: None,
            ..way(0, Stdout, 0, STDIN, Fill::Unknown)
        },
        way(0, Stderr, 1, STDIN, Fill::Empty),
    ];
    assert!(rings(&stages, &ways).is_empty());
}

fn standings() -> impl Strategy<Value = Standing> {
    prop_oneof![
        3 => Just(reads(STDIN)),
        3 => Just(reads(FD3)),
        3 => Just(writes(Stdout)),
        3 => Just(writes(Stderr)),
        1 => Just(Process(Running)),
        1 => Just(Own),
        1 => Just(Absent),
    ]
}

/// Stages, and wires that lead forward only, as in any chain.
fn yards() -> impl Strategy<Value = (Vec<Standing>, Vec<Way>)> {
    (2_usize..7).prop_flat_map(|count| {
        let fill = prop_oneof![
            Just(Fill::Unknown),
            Just(Fill::Empty),
            Just(Fill::Some),
            Just(Fill::Full)
        ];
        let one = (
            0..count - 1,
            1..count,
            any::<bool>(),
            any::<bool>(),
            fill,
            0..10,
        );
        let ways = proptest::collection::vec(one, 0..10).prop_map(move |drawn| {
            let drawn = drawn.into_iter();
            let ways = drawn.map(|(from, step, output, input, fill, held)| Way {
                from,
                port: if output { Stdout } else { Stderr },
                to: Some((
                    (from + step).min(count - 1),
                    if input { STDIN } else { FD3 },
                )),
                fill,
                held: held == 0,
            });
            ways.collect::<Vec<_>>()
        });
        (proptest::collection::vec(standings(), count), ways)
    })
}

proptest! {
    /// Everybody in a ring reads or writes, waits for somebody, and is waited for.
    #[test]
    fn a_ring_holds_together((stages, ways) in yards()) {
        for ring in knots(&stages, &ways) {
            prop_assert!(ring.len() > 1);
            for of in &ring {
                let stands = !matches!(of.doing, Running | Waiting | Stopped);
                prop_assert!(stands, "{ring:?}");
                prop_assert!(!of.on.is_empty() && !of.on.contains(&of.stage), "{ring:?}");
            }
            for stage in ring.iter().flat_map(|of| &of.on) {
                prop_assert!(ring.iter().any(|of| of.stage == *stage), "{ring:?}");
            }
        }
    }

    /// Whoever goes on again is in no ring, and no new ring comes of it.
    #[test]
    fn to_let_one_go_on_makes_no_ring((stages, ways) in yards(), at in any::<prop::sample::Index>()) {
        let before: BTreeSet<usize> =
            knots(&stages, &ways).iter().flatten().map(|of| of.stage).collect();
        let at = at.index(stages.len());
        if !matches!(stages[at], Process(_)) {
            return Ok(());
        }
        let mut loosened = stages.clone();
        loosened[at] = Process(Running);
        let after: BTreeSet<usize> =
            knots(&loosened, &ways).iter().flatten().map(|of| of.stage).collect();
        prop_assert!(!after.contains(&at));
        prop_assert!(after.is_subset(&before), "{before:?} became {after:?}");
    }

    /// A row of stages, each with one way in and one way out, never locks up.
    #[test]
    fn a_row_never_locks_up(stages in proptest::collection::vec(standings(), 2..8), fill in any::<bool>()) {
        let fill = if fill { Fill::Some } else { Fill::Unknown };
        let row = 0..stages.len() - 1;
        let ways: Vec<_> = row.map(|from| way(from, Stdout, from + 1, STDIN, fill)).collect();
        prop_assert!(knots(&stages, &ways).is_empty());
    }

    #[test]
    fn what_is_held_on_purpose_is_no_deadlock((stages, mut ways) in yards()) {
        for way in &mut ways {
            way.held = true;
        }
        prop_assert!(knots(&stages, &ways).is_empty());
    }
}
