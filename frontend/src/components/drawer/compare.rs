//! Two places of one run, or of two: what differs, line by line.

use std::rc::Rc;

use pipeyard_shared::chain::Names;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::{LaneNumber, RunId};
use web_sys::HtmlSelectElement;
use yew::{
    Callback, Event, Html, Properties, TargetCast, component, html, use_effect_with, use_memo,
    use_node_ref,
};

use crate::components::diff::{Compared, diff_view};
use crate::components::drawer::data::places::named;
use crate::desk::{Desk, use_desk};
use crate::hooks::{use_paced, use_size};
use crate::i18n::runs::RunsWords;
use crate::link::{Intent, View};
use crate::runs::Run;
use crate::runs::output::shown_place;
use crate::same::Same;
use crate::ui::{Show, Side};

/// From this width on, in pixels, there is room for both sides.
const SIDE_BY_SIDE: f64 = 600.0;
/// How often what comes in is compared anew, in milliseconds.
const EVERY_MS: u32 = 500;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) view: Same<View>,
    pub(super) sides: [Side; 2],
    /// The run that is shown.
    pub(super) run: Option<RunId>,
    /// The place that is shown.
    pub(super) place: Option<FlowPoint>,
}

/// A side with everything chosen.
#[derive(Clone)]
struct Chosen {
    run: Rc<Run>,
    place: FlowPoint,
    lane: LaneNumber,
}

#[component]
pub(super) fn Compare(props: &Props) -> Html {
    let desk = use_desk();
    let words = RunsWords::of(desk.language);
    let node = use_node_ref();
    let wide = use_size(node.clone()).is_some_and(|size| size.width >= SIDE_BY_SIDE);
    let chosen = [chosen(props, 0), chosen(props, 1)];
    let places: Vec<(RunId, LaneNumber, FlowPoint)> = chosen
        .iter()
        .flatten()
        .map(|side| (side.run.id, side.lane, side.place.clone()))
        .collect();
    {
        let desk = desk.clone();
        use_effect_with(places.clone(), move |places| {
            desk.wish(Intent::Compare(places.clone()));
            move || desk.wish(Intent::Compare(Vec::new()))
        });
    }
    // What a guess is asked for is not shown here either.
    let veiled = chosen.iter().flatten().any(|side| match &side.place {
        FlowPoint::Wire(id) => desk.veils(id),
        FlowPoint::Port(_) => false,
    });
    let sources = chosen
        .clone()
        .map(|side| side.filter(|_| !veiled).and_then(source));
    let sources = use_paced((places, veiled), sources, EVERY_MS);
    let compared = use_memo(sources, |sources| match sources {
        [Some((left, left_whole)), Some((right, right_whole))] => {
            Some(Compared::of(left, right, *left_whole && *right_whole))
        }
        _ => None,
    });
    let content = match (&*compared, &chosen) {
        (Some(compared), [Some(left), Some(right)]) if !veiled => {
            let names = [name(&desk, left), name(&desk, right)];
            diff_view(&desk, compared, [&names[0], &names[1]], wide)
        }
        _ if veiled => html! { <p class="compare__empty">{ desk.words.results.veiled }</p> },
        _ => html! { <p class="compare__empty">{ words.nothing_to_compare }</p> },
    };
    let sides = chosen.iter().enumerate();
    let sides = sides.map(|(at, side)| choice(&desk, props, at, side.as_ref()));
    html! {
        <div ref={node} id="compare" class="compare">
            <div class="compare__sides">{ for sides }</div>
            <p class="compare__empty" hidden={veiled || props.view.runs.len() != 1}>{ desk.words.around.one_run }</p>
            { content }
        </div>
    }
}

