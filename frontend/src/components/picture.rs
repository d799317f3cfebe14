//! Whether the chain is drawn as a canvas, as an outline, or as both.

use yew::{Callback, Html, html};

use crate::desk::Desk;
use crate::ui::{Picture, Show};

/// The class of what holds the picture.
pub(crate) fn class(picture: Picture) -> &'static str {
    match picture {
        Picture::Canvas => "picture",
        Picture::Outline => "picture picture--outline",
        Picture::Both => "picture picture--both",
    }
}

/// The buttons for the choice; the one that is in use is pressed.
pub(crate) fn choice(desk: &Desk, shown: Picture) -> Html {
    let words = desk.words.around;
    let buttons = Picture::ALL.map(|picture| {
        let desk = desk.clone();
        let press = Callback::from(move |_| desk.show(Show::Picture(picture)));
        let name = match picture {
            Picture::Canvas => words.canvas,
            Picture::Outline => words.outline,
            Picture::Both => words.both,
        };
        let pressed = (picture == shown).to_string();
        html! { <button key={picture.word()} type="button" id={format!("picture-{}", picture.word())} class="chip" aria-pressed={pressed} onclick={press}>{ name }</button> }
    });
    html! { <div class="picture__choice" role="group" aria-label={words.picture}>{ for buttons }</div> }
}
