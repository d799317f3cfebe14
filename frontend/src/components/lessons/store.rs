//! What the page has of lessons just now, wherever they are shown: the list, the lesson that is open, what was done of it and what
//! was checked. It lives as long as the page, so that a tab or a sheet that is closed loses nothing; what was done is
//! kept by the browser.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use pipeyard_shared::lesson::exchange::{FileFault, Listed};
use pipeyard_shared::lesson::{Exercise, Given, Lesson, Part, Step, Verdict};
use pipeyard_shared::words::Language;
use pipeyard_shared::{RunId, SessionId};
use yew::{Callback, hook, use_effect_with, use_force_update, use_mut_ref};

use crate::commands::Scene;
use crate::lessons::{Act, Book, OwnFile};
use crate::same::Same;
use crate::storage;

/// What the key of a lesson begins with that came in a file.
const OF_FILE: &str = "file/";

/// What is known of lessons.
#[derive(Clone, Default)]
pub(crate) struct Store {
    /// What was done.
    pub(crate) book: Book,
    /// The list, in the language in which it was asked for last.
    pub(crate) list: Fetched<Vec<Listed>>,
    /// The lesson that is open.
    pub(crate) lesson: Fetched<Lesson>,
    /// What was asked for last, by its key and language.
    pub(super) asked: Option<(Rc<str>, Language)>,
    pub(super) list_asked: Option<Language>,
    /// What was checked, by the exercise's number in the lesson.
    pub(crate) checks: BTreeMap<usize, Check>,
    /// The exercise that was touched last.
    pub(crate) active: Option<usize>,
    /// The run that there was when the step was opened: it answers none of its exercises.
    pub(crate) before: Option<Ran>,
    /// Whether the end of the lesson is shown.
    pub(crate) over: bool,
    /// The lesson of one's own, if one was opened.
    pub(crate) file: Option<Rc<OwnFile>>,
    /// A file that is no lesson, and why.
    pub(crate) faults: Option<(String, Rc<Vec<FileFault>>)>,
    /// The step's chain, by its number, that was not run because something else still runs.
    pub(crate) refused: Option<usize>,
    /// The exercise whose check came to something that nobody has seen yet.
    pub(crate) news: Option<usize>,
    /// What is to be said politely.
    pub(crate) said: String,
}

/// Something that is asked of the runner.
#[derive(Default)]
pub(crate) enum Fetched<T> {
    /// It is on its way.
    #[default]
    Coming,
    /// It is there.
    Here(Same<T>),
    /// It could not be had; the runner may have said why.
    Missing(Option<Rc<str>>),
}

/// A check of an exercise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Check {
    /// By this run.
    pub(crate) run: Ran,
    /// What came of it.
    pub(crate) result: Checked,
}

/// A run of this page. A runner that is started again counts from 1 again, in another session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    /// The session; nothing where the browser keeps none.
    pub(crate) session: Option<SessionId>,
    /// The runner's number.
    pub(crate) id: RunId,
}

impl Ran {
    /// A run of the present session.
    pub(crate) fn of(id: RunId) -> Self {
        Self {
            session: storage::session(),
            id,
        }
    }
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Checked {
    /// The answer is on its way.
    Asked,
    /// It was looked at.
    Verdict(Rc<Verdict>),
    /// It was not; the runner may have said why.
    Refused(Option<String>),
}

impl<T> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Coming => Self::Coming,
            Self::Here(value) => Self::Here(value.clone()),
            Self::Missing(why) => Self::Missing(why.clone()),
        }
    }
}

impl<T> Fetched<T> {
    /// It, if it is there.
    pub(crate) fn get(&self) -> Option<&Same<T>> {
        match self {
            Self::Here(value) => Some(value),
            _ => None,
        }
    }
}

thread_local! {
    static STORE: RefCell<Option<Rc<Store>>> = const { RefCell::new(None) };
    static HEARERS: RefCell<BTreeMap<u32, Callback<()>>> = const { RefCell::new(BTreeMap::new()) };
    static HEARD: Cell<u32> = const { Cell::new(0) };
    /// The book as this tab has read or written it last.
    static KEPT: RefCell<Option<String>> = const { RefCell::new(None) };
    static SCENE: RefCell<Option<Rc<Scene>>> = const { RefCell::new(None) };
}

/// What there is. The first time, what the browser has kept.
pub(crate) fn store() -> Rc<Store> {
    STORE.with_borrow_mut(|store| store.get_or_insert_with(|| Rc::new(Store::kept())).clone())
}

