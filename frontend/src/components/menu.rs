//! Context menus: whatever can be done with what is selected, at the pointer.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, PointerEvent};
use yew::{
    Callback, Html, KeyboardEvent, MouseEvent, NodeRef, Properties, component, html, use_node_ref,
};

use crate::commands::{ALL, Entry, On, Reason, Scene, State, ask, state};
use crate::components::covering::use_covering;
use crate::desk::{Desk, use_desk};
use crate::editor::Selection;
use crate::i18n::command_names::CommandNames;
use crate::platform::is_mac;
use crate::ui::Show;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) scene: Rc<Scene>,
    /// Where on the screen, in pixels.
    pub(crate) at: (i32, i32),
}

#[component]
pub(crate) fn Menu(props: &Props) -> Html {
    let desk = use_desk();
    let panel = use_node_ref();
    let at = (f64::from(props.at.0), f64::from(props.at.1));
    use_covering(panel.clone(), NodeRef::default(), Some(at));
    let key = {
        let (desk, panel) = (desk.clone(), panel.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "Escape" | "Tab" => desk.show(Show::Over(None)),
                "ArrowDown" => go(&panel, |at, count| (at + 1) % count),
                "ArrowUp" => go(&panel, |at, count| (at + count - 1) % count),
                "Home" => go(&panel, |_, _| 0),
                "End" => go(&panel, |_, count| count - 1),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let close = {
        let desk = desk.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            desk.show(Show::Over(None));
        })
    };
    // A browser that opens menus for fingers that rest asks once more under the one that is open already.
    let again = {
        let close = close.clone();
        Callback::from(move |event: MouseEvent| {
            let pointer = event.dyn_ref::<PointerEvent>();
            match pointer.is_some_and(|pointer| pointer.pointer_type() == "touch") {
                true => event.prevent_default(),
                false => close.emit(event),
            }
        })
    };
    let on = kind(props.scene.editor.selection());
    let label = (desk.words.commands.menu_of)(on);
    let entries = ALL.iter().copied().flatten();
    let entries = entries.filter(|entry| entry.menus.contains(&on));
    html! {
        <section id="menu-of-part" class="covering covering--at" aria-label={label}>
            <div class="covering__ground" onclick={close.clone()} oncontextmenu={again}></div>
            <div ref={panel} class="covering__panel menu" role="menu" aria-label={label} data-on={format!("{on:?}").to_ascii_lowercase()} onkeydown={key}>
                { for entries.filter_map(|entry| item(&desk, &props.scene, entry)) }
            </div>
        </section>
    }
}

/// What the selection is.
fn kind(selection: &Selection) -> On {
    match selection {
        Selection::Chain => On::Ground,
        Selection::Stage(_) => On::Stage,
        Selection::Wire(_) => On::Wire,
        Selection::Note(_) => On::Note,
        Selection::Many(_) => On::Many,
    }
}

fn item(desk: &Desk, scene: &Rc<Scene>, entry: &'static Entry) -> Option<Html> {
    let words = desk.words.commands;
    let why_not = match state(entry.command, scene) {
        State::Can => None,
        // What the list cannot do is no use in a menu of it.
        State::Not(Reason::NoCanvas) => return None,
        State::Not(reason) => Some((words.why_not)(reason)),
        State::Hidden => return None,
    };
    let press = {
        let (desk, scene, blocked) = (desk.clone(), scene.clone(), why_not.is_some());
        Callback::from(move |_| {
            if !blocked {
                desk.show(Show::Over(None));
                ask(entry.command, &desk, &scene);
            }
        })
    };
    let keys = entry.chords.first().map(|chord| chord.shown(is_mac()));
    Some(html! {
        <button key={entry.id} type="button" class="menu__item" role="menuitem" tabindex="-1" data-command={entry.id} aria-disabled={why_not.is_some().to_string()} onclick={press}>
            <span class="menu__name">{ (CommandNames::of(desk.language).name)(entry.command) }</span>
            <kbd aria-hidden="true" hidden={keys.is_none()}>{ keys.unwrap_or_default() }</kbd>
            if let Some(why_not) = why_not {
                <span class="menu__why">{ why_not }</span>
            }
        </button>
    })
}

/// The focus goes to another item: from one place, among so many, to which.
fn go(panel: &NodeRef, to: impl Fn(u32, u32) -> u32) {
    let Some(panel) = panel.cast::<web_sys::Element>() else {
        return;
    };
    let Ok(items) = panel.query_selector_all("[role=menuitem]") else {
        return;
    };
    let count = items.length();
    if count == 0 {
        return;
    }
    let now = panel
        .owner_document()
        .and_then(|document| document.active_element());
    let is_now = |at: &u32| items.get(*at).and_then(|item| item.dyn_into().ok()) == now;
    let at = (0..count).find(is_now).unwrap_or(count - 1);
    let item = items
        .get(to(at, count))
        .and_then(|item| item.dyn_into::<HtmlElement>().ok());
    if let Some(item) = item {
        // The items of a menu can all be focused.
        let _ = item.focus();
    }
}
