//! A window of the page's own: a name, a way to close it, and what is in it.

use yew::{
    AttrValue, Callback, Children, Html, KeyboardEvent, MouseEvent, Properties, component, html,
    use_node_ref,
};

use crate::components::covering::{keep_within, use_covering};
use crate::desk::use_desk;
use crate::ui::Show;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The element's id.
    pub(crate) id: AttrValue,
    /// What it is called.
    pub(crate) name: AttrValue,
    pub(crate) children: Children,
}

/// Covers the page until it is closed.
#[component]
pub(crate) fn Dialog(props: &Props) -> Html {
    let desk = use_desk();
    let words = desk.words;
    let (panel, first) = (use_node_ref(), use_node_ref());
    use_covering(panel.clone(), first.clone(), None);
    let close = Callback::from(move |()| desk.show(Show::Over(None)));
    let key = {
        let (close, panel) = (close.clone(), panel.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" && !event.default_prevented() {
                // The same key would stop a run.
                event.prevent_default();
                close.emit(());
            } else {
                keep_within(&panel, &event);
            }
        })
    };
    let press = close.reform(|_: MouseEvent| ());
    html! {
        <div id={&props.id} class="covering">
            <div class="covering__ground" onclick={press.clone()}></div>
            <div ref={panel} class="covering__panel dialog" role="dialog" aria-modal="true" aria-label={&props.name} onkeydown={key}>
                <div class="dialog__bar">
                    <h2 class="dialog__name">{ &props.name }</h2>
                    <button ref={first} type="button" class="button" data-close="" onclick={press}>{ words.close }</button>
                </div>
                <div class="dialog__content" tabindex="0" role="group" aria-label={&props.name}>{ props.children.clone() }</div>
            </div>
        </div>
    }
}
