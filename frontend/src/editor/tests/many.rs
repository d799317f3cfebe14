//! Edits of several parts, of places, notes and groups; connecting.

use std::rc::Rc;

use pipeyard_shared::chain::{FanIn, LAST_EXTRA_INPUT, Note, Point, Size, Stage, Stderr};
use pipeyard_shared::limits::LimitName;

use super::*;
use crate::editor::connect::can_connect;
use crate::editor::fragment::{self, Put};
use crate::editor::layout::{Layout, Room};
use crate::editor::marks::NOTE_SIZE;

fn places(editor: &Editor) -> Rc<Places> {
    let layout = Layout::of(editor.chain(), &Room::wide());
    Rc::new(layout.places(editor.chain()))
}

fn parts(stages: &[&str]) -> Parts {
    Parts::of_stages(stages.iter().map(|id| (*id).into()))
}

fn out(stage: &str) -> OutputEnd {
    OutputEnd {
        stage: stage.into(),
        port: OutputPort::Stdout,
    }
}

fn into(stage: &str) -> InputEnd {
    InputEnd {
        stage: stage.into(),
        port: InputPort::Stdin,
    }
}

fn opening() -> Editor {
    Editor::new(example::opening())
}

fn sound(editor: &Editor) {
    assert_eq!(check(editor.chain(), &Limits::default()), []);
}

#[test]
fn every_refusal_has_its_reason() {
    let mut chain = example::opening();
    chain.stages.push(Stage::process("sort", "sort", []));
    chain.stages.push(Stage::new(
        "discard",
        pipeyard_shared::chain::StageKind::Discard,
    ));
    chain.stages[3]
        .fan_in
        .insert(InputPort::Stdin, FanIn::Shared);
    let why = |from: &OutputEnd, to: &InputEnd| can_connect(&chain, from, to).err();
    assert_eq!(why(&out("openssl"), &into("sort")), None);
    assert_eq!(
        why(&out("nobody"), &into("sort")),
        Some(WhyNot::NoSuchStage)
    );
    assert_eq!(why(&out("sort"), &into("sort")), Some(WhyNot::SameStage));
    let gives_nothing = WhyNot::GivesNothing("discard".into());
    assert_eq!(why(&out("discard"), &into("sort")), Some(gives_nothing));
    let takes_nothing = WhyNot::TakesNothing("random".into());
    assert_eq!(why(&out("sort"), &into("random")), Some(takes_nothing));
    let errors = OutputEnd {
        port: OutputPort::Stderr,
        ..out("random")
    };
    assert_eq!(
        why(&errors, &into("openssl")),
        Some(WhyNot::NoSuchPort("random".into()))
    );
    let extra = |stage, number| InputEnd {
        port: InputPort::Extra(number),
        ..into(stage)
    };
    assert_eq!(
        why(&out("sort"), &extra("discard", 3)),
        Some(WhyNot::NoSuchPort("discard".into()))
    );
    assert_eq!(
        why(&out("sort"), &extra("md5sum", LAST_EXTRA_INPUT + 1)),
        Some(WhyNot::NoSuchPort("md5sum".into()))
    );
    assert_eq!(
        why(&out("random"), &into("openssl")),
        Some(WhyNot::AlreadyWired("w1".into()))
    );
    let ring = WhyNot::Ring(vec!["openssl".into(), "md5sum".into()]);
    assert_eq!(why(&out("md5sum"), &into("openssl")), Some(ring.clone()));
    assert_eq!(
        why(&out("random"), &into("sort")),
        Some(WhyNot::OnlyProcesses(InputPort::Stdin))
    );
    let from_input = Joining::from(&chain, &Port::stdin(&"openssl".into()), None);
    assert_eq!(from_input.with(&Port::stdout(&"md5sum".into())), Err(ring));
    assert_eq!(
        from_input.with(&Port::stdin(&"sort".into())),
        Err(WhyNot::SameDirection)
    );
    // The wire that is moved is not in its own way.
    let to = Port::stdin(&"md5sum".into());
    assert_eq!(connect::can_rewire(&chain, &"w2".into(), &to), Ok(()));
    assert_eq!(
        can_put_on(&chain, &"w2".into(), &"openssl".into()),
        Err(WhyNot::SameStage)
    );
    assert_eq!(
        can_put_on(&chain, &"w1".into(), &"md5sum".into()),
        Err(WhyNot::HasWires("md5sum".into()))
    );
}

