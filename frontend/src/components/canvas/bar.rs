//! The buttons that look at the canvas otherwise, and say what dragging does.

use yew::{Html, html};

use super::handling::Handling;
use crate::desk::Desk;
use crate::editor::gesture::Ground;

/// The zoom's button, which says how large the picture is.
pub(super) const ZOOM: &str = "[data-look=\"whole\"]";

/// The bar.
pub(super) fn bar(desk: &Desk, handling: Handling) -> Html {
    let words = desk.words.canvas;
    let button = |look: &'static str,
                  shown: &'static str,
                  name: &'static str,
                  held: Option<bool>,
                  off: bool| {
        html! {
            <button
                key={look}
                type="button"
                class="button canvas__look"
                data-look={look}
                title={name}
                aria-label={name}
                aria-pressed={held.map(|held| held.to_string())}
                disabled={off}
            >{ shown }</button>
        }
    };
    html! {
        <div class="canvas__bar" role="group" aria-label={words.looking}>
            { button("out", "−", words.zoom_out, None, false) }
            // What it shows is written by the picture: a zoom renders nothing.
            <button key="whole" type="button" class="button canvas__look canvas__zoom" data-look="whole" title={words.zoom_whole}>{ "100 %" }</button>
            { button("in", "+", words.zoom_in, None, false) }
            { button("fit", words.zoom_fit, words.zoom_fit, None, false) }
            { button("pan", words.pan_short, words.pan, Some(handling.ground == Ground::Pan), false) }
            { button("snap", words.snap_short, words.snap, Some(handling.snap), false) }
            { button("tidy", words.tidy, words.tidy, None, desk.recorded) }
        </div>
    }
}
