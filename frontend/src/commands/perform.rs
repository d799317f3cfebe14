//! Doing what was asked for.

use super::{Command, Scene, State, state};
use crate::components::canvas::{self, Wish};
use crate::components::inspector::{below, places};
use crate::desk::Desk;
use crate::editor::{Action, Edit, Selection, group_of};
use crate::hooks::clipboard;
use crate::hooks::context_menu::below_focus;
use crate::hooks::focus_soon;
use crate::link::Intent;
use crate::panes::Pane;
use crate::part::Part;
use crate::replay::Play;
use crate::toast::Say;
use crate::ui::{Over, Sheet, Show, Tab};

/// Does what a command asks for, or says why not.
pub(crate) fn ask(command: Command, desk: &Desk, scene: &Scene) {
    match state(command, scene) {
        State::Can => perform(command, desk, scene),
        State::Not(reason) => desk.say(Say::New((desk.words.commands.why_not)(reason), None)),
        State::Hidden => {}
    }
}

/// Does what a command asks for. It must apply.
fn perform(command: Command, desk: &Desk, scene: &Scene) {
    let editor = &scene.editor;
    let selection = editor.selection();
    match command {
        Command::Run => desk.run(editor.chain()),
        Command::RunUpTo => {
            if let Some(id) = editor.selected_stage() {
                desk.run_part(editor.chain(), Part::UpTo(id.clone()));
            }
        }
        Command::Group => {
            let stages = selection.parts().stages.into_iter().collect();
            desk.edit(Edit::Group(stages, String::new()));
        }
        Command::Ungroup | Command::Fold => {
            if let Some(group) = group_of(editor.chain(), &selection.parts()) {
                let id = group.id.clone();
                desk.edit(match command {
                    Command::Fold => Edit::Collapse(id, !group.collapsed),
                    _ => Edit::Dissolve(id),
                });
            }
        }
        Command::AddNote => {
            let text = desk.words.stage.note_here.to_owned();
            desk.edit(Edit::AddNote(below(editor.chain()), text));
        }
        Command::Stop => desk.wish(Intent::Stop),
        Command::Now => desk.play(Play::Now),
        Command::Leave => {
            desk.show(Show::Over(None));
            desk.show(Show::Sheet(None));
            desk.select(Selection::Chain);
        }
        Command::Undo => desk.act(Action::Undo),
        Command::Redo => desk.act(Action::Redo),
        Command::Remove => match selection {
            Selection::Stage(id) => desk.edit(Edit::Remove(id.clone())),
            Selection::Wire(id) => desk.edit(Edit::Disconnect(id.clone())),
            Selection::Chain => {}
            Selection::Note(_) | Selection::Many(_) => desk.edit(Edit::RemoveAll {
                parts: selection.parts(),
                reconnect: false,
            }),
        },
        Command::RemoveThrough => desk.edit(Edit::RemoveAll {
            parts: selection.parts(),
            reconnect: true,
        }),
        Command::Duplicate => {
            if let Selection::Stage(id) = selection {
                desk.edit(Edit::Duplicate(id.clone()));
            } else if scene.has_canvas() {
                canvas::wish(Wish::Duplicate);
            } else {
                let chain = editor.chain();
                desk.edit(Edit::DuplicateAll(selection.parts(), places(chain)));
            }
        }
        Command::Bypass => {
            let stages: Vec<_> = selection.parts().stages.into_iter().collect();
            let bypassed = |id| editor.chain().stage(id).is_some_and(|stage| stage.bypassed);
            let all = stages.iter().all(bypassed);
            desk.edit(Edit::Bypass(stages, !all));
        }
        Command::Present(on) => {
            desk.show(Show::Present(on));
            if on {
                desk.say(Say::New(desk.words.around.presenting.to_owned(), None));
            }
        }
        Command::Text(step) => desk.show(Show::Text(step)),
        Command::ResetPanes => {
            for pane in Pane::ALL {
                desk.show(Show::Pane(pane, None));
            }
        }
        Command::Share => share(desk, scene),
        Command::Wear(theme) => desk.show(Show::Theme(theme)),
        Command::Speak(language) => desk.show(Show::Language(language)),
        Command::Open(Over::Menu(_)) => {
            desk.show(Show::Over(Some(Over::Menu(below_focus()))));
        }
        Command::Open(over) => desk.show(Show::Over(Some(over))),
        Command::Look(look) => canvas::wish(Wish::Look(look)),
        Command::Nudge(x, y) => canvas::wish(Wish::Nudge(x, y)),
        Command::Tidy => desk.edit(Edit::Tidy),
        Command::Add => canvas::wish(Wish::Add),
        Command::Connect => canvas::wish(Wish::Connect),
        Command::Rename => canvas::wish(Wish::Rename),
        Command::Copy => canvas::wish(Wish::Copy),
        Command::CopyShell => canvas::wish(Wish::CopyShell),
        Command::Cut => canvas::wish(Wish::Cut),
        Command::Paste => canvas::wish(Wish::Paste),
        Command::OtherGround => canvas::wish(Wish::OtherGround),
        Command::OtherSnap => canvas::wish(Wish::OtherSnap),
        Command::Find => {
            desk.show(Show::Tab(Tab::Data));
            if scene.narrow {
                desk.show(Show::Sheet(Some(Sheet::Drawer)));
            }
            focus_soon("#data-search".to_owned());
        }
        Command::SelectAll => desk.act(Action::SelectAll),
        Command::Select(side) => desk.act(Action::SelectBeside(side)),
        Command::Move(side) => {
            if let Some(id) = editor.selected_stage() {
                desk.edit(Edit::Move(id.clone(), side));
            }
        }
    }
}

/// The chain goes to the clipboard as text, which is said when it is there.
fn share(desk: &Desk, scene: &Scene) {
    let desk = desk.clone();
    clipboard::write(&scene.editor.chain().to_json_pretty(), move |done| {
        let words = desk.words.gallery;
        let sentence = if done { words.shared } else { words.not_shared };
        desk.say(Say::New(sentence.to_owned(), None));
    });
}