#[test]
fn connecting_makes_room_for_itself() {
    let mut chain = example::opening();
    chain.stages.push(Stage::process("sort", "sort", []));
    chain.wires[1].mode = WireMode::Direct;
    for stage in &mut chain.stages {
        if let Some(setup) = stage.setup_mut() {
            setup.stderr = Stderr::Stdout;
        }
    }
    let editor = Editor::new(chain);
    sound(&editor);
    let fan_out = edit(&editor, Edit::Connect(out("openssl"), into("sort")));
    sound(&fan_out);
    assert_eq!(fan_out.chain().wires[1].mode, WireMode::Tapped);
    let errors = OutputEnd {
        port: OutputPort::Stderr,
        ..out("openssl")
    };
    sound(&edit(&editor, Edit::Connect(errors, into("sort"))));
}

#[test]
fn a_stage_is_put_into_a_wire_new_or_there() {
    let editor = opening();
    let insert = Edit::Insert {
        wire: "w2".into(),
        kind: template("gzip").kind(),
        at: None,
    };
    let inserted = edit(&editor, insert);
    assert_eq!(line(&inserted), "random openssl gzip md5sum");
    assert_eq!(inserted.selected_stage().map(StageId::as_str), Some("gzip"));
    sound(&inserted);
    let taken_out = edit(
        &inserted,
        Edit::RemoveAll {
            parts: parts(&["gzip"]),
            reconnect: true,
        },
    );
    assert_eq!(taken_out.chain(), editor.chain());
    let source = Edit::Insert {
        wire: "w2".into(),
        kind: template("text").kind(),
        at: None,
    };
    assert_eq!(edit(&editor, source), editor, "an input takes nothing");
}

#[test]
fn new_stages_of_a_placed_chain_find_a_free_place() {
    let editor = opening();
    let move_one = Edit::Nudge {
        parts: parts(&["md5sum"]),
        by: Point::new(0.0, 1.0),
        seen: places(&editor),
    };
    let mut editor = edit(&editor, move_one);
    assert!(is_placed(editor.chain()));
    let before = editor.chain().clone();
    for template in [
        template("sort"),
        template("uniq"),
        template("wc"),
        template("text"),
    ] {
        editor = edit(&select(&editor, "openssl"), Edit::Add(template.kind()));
    }
    for stage in &before.stages {
        let now = editor.chain().stage(&stage.id);
        assert_eq!(
            now.and_then(|now| now.at),
            stage.at,
            "what was placed stays"
        );
    }
    let layout = Layout::of(editor.chain(), &Room::wide());
    for (number, one) in layout.cards.iter().enumerate() {
        for other in &layout.cards[number + 1..] {
            assert!(!one.area.meets(&other.area), "{one:?} {other:?}");
        }
    }
    let tidy = edit(&editor, Edit::Tidy);
    assert!(!is_placed(tidy.chain()));
    assert_eq!(tidy.after(Action::Undo).chain(), editor.chain());
}

#[test]
fn nudging_on_is_one_step() {
    let start = opening();
    let mut editor = start.clone();
    let seen = places(&start);
    for _ in 0..3 {
        let nudge = Edit::Nudge {
            parts: parts(&["openssl"]),
            by: Point::new(1.0, 20.0),
            seen: places(&editor),
        };
        editor = edit(&editor, nudge);
    }
    let at = editor.chain().stages[1].at.expect("it was moved");
    assert_eq!(at, seen[&"openssl".into()].moved(3.0, 60.0));
    assert_eq!(editor.after(Action::Undo).chain(), start.chain());
}

#[test]
fn a_stage_added_by_a_wire_is_joined_where_it_was_let_go() {
    let editor = opening();
    let at = Point::new(500.0, 400.0);
    let add = |kind, join| Edit::AddAt {
        kind,
        at,
        join: Some(join),
        seen: places(&editor),
    };
    let join = Port::stdout(&"openssl".into());
    let behind = edit(&editor, add(template("sort").kind(), join.clone()));
    assert_eq!(behind.chain().wires[2].to.stage.as_str(), "sort");
    assert_eq!(behind.chain().stages[3].at, Some(at));
    sound(&behind);
    let before = edit(
        &editor,
        add(template("text").kind(), Port::stdin(&"openssl".into())),
    );
    assert_eq!(before.chain().wires[2].from.stage.as_str(), "text");
    // What cannot be joined is added all the same.
    let apart = edit(&editor, add(template("text").kind(), join));
    assert_eq!(
        (apart.chain().stages.len(), apart.chain().wires.len()),
        (4, 2)
    );
}

