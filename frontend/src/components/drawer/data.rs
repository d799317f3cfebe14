//! The bytes of one place in one lane, in the form that suits them.

mod bar;
mod download;
mod note;
mod peek;
pub(super) mod places;
mod rows;
mod search;
mod sheet;
mod table;
mod view;
mod whole;

pub(crate) use peek::peek;

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::{Chain, WireMode};
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::preview::Preview;
use web_sys::{Element, HtmlInputElement};
use yew::{
    Callback, Html, KeyboardEvent, Properties, component, html, use_effect_with, use_memo,
    use_node_ref, use_state,
};

use crate::desk::{Desk, use_desk};
use crate::format::{self, lines};
use crate::hooks::{use_paced, use_size};
use crate::i18n::data::DataWords;
use crate::i18n::whole::WholeWords;
use crate::platform::scale;
use crate::runs::guess::Guess;
use crate::runs::{Flow, Run, Stale};
use crate::same::Same;
use crate::ui::Form;

use super::predict;
use bar::Copy;
use download::{Download, download};
use rows::Rows;
use search::search_box;
use sheet::Hits;
use table::{Cells, TableView};
use view::{Content, Source};
use whole::Whole;

/// How often what comes in is laid out anew, in milliseconds.
const EVERY_MS: u32 = 120;
/// The width of a character as long as nobody has measured, in pixels.
const CHARACTER: f64 = 7.2;
/// At the sides of the rows, the scroll bar included.
const PADDING: f64 = 44.0;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) run: Option<Same<Run>>,
    pub(super) place: Option<FlowPoint>,
    pub(super) stale: Same<Stale>,
    pub(super) lane: LaneNumber,
    pub(super) form: Form,
    pub(super) marks: bool,
    /// What was guessed here, if something was asked.
    pub(super) guess: Option<Guess>,
}

/// What was searched for, in rows or in cells.
#[derive(Clone, PartialEq)]
enum Places {
    Rows(Same<Hits>),
    Cells(Same<Cells>),
}

