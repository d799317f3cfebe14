//! A stage: what it is called, what it is, and its place in the chain.

use pipeyard_shared::StageId;
use pipeyard_shared::chain::{Access, Chain, File, StageKind};
use yew::{Callback, Html, classes, html};

use super::input::input_form;
use super::process::process_form;
use super::status::stage_status;
use super::wires::wires;
use crate::components::field::{Choice, TextField};
use crate::components::hue;
use crate::desk::Desk;
use crate::editor::{Edit, Side, can_move};
use crate::runs::Run;
use crate::same::Same;

pub(super) fn stage_form(
    desk: &Desk,
    chain: &Same<Chain>,
    run: &Option<Same<Run>>,
    id: &StageId,
) -> Html {
    let words = desk.words;
    let Some((index, stage)) = chain
        .stage_index(id)
        .map(|index| (index, &chain.stages[index]))
    else {
        return html! { <div></div> };
    };
    let content = match &stage.kind {
        StageKind::Process(_) | StageKind::Shell(_) => process_form(desk, chain, run, id),
        StageKind::Input(input) => input_form(desk, id, input),
        StageKind::File(file) => file_form(desk, id, file),
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
            { stage_status(desk, run, id) }
            { content }
            <TextField
                id="stage-label"
                label={words.label}
                value={stage.label.clone().unwrap_or_default()}
                placeholder={words.label_note}
                on_change={label}
            />
            { wires(desk, chain, id) }
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
            <button type="button" class="button" disabled={!can_move(chain, id, Side::Left)} title={format!("{} · Alt ←", words.move_left)} aria-label={words.move_left} onclick={press(Edit::Move(id.clone(), Side::Left))}>{ "←" }</button>
            <button type="button" class="button" disabled={!can_move(chain, id, Side::Right)} title={format!("{} · Alt →", words.move_right)} aria-label={words.move_right} onclick={press(Edit::Move(id.clone(), Side::Right))}>{ "→" }</button>
            <button type="button" class="button" title="Ctrl D" onclick={press(Edit::Duplicate(id.clone()))}>{ words.duplicate }</button>
            <button type="button" id="remove-stage" class="button button--danger" title="Delete" onclick={press(Edit::Remove(id.clone()))}>{ words.remove }</button>
        </div>
    }
}

fn file_form(desk: &Desk, id: &StageId, file: &File) -> Html {
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
            <TextField id="file-path" label={words.path} value={file.path.lossy().into_owned()} note={words.path_note} mono=true on_change={path} />
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
