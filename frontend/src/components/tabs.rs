//! Tabs, of which one is shown. One of them is reached by Tab, the others by the arrows.

use yew::{Callback, Html, KeyboardEvent, html};

use crate::hooks::focus_soon;

/// A list of tabs, each with its id and its word, above the panel of this id. `turn` is told the place of the one that is
/// wanted.
pub(crate) fn tabs(
    name: &'static str,
    panel: &'static str,
    tabs: &[(&'static str, &'static str)],
    shown: usize,
    turn: &Callback<usize>,
) -> Html {
    let last = tabs.len() - 1;
    let ids: Vec<&'static str> = tabs.iter().map(|(id, _)| *id).collect();
    let key = {
        let turn = turn.clone();
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowRight" if shown == last => 0,
                "ArrowRight" => shown + 1,
                "ArrowLeft" => shown.checked_sub(1).unwrap_or(last),
                "Home" => 0,
                "End" => last,
                _ => return,
            };
            event.prevent_default();
            turn.emit(to);
            focus_soon(format!("#{}", ids[to]));
        })
    };
    let tab = |(at, (id, word)): (usize, &(&'static str, &'static str))| {
        let press = turn.reform(move |_| at);
        let is_shown = at == shown;
        html! {
            <button
                key={*id}
                type="button"
                id={*id}
                class="tabs__tab"
                role="tab"
                aria-selected={is_shown.to_string()}
                aria-controls={panel}
                tabindex={if is_shown { "0" } else { "-1" }}
                onclick={press}
                onkeydown={key.clone()}
            >
                { *word }
            </button>
        }
    };
    html! { <div class="tabs" role="tablist" aria-label={name}>{ for tabs.iter().enumerate().map(tab) }</div> }
}
