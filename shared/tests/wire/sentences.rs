//! Every fault and every ending can be said in every language.

use pipeyard_shared::chain::ReadError;
use pipeyard_shared::ending::{Ending, StartCause};
use pipeyard_shared::link::{LinkError, TooLong};
use pipeyard_shared::marks::{Mark, Marked};
use pipeyard_shared::problem::{Fault, Problem};
use pipeyard_shared::recording::{RecordingError, RecordingFault};
use pipeyard_shared::words::{self, Language};

use crate::samples::{control, event, fault};

fn speaks_differently(name: &str, say: impl Fn(Language) -> String) {
    let sentences = Language::ALL.map(say);
    for (language, sentence) in Language::ALL.iter().zip(&sentences) {
        assert!(
            !sentence.trim().is_empty(),
            "{name}: nothing in {language:?}"
        );
    }
    assert_ne!(
        sentences[0], sentences[1],
        "{name}: the same in both languages"
    );
}

#[test]
fn every_fault_has_a_sentence_in_each_language() {
    for (name, problem) in fault::problems() {
        speaks_differently(name, |language| words::fault(language, &problem.fault));
        speaks_differently(name, |language| words::problem(language, &problem));
    }
}

#[test]
fn every_ending_has_words_in_each_language_and_hints_in_all_or_none() {
    for (name, ending) in event::endings() {
        // A signal's name is the same in every language; the hint below says what it means.
        if !matches!(ending, Ending::Signaled { core: false, .. }) {
            speaks_differently(name, |language| words::ending(language, &ending));
        }
        let hints = Language::ALL.map(|language| words::ending_hint(language, &ending));
        assert_eq!(hints[0].is_some(), hints[1].is_some(), "{name}");
        // These two only repeat what the system says.
        let repeats_the_system = match &ending {
            Ending::Failed { .. } => true,
            Ending::CouldNotStart { reason } => reason.cause == StartCause::Other,
            _ => false,
        };
        if let [Some(_), Some(_)] = &hints
            && !repeats_the_system
        {
            speaks_differently(name, |language| {
                words::ending_hint(language, &ending).unwrap_or_default()
            });
        }
    }
}

#[test]
fn every_refusal_has_a_sentence_in_each_language() {
    for (name, refusal) in control::refusals() {
        for language in Language::ALL {
            let sentences = words::refusal(language, &refusal);
            assert!(!sentences.is_empty(), "{name}");
            assert!(
                sentences.iter().all(|sentence| !sentence.is_empty()),
                "{name}"
            );
        }
    }
}

#[test]
fn everything_that_can_be_wrong_with_a_link_has_a_sentence_in_each_language() {
    let error = |error| (format!("{error:?}"), error);
    let read = RecordingError {
        line: 7,
        fault: RecordingFault::NotARecording,
    };
    let problem = Problem::of_chain(Fault::NoStages);
    let errors = [
        LinkError::NotALink,
        LinkError::Newer { version: '2' },
        LinkError::NotWhole,
        LinkError::TooLong { found: 2, most: 1 },
        LinkError::InflatesTooFar { most: 1 },
        LinkError::Damaged,
        LinkError::Chain(ReadError::NoVersion),
        LinkError::BadChain(Box::new(problem)),
        LinkError::Recording(read),
    ];
    for (name, error) in errors.map(error) {
        speaks_differently(&name, |language| words::link_error(language, &error));
    }
    for error in [
        TooLong::Link { found: 2, most: 1 },
        TooLong::Content { found: 2, most: 1 },
    ] {
        speaks_differently(&format!("{error:?}"), |language| {
            words::link_too_long(language, &error)
        });
    }
}

#[test]
fn every_mark_has_words_in_each_language() {
    for mark in Mark::ALL {
        let name = format!("{mark:?}");
        speaks_differently(&name, |language| words::mark(language, mark).to_owned());
        let by = "tee".to_owned();
        speaks_differently(&name, |language| {
            words::marked(
                language,
                &Marked {
                    mark,
                    by: by.clone(),
                },
            )
        });
    }
}
