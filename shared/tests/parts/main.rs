//! What of a chain runs: reduced, up to a stage, from bytes that are known.

mod any;

use pipeyard_shared::chain::{
    Access, Chain, FanIn, Group, Input, InputPort, OutputEnd, OutputPort, REDUCED_WIRES, Stage,
    StageKind, Wire, WireMode,
};
use pipeyard_shared::check::check;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::limits::{GROUPS, LimitName, Limits, NOTES};
use pipeyard_shared::problem::Fault;

fn cat(id: &str) -> Stage {
    Stage::process(id, "cat", [])
}

fn line(stages: Vec<Stage>, bypassed: &[&str]) -> Chain {
    let mut chain = Chain::of_stages("", stages);
    for stage in &mut chain.stages {
        stage.bypassed = bypassed.contains(&stage.id.as_str());
    }
    chain
}

fn stages(chain: &Chain) -> Vec<&str> {
    chain.stages.iter().map(|stage| stage.id.as_str()).collect()
}

fn wires(chain: &Chain) -> Vec<String> {
    let wires = chain.wires.iter();
    wires
        .map(|wire| format!("{} {}>{}", wire.id, wire.from, wire.to))
        .collect()
}

fn faults(chain: &Chain) -> Vec<Fault> {
    let problems = check(chain, &Limits::default());
    problems.into_iter().map(|problem| problem.fault).collect()
}

fn wire(id: &str, from: &str, port: OutputPort, to: &str, into: InputPort) -> Wire {
    Wire::between(id, (from.into(), port), (to.into(), into))
}

#[test]
fn neighbours_of_a_bypassed_stage_are_joined() {
    let chain = line(vec![cat("a"), cat("b"), cat("c"), cat("d")], &["b", "c"]);
    let reduced = chain.reduced();
    assert_eq!(stages(&reduced), ["a", "d"]);
    assert_eq!(wires(&reduced), ["w1 a.stdout>d.stdin"]);
}

#[test]
fn a_bypassed_end_leaves_its_feeder_as_the_result() {
    let reduced = line(vec![cat("a"), cat("b")], &["b"]).reduced();
    assert_eq!((stages(&reduced), reduced.wires.len()), (vec!["a"], 0));
}

#[test]
fn what_is_left_without_work_goes_too_and_nothing_left_is_a_problem() {
    let text = Stage::input("text", Input::Text("x".into()));
    let out = Stage::file("out", "out.txt", Access::Write);
    let mut chain = line(vec![text, cat("a"), out], &["a"]);
    assert_eq!(stages(&chain.reduced()), ["text", "out"]);
    chain.wires.pop();
    chain.stages.pop();
    assert_eq!(chain.reduced().stages, []);
    assert_eq!(faults(&chain), [Fault::NothingToRun]);
}

#[test]
fn a_fan_in_before_a_fan_out_keeps_its_order_and_every_wire_a_name() {
    let mut chain = Chain::new("");
    chain.stages = ["a", "b", "x", "c", "d"].map(cat).to_vec();
    let joined = [
        ("w1", "a", "x"),
        ("w2", "b", "x"),
        ("w3", "x", "c"),
        ("w4", "x", "d"),
    ];
    for (id, from, to) in joined {
        chain
            .wires
            .push(wire(id, from, OutputPort::Stdout, to, InputPort::Stdin));
    }
    chain.stages[2].bypassed = true;
    let reduced = chain.reduced();
    assert_eq!(
        wires(&reduced),
        [
            "w1 a.stdout>c.stdin",
            "w2 b.stdout>c.stdin",
            "w4 a.stdout>d.stdin",
            "w2-w4 b.stdout>d.stdin"
        ]
    );
}

