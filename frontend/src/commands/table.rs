//! The list itself, an area a table. Where keys have several meanings, the first one that applies is meant.

use super::chord::{Chord, control, key};
use pipeyard_shared::export::Form;
use pipeyard_shared::words::Language;

use super::{Command, Entry, Group, On};
use crate::editor::Side;
use crate::editor::view::Look;
use crate::left::{Ask, Left};
use crate::text_size::TextStep;
use crate::ui::{Over, Theme};

/// All commands.
pub(crate) const ALL: [&[Entry]; 5] = [RUN, EDIT, SELECT, LOOK, PAGE];

/// The keys of a command that are shown, if it has any.
pub(crate) fn first_chord(command: Command) -> Option<&'static Chord> {
    let mut entries = ALL.iter().copied().flatten();
    entries
        .find(|entry| entry.command == command)?
        .chords
        .first()
}

const fn plain(command: Command, id: &'static str, group: Group) -> Entry {
    Entry {
        command,
        id,
        group,
        chords: &[],
        menus: &[],
    }
}

/// Every part and several of them, but not the canvas itself.
const PARTS: &[On] = &[On::Stage, On::Wire, On::Note, On::Many];

const RUN: &[Entry] = &[
    // Before all others with this key: who presents leaves that first, and stops nothing.
    Entry {
        chords: &[key("Escape").everywhere()],
        menus: &[On::Ground],
        ..plain(Command::Present(false), "present-no-more", Group::Page)
    },
    Entry {
        chords: &[
            control("Enter").everywhere(),
            control("Enter").shift().everywhere(),
        ],
        menus: &[On::Ground],
        ..plain(Command::Run, "run", Group::Run)
    },
    Entry {
        menus: &[On::Stage],
        ..plain(Command::RunUpTo, "run-up-to", Group::Run)
    },
    Entry {
        menus: &[On::Stage],
        ..plain(Command::Open(Over::Explain), "explain", Group::Page)
    },
    Entry {
        chords: &[key("Escape").everywhere()],
        ..plain(Command::Now, "now", Group::Run)
    },
    Entry {
        chords: &[key("Escape").everywhere()],
        menus: &[On::Ground],
        ..plain(Command::Stop, "stop", Group::Run)
    },
];

