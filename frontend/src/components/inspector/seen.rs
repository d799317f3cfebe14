//! Where things stand on the canvas, for edits that are made beside it.

use std::rc::Rc;

use pipeyard_shared::chain::{Chain, Point};

use crate::desk::Desk;
use crate::editor::layout::{Layout, Room};
use crate::editor::{Edit, Places};
use crate::hooks::select_soon;

/// Between the chain and a note that is put below it.
const BELOW: f64 = 40.0;

/// Where all stages are seen.
pub(crate) fn places(chain: &Chain) -> Rc<Places> {
    Rc::new(layout(chain).places(chain))
}

/// A free place below everything.
pub(crate) fn below(chain: &Chain) -> Point {
    let bounds = layout(chain).bounds_with_notes(chain);
    Point::new(bounds.x, bounds.y + bounds.height + BELOW)
}

/// Adds a note there, to be written at once.
pub(crate) fn add_note(desk: &Desk, chain: &Chain) {
    let text = desk.words.stage.note_here.to_owned();
    desk.edit(Edit::AddNote(below(chain), text));
    select_soon("#note-text");
}

/// The layout, with the room that the canvas has; where there is none, with as much as it usually has.
fn layout(chain: &Chain) -> Layout {
    let canvas = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.query_selector(".canvas").ok()?);
    let room = match canvas {
        Some(canvas) => Room {
            width: f64::from(canvas.client_width()),
            height: f64::from(canvas.client_height()),
            ..Room::wide()
        },
        None => Room::wide(),
    };
    Layout::of(chain, &room)
}