/// Changes it, keeps what is to be kept, and has it drawn.
pub(crate) fn change(by: impl FnOnce(&mut Store)) {
    let before = store();
    let mut next = (*before).clone();
    // Another tab may have kept something since: that is done, too, and what happens now comes after it.
    if let Some(text) = storage::lessons().filter(|text| !is_kept(text)) {
        next.book = next.book.with(&Book::from_text(&text));
        KEPT.set(Some(text));
    }
    by(&mut next);
    if next.book != before.book {
        let text = next.book.to_text();
        storage::keep_lessons(&text);
        KEPT.set(Some(text));
    }
    if next.file != before.file
        && let Some(file) = &next.file
    {
        storage::keep_lesson_file(&file.to_text());
    }
    STORE.set(Some(Rc::new(next)));
    let hearers: Vec<_> = HEARERS.with_borrow(|hearers| hearers.values().cloned().collect());
    for hearer in hearers {
        hearer.emit(());
    }
}

/// Whether this is what this tab has read or written last.
fn is_kept(text: &str) -> bool {
    KEPT.with_borrow(|kept| kept.as_deref() == Some(text))
}

/// Takes something down in the learner's book.
pub(crate) fn act(act: Act) {
    change(|store| store.book = store.book.after(act));
}

/// The store, for a component that is drawn again when it changes.
#[hook]
pub(crate) fn use_store() -> Rc<Store> {
    let update = use_force_update();
    let number = use_mut_ref(|| {
        let number = HEARD.get().wrapping_add(1);
        HEARD.set(number);
        number
    });
    let number = *number.borrow();
    use_effect_with((), move |()| {
        let hear = Callback::from(move |()| update.force_update());
        HEARERS.with_borrow_mut(|hearers| hearers.insert(number, hear));
        move || drop(HEARERS.with_borrow_mut(|hearers| hearers.remove(&number)))
    });
    store()
}

/// The page as it was drawn last.
pub(super) fn scene() -> Option<Rc<Scene>> {
    SCENE.with_borrow(Clone::clone)
}

/// The page is drawn so now.
pub(super) fn set_scene(scene: &Rc<Scene>) {
    SCENE.set(Some(scene.clone()));
}

impl Store {
    fn kept() -> Self {
        let file = storage::lesson_file();
        let kept = storage::lessons();
        KEPT.set(kept.clone());
        Self {
            book: kept.map_or_else(Book::default, |text| Book::from_text(&text)),
            file: file.and_then(|text| OwnFile::from_text(&text)).map(Rc::new),
            ..Self::default()
        }
    }

    /// The step that is shown, with its number.
    pub(crate) fn step(&self) -> Option<(usize, &Step)> {
        let lesson = self.lesson.get()?;
        let at = self.book.present()?.at;
        Some((at, lesson.steps.get(at)?))
    }

    /// The exercises of the step that is shown, with their numbers in the lesson.
    pub(crate) fn exercises(&self) -> Vec<(usize, &Exercise)> {
        let (Some(lesson), Some((at, _))) = (self.lesson.get(), self.step()) else {
            return Vec::new();
        };
        let all = lesson.exercises().enumerate();
        let here = all.filter(|(_, (step, _))| *step == at);
        here.map(|(number, (_, exercise))| (number, exercise))
            .collect()
    }

    /// The exercise that a run is the answer to: the one that was touched last, or the first that is not done.
    pub(crate) fn answered(&self) -> Option<usize> {
        let here = self.exercises();
        let progress = self.book.present()?;
        let is_open = |number: &usize| !progress.done.contains(number);
        let open = here.iter().find(|(number, _)| is_open(number));
        let touched = self.active.filter(|active| {
            // What is done keeps no run from the next one.
            let goes_on = is_open(active) || open.is_none();
            goes_on && here.iter().any(|(number, _)| number == active)
        });
        touched.or_else(|| Some(open.or(here.first())?.0))
    }

    /// The chains that the step gives.
    pub(crate) fn given(&self) -> Vec<&Given> {
        let parts = self.step().map(|(_, step)| &step.parts[..]);
        let parts = parts.unwrap_or_default().iter();
        let chains = parts.filter_map(|part| match part {
            Part::Chain(given) => Some(given),
            _ => None,
        });
        chains.collect()
    }

    /// The file that the open lesson came in, if it came in one that is still there.
    pub(crate) fn own_file(&self) -> Option<&Rc<OwnFile>> {
        let key = self.book.open.as_deref()?;
        self.file.as_ref().filter(|file| key_of_file(file) == key)
    }
}

/// The key of a lesson that came in a file: no lesson of the runner's has such a name. Two files may have one name, and a
/// file that is mended is the same lesson: so it goes by the name and the title.
pub(super) fn key_of_file(file: &OwnFile) -> String {
    format!("{OF_FILE}{}#{}", file.name, file.title())
}

/// Whether it is the key of one.
pub(super) fn is_of_file(key: &str) -> bool {
    key.starts_with(OF_FILE)
}
