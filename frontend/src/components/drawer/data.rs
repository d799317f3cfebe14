//! The bytes of one place in one lane, as text or in hex.

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::Chain;
use pipeyard_shared::flow::{FlowMap, FlowPoint};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{Callback, Event, Html, Properties, TargetCast, component, html};

use crate::desk::{Desk, use_desk};
use crate::format::{self, hex, visible};
use crate::runs::excerpt::{Part, excerpt};
use crate::runs::{Flow, Run};
use crate::same::Same;
use crate::ui::{Form, Show};

/// Bytes shown of each end: more would make the page slow and nobody wiser.
const MOST_TEXT: usize = 24 << 10;
const MOST_HEX: usize = 8 << 10;
/// Lanes that are chips; more become a list.
const MOST_CHIPS: usize = 6;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) run: Option<Same<Run>>,
    pub(super) place: Option<FlowPoint>,
    pub(super) lane: LaneNumber,
    pub(super) form: Form,
    pub(super) marks: bool,
}

#[component]
pub(super) fn Data(props: &Props) -> Html {
    let desk = use_desk();
    let lanes = props
        .run
        .as_ref()
        .map_or(props.chain.lanes.count(), |run| run.lanes.len());
    let lane = LaneNumber::from_index(props.lane.index().min(lanes.saturating_sub(1)));
    let flow = props
        .run
        .as_ref()
        .zip(props.place.as_ref())
        .and_then(|(run, place)| run.flow_at(lane, place));
    let over = props.run.as_ref().is_some_and(|run| !run.is_active());
    let nothing = if over {
        desk.words.nothing_written
    } else {
        desk.words.nothing_yet
    };
    let in_hex = match (props.form, flow) {
        (Form::Hex, _) => true,
        (Form::Auto, Some(flow)) => visible::is_binary(flow.preview.head()),
        _ => false,
    };
    html! {
        <div class="data">
            <div class="data__bar">
                { places(&desk, props) }
                { lane_choice(&desk, lanes, lane) }
                <span class="data__forms">
                    { form_button(&desk, "view-text", desk.words.text, Form::Text, !in_hex) }
                    { form_button(&desk, "view-hex", desk.words.hex, Form::Hex, in_hex) }
                    { marks_box(&desk, props.marks, in_hex) }
                </span>
            </div>
            // Scrolled by keys too, so it takes the focus.
            <div id="data" class="data__bytes" tabindex="0" role="region" aria-label={desk.words.data}>
                { flow.map(|flow| bytes(&desk, flow, in_hex, props.marks)).unwrap_or_default() }
            </div>
            <p id="data-note" class="data__note">{ flow.map_or(nothing.to_owned(), |flow| note(&desk, flow)) }</p>
        </div>
    }
}

/// Every place of the run (or of the chain, before the first one), by its ends.
fn places(desk: &Desk, props: &Props) -> Html {
    let chain = props
        .run
        .as_ref()
        .map_or(&*props.chain.0, |run| &*run.chain);
    let points: Vec<FlowPoint> = FlowMap::of(chain).points().to_vec();
    let options = points.iter().enumerate().map(|(index, point)| {
        let selected = props.place.as_ref() == Some(point);
        html! { <option key={index} value={index.to_string()} {selected}>{ named(chain, point) }</option> }
    });
    let options: Vec<Html> = options.collect();
    let change = {
        let desk = desk.clone();
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let chosen = select.and_then(|select| select.value().parse::<usize>().ok());
            if let Some(point) = chosen.and_then(|index| points.get(index)) {
                desk.show(Show::Place(point.clone()));
            }
        })
    };
    html! {
        <select id="data-place" class="field__input data__place" aria-label={desk.words.place_label} onchange={change}>{ for options }</select>
    }
}

fn named(chain: &Chain, point: &FlowPoint) -> String {
    let name = |id| {
        chain
            .stage(id)
            .map(|stage| stage.name())
            .unwrap_or_default()
    };
    match point {
        FlowPoint::Wire(id) => match chain.wire(id) {
            Some(wire) => {
                let port = match wire.from.port {
                    pipeyard_shared::chain::OutputPort::Stdout => "",
                    pipeyard_shared::chain::OutputPort::Stderr => " stderr",
                };
                format!(
                    "{}{port} → {}",
                    name(&wire.from.stage),
                    name(&wire.to.stage)
                )
            }
            None => id.to_string(),
        },
        FlowPoint::Port(end) => format!("{} {}", name(&end.stage), end.port),
    }
}