#[test]
fn undoing_brings_the_selection_back() {
    let editor = opening().after(Action::SelectAll);
    let all = editor.selection().clone();
    let gone = edit(
        &editor,
        Edit::RemoveAll {
            parts: all.parts(),
            reconnect: false,
        },
    );
    assert_eq!(
        **gone.chain(),
        Chain {
            stages: Vec::new(),
            wires: Vec::new(),
            ..(**editor.chain()).clone()
        }
    );
    assert_eq!(*gone.selection(), Selection::Chain);
    let back = gone.after(Action::Undo);
    assert_eq!((back.chain(), back.selection()), (editor.chain(), &all));
    assert_eq!(*back.after(Action::Redo).selection(), Selection::Chain);
}

#[test]
fn copies_have_ids_of_their_own_and_the_wires_among_them() {
    let editor = opening();
    let seen = places(&editor);
    let copied = edit(
        &editor,
        Edit::DuplicateAll(parts(&["openssl", "md5sum"]), seen.clone()),
    );
    assert_eq!(copied.chain().stages.len(), 5);
    assert_eq!(
        copied.selection().parts(),
        parts(&["openssl-2", "md5sum-2"])
    );
    assert_eq!(copied.chain().wires.len(), 3);
    assert!(!is_placed(copied.chain()));
    sound(&copied);
    let fragment = fragment::copy(editor.chain(), &parts(&["openssl"]), &seen).expect("a stage");
    let read = fragment::from_text(&fragment::to_text(&fragment)).expect("its own text");
    assert_eq!(read, fragment);
    let paste = Edit::Paste {
        fragment: Box::new(read),
        put: Put::At(Point::new(7.0, 600.0)),
        seen,
    };
    let pasted = edit(&editor, paste);
    let stage = &pasted.chain().stages[3];
    assert_eq!(
        (stage.id.as_str(), stage.at),
        ("openssl-2", Some(Point::new(7.0, 600.0)))
    );
    assert!(pasted.chain().stages.iter().all(|stage| stage.at.is_some()));
    assert_eq!(fragment::from_text("grep x | sort"), None);
}

#[test]
fn what_would_be_too_much_is_told_before_it_is_pasted() {
    let one = example::opening();
    let over = |chain: &Chain, fragment: &Chain| match fragment::over_limit(chain, fragment) {
        Some(Fault::OverLimit { limit, found, most }) => Some((limit, found, most)),
        other => {
            assert_eq!(other, None);
            None
        }
    };
    assert_eq!(over(&one, &one), None);
    let many = |count: usize| {
        let stage = |at: usize| Stage::process(&format!("s{at}"), "true", []);
        Chain {
            stages: (0..count).map(stage).collect(),
            ..Chain::new("")
        }
    };
    assert_eq!(over(&one, &many(497)), None);
    let too_many = Some((LimitName::Stages, 501, 500));
    assert_eq!(over(&one, &many(498)), too_many);
    let note = Note {
        id: "n1".into(),
        at: Point::default(),
        size: NOTE_SIZE,
        text: String::new(),
    };
    let noted = |count: usize, text: &str| Chain {
        notes: (0..count)
            .map(|at| Note {
                id: format!("n{at}").as_str().into(),
                text: text.to_owned(),
                ..note.clone()
            })
            .collect(),
        ..Chain::new("")
    };
    assert_eq!(over(&noted(500, ""), &one), None, "no note more");
    assert_eq!(
        over(&noted(500, ""), &noted(1, "")),
        Some((LimitName::Notes, 501, 500))
    );
    let long = over(&one, &noted(1, &"x".repeat(20_000)));
    assert_eq!(long, Some((LimitName::NoteBytes, 20_000, 16_384)));
    let lanes = Chain {
        lanes: Lanes::Count(1_000_000),
        ..one.clone()
    };
    assert_eq!(over(&one, &lanes), None, "its lanes stay behind");
}