#[component]
pub(super) fn Data(props: &Props) -> Html {
    let desk = use_desk();
    let node = use_node_ref();
    let size = use_size(node.clone());
    let character = use_character(&node);
    let wrap = use_state(|| false);
    // The flow of which all is read.
    let whole_of = use_state(|| None);
    let text = use_state(String::new);
    let current = use_state(|| 0usize);
    let search = use_node_ref();

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
    let direct = props
        .run
        .as_ref()
        .is_some_and(|run| is_direct(run, props.place.as_ref()));
    let key = (
        props.run.as_ref().map(|run| (run.id, run.instant)),
        props.place.clone(),
        lane,
    );
    let whole_key = key.clone();
    let source = use_paced(key, source(flow.map(|flow| &**flow), direct), EVERY_MS);

    let width = size.map_or(0.0, |size| size.width - PADDING);
    let columns = if *wrap && width > 0.0 {
        // Room for the numbers of lines as well.
        ((width / *character) as usize).saturating_sub(8).max(8)
    } else {
        lines::LONGEST_ROW
    };
    // Hex is set a little smaller.
    let hex_width = view::hex_width(width, *character * 11.0 / 12.0);
    let used = match props.form {
        Form::Auto => source.as_ref().map_or(Form::Text, view::guess),
        form => form,
    };
    let room = view::Room {
        columns,
        hex_width,
        marks: props.marks && used == Form::Text,
    };
    let content = use_memo((source.clone(), used, room), |(source, used, room)| {
        let source = source.as_ref();
        source.map(|source| view::content(source, *used, *room))
    });
    let places = {
        let sheet = match &*content {
            Some(Content::Rows(sheet, _)) => Some(sheet.clone()),
            _ => None,
        };
        let table = match &*content {
            Some(Content::Table(table)) => Some(table.clone()),
            _ => None,
        };
        use_memo(
            (sheet, table, (*text).clone()),
            |(sheet, table, text)| match (sheet, table) {
                (_, Some(table)) => Places::Cells(Same::new(table::search(table, text))),
                (Some(sheet), _) => Places::Rows(Same::new(sheet.search(text))),
                _ => Places::Rows(Same::new(Hits::default())),
            },
        )
    };
    let (count, more) = places.count();
    let at = (count > 0).then(|| (*current).min(count - 1));

    let keys = {
        let search = search.clone();
        Callback::from(move |event: KeyboardEvent| {
            let control = event.ctrl_key() || event.meta_key();
            let input = search.cast::<HtmlInputElement>();
            if let ("f", true, false, Some(input)) =
                (&*event.key(), control, event.alt_key(), input)
            {
                event.prevent_default();
                // Refused by no browser.
                let _ = input.focus();
                input.select();
            }
        })
    };
    let on_text = {
        let (text, current) = (text.setter(), current.setter());
        Callback::from(move |typed: String| {
            text.set(typed);
            current.set(0);
        })
    };
    let on_current = {
        let current = current.setter();
        Callback::from(move |number| current.set(number))
    };
    let on_wrap = {
        let wrap = wrap.setter();
        Callback::from(move |on| wrap.set(on))
    };
    let copy = {
        let (content, desk) = (content.clone(), desk.clone());
        Callback::from(move |()| copied(&desk, content.as_ref().as_ref()))
    };
    let chain = props
        .run
        .as_ref()
        .map_or(&*props.chain.0, |run| &*run.chain);
    let download = download(props, lane, flow.map(|flow| &**flow), direct);
    let note = match (flow, &*content) {
        (Some(flow), Some(content)) => note::note(&desk, flow, content),
        _ if props.run.as_ref().is_some_and(|run| !run.is_active()) => {
            desk.words.nothing_written.to_owned()
        }
        _ if props.run.is_some() => desk.words.nothing_yet.to_owned(),
        _ => desk.words.around.no_data.to_owned(),
    };
    let searched = search::Props {
        node: search,
        text: (*text).clone(),
        count,
        more,
        current: at,
        in_hex: used == Form::Hex,
        on_text,
        on_current,
    };
    let kept = match (&download, flow) {
        (Download::From { first, .. }, Some(flow)) if flow.preview.gap() > 0 => {
            Some((first.map_or(flow.bytes, |(kept, _)| kept), flow.bytes))
        }
        _ => None,
    };
    let is_whole = kept.is_some() && *whole_of == Some(whole_key.clone());
    let toggle_whole = {
        let whole_of = whole_of.setter();
        Callback::from(move |_| whole_of.set((!is_whole).then(|| whole_key.clone())))
    };
    // The question of the chain as it is now: a recorded one asks nothing.
    let asked = predict::question(&props.chain, props.place.as_ref()).filter(|_| !desk.recorded);
    let veiled = asked.is_some() && props.guess.is_none();
    let told = match (asked, &props.guess) {
        (Some((wire, question)), Some(guess)) => {
            predict::told(&desk, wire, question, guess, flow.map(|flow| &**flow))
        }
        _ => Html::default(),
    };
    let shown = match asked {
        Some((wire, question)) if veiled => html! {
            <predict::Ask key={wire.to_string()} wire={wire.clone()} question={question.to_owned()} />
        },
        _ => match (&download, kept) {
            (Download::From { address, .. }, Some((kept, total))) if is_whole => html! {
                <Whole key={address.clone()} address={address.clone()} {kept} {total} in_hex={used == Form::Hex} {room} />
            },
            _ => view(&desk, "data", &content, &places, at, room.marks, &download),
        },
    };
    html! {
        <div ref={node} class="data" onkeydown={keys}>
            <span class="data__probe is-mono" aria-hidden="true">{ PROBE }</span>
            <div class="data__bar">
                { places::places(&desk, chain, props.place.as_ref()) }
                { places::lane_choice(&desk, lanes, lane) }
                <span class="data__tools" hidden={veiled}>
                { bar::forms(&desk, used) }
                { bar::text_choices(&desk, props.marks, *wrap, &on_wrap, matches!(used, Form::Text | Form::Json)) }
                <span class="data__end">
                    <button type="button" id="data-whole" class="chip" hidden={kept.is_none()} onclick={toggle_whole}>
                        { kept.map(|(_, total)| if is_whole { WholeWords::of(desk.language).close.to_owned() } else { (WholeWords::of(desk.language).open)(&format::bytes(total)) }).unwrap_or_default() }
                    </button>
                    if !is_whole {
                        { search_box(&desk, &searched) }
                    }
                    <Copy text={copy} disabled={content.is_none()} />
                    { download::link(&desk, &download) }
                </span>
                </span>
            </div>
            <p class="data__glimpse" hidden={!direct || veiled}>{ glimpse(&desk, flow.map(|flow| &**flow)) }</p>
            { told }
            <div class="data__view">{ shown }</div>
            <p id="data-note" class="data__note" hidden={veiled}>
                if props.place.as_ref().is_some_and(|place| props.stale.is_at(place)) {
                    <b class="is-stale" title={desk.words.results.older_note}>{ format!("↺ {}. ", desk.words.results.older_chain) }</b>
                }
                { note }
            </p>
        </div>
    }
}

