//! The connection light: a dot, a word, and how far away the runner is.

use yew::{Callback, Html, html};

use crate::desk::Desk;
use crate::link::{Closed, Intent, State, View};
use crate::same::Same;

/// Pressing it tries to connect at once.
pub(super) fn connection(desk: &Desk, view: &Same<View>) -> Html {
    let words = desk.words;
    let latency = view.latency_ms.map(|ms| format!("{:.0} ms", ms.max(1.0)));
    let (state, text) = match view.state {
        State::Connected => (
            "connected",
            (words.runner_at)(view.yard, &latency.unwrap_or_default()),
        ),
        _ if view.full.is_some() => ("lost", words.no_room.to_owned()),
        State::Connecting => ("connecting", words.connecting.to_owned()),
        State::Lost => ("lost", words.connection_lost.to_owned()),
        State::NotFound => ("notfound", words.runner_not_found.to_owned()),
        State::Closed(Closed::Alone) => ("alone", words.gallery.no_runner.to_owned()),
        State::Closed(_) => ("closed", words.connection_closed.to_owned()),
    };
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| desk.wish(Intent::Reconnect))
    };
    html! {
        <button
            type="button"
            id="link"
            class="link"
            data-state={state}
            title={if view.state == State::Connected { (words.connected_note)(view.yard) } else { words.try_now }}
            onclick={press}
        >
            <i class="link__light" aria-hidden="true"></i>
            <span>{ text }</span>
        </button>
    }
}