const EDIT: &[Entry] = &[
    Entry {
        chords: &[control("z")],
        menus: &[On::Ground],
        ..plain(Command::Undo, "undo", Group::Edit)
    },
    Entry {
        chords: &[control("z").shift(), control("y")],
        menus: &[On::Ground],
        ..plain(Command::Redo, "redo", Group::Edit)
    },
    Entry {
        chords: &[control("d")],
        menus: &[On::Stage, On::Note, On::Many],
        ..plain(Command::Duplicate, "duplicate", Group::Edit)
    },
    Entry {
        chords: &[control("b")],
        menus: &[On::Stage, On::Many],
        ..plain(Command::Bypass, "bypass", Group::Edit)
    },
    Entry {
        chords: &[control("g")],
        menus: &[On::Many],
        ..plain(Command::Group, "group", Group::Edit)
    },
    Entry {
        chords: &[control("g").shift()],
        menus: &[On::Many],
        ..plain(Command::Ungroup, "ungroup", Group::Edit)
    },
    Entry {
        menus: &[On::Many],
        ..plain(Command::Fold, "fold", Group::Edit)
    },
    Entry {
        menus: &[On::Ground],
        ..plain(Command::AddNote, "add-note", Group::Edit)
    },
    plain(Command::Lanes, "lanes", Group::Edit),
    plain(Command::NewChain, "new-chain", Group::Edit),
    Entry {
        chords: &[key("ArrowLeft").alt().on_chain()],
        menus: &[On::Stage],
        ..plain(Command::Move(Side::Left), "move-left", Group::Edit)
    },
    Entry {
        chords: &[key("ArrowRight").alt().on_chain()],
        menus: &[On::Stage],
        ..plain(Command::Move(Side::Right), "move-right", Group::Edit)
    },
    Entry {
        chords: &[control("ArrowLeft").on_chain()],
        ..plain(Command::Nudge(-1, 0), "move-to-left", Group::Edit)
    },
    Entry {
        chords: &[key("ArrowLeft").shift().on_chain()],
        ..plain(Command::Nudge(-20, 0), "move-far-left", Group::Edit)
    },
    Entry {
        chords: &[control("ArrowRight").on_chain()],
        ..plain(Command::Nudge(1, 0), "move-to-right", Group::Edit)
    },
    Entry {
        chords: &[key("ArrowRight").shift().on_chain()],
        ..plain(Command::Nudge(20, 0), "move-far-right", Group::Edit)
    },
    Entry {
        chords: &[control("ArrowUp").on_chain()],
        ..plain(Command::Nudge(0, -1), "move-to-up", Group::Edit)
    },
    Entry {
        chords: &[key("ArrowUp").shift().on_chain()],
        ..plain(Command::Nudge(0, -20), "move-far-up", Group::Edit)
    },
    Entry {
        chords: &[control("ArrowDown").on_chain()],
        ..plain(Command::Nudge(0, 1), "move-to-down", Group::Edit)
    },
    Entry {
        chords: &[key("ArrowDown").shift().on_chain()],
        ..plain(Command::Nudge(0, 20), "move-far-down", Group::Edit)
    },
    Entry {
        chords: &[key("a").on_chain()],
        menus: &[On::Stage, On::Ground],
        ..plain(Command::Add, "add", Group::Edit)
    },
    Entry {
        chords: &[key("c").on_chain()],
        menus: &[On::Stage],
        ..plain(Command::Connect, "connect", Group::Edit)
    },
    Entry {
        chords: &[key("F2").on_chain()],
        menus: &[On::Stage],
        ..plain(Command::Rename, "rename", Group::Edit)
    },
    Entry {
        chords: &[control("c").of_browser()],
        menus: &[On::Stage, On::Note, On::Many],
        ..plain(Command::Copy, "copy", Group::Edit)
    },
    Entry {
        menus: &[On::Stage, On::Many],
        ..plain(Command::CopyShell, "copy-shell", Group::Edit)
    },
    Entry {
        chords: &[control("x").of_browser()],
        menus: &[On::Stage, On::Note, On::Many],
        ..plain(Command::Cut, "cut", Group::Edit)
    },
    Entry {
        chords: &[control("v").of_browser()],
        menus: &[On::Ground],
        ..plain(Command::Paste, "paste", Group::Edit)
    },
    Entry {
        menus: &[On::Ground],
        ..plain(Command::Tidy, "tidy", Group::Edit)
    },
    Entry {
        chords: &[
            control("Delete").on_chain(),
            control("Backspace").on_chain(),
        ],
        menus: &[On::Stage, On::Many],
        ..plain(Command::RemoveThrough, "remove-through", Group::Edit)
    },
    Entry {
        chords: &[key("Delete").on_chain(), key("Backspace").on_chain()],
        menus: PARTS,
        ..plain(Command::Remove, "remove", Group::Edit)
    },
];

const SELECT: &[Entry] = &[
    Entry {
        chords: &[control("a")],
        menus: &[On::Ground],
        ..plain(Command::SelectAll, "select-all", Group::Select)
    },
    Entry {
        chords: &[key("ArrowLeft").on_chain()],
        ..plain(Command::Select(Side::Left), "select-left", Group::Select)
    },
    Entry {
        chords: &[key("ArrowRight").on_chain()],
        ..plain(Command::Select(Side::Right), "select-right", Group::Select)
    },
    Entry {
        chords: &[key("Escape").everywhere()],
        ..plain(Command::Leave, "leave", Group::Select)
    },
];

