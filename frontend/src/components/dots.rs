//! A dot for each lane.

use yew::{Html, Properties, classes, component, html};

use crate::runs::StageState;

/// Dots before the rest becomes a number.
const MOST_DOTS: usize = 5;

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
    let shown = if count > MOST_DOTS {
        MOST_DOTS - 1
    } else {
        count
    };
    let dots = (0..shown).map(|lane| {
        let state = props.states.get(lane).map_or("idle", |state| state.word());
        html! { <i key={lane} class={classes!("dot", format!("dot--{state}"))}></i> }
    });
    html! {
        <span class="dots" aria-hidden="true">
            { for dots }
            <span class="dots__more">{ if count > shown { format!("+{}", count - shown) } else { String::new() } }</span>
        </span>
    }
}
