//! Lessons from the runner, and what it says to an answer.

use std::rc::Rc;

use pipeyard_shared::RunId;
use pipeyard_shared::lesson::exchange::{Asked, Attempt, FileFault, FileRead, Listed, Shelf};
use pipeyard_shared::lesson::{Lesson, Verdict};
use pipeyard_shared::words::Language;
use serde::de::DeserializeOwned;
use wasm_bindgen_futures::spawn_local;

use super::store::{Check, Checked, Fetched, Ran, act, change, is_of_file, key_of_file, store};
use crate::desk::Desk;
use crate::hooks::files::Given;
use crate::hooks::focus_soon;
use crate::hooks::http::ask;
use crate::i18n::lessons::LessonWords;
use crate::lessons::{Act, OwnFile, Stage, stage_of};
use crate::platform::has_runner;
use crate::same::Same;
use crate::ui::Show;

/// The most bytes of a lesson's file: what the runner takes.
const FILE_BYTES: usize = 256 << 10;

/// Asks for the list in a language, unless it is there.
pub(super) fn list(language: Language, again: bool) {
    if store().list_asked == Some(language) && !again {
        return;
    }
    change(|store| {
        store.list_asked = Some(language);
        // What is there is shown until the other one comes.
        if store.list.get().is_none() {
            store.list = Fetched::Coming;
        }
    });
    spawn_local(async move {
        let answer = read::<Shelf>(&format!("/lessons?language={}", language.tag()), None).await;
        change(|store| match answer {
            _ if store.list_asked != Some(language) => {}
            Ok(shelf) => store.list = Fetched::Here(Same::new(shelf.lessons)),
            Err(why) => {
                store.list_asked = None;
                if store.list.get().is_none() {
                    store.list = Fetched::Missing(why.map(Rc::from));
                }
            }
        });
    });
}

/// Opens a lesson, where it was left.
pub(super) fn open(desk: &Desk, key: &str) {
    act(Act::Open(key.into()));
    change(|store| {
        store.checks.clear();
        (store.refused, store.news) = (None, None);
        store.active = None;
        store.over = false;
        store.lesson = Fetched::Coming;
        store.asked = None;
        store.said.clear();
        store.before = super::present_run();
        // What was opened instead is what is looked at.
        store.faults = None;
    });
    desk.show(Show::Learns(true));
    lesson(desk.language, false);
    // What was pressed is gone.
    focus_soon("#lesson-all".to_owned());
}

/// Opens the first lesson of the course that is not finished; where the list cannot be had, the tab says so.
pub(super) fn first(desk: &Desk) {
    let now = store();
    if let Some(list) = now.list.get() {
        return open_first(desk, list);
    }
    let (desk, opened) = (desk.clone(), now.book.open.clone());
    spawn_local(async move {
        let address = format!("/lessons?language={}", desk.language.tag());
        let shelf = read::<Shelf>(&address, None).await;
        // Whoever has opened one meanwhile stays there.
        if let Ok(shelf) = shelf
            && store().book.open == opened
        {
            open_first(&desk, &shelf.lessons);
        }
    });
}

fn open_first(desk: &Desk, list: &[Listed]) {
    let book = &store().book;
    let unfinished = |lesson: &&Listed| stage_of(book.of(&lesson.name)) != Stage::Done;
    let first = list.iter().find(unfinished).or(list.first());
    if let Some(first) = first {
        open(desk, &first.name);
    }
}

/// Asks for the lesson that is open in a language, unless it is there.
pub(super) fn lesson(language: Language, again: bool) {
    let before = store();
    let Some(key) = before.book.open.clone() else {
        return;
    };
    let wanted = (key.clone(), language);
    if before.asked.as_ref() == Some(&wanted) && !again {
        return;
    }
    // A file has its own language.
    if is_of_file(&key) && before.lesson.get().is_some() {
        return;
    }
    change(|store| {
        store.asked = Some(wanted.clone());
        if store.lesson.get().is_none() {
            store.lesson = Fetched::Coming;
        }
    });
    spawn_local(async move {
        let words = LessonWords::of(language);
        let found = match is_of_file(&key) {
            true => match store().own_file().cloned() {
                Some(file) => match read_file(&file, language).await {
                    Ok(FileRead::Lesson(lesson)) => Ok(*lesson),
                    // Another runner may read lessons otherwise.
                    Ok(FileRead::Faults(_)) => Err(Some((words.no_such_file)(&file.name))),
                    Err(why) => Err(why),
                },
                None => Err(Some(words.no_file.to_owned())),
            },
            false => read(&format!("/lessons/{key}?language={}", language.tag()), None).await,
        };
        change(|store| match found {
            // Another one was asked for since.
            _ if store.asked.as_ref() != Some(&wanted) => {}
            Ok(lesson) => show(store, lesson),
            Err(why) => {
                store.asked = None;
                if store.lesson.get().is_none() {
                    store.lesson = Fetched::Missing(why.map(Rc::from));
                }
            }
        });
    });
}

