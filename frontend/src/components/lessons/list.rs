//! The list of lessons: the course in its order, what was done of each, and a file of one's own.

use pipeyard_shared::lesson::exchange::{FileFault, Listed};
use web_sys::HtmlInputElement;
use yew::{
    Callback, Event, Html, InputEvent, KeyboardEvent, Properties, TargetCast, component, html,
    use_state,
};

use super::fetch;
use super::store::{Fetched, Store, change, is_of_file, key_of_file};
use crate::desk::{Desk, use_desk};
use crate::hooks::files::{Given, read};
use crate::hooks::{focus_soon, step_focus};
use crate::i18n::lessons::LessonWords;
use crate::lessons::{Book, Stage, found, stage_of};
use crate::same::Same;

/// More bytes than a lesson may have: then the sentence says so, and not that the file was not read.
const MOST_BYTES: usize = 1 << 20;

/// The list, with what stands around it.
pub(super) fn list(desk: &Desk, now: &Store) -> Html {
    let words = LessonWords::of(desk.language);
    let again = {
        let language = desk.language;
        Callback::from(move |_| fetch::list(language, true))
    };
    let content = match &now.list {
        Fetched::Coming => html! { <p class="lessons__note" aria-busy="true">{ words.coming }</p> },
        Fetched::Missing(why) => html! {
            <div class="lessons__note" role="alert">
                <p>{ why.as_deref().unwrap_or(words.no_list) }</p>
                <button type="button" class="button" onclick={again}>{ words.again }</button>
            </div>
        },
        Fetched::Here(list) => {
            html! { <Course list={list.clone()} last={last(desk, now)} book={now.book.clone()} /> }
        }
    };
    html! {
        <div class="lessons__list">
            { faults(desk, now) }
            { content }
            <div class="lessons__foot">{ open_file(desk) }</div>
        </div>
    }
}

/// The lesson that was open last and is not finished, as it is told: its key and title.
fn last(desk: &Desk, now: &Store) -> Option<(String, String)> {
    let words = LessonWords::of(desk.language);
    let key = now.book.last.as_deref()?;
    let progress = now.book.of(key)?;
    if !matches!(stage_of(Some(progress)), Stage::Begun(_)) {
        return None;
    }
    let title = match is_of_file(key) {
        true => {
            let file = now.file.as_ref();
            let file = file.filter(|file| key_of_file(file) == key)?;
            file.name.clone()
        }
        false => {
            let list = now.list.get()?;
            list.iter().find(|lesson| lesson.name == key)?.title.clone()
        }
    };
    Some((key.to_owned(), (words.resume)(&title)))
}

#[derive(PartialEq, Properties)]
struct Props {
    list: Same<Vec<Listed>>,
    last: Option<(String, String)>,
    book: Book,
}

#[component]
fn Course(props: &Props) -> Html {
    let desk = use_desk();
    let words = LessonWords::of(desk.language);
    let wanted = use_state(String::new);
    let typing = {
        let wanted = wanted.setter();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                wanted.set(input.value());
            }
        })
    };
    let key = {
        let wanted = wanted.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                // The page's own keys mean something again, and this one stops no run on its way out.
                event.prevent_default();
                match (
                    wanted.is_empty(),
                    event.target_dyn_into::<HtmlInputElement>(),
                ) {
                    // Refused by no browser.
                    (true, Some(field)) => drop(field.blur()),
                    _ => wanted.set(String::new()),
                }
            }
        })
    };
    let steps = Callback::from(|event: KeyboardEvent| {
        step_focus(&event, ".lessons__list", "#lesson-search, .lessons__item");
    });
    let shown = found(&props.list, &wanted);
    let none = shown.is_empty();
    let book = &props.book;
    let resume = props.last.as_ref().map(|(key, title)| {
        let press = opener(&desk, key);
        html! { <button type="button" id="lesson-resume" class="button button--primary" onclick={press}>{ title }</button> }
    });
    html! {
        <div class="lessons__course" onkeydown={steps}>
            <input
                id="lesson-search"
                type="search"
                class="field__input lessons__search"
                placeholder={words.find}
                aria-label={words.find}
                value={(*wanted).clone()}
                autocomplete="off"
                spellcheck="false"
                oninput={typing}
                onkeydown={key}
            />
            <div class="lessons__resume" hidden={resume.is_none()}>{ resume.unwrap_or_default() }</div>
            <p class="lessons__note" hidden={!none}>{ (words.none_found)(wanted.trim()) }</p>
            <ol class="lessons__items">
                { for shown.iter().map(|lesson| item(&desk, words, lesson, stage_of(book.of(&lesson.name)))) }
            </ol>
        </div>
    }
}

