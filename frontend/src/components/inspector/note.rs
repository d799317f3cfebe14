//! A note: its text and its size.

use pipeyard_shared::NoteId;
use pipeyard_shared::chain::{Chain, Size};
use yew::{Callback, Html, html};

use crate::commands::{Command, titled};
use crate::components::field::{NumberField, TextField};
use crate::desk::Desk;
use crate::editor::{Edit, Parts};

pub(super) fn note_form(desk: &Desk, chain: &Chain, id: &NoteId) -> Html {
    let words = desk.words;
    let Some(note) = chain.note(id) else {
        return html! { <div></div> };
    };
    let write = {
        let (desk, id) = (desk.clone(), id.clone());
        Callback::from(move |text: String| desk.edit(Edit::NoteText(id.clone(), text)))
    };
    let resize = |change: fn(&mut Size, f64)| {
        let (desk, id, size) = (desk.clone(), id.clone(), note.size);
        Callback::from(move |wanted: Option<u64>| {
            let mut size = size;
            if let Some(wanted) = wanted {
                change(&mut size, wanted as f64);
                desk.edit(Edit::NoteSize(id.clone(), size));
            }
        })
    };
    let remove = {
        let (desk, id) = (desk.clone(), id.clone());
        Callback::from(move |_| {
            let mut parts = Parts::default();
            parts.notes.insert(id.clone());
            desk.edit(Edit::RemoveAll {
                parts,
                reconnect: false,
            });
        })
    };
    html! {
        <div class="form">
            <h2 class="inspector__title"><span class="inspector__name">{ words.stage.note }</span></h2>
            <div class="inspector__place">
                <button type="button" id="remove-note" class="button button--danger" title={titled(words.remove, Command::Remove)} onclick={remove}>{ words.remove }</button>
            </div>
            <TextField id="note-text" label={words.stage.note_text} value={note.text.clone()} rows={6} on_change={write} />
            <NumberField id="note-width" label={words.stage.note_width} value={Some(note.size.width.round() as u64)} unit="px" on_change={resize(|size, width| size.width = width)} />
            <NumberField id="note-height" label={words.stage.note_height} value={Some(note.size.height.round() as u64)} unit="px" on_change={resize(|size, height| size.height = height)} />
        </div>
    }
}
