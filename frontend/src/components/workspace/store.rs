//! What the page has of the workspace's files just now. It lives as long as the page, so that a tab or a sheet that is closed
//! loses nothing.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pipeyard_shared::Text;
use pipeyard_shared::files::{Entry, Listing};
use pipeyard_shared::preview::Preview;
use yew::{Callback, hook, use_effect_with, use_force_update, use_mut_ref};

use crate::same::Same;
use crate::ui::Form;

/// What is known of the files.
#[derive(Clone, Default)]
pub(super) struct Store {
    /// The list, as it was read last.
    pub(super) listing: Option<Same<Listing>>,
    /// Why the list, or the last thing that was asked for, could not be had.
    pub(super) trouble: Option<String>,
    /// The folders that are open.
    pub(super) open: BTreeSet<Text>,
    /// The entry that was pressed last.
    pub(super) chosen: Option<Text>,
    /// What the person is asked before it is done.
    pub(super) asking: Option<Asking>,
    /// The name of the file that is on its way to the runner.
    pub(super) uploading: Option<String>,
    /// The file that is looked at.
    pub(super) viewed: Option<Viewed>,
    /// What is to be said politely.
    pub(super) said: String,
}

/// What cannot be taken back, and is asked for.
#[derive(Clone, PartialEq)]
pub(super) enum Asking {
    /// Whether this goes, and how much is in it.
    Delete(Entry, usize),
    /// Whether these take the place of what is there; with the folder that they go into.
    Replace(Text, Vec<web_sys::File>),
    /// Whether everything goes but the seed, which comes back; so many files there are.
    Reset(u64),
}

/// A file that is looked at.
#[derive(Clone, PartialEq)]
pub(super) struct Viewed {
    pub(super) entry: Entry,
    /// Its first bytes; nothing as long as they have not come.
    pub(super) bytes: Option<Same<Preview>>,
    pub(super) form: Form,
}

thread_local! {
    static STORE: RefCell<Rc<Store>> = RefCell::default();
    static HEARERS: RefCell<BTreeMap<u32, Callback<()>>> = const { RefCell::new(BTreeMap::new()) };
    static HEARD: Cell<u32> = const { Cell::new(0) };
}

/// What there is.
pub(super) fn store() -> Rc<Store> {
    STORE.with_borrow(Clone::clone)
}

/// Changes it, and has it drawn.
pub(super) fn change(by: impl FnOnce(&mut Store)) {
    let mut next = (*store()).clone();
    by(&mut next);
    STORE.set(Rc::new(next));
    let hearers: Vec<_> = HEARERS.with_borrow(|hearers| hearers.values().cloned().collect());
    for hearer in hearers {
        hearer.emit(());
    }
}

/// The store, for a component that is drawn again when it changes.
#[hook]
pub(super) fn use_store() -> Rc<Store> {
    let update = use_force_update();
    let number = use_mut_ref(|| {
        HEARD.set(HEARD.get().wrapping_add(1));
        HEARD.get()
    });
    let number = *number.borrow();
    use_effect_with((), move |()| {
        let hear = Callback::from(move |()| update.force_update());
        HEARERS.with_borrow_mut(|hearers| hearers.insert(number, hear));
        move || drop(HEARERS.with_borrow_mut(|hearers| hearers.remove(&number)))
    });
    store()
}
