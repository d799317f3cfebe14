//! What stays and what changes when a text is typed anew.

use proptest::prelude::*;

use super::*;
use crate::chain::{Group, Input, Lanes, Note, Point, Setup, Size, StageKind, Stdin, Variable};
use crate::id::{GroupId, NoteId};
use crate::shell::export::{canonical, sayable, spoken, with_bash_as_program};
use crate::shell::{import, quote, reading};

fn imported(present: &Chain, text: &str) -> Imported {
    import(text.as_bytes(), &reading(present)).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn chain(text: &str) -> Chain {
    imported(&Chain::new(""), text).chain
}

/// The present chain after this text was typed in place of its own.
fn typed(present: &Chain, text: &str) -> Chain {
    let parts = spoken(present).map(|said| said.parts).unwrap_or_default();
    retype(present, &parts, &imported(present, text)).chain
}

/// A chain with all that no text says.
fn decorated(text: &str) -> Chain {
    let mut chain = chain(text);
    for (place, stage) in chain.stages.iter_mut().enumerate() {
        stage.label = Some(format!("label {place}"));
        stage.at = Some(Point::new(place as f64 * 200.0, 40.0));
        stage.bypassed = place % 3 == 1;
        if let Some(setup) = stage.setup_mut() {
            setup.timeout_ms = Some(100 + place as u64);
            setup.directory = Some("sub".into());
            setup.environment.insert(
                0,
                Variable {
                    name: "GONE".into(),
                    value: None,
                },
            );
        }
    }
    for wire in &mut chain.wires {
        wire.question = Some(format!("what comes by {}?", wire.id));
    }
    chain.lanes = Lanes::Count(3);
    chain.jobs = Some(2);
    chain.timeout_ms = Some(9_000);
    chain.notes.push(Note {
        id: NoteId::new("n1"),
        text: "note".into(),
        at: Point::new(1.0, 2.0),
        size: Size {
            width: 160.0,
            height: 80.0,
        },
    });
    if let Some(first) = chain.stages.first() {
        chain.groups.push(Group {
            id: GroupId::new("g1"),
            title: "group".into(),
            stages: vec![first.id.clone()],
            collapsed: false,
        });
    }
    chain
}

fn ids(chain: &Chain) -> Vec<&str> {
    chain.stages.iter().map(|stage| stage.id.as_str()).collect()
}

fn setup<'a>(chain: &'a Chain, id: &str) -> &'a Setup {
    let stage = chain.stage(&StageId::new(id)).expect(id);
    stage.setup().expect(id)
}

#[test]
fn of_another_chain_nothing_of_the_old_one_is_told() {
    let mut present = chain("seq 9 | sort");
    (present.title, present.timeout_ms) = ("Numbers in order".into(), Some(5_000));
    (present.lanes, present.jobs) = (Lanes::Count(3), Some(2));
    let same = typed(&present, "seq 9 | tac");
    assert_eq!(
        (same.title.as_str(), same.lanes),
        ("Numbers in order", Lanes::Count(3))
    );
    let other = typed(&present, "ls | wc -l");
    assert_eq!((other.title.as_str(), other.timeout_ms), ("", None));
    assert_eq!((other.lanes, other.jobs), (Lanes::default(), None));
    let lanes = typed(&present, "echo {lane}").lanes;
    assert_eq!(lanes, Lanes::Count(3), "what it says needs them");
}

#[test]
fn a_changed_word_changes_that_stage_alone() {
    let present = decorated("seq 9 | sort -n | uniq");
    let next = typed(&present, "seq 9 | sort -r | uniq");
    assert_eq!(ids(&next), ["seq", "sort", "uniq"]);
    assert_eq!(next.wires, present.wires);
    assert_eq!(next.stages[0], present.stages[0]);
    assert_eq!(next.stages[2], present.stages[2]);
    let mut wanted = present.stages[1].clone();
    if let StageKind::Process(process) = &mut wanted.kind {
        process.args = vec!["-r".into()];
    }
    assert_eq!(next.stages[1], wanted);
    let rest = |chain: &Chain| Chain {
        stages: Vec::new(),
        ..chain.clone()
    };
    assert_eq!(rest(&next), rest(&present));
}

#[test]
fn another_program_in_the_same_place_is_the_same_stage() {
    let present = decorated("seq 9 | sort | uniq");
    let next = typed(&present, "seq 9 | tac -s x | uniq");
    assert_eq!(ids(&next), ["seq", "sort", "uniq"]);
    assert_eq!(next.stages[1].at, present.stages[1].at);
    let next = typed(&present, "seq 9 | sort $X | uniq");
    assert_eq!(ids(&next), ["seq", "sort", "uniq"]);
    assert!(matches!(next.stages[1].kind, StageKind::Shell(_)));
    assert_eq!(setup(&next, "sort"), setup(&present, "sort"));
}

