use super::*;
use crate::chain::{
    Access, FanIn, Input, InputPort, OutputPort, Stage, StageKind, Stderr, Stdin, Variable, Wire,
    WireMode,
};
use crate::problem::{NotDirect, Part, Place};

fn faults(chain: &Chain) -> Vec<Fault> {
    check(chain, &Limits::default())
        .into_iter()
        .map(|problem| problem.fault)
        .collect()
}

fn pipeline(stages: Vec<Stage>) -> Chain {
    Chain::of_stages("", stages)
}

fn wire(id: &str, from: &str, to: &str) -> Wire {
    Wire::between(
        id,
        (from.into(), OutputPort::Stdout),
        (to.into(), InputPort::Stdin),
    )
}

#[test]
fn a_sound_chain_has_no_problems() {
    assert_eq!(check(&crate::example::opening(), &Limits::default()), []);
}

#[test]
fn all_problems_are_found_at_once_each_with_its_place() {
    let mut chain = pipeline(vec![
        Stage::process("a", "", ["x\0y"]),
        Stage::input("b c", Input::Hex("0g".into())),
    ]);
    chain.wires = vec![wire("w1", "a", "nobody")];
    chain.jobs = Some(0);
    let problems = check(&chain, &Limits::default());
    let expected = [
        Problem::of_chain(Fault::Zero {
            what: Counted::Jobs,
        }),
        Problem::of_stage(&"b c".into(), Fault::BadId { id: "b c".into() }),
        Problem::of_stage(
            &"a".into(),
            Fault::Empty {
                part: Part::Program,
            },
        ),
        Problem::of_stage(
            &"a".into(),
            Fault::Nul {
                part: Part::Argument(1),
            },
        ),
        Problem::of_stage(&"b c".into(), Fault::BadHex { position: 2 }),
        Problem::of_stage(&"b c".into(), Fault::NotWired),
        Problem::of_wire(
            &"w1".into(),
            Fault::NoSuchStage {
                stage: "nobody".into(),
            },
        ),
    ];
    assert_eq!(problems, expected);
}

#[test]
fn a_ring_is_named_in_order() {
    let mut chain = pipeline(vec![
        Stage::process("a", "cat", []),
        Stage::process("b", "cat", []),
        Stage::process("c", "cat", []),
    ]);
    chain.wires.push(wire("back", "c", "b"));
    let Some(Fault::Cycle { stages }) = faults(&chain).pop() else {
        panic!("the ring was not found");
    };
    assert_eq!(stages.len(), 2);
    for pair in [["b", "c"], ["c", "b"]] {
        let at = stages.iter().position(|stage| stage.as_str() == pair[0]);
        let next = &stages[(at.expect("in the ring") + 1) % 2];
        assert_eq!(next.as_str(), pair[1]);
    }
}

#[test]
fn a_stage_that_feeds_itself_is_a_ring_of_one() {
    let mut chain = pipeline(vec![Stage::process("a", "cat", [])]);
    chain.wires.push(wire("w", "a", "a"));
    assert_eq!(
        faults(&chain),
        [Fault::Cycle {
            stages: vec!["a".into()]
        }]
    );
}

#[test]
fn streams_cannot_go_two_ways() {
    let mut chain = pipeline(vec![
        Stage::process("a", "cat", []),
        Stage::process("b", "cat", []),
    ]);
    chain.wires.push(Wire::between(
        "e",
        ("a".into(), OutputPort::Stderr),
        ("b".into(), InputPort::Extra(3)),
    ));
    chain.stages[0].setup_mut().expect("a process").stderr = Stderr::Stdout;
    chain.stages[1].setup_mut().expect("a process").stdin = Stdin::Typed;
    assert_eq!(faults(&chain), [Fault::StderrTwice, Fault::StdinTwice]);
}

#[test]
fn a_direct_wire_needs_one_pipe() {
    let mut chain = pipeline(vec![
        Stage::process("a", "cat", []),
        Stage::process("b", "cat", []),
        Stage::process("c", "cat", []),
    ]);
    chain.wires = vec![wire("ab", "a", "b"), wire("ac", "a", "c")];
    chain.wires[0].mode = WireMode::Direct;
    assert_eq!(
        faults(&chain),
        [Fault::CannotBeDirect {
            why: NotDirect::FanOut
        }]
    );
    chain.wires = vec![wire("ac", "a", "c"), wire("bc", "b", "c")];
    chain.wires[0].mode = WireMode::Direct;
    assert_eq!(
        faults(&chain),
        [Fault::CannotBeDirect {
            why: NotDirect::FanIn
        }]
    );
    chain.stages[2]
        .fan_in
        .insert(InputPort::Stdin, FanIn::Shared);
    assert_eq!(faults(&chain), []);
}