fn opener(desk: &Desk, key: &str) -> Callback<yew::MouseEvent> {
    let (desk, key) = (desk.clone(), key.to_owned());
    Callback::from(move |_| fetch::open(&desk, &key))
}

fn item(desk: &Desk, words: &'static LessonWords, lesson: &Listed, stage: Stage) -> Html {
    let (mark, state) = match stage {
        Stage::New => ("", String::new()),
        Stage::Begun(at) => ("◐", (words.begun)(at, lesson.steps)),
        Stage::Done => ("✓", words.done.to_owned()),
    };
    let word = match stage {
        Stage::New => "new",
        Stage::Begun(_) => "begun",
        Stage::Done => "done",
    };
    let number = lesson.order.map(|order| order.to_string());
    html! {
        <li key={lesson.name.clone()}>
            <button type="button" class="lessons__item" data-lesson={lesson.name.clone()} data-stage={word} onclick={opener(desk, &lesson.name)}>
                <span class="lessons__number" aria-hidden="true">{ match stage { Stage::Done => "✓".to_owned(), _ => number.unwrap_or_else(|| "·".to_owned()) } }</span>
                <span class="lessons__title">{ &lesson.title }</span>
                <span class="lessons__summary">{ &lesson.summary }</span>
                <span class="lessons__facts">
                    { for lesson.minutes.map(|minutes| html! { <span>{ (words.minutes)(minutes) }</span> }) }
                    <span>{ (words.steps)(lesson.steps) }</span>
                    if lesson.own { <span>{ words.own }</span> }
                    if !state.is_empty() { <b class="lessons__stage"><span aria-hidden="true">{ mark }{ " " }</span>{ state }</b> }
                </span>
            </button>
        </li>
    }
}

/// Chooses a file and opens it.
fn open_file(desk: &Desk) -> Html {
    let words = LessonWords::of(desk.language);
    let change = {
        let desk = desk.clone();
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
                return;
            };
            if let Some(files) = input.files() {
                let desk = desk.clone();
                let given = Callback::from(move |given: Given| fetch::take(&desk, given));
                read(&files, MOST_BYTES, given);
            }
            // The same file can be chosen again.
            input.set_value("");
        })
    };
    html! {
        <label class="button file-button" title={words.open_file_note}>
            <input type="file" id="open-lesson" class="file-button__input" accept=".md" aria-label={words.open_file} onchange={change} />
            <span aria-hidden="true">{ words.open_file }</span>
        </label>
    }
}

/// Why a file is no lesson, line by line.
pub(super) fn faults(desk: &Desk, now: &Store) -> Html {
    let words = LessonWords::of(desk.language);
    let Some((name, faults)) = &now.faults else {
        return html! { <div hidden=true></div> };
    };
    let dismiss = Callback::from(|_| {
        change(|store| store.faults = None);
        // The button is gone.
        focus_soon("#lesson-search, #lesson-all".to_owned());
    });
    // Without a line it is no mistake in the file.
    let head = match faults.iter().any(|fault| fault.line.is_some()) {
        true => (words.faults)(name, faults.len()),
        false => (words.unopened)(name),
    };
    let row = |fault: &FileFault| {
        html! {
            <li>
                if let Some(line) = fault.line { <b>{ (words.line)(line) }{ ": " }</b> }
                { super::prose::coded(&fault.what, '`') }
            </li>
        }
    };
    html! {
        <div id="lesson-faults" class="lessons__faults" role="alert">
            <p>{ head }</p>
            <ol>{ for faults.iter().map(row) }</ol>
            <button type="button" class="button" onclick={dismiss}>{ words.dismiss }</button>
        </div>
    }
}
