//! Whether a command applies just now, and why not.

use super::{Command, Scene};
use crate::editor::view::Look;
use crate::editor::{Selection, Side, can_move, group_of, is_placed};
use crate::left::Ask;
use crate::panes::Panes;
use crate::ui::Over;

/// Whether a command applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It does.
    Can,
    /// It does not, which is worth saying.
    Not(Reason),
    /// It means nothing just now.
    Hidden,
}

/// Why a command does not apply. The sentences are in `i18n/commands.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// A recorded run is shown.
    Recorded,
    /// The runner does not answer.
    NoRunner,
    /// The commands of a chain that came with a link are not shown yet.
    Unread,
    /// A run goes on.
    Running,
    /// The shell text that is typed is no chain.
    WrongLine,
    /// The chain has so many problems.
    Problems(usize),
    /// Nothing is there to be taken back.
    NothingToUndo,
    /// Nothing was taken back.
    NothingToRedo,
    /// Nothing is selected.
    NothingSelected,
    /// No stage is selected.
    NoStage,
    /// There is nothing beside the stage on that side, or it joins more than one.
    NoNeighbour,
    /// The chain is shown as a list alone.
    NoCanvas,
    /// The chain has no stages.
    Empty,
    /// The stages stand where the page put them.
    Tidy,
}

/// Whether a command applies.
pub(crate) fn state(command: Command, scene: &Scene) -> State {
    let editor = &scene.editor;
    let selection = editor.selection();
    let why_not = match command {
        Command::Open(over) if scene.ui.over == Some(over) => return State::Hidden,
        Command::Open(Over::Explain) => {
            let known = matches!(selection, Selection::Stage(_) | Selection::Wire(_));
            (!known).then_some(Reason::NothingSelected)
        }
        Command::Open(Over::Gallery) => scene.recorded.then_some(Reason::Recorded),
        Command::Present(on) if scene.narrow || scene.ui.presenting == on => return State::Hidden,
        Command::Text(step) if scene.ui.text.after(step) == scene.ui.text => return State::Hidden,
        Command::Present(_) | Command::Text(_) | Command::Left(_) => None,
        Command::Lesson(_) if !scene.ui.learns => return State::Hidden,
        Command::Lesson(Ask::Next | Ask::Previous) if !scene.shows_lessons() => {
            return State::Hidden;
        }
        Command::Lesson(_) => None,
        Command::Type if scene.narrow => return State::Hidden,
        Command::ResetPanes if scene.narrow || scene.ui.panes == Panes::default() => {
            return State::Hidden;
        }
        Command::Open(_) | Command::Find | Command::ResetPanes => None,
        Command::Wear(theme) if scene.ui.theme == theme => return State::Hidden,
        Command::Speak(language) if scene.ui.language == language => return State::Hidden,
        Command::Wear(_) | Command::Speak(_) => None,
        _ if !scene.has_canvas() && needs_canvas(command) => Some(Reason::NoCanvas),
        Command::OtherGround | Command::OtherSnap => None,
        Command::CopyAs(_) => (scene.problems > 0).then_some(Reason::Problems(scene.problems)),
        Command::Copy | Command::CopyShell => nothing_to_move(selection),
        Command::Look(Look::Selected) => nothing_to_move(selection),
        Command::Look(_) => None,
        Command::Now if !scene.back => return State::Hidden,
        Command::Stop if !scene.live || scene.back || scene.recorded => return State::Hidden,
        Command::Stop if !scene.connected => Some(Reason::NoRunner),
        Command::Run => why_no_run(scene),
        Command::RunUpTo => why_no_part(scene),
        Command::Now | Command::Stop | Command::Leave | Command::Select(_) | Command::SelectAll => {
            let needs_stages = matches!(command, Command::Select(_) | Command::SelectAll);
            let empty = editor.chain().stages.is_empty() && editor.chain().notes.is_empty();
            (needs_stages && empty).then_some(Reason::Empty)
        }
        _ if scene.recorded => Some(Reason::Recorded),
        Command::Undo => (!editor.can_undo()).then_some(Reason::NothingToUndo),
        Command::Redo => (!editor.can_redo()).then_some(Reason::NothingToRedo),
        Command::Remove => (*selection == Selection::Chain).then_some(Reason::NothingSelected),
        Command::Duplicate => {
            let parts = selection.parts();
            let copied = !parts.stages.is_empty() || !parts.notes.is_empty();
            (!copied).then_some(Reason::NoStage)
        }
        Command::AddNote | Command::Lanes | Command::NewChain | Command::Type => None,
        Command::Ungroup | Command::Fold => {
            if group_of(editor.chain(), &selection.parts()).is_none() {
                return State::Hidden;
            }
            None
        }
        Command::RemoveThrough | Command::Bypass | Command::Group => selection
            .parts()
            .stages
            .is_empty()
            .then_some(Reason::NoStage),
        Command::Move(side) => why_no_move(scene, side),
        Command::Nudge(..) | Command::Cut => nothing_to_move(selection),
        Command::Connect | Command::Rename => {
            let stage = matches!(selection, Selection::Stage(_));
            (!stage).then_some(Reason::NoStage)
        }
        Command::Add | Command::Paste => None,
        Command::Tidy => (!is_placed(editor.chain())).then_some(Reason::Tidy),
    };
    why_not.map_or(State::Can, State::Not)
}

/// What only a canvas can do.
fn needs_canvas(command: Command) -> bool {
    matches!(
        command,
        Command::Look(_)
            | Command::Nudge(..)
            | Command::Connect
            | Command::Rename
            | Command::OtherGround
            | Command::OtherSnap
    )
}

/// What stands at a place of its own: stages and notes.
fn nothing_to_move(selection: &Selection) -> Option<Reason> {
    let parts = selection.parts();
    let none = parts.stages.is_empty() && parts.notes.is_empty();
    none.then_some(Reason::NothingSelected)
}

fn why_no_run(scene: &Scene) -> Option<Reason> {
    match scene {
        _ if scene.recorded => Some(Reason::Recorded),
        _ if scene.unread => Some(Reason::Unread),
        _ if !scene.connected => Some(Reason::NoRunner),
        _ if scene.active || scene.starting => Some(Reason::Running),
        _ if scene.ui.wrong_line => Some(Reason::WrongLine),
        _ if scene.problems > 0 => Some(Reason::Problems(scene.problems)),
        _ => None,
    }
}

/// Problems elsewhere in the chain are no reason: the runner says what is wrong with the part.
fn why_no_part(scene: &Scene) -> Option<Reason> {
    let id = scene.editor.selected_stage();
    let stage = id.and_then(|id| scene.editor.chain().stage(id));
    if !stage.is_some_and(|stage| stage.starts_process() && !stage.bypassed) {
        return Some(Reason::NoStage);
    }
    why_no_run(scene).filter(|reason| !matches!(reason, Reason::Problems(_)))
}

fn why_no_move(scene: &Scene, side: Side) -> Option<Reason> {
    match scene.editor.selected_stage() {
        None => Some(Reason::NoStage),
        Some(id) => (!can_move(scene.editor.chain(), id, side)).then_some(Reason::NoNeighbour),
    }
}