/// What a side compares: on the left, as long as nothing was chosen, what the right one has, a run earlier; or in
/// the only run, another place.
fn chosen(props: &Props, at: usize) -> Option<Chosen> {
    let side = &props.sides[at];
    let runs = &props.view.runs;
    let find = |id: RunId| runs.iter().find(|run| run.id == id);
    let shown = props.run.and_then(find).or_else(|| runs.last());
    let right = props.sides[1].run.and_then(find).or(shown)?;
    let run = if at == 1 {
        right
    } else {
        let earlier = runs.iter().rev().find(|run| run.id < right.id);
        side.run.and_then(find).or(earlier).unwrap_or(right)
    };
    let mut place = shown_place(
        Some(run),
        &run.chain,
        side.place.as_ref().or(props.place.as_ref()),
    )?;
    let other = props.sides[1].place.as_ref().or(props.place.as_ref());
    if at == 0 && side.place.is_none() && run.id == right.id {
        let opposite = shown_place(Some(right), &right.chain, other)?;
        let mut points = run.places.points().iter();
        if let Some(first) = points.find(|point| **point != opposite) {
            place = first.clone();
        }
    }
    let lane = side.lane.index().min(run.lanes.len().saturating_sub(1));
    Some(Chosen {
        run: run.clone(),
        place,
        lane: LaneNumber::from_index(lane),
    })
}

fn source(side: Chosen) -> Option<(Rc<pipeyard_shared::preview::Preview>, bool)> {
    let flow = side.run.flow_at(side.lane, &side.place)?;
    Some((flow.preview.clone(), flow.preview.end() >= flow.bytes))
}

fn name(desk: &Desk, side: &Chosen) -> String {
    let number = (RunsWords::of(desk.language).run_number)(side.run.id.0);
    let chain = &side.run.chain;
    format!(
        "{number} · {}",
        named(chain, &Names::of(chain), &side.place)
    )
}

fn choice(desk: &Desk, props: &Props, at: usize, chosen: Option<&Chosen>) -> Html {
    let words = RunsWords::of(desk.language);
    let Some(chosen) = chosen else {
        return Html::default();
    };
    let label = if at == 0 {
        words.left_side
    } else {
        words.right_side
    };
    let now = Side {
        run: Some(chosen.run.id),
        place: Some(chosen.place.clone()),
        lane: chosen.lane,
    };
    let change = |of: fn(&mut Side, &Props, &Run, usize)| {
        let (desk, now, run) = (desk.clone(), now.clone(), chosen.run.clone());
        let props = Props {
            view: props.view.clone(),
            sides: props.sides.clone(),
            run: props.run,
            place: props.place.clone(),
        };
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let number = select.and_then(|select| select.value().parse().ok());
            if let Some(number) = number {
                let mut side = now.clone();
                of(&mut side, &props, &run, number);
                desk.show(Show::Side(at, side));
            }
        })
    };
    let runs = props.view.runs.iter().enumerate().rev().map(|(index, run)| {
        html! { <option key={index} value={index.to_string()} selected={run.id == chosen.run.id}>{ (words.run_number)(run.id.0) }</option> }
    });
    let names = Names::of(&chosen.run.chain);
    let points = chosen.run.places.points().iter().enumerate().map(|(index, point)| {
        html! { <option key={index} value={index.to_string()} selected={*point == chosen.place}>{ named(&chosen.run.chain, &names, point) }</option> }
    });
    let lanes = (0..chosen.run.lanes.len()).map(|index| {
        let lane = LaneNumber::from_index(index);
        html! { <option key={index} value={index.to_string()} selected={lane == chosen.lane}>{ (desk.words.lane)(lane.0) }</option> }
    });
    let on_run = change(|side, props, _, index| {
        side.run = props.view.runs.get(index).map(|run| run.id);
    });
    let on_place =
        change(|side, _, run, index| side.place = run.places.points().get(index).cloned());
    let on_lane = change(|side, _, _, index| side.lane = LaneNumber::from_index(index));
    html! {
        <div class="compare__side" role="group" aria-label={label}>
            <span class="compare__label" aria-hidden="true">{ if at == 0 { "− " } else { "+ " } }{ label }</span>
            <select id={format!("compare-run-{at}")} class="field__input" aria-label={format!("{label}: {}", desk.words.run_label)} onchange={on_run}>{ for runs }</select>
            <select id={format!("compare-place-{at}")} class="field__input" aria-label={format!("{label}: {}", desk.words.place_label)} onchange={on_place}>{ for points }</select>
            <select id={format!("compare-lane-{at}")} class="field__input" aria-label={format!("{label}: {}", desk.words.lane_label)} hidden={chosen.run.lanes.len() < 2} onchange={on_lane}>{ for lanes }</select>
        </div>
    }
}