#[test]
fn an_extra_input_that_loses_its_feeder_is_empty() {
    let mut chain = Chain::new("");
    let list = Stage::process("list", "seq", ["3"]);
    let comm = Stage::process("comm", "cat", ["{fd3}"]);
    chain.stages = vec![list, comm];
    chain.wires = vec![wire(
        "w1",
        "list",
        OutputPort::Stdout,
        "comm",
        InputPort::Extra(3),
    )];
    chain.stages[0].bypassed = true;
    let reduced = chain.reduced();
    assert_eq!(
        reduced.stages[0].kind,
        StageKind::Input(Input::Text("".into()))
    );
    assert_eq!(wires(&reduced), ["w1 list.stdout>comm.fd3"]);
    assert_eq!(faults(&reduced), []);
}

#[test]
fn wires_that_cannot_be_direct_any_more_are_tapped() {
    let text = Stage::input("text", Input::Text("x".into()));
    let mut chain = line(vec![text, cat("a"), cat("b")], &["a"]);
    chain.wires[1].mode = WireMode::Direct;
    chain.stages[2]
        .fan_in
        .insert(InputPort::Stdin, FanIn::Shared);
    assert_eq!(faults(&chain), []);
    let reduced = chain.reduced();
    assert_eq!(reduced.wires[0].mode, WireMode::Tapped);
    assert_eq!(reduced.stages[1].fan_in_at(InputPort::Stdin), FanIn::Lines);
    assert_eq!(faults(&reduced), []);
}

#[test]
fn what_is_bypassed_is_not_judged() {
    let mut chain = line(vec![cat("a"), Stage::process("b", "", ["x\0"])], &["b"]);
    assert_eq!(faults(&chain), []);
    chain.stages[1].bypassed = false;
    assert_eq!(faults(&chain).len(), 2);
}

#[test]
fn wires_that_only_the_run_has_are_counted() {
    let mut chain = Chain::new("");
    chain.stages.push(cat("x"));
    chain.stages[0].bypassed = true;
    for number in 0..40 {
        let (from, to) = (format!("f{number}"), format!("t{number}"));
        chain.stages.extend([cat(&from), cat(&to)]);
        let port = OutputPort::Stdout;
        let (arrives, leaves) = (format!("a{number}"), format!("l{number}"));
        chain
            .wires
            .push(wire(&arrives, &from, port, "x", InputPort::Stdin));
        chain
            .wires
            .push(wire(&leaves, "x", port, &to, InputPort::Stdin));
    }
    assert_eq!(chain.reduced().wires.len(), 1_600);
    assert!(matches!(
        faults(&chain)[..],
        [Fault::OverLimit {
            limit: LimitName::Wires,
            found: 1_600,
            ..
        }]
    ));
}

#[test]
fn groups_and_notes_are_checked() {
    let mut chain = line(vec![cat("a"), cat("b")], &[]);
    let group = |id: &str, stages: &[&str]| Group {
        id: id.into(),
        title: String::new(),
        stages: stages.iter().map(|stage| (*stage).into()).collect(),
        collapsed: false,
    };
    chain.groups = vec![group("g", &["a", "nobody"]), group("g", &["a"])];
    let expected = [
        Fault::DuplicateId { id: "g".into() },
        Fault::NoSuchMember {
            group: "g".into(),
            stage: "nobody".into(),
        },
        Fault::MemberTwice {
            group: "g".into(),
            stage: "a".into(),
        },
    ];
    assert_eq!(faults(&chain), expected);
    let many = 0..=GROUPS;
    chain.groups = many
        .map(|number| group(&format!("g{number}"), &[]))
        .collect();
    let limit = |limit, most: u32| Fault::OverLimit {
        limit,
        found: u64::from(most) + 1,
        most: u64::from(most),
    };
    assert_eq!(faults(&chain), [limit(LimitName::Groups, GROUPS)]);
    let json = r#"{"pipeyard":1,"stages":[{"id":"a","kind":{"process":{"program":"x"}}}],
        "notes":[{"id":"n","at":{"x":0,"y":0},"size":{"width":100,"height":50},"text":"a"}]}"#;
    let mut chain = Chain::from_json(json).expect("a chain with a note");
    assert_eq!(faults(&chain), []);
    let note = chain.notes[0].clone();
    for number in 0..NOTES {
        let mut other = note.clone();
        other.id = format!("n{number}").as_str().into();
        chain.notes.push(other);
    }
    assert_eq!(faults(&chain), [limit(LimitName::Notes, NOTES)]);
    chain.notes.truncate(1);
    chain.notes[0].text = "x".repeat(20_000);
    assert!(matches!(
        faults(&chain)[..],
        [Fault::OverLimit {
            limit: LimitName::NoteBytes,
            ..
        }]
    ));
}

