//! The size of an element.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};
use yew::{NodeRef, hook, use_effect_with, use_state};

/// Width and height inside the borders, in whole pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Size {
    /// To the right.
    pub(crate) width: f64,
    /// Downwards.
    pub(crate) height: f64,
}

/// The size of the element behind `node`, now and whenever it changes; nothing before it was measured.
#[hook]
pub(crate) fn use_size(node: NodeRef) -> Option<Size> {
    use_size_of(move || node.cast())
}

/// The same of an element that is found once what is around it has been drawn.
#[hook]
pub(crate) fn use_size_of(find: impl FnOnce() -> Option<Element> + 'static) -> Option<Size> {
    let size = use_state(|| None::<Size>);
    let setter = size.setter();
    use_effect_with((), move |()| {
        let observed = find().and_then(|element| {
            setter.set(Some(measure(&element)));
            let seen = element.clone();
            let changed = Closure::<dyn FnMut()>::new(move || setter.set(Some(measure(&seen))));
            let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok()?;
            observer.observe(&element);
            Some((observer, changed))
        });
        move || {
            if let Some((observer, _changed)) = observed {
                observer.disconnect();
            }
        }
    });
    *size
}

fn measure(element: &Element) -> Size {
    Size {
        width: f64::from(element.client_width()),
        height: f64::from(element.client_height()),
    }
}
