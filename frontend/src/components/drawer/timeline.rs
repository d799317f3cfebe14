//! The run in time: a bar a process, the instant that is shown, and the way through it.

mod bar;
mod controls;
mod scrubber;

use pipeyard_shared::LaneNumber;
use yew::{Callback, Html, KeyboardEvent, Properties, TargetCast, component, html, use_mut_ref};

use crate::components::files::open_button;
use crate::desk::{Desk, use_desk};
use crate::format;
use crate::i18n::timeline::TimelineWords;
use crate::replay::{Play, Player};
use crate::runs::Run;
use crate::runs::result::Outcome;
use crate::runs::timeline::{Bar, Look, bars, ticks};
use crate::same::Same;

use bar::{badge, row};
use controls::controls;
use scrubber::Scrubber;

/// Processes that are drawn; how many lanes are left out is said.
const MOST_ROWS: usize = 120;
/// Marks on the axis.
const MOST_TICKS: u64 = 4;
/// What stands behind the last bar needs some of the width: so much, and so much a character.
const BADGE_PERCENT: f64 = 7.0;
const CHARACTER_PERCENT: f64 = 3.0;
const MOST_BADGE_PERCENT: f64 = 34.0;
/// Colours that stages take in turn.
const HUES: usize = 8;

/// How often the bars of a run that goes on are drawn anew at most, in milliseconds: each of them changes
/// with its end. A little less than the page's clock, which comes while a run goes on.
const EVERY_MS: f64 = 90.0;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The run as a whole: the instant is one of it.
    pub(super) run: Option<Same<Run>>,
    pub(super) player: Player,
    pub(super) now_ms: f64,
}

/// What is drawn until it is drawn anew.
struct Kept {
    run: Same<Run>,
    now_ms: f64,
    bars: Same<Vec<Bar>>,
}

#[component]
pub(super) fn Timeline(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words;
    let kept = use_mut_ref(|| None::<Kept>);
    let Some(run) = &props.run else {
        return html! {
            <div class="timeline">
                <p class="timeline__empty">{ TimelineWords::of(desk.language).empty }</p>
                { open_button(&desk) }
            </div>
        };
    };
    let mut kept = kept.borrow_mut();
    let kept = match &mut *kept {
        Some(kept) if kept.will_do(run, props.now_ms) => kept,
        kept => kept.insert(Kept::of(run, props.now_ms)),
    };
    let (run, bars) = (&kept.run, &kept.bars);
    let end_us = run.elapsed_us(kept.now_ms).max(1);
    let instant = props.player.instant.map(|instant| instant.min(end_us));
    let longest = bars
        .iter()
        .map(|bar| badge(&desk, run, bar).chars().count());
    let badges = BADGE_PERCENT + CHARACTER_PERCENT * longest.max().unwrap_or(0) as f64;
    let scale = (100.0 - badges.min(MOST_BADGE_PERCENT)) / end_us as f64;
    let lines = ticks(end_us, MOST_TICKS).into_iter().map(|at| {
        html! { <line key={at} class="axis__line" x1={percent(at, scale)} x2={percent(at, scale)} y1="0" y2="100%" /> }
    });
    let drawn = bars.chunk_by(in_one_lane).count();
    let begun = run.lanes.iter().filter(|lane| lane.began_us.is_some());
    let hidden = begun.count().saturating_sub(drawn);
    let outcome = Outcome::of(run, kept.now_ms);
    let speed_up = outcome.speed_up().map(|factor| {
        (words.speed_up)(
            &format::factor(factor),
            &format::span(outcome.work_us),
            &format::span(outcome.wall_us),
        )
    });
    let toggle = {
        let desk = desk.clone();
        Callback::from(move |event: KeyboardEvent| {
            // A button or a list has its own use for the key.
            let element: Option<web_sys::Element> = event.target_dyn_into();
            let own = element.is_some_and(|element| {
                matches!(
                    &*element.tag_name(),
                    "BUTTON" | "SELECT" | "INPUT" | "LABEL"
                )
            });
            if event.key() == " " && !own {
                event.prevent_default();
                desk.play(Play::Toggle);
            }
        })
    };
    // Only what a deadlock held up depends on the instant.
    let deadlocked = run.lanes.iter().any(|lane| !lane.deadlocks.is_empty());
    let shown = instant.filter(|_| deadlocked);
    html! {
        <div class="timeline" role="group" aria-label={words.timeline} onkeydown={toggle}>
            { controls(&desk, run, props.player, end_us) }
            // Scrolled by keys too, so it takes the focus.
            <div class="timeline__scroll" tabindex="0" role="region" aria-label={words.timeline}>
                <Scrubber {instant} {end_us} {scale} active={run.is_live()} />
                <div class="timeline__rows">
                    { hatches() }
                    <svg class="timeline__grid" width="100%" height="100%" aria-hidden="true">{ for lines }</svg>
                    <Lanes run={run.clone()} bars={bars.clone()} {scale} instant={shown} />
                    { veil(instant, scale) }
                </div>
                <p class="timeline__note" hidden={hidden == 0}>{ (TimelineWords::of(desk.language).not_drawn)(hidden) }</p>
                <p class="timeline__sum">{ speed_up.unwrap_or_default() }</p>
                { legend(&desk) }
            </div>
        </div>
    }
}

impl Kept {
    fn of(run: &Same<Run>, now_ms: f64) -> Self {
        let end_us = run.elapsed_us(now_ms).max(1);
        Self {
            run: run.clone(),
            now_ms,
            bars: Same::new(bars(run, end_us, MOST_ROWS)),
        }
    }

