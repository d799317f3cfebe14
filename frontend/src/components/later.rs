//! A place for something that is loaded later.

use yew::{Callback, Html, html};

use crate::desk::Desk;
use crate::later::{Later, Parts};

/// Shows something of the later parts. Until they are there the place is kept, and when they could not
/// be fetched it says so.
pub(crate) fn later(desk: &Desk, show: impl FnOnce(&Parts) -> Html) -> Html {
    match desk.later {
        Later::Here(parts) => show(parts),
        Later::Coming => place(desk, false),
        Later::Missing => place(desk, true),
    }
}

fn place(desk: &Desk, missing: bool) -> Html {
    let words = desk.words.later;
    let sentence = if missing { words.missing } else { words.coming };
    let again = desk.again.reform(|_| ());
    let again: Callback<_> = again;
    html! {
        <div class="later" aria-busy={(!missing).to_string()}>
            <p class={if missing { "later__missing" } else { "later__coming" }} role={missing.then_some("alert")}>{ sentence }</p>
            <button type="button" class="button later__again" hidden={!missing} onclick={again}>{ words.again }</button>
        </div>
    }
}
