//! What of the page comes in the fourth wasm file: lessons, and the files of the workspace.
//!
//! It is fetched when one of the two is first opened, and not before: whoever only composes and runs chains
//! never loads it. The rules are those of [`crate::later`]: whatever only [`parts`] reaches goes into it.

use std::cell::Cell;
use std::rc::Rc;

use wasm_split_helpers::wasm_split;
use yew::Html;

use crate::commands::Scene;
use crate::components::{lessons, workspace};
use crate::desk::Desk;
use crate::hooks::files::Given;
use crate::hooks::sheet;
use crate::later::Missing;
use crate::left::Ask;
use crate::link::View;
use crate::same::Same;

/// Everything of the fourth file.
pub(crate) struct Parts {
    /// The list of lessons, or the lesson that is open.
    pub(crate) lessons: fn(&Desk, &Rc<Scene>, &Same<View>) -> Html,
    /// What a lesson does and says while it is not in sight.
    pub(crate) watch: fn(&Rc<Scene>) -> Html,
    /// The files that runs see.
    pub(crate) files: fn(&Desk, &Rc<Scene>, &Same<View>) -> Html,
    /// Opens the first lesson of the course.
    pub(crate) start: fn(&Desk),
    /// Does what is asked of the lesson that is open.
    pub(crate) ask: fn(&Desk, &Scene, Ask),
    /// Opens a lesson of one's own that was given as a file.
    pub(crate) take: fn(&Desk, Given),
}

static PARTS: Parts = Parts {
    lessons: lessons::content,
    watch: lessons::watch,
    files: workspace::content,
    start: lessons::start,
    ask: lessons::ask,
    take: lessons::take,
};

thread_local! {
    static HERE: Cell<Option<&'static Parts>> = const { Cell::new(None) };
}

/// The parts, where they have been loaded.
pub(crate) fn here() -> Option<&'static Parts> {
    HERE.get()
}

/// The document's name for the style sheet of these parts.
const STYLES: &str = "pipeyard-learning";

/// Loads the parts and their style sheet, once. They can be asked for again where they could not be had.
///
/// # Errors
/// When they cannot be fetched.
pub(crate) async fn load() -> Result<&'static Parts, Missing> {
    if let Some(parts) = here() {
        return Ok(parts);
    }
    let parts = parts().await?;
    sheet::wear(STYLES).await.map_err(|_| Missing)?;
    HERE.set(Some(parts));
    Ok(parts)
}

#[wasm_split(learning, fallible)]
fn parts() -> Result<&'static Parts, Missing> {
    Ok(&PARTS)
}
