//! What a person must know about the connection, and what to do.

use yew::{Html, Properties, component, html};

use crate::desk::use_desk;
use crate::link::{Closed, State, View};
use crate::same::Same;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) view: Same<View>,
}

#[component]
pub(crate) fn Notice(props: &Props) -> Html {
    let words = use_desk().words;
    let sentence = match props.view.state {
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
