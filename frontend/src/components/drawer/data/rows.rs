//! Rows of one height, of which only those in sight are in the document.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::{
    Callback, Event, Html, Properties, TargetCast, component, html, use_effect_with, use_node_ref,
    use_state,
};

use super::sheet::{Drawn, Hits, Sheet};
use crate::desk::{Desk, use_desk};
use crate::format::paint::{Hit, Painted};
use crate::hooks::use_size;
use crate::platform::scale;
use crate::same::Same;

/// The height of a row in pixels; the style sheet has the same.
pub(super) const ROW: f64 = 20.0;
/// Rows drawn beyond those in sight, above and below.
const BEYOND: usize = 12;
/// Rows that are in sight as long as nobody has measured.
const AT_FIRST: usize = 40;
/// Browsers do not draw elements that are higher than some tens of millions of pixels.
const MOST_ROWS: usize = 1_000_000;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// Its id in the page.
    #[prop_or("data")]
    pub(super) id: &'static str,
    pub(super) sheet: Same<Sheet>,
    pub(super) hits: Same<Hits>,
    /// The found place that the person stands at.
    pub(super) current: Option<usize>,
    pub(super) marks: bool,
    /// The id of the view, for those who look for it.
    pub(super) label: &'static str,
}

#[component]
pub(super) fn Rows(props: &Props) -> Html {
    let desk = use_desk();
    let node = use_node_ref();
    let size = use_size(node.clone());
    let first = use_state(|| 0usize);
    let rows = props.sheet.rows().min(MOST_ROWS);
    let scrolled = {
        let first = first.setter();
        Callback::from(move |event: Event| {
            if let Some(element) = event.target_dyn_into::<Element>() {
                first.set((f64::from(element.scroll_top()) / ROW) as usize);
            }
        })
    };
    {
        // What was found is brought into sight.
        let (node, sheet) = (node.clone(), props.sheet.clone());
        let place = (props.current, props.hits.clone());
        use_effect_with(place, move |(current, hits)| {
            let row = current.and_then(|number| sheet.row_of(hits, number));
            if let (Some(row), Some(element)) = (row, node.cast::<HtmlElement>()) {
                bring(&element, row);
            }
        });
    }
    let sight = size.map_or(AT_FIRST, |size| (size.height / ROW) as usize + 2);
    // Fewer rows than before may leave the place scrolled to behind their end.
    let top = (*first).min(rows.saturating_sub(sight));
    let from = top.saturating_sub(BEYOND);
    let to = (top + sight + BEYOND).min(rows);
    let drawn = (from..to).filter_map(|row| {
        let drawn = props
            .sheet
            .draw(row, &props.hits, props.current, props.marks)?;
        Some(html! { <li key={row} class="row">{ content(&desk, drawn, props.sheet.digits) }</li> })
    });
    html! {
        // Scrolled by keys too, so it takes the focus.
        <div ref={node} id={props.id} class="data__bytes" tabindex="0" role="region" aria-label={props.label} onscroll={scrolled}>
            { space(from) }
            <ol class="data__rows" data-rows={rows.to_string()}>{ for drawn }</ol>
            { space(rows - to) }
        </div>
    }
}

/// The room of rows that are not drawn. A picture, since the content security policy refuses styles.
fn space(rows: usize) -> Html {
    html! { <svg class="data__space" width="1" height={(rows as f64 * ROW).to_string()} aria-hidden="true"></svg> }
}

fn content(desk: &Desk, drawn: Drawn, digits: usize) -> Html {
    match drawn {
        Drawn::Gap(bytes, not_kept) => html! {
            <span class="data__gap">{ (desk.words.gap)(bytes, not_kept) }</span>
        },
        Drawn::Text(number, pieces) => {
            let number = number.map(|number| number.to_string()).unwrap_or_default();
            // The number is drawn from an attribute: it is neither searched nor copied with the text.
            let number = (digits > 0).then(|| format!("{number:>digits$}"));
            html! { <span class="row__text" data-number={number}>{ for pieces.into_iter().map(painted) }</span> }
        }
        Drawn::Hex(row) => html! {
            <span class="row__hex">
                <span class="hex__offset" aria-hidden="true">{ row.offset }</span>
                <span class="hex__digits">{ for row.digits.into_iter().map(hex_piece) }</span>
                <span class="hex__text" aria-hidden="true">{ for row.text.into_iter().map(hex_piece) }</span>
            </span>
        },
    }
}

fn painted(piece: Painted) -> Html {
    let (ink, hit) = (piece.ink.class(), piece.hit.class());
    match (ink, piece.hit) {
        ("", Hit::None) => html! { { piece.text } },
        (_, Hit::None) => html! { <span class={ink}>{ piece.text }</span> },
        _ => html! { <mark class={yew::classes!(ink, hit)}>{ piece.text }</mark> },
    }
}

fn hex_piece((text, hit): (String, Hit)) -> Html {
    match hit {
        Hit::None => html! { { text } },
        _ => html! { <mark class={hit.class()}>{ text }</mark> },
    }
}

/// Scrolls a row into the middle, unless it is in sight already.
fn bring(element: &HtmlElement, row: usize) {
    let (top, height) = (
        f64::from(element.scroll_top()),
        f64::from(element.client_height()),
    );
    let at = row as f64 * ROW;
    if at < top || at + ROW > top + height {
        element.set_scroll_top((at - height / 2.0).max(0.0) as i32);
    }
    // A long line may have what was found further to the right.
    let document = element.owner_document();
    let window = document.and_then(|document| document.default_view());
    let node = element.clone();
    let show = wasm_bindgen::closure::Closure::once_into_js(move || {
        if let Ok(Some(mark)) = node.query_selector(".hit--current") {
            let (mark, pane) = (
                mark.get_bounding_client_rect(),
                node.get_bounding_client_rect(),
            );
            if mark.left() < pane.left() || mark.right() > pane.right() {
                let middle = mark.left() - pane.left() - pane.width() / 2.0;
                node.set_scroll_left(node.scroll_left() + (middle / scale()) as i32);
            }
        }
    });
    if let Some(window) = window {
        // By then the row is drawn. Refused by no browser.
        let _ = window.request_animation_frame(show.unchecked_ref());
    }
}
