//! What covers the page for a moment: the palette of actions, the gallery, the sheet of shortcuts, a context menu.

use std::rc::Rc;

use yew::{Callback, Html, html};

use crate::commands::Scene;
use crate::components::actions::actions;
use crate::components::explain;
use crate::components::gallery::Gallery;
use crate::components::keys::keys;
use crate::components::later::later;
use crate::components::menu::Menu;
use crate::components::share::share;
use crate::desk::Desk;
use crate::later::Later;
use crate::ui::{Over, Show};

/// What covers the page, or what says that it is not there yet, which covers nothing.
pub(crate) fn covering(desk: &Desk, scene: &Rc<Scene>, over: Over) -> Html {
    let content = later(desk, |parts| (parts.over)(desk, scene, over));
    if covers(desk) {
        return content;
    }
    let close = {
        let desk = desk.clone();
        Callback::from(move |_| desk.show(Show::Over(None)))
    };
    html! {
        <div class="over-missing">
            { content }
            <button type="button" class="button" onclick={close}>{ desk.words.dismiss }</button>
        </div>
    }
}

/// Whether what is opened keeps the page from being used.
pub(crate) fn covers(desk: &Desk) -> bool {
    matches!(desk.later, Later::Here(_))
}

/// What it is. It is loaded later.
pub(crate) fn content(desk: &Desk, scene: &Rc<Scene>, over: Over) -> Html {
    match over {
        Over::Actions => actions(desk, scene),
        Over::Gallery => html! { <Gallery scene={scene.clone()} /> },
        Over::Keys => keys(desk),
        Over::Share => share(desk, scene),
        Over::Explain => explain::dialog(desk, scene),
        Over::Menu(at) => html! { <Menu scene={scene.clone()} {at} /> },
    }
}
