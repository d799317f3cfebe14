//! What of the page comes in the third wasm file: shell text, code and links.
//!
//! It is fetched by itself right after the second ([`crate::later`]), by the same rules: whatever only
//! [`parts`] reaches goes into it. What both need is in a file that comes with the second.

use std::cell::Cell;
use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::export::Form;
use wasm_split_helpers::wasm_split;
use yew::Html;

use crate::commands::Scene;
use crate::components::drawer::code;
use crate::components::shell_line::Line;
use crate::components::{line, share, visit};
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
    /// The field in which the chain is typed as shell text.
    pub(crate) line: fn(Line) -> Html,
    /// The chain that a shell text means, if it is one.
    pub(crate) chain: fn(&str) -> Option<Chain>,
}

static PARTS: Parts = Parts {
    share: share::content,
    code: code::content,
    copy_as: code::copy_as,
    visit: visit::content,
    opened: visit::opened,
    line: line::content,
    chain: crate::line::chain,
};

/// Loads the parts, once. Natively they are always there.
#[wasm_split(sharing, fallible)]
pub(crate) fn parts() -> Result<&'static Parts, Missing> {
    Ok(&PARTS)
}

/// Whether the third file's parts are there.
pub(crate) type Sharing = Loaded<Parts>;

thread_local! {
    static HERE: Cell<Option<&'static Parts>> = const { Cell::new(None) };
}

/// From now on the parts are there, for whoever has no desk too.
pub(crate) fn arrived(parts: &'static Parts) {
    HERE.set(Some(parts));
}

/// Whether the parts are there.
pub(crate) fn is_here() -> bool {
    HERE.get().is_some()
}

/// The chain that a shell text means; nothing where it is none, and as long as the parts are not there.
pub(crate) fn chain_of(text: &str) -> Option<Chain> {
    #[cfg(not(target_arch = "wasm32"))]
    arrived(&PARTS);
    (HERE.get()?.chain)(text)
}
