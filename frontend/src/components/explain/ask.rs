//! Asking the runner what a program and its words are for.

use std::cell::RefCell;
use std::collections::VecDeque;

use pipeyard_shared::explain::{Explained, Said, Trouble};
use pipeyard_shared::lean::{self, Unknown};
use pipeyard_shared::words::{self, Language};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

use crate::platform::has_runner;

/// How many answers are kept.
const KEPT: usize = 64;
/// The longest question. What is longer has more words than anybody reads.
const QUERY_CHARACTERS: usize = 6_000;

thread_local! {
    static ANSWERS: RefCell<VecDeque<(String, Explained)>> = RefCell::default();
}

/// What the runner knows, or what we know without one.
pub(super) async fn ask(language: Language, program: &str, given: &[String]) -> Explained {
    let query = query(language, program, given);
    let kept = ANSWERS.with_borrow(|answers| {
        let found = answers.iter().find(|(known, _)| *known == query);
        found.map(|(_, answer)| answer.clone())
    });
    if let Some(kept) = kept {
        return kept;
    }
    let told = if has_runner() {
        told(&query).await
    } else {
        None
    };
    let Some(told) = told else {
        let ours = words::program(language, program);
        return Explained {
            program: ours.map(|what| Said {
                what: what.to_owned(),
                source: None,
            }),
            ..Explained::default()
        };
    };
    if !matches!(told.trouble, Some(Trouble::TooSlow | Trouble::Busy)) {
        ANSWERS.with_borrow_mut(|answers| {
            answers.truncate(KEPT - 1);
            answers.push_front((query, told.clone()));
        });
    }
    told
}

fn query(language: Language, program: &str, given: &[String]) -> String {
    let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
    let mut query = format!(
        "/explain?language={}&program={}",
        language.tag(),
        encoded(program)
    );
    for word in given {
        let more = format!("&flag={}", encoded(word));
        if query.len() + more.len() > QUERY_CHARACTERS {
            break;
        }
        query += &more;
    }
    query
}

async fn told(query: &str) -> Option<Explained> {
    let request = Request::new_with_str_and_init(query, &RequestInit::new()).ok()?;
    let answer = web_sys::window()?.fetch_with_request(&request);
    let response: Response = JsFuture::from(answer).await.ok()?.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    let value = serde_json::from_str(&text.as_string()?).ok()?;
    lean::read(value, Unknown::Ignored).ok()
}
