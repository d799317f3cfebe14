//! Every process as a bar: thin while nothing has come in, solid from then on.

use pipeyard_shared::chain::Chain;
use pipeyard_shared::ending::Ending;
use pipeyard_shared::words;
use yew::{Callback, Html, Properties, classes, component, html};

use crate::components::hue;
use crate::desk::{Desk, use_desk};
use crate::editor::Selection;
use crate::format;
use crate::runs::Run;
use crate::runs::result::Outcome;
use crate::runs::timeline::{Bar, bars, ticks};
use crate::same::Same;

/// Lanes that are drawn; the rest is counted.
const MOST_LANES: usize = 40;
/// Marks on the axis.
const MOST_TICKS: u64 = 4;
/// What stands behind the last bar needs some of the width: so much, and so much a character.
const BADGE_PERCENT: f64 = 7.0;
const CHARACTER_PERCENT: f64 = 3.0;
const MOST_BADGE_PERCENT: f64 = 34.0;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) run: Option<Same<Run>>,
    pub(super) now_ms: f64,
}

#[component]
pub(super) fn Timeline(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words;
    let Some(run) = &props.run else {
        return html! { <div class="timeline"><p class="timeline__empty">{ words.timeline_empty }</p></div> };
    };
    let end_us = run.elapsed_us(props.now_ms).max(1);
    let bars = bars(run, end_us, MOST_LANES);
    let longest = bars
        .iter()
        .map(|bar| badge(&desk, run, bar).chars().count())
        .max();
    let badges = BADGE_PERCENT + CHARACTER_PERCENT * longest.unwrap_or(0) as f64;
    let scale = (100.0 - badges.min(MOST_BADGE_PERCENT)) / end_us as f64;
    let lanes: Vec<Html> = bars
        .chunk_by(|one, other| one.lane == other.lane)
        .map(|lane| {
            let number = lane[0].lane;
            let value = run.chain.lanes.value(number).map(|value| format!(" · {}", value.lossy()));
            let rows = lane.iter().map(|bar| row(&desk, run, bar, scale));
            html! {
                <li key={number.0} class="timeline__lane">
                    <h3 class="timeline__name">{ (words.lane)(number.0) }{ value.unwrap_or_default() }</h3>
                    <ul>{ for rows }</ul>
                </li>
            }
        })
        .collect();
    let axis = ticks(end_us, MOST_TICKS);
    let labels = axis.iter().map(|at| {
        html! { <text key={*at} class="axis__label" x={percent(*at, scale)} y="12" text-anchor="middle">{ if *at == 0 { "0".to_owned() } else { format::span(*at) } }</text> }
    });
    let lines = axis.iter().map(|at| {
        html! { <line key={*at} class="axis__line" x1={percent(*at, scale)} x2={percent(*at, scale)} y1="0" y2="100%" /> }
    });
    let hidden = run.lanes.len().saturating_sub(MOST_LANES);
    let outcome = Outcome::of(run, props.now_ms);
    let speed_up = outcome.speed_up().map(|factor| {
        (words.speed_up)(
            &format::factor(factor),
            &format::span(outcome.work_us),
            &format::span(outcome.wall_us),
        )
    });
    html! {
        <div class="timeline" role="group" aria-label={words.timeline}>
            <div class="timeline__axis"><svg class="axis" width="100%" height="16" aria-hidden="true">{ for labels }</svg></div>
            <div class="timeline__rows">
                <svg class="timeline__grid" width="100%" height="100%" aria-hidden="true">{ for lines }</svg>
                <ol class="timeline__lanes">{ for lanes }</ol>
            </div>
            <p class="timeline__note" hidden={hidden == 0}>{ (words.more_lanes)(hidden) }</p>
            <p class="timeline__sum">{ speed_up.unwrap_or_default() }</p>
        </div>
    }
}

fn row(desk: &Desk, run: &Run, bar: &Bar, scale: f64) -> Html {
    let stage = &run.chain.stages[bar.stage];
    let known = run.stage(bar.lane, bar.stage);
    let ending = known.and_then(|known| known.ending.as_ref());
    let ended = match ending {
        Some(ending) => words::ending(desk.language, ending),
        None => desk.words.running.to_owned(),
    };
    let spoken = (desk.words.bar)(
        &stage.name(),
        &format::span(bar.from_us),
        &format::span(bar.to_us - bar.from_us),
        &format::span(bar.fed_us - bar.from_us),
        &ended,
    );
    let select = {
        let (desk, id) = (desk.clone(), stage.id.clone());
        Callback::from(move |_| desk.select(Selection::Stage(id.clone())))
    };
    let state = bar.state.word();
    let width = |from: u64, to: u64| format!("{:.3}%", (to - from) as f64 * scale);
    let first_out = bar.first_out_us.map(|at| {
        html! { <line class="bar__mark" x1={percent(at, scale)} x2={percent(at, scale)} y1="3" y2="17" /> }
    });
    html! {
        <li key={bar.stage} class={classes!("timeline__row", hue(bar.stage))}>
            <button type="button" class="timeline__stage" title={spoken.clone()} aria-label={spoken} onclick={select}>{ stage.name() }</button>
            <svg class="bar" width="100%" height="20" aria-hidden="true" data-bar={format!("{}/{}", bar.lane, stage.id)} data-state={state}>
                <rect class="bar__waiting" x={percent(bar.from_us, scale)} y="9" height="2" width={width(bar.from_us, bar.fed_us)} />
                <rect class="bar__running" x={percent(bar.fed_us, scale)} y="4" height="12" rx="2" width={width(bar.fed_us, bar.to_us)} />
                <g>{ first_out.unwrap_or_default() }</g>
                <text class={classes!("bar__badge", format!("is-{state}"))} x={percent(bar.to_us, scale)} dx="8" y="14">
                    { badge(desk, run, bar) }
                </text>
            </svg>
        </li>
    }
}

/// What stands behind a bar. A bare number, as a shell would say it, is enough for an exit.
fn badge(desk: &Desk, run: &Run, bar: &Bar) -> String {
    let stage = run.stage(bar.lane, bar.stage);
    match stage.and_then(|stage| stage.ending.as_ref()) {
        Some(Ending::Exited { code }) => code.to_string(),
        Some(Ending::TimedOut { .. }) => desk.words.timed_out.to_owned(),
        Some(ending) => words::ending(desk.language, ending),
        None => "●".to_owned(),
    }
}

fn percent(at_us: u64, scale: f64) -> String {
    format!("{:.3}%", at_us as f64 * scale)
}