#[test]
fn bypassing_is_a_step_and_keeps_the_chain_sound() {
    let editor = edit(&opening(), Edit::Bypass(vec!["openssl".into()], true));
    sound(&editor);
    assert_eq!(
        line(&Editor::new(editor.chain().reduced())),
        "random md5sum"
    );
    let both = vec!["openssl".into(), "md5sum".into()];
    let all = edit(&editor, Edit::Bypass(both, true));
    let problems = check(all.chain(), &Limits::default());
    assert!(matches!(problems[..], [ref problem] if problem.fault == Fault::NothingToRun));
}

#[test]
fn groups_lose_what_goes_and_go_when_nothing_is_left() {
    let two = vec!["random".into(), "openssl".into()];
    let editor = edit(&opening(), Edit::Group(two, "start".into()));
    assert_eq!(editor.selection().parts(), parts(&["random", "openssl"]));
    let group = group_of(editor.chain(), &editor.selection().parts()).expect("the group");
    assert_eq!((group.id.as_str(), group.title.as_str()), ("g1", "start"));
    let one = edit(&editor, Edit::Remove("openssl".into()));
    assert_eq!(one.chain().groups[0].stages, ["random".into()]);
    assert_eq!(edit(&one, Edit::Remove("random".into())).chain().groups, []);
    let taken = edit(
        &editor,
        Edit::Group(
            vec!["random".into(), "openssl".into(), "md5sum".into()],
            String::new(),
        ),
    );
    assert_eq!(taken.chain().groups.len(), 1, "a stage is in one group");
    sound(&taken);
    let loose = edit(&editor, Edit::Dissolve("g1".into()));
    assert_eq!(
        (loose.chain().groups.len(), loose.chain().stages.len()),
        (0, 3)
    );
    assert_eq!(loose.selection().parts().stages.len(), 2);
}

#[test]
fn notes_are_written_and_bounded() {
    let mut editor = edit(
        &opening(),
        Edit::AddNote(Point::new(5.0, 5.0), String::new()),
    );
    assert_eq!(*editor.selection(), Selection::Note("n1".into()));
    for text in ["H", "He", &"가".repeat(10_000)] {
        editor = edit(&editor, Edit::NoteText("n1".into(), text.to_owned()));
    }
    assert_eq!(editor.chain().notes[0].text.len(), 16_383);
    let size = Size {
        width: f64::INFINITY,
        height: -1.0,
    };
    editor = edit(&editor, Edit::NoteSize("n1".into(), size));
    sound(&editor);
    let before = editor.after(Action::Undo).after(Action::Undo);
    assert_eq!(before.chain().notes[0].text, "", "typing is one step");
}

#[test]
fn several_edits_are_one_step() {
    let editor = opening();
    let both = Edit::All(vec![
        Edit::Title("both".into()),
        Edit::Remove("openssl".into()),
    ]);
    let done = edit(&editor, both);
    assert_eq!(line(&done), "random md5sum");
    assert_eq!(done.after(Action::Undo).chain(), editor.chain());
}

#[test]
fn wires_into_one_input_change_places_and_no_others() {
    let mut chain = example::opening();
    chain.stages.push(Stage::process("cat", "cat", []));
    chain.stages.push(Stage::process("seq", "seq", ["3"]));
    let editor = Editor::new(chain);
    let to = InputEnd {
        stage: "cat".into(),
        port: InputPort::Stdin,
    };
    let editor = edit(&editor, Edit::Connect(out("md5sum"), to.clone()));
    let editor = edit(&editor, Edit::Connect(out("seq"), to.clone()));
    let order = |editor: &Editor| -> Vec<String> {
        let wires = editor.chain().wires_to(&to.stage, to.port);
        wires.map(|wire| wire.from.stage.to_string()).collect()
    };
    assert_eq!(order(&editor), ["md5sum", "seq"]);
    let second = editor.chain().wires_to(&to.stage, to.port).nth(1);
    let second = second.map(|wire| wire.id.clone()).expect("two wires");
    let sooner = edit(&editor, Edit::Order(second.clone(), Side::Left));
    assert_eq!(order(&sooner), ["seq", "md5sum"]);
    let again = edit(&sooner, Edit::Order(second, Side::Left));
    assert_eq!(again, sooner, "the first cannot be sooner");
}
