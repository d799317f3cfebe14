//! What of the page comes in the third wasm file: shell text, code and links.
//!
//! It is fetched by itself right after the second ([`crate::later`]), by the same rules: whatever only
//! [`parts`] reaches goes into it. What both need is in a file that comes with the second.

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::export::Form;
use wasm_split_helpers::wasm_split;
use yew::Html;

use crate::commands::Scene;
use crate::components::drawer::code;
use crate::components::{share, visit};
use crate::desk::Desk;
use crate::later::{Loaded, Missing};

/// Everything of the third file.
pub(crate) struct Parts {
    /// What the dialog says by which a chain is passed on.
    pub(crate) share: fn(&Desk, &Rc<Scene>) -> Html,
    /// The chain as code, in the drawer.
    pub(crate) code: fn(code::Props) -> Html,
    /// Copies the chain in a form.
    pub(crate) copy_as: fn(&Desk, &Chain, Form),
    /// What a chain that came with a link would do.
    pub(crate) visit: fn(&Desk, &Rc<Scene>) -> Html,
    /// Opens the fragment of an address; runs nothing.
    pub(crate) opened: fn(&Desk, &str),
}

static PARTS: Parts = Parts {
    share: share::content,
    code: code::content,
    copy_as: code::copy_as,
    visit: visit::content,
    opened: visit::opened,
};

/// Loads the parts, once. Natively they are always there.
#[wasm_split(sharing, fallible)]
pub(crate) fn parts() -> Result<&'static Parts, Missing> {
    Ok(&PARTS)
}

/// Whether the third file's parts are there.
pub(crate) type Sharing = Loaded<Parts>;
