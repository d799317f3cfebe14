//! A stage of the palette or the files that is let go on the canvas: into the wire below it, or else to where it was dropped.

use pipeyard_shared::chain::{InputPort, OutputPort, Point, Stage, StageKind};

use super::board::Seen;
use super::pointing::place;
use super::target::over;
use crate::editor::Edit;
use crate::editor::gesture::Target;
use crate::editor::layout::{CARD_HEIGHT, WIDEST_CARD};
use crate::editor::view::View;

/// `at` is a place of the window, in pixels. Beside the canvas nothing is added.
pub(super) fn take(seen: &Seen, view: View, kind: StageKind, at: (f64, f64)) {
    if seen.desk.recorded {
        return;
    }
    let document = seen.canvas.owner_document();
    let below = document.and_then(|document| document.element_from_point(at.0 as f32, at.1 as f32));
    let Some(below) = below.filter(|below| seen.canvas.contains(Some(below))) else {
        return;
    };
    let on_canvas = place(&seen.canvas, at.0, at.1);
    let stage = Stage::new("new", kind.clone());
    let fits = stage.has_input(InputPort::Stdin) && stage.has_output(OutputPort::Stdout);
    let edit = match over(seen, &below, view, on_canvas) {
        Target::Wire(wire) if fits => Edit::Insert {
            wire,
            kind,
            at: None,
        },
        _ => {
            let middle = view.to_canvas(on_canvas);
            Edit::AddAt {
                kind,
                at: Point::new(middle.x - WIDEST_CARD / 2.0, middle.y - CARD_HEIGHT / 2.0),
                join: None,
                seen: seen.layout.places(&seen.chain).into(),
            }
        }
    };
    seen.desk.edit(edit);
}
