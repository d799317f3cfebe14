//! The lesson that is open: a step at a time, and the way through it.

use pipeyard_shared::lesson::{Lesson, Part, Step};
use yew::{Callback, Html, classes, html};

use super::store::{Fetched, Store, change};
use super::{Props, chains, close, exercise, fetch, list, prose, question, with_keys};
use crate::commands::Command;
use crate::desk::Desk;
use crate::hooks::focus_soon;
use crate::i18n::lessons::LessonWords;
use crate::left::Ask;
use crate::lessons::{Act, Progress, next_of};

/// Steps up to which each has a mark of its own that can be pressed; the list has them all.
const MOST_MARKS: usize = 10;

/// The step that is shown.
const STEP: &str = ".lesson__step";

/// The lesson, or why it is not there.
pub(super) fn lesson(desk: &Desk, now: &Store, props: &Props) -> Html {
    let words = LessonWords::of(desk.language);
    let content = match (&now.lesson, now.book.present()) {
        (Fetched::Here(lesson), Some(progress)) => shown(desk, now, props, lesson, progress),
        (Fetched::Missing(why), _) => {
            let language = desk.language;
            let again = Callback::from(move |_| fetch::lesson(language, true));
            html! {
                <div class="lessons__note" role="alert">
                    <p>{ why.as_deref().unwrap_or(words.no_lesson) }</p>
                    <button type="button" class="button" onclick={again}>{ words.again }</button>
                </div>
            }
        }
        _ => html! { <p class="lessons__note" aria-busy="true">{ words.coming }</p> },
    };
    let back = {
        let desk = desk.clone();
        Callback::from(move |_| close(&desk))
    };
    html! {
        <div class="lesson" id="lesson">
            <div class="lesson__bar">
                <button type="button" id="lesson-all" class="button button--bare" onclick={back}><span aria-hidden="true">{ "‹ " }</span>{ words.all }</button>
                { chains::way_back(desk, &props.chain) }
            </div>
            { list::faults(desk, now) }
            { content }
        </div>
    }
}

fn shown(desk: &Desk, now: &Store, props: &Props, lesson: &Lesson, progress: &Progress) -> Html {
    let words = LessonWords::of(desk.language);
    let Some(step) = lesson.steps.get(progress.at) else {
        return html! { <p class="lessons__note">{ words.no_step }</p> };
    };
    let place = format!("{} {} {}", lesson.name, lesson.language.tag(), progress.at);
    let body = match now.over {
        true => end(desk, now, lesson, progress),
        false => html! {
            // Another step is another place: it is shown from its top.
            <div key={place} class="lesson__step" tabindex="0" role="group" aria-labelledby="lesson-step">
                if progress.at == 0 { <div class="lesson__opening">{ prose::blocks(desk, &lesson.opening) }</div> }
                <h3 id="lesson-step" class="lesson__name">{ &step.title }</h3>
                { consent(desk, now, step) }
                { parts(desk, now, props, lesson, progress, step) }
            </div>
        },
    };
    html! {
        <>
            <div class="lesson__head">
                <h2 class="lesson__title">{ &lesson.title }</h2>
                { way(desk, words, lesson, progress, now.over) }
            </div>
            { body }
            { foot(desk, words, progress, now.over) }
        </>
    }
}

/// Where one is: a mark a step, and the list of all of them.
fn way(
    desk: &Desk,
    words: &'static LessonWords,
    lesson: &Lesson,
    progress: &Progress,
    over: bool,
) -> Html {
    let go = |step: usize| {
        let desk = desk.clone();
        Callback::from(move |_| super::go(&desk, step))
    };
    let here = |step: usize| step == progress.at && !over;
    let mark = |step: usize| {
        let been = step <= progress.reached;
        let name = format!(
            "{}: {}",
            (words.step_of)(step + 1, progress.steps),
            lesson.steps[step].title
        );
        html! {
            <li key={step}>
                <button
                    type="button"
                    class={classes!("lesson__mark", been.then_some("lesson__mark--been"))}
                    data-step={step.to_string()}
                    aria-label={name.clone()}
                    title={name}
                    aria-current={here(step).then_some("step")}
                    onclick={go(step)}
                ></button>
            </li>
        }
    };
    let marks = (progress.steps <= MOST_MARKS).then(|| {
        html! { <ol class="lesson__marks">{ for (0..lesson.steps.len()).map(mark) }</ol> }
    });
    let item = |(number, step): (usize, &Step)| {
        html! {
            <li key={number}>
                <button type="button" class="lesson__listed" aria-current={here(number).then_some("step")} onclick={go(number)}>{ &step.title }</button>
            </li>
        }
    };
    html! {
        <div class="lesson__way">
            { marks.unwrap_or_else(|| html! { <span></span> }) }
            <details class="lesson__contents" key={progress.at}>
                <summary>{ (words.step_of)(progress.at + 1, progress.steps) }</summary>
                <ol aria-label={words.step_list}>{ for lesson.steps.iter().enumerate().map(item) }</ol>
            </details>
        </div>
    }
}