fn lane_choice(desk: &Desk, lanes: usize, shown: LaneNumber) -> Html {
    if lanes > MOST_CHIPS {
        let options = (1..=lanes as u32).map(|number| {
            html! { <option key={number} value={number.to_string()} selected={number == shown.0}>{ (desk.words.lane)(number) }</option> }
        });
        let change = {
            let desk = desk.clone();
            Callback::from(move |event: Event| {
                let select = event.target_dyn_into::<HtmlSelectElement>();
                if let Some(number) = select.and_then(|select| select.value().parse().ok()) {
                    desk.show(Show::Lane(LaneNumber(number)));
                }
            })
        };
        return html! {
            <span class="data__lanes"><select class="field__input" aria-label={desk.words.lane_label} onchange={change}>{ for options }</select></span>
        };
    }
    let chips = (1..=lanes as u32).map(|number| {
        let press = {
            let desk = desk.clone();
            Callback::from(move |_| desk.show(Show::Lane(LaneNumber(number))))
        };
        html! {
            <button key={number} type="button" class="chip" data-chip={number.to_string()} aria-pressed={(number == shown.0).to_string()} onclick={press}>{ (desk.words.lane)(number) }</button>
        }
    });
    html! { <span class="data__lanes" role="group" aria-label={desk.words.lane_label} hidden={lanes < 2}>{ for chips }</span> }
}

fn form_button(
    desk: &Desk,
    id: &'static str,
    name: &'static str,
    form: Form,
    pressed: bool,
) -> Html {
    let desk = desk.clone();
    let press = Callback::from(move |_| desk.show(Show::Form(form)));
    html! { <button type="button" {id} class="chip" aria-pressed={pressed.to_string()} onclick={press}>{ name }</button> }
}

fn marks_box(desk: &Desk, marks: bool, in_hex: bool) -> Html {
    let change = {
        let desk = desk.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                desk.show(Show::Marks(input.checked()));
            }
        })
    };
    html! {
        <label class="chip check" title={desk.words.invisible_characters}>
            <input type="checkbox" id="view-marks" aria-label={desk.words.invisible_characters} checked={marks} disabled={in_hex} onchange={change} />
            <span aria-hidden="true">{ "¶" }</span>
        </label>
    }
}

fn bytes(desk: &Desk, flow: &Flow, in_hex: bool, marks: bool) -> Html {
    let parts = excerpt(&flow.preview, if in_hex { MOST_HEX } else { MOST_TEXT });
    let parts = parts
        .into_iter()
        .enumerate()
        .map(|(index, part)| match part {
            Part::Gap { bytes, not_kept } => {
                html! { <p key={index} class="data__gap">{ (desk.words.gap)(bytes, not_kept) }</p> }
            }
            Part::Bytes { offset, bytes } if in_hex => {
                html! { <div key={index}>{ hex_rows(offset, &bytes) }</div> }
            }
            Part::Bytes { bytes, .. } => {
                html! { <pre key={index} class="data__text">{ text_pieces(&bytes, marks) }</pre> }
            }
        });
    html! { <div class="data__parts">{ for parts }</div> }
}

fn hex_rows(offset: u64, bytes: &[u8]) -> Html {
    // Three columns of text: thousands of rows would be thousands of elements.
    let rows = hex::rows(offset, bytes);
    let column = |part: fn(&hex::Row) -> &str| rows.iter().map(part).collect::<Vec<_>>().join("\n");
    html! {
        <div class="hex">
            <pre class="hex__offset" aria-hidden="true">{ column(|row| &row.offset) }</pre>
            <pre class="hex__digits">{ column(|row| &row.digits) }</pre>
            <pre class="hex__text" aria-hidden="true">{ column(|row| &row.text) }</pre>
        </div>
    }
}

fn text_pieces(bytes: &[u8], marks: bool) -> Html {
    let pieces = visible::pieces(bytes, marks).into_iter().enumerate();
    let spans = pieces.map(|(index, piece)| {
        let class = match piece.kind {
            visible::Kind::Plain => "",
            visible::Kind::Mark => "mark",
            visible::Kind::Broken => "mark mark--broken",
        };
        html! { <span key={index} {class}>{ piece.text }</span> }
    });
    spans.collect()
}

fn note(desk: &Desk, flow: &Flow) -> String {
    let words = desk.words;
    let total = flow.bytes.max(flow.preview.end());
    let mut note = if flow.uncounted {
        words.not_counted.to_owned()
    } else {
        format!(
            "{}, {}",
            (words.bytes)(&format::grouped(total)),
            (words.lines)(flow.lines)
        )
    };
    let mut say = |sentence: &str| {
        note.push_str(". ");
        note.push_str(sentence);
    };
    match flow.preview.gap() {
        0 => {}
        gap => say(&(words.not_kept)(gap)),
    }
    if let Some(end) = flow.end {
        say(words.flow_end(end));
    } else if let Some(held) = &flow.held {
        say(&(words.held_by)(&held.program.lossy(), held.pid));
    }
    note + "."
}
