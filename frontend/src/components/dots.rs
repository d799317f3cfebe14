//! A dot for each lane; where there are many, a dot and a number for each state.

use yew::{Html, classes, html};

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

/// For the eye only: the card says the same in words. `states` are lane by lane; `lanes` is how many
/// there are when no run says so.
pub(super) fn dots(states: &[StageState], lanes: usize) -> Html {
    let count = states.len().max(lanes);
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
            .map(|lane| dot(lane, states.get(lane).copied(), String::new()))
            .collect()
    } else if states.is_empty() {
        vec![dot(0, None, count.to_string())]
    } else {
        STATES
            .into_iter()
            .enumerate()
            .filter_map(|(key, state)| {
                let lanes = states.iter().filter(|known| **known == state).count();
                (lanes > 0).then(|| dot(key, Some(state), lanes.to_string()))
            })
            .collect()
    };
    html! { <span class="dots" aria-hidden="true">{ for dots }</span> }
}
