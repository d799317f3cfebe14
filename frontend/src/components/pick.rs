//! A button that opens a list to choose from. A closed list of the browser's own chooses with each arrow key, and what
//! is chosen here changes the chain.

use yew::{
    AttrValue, Callback, Classes, Html, Properties, component, html, use_node_ref, use_state,
};

use crate::components::chooser::{Chooser, Chosen, Item};
use crate::desk::{Desk, use_desk};
use crate::editor::Edit;
use crate::editor::template::Template;
use crate::hooks::focus_if_lost;
use crate::i18n::templates::TemplateWords;
use crate::same::Same;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    #[prop_or_default]
    pub(crate) id: Option<AttrValue>,
    /// Its name among the buttons below a stage or wire of the list (`data-step`).
    #[prop_or_default]
    pub(crate) step: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) class: Classes,
    /// What stands on it.
    pub(crate) shown: AttrValue,
    /// What is chosen with it, where what stands on it does not say that.
    #[prop_or_default]
    pub(crate) label: Option<AttrValue>,
    /// Whether there is nothing to choose from.
    #[prop_or_default]
    pub(crate) off: bool,
    /// All there is to choose from, each with what choosing it does; worked out when the list opens.
    pub(crate) choices: Callback<(), Vec<(Item, Edit)>>,
}

/// A list that is open, with what its items do, and where it stands.
#[derive(Clone, PartialEq)]
struct Opened {
    items: Same<Vec<Item>>,
    edits: Same<Vec<Edit>>,
    at: (f64, f64),
}

#[component]
pub(crate) fn Pick(props: &Props) -> Html {
    let desk = use_desk();
    let node = use_node_ref();
    let opened = use_state(|| None::<Opened>);
    let open = {
        let (opened, choices, node) = (opened.setter(), props.choices.clone(), node.clone());
        Callback::from(move |_| {
            let Some(button) = node.cast::<web_sys::Element>() else {
                return;
            };
            let area = button.get_bounding_client_rect();
            let (items, edits) = choices.emit(()).into_iter().unzip();
            opened.set(Some(Opened {
                items: Same::new(items),
                edits: Same::new(edits),
                at: (area.left(), area.bottom() + 4.0),
            }));
        })
    };
    let name = match &props.label {
        Some(label) => format!("{}, {label}", props.shown),
        None => props.shown.to_string(),
    };
    let list = (*opened).as_ref().map(|list| {
        let close = {
            let opened = opened.setter();
            Callback::from(move |()| opened.set(None))
        };
        let choose = {
            let (desk, edits, close) = (desk.clone(), list.edits.clone(), close.clone());
            Callback::from(move |chosen| {
                close.emit(());
                if let Chosen::Item(at) = chosen
                    && let Some(edit) = edits.get(at)
                {
                    desk.edit(edit.clone());
                    // The button may be gone with what it stood at.
                    focus_if_lost(&[".card.is-selected", "[data-wire].is-selected", ".card"]);
                }
            })
        };
        let label = props.label.as_ref().unwrap_or(&props.shown);
        html! { <Chooser id="pick" {label} items={list.items.clone()} at={Some(list.at)} on_choose={choose} on_close={close} /> }
    });
    html! {
        <>
            <button
                ref={node}
                type="button"
                id={props.id.clone()}
                data-step={props.step.clone()}
                class={props.class.clone()}
                aria-label={name}
                aria-haspopup="dialog"
                aria-expanded={opened.is_some().to_string()}
                disabled={props.off}
                onclick={open}
            >
                { &props.shown }<span aria-hidden="true">{ " ▾" }</span>
            </button>
            { list.unwrap_or_default() }
        </>
    }
}

/// All that can be added, as a list has it.
pub(crate) fn templates(desk: &Desk) -> Vec<(Item, Template)> {
    let words = desk.words;
    let other = desk.language.other();
    let items = Template::all().map(|template| {
        let item = Item {
            id: template.id.to_owned(),
            group: (words.group)(template.group).into(),
            label: template.name(desk.language).to_owned(),
            hint: TemplateWords::of(desk.language).what(template).to_owned(),
            words: format!(
                "{} {}",
                template.name(other),
                TemplateWords::of(other).what(template)
            ),
            ..Item::default()
        };
        (item, template)
    });
    items.collect()
}
