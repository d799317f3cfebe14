use super::*;
use crate::editor::{Action, Edit};
use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_shared::example;
use proptest::prelude::*;

fn titled(editor: &Editor, title: &str) -> Editor {
    let settled = editor.after(Action::Settle);
    settled.after(Action::Edit(Edit::Title(title.into())))
}

/// All chains from the first to the last that undoing and redoing leads to.
fn chains(editor: &Editor) -> Vec<Rc<Chain>> {
    let mut first = editor.clone();
    while first.can_undo() {
        first = first.after(Action::Undo);
    }
    let mut chains = vec![first.chain().clone()];
    while first.can_redo() {
        first = first.after(Action::Redo);
        chains.push(first.chain().clone());
    }
    chains
}

#[test]
fn steps_to_both_sides_come_back() {
    let mut editor = Editor::new(example::opening());
    for title in ["one", "two", "three"] {
        editor = titled(&editor, title);
    }
    editor = editor.after(Action::Edit(Edit::Remove("openssl".into())));
    let editor = editor.after(Action::Undo).after(Action::Undo);
    let back = Editor::from_text(&editor.to_text()).expect("its own text");
    assert_eq!(back.chain(), editor.chain());
    assert_eq!(chains(&back), chains(&editor));
    assert_eq!(chains(&back).len(), 5);
}

/// What was passed on was forgotten at a reload, and with it that the chain has become another since.
#[test]
fn what_was_passed_on_comes_back() {
    let passed = Editor::new(example::opening()).after(Action::Pass);
    let reloaded = |editor: &Editor| Editor::from_text(&editor.to_text()).expect("its own text");
    assert!(!reloaded(&passed).is_changed());
    let back = reloaded(&titled(&passed, "another"));
    assert!(back.is_changed() && back.visited().is_none());
    assert!(!back.after(Action::Undo).is_changed());
    let never = titled(&Editor::new(example::opening()), "another");
    assert!(!reloaded(&never).is_changed());
}

#[test]
fn a_large_chain_is_written_once() {
    let stages = (0..500).map(|number| Stage::process(&format!("s{number}"), "cat", []));
    let first = Editor::new(Chain::of_stages("", stages.collect()));
    let alone = first.to_text().len();
    let mut editor = first;
    for number in 0..100 {
        editor = titled(&editor, &number.to_string());
    }
    let whole = editor.to_text().len();
    assert!(whole < alone + 100 * 80, "{alone} {whole}");
    let back = Editor::from_text(&editor.to_text()).expect("its own text");
    assert_eq!(chains(&back), chains(&editor));
}

#[test]
fn what_is_kept_is_bounded() {
    let mut editor = Editor::new(Chain::new(""));
    for number in 0..150 {
        editor = titled(&editor, &format!("{number} {}", "x".repeat(100_000)));
    }
    let text = editor.to_text();
    assert!(text.len() < 2 * MOST_BYTES, "{}", text.len());
    let back = Editor::from_text(&text).expect("its own text");
    assert!(back.can_undo());
    assert_eq!(
        back.after(Action::Undo).chain(),
        editor.after(Action::Undo).chain()
    );
}

#[test]
fn other_texts_are_refused() {
    for text in [
        "",
        "{}",
        r#"{"pipeyard_history":2,"parts":[],"now":"||||0"}"#,
        r#"{"pipeyard_history":1,"parts":[],"now":"||||0"}"#,
        r#"{"pipeyard_history":1,"parts":[{"pipeyard":1,"stages":[]}],"now":"0-99999999999||||0"}"#,
        r#"{"pipeyard_history":1,"parts":[{"pipeyard":1,"stages":[]}],"now":"0-18446744073709551615||||0"}"#,
    ] {
        assert!(Editor::from_text(text).is_none(), "{text}");
    }
    let bare = r#"{"pipeyard_history":1,"parts":[{"pipeyard":1,"stages":[]}],"now":"||||0"}"#;
    let editor = Editor::from_text(bare).expect("an empty chain");
    assert_eq!(**editor.chain(), Chain::new(""));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(now in "[0-9 |-]{0,20}", past in "[0-9 |-]{0,20}") {
        let text = format!(
            r#"{{"pipeyard_history":1,"parts":[{{"pipeyard":1,"stages":[]}},{{"id":"a","kind":"discard"}}],"now":"{now}","past":["{past}"]}}"#
        );
        let _ = Editor::from_text(&text);
    }
}
