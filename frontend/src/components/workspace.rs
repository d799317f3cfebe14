//! The files that runs see. They come with the fourth file.

use std::rc::Rc;

use yew::{Html, html};

use crate::commands::Scene;
use crate::desk::Desk;
use crate::i18n::files::FilesWords;
use crate::link::View;
use crate::same::Same;

/// The tab of the files.
pub(crate) fn content(desk: &Desk, _: &Rc<Scene>, _: &Same<View>) -> Html {
    html! { <p class="palette__empty">{ FilesWords::of(desk.language).empty }</p> }
}
