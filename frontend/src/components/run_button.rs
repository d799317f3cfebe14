//! Run, and Stop in its place while a run is active.

use pipeyard_shared::Chain;
use yew::{Callback, Html, classes, html};

use crate::commands::{Command, Reason, first_chord};
use crate::desk::Desk;
use crate::hooks::focus;
use crate::link::{Intent, State, View};
use crate::platform::is_mac;
use crate::runs::Phase;
use crate::same::Same;
use crate::toast::Say;

/// One element for both, so that the focus stays where it is. `escape` says whether that key stops a run just
/// now: elsewhere it leads back to where it can.
pub(super) fn run_button(
    desk: &Desk,
    chain: &Same<Chain>,
    view: &Same<View>,
    problems: usize,
    wrong_line: bool,
    escape: bool,
) -> Html {
    let words = desk.words;
    let run = view.run.as_ref();
    let active = run.is_some_and(|run| run.is_active());
    let stopping = run.is_some_and(|run| run.phase == Phase::Stopping);
    // Nobody can be asked to stop while the runner is gone.
    let obstacle = if active {
        (view.state != State::Connected).then(|| words.no_runner.to_owned())
    } else if view.state != State::Connected {
        Some(words.no_runner.to_owned())
    } else if desk.is_unread() {
        Some((words.commands.why_not)(Reason::Unread))
    } else if wrong_line {
        Some((words.commands.why_not)(Reason::WrongLine))
    } else if problems > 0 {
        Some((words.problems_first)(problems))
    } else {
        None
    };
    let press = {
        let (desk, chain, blocked) = (desk.clone(), chain.0.clone(), obstacle.is_some());
        let told = obstacle.clone().filter(|_| wrong_line && !active);
        Callback::from(move |_| match (blocked, active) {
            (true, _) if told.is_some() => {
                desk.say(Say::New(told.clone().unwrap_or_default(), None));
                focus(&["#line"]);
            }
            (true, _) => {}
            (false, true) => desk.wish(Intent::Stop),
            (false, false) => desk.run(&chain),
        })
    };
    let (label, glyph) = match (active, stopping, view.starting) {
        (true, true, _) => (words.stopping, "■"),
        (true, false, _) => (words.stop, "■"),
        (false, _, true) => (words.starting, "▶"),
        (false, _, false) => (words.run, "▶"),
    };
    let keys = match active {
        true if escape => first_chord(Command::Stop),
        true => None,
        false => first_chord(Command::Run),
    };
    let mac = is_mac();
    html! {
        <button
            type="button"
            id={if active { "stop" } else { "run" }}
            class={classes!("run", active.then_some("run--stop"))}
            aria-busy={(view.starting && !active).then_some("true")}
            aria-disabled={obstacle.is_some().to_string()}
            aria-keyshortcuts={keys.map(|keys| keys.spoken(mac))}
            title={obstacle}
            onclick={press}
        >
            <span aria-hidden="true">{ glyph }</span>
            <span>{ label }</span>
            <kbd aria-hidden="true" hidden={keys.is_none()}>{ keys.map(|keys| keys.shown(mac)).unwrap_or_default() }</kbd>
        </button>
    }
}
