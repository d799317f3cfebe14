//! The tab of the lessons: the list, or the lesson that is open. It comes with the fourth file.

mod chains;
mod exercise;
mod fetch;
mod lesson;
mod list;
mod prose;
mod question;
mod store;
mod watch;

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::lesson::Part;
use yew::{Html, Properties, component, html, use_effect_with};

use crate::commands::{Command, Scene, shown_keys};
use crate::components::left::turn;
use crate::desk::{Desk, use_desk};
use crate::hooks::files::Given;
use crate::hooks::focus_soon;
use crate::i18n::lessons::LessonWords;
use crate::left::{Ask, Left};
use crate::lessons::{Act, Standing};
use crate::link::View;
use crate::runs::Run;
use crate::same::Same;
use crate::toast::Say;
use crate::ui::Show;
use store::{Checked, Ran, Store, store, use_store};

pub(crate) use watch::watch;

/// What the tab shows.
pub(crate) fn content(_: &Desk, scene: &Rc<Scene>, view: &Same<View>) -> Html {
    store::set_scene(scene);
    let run = view.run.clone();
    let chain = Same::from(scene.editor.chain().clone());
    let standing = Standing::of(scene.connected, run.as_deref(), &chain);
    // While a run goes on nothing here changes with it.
    let run = run.filter(|run| !run.is_active()).map(Same::from);
    html! { <Lessons {chain} {run} {standing} /> }
}

/// The run that there is.
fn present_run() -> Option<Ran> {
    store::scene()?.run.as_ref().map(|run| Ran::of(run.id))
}

/// Opens the first lesson of the course that is not finished.
pub(crate) fn start(desk: &Desk) {
    fetch::first(desk);
}

/// Opens a lesson of one's own that was given as a file.
pub(crate) fn take(desk: &Desk, given: Given) {
    turn(desk, Left::Lessons);
    fetch::take(desk, given);
}

/// Does what is asked of the lesson that is open.
pub(crate) fn ask(desk: &Desk, scene: &Scene, ask: Ask) {
    // The tab may not be shown, and has not heard of the page since.
    store::set_scene(&Rc::new(scene.clone()));
    let words = LessonWords::of(desk.language);
    match ask {
        Ask::Next => step(desk, true),
        Ask::Previous => step(desk, false),
        Ask::Load | Ask::Run => {
            let now = store();
            let chain = match now.given().first() {
                Some(given) => Some(given.chain.clone()),
                None => now
                    .answered()
                    .and_then(|number| exercise::start_of(&now, number)),
            };
            match chain {
                Some(chain) => chains::load_or_say(desk, &chain, ask == Ask::Run),
                None => desk.say(Say::New(words.nothing_to_load.to_owned(), None)),
            }
        }
        Ask::Check => match store().answered() {
            Some(number) => {
                let run = scene.run.as_deref();
                let standing = Standing::of(scene.connected, run, scene.editor.chain());
                exercise::check(desk, number, standing);
            }
            None => desk.say(Say::New(words.nothing_to_check.to_owned(), None)),
        },
        Ask::Mine => chains::mine(desk),
    }
}

/// Goes a step on or back.
fn step(desk: &Desk, on: bool) {
    let now = store();
    let Some(progress) = now.book.present() else {
        return;
    };
    let to = match on {
        true if now.over => return,
        true if progress.at + 1 >= progress.steps => return finish(desk),
        true => progress.at + 1,
        false if now.over => progress.at,
        false => match progress.at.checked_sub(1) {
            Some(to) => to,
            None => return,
        },
    };
    go(desk, to);
}

/// Shows a step.
fn go(desk: &Desk, to: usize) {
    let words = LessonWords::of(desk.language);
    store::change(|store| {
        store.book = store.book.after(Act::Go(to));
        store.over = false;
        store.active = None;
        store.refused = None;
        store.before = present_run();
        let title = store.step().map(|(_, step)| step.title.clone());
        let steps = store.book.present().map_or(0, |progress| progress.steps);
        store.said = format!(
            "{}: {}",
            (words.step_of)(to + 1, steps),
            title.unwrap_or_default()
        );
    });
}

/// Shows the end of the lesson.
fn finish(desk: &Desk) {
    let words = LessonWords::of(desk.language);
    store::change(|store| {
        store.book = store.book.after(Act::Finish);
        store.over = true;
        let title = store.lesson.get().map(|lesson| lesson.title.clone());
        store.said = (words.finished)(&title.unwrap_or_default());
    });
    focus_soon("#lesson-end button".to_owned());
}

/// The list is shown again.
fn close(desk: &Desk) {
    store::act(Act::Close);
    desk.show(Show::Learns(false));
    focus_soon("#lesson-search".to_owned());
}

#[derive(PartialEq, Properties)]
struct Props {
    /// The chain that is shown.
    chain: Same<Chain>,
    /// The run that is over.
    run: Option<Same<Run>>,
    standing: Standing,
}

#[component]
fn Lessons(props: &Props) -> Html {
    let desk = use_desk();
    let now = use_store();
    {
        let (desk, open) = (desk.clone(), now.book.open.clone());
        use_effect_with((desk.language, open), move |(language, open)| {
            fetch::list(*language, false);
            fetch::lesson(*language, false);
            desk.show(Show::Learns(open.is_some()));
        });
    }
    let words = LessonWords::of(desk.language);
    html! {
        <section class="lessons" aria-label={words.lessons}>
            <p class="for-readers" role="status">{ now.said.clone() }</p>
            if now.book.open.is_some() {
                { lesson::lesson(&desk, &now, props) }
            } else {
                { list::list(&desk, &now) }
            }
        </section>
    }
}

/// The exercise that is to be checked now, and by which run: one that ended since the step was opened, of a chain that
/// the step does not itself give, and that answers nothing yet.
fn due(now: &Store, chain: &Chain, standing: Standing) -> Option<(usize, Ran)> {
    let Standing::Over(run) = standing else {
        return None;
    };
    let run = Ran::of(run);
    if now.over
        || now.before.as_ref() == Some(&run)
        || now.checks.values().any(|check| check.run == run)
    {
        return None;
    }
    let is_given = |part: &Part| match part {
        Part::Chain(given) => chains::is_shown(&given.chain, chain),
        _ => false,
    };
    let (_, step) = now.step()?;
    if step.parts.iter().any(is_given) {
        return None;
    }
    let trusted = now.own_file().is_none_or(|file| file.trusted);
    let number = now.answered()?;
    trusted.then_some((number, run))
}

/// The keys of a command in parentheses, for a title.
fn with_keys(words: &str, command: Command) -> String {
    match shown_keys(command) {
        keys if keys.is_empty() => words.to_owned(),
        keys => format!("{words} · {keys}"),
    }
}

/// The sentence of a check that is refused.
fn refusal(words: &'static LessonWords, result: &Checked) -> Option<String> {
    match result {
        Checked::Refused(why) => Some(why.clone().unwrap_or_else(|| words.not_checked.to_owned())),
        _ => None,
    }
}
