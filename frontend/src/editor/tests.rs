mod many;

use super::*;
use pipeyard_shared::WireId;
use pipeyard_shared::chain::{
    FanIn, Input, InputEnd, InputPort, Lanes, OutputEnd, OutputPort, Stage, WireMode,
};
use pipeyard_shared::check::{check, order};
use pipeyard_shared::example;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::problem::Fault;
use proptest::prelude::*;
use template::Template;

fn template(id: &str) -> Template {
    Template::of(id).unwrap_or_else(|| panic!("no template {id}"))
}

fn line(editor: &Editor) -> String {
    let order = layout::reading_order(editor.chain());
    let names: Vec<&str> = order
        .iter()
        .map(|at| editor.chain().stages[*at].id.as_str())
        .collect();
    names.join(" ")
}

fn select(editor: &Editor, id: &str) -> Editor {
    editor.after(Action::Select(Selection::Stage(id.into())))
}

fn edit(editor: &Editor, edit: Edit) -> Editor {
    editor.after(Action::Edit(edit))
}

#[test]
fn a_new_stage_stands_behind_the_selected_one_and_is_wired_in() {
    let editor = select(&Editor::new(example::opening()), "random");
    let editor = edit(&editor, Edit::Add(template("gzip").kind()));
    assert_eq!(line(&editor), "random gzip openssl md5sum");
    assert_eq!(editor.selected_stage().map(StageId::as_str), Some("gzip"));
    assert_eq!(editor.chain().wires.len(), 3);
    assert!(check(editor.chain(), &Limits::default()).is_empty());
}

#[test]
fn with_nothing_selected_it_stands_at_the_end() {
    let editor = edit(
        &Editor::new(example::opening()),
        Edit::Add(template("sort").kind()),
    );
    assert_eq!(line(&editor), "random openssl md5sum sort");
}

#[test]
fn a_source_feeds_the_first_free_input() {
    let mut editor = Editor::new(Chain::new(""));
    for template in [template("sort"), template("uniq"), template("text")] {
        editor = edit(&editor, Edit::Add(template.kind()));
    }
    assert_eq!(line(&editor), "text sort uniq");
    assert!(check(editor.chain(), &Limits::default()).is_empty());
}

#[test]
fn every_template_joins_any_chain_without_a_problem() {
    for template in Template::all() {
        let editor = edit(&Editor::new(example::opening()), Edit::Add(template.kind()));
        let mut problems = check(editor.chain(), &Limits::default());
        // A second input is wired by hand.
        problems.retain(|problem| !matches!(problem.fault, Fault::UnwiredExtraInput { .. }));
        assert!(problems.is_empty(), "{template:?}: {problems:?}");
    }
}

#[test]
fn removing_a_stage_joins_its_neighbours() {
    let editor = Editor::new(example::opening());
    let wire = editor.chain().wires[0].id.clone();
    let editor = edit(&editor, Edit::Remove("openssl".into()));
    assert_eq!(line(&editor), "random md5sum");
    assert_eq!(editor.chain().wires.len(), 1);
    assert_eq!(
        editor.chain().wires[0].id,
        wire,
        "the wire that arrived lives on"
    );
    assert_eq!(editor.selected_stage().map(StageId::as_str), Some("md5sum"));
}

#[test]
fn stages_change_places_along_the_wires() {
    let editor = Editor::new(example::opening());
    let moved = edit(&editor, Edit::Move("openssl".into(), Side::Right));
    assert_eq!(line(&moved), "random md5sum openssl");
    let back = edit(&moved, Edit::Move("openssl".into(), Side::Left));
    assert_eq!(back.chain(), editor.chain());
    assert!(
        !can_move(editor.chain(), &"openssl".into(), Side::Left),
        "an input cannot take bytes"
    );
    assert!(!can_move(editor.chain(), &"md5sum".into(), Side::Right));
}

#[test]
fn the_arrow_keys_walk_along_the_chain() {
    let editor = Editor::new(example::opening());
    let first = editor.after(Action::SelectBeside(Side::Right));
    assert_eq!(first.selected_stage().map(StageId::as_str), Some("random"));
    let second = first.after(Action::SelectBeside(Side::Right));
    assert_eq!(
        second.selected_stage().map(StageId::as_str),
        Some("openssl")
    );
    assert_eq!(first.after(Action::SelectBeside(Side::Left)), first);
}

