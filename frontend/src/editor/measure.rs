//! How long edits and layouts of a large chain take. Nothing is asserted: run it by hand, in release.
//!
//! `cargo test --release -p pipeyard-frontend --lib measure -- --nocapture`

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Instant;

use pipeyard_shared::chain::{
    Chain, InputEnd, InputPort, OutputEnd, OutputPort, Point, Stage, Wire,
};
use pipeyard_shared::check::check;
use pipeyard_shared::limits::Limits;

use super::layout::{Layout, Room};
use super::{Action, Arrangement, Edit, Editor, Joining, Parts, Port, Selection};

const STAGES: usize = 500;
const WIRES: usize = 600;

fn large() -> Chain {
    let stage = |number| Stage::process(&format!("stage-{number}"), "grep", ["-v", "some pattern"]);
    let mut chain = Chain::of_stages("large", (0..STAGES).map(stage).collect());
    for number in chain.wires.len()..WIRES {
        let from = (number * 7) % (STAGES - 1);
        let to = from + 1 + number % (STAGES - 1 - from).max(1);
        chain.wires.push(Wire::between(
            format!("w{}", number + 1).as_str(),
            (format!("stage-{from}").as_str().into(), OutputPort::Stderr),
            (format!("stage-{to}").as_str().into(), InputPort::Extra(3)),
        ));
    }
    chain
}

fn measure(what: &str, mut work: impl FnMut()) {
    let mut times: Vec<f64> = (0..200)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{what:<44} median {:.4} ms, 95 % {:.4} ms",
        times[100], times[190]
    );
}

#[test]
fn measurements() {
    let room = Room::wide();
    let free = large();
    println!("{} stages, {} wires", free.stages.len(), free.wires.len());
    let laid_out = Layout::of(&free, &room);
    let seen = Rc::new(laid_out.places(&free));
    let mut editor = Editor::new(free.clone());
    let arrange = |x: f64| {
        let wanted = Arrangement {
            stages: vec![("stage-250".into(), Point::new(x, 10.0))],
            notes: Vec::new(),
        };
        Edit::Arrange(Box::new(wanted), seen.clone())
    };
    let edit = |editor: &Editor, edit: Edit| editor.after(Action::Edit(edit));
    let mut x = 0.0;
    measure("move a stage", || {
        x += 1.0;
        editor = edit(&editor, arrange(x));
    });
    let placed = editor.chain().clone();
    let mut number = 0;
    measure("type in a field", || {
        number += 1;
        editor = edit(
            &editor,
            Edit::Label("stage-9".into(), Some(number.to_string())),
        );
    });
    let mut on = false;
    measure("bypass a stage", || {
        on = !on;
        editor = edit(&editor, Edit::Bypass(vec!["stage-77".into()], on));
    });
    let from = OutputEnd {
        stage: "stage-3".into(),
        port: OutputPort::Stderr,
    };
    let to = InputEnd {
        stage: "stage-499".into(),
        port: InputPort::Extra(4),
    };
    measure("connect and disconnect (two edits)", || {
        editor = edit(&editor, Edit::Connect(from.clone(), to.clone()));
        let wire = editor.chain().wires.last().map(|wire| wire.id.clone());
        if let Some(wire) = wire {
            editor = edit(&editor, Edit::Disconnect(wire));
        }
    });
    measure("add a stage and remove it (two edits)", || {
        let kind = placed.stages[0].kind.clone();
        editor = edit(&editor, Edit::Add(kind));
        if let Some(id) = editor.selected_stage().cloned() {
            editor = edit(&editor, Edit::Remove(id));
        }
    });
    measure("undo and redo", || {
        editor = editor.after(Action::Undo).after(Action::Redo);
    });
    measure("select", || {
        editor = editor.after(Action::Select(Selection::Stage("stage-499".into())));
    });
    measure("select all", || editor = editor.after(Action::SelectAll));
    let all = Parts::of_stages(placed.stages.iter().map(|stage| stage.id.clone()));
    measure("duplicate all (500 stages)", || {
        let _ = edit(&editor, Edit::DuplicateAll(all.clone(), seen.clone()));
    });
    measure("why not, for every port", || {
        let joining = Joining::from(&placed, &Port::Output(from.clone()), None);
        for stage in &placed.stages {
            let _ = joining.with(&Port::stdin(&stage.id));
        }
    });
    measure("lay out automatically", || {
        let _ = Layout::of(&free, &room);
    });
    measure("lay out where a person has put them", || {
        let _ = Layout::of(&placed, &room);
    });
    let layout = Layout::of(&placed, &room);
    let some: BTreeSet<usize> = (240..260).collect();
    measure("a frame of dragging 20 cards", || {
        let _ = layout.shifted(&placed, &some, Point::new(3.0, 4.0));
    });
    measure("check", || {
        let _ = check(&placed, &Limits::default());
    });
    measure("reduce", || {
        let mut chain = (*placed).clone();
        chain.stages[77].bypassed = true;
        let _ = chain.reduced();
    });
    let mut text = String::new();
    measure("history to text", || text = editor.to_text());
    println!("{} bytes", text.len());
    measure("history from text", || {
        let _ = Editor::from_text(&text);
    });
}
