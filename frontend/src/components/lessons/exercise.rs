//! A task: what is to be done, what an answer must be and what of it holds, hints, and a solution for who asks.

use pipeyard_shared::Chain;
use pipeyard_shared::lesson::{Comparison, Criterion, Exercise, Inline, Verdict, WantedStatus};
use pipeyard_shared::words::{self, CODE_MARK, Language};
use yew::{Callback, Html, classes, html};

use super::prose::{coded, line};
use super::store::{Check, Checked, Store, act, change, store};
use super::{Props, chains, fetch, refusal};
use crate::desk::Desk;
use crate::hooks::focus_soon;
use crate::i18n::lessons::LessonWords;
use crate::lessons::{Act, Progress, Standing};
use crate::toast::Say;

/// The task with all that belongs to it.
pub(super) fn exercise(
    desk: &Desk,
    now: &Store,
    props: &Props,
    progress: &Progress,
    number: usize,
    task: &Exercise,
) -> Html {
    let (shown, standing) = (&props.chain, props.standing);
    let words = LessonWords::of(desk.language);
    let done = progress.done.contains(&number);
    let name = format!("exercise-{number}");
    let check = now.checks.get(&number);
    let start = task.start.as_ref().map(|start| {
        let is_loaded = chains::is_shown(start, shown);
        let (desk, start) = (desk.clone(), start.clone());
        let press = Callback::from(move |_| {
            change(|store| store.active = Some(number));
            chains::load_or_say(&desk, &start, false);
        });
        let class = chains::wish(is_loaded);
        html! { <button type="button" {class} data-start={number.to_string()} onclick={press}>{ words.start }</button> }
    });
    // What waits for typing says so where it was loaded from.
    let mut own = task.start.iter().chain([&task.solution]);
    let ours = own.any(|chain| chains::is_shown(chain, shown));
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| {
            change(|store| store.active = Some(number));
            self::check(&desk, number, standing);
        })
    };
    html! {
        <section class="lesson__box lesson__box--exercise" data-exercise={number.to_string()} data-done={done.to_string()} aria-labelledby={name.clone()}>
            <p class="lesson__kind" id={name}>
                { words.exercise }
                if done { <b class="lesson__done"><span aria-hidden="true">{ "✓ " }</span>{ words.exercise_done }</b> }
            </p>
            <p class="lesson__ask">{ line(desk, &task.task) }</p>
            <p class="lesson__ways">
                { start.unwrap_or_else(|| html! { <span></span> }) }
                <button type="button" class="button" data-check={number.to_string()} onclick={press}>{ words.check }</button>
            </p>
            { criteria(desk.language, words, task, check) }
            <div class="lesson__state">{ state(desk, number, check, standing) }</div>
            <div>{ ours.then(|| chains::typing(desk, shown)).flatten() }</div>
            if done && !task.after.is_empty() { <div class="lesson__after">{ line(desk, &task.after) }</div> }
            { hints(desk, words, progress, number, task) }
            { solution(desk, words, progress, number, task) }
        </section>
    }
}

/// The start chain of an exercise of the lesson.
pub(super) fn start_of(now: &Store, number: usize) -> Option<Chain> {
    let here = now.exercises();
    let (_, exercise) = here.iter().find(|(known, _)| *known == number)?;
    exercise.start.clone()
}

/// Checks the run of the chain that is shown, or says why that cannot be.
pub(super) fn check(desk: &Desk, number: usize, standing: Standing) {
    let words = LessonWords::of(desk.language);
    if store().own_file().is_some_and(|file| !file.trusted) {
        return focus_soon("#lesson-consent button".to_owned());
    }
    match standing {
        Standing::Over(run) => fetch::check(desk.language, number, run),
        other => {
            let why = why_not(words, other).unwrap_or(words.not_run);
            desk.say(Say::New(why.to_owned(), None));
        }
    }
}

/// What is said of a verdict: how much holds, and what differs.
pub(super) fn said(language: Language, verdict: &Verdict) -> String {
    let words = LessonWords::of(language);
    let all = verdict.criteria.len();
    let met = verdict.criteria.iter().filter(|one| one.is_met()).count();
    if verdict.is_done() {
        return words.exercise_done.to_owned();
    }
    let amiss = verdict.criteria.iter().filter(|one| !one.is_met());
    let amiss = amiss.map(|one| words::coded(language, one).replace(CODE_MARK, ""));
    let amiss: Vec<String> = amiss.collect();
    format!("{}: {}.", (words.holds)(met, all), amiss.join("; "))
}

fn why_not(words: &'static LessonWords, standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::NoRunner => Some(words.no_runner),
        Standing::NotRun => Some(words.not_run),
        Standing::Running => Some(words.running),
        Standing::Other => Some(words.other_runs),
        Standing::Changed => Some(words.run_again),
        Standing::Part => Some(words.only_part),
        Standing::Over(_) => None,
    }
}

/// What is between here and the next check.
fn state(desk: &Desk, number: usize, check: Option<&Check>, standing: Standing) -> Html {
    let words = LessonWords::of(desk.language);
    if standing == Standing::Other {
        let stop = chains::busy(desk, standing, format!("[data-check=\"{number}\"]"));
        return html! { <div class="lesson__busy">{ stop }</div> };
    }
    if let Some(said) = check.and_then(|check| refusal(words, &check.result)) {
        return html! { said };
    }
    let said = match (check.map(|check| &check.result), standing) {
        (Some(Checked::Asked), _) => words.checking.to_owned(),
        // Before anything of this exercise has run, another chain is no change of it.
        (None, Standing::Changed | Standing::Over(_)) => words.not_run.to_owned(),
        _ => why_not(words, standing).unwrap_or_default().to_owned(),
    };
    html! { said }
}