#[test]
fn typing_in_one_field_is_one_step() {
    let editor = Editor::new(example::opening());
    let mut typed = editor.clone();
    for title in ["H", "He", "Hel"] {
        typed = edit(&typed, Edit::Title(title.into()));
    }
    assert_eq!(typed.after(Action::Undo).chain(), editor.chain());
    let later = edit(&typed.after(Action::Settle), Edit::Title("Help".into()));
    assert_eq!(later.after(Action::Undo).chain(), typed.chain());
}

#[test]
fn an_edit_of_nothing_is_no_step() {
    let editor = Editor::new(example::opening());
    let same = edit(&editor, Edit::Remove("nobody".into()));
    assert!(!same.can_undo());
    assert_eq!(same, editor);
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let id = prop_oneof![
        Just("random"),
        Just("openssl"),
        Just("md5sum"),
        Just("sort"),
        Just("sort-2"),
        Just("text")
    ]
    .prop_map(StageId::from);
    let side = prop_oneof![Just(Side::Left), Just(Side::Right)];
    let port = prop_oneof![Just(OutputPort::Stdout), Just(OutputPort::Stderr)];
    let template = prop_oneof![
        Just(template("sort")),
        Just(template("text")),
        Just(template("discard")),
        Just(template("typed"))
    ];
    prop_oneof![
        "[a-c]{0,2}".prop_map(Edit::Title),
        (0u32..4).prop_map(|count| Edit::Lanes(Lanes::Count(count))),
        proptest::option::of(0u32..3).prop_map(Edit::Jobs),
        template.prop_map(|template| Edit::Add(template.kind())),
        id.clone().prop_map(Edit::Duplicate),
        id.clone().prop_map(Edit::Remove),
        (id.clone(), side).prop_map(|(id, side)| Edit::Move(id, side)),
        (id.clone(), 0u64..3).prop_map(|(stage, count)| Edit::Shape {
            stage,
            kind: Input::Random(count).into_kind(),
            part: "count",
            index: 0,
        }),
        (id.clone(), port, id.clone()).prop_map(|(from, port, to)| Edit::Connect(
            OutputEnd { stage: from, port },
            InputEnd {
                stage: to,
                port: InputPort::Stdin
            }
        )),
        (1u32..4).prop_map(|number| Edit::Disconnect(format!("w{number}").as_str().into())),
        (1u32..4)
            .prop_map(|number| Edit::Mode(format!("w{number}").as_str().into(), WireMode::Direct)),
        Just(Edit::Replace(Box::new(example::opening()))),
    ]
}

trait IntoKind {
    fn into_kind(self) -> pipeyard_shared::chain::StageKind;
}

impl IntoKind for Input {
    fn into_kind(self) -> pipeyard_shared::chain::StageKind {
        pipeyard_shared::chain::StageKind::Input(self)
    }
}

proptest! {
    /// Undoing every step leads back to the first chain, redoing every step to the last one; and
    /// whatever was done, ids are unique, wires join stages that exist, and the selection is real.
    #[test]
    fn undo_after_do_is_the_identity(edits in proptest::collection::vec((any_edit(), any::<bool>()), 0..24)) {
        let first = Editor::new(example::opening());
        let mut editor = first.clone();
        for (edit, select) in edits {
            if select {
                editor = editor.after(Action::SelectBeside(Side::Right));
            }
            let before = editor.clone();
            editor = editor.after(Action::Settle).after(Action::Edit(edit));
            if editor.chain() != before.chain() {
                let undone = editor.after(Action::Undo);
                prop_assert_eq!(undone.chain(), before.chain());
                let redone = undone.after(Action::Redo);
                prop_assert_eq!(redone.chain(), editor.chain());
            }
            let chain = editor.chain();
            let mut ids: Vec<_> = chain.stages.iter().map(|stage| &stage.id).collect();
            ids.sort();
            ids.dedup();
            prop_assert_eq!(ids.len(), chain.stages.len());
            for wire in &chain.wires {
                prop_assert!(chain.stage(&wire.from.stage).is_some());
                prop_assert!(chain.stage(&wire.to.stage).is_some());
            }
            let selection = editor.selection().clone();
            prop_assert_eq!(selection.clone().within(chain), selection);
        }
        let last = editor.chain().clone();
        while editor.can_undo() {
            editor = editor.after(Action::Undo);
        }
        prop_assert_eq!(editor.chain(), first.chain());
        while editor.can_redo() {
            editor = editor.after(Action::Redo);
        }
        prop_assert_eq!(editor.chain(), &last);
    }
}