fn view(
    desk: &Desk,
    id: &'static str,
    content: &Option<Content>,
    places: &Places,
    current: Option<usize>,
    marks: bool,
    download: &Download,
) -> Html {
    let words = DataWords::of(desk.language);
    let said = |sentence: &str| html! { <div {id} class="data__bytes" tabindex="0" role="region" aria-label={words.image}><p>{ sentence }</p></div> };
    let picture = |address: String, name: String| {
        html! { <div {id} class="data__bytes data__bytes--image" tabindex="0" role="region" aria-label={words.image}><img class="data__image" src={address} alt={name} /></div> }
    };
    match (content, places) {
        (Some(Content::Rows(sheet, _)), Places::Rows(hits)) => html! {
            <Rows key="rows" {id} sheet={sheet.clone()} hits={hits.clone()} {current} {marks} label={desk.words.data} />
        },
        (Some(Content::Table(table)), Places::Cells(hits)) => html! {
            <TableView key="table" {id} table={table.clone()} hits={hits.clone()} {current} />
        },
        (Some(Content::Image(image, bytes)), _) => {
            // The policy allows pictures in addresses, and such an address need not be given back.
            let address = format!(
                "data:{};base64,{}",
                image.media_type(),
                STANDARD.encode(bytes)
            );
            picture(
                address,
                (words.image_of)(image.name(), &format::bytes(bytes.len() as u64)),
            )
        }
        (Some(Content::PartOfImage(image)), _) => match download {
            // All of it is kept at the runner.
            Download::From {
                address,
                first: None,
                over: true,
            } if image.is_raster() => picture(address.clone(), image.name().to_owned()),
            Download::From { over: true, .. } => said(words.image_not_whole),
            _ => said(words.image_not_yet),
        },
        (Some(Content::NoImage), _) => said(words.no_image),
        _ => {
            html! { <div {id} class="data__bytes" tabindex="0" role="region" aria-label={desk.words.data}></div> }
        }
    }
}

/// What to look at: what passed, or for a direct wire what stood in its pipe.
fn source(flow: Option<&Flow>, direct: bool) -> Option<Source> {
    let flow = flow?;
    if direct {
        let glimpse = flow.glimpse.as_ref()?;
        let mut preview = Preview::new(glimpse.bytes.len());
        preview.push(&glimpse.bytes);
        return Some(Source {
            preview: Rc::new(preview),
            whole: false,
            lines: None,
        });
    }
    let end = flow.preview.end();
    (end > 0).then(|| Source {
        preview: flow.preview.clone(),
        whole: flow.end.is_some() && flow.preview.gap() == 0 && end >= flow.bytes,
        lines: flow.lines.filter(|_| flow.bytes == end),
    })
}

fn glimpse(desk: &Desk, flow: Option<&Flow>) -> String {
    let words = DataWords::of(desk.language);
    match flow.and_then(|flow| flow.glimpse.as_ref()) {
        Some(glimpse) => (words.in_the_pipe)(&format::span(glimpse.at_us)),
        None => words.pipe_not_seen.to_owned(),
    }
}

fn copied(desk: &Desk, content: Option<&Content>) -> String {
    match content {
        Some(Content::Rows(sheet, _)) => sheet.copy(desk.words.gap),
        Some(Content::Table(table)) => table::copy(table),
        _ => String::new(),
    }
}

fn is_direct(run: &Run, place: Option<&FlowPoint>) -> bool {
    match place {
        Some(FlowPoint::Wire(id)) => run
            .chain
            .wire(id)
            .is_some_and(|wire| wire.mode == WireMode::Direct),
        _ => false,
    }
}

impl Places {
    fn count(&self) -> (usize, bool) {
        match self {
            Self::Rows(hits) => (hits.count, hits.more),
            Self::Cells(cells) => (cells.len(), false),
        }
    }
}

/// Characters that are measured together.
const PROBE: &str = "0000000000000000000000000000000000000000";

/// The width of a character of the rows, in pixels.
#[yew::hook]
fn use_character(node: &yew::NodeRef) -> yew::UseStateHandle<f64> {
    let width = use_state(|| CHARACTER);
    let (node, setter) = (node.clone(), width.setter());
    use_effect_with((), move |()| {
        let probe = node
            .cast::<Element>()
            .and_then(|data| data.query_selector(".data__probe").ok().flatten());
        let measured = probe.map_or(0.0, |probe| {
            probe.get_bounding_client_rect().width() / scale() / PROBE.len() as f64
        });
        if measured > 1.0 {
            setter.set(measured);
        }
    });
    width
}
