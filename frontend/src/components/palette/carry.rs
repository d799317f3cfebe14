//! Carrying a template or a file from the pane on the left to the canvas, by mouse, pen or finger: what is carried is drawn at the
//! pointer, and where it is let go the canvas takes it.

use std::cell::RefCell;
use std::rc::Rc;

use pipeyard_shared::chain::StageKind;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};
use yew::Callback;

use crate::components::canvas::{Wish, wish};
use crate::desk::Desk;
use crate::platform::scale;

/// So far a pointer moves, in pixels, before a press is a drag.
const SLACK: f64 = 6.0;

/// What can be carried, and what it is called.
pub(crate) struct Carried {
    pub(crate) name: String,
    pub(crate) kind: StageKind,
}

/// Finds the item that an element belongs to, and what it carries.
pub(crate) type Find = fn(&Desk, &Element) -> Option<(Element, Carried)>;

/// What a pointer has taken up.
#[derive(Default)]
pub(crate) struct Carrying {
    /// The item, where it was pressed, and what it carries.
    pressed: Option<(Element, (f64, f64), Carried)>,
    /// What is drawn at the pointer, once it is a drag.
    ghost: Option<HtmlElement>,
    /// Whether a drag has ended since the last press.
    dropped: bool,
}

impl Carrying {
    /// Puts down what is carried. Whether anything was.
    pub(crate) fn end(&mut self) -> bool {
        self.pressed = None;
        let ghost = self.ghost.take();
        if let Some(ghost) = &ghost {
            ghost.set_hidden(true);
        }
        ghost.is_some()
    }

    /// Whether a drag has just ended; asked once.
    pub(crate) fn take_dropped(&mut self) -> bool {
        std::mem::take(&mut self.dropped)
    }

    fn moved(&mut self, event: &PointerEvent) {
        let (x, y) = place(event);
        let Some((item, from, carried)) = &self.pressed else {
            return;
        };
        if self.ghost.is_none() && (x - from.0).hypot(y - from.1) > SLACK {
            let palette = item.closest(".palette").ok().flatten();
            let ghost = palette.and_then(|found| found.query_selector(".palette__ghost").ok()?);
            self.ghost = ghost.and_then(|found| found.dyn_into::<HtmlElement>().ok());
            if let Some(ghost) = &self.ghost {
                ghost.set_text_content(Some(&carried.name));
                ghost.set_hidden(false);
            }
        }
        if let Some(ghost) = &self.ghost {
            let (x, y) = (x / scale(), y / scale());
            // Refused by no browser.
            let _ = ghost
                .style()
                .set_property("transform", &format!("translate({x}px,{y}px)"));
        }
    }
}

/// Follows a pointer on the items that `find` knows.
pub(crate) fn carry(
    desk: &Desk,
    carrying: &Rc<RefCell<Carrying>>,
    find: Find,
) -> Callback<PointerEvent> {
    let (desk, carrying) = (desk.clone(), carrying.clone());
    Callback::from(move |event: PointerEvent| {
        let mut carrying = carrying.borrow_mut();
        match event.type_().as_str() {
            "pointerdown" if event.button() == 0 && !desk.recorded => {
                carrying.dropped = false;
                let target = event.target().and_then(|target| target.dyn_into().ok());
                let found = target.and_then(|target: Element| find(&desk, &target));
                if let Some((element, _)) = &found {
                    // A quick pointer has left the palette before it moves. One that is gone says so itself.
                    let _ = element.set_pointer_capture(event.pointer_id());
                }
                carrying.pressed =
                    found.map(|(element, carried)| (element, place(&event), carried));
            }
            "pointermove" => carrying.moved(&event),
            "pointerup" => {
                let carried = carrying.pressed.take().map(|(_, _, carried)| carried);
                if let (true, Some(carried)) = (carrying.end(), carried) {
                    carrying.dropped = true;
                    wish(Wish::Drop(Box::new(carried.kind), place(&event)));
                }
            }
            _ => drop(carrying.end()),
        }
    })
}

/// Where on the window.
fn place(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}
