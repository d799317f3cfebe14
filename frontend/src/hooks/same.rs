//! A value that stays the same one while it equals the one before.

use std::rc::Rc;

use yew::{hook, use_mut_ref};

use crate::same::Same;

/// What is worked out anew and comes to the same need not be drawn again.
#[hook]
pub(crate) fn use_same<T: PartialEq + 'static>(value: &Rc<T>) -> Same<T> {
    let kept = use_mut_ref(|| value.clone());
    let mut kept = kept.borrow_mut();
    if **kept != **value {
        kept.clone_from(value);
    }
    Same::from(kept.clone())
}
