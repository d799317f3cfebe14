//! Notes on the canvas: below the cards, moved and sized like them, written in place.

use pipeyard_shared::chain::{Note, Size};
use web_sys::HtmlTextAreaElement;
use yew::{
    AttrValue, Callback, Html, InputEvent, KeyboardEvent, Properties, TargetCast, classes,
    component, html, use_effect_with, use_node_ref, use_state,
};

use crate::components::placed::placed;
use crate::desk::{Desk, use_desk};
use crate::editor::layout::Area;
use crate::editor::{Action, Edit, Selection};
use crate::hooks::focus_soon;

/// So much an arrow key makes a note larger, in pixels.
const STRIDE: f64 = 20.0;

/// The layer of notes.
pub(super) fn notes(desk: &Desk, notes: &[Note], selection: &Selection) -> Html {
    let notes = notes.iter().map(|note| {
        let own = html! {
            <NoteCard note={note.clone()} selected={selection.has_note(&note.id)} still={desk.recorded} />
        };
        placed(format!("note-{}", note.id), Area::of_note(note), "placed--note", own)
    });
    html! { <div class="canvas__notes">{ for notes }</div> }
}

#[derive(PartialEq, Properties)]
struct Props {
    note: Note,
    selected: bool,
    /// Whether it cannot be changed.
    still: bool,
}

/// One button as long as it is looked at, one field while it is written.
#[component]
fn NoteCard(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words.stage;
    let writing = use_state(|| false);
    let field = use_node_ref();
    {
        let field = field.clone();
        use_effect_with(*writing, move |writing| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>().filter(|_| *writing) {
                // Refused by no browser.
                let _ = field.focus();
                field.select();
            }
        });
    }
    let id = &props.note.id;
    if *writing {
        let write = {
            let (desk, id) = (desk.clone(), id.clone());
            Callback::from(move |event: InputEvent| {
                if let Some(field) = event.target_dyn_into::<HtmlTextAreaElement>() {
                    desk.edit(Edit::NoteText(id.clone(), field.value()));
                }
            })
        };
        let leave = {
            let (desk, writing) = (desk.clone(), writing.clone());
            Callback::from(move |_| {
                desk.act(Action::Settle);
                writing.set(false);
            })
        };
        let key = {
            let (writing, id) = (writing.clone(), id.clone());
            Callback::from(move |event: KeyboardEvent| {
                if event.key() == "Escape" && !event.is_composing() {
                    // The same key would stop a run.
                    event.prevent_default();
                    writing.set(false);
                    focus_soon(format!("[data-note=\"{id}\"]"));
                }
            })
        };
        return html! {
            <textarea ref={field} class="note note__field" aria-label={words.note_text} value={props.note.text.clone()} oninput={write} onblur={leave} onkeydown={key} />
        };
    }
    let open = {
        let (writing, still) = (writing.clone(), props.still);
        Callback::from(move |_| writing.set(!still))
    };
    let key = {
        let (desk, note, writing, still) =
            (desk, props.note.clone(), writing.setter(), props.still);
        Callback::from(move |event: KeyboardEvent| {
            if still || event.is_composing() {
                return;
            }
            if matches!(event.key().as_str(), "Enter" | "F2") && !event.ctrl_key() {
                event.prevent_default();
                writing.set(true);
            } else if let Some(edit) = sized(&event, &note) {
                event.prevent_default();
                desk.edit(edit);
            }
        })
    };
    let first = props.note.text.lines().next().unwrap_or_default();
    let name = match first {
        "" => words.note.to_owned(),
        first => format!("{first} · {}", words.note),
    };
    html! {
        <div class="note__frame">
            <button
                type="button"
                class={classes!("note", props.selected.then_some("is-selected"))}
                data-note={id.to_string()}
                aria-label={AttrValue::from(name)}
                aria-pressed={props.selected.to_string()}
                ondblclick={open}
                onkeydown={key}
            ><span class="note__text">{ &props.note.text }</span></button>
            <i class="note__corner" data-note-corner={id.to_string()} aria-hidden="true" hidden={props.still}></i>
        </div>
    }
}

/// What an arrow key does with Alt: it makes the note larger or smaller. All others are the page's.
fn sized(event: &KeyboardEvent, note: &Note) -> Option<Edit> {
    let (x, y) = match event.key().as_str() {
        "ArrowLeft" => (-1.0, 0.0),
        "ArrowRight" => (1.0, 0.0),
        "ArrowUp" => (0.0, -1.0),
        "ArrowDown" => (0.0, 1.0),
        _ => return None,
    };
    let size = Size {
        width: note.size.width + x * STRIDE,
        height: note.size.height + y * STRIDE,
    };
    event
        .alt_key()
        .then(|| Edit::NoteSize(note.id.clone(), size))
}
