//! The manual pages of this machine: what a program and its flags are for, in their own words.
//!
//! [`render`] asks `man`, [`read`] understands what it writes, [`page`] finds flags. What was read is kept, so that a page
//! is rendered once. Whatever is in doubt is left out: a sentence here is always a quotation.

pub mod page;
pub mod read;
mod render;
mod sentence;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use pipeyard_shared::explain::{Explained, Said, Subject, Trouble};
use pipeyard_shared::words::{self, Language};

use page::Page;
pub use render::{RENDER_TIME, RENDERED_BYTES};

/// How many pages are kept; the oldest goes first.
const KEPT: usize = 128;
/// How many words of a command are looked at.
pub const MOST_WORDS: usize = 256;

/// The pages that have been read.
#[derive(Debug, Default)]
pub struct Manual {
    kept: Mutex<VecDeque<((String, Language), Read)>>,
}

/// A page, or why there is none.
type Read = Result<Arc<Page>, Trouble>;

impl Manual {
    /// What is known of a program that is given these words. It may take as long as two pages do to be rendered.
    pub fn explain(&self, language: Language, program: &str, given: &[String]) -> Explained {
        let given = &given[..given.len().min(MOST_WORDS)];
        let ours = || {
            let what = words::program(language, program)?.to_owned();
            Some(Said { what, source: None })
        };
        let Some(subject) = Subject::of(program, given) else {
            return Explained {
                program: ours(),
                trouble: Some(Trouble::NoPage),
                ..Explained::default()
            };
        };
        let of_subcommand = subject.subcommand.as_ref().and_then(|(page, at)| {
            let page = self.page(page, language).ok()?;
            Some((page, *at))
        });
        let found = match &of_subcommand {
            Some((page, _)) => Ok(page.clone()),
            None => self.page(&subject.page, language),
        };
        let page = match found {
            Ok(page) => page,
            Err(trouble) => {
                return Explained {
                    program: ours(),
                    trouble: Some(trouble),
                    ..Explained::default()
                };
            }
        };
        let own = match (&of_subcommand, &subject.subcommand) {
            (Some((_, at)), _) => at + 1..given.len(),
            // Of a subcommand whose page is not there nothing is known.
            (None, Some((_, at))) => 0..*at,
            (None, None) => 0..given.len(),
        };
        let from = own.start;
        let mut flags = page.flags(&given[own], subject.runs_others);
        for flag in &mut flags {
            flag.at += from;
        }
        Explained {
            program: Some(Said {
                what: page.summary.clone(),
                source: Some(page.source.clone()),
            }),
            flags,
            trouble: None,
        }
    }

    /// Whether all that is asked for is there already.
    pub fn has(&self, language: Language, program: &str, given: &[String]) -> bool {
        let Some(subject) = Subject::of(program, given) else {
            return true;
        };
        let is_kept = |name: &str| self.kept(name, language).is_some();
        match &subject.subcommand {
            Some((page, _)) => is_kept(page) && is_kept(&subject.page),
            None => is_kept(&subject.page),
        }
    }

    fn kept(&self, name: &str, language: Language) -> Option<Read> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept
            .iter()
            .find(|((known, of), _)| known == name && *of == language);
        found.map(|(_, read)| read.clone())
    }

    fn page(&self, name: &str, language: Language) -> Read {
        if name.is_empty() {
            return Err(Trouble::NoPage);
        }
        if let Some(kept) = self.kept(name, language) {
            return kept;
        }
        let read = render::render(name, language)
            .and_then(|text| read::read(&text).map(Arc::new).ok_or(Trouble::NoPage));
        // What took too long may be there another time.
        if !matches!(read, Err(Trouble::TooSlow)) {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back(((name.to_owned(), language), read.clone()));
        }
        read
    }
}
