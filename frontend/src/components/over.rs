//! What covers the page until something is chosen, or it is closed. It is loaded later.

use std::rc::Rc;

use yew::{Html, html};

use crate::commands::Scene;
use crate::components::actions::actions;
use crate::components::gallery::Gallery;
use crate::components::keys::keys;
use crate::components::menu::Menu;
use crate::desk::Desk;
use crate::ui::Over;

/// The one that is open.
pub(crate) fn over(desk: &Desk, scene: &Rc<Scene>, over: Over) -> Html {
    match over {
        Over::Actions => actions(desk, scene),
        Over::Gallery => html! { <Gallery scene={scene.clone()} /> },
        Over::Keys => keys(desk),
        Over::Menu(at) => html! { <Menu scene={scene.clone()} {at} /> },
    }
}
