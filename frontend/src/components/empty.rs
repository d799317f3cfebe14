//! What an empty canvas teaches: three ways to begin.

use yew::{Callback, Html, html};

use crate::desk::Desk;
use crate::hooks::focus;
use crate::ui::{Over, Sheet, Show};

/// Pick an example, add a program, or type a line.
pub(super) fn empty_chain(desk: &Desk) -> Html {
    let words = desk.words.gallery;
    let cover = |over: Over| {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Over(Some(over))))
    };
    let palette = {
        let desk = desk.clone();
        Callback::from(move |_| {
            desk.show(Show::Sheet(Some(Sheet::Palette)));
            focus(&["#palette-search"]);
        })
    };
    let way = |id: &'static str, name, note, press| {
        html! {
            <li>
                <button type="button" class="button" data-begin={id} onclick={press}>{ name }</button>
                <span>{ note }</span>
            </li>
        }
    };
    html! {
        <div class="begin">
            <p class="begin__title">{ words.empty }</p>
            <ol class="begin__ways">
                { way("example", words.pick, words.pick_note, cover(Over::Gallery)) }
                { way("program", words.program, words.program_note, palette) }
                { way("line", words.line, words.line_note, cover(Over::Actions)) }
            </ol>
        </div>
    }
}
