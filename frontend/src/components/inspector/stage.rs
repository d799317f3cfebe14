//! A stage: what it is called, what it is, and its place in the chain.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Access, Chain, File, Stage, StageKind};
use pipeyard_shared::problem::{self, Problem};
use yew::{Callback, Html, classes, html};

use super::errors::error_at;
use super::input::input_form;
use super::names::Names;
use super::process::process_form;
use super::status::stage_status;
use super::wires::wires;
use crate::commands::{Command, titled};
use crate::components::field::{Choice, TextField};
use crate::components::hue;
use crate::desk::Desk;
use crate::editor::{Edit, Side, can_move};
use crate::i18n::explain::ExplainWords;
use crate::part::Part;
use crate::runs::Run;
use crate::same::Same;
use crate::ui::{Over, Show};

pub(super) fn stage_form(
    desk: &Desk,
    chain: &Same<Chain>,
    run: &Option<Same<Run>>,
    id: &StageId,
    problems: &[Problem],
) -> Html {
    let words = desk.words;
    let Some((index, stage)) = chain
        .stage_index(id)
        .map(|index| (index, &chain.stages[index]))
    else {
        return html! { <div></div> };
    };
    let content = match &stage.kind {
        StageKind::Process(_) | StageKind::Shell(_) => process_form(desk, chain, run, id, problems),
        StageKind::Input(input) => input_form(desk, id, input),
        StageKind::File(file) => file_form(desk, id, file, problems),
        StageKind::Discard => html! { <p class="inspector__text">{ words.discards }</p> },
    };
    let label = {
        let (desk, id) = (desk.clone(), id.clone());
        Callback::from(move |label: String| desk.edit(Edit::Label(id.clone(), Some(label))))
    };
    html! {
        <div class="form">
            <h2 class={classes!("inspector__title", hue(index))}>
                <span class="inspector__kind">{ (words.kind)(&stage.kind) }</span>
                <span class="inspector__name">{ chain.name_of(&stage.id) }</span>
            </h2>
            { place_buttons(desk, chain, id) }
            { run_buttons(desk, chain, run, stage) }
            { stage_status(desk, run, id) }
            { content }
            <TextField
                id="stage-label"
                label={words.label}
                value={stage.label.clone().unwrap_or_default()}
                placeholder={words.label_note}
                on_change={label}
            />
            { wires(desk, chain, stage) }
        </div>
    }
}

/// Moving, copying and removing.
fn place_buttons(desk: &Desk, chain: &Chain, id: &StageId) -> Html {
    let words = desk.words;
    let press = |edit: Edit| {
        let desk = desk.clone();
        Callback::from(move |_| desk.edit(edit.clone()))
    };
    html! {
        <div class="inspector__place" role="group" aria-label={words.place}>
            <button type="button" class="button" disabled={!can_move(chain, id, Side::Left)} title={titled(words.move_left, Command::Move(Side::Left))} aria-label={words.move_left} onclick={press(Edit::Move(id.clone(), Side::Left))}>{ "←" }</button>
            <button type="button" class="button" disabled={!can_move(chain, id, Side::Right)} title={titled(words.move_right, Command::Move(Side::Right))} aria-label={words.move_right} onclick={press(Edit::Move(id.clone(), Side::Right))}>{ "→" }</button>
            <button type="button" class="button" title={titled(words.duplicate, Command::Duplicate)} onclick={press(Edit::Duplicate(id.clone()))}>{ words.duplicate }</button>
            <button type="button" id="remove-stage" class="button button--danger" title={titled(words.remove, Command::Remove)} onclick={press(Edit::Remove(id.clone()))}>{ words.remove }</button>
        </div>
    }
}

/// Leaving it out of a run, and running what leads up to it.
fn run_buttons(desk: &Desk, chain: &Same<Chain>, run: &Option<Same<Run>>, stage: &Stage) -> Html {
    let words = desk.words.stage;
    let bypass = {
        let (desk, id, on) = (desk.clone(), stage.id.clone(), !stage.bypassed);
        Callback::from(move |_| desk.edit(Edit::Bypass(vec![id.clone()], on)))
    };
    let up_to = {
        let (desk, chain, id) = (desk.clone(), chain.0.clone(), stage.id.clone());
        Callback::from(move |_| desk.run_part(&chain, Part::UpTo(id.clone())))
    };
    let active = run.as_ref().is_some_and(|run| run.is_active());
    let runs = stage.starts_process() && !active && !stage.bypassed;
    html! {
        <div class="inspector__place">
            <button type="button" id="run-up-to" class="button" disabled={!runs} title={words.run_up_to_note} onclick={up_to}>{ words.run_up_to }</button>
            <button type="button" id="bypass" class="button button--switch" role="switch" aria-checked={stage.bypassed.to_string()} title={titled(words.bypass_note, Command::Bypass)} onclick={bypass}>{ words.bypass }</button>
            { explain_button(desk) }
        </div>
    }
}

/// All that is known of what is selected, where nothing can be pointed at.
pub(super) fn explain_button(desk: &Desk) -> Html {
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Over(Some(Over::Explain))))
    };
    html! { <button type="button" id="explain-this" class="button" onclick={press}>{ ExplainWords::of(desk.language).name }</button> }
}

fn file_form(desk: &Desk, id: &StageId, file: &File, problems: &[Problem]) -> Html {
    let words = desk.words;
    let path = {
        let (desk, id, access) = (desk.clone(), id.clone(), file.access);
        Callback::from(move |path: String| {
            let path = path.into();
            desk.shape(&id, StageKind::File(File { path, access }), "path", 0);
        })
    };
    let modes = [Access::Read, Access::Write, Access::Append];
    let access = {
        let (desk, id, path) = (desk.clone(), id.clone(), file.path.clone());
        Callback::from(move |chosen: usize| {
            let (path, access) = (path.clone(), modes[chosen.min(2)]);
            desk.shape(&id, StageKind::File(File { path, access }), "", 0);
        })
    };
    html! {
        <div class="form">
            <TextField id="file-path" label={words.path} value={file.path.lossy().into_owned()} note={words.path_note} error={error_at(desk, problems, problem::Part::Path)} mono=true on_change={path} />
            <Names stage={id.clone()} access={file.access} />
            <Choice
                id="file-access"
                label={words.access}
                options={vec![words.read.into(), words.write.into(), words.append.into()]}
                chosen={modes.iter().position(|mode| *mode == file.access).unwrap_or(0)}
                on_change={access}
            />
        </div>
    }
}
