//! Something at a place on the canvas.

use web_sys::HtmlElement;
use yew::{Children, Classes, Html, Properties, component, html, use_effect_with, use_node_ref};

use crate::editor::layout::Area;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) area: Area,
    #[prop_or_default]
    pub(super) class: Classes,
    pub(super) children: Children,
}

/// Places are set through the style object: the content security policy refuses style attributes.
#[component]
pub(super) fn Placed(props: &Props) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.area, move |area| {
            let Some(element) = node.cast::<HtmlElement>() else {
                return;
            };
            let style = element.style();
            for (property, value) in [
                ("left", area.x),
                ("top", area.y),
                ("width", area.width),
                ("height", area.height),
            ] {
                // Lengths in pixels are refused by no browser.
                let _ = style.set_property(property, &format!("{value:.1}px"));
            }
        });
    }
    html! {
        <div ref={node} class={yew::classes!("placed", props.class.clone())}>{ props.children.clone() }</div>
    }
}
