//! Typing into a stage while it runs, and saying when that was all.

use pipeyard_shared::chain::Chain;
use pipeyard_shared::{LaneNumber, StageId};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::{
    Callback, Event, Html, InputEvent, KeyboardEvent, Properties, TargetCast, component, html,
    use_effect_with, use_node_ref, use_state,
};

use crate::desk::use_desk;
use crate::link::Intent;
use crate::runs::{Run, StageState};
use crate::same::Same;

/// Lanes to choose from.
const MOST_LANES: usize = 1_000;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
    pub(super) run: Option<Same<Run>>,
    pub(super) id: StageId,
}

#[component]
pub(super) fn TypedInput(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words;
    let line = use_state(String::new);
    let lane = use_state(|| LaneNumber::FIRST);
    let running = props.run.as_ref().is_some_and(|run| {
        let stage = run
            .chain
            .stage_index(&props.id)
            .and_then(|at| run.stage(*lane, at));
        run.is_live() && stage.is_some_and(|stage| stage.state() == StageState::Running)
    });
    let field = use_node_ref();
    {
        // Who looks at a stage that starts to listen can type at once. Whoever types elsewhere is left alone.
        let field = field.clone();
        use_effect_with(running, move |running| {
            if let Some(input) = field
                .cast::<HtmlInputElement>()
                .filter(|_| *running && !types_elsewhere())
            {
                // Refused by no browser.
                let _ = input.focus();
            }
        });
    }
    let lanes = props.run.as_ref().map_or(1, |run| run.lanes.len());
    let send = {
        let (desk, id, line, lane) = (desk.clone(), props.id.clone(), line.clone(), *lane);
        Callback::from(move |()| {
            let bytes = format!("{}\n", *line).into_bytes();
            desk.wish(Intent::Type(lane, id.clone(), bytes));
            line.set(String::new());
        })
    };
    let end = {
        let (desk, id, lane) = (desk.clone(), props.id.clone(), *lane);
        Callback::from(move |()| desk.wish(Intent::EndInput(lane, id.clone())))
    };
    let key = {
        let (send, end, empty) = (send.clone(), end.clone(), line.is_empty());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if !event.ctrl_key() && !event.is_composing() => {
                event.prevent_default();
                send.emit(());
            }
            // As a terminal has it.
            "d" if event.ctrl_key() && empty => {
                event.prevent_default();
                end.emit(());
            }
            _ => {}
        })
    };
    let change = {
        let line = line.setter();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                line.set(input.value());
            }
        })
    };
    let choose = {
        let lane = lane.setter();
        Callback::from(move |event: Event| {
            let chosen = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(number) = chosen.and_then(|select| select.value().parse().ok()) {
                lane.set(LaneNumber(number));
            }
        })
    };
    let options = (1..=lanes.min(MOST_LANES) as u32).map(|number| {
        html! { <option key={number} value={number.to_string()} selected={number == lane.0}>{ (words.lane)(number) }</option> }
    });
    html! {
        <fieldset class="field typed" disabled={!running}>
            <legend class="field__label">{ words.type_here }</legend>
            <select class="field__input" aria-label={words.lane_label} hidden={lanes < 2} onchange={choose}>{ for options }</select>
            <input
                ref={field}
                id="typed-line"
                type="text"
                class="field__input is-mono"
                aria-label={words.type_here}
                placeholder={if running { words.type_a_line } else { words.type_when_running }}
                value={(*line).clone()}
                autocomplete="off"
                oninput={change}
                onkeydown={key}
            />
            <div class="typed__buttons">
                <button type="button" id="typed-send" class="button" onclick={move |_| send.emit(())}>{ words.send_line }</button>
                <button type="button" id="typed-end" class="button" title="Ctrl D" onclick={move |_| end.emit(())}>{ words.end_of_file }</button>
            </div>
        </fieldset>
    }
}

/// Whether something that takes typing, or is chosen from, has the focus.
fn types_elsewhere() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let focused = document.and_then(|document| document.active_element());
    focused.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}
