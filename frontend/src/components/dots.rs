//! A dot for each lane; where there are many, a dot and a number for each state.

use yew::{Html, Properties, classes, component, html};

use crate::runs::StageState;

/// Lanes that get a dot each.
const MOST_DOTS: usize = 4;

/// What needs a look comes first.
const STATES: [StageState; 4] = [
    StageState::Failed,
    StageState::Running,
    StageState::Waiting,
    StageState::Fine,
];

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The states, lane by lane.
    pub(super) states: Vec<StageState>,
    /// How many lanes there are when no run says so.
    pub(super) lanes: usize,
}

/// For the eye only: the card says the same in words.
#[component]
pub(super) fn Dots(props: &Props) -> Html {
    let count = props.states.len().max(props.lanes);
    let dot = |key: usize, state: Option<StageState>, count: String| {
        let state = state.map_or("idle", StageState::word);
        html! {
            <span {key} class="dots__one">
                <i class={classes!("dot", format!("dot--{state}"))}></i>
                <span class="dots__count">{ count }</span>
            </span>
        }
    };
    let dots: Vec<Html> = if count <= MOST_DOTS {
        (0..count)
            .map(|lane| dot(lane, props.states.get(lane).copied(), String::new()))
            .collect()
    } else if props.states.is_empty() {
        vec![dot(0, None, count.to_string())]
    } else {
        STATES
            .into_iter()
            .enumerate()
            .filter_map(|(key, state)| {
                let lanes = props.states.iter().filter(|known| **known == state).count();
                (lanes > 0).then(|| dot(key, Some(state), lanes.to_string()))
            })
            .collect()
    };
    html! { <span class="dots" aria-hidden="true">{ for dots }</span> }
}
