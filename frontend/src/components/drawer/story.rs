//! What happened, in at most three sentences.

use pipeyard_shared::event::RunEvent;
use pipeyard_shared::story::{Sentence, story};
use pipeyard_shared::words;
use yew::{Html, Properties, component, html, use_memo};

use crate::components::named::named;
use crate::desk::use_desk;
use crate::format;
use crate::hooks::use_throttled;
use crate::i18n::timeline::TimelineWords;
use crate::runs::Run;
use crate::same::Same;

/// How often a screen reader hears a new story, at most.
const EVERY_MS: u32 = 2_000;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) run: Option<Same<Run>>,
}

#[component]
pub(super) fn Story(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words.replay;
    let run = props.run.clone();
    let told = props
        .run
        .as_ref()
        .map(|run| (run.id, run.recorded, run.log.len(), run.instant));
    let sentences = use_memo(told, |_| run.map(|run| told_by(&run)).unwrap_or_default());
    let instant = props
        .run
        .as_ref()
        .and_then(|run| run.instant.filter(|_| run.is_active()));
    let texts: Vec<String> = props.run.as_ref().map_or_else(Vec::new, |run| {
        let sentences = sentences.iter();
        sentences
            .map(|sentence| words::story(desk.language, &run.chain, sentence))
            .collect()
    });
    let spoken = use_throttled(texts.join(" ").replace('`', ""), EVERY_MS);
    let empty = texts.is_empty();
    let items = texts.into_iter().enumerate().map(|(index, text)| {
        html! { <li key={index} class="story__sentence">{ named(&text) }</li> }
    });
    html! {
        <div id="story" class="story" tabindex="0" role="region" aria-label={words.story}>
            <p class="story__then" hidden={instant.is_none()}>{ instant.map(|at| (words.showing)(format::span(at))).unwrap_or_default() }</p>
            <ol class="story__sentences" hidden={empty}>{ for items }</ol>
            <div class="story__empty" hidden={!empty}>
                <p>{ TimelineWords::of(desk.language).story_empty }</p>
                <ul aria-hidden="true">{ for TimelineWords::of(desk.language).story_example.iter().enumerate().map(|(index, example)| html! { <li key={index}>{ *example }</li> }) }</ul>
            </div>
            <div class="for-readers" role="status" aria-live="polite">{ spoken }</div>
        </div>
    }
}

/// The story of what had happened by the instant that is shown.
fn told_by(run: &Run) -> Vec<Sentence> {
    run.log.read(|events| match run.instant {
        Some(instant) if events.iter().any(|event| event.at_us > instant) => {
            let early = events.iter().filter(|event| event.at_us <= instant);
            story(&run.chain, &early.cloned().collect::<Vec<RunEvent>>())
        }
        _ => story(&run.chain, events),
    })
}
