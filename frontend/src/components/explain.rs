//! What is pointed at, explained: programs and flags by the manual pages of the runner's machine, and the parts of the
//! picture in words. By pointer and by keyboard; a finger rests and finds the command in the menu.

mod ask;
mod content;
mod dialog;
mod pointed;
mod tip;

use std::rc::Rc;

use yew::{Html, html};

use crate::commands::Scene;

pub(crate) use dialog::dialog;

/// What shows what is pointed at. It is loaded later.
pub(crate) fn tips(scene: &Rc<Scene>) -> Html {
    html! { <tip::Tips scene={scene.clone()} /> }
}
