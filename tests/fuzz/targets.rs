//! What is done with any bytes. Each function is a fuzz target, and is run by ordinary tests on the seeds.

#![allow(dead_code, reason = "each fuzz target uses one of them")]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pipeyard_shared::Chain;
use pipeyard_shared::check::check;
use pipeyard_shared::example;
use pipeyard_shared::export::{Form, export};
use pipeyard_shared::frame::Frame;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::link::{Shared, decode, encode, fragment_in};
use pipeyard_shared::message::{ClientMessage, ServerMessage};
use pipeyard_shared::open::{self, Opened};
use pipeyard_shared::recording::Recording;
use pipeyard_shared::shell::{self, Reading};
use pipeyard_shared::story::story;
use pipeyard_shared::words::{self, Language};

/// Shell text: imported in every way, and the chain said as text again.
pub(crate) fn shell(bytes: &[u8]) {
    let limits = Limits::default();
    for has_lanes in [false, true] {
        let reading = Reading {
            has_lanes,
            pipefail: has_lanes,
            ..Reading::default()
        };
        match shell::import(bytes, &reading) {
            Ok(imported) => {
                let problems = check(&imported.chain, &limits);
                assert!(
                    imported.chain.stages.len() == imported.origins.len(),
                    "each stage comes from somewhere"
                );
                let typed = shell::retype(&example::opening(), &[], &imported);
                assert_eq!(typed.chain.stages.len(), imported.chain.stages.len());
                for origin in &imported.origins {
                    assert!(bytes.get(origin.text.clone()).is_some(), "{origin:?}");
                }
                if problems.is_empty() {
                    let exported = shell::bash(&imported.chain);
                    let again = shell::import(exported.text.as_bytes(), &Reading::default());
                    assert!(again.is_ok(), "{} is no shell text", exported.text);
                }
            }
            Err(error) => {
                assert!(error.at <= bytes.len());
                let _ = shell::pointed(bytes, &error);
            }
        }
    }
}

/// A text that somebody gives as a link.
pub(crate) fn link(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    opened(text);
    if let Some(fragment) = fragment_in(text) {
        opened(fragment);
    }
}

/// A link that is whole, around any content: deflated or, as the first byte has it, to be deflated.
pub(crate) fn link_content(bytes: &[u8]) {
    let Some((form, content)) = bytes.split_first() else {
        return;
    };
    let packed = match form % 2 {
        0 => content.to_vec(),
        _ => stored(&content[..content.len().min(usize::from(u16::MAX))]),
    };
    opened(&sealed(&packed));
}

fn opened(fragment: &str) {
    match decode(fragment, &Limits::default()) {
        Ok(shared) => {
            // What was opened can be given on.
            if let Ok(again) = encode(&shared) {
                let again = decode(&again, &Limits::default());
                let kept = again.map(|again| again.chain.to_json());
                assert_eq!(kept.as_ref(), Ok(&shared.chain.to_json()));
            }
            if let Some(recording) = &shared.recording {
                told(recording);
            }
            let _ = Shared::of_chain(shared.chain);
        }
        Err(error) => {
            for language in Language::ALL {
                let _ = words::link_error(language, &error);
            }
        }
    }
}

/// The form of links once more, from its description in PROTOCOL.md.
fn sealed(packed: &[u8]) -> String {
    let mut text = format!("1{}", URL_SAFE_NO_PAD.encode(packed));
    let mut sum = 0x811c_9dc5_u32;
    for byte in text.bytes() {
        sum = (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    sum ^= sum >> 25;
    for place in 0..5 {
        let digit = (sum >> (5 * place)) as usize % 32;
        text.push(char::from(b"0123456789abcdefghjkmnpqrstvwxyz"[digit]));
    }
    text
}

/// Deflated without being made any shorter (RFC 1951, 3.2.4).
fn stored(content: &[u8]) -> Vec<u8> {
    let length = content.len() as u16;
    let mut packed = vec![1];
    packed.extend(length.to_le_bytes());
    packed.extend((!length).to_le_bytes());
    packed.extend(content);
    packed
}

/// A recording's file.
pub(crate) fn recording(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match Recording::read(text) {
        Ok(recording) => {
            told(&recording);
            let shortened = recording.shortened(3);
            assert_eq!(shortened.events, recording.events);
            assert_eq!(Recording::read(&recording.write()).as_ref(), Ok(&recording));
        }
        Err(error) => {
            for language in Language::ALL {
                let _ = words::recording_error(language, &error);
            }
        }
    }
}

fn told(recording: &Recording) {
    for sentence in story(&recording.chain, &recording.events) {
        for language in Language::ALL {
            let _ = words::story(language, &recording.chain, &sentence);
        }
    }
}

/// A chain's file.
pub(crate) fn chain(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(chain) = Chain::from_json(text) else {
        return;
    };
    let problems = check(&chain, &Limits::default());
    for problem in &problems {
        let _ = words::problem(Language::Ko, problem);
    }
    let _ = pipeyard_shared::marks::of_chain(&chain);
    if problems.is_empty() {
        let _ = chain.reduced();
        let _ = shell::bash(&chain);
    }
}

/// A file of any kind: a chain, a recording, a picture with a chain inside, a link. What is a chain can be said in every
/// form, and its picture opens as it was.
pub(crate) fn open(bytes: &[u8]) {
    match open::open(bytes) {
        Ok(Opened::Chain(chain)) => {
            if check(&chain, &Limits::default()).is_empty() {
                for form in Form::ALL {
                    let _ = export(&chain, form, None);
                }
                let picture = export(&chain, Form::Svg, None).text;
                assert_eq!(open::open(picture.as_bytes()), Ok(Opened::Chain(chain)));
            }
        }
        Ok(Opened::Recording(recording)) => told(&recording),
        Ok(Opened::Link(text)) => link(text.as_bytes()),
        Err(error) => drop(error.to_string()),
    }
}

/// What comes over the socket as text.
pub(crate) fn message(bytes: &[u8]) {
    let _ = serde_json::from_slice::<ClientMessage>(bytes);
    let _ = serde_json::from_slice::<ServerMessage>(bytes);
}

/// What comes over the socket as bytes.
pub(crate) fn frame(bytes: &[u8]) {
    if let Ok(frame) = Frame::decode(bytes) {
        assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
    }
}