/// Edits after which a chain that could run still can: those that join and part stages.
fn any_rewiring() -> impl Strategy<Value = Edit> {
    let id = prop_oneof![
        Just("random"),
        Just("openssl"),
        Just("md5sum"),
        Just("sort"),
        Just("file"),
        Just("file-2"),
    ]
    .prop_map(StageId::from);
    let side = prop_oneof![Just(Side::Left), Just(Side::Right)];
    let port = prop_oneof![Just(OutputPort::Stdout), Just(OutputPort::Stderr)];
    let fan_in = prop_oneof![Just(FanIn::Shared), Just(FanIn::default())];
    let wire = (1u32..6).prop_map(|number| WireId::from(format!("w{number}").as_str()));
    let known = ["sort", "text", "file", "save"];
    let template = (0..known.len()).prop_map(move |at| template(known[at]).kind());
    prop_oneof![
        template.clone().prop_map(Edit::Add),
        (wire.clone(), template).prop_map(|(wire, kind)| Edit::Insert {
            wire,
            kind,
            at: None
        }),
        id.clone().prop_map(Edit::Remove),
        (id.clone(), any::<bool>()).prop_map(|(id, reconnect)| Edit::RemoveAll {
            parts: Parts::of_stages([id]),
            reconnect,
        }),
        (id.clone(), side).prop_map(|(id, side)| Edit::Move(id, side)),
        (id.clone(), port, id.clone()).prop_map(|(from, port, to)| Edit::Connect(
            OutputEnd { stage: from, port },
            InputEnd {
                stage: to,
                port: InputPort::Stdin
            }
        )),
        (wire.clone(), id.clone()).prop_map(|(wire, id)| Edit::Rewire(wire, Port::stdin(&id))),
        (wire.clone(), id.clone()).prop_map(|(wire, id)| Edit::PutOn(wire, id)),
        wire.clone().prop_map(Edit::Disconnect),
        (id, fan_in).prop_map(|(id, fan_in)| Edit::Merge(id, InputPort::Stdin, fan_in)),
        wire.prop_map(|wire| Edit::Mode(wire, WireMode::Direct)),
    ]
}

proptest! {
    /// Whatever is joined or taken away, a chain that could run is one that can.
    #[test]
    fn a_sound_chain_stays_sound(edits in proptest::collection::vec((any_rewiring(), any::<bool>()), 0..24)) {
        let mut editor = Editor::new(example::opening());
        for (edit, select) in edits {
            if select {
                editor = editor.after(Action::SelectBeside(Side::Right));
            }
            let next = editor.after(Action::Edit(edit.clone()));
            let mut problems = check(next.chain(), &Limits::default());
            problems.retain(|problem| !matches!(problem.fault, Fault::NoStages | Fault::NothingToRun | Fault::NotWired));
            // Whoever is left alone says so. How wires go is what a person says, who is told when it cannot be.
            let is_asked = matches!(edit, Edit::Mode(..) | Edit::Merge(..));
            if is_asked && !problems.is_empty() {
                continue;
            }
            prop_assert_eq!(problems, [], "after {:?} of {:?}", edit, editor.chain());
            let along_the_wires = order(next.chain());
            prop_assert!(along_the_wires.is_sorted(), "after {:?}: {:?}", edit, next.chain());
            editor = next;
        }
    }
}

