//! What stands over the page at all times, whatever it shows: the tip beside what is pointed at, and what a lesson has to say
//! while it is not in sight.

use std::rc::Rc;

use yew::{Html, html};

use crate::commands::Scene;
use crate::components::explain;
use crate::learning;

/// It is loaded later.
pub(crate) fn beside(scene: &Rc<Scene>) -> Html {
    let watch = learning::here().map(|parts| (parts.watch)(scene));
    html! {
        <>
            { explain::tips(scene) }
            <div>{ watch.unwrap_or_default() }</div>
        </>
    }
}
