//! Chains, stages and wires.

use pipeyard_shared::chain::{
    Access, Chain, FanIn, Group, Input, InputPort, Lanes, Note, OutputPort, Point, Setup, Size,
    Stage, StageKind, StatusRule, Stderr, Stdin, Variable, Wire, WireMode,
};
use pipeyard_shared::{Text, example};

type Named<T> = Vec<(&'static str, T)>;

/// Not UTF-8, and as such in every place that holds text.
fn odd() -> Text {
    Text::from_bytes([0xff, 0xfe, b'a'])
}

pub(crate) fn chains() -> Named<Chain> {
    let mut values = Chain::of_stages("", vec![Stage::process("echo", "echo", ["{value}"])]);
    values.lanes = Lanes::Values(vec!["one".into(), odd()]);
    values.jobs = Some(2);
    values.status = StatusRule::Pipefail;
    values.timeout_ms = Some(10_000);
    let mut annotated = example::opening();
    annotated.stages[1].bypassed = true;
    annotated.notes = vec![
        Note {
            id: "n1".into(),
            at: Point { x: 20.0, y: -60.5 },
            size: Size {
                width: 200.0,
                height: 80.0,
            },
            text: "두 줄\n\"here\"".to_owned(),
        },
        Note {
            id: "n2".into(),
            at: Point { x: 0.0, y: 0.0 },
            size: Size {
                width: 40.0,
                height: 40.0,
            },
            text: String::new(),
        },
    ];
    let group = |id: &str, title: &str, stages: &[&str], collapsed| Group {
        id: id.into(),
        title: title.to_owned(),
        stages: stages.iter().map(|stage| (*stage).into()).collect(),
        collapsed,
    };
    annotated.groups = vec![
        group("g1", "encrypt", &["random", "openssl"], true),
        group("g2", "", &["md5sum"], false),
    ];
    vec![
        ("empty", Chain::new("")),
        ("opening", example::opening()),
        ("all_options", values),
        ("annotated", annotated),
    ]
}

pub(crate) fn stages() -> Named<Stage> {
    let with = |mut stage: Stage, change: fn(&mut Setup)| {
        change(stage.setup_mut().expect("a stage with a process"));
        stage
    };
    let mut placed = Stage::new("placed", StageKind::Discard);
    placed.label = Some("nowhere".to_owned());
    placed.at = Some(Point { x: 20.0, y: -40.5 });
    let mut merged = Stage::process("merged", "cat", ["{fd3}", "{fd9}"]);
    merged.fan_in.extend([
        (InputPort::Stdin, FanIn::Lines),
        (InputPort::Extra(3), FanIn::Ordered),
        (InputPort::Extra(9), FanIn::Shared),
    ]);
    let mut odd_words = Stage::process("odd", "", []);
    if let StageKind::Process(process) = &mut odd_words.kind {
        process.program = odd();
        process.args = vec!["".into(), odd(), "한글 \"'\n".into()];
    }
    vec![
        ("process", Stage::process("a", "true", [])),
        (
            "process_with_arguments",
            Stage::process("b", "printf", ["%s\n", "x"]),
        ),
        ("process_not_utf8", odd_words),
        (
            "process_with_setup",
            with(Stage::process("c", "env", []), |setup| {
                setup.environment = vec![
                    Variable::set("password", "x"),
                    Variable::set(odd(), odd()),
                    Variable::set("EMPTY", ""),
                    Variable::unset("HOME"),
                ];
                setup.directory = Some("data".into());
                setup.timeout_ms = Some(250);
            }),
        ),
        (
            "process_closed_joined",
            with(Stage::process("d", "cat", []), |setup| {
                setup.stdin = Stdin::Closed;
                setup.stderr = Stderr::Stdout;
            }),
        ),
        ("shell", Stage::shell("e", "sort | uniq -c")),
        (
            "shell_typed",
            with(Stage::shell("f", "read line"), |setup| {
                setup.stdin = Stdin::Typed;
            }),
        ),
        (
            "input_text",
            Stage::input("g", Input::Text("lane {lane}\n".into())),
        ),
        (
            "input_hex",
            Stage::input("h", Input::Hex("00 ff".to_owned())),
        ),
        (
            "input_base64",
            Stage::input("i", Input::Base64("AP8=".to_owned())),
        ),
        ("input_random", Stage::input("j", Input::Random(10))),
        (
            "input_lines",
            Stage::input("k", Input::Lines(vec!["one".into(), odd()])),
        ),
        (
            "input_repeat",
            Stage::input(
                "l",
                Input::Repeat {
                    text: "y\n".into(),
                    times: Some(3),
                },
            ),
        ),
        (
            "input_repeat_without_end",
            Stage::input(
                "m",
                Input::Repeat {
                    text: "y\n".into(),
                    times: None,
                },
            ),
        ),
        ("file_read", Stage::file("n", "words.txt", Access::Read)),
        (
            "file_write",
            Stage::file("o", "out/sorted.txt", Access::Write),
        ),
        ("file_append", Stage::file("p", "log.txt", Access::Append)),
        ("discard", Stage::new("q", StageKind::Discard)),
        ("placed", placed),
        ("merged", merged),
    ]
}

pub(crate) fn wires() -> Named<Wire> {
    let wire = |id: &str, from, to| Wire::between(id, ("left".into(), from), ("right".into(), to));
    let mut direct = wire("w2", OutputPort::Stdout, InputPort::Stdin);
    direct.mode = WireMode::Direct;
    let mut asked = wire("w4", OutputPort::Stdout, InputPort::Stdin);
    asked.question = Some("What will be here?".to_owned());
    vec![
        ("tapped", wire("w1", OutputPort::Stdout, InputPort::Stdin)),
        ("direct", direct),
        (
            "stderr_to_extra",
            wire("w3", OutputPort::Stderr, InputPort::Extra(3)),
        ),
        ("asked", asked),
    ]
}

/// What may be left out is what people leave out of files that they write by hand.
#[test]
fn what_is_left_out_is_the_default() {
    let short = r#"{"pipeyard":1,"stages":[{"id":"a","kind":{"process":{"program":"true"}}}]}"#;
    let long = r#"{"pipeyard":1,"title":"","stages":[{"id":"a","label":null,"kind":{"process":
        {"program":"true","args":[],"setup":{"environment":[],"directory":null,"stdin":"free",
        "stderr":"apart","timeout_ms":null}}},"fan_in":{},"at":null,"bypassed":false}],"wires":[],"lanes":1,
        "jobs":null,"status":"last","timeout_ms":null,"notes":[],"groups":[]}"#;
    let chain = Chain::from_json(long).expect("every field may be written out");
    assert_eq!(Chain::from_json(short), Ok(chain.clone()));
    assert_eq!(chain.to_json(), short);
}

/// A misspelt field must not silently mean its default.
#[test]
fn a_chain_has_no_unknown_fields() {
    for text in [
        r#"{"pipeyard":1,"stages":[],"lane":3}"#,
        r#"{"pipeyard":1,"stages":[{"id":"a","kind":"discard","lable":"x"}]}"#,
        r#"{"pipeyard":1,"stages":[{"id":"a","kind":{"process":{"program":"x","arg":[]}}}]}"#,
        r#"{"pipeyard":1,"stages":[],"groups":[{"id":"g","stages":[],"colapsed":true}]}"#,
        r#"{"pipeyard":1,"stages":[],"notes":[{"id":"n","at":{"x":0,"y":0},"size":{"width":9,"height":9},"colour":1}]}"#,
        r#"{"pipeyard":1,"stages":[{"id":"a","kind":{"shell":{"text":"x","setup":{"dir":"y"}}}}]}"#,
        r#"{"pipeyard":1,"stages":[],"wires":[{"id":"w","from":{"stage":"a","port":"stdout"},
            "to":{"stage":"b","port":"stdin"},"kind":"direct"}]}"#,
    ] {
        let error = Chain::from_json(text).expect_err(text).to_string();
        assert!(error.contains("unknown field"), "{error}");
    }
}
