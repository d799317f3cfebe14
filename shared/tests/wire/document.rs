//! PROTOCOL.md says what the code does: every name of the wire stands in it, and its examples are
//! those of the snapshots.

use std::collections::BTreeSet;

use pipeyard_shared::chain::{FanIn, ReadError};
use pipeyard_shared::ending::{Ending, StartCause, Status, Usage};
use pipeyard_shared::event::{Doing, Event, FlowEnd, Pace};
use pipeyard_shared::frame::HEADER_BYTES;
use pipeyard_shared::limits::{
    GROUP_TITLE_BYTES, GROUPS, LINK_BYTES, LINK_INFLATED_BYTES, LimitName, Limits, NOTE_BYTES,
    NOTES, QUESTION_BYTES, RUN_FLOWS,
};
use pipeyard_shared::link::LINK_VERSION;
use pipeyard_shared::message::{
    ByeReason, ClientMessage, PROTOCOL_VERSION, Refusal, ServerMessage, Trouble,
};
use pipeyard_shared::problem::{Counted, Fault, NotDirect, Part, Place};
use pipeyard_shared::recording::{RECORDING_BYTES, RECORDING_VERSION};

use crate::variants::Named;
use crate::{groups, snapshot};

const DOCUMENT: &str = include_str!("../../../PROTOCOL.md");

fn missing<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let said = |name: &&str| DOCUMENT.contains(&format!("`{name}`"));
    names.into_iter().filter(|name| !said(name)).collect()
}

#[test]
fn every_name_of_the_wire_is_in_the_document() {
    let names = [
        ClientMessage::NAMES,
        ServerMessage::NAMES,
        Event::NAMES,
        FlowEnd::NAMES,
        Doing::NAMES,
        Pace::NAMES,
        Ending::NAMES,
        StartCause::NAMES,
        Refusal::NAMES,
        ReadError::NAMES,
        Trouble::NAMES,
        ByeReason::NAMES,
        Fault::NAMES,
        Place::NAMES,
        Part::NAMES,
        Counted::NAMES,
        NotDirect::NAMES,
        LimitName::NAMES,
        FanIn::NAMES,
    ];
    let missing = missing(names.concat());
    assert!(missing.is_empty(), "not in PROTOCOL.md: {missing:?}");
}

/// The fields, as the snapshots have them: all keys at every depth, but for what is a chain's.
#[test]
fn every_field_of_the_messages_is_in_the_document() {
    let mut fields = BTreeSet::new();
    for file in [
        "client.json",
        "server.json",
        "event.json",
        "ending.json",
        "refusal.json",
        "trouble.json",
        "recording.json",
    ] {
        let text = snapshot::read(file);
        let samples: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&text).expect("a snapshot is JSON");
        for sample in samples.values() {
            collect_fields(sample, &mut fields);
        }
    }
    let structs = [
        serde_json::to_value(Limits::default()),
        serde_json::to_value(Status::default()),
        serde_json::to_value(Usage {
            peak_is_bound: true,
            ..Usage::default()
        }),
    ];
    for value in structs {
        let value = value.expect("plain structs can be written");
        fields.extend(value.as_object().expect("an object").keys().cloned());
    }
    assert!(fields.len() > 60, "the fields were not found: {fields:?}");
    let missing = missing(fields.iter().map(String::as_str));
    assert!(missing.is_empty(), "not in PROTOCOL.md: {missing:?}");
}

fn collect_fields(value: &serde_json::Value, fields: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(object) => {
            for (name, value) in object {
                fields.insert(name.clone());
                // A chain is a file of its own, with a reader of its own.
                if name != "chain" {
                    collect_fields(value, fields);
                }
            }
        }
        serde_json::Value::Array(values) => {
            for value in values {
                collect_fields(value, fields);
            }
        }
        _ => {}
    }
}

#[test]
fn every_example_of_the_document_is_a_line_of_a_snapshot() {
    let mut known = BTreeSet::new();
    let mut files: Vec<_> = groups().iter().map(|group| group.file()).collect();
    files.extend(["frame.json", "recording.json"]);
    for file in files {
        let text = snapshot::read(file);
        known.extend(
            snapshot::lines(&text)
                .into_iter()
                .map(|(_, text)| text.to_owned()),
        );
    }
    let mut examples = 0;
    for block in DOCUMENT.split("```json\n").skip(1) {
        let (block, _) = block.split_once("```").expect("the block is closed");
        for line in block.lines() {
            assert!(known.contains(line), "no snapshot has this example: {line}");
            examples += 1;
        }
    }
    assert!(examples >= 20, "only {examples} examples were found");
}

#[test]
fn the_numbers_of_the_document_are_those_of_the_code() {
    for sentence in [
        format!("This page describes protocol {PROTOCOL_VERSION}."),
        format!("`pipeyard_recording`, which is {RECORDING_VERSION}"),
        format!("{RECORDING_BYTES} bytes"),
        format!("a header of {HEADER_BYTES} bytes"),
        format!("VERSION is one digit, {}.", char::from(LINK_VERSION)),
        format!("as many as make {RUN_FLOWS} of them"),
    ] {
        assert!(
            DOCUMENT.contains(&sentence),
            "PROTOCOL.md does not say: {sentence}"
        );
    }
    let limits = serde_json::to_value(Limits::default()).expect("limits can be written");
    let mut rows: Vec<(&str, String)> = limits
        .as_object()
        .expect("an object")
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_string()))
        .collect();
    let fixed = [
        ("notes", NOTES),
        ("note_bytes", NOTE_BYTES),
        ("groups", GROUPS),
        ("group_title_bytes", GROUP_TITLE_BYTES),
        ("question_bytes", QUESTION_BYTES),
        ("link_bytes", LINK_BYTES as u32),
        ("link_inflated_bytes", LINK_INFLATED_BYTES as u32),
    ];
    rows.extend(fixed.map(|(name, value)| (name, value.to_string())));
    for (name, value) in rows {
        let row = format!("| `{name}` | {value} |");
        assert!(DOCUMENT.contains(&row), "PROTOCOL.md has no row {row}");
    }
}