const LOOK: &[Entry] = &[
    Entry {
        chords: &[key("1").on_chain()],
        menus: &[On::Ground],
        ..plain(Command::Look(Look::Fit), "fit", Group::Look)
    },
    Entry {
        chords: &[key(".").on_chain()],
        menus: &[On::Stage, On::Many],
        ..plain(Command::Look(Look::Selected), "fit-selected", Group::Look)
    },
    Entry {
        chords: &[key("0").on_chain()],
        ..plain(Command::Look(Look::Whole), "zoom-whole", Group::Look)
    },
    Entry {
        chords: &[key("+").on_chain(), key("=").on_chain()],
        ..plain(Command::Look(Look::In), "zoom-in", Group::Look)
    },
    Entry {
        chords: &[key("-").on_chain()],
        ..plain(Command::Look(Look::Out), "zoom-out", Group::Look)
    },
    Entry {
        // The view that has the bytes hears it.
        chords: &[control("f").of_browser()],
        ..plain(Command::Find, "find", Group::Look)
    },
    Entry {
        menus: &[On::Ground],
        ..plain(Command::OtherGround, "drag-pans", Group::Look)
    },
    Entry {
        menus: &[On::Ground],
        ..plain(Command::OtherSnap, "snap", Group::Look)
    },
];

const PAGE: &[Entry] = &[
    Entry {
        chords: &[control("k").everywhere()],
        menus: &[On::Ground],
        ..plain(Command::Open(Over::Actions), "actions", Group::Page)
    },
    Entry {
        chords: &[key("?")],
        menus: &[On::Ground],
        ..plain(Command::Open(Over::Keys), "keys", Group::Page)
    },
    Entry {
        chords: &[key("/")],
        ..plain(Command::Type, "type", Group::Page)
    },
    Entry {
        menus: &[On::Ground],
        ..plain(Command::Open(Over::Gallery), "examples", Group::Page)
    },
    Entry {
        chords: &[key("l")],
        menus: &[On::Ground],
        ..plain(Command::Left(Left::Lessons), "lessons", Group::Page)
    },
    plain(Command::Left(Left::Files), "files", Group::Page),
    Entry {
        chords: &[key("PageDown").alt().everywhere()],
        ..plain(Command::Lesson(Ask::Next), "lesson-next", Group::Page)
    },
    Entry {
        chords: &[key("PageUp").alt().everywhere()],
        ..plain(
            Command::Lesson(Ask::Previous),
            "lesson-previous",
            Group::Page,
        )
    },
    plain(Command::Lesson(Ask::Load), "lesson-load", Group::Page),
    plain(Command::Lesson(Ask::Run), "lesson-run", Group::Page),
    plain(Command::Lesson(Ask::Check), "lesson-check", Group::Page),
    plain(Command::Lesson(Ask::Mine), "lesson-mine", Group::Page),
    Entry {
        chords: &[control("s").shift().everywhere()],
        menus: &[On::Ground],
        ..plain(Command::Open(Over::Share), "share", Group::Page)
    },
    plain(Command::CopyAs(Form::Bash), "copy-bash", Group::Page),
    plain(Command::CopyAs(Form::Python), "copy-python", Group::Page),
    plain(Command::CopyAs(Form::Rust), "copy-rust", Group::Page),
    plain(
        Command::CopyAs(Form::Markdown),
        "copy-markdown",
        Group::Page,
    ),
    plain(Command::CopyAs(Form::Svg), "copy-svg", Group::Page),
    plain(Command::CopyAs(Form::Json), "copy-json", Group::Page),
    Entry {
        // Where is worked out when it is asked for.
        chords: &[key("ContextMenu").on_chain(), key("F10").shift().on_chain()],
        ..plain(Command::Open(Over::Menu((0, 0))), "menu", Group::Page)
    },
    Entry {
        chords: &[key("f")],
        menus: &[On::Ground],
        ..plain(Command::Present(true), "present", Group::Page)
    },
    plain(Command::Text(TextStep::Larger), "text-larger", Group::Page),
    plain(
        Command::Text(TextStep::Smaller),
        "text-smaller",
        Group::Page,
    ),
    plain(Command::Text(TextStep::Usual), "text-usual", Group::Page),
    plain(Command::ResetPanes, "reset-panes", Group::Page),
    plain(Command::Wear(Theme::System), "theme-system", Group::Page),
    plain(Command::Wear(Theme::Light), "theme-light", Group::Page),
    plain(Command::Wear(Theme::Dark), "theme-dark", Group::Page),
    plain(
        Command::Wear(Theme::Contrast),
        "theme-contrast",
        Group::Page,
    ),
    plain(Command::Speak(Language::En), "english", Group::Page),
    plain(Command::Speak(Language::Ko), "korean", Group::Page),
];
