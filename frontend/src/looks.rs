//! What the document as a whole wears: language, theme, sizes. The style sheet goes by it, and it is kept.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{hook, use_effect_with};

use crate::components::divider::wear_all;
use crate::platform::set_scale;
use crate::storage;
use crate::text_size::TextSize;
use crate::ui::{Theme, Ui};

/// Keeps what a person has chosen, and shows it.
#[hook]
pub(crate) fn use_looks(ui: &Ui) {
    use_effect_with(ui.language, |language| {
        storage::keep_language(*language);
        if let Some(root) = root() {
            // Refused by no browser.
            let _ = root.set_attribute("lang", language.tag());
        }
    });
    use_effect_with(ui.text, |text| {
        storage::keep_text(*text);
        scale(*text);
    });
    use_effect_with(ui.panes, |panes| {
        storage::keep_panes(*panes);
        wear_all(*panes);
    });
    use_effect_with(ui.theme, |theme| {
        storage::keep_theme(*theme);
        wear(*theme);
    });
}

fn root() -> Option<HtmlElement> {
    let root = web_sys::window()?.document()?.document_element()?;
    root.dyn_into().ok()
}

/// Shows everything that large: the style sheet reads it.
fn scale(text: TextSize) {
    set_scale(text.factor());
    if let Some(root) = root() {
        // A number is refused by no browser.
        let _ = root.style().set_property("--scale", &text.decimal());
    }
}

fn wear(theme: Theme) {
    let Some(root) = root() else { return };
    // Refused by no browser.
    let _ = match theme.word() {
        Some(word) => root.set_attribute("data-theme", word),
        None => root.remove_attribute("data-theme"),
    };
}
