//! A question that is answered before something is seen.

use pipeyard_shared::Chain;
use pipeyard_shared::lesson::{Inline, Question, QuestionKind};
use web_sys::{Event, HtmlInputElement, SubmitEvent};
use yew::{Callback, Html, InputEvent, Properties, TargetCast, component, html, use_state};

use super::prose::{about, line};
use super::store::{act, change};
use crate::desk::{Desk, use_desk};
use crate::hooks::focus_soon;
use crate::i18n::lessons::LessonWords;
use crate::lessons::{Act, Progress, is_run_of, measured};
use crate::runs::Run;

/// The most characters that can be typed.
const MOST_CHARACTERS: &str = "200";

/// The question; once it was answered, what is right, why, and what the run has shown.
pub(super) fn question(
    desk: &Desk,
    progress: &Progress,
    number: usize,
    asked: &Question,
    chain: Option<&Chain>,
    run: Option<&Run>,
) -> Html {
    let words = LessonWords::of(desk.language);
    let name = format!("question-{number}");
    let answered = progress.answers.get(&number);
    // A choice that is there no more is asked for again.
    let answered = answered.and_then(|kept| Some((kept, asked.words_of(kept)?)));
    let content = match answered {
        None => html! { <Field {number} question={asked.clone()} /> },
        Some((kept, given)) => {
            let right = asked.is_right(kept);
            let found = match (&asked.measured, chain, run) {
                (Some(measure), Some(chain), Some(run)) => measured(run, chain, measure),
                _ => None,
            };
            let seen = match found {
                Some(found) => Some((words.measured)(&found)),
                None if asked.measured.is_none() => None,
                None => chain.map(|chain| match run.is_some_and(|run| is_run_of(run, chain)) {
                    true => words.not_measured.to_owned(),
                    false => words.to_be_measured.to_owned(),
                }),
            };
            html! {
                <div class="lesson__told" tabindex="-1" data-right={right.to_string()}>
                    if !right { <p>{ about(desk, words.you_said, &given) }</p> }
                    <p class="lesson__verdict">
                        <span aria-hidden="true">{ if right { "✓ " } else { "✗ " } }</span>
                        <b>{ about(desk, verdict(words, right), &right_words(asked)) }</b>
                    </p>
                    <p>{ line(desk, &asked.because) }</p>
                    if let Some(seen) = seen { <p class="lesson__measured">{ seen }</p> }
                </div>
            }
        }
    };
    html! {
        <section class="lesson__box lesson__box--question" data-question={number.to_string()} aria-labelledby={name.clone()}>
            <p class="lesson__kind" id={name}>{ words.question }</p>
            <p class="lesson__ask">{ line(desk, &asked.ask) }</p>
            <div>{ content }</div>
        </section>
    }
}

/// How the right answer is named.
fn verdict(words: &'static LessonWords, right: bool) -> fn(&str) -> String {
    match right {
        true => words.right,
        false => words.wrong,
    }
}

fn right_words(asked: &Question) -> Vec<Inline> {
    asked.words_of(&asked.answer).unwrap_or_default()
}

#[derive(PartialEq, Properties)]
struct Props {
    number: usize,
    question: Question,
}

/// Where the answer is given.
#[component]
fn Field(props: &Props) -> Html {
    let desk = use_desk();
    let words = LessonWords::of(desk.language);
    let given = use_state(String::new);
    let typing = {
        let given = given.setter();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                given.set(input.value());
            }
        })
    };
    let chosen = {
        let given = given.setter();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                given.set(input.value());
            }
        })
    };
    let submit = {
        let (given, question, number) = (given.clone(), props.question.clone(), props.number);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if given.trim().is_empty() {
                return;
            }
            let right = question.is_right(&given);
            act(Act::Answer(number, (*given).clone()));
            // The field is gone then.
            focus_soon(format!("[data-question=\"{number}\"] .lesson__told"));
            change(|store| {
                let verdict = verdict(words, right)(&Inline::plain(&right_words(&question)));
                // A choice may be a sentence.
                let stop = if verdict.ends_with(['.', '?', '!']) {
                    ""
                } else {
                    "."
                };
                store.said = format!("{verdict}{stop} {}", Inline::plain(&question.because));
            });
        })
    };
    let name = format!("answer-{}", props.number);
    let field = match props.question.kind {
        QuestionKind::Choice => html! {
            <fieldset class="lesson__choices">
                <legend class="for-readers">{ words.your_answer }</legend>
                { for props.question.choices.iter().enumerate().map(|(place, choice)| html! {
                    <label key={place} class="lesson__choice">
                        <input type="radio" name={name.clone()} value={place.to_string()} checked={*given == place.to_string()} onchange={chosen.clone()} />
                        <span>{ line(&desk, choice) }</span>
                    </label>
                }) }
            </fieldset>
        },
        kind => html! {
            <input
                id={name}
                class="field__input lesson__field"
                type="text"
                inputmode={(kind == QuestionKind::Number).then_some("decimal")}
                maxlength={MOST_CHARACTERS}
                aria-label={words.your_answer}
                placeholder={words.your_answer}
                autocomplete="off"
                spellcheck="false"
                value={(*given).clone()}
                oninput={typing}
            />
        },
    };
    html! {
        <form class="lesson__form" onsubmit={submit}>
            { field }
            <button type="submit" class="button" disabled={given.trim().is_empty()}>{ words.answer }</button>
        </form>
    }
}
