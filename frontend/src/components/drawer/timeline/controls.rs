//! The bar above the timeline: play, how fast, how long pauses last; save and open.

use web_sys::HtmlSelectElement;
use yew::{Callback, Event, Html, TargetCast, html};

use crate::components::files::{open_button, save_button};
use crate::desk::Desk;
use crate::format;
use crate::hooks::focus;
use crate::i18n::timeline::TimelineWords;
use crate::replay::{Idle, Play, Player, Speed};
use crate::runs::Run;
use crate::same::Same;

/// The bar for a run that has come so far.
pub(super) fn controls(desk: &Desk, run: &Same<Run>, player: Player, end_us: u64) -> Html {
    let words = TimelineWords::of(desk.language);
    let Player {
        instant,
        playing,
        speed,
        idle,
    } = player;
    let send = |play: Play| {
        let desk = desk.clone();
        Callback::from(move |_| desk.play(play.clone()))
    };
    let now = {
        let desk = desk.clone();
        Callback::from(move |_| {
            // The button goes: what it belongs to stays.
            focus(&["#scrubber"]);
            desk.play(Play::Now);
        })
    };
    let choose = |of: fn(usize) -> Option<Play>| {
        let desk = desk.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let chosen = select.and_then(|select| select.value().parse().ok());
            if let Some(play) = chosen.and_then(of) {
                desk.play(play);
            }
        })
    };
    let speeds = Speed::ALL.iter().enumerate().map(|(index, known)| {
        html! { <option key={index} value={index.to_string()} selected={*known == speed}>{ known.word() }</option> }
    });
    let idles = Idle::ALL.iter().enumerate().map(|(index, known)| {
        html! { <option key={index} value={index.to_string()} selected={*known == idle}>{ (words.idle)(*known) }</option> }
    });
    let (label, glyph) = if playing {
        (words.hold, "❚❚")
    } else {
        (words.play, "▶")
    };
    let time = (words.instant_of)(
        &format::span(instant.unwrap_or(end_us)),
        &format::span(end_us),
    );
    html! {
        <div class="replay-bar" role="group" aria-label={words.scrubber}>
            <button type="button" id="replay-play" class="button button--play" aria-label={label} title={format!("{label} · Space")} onclick={send(Play::Toggle)}><span aria-hidden="true">{ glyph }</span></button>
            <select id="replay-speed" class="field__input replay-bar__choice" aria-label={words.speed} title={words.speed} onchange={choose(|index| Speed::ALL.get(index).copied().map(Play::Speed))}>{ for speeds }</select>
            <select id="replay-idle" class="field__input replay-bar__choice" aria-label={words.idle_label} title={words.idle_label} onchange={choose(|index| Idle::ALL.get(index).copied().map(Play::Idle))}>{ for idles }</select>
            <span id="replay-time" class="replay-bar__time">{ time }</span>
            <button type="button" id="replay-now" class="button" hidden={instant.is_none()} title="Esc" onclick={now}>{ if run.is_live() { words.to_now } else { words.to_end } }</button>
            <span class="replay-bar__files">
                { save_button(desk, run) }
                { open_button(desk) }
            </span>
        </div>
    }
}
