//! The question of a wire: a guess is asked for before its data is shown, and compared with what came.

use std::rc::Rc;

use pipeyard_shared::WireId;
use pipeyard_shared::chain::Chain;
use pipeyard_shared::flow::FlowPoint;
use web_sys::HtmlTextAreaElement;
use yew::{Callback, Html, Properties, SubmitEvent, component, html, use_node_ref};

use crate::components::diff::{Compared, diff_view};
use crate::desk::{Desk, use_desk};
use crate::format::grouped;
use crate::i18n::runs::RunsWords;
use crate::runs::Flow;
use crate::runs::guess::{Guess, Verdict, as_bytes, first_bytes, judge};
use crate::ui::Show;

/// The wire of a place and its question, if it has one.
pub(super) fn question<'a>(
    chain: &'a Chain,
    place: Option<&FlowPoint>,
) -> Option<(&'a WireId, &'a str)> {
    let Some(FlowPoint::Wire(id)) = place else {
        return None;
    };
    let wire = chain.wire(id)?;
    Some((&wire.id, wire.question.as_deref()?))
}

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) wire: WireId,
    pub(super) question: String,
}

/// In place of the data, as long as there is no guess.
#[component]
pub(super) fn Ask(props: &Props) -> Html {
    let desk = use_desk();
    let words = RunsWords::of(desk.language);
    let area = use_node_ref();
    let asked = (props.wire.clone(), Rc::from(&*props.question));
    let submit = {
        let (desk, area, asked) = (desk.clone(), area.clone(), asked.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                let text: Rc<str> = area.value().into();
                desk.show(Show::Guess(asked.clone(), Some(Guess::Made(text))));
            }
        })
    };
    let waive = {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Guess(asked.clone(), Some(Guess::Waived))))
    };
    html! {
        <form id="predict" class="predict" onsubmit={submit}>
            <label class="predict__question" for="predict-guess"><span aria-hidden="true">{ "? " }</span>{ &props.question }</label>
            <textarea ref={area} id="predict-guess" class="field__input is-mono" rows="3" maxlength="4000" placeholder={words.guess_here} />
            <p class="predict__note">{ words.guess_note }</p>
            <div class="predict__buttons">
                <button type="submit" id="predict-made" class="button">{ words.guess }</button>
                <button type="button" id="predict-waived" class="button" onclick={waive}>{ words.waive }</button>
            </div>
        </form>
    }
}

/// Above the data: what was guessed, and what came of it.
pub(super) fn told(
    desk: &Desk,
    wire: &WireId,
    question: &str,
    guess: &Guess,
    flow: Option<&Flow>,
) -> Html {
    let words = RunsWords::of(desk.language);
    let again = {
        let (desk, asked) = (desk.clone(), (wire.clone(), Rc::from(question)));
        Callback::from(move |_| desk.show(Show::Guess(asked.clone(), None)))
    };
    let verdict = match (guess, flow) {
        (Guess::Made(text), Some(flow)) => Some((text, flow, judge(text, flow))),
        _ => None,
    };
    let (class, said) = match (&verdict, guess) {
        (_, Guess::Waived) => ("", words.waived.to_owned()),
        (None | Some((_, _, Verdict::Open)), _) => ("", words.guess_open.to_owned()),
        (Some((_, _, Verdict::Right)), _) => ("is-fine", format!("✓ {}", words.guess_right)),
        (Some((_, _, Verdict::Lines { guessed, came })), _) => {
            let (guessed, came) = (grouped(*guessed), grouped(*came));
            (
                "is-other",
                format!("≠ {}", (words.guess_lines)(&guessed, &came)),
            )
        }
        (Some((_, _, Verdict::Other)), _) => ("is-other", format!("≠ {}", words.guess_other)),
    };
    let difference = verdict.and_then(|(text, flow, verdict)| {
        let came = first_bytes(&flow.preview);
        let more = (came.len() as u64) < flow.bytes;
        let compared = Compared::of_texts(as_bytes(text), came, more);
        (verdict == Verdict::Other)
            .then(|| diff_view(desk, &compared, [words.guessed, words.came], false))
    });
    html! {
        <section class="predict predict--told" aria-label={question.to_owned()}>
            <p>
                <span class="predict__question">{ question.to_owned() }</span>
                { " " }
                <b id="predict-verdict" class={class} role="status">{ said }</b>
                { " " }
                <button type="button" id="predict-again" class="chip" onclick={again}>{ words.guess_again }</button>
            </p>
            { difference.unwrap_or_default() }
        </section>
    }
}
