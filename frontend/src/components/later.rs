//! A place for something that is loaded later.

use yew::{Callback, Html, html};

use crate::desk::Desk;
use crate::later::{Loaded, Parts};
use crate::sharing;

/// Shows something of the later parts. Until they are there the place is kept, and when they could not
/// be fetched it says so.
pub(crate) fn later(desk: &Desk, show: impl FnOnce(&Parts) -> Html) -> Html {
    shown(desk, desk.later, &desk.again, show)
}

/// Likewise something of the third file.
pub(crate) fn sharing(desk: &Desk, show: impl FnOnce(&sharing::Parts) -> Html) -> Html {
    shown(desk, desk.sharing, &desk.again, show)
}

/// Likewise something of a file that `again` asks for once more.
pub(crate) fn shown<P>(
    desk: &Desk,
    parts: Loaded<P>,
    again: &Callback<()>,
    show: impl FnOnce(&P) -> Html,
) -> Html {
    match parts {
        Loaded::Here(parts) => show(parts),
        Loaded::Coming => place(desk, again, false),
        Loaded::Missing => place(desk, again, true),
    }
}

fn place(desk: &Desk, again: &Callback<()>, missing: bool) -> Html {
    let words = desk.words.later;
    let sentence = if missing { words.missing } else { words.coming };
    let again = again.reform(|_| ());
    let again: Callback<_> = again;
    html! {
        <div class="later" aria-busy={(!missing).to_string()}>
            <p class={if missing { "later__missing" } else { "later__coming" }} role={missing.then_some("alert")}>{ sentence }</p>
            <button type="button" class="button later__again" hidden={!missing} onclick={again}>{ words.again }</button>
        </div>
    }
}