fn show(store: &mut super::store::Store, lesson: Lesson) {
    store.book = store.book.after(Act::Steps(lesson.steps.len()));
    store.lesson = Fetched::Here(Same::new(lesson));
}

/// Opens a file that somebody gave, as a lesson.
pub(super) fn take(desk: &Desk, given: Given) {
    let desk = desk.clone();
    let name = given.name;
    let words = LessonWords::of(desk.language);
    let text = match given.text {
        Ok(text) if text.len() <= FILE_BYTES => text,
        _ => return refuse(&name, vec![fault((words.too_large)(&name))]),
    };
    spawn_local(async move {
        // Whoever opens the same file again need not be asked again.
        let known = store().file.clone();
        let trusted = known.is_some_and(|known| known.trusted && known.text == text);
        let file = OwnFile {
            name: name.clone(),
            text,
            trusted,
        };
        match read_file(&file, desk.language).await {
            Ok(FileRead::Lesson(lesson)) => {
                let key = key_of_file(&file);
                change(|store| {
                    store.file = Some(Rc::new(file));
                    store.faults = None;
                });
                act(Act::Open(key.as_str().into()));
                change(|store| {
                    store.checks.clear();
                    (store.refused, store.news) = (None, None);
                    store.active = None;
                    store.over = false;
                    store.said.clear();
                    store.asked = Some((key.as_str().into(), desk.language));
                    store.before = super::present_run();
                    show(store, *lesson);
                });
                desk.show(Show::Learns(true));
                focus_soon("#lesson-all".to_owned());
            }
            Ok(FileRead::Faults(faults)) => refuse(&name, faults),
            Err(why) => {
                let sentence = why.unwrap_or_else(|| (words.unread)(&name));
                refuse(&name, vec![fault(sentence)]);
            }
        }
    });
}

fn fault(what: String) -> FileFault {
    FileFault { line: None, what }
}

fn refuse(name: &str, faults: Vec<FileFault>) {
    change(|store| store.faults = Some((name.to_owned(), Rc::new(faults))));
}

async fn read_file(file: &OwnFile, language: Language) -> Result<FileRead, Option<String>> {
    let name = String::from(js_sys::encode_uri_component(&file.name));
    let address = format!("/lessons/read?name={name}&language={}", language.tag());
    read(&address, Some(&file.text)).await
}

/// Asks the runner whether a run is the answer to an exercise of the lesson that is open.
pub(super) fn check(language: Language, number: usize, run: RunId) {
    let before = store();
    let words = LessonWords::of(language);
    let ran = Ran::of(run);
    let asked = |check: &Check| check.run == ran && check.result == Checked::Asked;
    if before.checks.get(&number).is_some_and(asked) {
        return;
    }
    let (Some(key), Some(lesson)) = (before.book.open.clone(), before.lesson.get().cloned()) else {
        return;
    };
    let Some(session) = ran.session.clone() else {
        let said = words.not_checked.to_owned();
        return set(number, ran, Checked::Refused(None), said);
    };
    let Some((_, exercise)) = lesson.exercises().nth(number) else {
        return;
    };
    let exercise = match is_of_file(&key) {
        true if !before.own_file().is_some_and(|file| file.trusted) => return,
        true => Asked::Own(Box::new(exercise.clone())),
        false => Asked::Of {
            lesson: lesson.name.clone(),
            language: lesson.language,
            number: u32::try_from(number).unwrap_or(u32::MAX),
        },
    };
    let attempt = Attempt {
        session,
        run,
        exercise,
    };
    let Ok(text) = serde_json::to_string(&attempt) else {
        return;
    };
    set(
        number,
        ran.clone(),
        Checked::Asked,
        words.checking.to_owned(),
    );
    spawn_local(async move {
        let address = format!("/lessons/verdict?language={}", language.tag());
        let answer = read::<Verdict>(&address, Some(&text)).await;
        let now = store();
        let latest = now.checks.get(&number).map(|check| &check.run);
        if now.book.open.as_ref() != Some(&key) || latest != Some(&ran) {
            // Something newer was asked since.
            return;
        }
        match answer {
            Ok(verdict) => {
                if verdict.is_done() {
                    act(Act::Done(number));
                }
                let said = super::exercise::said(language, &verdict);
                set(number, ran, Checked::Verdict(Rc::new(verdict)), said);
            }
            Err(why) => {
                let said = why.clone().unwrap_or_else(|| words.not_checked.to_owned());
                set(number, ran, Checked::Refused(why), said);
            }
        }
    });
}

fn set(number: usize, run: Ran, result: Checked, said: String) {
    change(|store| {
        store.news = (result != Checked::Asked).then_some(number);
        store.checks.insert(number, Check { run, result });
        store.said = said;
    });
}

async fn read<T: DeserializeOwned>(address: &str, text: Option<&str>) -> Result<T, Option<String>> {
    if !has_runner() {
        return Err(None);
    }
    let answer = ask(address, text).await?;
    serde_json::from_str(&answer).map_err(|_| None)
}
