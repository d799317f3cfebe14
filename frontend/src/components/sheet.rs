//! A pane that covers a small screen: it takes the focus, and gives it back when it closes.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{
    AttrValue, Callback, Children, Html, KeyboardEvent, Properties, component, html,
    use_effect_with, use_node_ref,
};

use crate::desk::use_desk;
use crate::ui::Show;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) name: AttrValue,
    /// What stands below the name and does not scroll away.
    #[prop_or_default]
    pub(super) tools: Html,
    pub(super) children: Children,
}

#[component]
pub(super) fn SheetFrame(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words;
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            let before = focused();
            focus(node.cast::<HtmlElement>());
            move || focus(before)
        });
    }
    let close = Callback::from(move |()| desk.show(Show::Sheet(None)));
    let key = {
        let close = close.clone();
        Callback::from(move |event: KeyboardEvent| {
            // What stands in it and was closed by the key has dealt with it.
            if event.key() == "Escape" && !event.default_prevented() {
                // The same key would stop a run.
                event.prevent_default();
                close.emit(());
            }
        })
    };
    let press = {
        let close = close.clone();
        Callback::from(move |_| close.emit(()))
    };
    html! {
        <div class="sheet" role="dialog" aria-modal="true" aria-label={&props.name} onkeydown={key}>
            <div class="sheet__ground" onclick={press.clone()}></div>
            <div class="sheet__panel">
                <div class="sheet__bar">
                    <h2 class="sheet__name">{ &props.name }</h2>
                    <button ref={node} type="button" id="close-sheet" class="button" onclick={press}>{ words.close }</button>
                </div>
                <div class="sheet__tools">{ props.tools.clone() }</div>
                <div class="sheet__content">{ props.children.clone() }</div>
            </div>
        </div>
    }
}

fn focused() -> Option<HtmlElement> {
    let document = web_sys::window()?.document()?;
    document.active_element()?.dyn_into().ok()
}

fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        // What cannot be focused is gone.
        let _ = element.focus();
    }
}