#[test]
fn new_stages_come_between_and_what_is_gone_takes_its_wires() {
    let present = decorated("seq 9 | sort | uniq");
    let next = typed(&present, "seq 9 | tac | sort | uniq | wc -l");
    assert_eq!(ids(&next), ["seq", "tac", "sort", "uniq", "wc"]);
    assert_eq!(next.stages[1].at, None);
    assert_eq!(next.stages[2], present.stages[1]);
    let wires: Vec<String> = next
        .wires
        .iter()
        .map(|wire| format!("{}:{}>{}", wire.id, wire.from.stage, wire.to.stage))
        .collect();
    assert_eq!(
        wires,
        ["w1:seq>tac", "w2:sort>uniq", "w3:tac>sort", "w4:uniq>wc"],
        "the wire that leaves the same port goes on"
    );
    let back = typed(&next, "uniq");
    assert_eq!(ids(&back), ["uniq"]);
    assert!(back.wires.is_empty());
    assert!(back.groups.is_empty());
    assert_eq!(back.notes, present.notes);
}

#[test]
fn stages_that_change_places_stay_themselves() {
    let present = decorated("a 1 | b 2 | c 3");
    let next = typed(&present, "b 2 | a 1 | c 3");
    let label = |id: &str| next.stage(&StageId::new(id)).expect(id).label.clone();
    assert_eq!(label("a"), present.stages[0].label);
    assert_eq!(label("b"), present.stages[1].label);
}

#[test]
fn files_and_variables_come_and_go() {
    let present = decorated("sort words");
    let next = typed(&present, "LC_ALL=C sort words < in > out");
    assert_eq!(ids(&next), ["in", "sort", "out"]);
    let names: Vec<String> = setup(&next, "sort")
        .environment
        .iter()
        .map(|variable| variable.name.to_string())
        .collect();
    assert_eq!(names, ["LC_ALL", "GONE"]);
    assert_eq!(
        typed(&next, "sort words").stages[0].at,
        present.stages[0].at
    );
}

#[test]
fn typed_input_stays_while_no_wire_comes() {
    let mut present = chain("cat | sort");
    if let Some(setup) = present.stages[0].setup_mut() {
        setup.stdin = Stdin::Typed;
    }
    assert_eq!(typed(&present, "cat | sort"), present);
    let next = typed(&present, "cat -n | sort -r");
    assert_eq!(setup(&next, "cat").stdin, Stdin::Typed);
    let next = typed(&present, "seq 3 | cat | sort");
    assert_eq!(setup(&next, "cat").stdin, Stdin::Free);
}

#[test]
fn extra_inputs_keep_their_numbers() {
    let mut present = chain("cat words | comm - <(seq 3)");
    let text = spoken(&present).expect("a line").text;
    for wire in &mut present.wires {
        if wire.to.port == InputPort::Extra(63) {
            wire.to.port = InputPort::Extra(3);
        }
    }
    let StageKind::Process(process) = &mut present.stages[2].kind else {
        panic!("{present:?}");
    };
    process.args[1] = "{fd3}".into();
    assert_eq!(typed(&present, &text), present);
    let next = typed(&present, "cat words | comm -1 - <(seq 4)");
    assert!(
        next.wires
            .iter()
            .any(|wire| wire.to.port == InputPort::Extra(63))
    );
}

#[test]
fn a_shell_stage_that_is_said_as_a_program_stays_one() {
    let mut present = chain("seq 3");
    let mut stage = Stage::shell("shell", "cat; echo done");
    stage.label = Some("mine".into());
    present = Chain::of_stages("", vec![present.stages.remove(0), stage]);
    let text = spoken(&present).expect("a line").text;
    assert_eq!(text, "seq 3 | bash -c 'cat; echo done'");
    assert_eq!(typed(&present, &text), present);
}

