//! How many lanes, what tells them apart, and how many at once.

use pipeyard_shared::Text;
use pipeyard_shared::chain::{Chain, Lanes};
use yew::{Callback, Html, KeyboardEvent, Properties, component, html, use_effect_with, use_state};

use crate::components::field::{Choice, NumberField, TextField};
use crate::components::later::later;
use crate::desk::{Desk, use_desk_with_later};
use crate::editor::Edit;
use crate::hooks::focus;
use crate::same::Same;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chain: Same<Chain>,
}

/// A button that opens a small panel.
#[component]
pub(super) fn LanesButton(props: &Props) -> Html {
    let desk = use_desk_with_later();
    let open = use_state(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_| open.set(!*open))
    };
    let close = {
        let open = open.setter();
        Callback::from(move |_| open.set(false))
    };
    let escape = {
        let open = open.clone();
        Callback::from(move |event: KeyboardEvent| {
            if *open && event.key() == "Escape" {
                // The same key would stop a run.
                event.prevent_default();
                open.set(false);
                focus(&["#lanes"]);
            }
        })
    };
    use_effect_with(*open, |open| {
        if *open {
            focus(&["#lanes-count, #lanes-values"]);
        }
    });
    html! {
        <div class="popover" onkeydown={escape}>
            <button type="button" id="lanes" class="button" aria-expanded={open.to_string()} aria-controls="lanes-panel" onclick={toggle}>
                { (desk.words.lanes)(props.chain.lanes.count()) }
                <span aria-hidden="true">{ " ▾" }</span>
            </button>
            <div class="popover__ground" hidden={!*open} onclick={close}></div>
            <div id="lanes-panel" class="popover__panel" role="group" aria-label={desk.words.lanes_and_jobs} hidden={!*open}>
                { lanes_form(&desk, &props.chain) }
            </div>
        </div>
    }
}

/// The panel's content; the outline's menu shows it too. It is loaded later.
pub(super) fn lanes_form(desk: &Desk, chain: &Chain) -> Html {
    later(desk, |parts| (parts.lanes)(desk, chain))
}

/// What stands there.
pub(crate) fn content(desk: &Desk, chain: &Chain) -> Html {
    let words = desk.words;
    let lanes = &chain.lanes;
    let by_values = matches!(lanes, Lanes::Values(_));
    let kind = {
        let (desk, lanes) = (desk.clone(), lanes.clone());
        Callback::from(move |chosen| desk.edit(Edit::Lanes(converted(&lanes, chosen == 1))))
    };
    let count = {
        let desk = desk.clone();
        Callback::from(move |count: Option<u64>| {
            if let Some(count) = count {
                desk.edit(Edit::Lanes(Lanes::Count(
                    u32::try_from(count).unwrap_or(u32::MAX),
                )));
            }
        })
    };
    let values = {
        let desk = desk.clone();
        Callback::from(move |text: String| {
            let values = text.split('\n').map(Text::from).collect();
            desk.edit(Edit::Lanes(Lanes::Values(values)));
        })
    };
    let jobs = {
        let desk = desk.clone();
        Callback::from(move |jobs: Option<u64>| {
            desk.edit(Edit::Jobs(
                jobs.map(|jobs| u32::try_from(jobs).unwrap_or(u32::MAX)),
            ));
        })
    };
    let listed = match lanes {
        Lanes::Values(values) => values
            .iter()
            .map(|value| value.lossy().into_owned())
            .collect::<Vec<_>>()
            .join("\n"),
        Lanes::Count(_) => String::new(),
    };
    html! {
        <div class="form">
            <Choice
                id="lanes-kind"
                label={words.lanes_label}
                options={vec![words.a_count.into(), words.a_list.into()]}
                chosen={usize::from(by_values)}
                on_change={kind}
                note={if by_values { words.value_note } else { words.lane_note }}
            />
            <div>
                if by_values {
                    <TextField id="lanes-values" label={words.values_label} value={listed} on_change={values} mono=true rows={4} />
                } else {
                    <NumberField id="lanes-count" label={words.how_many} value={Some(lanes.count() as u64)} on_change={count} />
                }
            </div>
            <NumberField
                id="lanes-jobs"
                label={words.at_once}
                value={chain.jobs.map(u64::from)}
                placeholder={words.all}
                on_change={jobs}
            />
        </div>
    }
}

/// As many values as there were lanes, or as many lanes as there were values.
fn converted(lanes: &Lanes, by_values: bool) -> Lanes {
    match (lanes, by_values) {
        (Lanes::Count(count), true) => {
            // A list that a person is to edit; thousands would be no help.
            let numbers = 1..=(*count).clamp(1, 100);
            Lanes::Values(
                numbers
                    .map(|number| Text::from(number.to_string()))
                    .collect(),
            )
        }
        (Lanes::Values(values), false) => {
            Lanes::Count(u32::try_from(values.len()).unwrap_or(u32::MAX).max(1))
        }
        (same, _) => same.clone(),
    }
}
