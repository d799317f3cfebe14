//! All of a flow that is longer than what the page holds: a stretch at a time, asked of the runner, and searched
//! there stretch by stretch.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::{
    Callback, Html, InputEvent, KeyboardEvent, Properties, TargetCast, WheelEvent, component, html,
    use_effect_with, use_memo, use_mut_ref, use_node_ref, use_state,
};

use super::rows::Rows;
use super::sheet::{Hits, Sheet};
use super::view::Room;
use crate::desk::use_desk;
use crate::format::search::{find, find_in_hex, hex};
use crate::format::window::{
    WINDOW, after_searched, around, at_step, before, next_searched, whole_lines,
};
use crate::format::{self, hex as hex_rows};
use crate::hooks::range;
use crate::i18n::whole::WholeWords;
use crate::same::Same;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// Where its bytes are had.
    pub(super) address: String,
    /// How many there are.
    pub(super) kept: u64,
    /// How many passed.
    pub(super) total: u64,
    pub(super) in_hex: bool,
    pub(super) room: Room,
}

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
struct Stretch {
    start: u64,
    bytes: Rc<[u8]>,
    /// Whether it was reached from behind: its end is shown first.
    from_behind: bool,
}

/// Where a search is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Search {
    Idle,
    /// So far.
    Going(u64),
    /// It is there.
    Found(u64),
    Nowhere,
    /// It was not searched from here on, since the bytes could not be had.
    Failed(u64),
}