fn parts(
    desk: &Desk,
    now: &Store,
    props: &Props,
    lesson: &Lesson,
    progress: &Progress,
    step: &Step,
) -> Html {
    // Questions and exercises are numbered through the whole lesson.
    let before = lesson.steps[..progress.at]
        .iter()
        .flat_map(|step| &step.parts);
    let (mut questions, mut exercises) = (0, 0);
    for part in before {
        match part {
            Part::Question(_) => questions += 1,
            Part::Exercise(_) => exercises += 1,
            _ => {}
        }
    }
    let mut chain = None;
    let mut chains = 0;
    let mut html = Vec::new();
    for part in &step.parts {
        html.push(match part {
            Part::Prose(block) => prose::block(desk, block),
            Part::Chain(given) => {
                chain = Some(&given.chain);
                chains += 1;
                let (shown, standing) = (&props.chain, props.standing);
                chains::given(desk, now, shown, standing, chains - 1, given)
            }
            Part::Question(asked) => {
                let run = props.run.as_deref();
                questions += 1;
                question::question(desk, progress, questions - 1, asked, chain, run)
            }
            Part::Exercise(task) => {
                exercises += 1;
                exercise::exercise(desk, now, props, progress, exercises - 1, task)
            }
        });
    }
    html! { <>{ for html }</> }
}

/// Asks whether the solutions of somebody else's lesson may be run, before any is.
fn consent(desk: &Desk, now: &Store, step: &Step) -> Html {
    let words = LessonWords::of(desk.language);
    let asks = step
        .parts
        .iter()
        .any(|part| matches!(part, Part::Exercise(_)));
    let file = now.own_file().filter(|file| asks && !file.trusted);
    let Some(file) = file else {
        return html! { <div hidden=true></div> };
    };
    let allow = Callback::from(|_| {
        change(|store| {
            if let Some(file) = &mut store.file {
                std::rc::Rc::make_mut(file).trusted = true;
            }
        });
        // The button is gone.
        focus_soon(STEP.to_owned());
    });
    html! {
        <div id="lesson-consent" class="lesson__consent" role="note">
            <p>{ (words.consent)(&file.name) }</p>
            <button type="button" class="button" onclick={allow}>{ words.allow }</button>
        </div>
    }
}

/// The end: what was done, and where to go on.
fn end(desk: &Desk, now: &Store, lesson: &Lesson, progress: &Progress) -> Html {
    let words = LessonWords::of(desk.language);
    let next = now.list.get().and_then(|list| next_of(list, &lesson.name));
    let over = {
        let desk = desk.clone();
        Callback::from(move |_| {
            super::store::act(Act::StartOver);
            change(|store| {
                store.checks.clear();
                store.news = None;
            });
            super::go(&desk, 0);
            // The end is gone.
            focus_soon(STEP.to_owned());
        })
    };
    let all = lesson.exercises().count();
    let done = progress.done.len().min(all);
    let shown = progress.solutions.len().min(all);
    html! {
        <div key="end" id="lesson-end" class="lesson__step">
            <p class="lesson__name"><span aria-hidden="true">{ "✓ " }</span>{ (words.finished)(&lesson.title) }</p>
            if all > 0 { <p>{ (words.finished_exercises)(done, all) }</p> }
            if shown > 0 { <p id="lesson-solutions">{ (words.finished_solutions)(shown, all) }</p> }
            <p class="lesson__ways">
                { match next {
                    Some(next) => {
                        let (desk, name) = (desk.clone(), next.name.clone());
                        let press = Callback::from(move |_| fetch::open(&desk, &name));
                        html! { <button type="button" id="lesson-onward" class="button button--primary" onclick={press}>{ (words.next_lesson)(&next.title) }</button> }
                    }
                    None => html! { <span>{ words.last_lesson }</span> },
                } }
                <button type="button" id="lesson-over" class="button" onclick={over}>{ words.start_over }</button>
            </p>
        </div>
    }
}

fn foot(desk: &Desk, words: &'static LessonWords, progress: &Progress, over: bool) -> Html {
    let last = progress.at + 1 >= progress.steps;
    let press = |on: bool| {
        let desk = desk.clone();
        Callback::from(move |_| super::step(&desk, on))
    };
    let next = if last { words.finish } else { words.next };
    let keys = |words: &str, ask: Ask| with_keys(words, Command::Lesson(ask));
    html! {
        <div class="lesson__foot">
            <button type="button" id="lesson-previous" class="button" aria-disabled={(progress.at == 0 && !over).to_string()} title={keys(words.previous, Ask::Previous)} onclick={press(false)}><span aria-hidden="true">{ "‹ " }</span>{ words.previous }</button>
            <button type="button" id="lesson-next" class="button button--primary" aria-disabled={over.to_string()} title={keys(next, Ask::Next)} onclick={press(true)}>{ next }<span aria-hidden="true">{ " ›" }</span></button>
        </div>
    }
}
