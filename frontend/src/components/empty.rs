//! What an empty canvas teaches: four ways to begin.

use wasm_bindgen_futures::spawn_local;
use yew::{Callback, Html, html};

use crate::components::later;
use crate::components::left::turn;
use crate::desk::Desk;
use crate::hooks::focus_soon;
use crate::i18n::begin::BeginWords;
use crate::learning;
use crate::left::Left;
use crate::platform::has_runner;
use crate::ui::{Over, Show};

/// Its place.
pub(super) fn empty_chain(desk: &Desk) -> Html {
    later::later(desk, |parts| (parts.empty)(desk))
}

/// Take a lesson, pick an example, add a program, or type a line. It is loaded later.
pub(crate) fn content(desk: &Desk) -> Html {
    let words = BeginWords::of(desk.language);
    let cover = |over: Over| {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Over(Some(over))))
    };
    let palette = {
        let desk = desk.clone();
        Callback::from(move |_| {
            turn(&desk, Left::Add);
            focus_soon("#palette-search".to_owned());
        })
    };
    let lesson = {
        let desk = desk.clone();
        Callback::from(move |_| {
            turn(&desk, Left::Lessons);
            let desk = desk.clone();
            spawn_local(async move {
                // Where it cannot be loaded the pane says so.
                if let Ok(parts) = learning::load().await {
                    (parts.start)(&desk);
                }
            });
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
                // Lessons come from the runner.
                if has_runner() { { way("lesson", words.lesson, words.lesson_note, lesson) } }
                { way("example", words.pick, words.pick_note, cover(Over::Gallery)) }
                { way("program", words.program, words.program_note, palette) }
                { way("line", words.line, words.line_note, cover(Over::Actions)) }
            </ol>
        </div>
    }
}