#[test]
fn bytes_that_the_chain_makes_are_said_as_a_program_and_stay_its_own() {
    let mut present = chain("head -c 10 /dev/urandom | sort");
    for (input, text, next_text, next) in [
        (
            Input::Random(10),
            "head -c 10 /dev/urandom | sort",
            "head -c 20 /dev/urandom | sort",
            Some(Input::Random(20)),
        ),
        (
            Input::Lines(vec!["a b".into(), "c".into()]),
            "printf '%s\\n' 'a b' c | sort",
            "printf '%s\\n' c | sort -r",
            Some(Input::Lines(vec!["c".into()])),
        ),
        (
            Input::Text("abc".into()),
            "printf %s abc | sort",
            "seq 3 | sort",
            None,
        ),
        (
            Input::Repeat {
                text: "y\n".into(),
                times: None,
            },
            "yes y | sort",
            "yes 'a b' | sort",
            Some(Input::Repeat {
                text: "a b\n".into(),
                times: None,
            }),
        ),
    ] {
        present.stages[0].kind = StageKind::Input(input);
        assert_eq!(spoken(&present).expect("a line").text, text);
        assert_eq!(typed(&present, text), present);
        let changed = typed(&present, next_text);
        assert_eq!(ids(&changed), ids(&present));
        match (&changed.stages[0].kind, next) {
            (StageKind::Input(found), Some(wanted)) => assert_eq!(*found, wanted),
            (StageKind::Process(_), None) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn another_order_of_the_stages_is_kept() {
    let mut present = chain("a | b | c");
    present.stages.rotate_left(1);
    assert_eq!(typed(&present, "a | b | c"), present);
    let next = typed(&present, "a | x | b | c | y");
    assert_eq!(ids(&next), ["b", "c", "y", "a", "x"]);
}

/// The status is the last stage's: of `seq | grep | head` it was once grep's.
#[test]
fn who_changes_the_order_of_the_text_changes_that_of_the_stages() {
    let present = chain("seq 9 | head -3 | grep 2");
    let next = typed(&present, "seq 9 | grep 2 | head -3");
    assert_eq!(ids(&next), ["seq", "grep", "head"]);
    let mut present = chain("a | b | c");
    present.stages.rotate_left(1);
    let next = typed(&present, "c | a | b");
    assert_eq!(ids(&next), ["c", "a", "b"]);
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9./=+-]{1,6}",
        "[^\u{0}]{0,8}".prop_map(|text| quote(text.as_bytes())),
        Just("$X".to_owned()),
        Just("<(seq 3)".to_owned()),
        Just("{lane}".to_owned()),
        Just("{fd3}".to_owned()),
    ]
}

fn element() -> impl Strategy<Value = String> {
    let front = prop_oneof![4 => Just(""), 1 => Just("A=1 "), 1 => Just("B=$X ")];
    let program = prop_oneof![
        Just("cat"),
        Just("sort"),
        Just("tr"),
        Just("tee"),
        Just("echo"),
        Just("bash -c 'x; y'"),
    ];
    let redirection = prop_oneof![
        Just(""),
        Just(" < in"),
        Just(" > out"),
        Just(" 2> err"),
        Just(" 2>&1"),
        Just(" > /dev/null"),
        Just(" <<< word"),
        Just(" 3< extra"),
        Just(" >(wc -l)"),
    ];
    let words = proptest::collection::vec(word(), 0..3);
    (front, program, words, redirection).prop_map(|(front, program, words, redirection)| {
        let words: String = words.iter().map(|word| format!(" {word}")).collect();
        format!("{front}{program}{words}{redirection}")
    })
}

fn line() -> impl Strategy<Value = String> {
    proptest::collection::vec(element(), 1..5).prop_map(|elements| elements.join(" | "))
}

/// What a chain does, without what no text says, in the order of its own text.
fn said(chain: &Chain, order: &[StageId]) -> Option<Chain> {
    let places: Option<Vec<usize>> = order.iter().map(|id| chain.stage_index(id)).collect();
    canonical(&with_bash_as_program(&sayable(chain)), &places?)
}

proptest! {
    /// The text of a chain, typed anew, changes nothing at all.
    #[test]
    fn the_same_text_is_the_same_chain(text in line(), turned in 0usize..4) {
        let mut present = decorated(&text);
        let stages = present.stages.len();
        present.stages.rotate_left(turned % stages);
        if let Some(said) = spoken(&present) {
            prop_assert_eq!(typed(&present, &said.text), present);
        }
    }

    /// Whatever was there, the chain does what the text says.
    #[test]
    fn the_result_is_what_the_text_says(before in line(), after in line()) {
        let present = decorated(&before);
        let fresh = imported(&present, &after);
        let parts = spoken(&present).map(|said| said.parts).unwrap_or_default();
        let retyped = retype(&present, &parts, &fresh);
        let next = retyped.chain;
        prop_assert_eq!(next.stages.len(), fresh.chain.stages.len());
        let names: Vec<StageId> = retyped.parts.into_iter().map(|part| part.stage).collect();
        let fresh_names: Vec<StageId> = fresh.chain.stages.iter().map(|stage| stage.id.clone()).collect();
        prop_assert_eq!(said(&next, &names), said(&fresh.chain, &fresh_names));
        for problem in crate::check::check(&next, &crate::limits::Limits::default()) {
            prop_assert!(
                !matches!(problem.place, crate::problem::Place::Wire(_)), "{before}\n{after}\n{problem:?}"
            );
        }
        let unique = ordered::set(next.wires.iter().map(|wire| wire.id.clone()));
        prop_assert_eq!(unique.len(), next.wires.len());
        prop_assert_eq!(&next.notes, &present.notes);
        // Of another chain none of the old one's are left, unless it speaks of them.
        let is_other = next.title.is_empty() && next.lanes == Lanes::default();
        prop_assert!(is_other || next.lanes == present.lanes);
    }
}
