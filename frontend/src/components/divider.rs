//! The edges of the panes: dragged, moved by arrows, and put back by a double click.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::{
    Callback, Html, KeyboardEvent, MouseEvent, PointerEvent, Properties, component, html,
    use_mut_ref, use_node_ref,
};

use crate::desk::{Desk, use_desk};
use crate::hooks::use_size_of;
use crate::later::Later;
use crate::panes::{Pane, Panes};
use crate::platform::scale;
use crate::ui::Show;

/// What an arrow key moves an edge by, alone and with Shift, in pixels.
const STEP: f64 = 16.0;
const STRIDE: f64 = 64.0;

/// The edge of a pane. It is loaded later.
pub(crate) fn divider(desk: &Desk, pane: Pane, panes: Panes) -> Html {
    match desk.later {
        Later::Here(parts) => (parts.divider)(pane, panes),
        Later::Coming | Later::Missing => Html::default(),
    }
}

/// What it is.
pub(crate) fn content(pane: Pane, panes: Panes) -> Html {
    html! { <Divider key={pane.word()} {pane} {panes} /> }
}

#[derive(PartialEq, Properties)]
struct Props {
    pane: Pane,
    panes: Panes,
}

/// A drag that goes on: where the pointer went down, and how large the pane was.
#[derive(Clone, Copy)]
struct Drag {
    from: f64,
    size: f64,
}

#[component]
fn Divider(props: &Props) -> Html {
    let desk = use_desk();
    let (pane, panes) = (props.pane, props.panes);
    let node = use_node_ref();
    let dragged = use_mut_ref(|| None::<Drag>);
    // The window may have no room for what was wanted.
    let area = use_size_of(move || element(pane));
    let now = area.map_or(0.0, |area| match pane {
        Pane::Drawer => area.height,
        Pane::Palette | Pane::Inspector => area.width,
    });
    let set = Callback::from(move |size: Option<u16>| desk.show(Show::Pane(pane, size)));
    let down = {
        let (node, dragged) = (node.clone(), dragged.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            let size = f64::from(size_of(pane));
            *dragged.borrow_mut() = Some(Drag {
                from: place(pane, &event),
                size,
            });
            if let Some(edge) = node.cast::<Element>() {
                // A pointer that is gone meanwhile says so itself.
                let _ = edge.set_pointer_capture(event.pointer_id());
            }
        })
    };
    let moved = {
        let dragged = dragged.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(drag) = *dragged.borrow() {
                wear(pane, Some(led(pane, drag, &event)));
            }
        })
    };
    let up = {
        let (set, dragged) = (set.clone(), dragged.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(drag) = dragged.take() else {
                return;
            };
            let moved = (place(pane, &event) - drag.from).abs() >= 1.0;
            if event.type_() == "pointerup" && moved {
                set.emit(Some(led(pane, drag, &event)));
            } else {
                wear(pane, panes.of(pane));
            }
        })
    };
    let key = {
        let set = set.clone();
        Callback::from(move |event: KeyboardEvent| {
            let (least, most) = pane.bounds();
            let step = if event.shift_key() { STRIDE } else { STEP };
            let (less, more) = match pane {
                Pane::Palette => ("ArrowLeft", "ArrowRight"),
                Pane::Inspector => ("ArrowRight", "ArrowLeft"),
                Pane::Drawer => ("ArrowDown", "ArrowUp"),
            };
            let size = f64::from(size_of(pane));
            let wanted = match event.key().as_str() {
                key if key == more => pane.fitting(size + step),
                key if key == less => pane.fitting(size - step),
                "Home" => least,
                "End" => most,
                "Escape" if dragged.take().is_some() => {
                    event.prevent_default();
                    return wear(pane, panes.of(pane));
                }
                _ => return,
            };
            event.prevent_default();
            set.emit(Some(wanted));
        })
    };
    let reset = Callback::from(move |_: MouseEvent| set.emit(None));
    let desk = use_desk();
    let words = desk.words.around;
    let (least, most) = pane.bounds();
    let across = pane == Pane::Drawer;
    html! {
        <div
            ref={node}
            id={format!("edge-{}", pane.word())}
            class={format!("edge edge--{}", pane.word())}
            role="separator"
            tabindex="0"
            aria-orientation={if across { "horizontal" } else { "vertical" }}
            aria-controls={pane.word()}
            aria-label={(words.edge)(pane)}
            title={words.edge_note}
            aria-valuemin={least.to_string()}
            aria-valuemax={most.to_string()}
            aria-valuenow={format!("{now:.0}")}
            aria-valuetext={format!("{now:.0} px")}
            onpointerdown={down}
            onpointermove={moved}
            onpointerup={up.clone()}
            onpointercancel={up}
            onkeydown={key}
            ondblclick={reset}
        ></div>
    }
}

/// The size to which a drag has led so far.
fn led(pane: Pane, drag: Drag, event: &PointerEvent) -> u16 {
    pane.fitting(drag.size + (place(pane, event) - drag.from) / scale())
}

/// Gives the panes their sizes: the style sheet reads them.
pub(crate) fn wear_all(panes: Panes) {
    for pane in Pane::ALL {
        wear(pane, panes.of(pane));
    }
}

fn wear(pane: Pane, size: Option<u16>) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let name = format!("--{}", pane.word());
    // Neither is refused by a browser.
    let _ = match size {
        Some(size) => root.style().set_property(&name, &format!("{size}px")),
        None => root.style().remove_property(&name).map(drop),
    };
}

fn element(pane: Pane) -> Option<Element> {
    let document = web_sys::window()?.document()?;
    document.get_element_by_id(pane.word())
}

/// How large the pane is as it stands, with its borders, in pixels.
fn size_of(pane: Pane) -> i32 {
    let found = element(pane).and_then(|found| found.dyn_into::<HtmlElement>().ok());
    found.map_or(0, |found| match pane {
        Pane::Drawer => found.offset_height(),
        Pane::Palette | Pane::Inspector => found.offset_width(),
    })
}

/// Where the pointer is, counted as the pane grows.
fn place(pane: Pane, event: &PointerEvent) -> f64 {
    match pane {
        Pane::Palette => f64::from(event.client_x()),
        Pane::Inspector => -f64::from(event.client_x()),
        Pane::Drawer => -f64::from(event.client_y()),
    }
}