#[component]
pub(super) fn Whole(props: &Props) -> Html {
    let desk = use_desk();
    let words = WholeWords::of(desk.language);
    let node = use_node_ref();
    let stretch = use_state(|| None::<Stretch>);
    let failed = use_state(|| false);
    let text = use_state(String::new);
    let search = use_state(|| Search::Idle);
    // What was asked for last: answers to anything before it come too late.
    let asked = use_mut_ref(|| Rc::new(Cell::new(0u32)));
    let asked = asked.borrow().clone();
    // Where the stretch begins that has not come yet.
    let awaited = use_mut_ref(|| Rc::new(Cell::new(None::<u64>)));
    let awaited = awaited.borrow().clone();
    // The same as `asked` for searches.
    let hunts = use_mut_ref(|| Rc::new(Cell::new(0u32)));
    let hunts = hunts.borrow().clone();

    let show = {
        let (stretch, failed, asked) = (stretch.setter(), failed.setter(), asked.clone());
        let awaited = awaited.clone();
        let (address, kept, in_hex) = (props.address.clone(), props.kept, props.in_hex);
        Callback::from(move |((start, end), from_behind): ((u64, u64), bool)| {
            let (stretch, failed, asked) = (stretch.clone(), failed.clone(), asked.clone());
            let (address, number) = (address.clone(), asked.get().wrapping_add(1));
            asked.set(number);
            awaited.set(Some(if from_behind { end } else { start }));
            let awaited = awaited.clone();
            // Rows of hex are the same wherever they are begun.
            let start = if in_hex {
                start - start % hex_rows::WIDE as u64
            } else {
                start
            };
            spawn_local(async move {
                let bytes = range(&address, start, end).await;
                if asked.get() != number {
                    return;
                }
                awaited.set(None);
                failed.set(bytes.is_none());
                let Some(bytes) = bytes else { return };
                let (first, last) = match in_hex {
                    true => (0, 0),
                    false => whole_lines(&bytes, start, kept),
                };
                let shown: Rc<[u8]> = bytes[first..bytes.len() - last].into();
                stretch.set(Some(Stretch {
                    start: start + first as u64,
                    bytes: shown,
                    from_behind,
                }));
            });
        })
    };
    {
        // The place stays when the form changes; another flow begins at its beginning.
        let (show, at) = (
            show.clone(),
            stretch.as_ref().map_or(0, |stretch| stretch.start),
        );
        use_effect_with((props.address.clone(), props.in_hex), move |_| {
            show.emit(((at, at + WINDOW), false));
        });
    }
    let sheet = use_memo(
        (stretch.clone(), props.in_hex, props.room),
        |(stretch, in_hex, room)| {
            let stretch = stretch.as_ref()?;
            let bytes = stretch.bytes.to_vec();
            Some(Same::new(match in_hex {
                true => Sheet::hex_part(stretch.start, bytes, room.hex_width),
                false => Sheet::text_part(bytes, room.columns, room.marks, stretch.start == 0),
            }))
        },
    );
    let hits = use_memo(((*sheet).clone(), (*text).clone()), |(sheet, text)| {
        Same::new(
            sheet
                .as_ref()
                .map(|sheet| sheet.search(text))
                .unwrap_or_default(),
        )
    });
    let hits: Same<Hits> = (*hits).clone();
    let current = match (*search, &*stretch) {
        (Search::Found(place), Some(stretch)) => place
            .checked_sub(stretch.start)
            .and_then(|at| hits.number_at(usize::try_from(at).ok()?)),
        _ => None,
    };
    {
        let node = node.clone();
        use_effect_with((*stretch).clone(), move |stretch| {
            let pane = node.cast::<HtmlElement>();
            let pane = pane.and_then(|node| node.query_selector("#data").ok().flatten());
            let behind = stretch.as_ref().is_some_and(|stretch| stretch.from_behind);
            if let Some(pane) = pane.filter(|_| behind) {
                pane.set_scroll_top(pane.scroll_height());
            }
        });
    }

    let (start, end) = stretch.as_ref().map_or((0, 0), |stretch| {
        (stretch.start, stretch.start + stretch.bytes.len() as u64)
    });
    // A wheel asks many times: what is on its way is not asked for again.
    let next = {
        let (show, kept, awaited) = (show.clone(), props.kept, awaited.clone());
        Callback::from(move |()| {
            if end < kept && awaited.get() != Some(end) {
                show.emit(((end, (end + WINDOW).min(kept)), false));
            }
        })
    };
    let previous = {
        let show = show.clone();
        Callback::from(move |()| {
            if start > 0 && awaited.get() != Some(start) {
                show.emit((before(start), true));
            }
        })
    };
    let slide = {
        let (show, kept) = (show.clone(), props.kept);
        Callback::from(move |event: InputEvent| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            let place = input.and_then(|input| input.value().parse::<u64>().ok());
            if let Some(place) = place {
                show.emit(at_step(place, STEPS, kept));
            }
        })
    };
    // Going on beyond the edge of the stretch goes on to the next one.
    let edge = {
        let (node, next, previous) = (node.clone(), next.clone(), previous.clone());
        move |down: bool| -> bool {
            let pane = node.cast::<HtmlElement>();
            let pane = pane.and_then(|node| node.query_selector("#data").ok().flatten());
            let Some(pane) = pane else { return false };
            let left = pane.scroll_height() - pane.client_height() - pane.scroll_top();
            if down && left <= 1 {
                next.emit(());
            } else if !down && pane.scroll_top() <= 0 {
                previous.emit(());
            } else {
                return false;
            }
            true
        }
    };
    let wheel = {
        let edge = edge.clone();
        Callback::from(move |event: WheelEvent| {
            if event.delta_y() != 0.0 {
                edge(event.delta_y() > 0.0);
            }
        })
    };
    let key = Callback::from(move |event: KeyboardEvent| {
        let in_field = event.target_dyn_into::<HtmlInputElement>().is_some();
        let down = match event.key().as_str() {
            _ if in_field => return,
            "PageDown" | "ArrowDown" => true,
            "PageUp" | "ArrowUp" => false,
            _ => return,
        };
        if edge(down) {
            event.prevent_default();
        }
    });

    let find_next = {
        let (hunts, search, show) = (hunts.clone(), search.clone(), show.clone());
        let (address, kept, in_hex, wanted) = (
            props.address.clone(),
            props.kept,
            props.in_hex,
            (*text).clone(),
        );
        Callback::from(move |()| {
            let needle = match in_hex {
                true => hex(&wanted).map_or(wanted.len(), |bytes| bytes.len()),
                false => wanted.len(),
            };
            if needle == 0 {
                return;
            }
            let from = match *search {
                Search::Found(place) => place + 1,
                Search::Failed(at) => at,
                _ => 0,
            };
            let (search, show, hunts) = (search.setter(), show.clone(), hunts.clone());
            let (address, wanted) = (address.clone(), wanted.clone());
            let number = hunts.get().wrapping_add(1);
            hunts.set(number);
            search.set(Search::Going(from));
            spawn_local(async move {
                let mut at = from;
                while let Some((start, end)) = next_searched(at, kept) {
                    let bytes = range(&address, start, end).await;
                    if hunts.get() != number {
                        return;
                    }
                    let Some(bytes) = bytes else {
                        search.set(Search::Failed(at));
                        return;
                    };
                    let found = match in_hex {
                        true => find_in_hex(&bytes, &wanted),
                        false => find(&bytes, wanted.as_bytes()),
                    };
                    if let Some((hit, _)) = found.places.first() {
                        let place = start + *hit as u64;
                        search.set(Search::Found(place));
                        show.emit((around(place, kept), false));
                        return;
                    }
                    search.set(Search::Going(end));
                    at = after_searched(end, kept, needle);
                }
                search.set(Search::Nowhere);
            });
        })
    };
    let typed = {
        let (text, search, hunts) = (text.setter(), search.setter(), hunts.clone());
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                hunts.set(hunts.get().wrapping_add(1));
                text.set(input.value());
                search.set(Search::Idle);
            }
        })
    };
    let going = matches!(*search, Search::Going(_));
    let cancel = {
        let (hunts, search) = (hunts.clone(), search.setter());
        Callback::from(move |()| {
            hunts.set(hunts.get().wrapping_add(1));
            search.set(Search::Idle);
        })
    };
    let enter = {
        let (find_next, cancel) = (find_next.clone(), cancel.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if !event.ctrl_key() && !event.is_composing() => {
                event.prevent_default();
                find_next.emit(());
            }
            // The same key would stop a run.
            "Escape" if going => {
                event.prevent_default();
                cancel.emit(());
            }
            _ => {}
        })
    };
    {
        // What is under way when the view closes is of no more use.
        let counts = [asked.clone(), hunts.clone()];
        use_effect_with((), move |()| {
            move || {
                counts
                    .iter()
                    .for_each(|count| count.set(count.get().wrapping_add(1)));
            }
        });
    }
    let said = match *search {
        Search::Idle => String::new(),
        Search::Going(at) => (words.searched)(&format::bytes(at), &format::bytes(props.kept)),
        Search::Found(place) => (words.found_at)(&format::grouped(place)),
        Search::Nowhere => words.found_nowhere.to_owned(),
        Search::Failed(at) => (words.search_failed)(&format::bytes(at)),
    };
    let place = (words.shown)(
        &format::grouped(start),
        &format::grouped(end),
        &format::bytes(props.kept),
    );
    let short = props.kept < props.total;
    let step = match start > 0 && end >= props.kept {
        true => STEPS,
        false => (start / (props.kept / STEPS).max(1)).min(STEPS),
    };
    html! {
        <div ref={node} class="whole" onwheel={wheel} onkeydown={key}>
            <div class="whole__bar">
                <button type="button" id="whole-previous" class="chip" aria-label={words.earlier} title={words.earlier} disabled={start == 0} onclick={move |_| previous.emit(())}>{ "↑" }</button>
                <button type="button" id="whole-next" class="chip" aria-label={words.later} title={words.later} disabled={end >= props.kept} onclick={move |_| next.emit(())}>{ "↓" }</button>
                <input type="range" id="whole-place" class="whole__place" min="0" max={STEPS.to_string()} value={step.to_string()} aria-label={words.place} aria-valuetext={place.clone()} oninput={slide} />
                <span id="whole-shown" class="whole__shown">{ place }</span>
                <span class="search" role="search">
                    <input id="whole-search" type="search" class="field__input search__input" placeholder={words.search} aria-label={words.search} maxlength="200" autocomplete="off" value={(*text).clone()} oninput={typed} onkeydown={enter} />
                    <button type="button" id="whole-find" class="chip" hidden={going} onclick={move |_| find_next.emit(())}>{ words.find }</button>
                    <button type="button" id="whole-cancel" class="chip" hidden={!going} onclick={move |_| cancel.emit(())}>{ words.cancel }</button>
                    <span id="whole-found" class="search__hits" role="status" aria-live={if going { "off" } else { "polite" }}>{ said }</span>
                </span>
            </div>
            <p class="whole__short" hidden={!short}>{ (words.short)(&format::bytes(props.kept), &format::bytes(props.total)) }</p>
            <p class="whole__short is-stale" role="status" hidden={!*failed}>{ words.gone }</p>
            <div class="whole__rows">
                if let Some(sheet) = &*sheet {
                    <Rows key={start.to_string()} sheet={sheet.clone()} {hits} {current} marks={props.room.marks} label={desk.words.data} />
                }
            </div>
        </div>
    }
}

/// Steps of the slider.
const STEPS: u64 = 1_000;
