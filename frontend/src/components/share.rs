//! Passing a chain on: the dialog.

use std::rc::Rc;

use pipeyard_shared::Chain;
use yew::{Callback, Html, html};

use crate::components::dialog::Dialog;
use crate::components::later::sharing;
use crate::desk::Desk;
use crate::hooks::clipboard;
use crate::i18n::sharing::SharingWords;
use crate::toast::Say;

/// The dialog, which covers the page.
pub(crate) fn share(desk: &Desk, chain: &Rc<Chain>) -> Html {
    html! {
        <Dialog id="sharing" name={desk.words.gallery.share}>
            { sharing(desk, |parts| (parts.share)(desk, chain)) }
        </Dialog>
    }
}

/// What it says. It comes with the third file.
pub(crate) fn content(desk: &Desk, chain: &Rc<Chain>) -> Html {
    let words = SharingWords::of(desk.language);
    let copy = {
        let (desk, chain) = (desk.clone(), chain.clone());
        Callback::from(move |_| {
            let desk = desk.clone();
            clipboard::write(&chain.to_json_pretty(), move |done| {
                let sentence = if done {
                    words.copied_json
                } else {
                    words.not_copied
                };
                desk.say(Say::New(sentence.to_owned(), None));
            });
        })
    };
    html! {
        <button type="button" id="copy-json" class="button" onclick={copy}>{ words.copy_json }</button>
    }
}
