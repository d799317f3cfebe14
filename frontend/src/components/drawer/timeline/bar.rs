//! A process: its name, what it did, what came and went, and how it ended.

use pipeyard_shared::ending::Ending;
use pipeyard_shared::words;
use yew::{Callback, Html, classes, html};

use crate::components::hue;
use crate::desk::Desk;
use crate::editor::Selection;
use crate::format;
use crate::i18n::timeline::TimelineWords;
use crate::runs::Run;
use crate::runs::timeline::{Bar, Look, Mark, MarkKind, Piece};

use super::{HUES, percent};

/// Pieces that are this wide, in percent, have room for a glyph.
const GLYPH_PERCENT: f64 = 3.0;

/// A row, with so many percent of the width a microsecond.
pub(super) fn row(desk: &Desk, run: &Run, bar: &Bar, scale: f64) -> Html {
    let stage = &run.chain.stages[bar.stage];
    let spoken = spoken(desk, run, bar);
    let select = {
        let (desk, id) = (desk.clone(), stage.id.clone());
        Callback::from(move |_| desk.select(Selection::Stage(id.clone())))
    };
    let state = bar.state.word();
    let pieces = bar.pieces.iter().enumerate().map(|(index, piece)| {
        html! { <g key={index}>{ drawn(piece, bar.stage % HUES, scale) }</g> }
    });
    let marks = bar.marks.iter().enumerate().map(|(index, mark)| {
        html! { <g key={index}>{ mark_drawn(desk, *mark, scale) }</g> }
    });
    html! {
        <li key={bar.stage} class={classes!("timeline__row", hue(bar.stage))}>
            <button type="button" class="timeline__stage" title={spoken.clone()} aria-label={spoken.clone()} onclick={select}>{ run.chain.name_of(&stage.id) }</button>
            <svg class="bar" width="100%" height="24" aria-hidden="true" data-bar={format!("{}/{}", bar.lane, stage.id)} data-state={state}>
                <title>{ spoken }</title>
                <g>{ for pieces }</g>
                <g>{ for marks }</g>
                <text class={classes!("bar__badge", format!("is-{state}"))} x={percent(bar.to_us, scale)} dx="8" y="16">
                    { badge(desk, run, bar) }
                </text>
            </svg>
        </li>
    }
}

/// What stands behind a bar. A bare number, as a shell would say it, is enough for an exit.
pub(super) fn badge(desk: &Desk, run: &Run, bar: &Bar) -> String {
    let stage = run.stage(bar.lane, bar.stage);
    match stage.and_then(|stage| stage.ending.as_ref()) {
        Some(Ending::Exited { code }) => code.to_string(),
        Some(Ending::TimedOut { .. }) => desk.words.timed_out.to_owned(),
        Some(ending) => words::ending(desk.language, ending),
        None => "●".to_owned(),
    }
}

/// The word for a look.
pub(super) fn look_word(words: &TimelineWords, look: Look) -> &'static str {
    match look {
        Look::Waiting => words.waiting,
        Look::Running => words.running,
        Look::Blocked => words.blocked,
        Look::Stopped => words.stopped,
    }
}

/// A piece of a bar, between these two places. Each look has a shape of its own.
pub(super) fn piece_drawn(look: Look, x: &str, width: &str, hue: usize) -> Html {
    let (x, width) = (x.to_owned(), width.to_owned());
    match look {
        Look::Waiting => html! { <rect class="bar__waiting" {x} y="11" height="2" {width} /> },
        Look::Running => {
            html! { <rect class="bar__running" {x} y="6" height="12" rx="2" {width} /> }
        }
        Look::Blocked => {
            let fill = format!("url(#hatch-{hue})");
            html! { <rect class="bar__blocked" {x} y="6.5" height="11" {width} {fill} /> }
        }
        Look::Stopped => html! {
            <svg {x} y="9" {width} height="6" overflow="hidden"><line class="bar__stopped" x1="2" x2="100%" y1="3" y2="3" /></svg>
        },
    }
}

fn drawn(piece: &Piece, hue: usize, scale: f64) -> Html {
    let width = (piece.to_us - piece.from_us) as f64 * scale;
    let shape = piece_drawn(
        piece.look,
        &percent(piece.from_us, scale),
        &format!("{width:.3}%"),
        hue,
    );
    let middle = piece.from_us + (piece.to_us - piece.from_us) / 2;
    let glyph = if piece.look == Look::Blocked && width >= GLYPH_PERCENT {
        html! { <text class="bar__glyph" x={percent(middle, scale)} y="15.5" text-anchor="middle">{ "❚❚" }</text> }
    } else {
        Html::default()
    };
    html! {
        <g>
            { shape }
            <g>{ glyph }</g>
        </g>
    }
}

/// What came in stands above the middle, what went out below it; a first byte is a line, an
/// end-of-file a small square.
fn mark_drawn(desk: &Desk, mark: Mark, scale: f64) -> Html {
    let x = percent(mark.at_us, scale);
    let words = TimelineWords::of(desk.language);
    let (word, shape) = match mark.kind {
        MarkKind::FirstIn => (
            words.first_byte,
            html! { <line class="bar__first" x1={x.clone()} x2={x} y1="1" y2="12" /> },
        ),
        MarkKind::FirstOut => (
            words.first_byte,
            html! { <line class="bar__first" x1={x.clone()} x2={x} y1="12" y2="23" /> },
        ),
        MarkKind::EndIn => (
            words.end_of_file,
            html! { <svg {x} y="1" overflow="visible"><rect class="bar__end" x="-5" y="0" width="5" height="5" /></svg> },
        ),
        MarkKind::EndOut => (
            words.end_of_file,
            html! { <svg {x} y="18" overflow="visible"><rect class="bar__end" x="-5" y="0" width="5" height="5" /></svg> },
        ),
    };
    html! {
        <g>
            <title>{ format!("{word}: {}", format::span(mark.at_us)) }</title>
            { shape }
        </g>
    }
}

/// The bar in words.
fn spoken(desk: &Desk, run: &Run, bar: &Bar) -> String {
    let words = desk.words;
    let known = run.stage(bar.lane, bar.stage);
    let ended = match known.and_then(|known| known.ending.as_ref()) {
        Some(ending) => words::ending(desk.language, ending),
        None => words.running.to_owned(),
    };
    let mut text = (words.bar)(
        &run.chain.name_of(&run.chain.stages[bar.stage].id),
        &format::span(bar.from_us),
        &format::span(bar.to_us - bar.from_us),
        &format::span(bar.spent_us(Look::Waiting)),
        &ended,
    );
    for look in [Look::Blocked, Look::Stopped] {
        let spent = bar.spent_us(look);
        if spent > 0 {
            let word = look_word(TimelineWords::of(desk.language), look);
            text = format!(
                "{text}; {}",
                (TimelineWords::of(desk.language).spent)(word, &format::span(spent))
            );
        }
    }
    if let Some(percent) = bar.processor_percent {
        text = format!(
            "{text}; {}",
            (TimelineWords::of(desk.language).processor)(&percent.to_string())
        );
    }
    text
}
