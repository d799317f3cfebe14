//! Names in sentences.

use yew::{Html, html};

/// A sentence with the names that stand in it between backticks set apart.
pub(super) fn named(text: &str) -> Html {
    let parts = text.split('`').enumerate().map(|(index, part)| {
        if index % 2 == 1 {
            html! { <code key={index} class="story__name">{ part }</code> }
        } else {
            html! { <span key={index}>{ part }</span> }
        }
    });
    parts.collect()
}