#[test]
fn a_port_that_is_not_there_is_named() {
    let mut chain = pipeline(vec![
        Stage::file("in", "words.txt", Access::Read),
        Stage::new("gone", StageKind::Discard),
    ]);
    chain.wires.push(Wire::between(
        "e",
        ("in".into(), OutputPort::Stderr),
        ("gone".into(), InputPort::Extra(4)),
    ));
    let found = faults(&chain);
    assert!(matches!(found[0], Fault::NoSuchOutput { .. }), "{found:?}");
    assert!(matches!(found[1], Fault::NoSuchInput { .. }), "{found:?}");
}

#[test]
fn limits_are_named() {
    let chain = Chain {
        lanes: Lanes::Count(100_000),
        ..pipeline(vec![Stage::process("a", "true", [])])
    };
    let problems = check(&chain, &Limits::default());
    let limits: Vec<_> = problems
        .iter()
        .filter_map(|problem| match problem.fault {
            Fault::OverLimit { limit, .. } => Some(limit),
            _ => None,
        })
        .collect();
    assert_eq!(limits, [LimitName::Lanes, LimitName::Processes]);
}

#[test]
fn an_extra_input_in_an_argument_needs_its_wire() {
    let chain = pipeline(vec![Stage::process("a", "paste", ["{fd3}", "{fd3}"])]);
    assert_eq!(
        faults(&chain),
        [Fault::UnwiredExtraInput {
            port: InputPort::Extra(3)
        }]
    );
}

#[test]
fn a_variable_needs_a_name_without_equals() {
    let mut chain = pipeline(vec![Stage::process("a", "env", [])]);
    let setup = chain.stages[0].setup_mut().expect("a process");
    setup.environment = vec![Variable::set("", "x"), Variable::set("A=B", "x")];
    let problems = check(&chain, &Limits::default());
    assert_eq!(problems.len(), 2);
    assert!(
        problems
            .iter()
            .all(|problem| problem.place == Place::Stage("a".into()))
    );
}

#[test]
fn hex_takes_white_space_between_pairs_only() {
    assert_eq!(decode_hex("00 ff\n10"), Ok(vec![0, 255, 16]));
    assert_eq!(decode_hex("0 0"), Err(2));
    assert_eq!(decode_hex("000"), Err(4));
}

#[test]
fn order_puts_readers_behind_writers() {
    let mut chain = pipeline(vec![
        Stage::process("last", "cat", []),
        Stage::process("first", "cat", []),
    ]);
    chain.wires = vec![wire("w", "first", "last")];
    assert_eq!(order(&chain), [1, 0]);
}

/// A text of 100,000 placeholders and a value of 100,000 bytes once asked the runner for 10 GB.
#[test]
fn texts_are_measured_as_the_lanes_will_have_them() {
    let many: String = "{value}".repeat(100_000);
    let long = crate::Text::from("x".repeat(100_000));
    let mut chain = pipeline(vec![
        Stage::input("text", Input::Text(many.as_str().into())),
        Stage::process("echo", "echo", [many.as_str()]),
    ]);
    chain.lanes = Lanes::Values(vec![long]);
    let limits: Vec<_> = check(&chain, &Limits::default())
        .into_iter()
        .filter_map(|problem| match problem.fault {
            Fault::OverLimit { limit, .. } => Some(limit),
            _ => None,
        })
        .collect();
    assert_eq!(limits, [LimitName::InputBytes, LimitName::MessageBytes]);
}

#[test]
fn inputs_are_counted_in_all_lanes_that_go_at_once() {
    let text = "x".repeat(1 << 20);
    let mut chain = pipeline(vec![
        Stage::input("text", Input::Text(text.as_str().into())),
        Stage::new("gone", StageKind::Discard),
    ]);
    chain.lanes = Lanes::Count(1_000);
    assert!(matches!(
        faults(&chain)[..],
        [Fault::OverLimit {
            limit: LimitName::InputBytes,
            ..
        }]
    ));
    chain.jobs = Some(2);
    assert_eq!(faults(&chain), []);
}
