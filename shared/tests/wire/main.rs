//! The wire format, pinned by the files beside this one, in both directions: each value is written
//! as exactly the text in the file, and each text in the file is read as exactly the value.
//!
//! `PIPEYARD_BLESS=1 cargo test -p pipeyard-shared --test wire` rewrites the files. A change of a
//! line that was there before is a change of the protocol: raise its version.

mod document;
mod json;
mod samples;
mod sentences;
mod snapshot;
mod variants;

use json::Group;
use samples::{chain, control, data, event, fault, files, lesson, recording};

/// Every group of samples that has a file, by the file's name.
fn groups() -> Vec<Box<dyn Group>> {
    vec![
        Box::new(json::Samples::new("chain.json", chain::chains())),
        Box::new(json::Samples::new("stage.json", chain::stages())),
        Box::new(json::Samples::new("wire.json", chain::wires())),
        Box::new(json::Samples::new("client.json", control::client())),
        Box::new(json::Samples::new("server.json", control::server())),
        Box::new(json::Samples::new("refusal.json", control::refusals())),
        Box::new(json::Samples::new("trouble.json", control::troubles())),
        Box::new(json::Samples::new("event.json", event::events())),
        Box::new(json::Samples::new("ending.json", event::endings())),
        Box::new(json::Samples::new("problem.json", fault::problems())),
        Box::new(json::Samples::new("files.json", files::listings())),
        Box::new(json::Samples::new("shelf.json", lesson::shelves())),
        Box::new(json::Samples::new("lesson.json", lesson::files_read())),
        Box::new(json::Samples::new("attempt.json", lesson::attempts())),
        Box::new(json::Samples::new("verdict.json", lesson::verdicts())),
    ]
}

#[test]
fn every_value_is_written_as_its_file_says() {
    for group in groups() {
        snapshot::compare(group.file(), &group.text());
    }
}

#[test]
fn every_text_of_a_file_is_read_as_its_value() {
    for group in groups() {
        let text = snapshot::read(group.file());
        let lines = snapshot::lines(&text);
        assert!(!lines.is_empty(), "{} is empty", group.file());
        group.read_back(&lines);
    }
}

#[test]
fn every_variant_has_a_sample() {
    let mut missing = Vec::new();
    for group in groups() {
        let missed = group.variants_without_sample();
        missing.extend(missed.into_iter().map(|name| (group.file(), name)));
    }
    assert!(missing.is_empty(), "no sample for {missing:?}");
}

#[test]
fn frames_are_written_and_read_as_their_file_says() {
    snapshot::compare("frame.json", &data::text());
    let text = snapshot::read("frame.json");
    data::read_back(&snapshot::lines(&text));
}

#[test]
fn recordings_are_written_and_read_as_their_file_says() {
    snapshot::compare("recording.json", &recording::text());
    let text = snapshot::read("recording.json");
    recording::read_back(&snapshot::lines(&text));
}