#[test]
fn up_to_a_stage_is_what_it_needs() {
    let mut chain = line(vec![cat("a"), cat("b"), cat("c")], &[]);
    chain.stages.push(cat("log"));
    chain
        .wires
        .push(wire("w3", "a", OutputPort::Stderr, "log", InputPort::Stdin));
    assert_eq!(stages(&chain.up_to(&"b".into())), ["a", "b"]);
    assert_eq!(stages(&chain.up_to(&"log".into())), ["a", "log"]);
    assert_eq!(chain.up_to(&"nobody".into()).stages, []);
}

#[test]
fn from_a_frozen_wire_on_only_what_is_behind_runs() {
    let chain = line(vec![cat("a"), cat("b"), cat("c"), cat("d")], &[]);
    let frozen = chain
        .from_frozen(&FlowPoint::Wire("w2".into()), b"{lane}\xff")
        .expect("there is such a wire");
    assert_eq!(stages(&frozen), ["frozen", "c", "d"]);
    assert_eq!(
        wires(&frozen),
        ["w2 frozen.stdout>c.stdin", "w3 c.stdout>d.stdin"]
    );
    let StageKind::Input(Input::Text(text)) = &frozen.stages[0].kind else {
        panic!("an input holds the bytes");
    };
    assert_eq!(*text, pipeyard_shared::substitute::literal(b"{lane}\xff"));
    assert_eq!(faults(&frozen), []);
    assert_eq!(chain.from_frozen(&FlowPoint::Wire("no".into()), b""), None);
}

#[test]
fn a_frozen_port_stands_for_all_its_wires_and_others_that_are_needed_run_too() {
    let mut chain = line(vec![cat("a"), cat("b"), cat("c")], &[]);
    chain.stages.push(cat("other"));
    let extra = InputPort::Extra(3);
    chain
        .wires
        .push(wire("w3", "b", OutputPort::Stdout, "c", extra));
    chain.wires.push(wire(
        "w4",
        "other",
        OutputPort::Stdout,
        "c",
        InputPort::Stdin,
    ));
    let port = FlowPoint::Port(OutputEnd {
        stage: "b".into(),
        port: OutputPort::Stdout,
    });
    let frozen = chain.from_frozen(&port, b"x").expect("it has wires");
    assert_eq!(stages(&frozen), ["frozen", "c", "other"]);
    assert_eq!(
        wires(&frozen),
        [
            "w2 frozen.stdout>c.stdin",
            "w3 frozen.stdout>c.fd3",
            "w4 other.stdout>c.stdin"
        ]
    );
}

/// A stage between many joins each feeder with each reader: out of a thousand wires came millions, for a chain
/// that anybody may send.
#[test]
fn a_bypassed_hub_is_refused_and_makes_no_more_wires_than_that_takes() {
    let mut stages = vec![cat("hub")];
    stages[0].bypassed = true;
    let mut chain = Chain::new("");
    for number in 0..240 {
        let (feeder, reader) = (format!("f{number}"), format!("r{number}"));
        chain.wires.push(wire(
            &format!("i{number}"),
            &feeder,
            OutputPort::Stdout,
            "hub",
            InputPort::Stdin,
        ));
        chain.wires.push(wire(
            &format!("o{number}"),
            "hub",
            OutputPort::Stdout,
            &reader,
            InputPort::Stdin,
        ));
        stages.extend([cat(&feeder), cat(&reader)]);
    }
    chain.stages = stages;
    assert_eq!(chain.reduced().wires.len(), REDUCED_WIRES);
    let refused = |fault: &Fault| {
        matches!(
            fault,
            Fault::OverLimit {
                limit: LimitName::Wires,
                ..
            }
        )
    };
    assert!(faults(&chain).iter().any(refused));
}
