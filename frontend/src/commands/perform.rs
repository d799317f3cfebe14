//! Doing what was asked for.

use pipeyard_shared::Chain;
use wasm_bindgen_futures::spawn_local;

use super::{Command, Scene, State, shown_keys, state};
use crate::components::canvas::{self, Clip, Source, Wish};
use crate::components::inspector::{add_note, places};
use crate::desk::Desk;
use crate::editor::{Action, Edit, Selection, group_of};
use crate::hooks::context_menu::below_focus;
use crate::hooks::{focus_soon, press_soon};
use crate::later::Later;
use crate::left::Left;
use crate::link::Intent;
use crate::panes::Pane;
use crate::part::Part;
use crate::replay::Play;
use crate::sharing;
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
        Command::AddNote => add_note(desk, editor.chain()),
        Command::Lanes if scene.narrow => desk.show(Show::Sheet(Some(Sheet::Menu))),
        Command::Lanes => press_soon("#lanes[aria-expanded=false]".to_owned()),
        Command::NewChain => desk.edit(Edit::Replace(Box::new(Chain::new("")))),
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
            } else if !canvas::wish(Wish::Duplicate) {
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
            let (run, leave) = (Command::Run, Command::Present(false));
            let said = (desk.words.around.presenting)(&shown_keys(run), &shown_keys(leave));
            desk.say(match on {
                true => Say::New(said, None),
                false => Say::Withdraw(said),
            });
        }
        Command::Text(step) => desk.show(Show::Text(step)),
        Command::ResetPanes => {
            for pane in Pane::ALL {
                desk.show(Show::Pane(pane, None));
            }
        }
        Command::Wear(theme) => desk.show(Show::Theme(theme)),
        Command::Speak(language) => desk.show(Show::Language(language)),
        Command::Left(left) => turn(desk, left),
        Command::Lesson(ask) => {
            if let Later::Here(parts) = desk.later {
                (parts.ask)(desk, scene, ask);
            }
        }
        Command::Open(Over::Menu(_)) => {
            desk.show(Show::Over(Some(Over::Menu(below_focus()))));
        }
        Command::Open(over) => desk.show(Show::Over(Some(over))),
        Command::Tidy => desk.edit(Edit::Tidy),
        Command::Add => {
            if !canvas::wish(Wish::Add) {
                turn(desk, Left::Add);
                focus_soon("#palette-search".to_owned());
            }
        }
        Command::Copy => clip(Clip::Copy, desk, scene),
        Command::CopyAs(form) => {
            let (desk, chain) = (desk.clone(), editor.chain().clone());
            spawn_local(async move {
                if let Ok(parts) = sharing::parts().await {
                    (parts.copy_as)(&desk, &chain, form);
                }
            });
        }
        Command::CopyShell => clip(Clip::CopyShell, desk, scene),
        Command::Cut => clip(Clip::Cut, desk, scene),
        Command::Paste => clip(Clip::Paste, desk, scene),
        Command::Look(look) => wish(Wish::Look(look)),
        Command::Nudge(x, y) => wish(Wish::Nudge(x, y)),
        Command::Connect => wish(Wish::Connect),
        Command::Rename => wish(Wish::Rename),
        Command::OtherGround => wish(Wish::OtherGround),
        Command::OtherSnap => wish(Wish::OtherSnap),
        Command::Find => {
            // A presentation has no drawer.
            desk.show(Show::Present(false));
            desk.show(Show::Tab(Tab::Data));
            if scene.narrow {
                desk.show(Show::Sheet(Some(Sheet::Drawer)));
            }
            focus_soon("#data-search".to_owned());
        }
        Command::Type => {
            // A presentation has no line.
            desk.show(Show::Present(false));
            focus_soon("#line".to_owned());
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

/// Turns to a tab of the pane on the left, which is loaded later, as are its tabs.
fn turn(desk: &Desk, left: Left) {
    if let Later::Here(parts) = desk.later {
        (parts.turn)(desk, left);
    }
}

/// Asks the canvas for what only it can do, and what does not apply without one.
fn wish(wish: Wish) {
    canvas::wish(wish);
}

/// As the canvas shows the chain, or without one.
fn clip(clip: Clip, desk: &Desk, scene: &Scene) {
    if !canvas::wish(Wish::Clip(clip)) {
        let chain = scene.editor.chain();
        let source = Source {
            desk: desk.clone(),
            chain: chain.clone(),
            parts: scene.editor.selection().parts(),
            places: places(chain),
        };
        source.take(clip);
    }
}
