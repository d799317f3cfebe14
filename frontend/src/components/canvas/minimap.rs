//! The whole chain in a small picture, while not all of it is seen. A click or a drag in it moves the view. It is for
//! eyes and pointers: keys and commands go everywhere without it.

use pipeyard_shared::chain::{Chain, Point};
use web_sys::{Element, HtmlElement};
use yew::{Html, html};

use super::pointing::place;
use crate::components::hue;
use crate::editor::layout::{Area, Layout};
use crate::editor::view::{Minimap, Screen, View};

/// The picture's size; the style sheet has the same.
pub(super) const SIZE: Screen = Screen {
    width: 160.0,
    height: 100.0,
};
/// What is cut by less than this, on the canvas, is seen all the same.
const NEAR: f64 = 1.0;
/// The picture's element.
pub(super) const MINIMAP: &str = ".minimap";

/// The picture. What is seen of the canvas is drawn by [`look`].
pub(crate) fn minimap(chain: &Chain, layout: &Layout) -> Html {
    let rect = |key: String, area: Area, class: yew::Classes| {
        html! {
            <rect {key} {class} x={whole(area.x)} y={whole(area.y)} width={whole(area.width)} height={whole(area.height)} />
        }
    };
    let notes = chain.notes.iter();
    let notes = notes.map(|note| {
        rect(
            format!("note-{}", note.id),
            Area::of_note(note),
            "minimap__note".into(),
        )
    });
    let cards = layout.cards.iter().filter_map(|placed| {
        let stage = chain.stages.get(placed.stage)?;
        let class = yew::classes!("minimap__card", hue(placed.stage));
        Some(rect(stage.id.to_string(), placed.area, class))
    });
    html! {
        <svg class="minimap" aria-hidden="true" focusable="false" preserveAspectRatio="none">
            <g>{ for notes }</g>
            <g>{ for cards }</g>
            <rect class="minimap__seen" />
        </svg>
    }
}

/// Shows what is seen, or nothing where that is all there is.
pub(super) fn look(canvas: &HtmlElement, content: Area, view: View, screen: Screen) {
    let Ok(Some(picture)) = canvas.query_selector(MINIMAP) else {
        return;
    };
    let seen = view.seen(screen);
    let (near, far) = (seen.grown(NEAR), content.corner());
    let end = Point::new(far.x + content.width, far.y + content.height);
    let all = near.holds(far) && near.holds(end) || content.width * content.height == 0.0;
    let _ = picture.set_attribute("data-all", if all { "true" } else { "false" });
    if all {
        return;
    }
    let map = Minimap::of(content, seen, SIZE);
    let corner = map.to_canvas(Point::default());
    let far = map.to_canvas(Point::new(SIZE.width, SIZE.height));
    let size = (far.x - corner.x, far.y - corner.y);
    let shown = format!(
        "{:.0} {:.0} {:.0} {:.0}",
        corner.x, corner.y, size.0, size.1
    );
    let _ = picture.set_attribute("viewBox", &shown);
    if let Some(rect) = picture.last_element_child() {
        write(&rect, seen);
    }
}

/// The place of the canvas that is at this place of the window.
pub(super) fn at(canvas: &HtmlElement, map: Minimap, window: (i32, i32)) -> Option<Point> {
    let picture = canvas.query_selector(MINIMAP).ok()??;
    Some(map.to_canvas(place(&picture, window.0, window.1)))
}

fn write(rect: &Element, area: Area) {
    for (name, value) in [
        ("x", area.x),
        ("y", area.y),
        ("width", area.width),
        ("height", area.height),
    ] {
        // A number is refused by no browser.
        let _ = rect.set_attribute(name, &whole(value));
    }
}

fn whole(value: f64) -> String {
    format!("{value:.0}")
}
