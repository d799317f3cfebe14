use pipeyard_shared::Chain;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::words::Language;

use super::*;
use crate::editor::{Action, Selection};
use crate::i18n::command_names::CommandNames;
use crate::ui::Theme;

fn scene() -> Scene {
    let stages = ["seq", "sort", "wc"].map(|name| Stage::process(name, name, []));
    let editor = Editor::new(Chain::of_stages("three", stages.to_vec()));
    Scene {
        editor: editor.after(Action::Select(Selection::Stage("sort".into()))),
        ui: Ui::new(Language::En, Theme::System),
        recorded: false,
        connected: true,
        starting: false,
        active: false,
        live: false,
        back: false,
        problems: 0,
        narrow: false,
        unread: false,
        run: None,
    }
}

fn running() -> Scene {
    Scene {
        active: true,
        live: true,
        ..scene()
    }
}

fn key(name: &str) -> Pressed<'_> {
    Pressed {
        name,
        on_chain: true,
        ..Pressed::default()
    }
}

fn control(name: &str) -> Pressed<'_> {
    Pressed {
        control: true,
        ..key(name)
    }
}

fn means(key: &Pressed<'_>, scene: &Scene) -> Option<Command> {
    meaning(key, scene).map(|(command, _)| command)
}

#[test]
fn keys_mean_what_people_expect() {
    let shifted = Pressed {
        shift: true,
        ..control("Z")
    };
    let moving = Pressed {
        alt: true,
        ..key("ArrowRight")
    };
    for (key, command) in [
        (control("Enter"), Command::Run),
        (control("z"), Command::Undo),
        (shifted, Command::Redo),
        (key("Delete"), Command::Remove),
        (control("Delete"), Command::RemoveThrough),
        (key("ArrowLeft"), Command::Select(Side::Left)),
        (moving, Command::Move(Side::Right)),
    ] {
        assert_eq!(means(&key, &scene()), Some(command), "{key:?}");
    }
}

#[test]
fn escape_stops_what_runs_and_leaves_otherwise() {
    assert_eq!(means(&key("Escape"), &running()), Some(Command::Stop));
    assert_eq!(means(&key("Escape"), &scene()), Some(Command::Leave));
    let back = Scene {
        back: true,
        ..running()
    };
    assert_eq!(means(&key("Escape"), &back), Some(Command::Now));
    // In front of a room nothing is stopped by the key that leaves the presentation.
    let mut presented = running();
    presented.ui.presenting = true;
    let leave = Command::Present(false);
    assert_eq!(means(&key("Escape"), &presented), Some(leave));
}

#[test]
fn a_text_field_keeps_its_own_keys() {
    for pressed in [
        control("z"),
        control("a"),
        key("Delete"),
        key("Backspace"),
        key("ArrowLeft"),
    ] {
        let typing = Pressed {
            in_field: true,
            ..pressed
        };
        assert_eq!(means(&typing, &scene()), None, "{typing:?}");
    }
    let run = Pressed {
        in_field: true,
        ..control("Enter")
    };
    assert_eq!(means(&run, &scene()), Some(Command::Run));
}

#[test]
fn what_stands_beside_the_chain_keeps_its_arrows() {
    for name in ["ArrowRight", "Delete"] {
        let tab = Pressed {
            on_chain: false,
            ..key(name)
        };
        assert_eq!(means(&tab, &scene()), None);
    }
}

#[test]
fn what_does_not_apply_says_why() {
    let not = |command, scene: &Scene| match state(command, scene) {
        State::Not(reason) => reason,
        other => panic!("{command:?} is {other:?}"),
    };
    assert_eq!(not(Command::Undo, &scene()), Reason::NothingToUndo);
    assert_eq!(not(Command::Run, &running()), Reason::Running);
    let broken = Scene {
        problems: 2,
        ..scene()
    };
    assert_eq!(not(Command::Run, &broken), Reason::Problems(2));
    let gone = Scene {
        connected: false,
        ..running()
    };
    assert_eq!(not(Command::Stop, &gone), Reason::NoRunner);
    let recorded = Scene {
        recorded: true,
        ..scene()
    };
    assert_eq!(not(Command::Remove, &recorded), Reason::Recorded);
    assert_eq!(
        not(
            Command::Move(Side::Left),
            &Scene {
                editor: scene()
                    .editor
                    .after(Action::Select(Selection::Stage("seq".into()))),
                ..scene()
            }
        ),
        Reason::NoNeighbour
    );
}

#[test]
fn without_a_canvas_copies_are_made_and_what_only_it_can_do_says_why() {
    let listed = Ui {
        picture: Picture::Outline,
        ..scene().ui
    };
    let list = Scene {
        ui: listed,
        ..scene()
    };
    let narrow = Scene {
        narrow: true,
        ..scene()
    };
    for scene in [list, narrow] {
        assert_eq!(state(Command::Duplicate, &scene), State::Can);
        for command in [
            Command::Look(Look::In),
            Command::Nudge(1, 0),
            Command::Connect,
        ] {
            assert_eq!(state(command, &scene), State::Not(Reason::NoCanvas));
        }
    }
}

/// Two commands with one id, or one without a word, would be confused with each other.
#[test]
fn every_command_has_an_id_and_words_of_its_own() {
    let entries: Vec<&Entry> = ALL.iter().copied().flatten().collect();
    for language in [Language::En, Language::Ko] {
        let name = CommandNames::of(language).name;
        for (at, entry) in entries.iter().enumerate() {
            assert!(!name(entry.command).is_empty(), "{}", entry.id);
            for other in &entries[at + 1..] {
                assert_ne!(entry.id, other.id);
                assert_ne!(entry.command, other.command);
                assert_ne!(name(entry.command), name(other.command));
            }
        }
    }
}
