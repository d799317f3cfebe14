//! What a person must know about the connection, and what to do.

use gloo_timers::callback::Interval;
use pipeyard_shared::event::Event;
use pipeyard_shared::words::{self, Language};
use yew::{Callback, Html, Properties, component, html, use_effect_with, use_state};

use crate::desk::{Desk, use_desk};
use crate::hooks::clipboard;
use crate::i18n::data::DataWords;
use crate::later::Later;
use crate::link::{Closed, Intent, State, View};
use crate::platform::{is_localhost, now_ms, own_port, time_of_day};
use crate::runs::Run;
use crate::same::Same;
use crate::toast::Say;

/// Where a runner listens that is not told otherwise.
const USUAL_PORT: &str = "7878";
/// How often the time that is left is drawn, in milliseconds.
const EVERY_MS: u32 = 250;
/// The time that is left of a run is told in such steps, in milliseconds.
const ENDING_STEP_MS: u64 = 10_000;

/// The connection in a sentence while there is something to say of it. What can be done is loaded later.
pub(crate) fn notice(desk: &Desk, view: &Same<View>) -> Html {
    let words = desk.words;
    let sentence = match view.state {
        _ if view.full.is_some() => "",
        State::NotFound => words.start_the_runner,
        State::Closed(Closed::Replaced) => words.replaced,
        State::Closed(Closed::Removed) => words.removed,
        State::Closed(Closed::Alone) => words.gallery.alone,
        State::Closed(Closed::OtherProtocol) => words.other_protocol,
        State::Lost => words.lost_note,
        State::Connecting | State::Connected => "",
    };
    let gone = view.full.is_none() && matches!(view.state, State::Lost | State::NotFound);
    let told = match (view.notice, view.run.as_deref(), desk.later) {
        (_, _, Later::Here(parts)) if view.full.is_some() => {
            view.full.map(|full| (parts.no_room)(desk.language, full))
        }
        (Some(notice), _, Later::Here(parts)) => Some((parts.notice)(desk.language, notice)),
        (None, Some(run), Later::Here(parts)) if run.ends_soon && run.is_active() => {
            Some((parts.ending)(desk.language, run))
        }
        _ => None,
    };
    html! {
        <div id="notice" class="notice" hidden={sentence.is_empty() && told.is_none()}>
            <span class="notice__sign" aria-hidden="true">{ "⚠" }</span>
            <p role="status">{ sentence }{ told }</p>
            if let (true, Later::Here(parts)) = (gone, desk.later) {
                { (parts.gone)(view) }
            }
        </div>
    }
}

/// What can be done about a runner that is gone.
pub(crate) fn content(view: &Same<View>) -> Html {
    html! { <Gone lost_at_ms={view.lost_at_ms} retry_at_ms={view.retry_at_ms} /> }
}

/// In how long a limit ends the run, in steps that need not be said too often.
pub(crate) fn ending(language: Language, run: &Run) -> String {
    let told = run.log.read(|log| {
        let mut latest = log.iter().rev();
        latest.find_map(|entry| match entry.event {
            Event::EndsSoon {
                limit,
                most,
                left_ms,
            } => Some((entry.at_us, limit, most, left_ms)),
            _ => None,
        })
    });
    let Some((at_us, limit, most, left_ms)) = told else {
        return String::new();
    };
    let passed_ms = run.heard_us.saturating_sub(at_us) / 1_000;
    let left_ms = left_ms
        .saturating_sub(passed_ms)
        .next_multiple_of(ENDING_STEP_MS)
        .min(left_ms);
    words::ends_soon(language, limit, most, left_ms)
}

#[derive(PartialEq, Properties)]
struct Props {
    /// When it was heard last, on the page's clock.
    lost_at_ms: Option<f64>,
    /// When the page tries again by itself; nothing while it tries.
    retry_at_ms: Option<f64>,
}

/// The line that starts a runner where this page looks for it, the time until it looks again, and a way not to wait.
#[component]
fn Gone(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words.around;
    let now = use_state(now_ms);
    {
        let setter = now.setter();
        use_effect_with(props.retry_at_ms, move |at_ms| {
            setter.set(now_ms());
            let timer = at_ms.map(|_| Interval::new(EVERY_MS, move || setter.set(now_ms())));
            move || drop(timer)
        });
    }
    let left = props
        .retry_at_ms
        .map(|at_ms| ((at_ms - *now).max(0.0) / 1e3).ceil() as u64);
    let line = start_line();
    let copy = {
        let (desk, line) = (desk.clone(), line.clone());
        Callback::from(move |_| {
            let desk = desk.clone();
            clipboard::write(&line, move |done| {
                let words = desk.words.canvas;
                let said = if done { words.copied } else { words.not_copied };
                desk.say(Say::New(said.to_owned(), None));
            });
        })
    };
    let press = {
        let desk = desk.clone();
        Callback::from(move |_| desk.wish(Intent::Reconnect))
    };
    html! {
        <>
            <span class="notice__start">
                <code id="start-line">{ line }</code>
                <button type="button" id="copy-start" class="button" onclick={copy}>{ DataWords::of(desk.language).copy }</button>
            </span>
            <span class="notice__retry">
                if let Some(lost_at_ms) = props.lost_at_ms {
                    <span id="lost-at">{ (words.lost_at)(&time_of_day(lost_at_ms, desk.language)) }</span>
                }
                // It changes with every second, and is no news.
                <span id="retry-in" aria-live="off">{ left.map_or(desk.words.connecting.to_owned(), words.retry_in) }</span>
                <button type="button" id="try-now" class="button" onclick={press}>{ words.try_now }</button>
            </span>
        </>
    }
}

/// What starts a runner at this page's port. A page of `localhost` has kept its work under that name, and what
/// `--open` opens is another: whoever starts it opens the address by hand.
fn start_line() -> String {
    let open = if is_localhost() { "" } else { " --open" };
    match own_port().filter(|port| port != USUAL_PORT) {
        Some(port) => format!("pipeyard{open} --listen 127.0.0.1:{port}"),
        None => format!("pipeyard{open}"),
    }
}