    /// Whether it need not be drawn anew for this: the same, or not much later in a run that goes on.
    fn will_do(&self, run: &Same<Run>, now_ms: f64) -> bool {
        let on = |run: &Run| run.is_live().then_some(run.id);
        let later_ms = now_ms - self.now_ms;
        let same = self.run == *run && (later_ms == 0.0 || !run.is_active());
        let soon = on(run).is_some() && on(run) == on(&self.run);
        same || (soon && (0.0..EVERY_MS).contains(&later_ms))
    }
}

#[derive(PartialEq, Properties)]
struct LanesProps {
    run: Same<Run>,
    bars: Same<Vec<Bar>>,
    scale: f64,
    instant: Option<u64>,
}

/// The bars, lane by lane. They stay as they are while the instant moves.
#[component]
fn Lanes(props: &LanesProps) -> Html {
    let desk = use_desk();
    let run = &props.run;
    let lanes = props.bars.chunk_by(in_one_lane).map(|lane| {
        let rows = lane.iter().map(|bar| row(&desk, run, bar, props.scale));
        html! {
            <li key={lane[0].lane.0} class="timeline__lane">
                { heading(&desk, run, lane[0].lane, props.instant) }
                <ul>{ for rows }</ul>
            </li>
        }
    });
    html! { <ol class="timeline__lanes">{ for lanes }</ol> }
}

fn in_one_lane(one: &Bar, other: &Bar) -> bool {
    one.lane == other.lane
}

/// The lane's number and value, and whether a deadlock held it up by then.
fn heading(desk: &Desk, run: &Run, lane: LaneNumber, instant: Option<u64>) -> Html {
    let value = run
        .chain
        .lanes
        .value(lane)
        .map(|value| format!(" · {}", value.lossy()));
    let deadlock = run.deadlock(lane);
    let held =
        deadlock.is_some_and(|deadlock| instant.is_none_or(|instant| deadlock.at_us <= instant));
    html! {
        <h3 class="timeline__name">
            { (desk.words.lane)(lane.0) }
            { value.unwrap_or_default() }
            <span class="timeline__deadlock" hidden={!held}>{ " ⟲ " }{ TimelineWords::of(desk.language).deadlock }</span>
        </h3>
    }
}

/// What came after the instant, dimmed.
fn veil(instant: Option<u64>, scale: f64) -> Html {
    let x = instant.map(|instant| percent(instant, scale));
    html! {
        <svg class="timeline__veil" width="100%" height="100%" aria-hidden="true">
            { x.map(|x| html! {
                <g>
                    <rect class="timeline__later" x={x.clone()} y="0" width="100%" height="100%" />
                    <line class="timeline__instant" x1={x.clone()} x2={x} y1="0" y2="100%" />
                </g>
            }).unwrap_or_default() }
        </svg>
    }
}

/// The hatching of blocked times in each colour. Defined once, for all bars.
fn hatches() -> Html {
    let patterns = (0..HUES).map(|hue| {
        html! {
            <pattern key={hue} id={format!("hatch-{hue}")} class={format!("hue-{hue}")} patternUnits="userSpaceOnUse" width="6" height="6" patternTransform="rotate(45)">
                <rect class="hatch" width="2.5" height="6" />
            </pattern>
        }
    });
    html! { <svg class="timeline__hatches" width="0" height="0" aria-hidden="true"><defs>{ for patterns }</defs></svg> }
}

/// What the drawings mean.
fn legend(desk: &Desk) -> Html {
    let words = TimelineWords::of(desk.language);
    let look = |look: Look| {
        html! {
            <span key={look.word()} class="legend__item hue-0">
                <svg width="26" height="16" viewBox="0 4 26 16" aria-hidden="true">{ bar::piece_drawn(look, "0", "26", 0) }</svg>
                { bar::look_word(words, look) }
            </span>
        }
    };
    let looks = [Look::Waiting, Look::Running, Look::Blocked, Look::Stopped].map(look);
    html! {
        <p class="legend" title={words.legend}>
            { for looks }
            <span key="first" class="legend__item hue-0"><svg width="10" height="16" aria-hidden="true"><line class="bar__first" x1="5" x2="5" y1="1" y2="15" /></svg>{ words.first_byte }</span>
            <span key="end" class="legend__item hue-0"><svg width="10" height="16" aria-hidden="true"><rect class="bar__end" x="2" y="5" width="6" height="6" /></svg>{ words.end_of_file }</span>
        </p>
    }
}

fn percent(at_us: u64, scale: f64) -> String {
    format!("{:.3}%", at_us as f64 * scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::tests::{PREVIEW, Script};
    use pipeyard_shared::RunId;

    #[test]
    fn a_run_that_goes_on_is_drawn_anew_now_and_then_and_at_its_end() {
        let script = Script::opening(2);
        let mut run = Run::new(RunId(1), script.chain.clone(), PREVIEW);
        run.take_event(&script.events[0], 0.0);
        let first = Same::new(run.clone());
        let kept = Kept::of(&first, 100.0);
        run.take_event(&script.events[1], 100.0);
        let next = Same::new(run);
        assert!(kept.will_do(&next, 100.0) && kept.will_do(&next, 99.0 + EVERY_MS));
        assert!(!kept.will_do(&next, 100.0 + EVERY_MS));
        let other = Same::new(Run::new(RunId(2), script.chain.clone(), PREVIEW));
        assert!(!kept.will_do(&other, 101.0), "another run");
        let over = Same::new(script.play());
        assert!(!kept.will_do(&over, 101.0), "its end is shown at once");
        assert!(Kept::of(&over, 100.0).will_do(&over, 9_000.0));
        let picture = Same::new(next.at(0));
        assert!(!kept.will_do(&picture, 101.0));
    }
}