#[test]
fn what_is_joined_where_a_stage_was_can_run() {
    let direct = |chain: &mut Chain, wire: &str| {
        let found = chain.wires.iter_mut().find(|known| known.id == wire.into());
        found.expect("a wire").mode = WireMode::Direct;
    };
    let process = |name: &str| Stage::process(name, "cat", []);
    let mut fan_in = Chain::of_stages("", vec![process("a"), process("b"), process("c")]);
    direct(&mut fan_in, "w1");
    fan_in.stages.push(process("e"));
    let fan_in = edit(
        &Editor::new(fan_in),
        Edit::Connect(connect::output(&"e".into()), connect::input(&"c".into())),
    );
    let file = |id: &str, template_id: &str| Stage::new(id, template(template_id).kind());
    let mut files = Chain::of_stages(
        "",
        vec![file("in", "file"), process("b"), file("out", "save")],
    );
    direct(&mut files, "w1");
    for (editor, joined) in [(fan_in, "a"), (Editor::new(files), "in")] {
        assert_eq!(check(editor.chain(), &Limits::default()), []);
        let editor = edit(&editor, Edit::Remove("b".into()));
        assert_eq!(check(editor.chain(), &Limits::default()), []);
        let wire = editor.chain().wire(&"w1".into()).expect("it lives on");
        assert_eq!(
            (wire.from.stage.as_str(), wire.mode),
            (joined, WireMode::Tapped)
        );
    }
}

#[test]
fn a_stage_is_added_at_a_port_beside_its_owner() {
    let editor = Editor::new(crate::line::chain("seq 9 | sort").expect("a pipeline"));
    let kind = Stage::process("cat", "cat", []).kind;
    let branched = editor.after(Action::Edit(Edit::AddAtPort(
        kind.clone(),
        Port::stdout(&"seq".into()),
    )));
    let chain = branched.chain();
    assert_eq!(chain.stages.len(), 3);
    assert_eq!(chain.stages[1].id.as_str(), "cat");
    assert_eq!(chain.wires.len(), 2, "both read from it");
    assert_eq!(branched.selected_stage(), Some(&"cat".into()));
    let fed = editor.after(Action::Edit(Edit::AddAtPort(
        kind,
        Port::stdin(&"seq".into()),
    )));
    assert_eq!(fed.chain().stages[0].id.as_str(), "cat");
    assert_eq!(fed.chain().wires.len(), 2);
    assert_eq!(fed.after(Action::Undo).chain(), editor.chain(), "one step");
}

#[test]
fn typing_on_in_the_text_of_the_chain_is_one_step_and_moves_nothing() {
    use pipeyard_shared::chain::Point;
    use pipeyard_shared::shell::{import, reading, retype, spoken};
    let typed = |editor: &Editor, text: &str| {
        let chain = editor.chain();
        let parts = spoken(chain).expect("a line").parts;
        let fresh = import(text.as_bytes(), &reading(chain)).expect("shell text");
        let next = retype(chain, &parts, &fresh).chain;
        editor.after(Action::Edit(Edit::Retype(Box::new(next))))
    };
    let first = import(b"seq 9 | sort", &reading(&Chain::new(""))).expect("shell text");
    let mut chain = first.chain;
    chain.stages[0].at = Some(Point::new(40.0, 80.0));
    chain.stages[1].at = Some(Point::new(400.0, 300.0));
    let editor = Editor::new(chain);
    let same = typed(&editor, "seq  9 |sort");
    assert_eq!(same, editor, "no step at all");
    let once = typed(&editor, "seq 9 | sort -r");
    let twice = typed(&once, "seq 9 | sort -r | wc -l");
    let points: Vec<Option<Point>> = twice.chain().stages.iter().map(|stage| stage.at).collect();
    let first: Vec<Option<Point>> = editor.chain().stages.iter().map(|stage| stage.at).collect();
    assert_eq!(points[..2], first[..]);
    assert!(
        points[2].is_some_and(|at| at.x > 400.0),
        "beside what feeds it"
    );
    assert_eq!(
        twice.after(Action::Undo).chain(),
        editor.chain(),
        "one step"
    );
    let settled = typed(&once.after(Action::Settle), "seq 9");
    assert_eq!(settled.after(Action::Undo).chain(), once.chain());
}

/// A reader that was added before its writer was still the last of the list: the chain had the writer's status, which no
/// pipeline has.
#[test]
fn who_reads_stands_behind_who_writes_whoever_was_added_first() {
    let mut chain = Chain::new("");
    chain.stages = vec![
        Stage::process("sort", "sort", []),
        Stage::process("seq", "seq", ["3"]),
    ];
    let (from, to) = (
        connect::output(&"seq".into()),
        connect::input(&"sort".into()),
    );
    let editor = edit(&Editor::new(chain), Edit::Connect(from, to));
    let stages = editor.chain().stages.iter();
    assert_eq!(
        stages.map(|stage| stage.id.as_str()).collect::<Vec<_>>(),
        ["seq", "sort"]
    );
}
