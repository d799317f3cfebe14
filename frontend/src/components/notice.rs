//! What a person must know about the connection, and what to do.

use yew::{Html, html};

use crate::desk::Desk;
use crate::link::{Closed, State, View};
use crate::same::Same;

pub(crate) fn notice(desk: &Desk, view: &Same<View>) -> Html {
    let words = desk.words;
    let sentence = match view.state {
        State::NotFound => words.start_the_runner,
        State::Closed(Closed::Replaced) => words.replaced,
        State::Closed(Closed::OtherProtocol) => words.other_protocol,
        State::Lost => words.lost_note,
        State::Connecting | State::Connected => "",
    };
    html! {
        <div class="notice" role="status" hidden={sentence.is_empty()}>
            <span aria-hidden="true">{ "⚠" }</span>
            <p>{ sentence }</p>
        </div>
    }
}