/// What an answer must be, as far as it is known before anything was looked at, or what was found.
fn criteria(
    language: Language,
    words: &'static LessonWords,
    task: &Exercise,
    check: Option<&Check>,
) -> Html {
    let verdict = match check.map(|check| &check.result) {
        Some(Checked::Verdict(verdict)) => Some(verdict),
        _ => None,
    };
    let row = |at: usize, text: Html, met: Option<bool>| {
        let (sign, word, class) = match met {
            Some(true) => ("✓", words.met, "is-met"),
            Some(false) => ("✗", words.not_met, "is-amiss"),
            None => ("○", words.open, "is-open"),
        };
        html! {
            <li key={at} class={classes!("lesson__criterion", class)} data-met={met.map(|met| met.to_string())}>
                <span class="lesson__sign" aria-hidden="true">{ sign }</span>
                <span><span class="for-readers">{ word }{ ": " }</span>{ text }</span>
            </li>
        }
    };
    let rows: Html = match verdict {
        Some(verdict) => {
            let rows = verdict.criteria.iter().enumerate();
            rows.map(|(at, one)| {
                let text = coded(&words::coded(language, one), CODE_MARK);
                row(at, text, Some(one.is_met()))
            })
            .collect()
        }
        None => {
            let rows = wanted(language, words, task);
            let rows = rows.iter().enumerate();
            rows.map(|(at, text)| row(at, coded(text, CODE_MARK), None))
                .collect()
        }
    };
    // Another run is another list, which turns green anew.
    let run = check.map_or(0, |check| check.run.id.0);
    html! { <ul key={run.to_string()} class="lesson__criteria" aria-label={words.criteria}>{ rows }</ul> }
}

/// What must hold, in the words for what holds.
fn wanted(language: Language, words: &'static LessonWords, task: &Exercise) -> Vec<String> {
    let mut wanted = Vec::new();
    let mut want = |text: String| wanted.push(text);
    let said = |one: Criterion| words::coded(language, &one);
    if task.output != Comparison::Nothing {
        want(said(Criterion::Output(None)));
    }
    if task.stderr.is_some_and(|by| by != Comparison::Nothing) {
        want(said(Criterion::Errors(None)));
    }
    for program in &task.require {
        want(said(Criterion::Required {
            program: program.clone(),
            met: true,
        }));
    }
    for program in &task.forbid {
        want(said(Criterion::Forbidden {
            program: program.clone(),
            met: true,
        }));
    }
    if let Some(most) = task.at_most {
        want((words.at_most)(most));
    }
    if let WantedStatus::Is(status) = task.status {
        want(said(Criterion::Status {
            wanted: status,
            found: status,
        }));
    }
    for path in &task.files {
        want(said(Criterion::File {
            path: path.clone(),
            trouble: None,
        }));
    }
    wanted
}

/// The hints that were given, and the next one for who asks.
fn hints(
    desk: &Desk,
    words: &'static LessonWords,
    progress: &Progress,
    number: usize,
    task: &Exercise,
) -> Html {
    let all = task.hints.len();
    let given = progress.hints.get(&number).copied().unwrap_or(0).min(all);
    let press = {
        let hint = task.hints.get(given).cloned();
        Callback::from(move |_| {
            act(Act::Hint(number, all));
            let hint = Inline::plain(hint.as_deref().unwrap_or_default());
            if given < all {
                change(|store| store.said = hint);
            }
        })
    };
    html! {
        <div class="lesson__help" hidden={all == 0}>
            <ol class="lesson__hints" aria-label={words.hint} hidden={given == 0}>
                { for task.hints.iter().take(given).enumerate().map(|(at, hint)| html! { <li key={at}>{ line(desk, hint) }</li> }) }
            </ol>
            <button type="button" class="button button--bare" data-hint={number.to_string()} aria-disabled={(given == all).to_string()} onclick={press}>
                { if given == all { words.no_more_hints.to_owned() } else { (words.next_hint)(given + 1, all) } }
            </button>
        </div>
    }
}

/// The solution, once it was asked for.
fn solution(
    desk: &Desk,
    words: &'static LessonWords,
    progress: &Progress,
    number: usize,
    task: &Exercise,
) -> Html {
    if !progress.solutions.contains(&number) {
        let press = Callback::from(move |_| {
            act(Act::Solution(number));
            // The button is gone then.
            focus_soon(format!("[data-load-solution=\"{number}\"]"));
        });
        return html! { <div class="lesson__help"><button type="button" class="button button--bare" data-solution={number.to_string()} onclick={press}>{ words.show_solution }</button></div> };
    }
    let press = {
        let (desk, chain) = (desk.clone(), task.solution.clone());
        Callback::from(move |_| {
            change(|store| store.active = Some(number));
            chains::load_or_say(&desk, &chain, false);
        })
    };
    html! {
        <div class="lesson__help lesson__solution">
            <p class="lesson__kind">{ words.solution }</p>
            { chains::text(&task.solution_text, &task.solution) }
            <button type="button" class="button" data-load-solution={number.to_string()} onclick={press}>{ words.load_solution }</button>
        </div>
    }
}
