//! What is in a file that somebody gives: a chain, a recorded run, a picture with a chain inside, or a link.
//!
//! Only the kind is told apart here, within bounds; whether a chain can be run is for
//! [`check`](crate::check::check) to say.

use std::fmt;

use crate::chain::{Chain, ReadError};
use crate::recording::{RECORDING_BYTES, Recording, RecordingError};

/// Bytes that a file may have which is not a recording.
pub const FILE_BYTES: usize = 16 << 20;

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// A chain, as JSON or within a picture.
    Chain(Box<Chain>),
    /// A recorded run.
    Recording(Box<Recording>),
    /// An address or a fragment: see [`link`](crate::link).
    Link(String),
}

/// Why a file cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// It has more bytes than are read.
    TooLarge {
        /// How many it has.
        bytes: usize,
        /// How many are read.
        most: usize,
    },
    /// It is not text.
    NotText,
    /// It is a picture without a chain.
    NoChainInside,
    /// It is a chain that cannot be read.
    Chain(ReadError),
    /// It is a recording that cannot be read.
    Recording(RecordingError),
    /// It is none of these.
    Unknown,
}

/// Tells what a file holds, by what is in it and not by its name.
///
/// # Errors
/// [`OpenError`]. Never panics, whatever the bytes.
pub fn open(bytes: &[u8]) -> Result<Opened, OpenError> {
    if bytes.len() > RECORDING_BYTES {
        return Err(OpenError::TooLarge {
            bytes: bytes.len(),
            most: RECORDING_BYTES,
        });
    }
    let text = text(bytes)?;
    let begin = text.trim_start_matches('\u{feff}').trim_start();
    if begin.starts_with('<') {
        return in_picture(small(begin)?).map(|chain| Opened::Chain(Box::new(chain)));
    }
    if !begin.starts_with('{') {
        let line = small(begin)?.trim_end();
        let is_link = line.starts_with('#')
            || ["http://", "https://"]
                .iter()
                .any(|scheme| line.starts_with(scheme));
        if is_link && !line.contains(char::is_whitespace) {
            return Ok(Opened::Link(line.to_owned()));
        }
        return Err(OpenError::Unknown);
    }
    // A recording names itself in its first line.
    let first = begin.lines().next().unwrap_or_default();
    if first.contains("\"pipeyard_recording\"") {
        let recording = Recording::read(begin).map_err(OpenError::Recording)?;
        return Ok(Opened::Recording(Box::new(recording)));
    }
    match Chain::from_json(small(begin)?) {
        Ok(chain) => Ok(Opened::Chain(Box::new(chain))),
        Err(ReadError::NoVersion) => Err(OpenError::Unknown),
        Err(error) => Err(OpenError::Chain(error)),
    }
}

/// The chain in a picture that [`export`](crate::export::export) made, whatever a program has done to what is around it.
///
/// # Errors
/// [`OpenError::NoChainInside`], or what is wrong with the chain.
pub fn in_picture(svg: &str) -> Result<Chain, OpenError> {
    let inside = inside(svg).ok_or(OpenError::NoChainInside)?;
    let json = unescaped(inside.trim());
    Chain::from_json(json.trim()).map_err(OpenError::Chain)
}

/// What stands in the element that is marked. A program that has saved the picture again may have written the tag
/// otherwise, and may have put the text into a CDATA section.
fn inside(svg: &str) -> Option<&str> {
    let rest = svg.match_indices('<').find_map(|(at, _)| {
        let tag = &svg[at + 1..];
        let name = &tag[..tag.find(|end: char| end.is_whitespace() || "<>/".contains(end))?];
        let (_, name) = name.rsplit_once(':').unwrap_or(("", name));
        if name != "metadata" {
            return None;
        }
        let end = tag.find(['<', '>'])?;
        let is_marked = tag[end..].starts_with('>') && tag[..end].contains("pipeyard-chain");
        is_marked.then(|| &tag[end + 1..])
    })?;
    let close = rest.find("</")?;
    let text = rest[..close].trim();
    let plain = text
        .strip_prefix("<![CDATA[")
        .and_then(|text| text.strip_suffix("]]>"));
    Some(plain.unwrap_or(text))
}

/// XML's own entities and numbers, undone in one pass.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out += &rest[..at];
        rest = &rest[at..];
        let entity = rest
            .char_indices()
            .take(12)
            .find(|(_, character)| *character == ';')
            .map(|(end, _)| &rest[1..end]);
        let character = entity.and_then(|entity| match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            other => {
                let number = other.strip_prefix('#')?;
                let number = match number.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(number)
            }
        });
        match (entity, character) {
            (Some(entity), Some(character)) => {
                out.push(character);
                rest = &rest[entity.len() + 2..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// The text of a file; one that was cut within a character, as by a writer that was killed, is text up to there.
fn text(bytes: &[u8]) -> Result<&str, OpenError> {
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) if error.error_len().is_none() => {
            str::from_utf8(&bytes[..error.valid_up_to()]).map_err(|_| OpenError::NotText)
        }
        Err(_) => Err(OpenError::NotText),
    }
}

fn small(text: &str) -> Result<&str, OpenError> {
    if text.len() <= FILE_BYTES {
        return Ok(text);
    }
    Err(OpenError::TooLarge {
        bytes: text.len(),
        most: FILE_BYTES,
    })
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, most } => {
                write!(out, "it has {bytes} bytes; at most {most} can be opened")
            }
            Self::NotText => out.write_str("it is not text"),
            Self::NoChainInside => out.write_str(
                "this picture has no chain inside: only pictures that Pipeyard has made can be opened",
            ),
            Self::Chain(error) => error.fmt(out),
            Self::Recording(error) => error.fmt(out),
            Self::Unknown => out.write_str(
                "this is no chain, no recording, no picture with a chain inside, and no link",
            ),
        }
    }
}

impl std::error::Error for OpenError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Stage;
    use crate::example;
    use crate::export::{Form, export};
    use proptest::prelude::*;

    fn picture(chain: &Chain) -> String {
        export(chain, Form::Svg, None).text
    }

    #[test]
    fn a_picture_opens_as_the_chain_that_it_shows() {
        let chain = example::opening();
        let svg = picture(&chain);
        assert_eq!(
            open(svg.as_bytes()),
            Ok(Opened::Chain(Box::new(chain.clone())))
        );
        // As another program may write it.
        let json = chain.to_json();
        for inside in [
            format!("<![CDATA[{json}]]>"),
            json.replace('&', "&amp;")
                .replace('<', "&#60;")
                .replace('"', "&#x22;"),
        ] {
            let other = format!(
                "<?xml version=\"1.0\"?>\n<svg><metadata\n  id=\"pipeyard-chain\">\n{inside}</metadata></svg>"
            );
            assert_eq!(in_picture(&other), Ok(chain.clone()), "{other}");
        }
    }

    /// The mark in a title was taken for the element's own, and the picture could not be opened.
    #[test]
    fn a_picture_opens_whatever_its_title_says() {
        for title in [
            "pipeyard-chain",
            "metadata pipeyard-chain",
            "<metadata id=\"pipeyard-chain\">{}</metadata>",
        ] {
            let chain = Chain::of_stages(title, vec![Stage::process("a", "echo", [title])]);
            assert_eq!(in_picture(&picture(&chain)), Ok(chain), "{title}");
        }
    }

    #[test]
    fn what_is_none_of_these_says_so() {
        let said = |text: &str| {
            open(text.as_bytes())
                .expect_err("nothing to open")
                .to_string()
        };
        assert!(said("").contains("no chain, no recording"));
        assert!(said("hello").contains("no chain, no recording"));
        assert!(said("{}").contains("no chain, no recording"));
        assert!(said("<svg/>").contains("no chain inside"));
        assert!(said("{\"pipeyard\":9}").contains("version 9"));
        assert!(said("{\"pipeyard_recording\":9}").contains("version 9"));
        assert_eq!(open(b"\xff\xfe"), Err(OpenError::NotText));
        assert_eq!(
            open(b" http://127.0.0.1:7878/#1abc\n"),
            Ok(Opened::Link("http://127.0.0.1:7878/#1abc".into()))
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = open(&bytes);
        }

        #[test]
        fn no_damage_makes_it_panic(cut in 0usize..9_000, noise in "[ -~<>&;#x\u{e9}]{0,24}", at in 0usize..9_000) {
            let svg = picture(&example::opening()).into_bytes();
            let cut = cut.min(svg.len());
            let at = at.min(cut);
            let _ = open(&[&svg[..at], noise.as_bytes(), &svg[at..cut]].concat());
            let _ = open(format!("<svg><metadata id=\"pipeyard-chain\">{noise}</metadata>").as_bytes());
        }

        #[test]
        fn any_texts_survive_the_picture(title in "\\PC*|[\\x00-\u{2070}]*", word in proptest::collection::vec(1u8.., 0..20)) {
            let mut chain = Chain::of_stages(title, vec![Stage::process("a", "echo", [])]);
            if let crate::chain::StageKind::Process(process) = &mut chain.stages[0].kind {
                process.args.push(crate::Text::from_bytes(word));
            }
            let svg = picture(&chain);
            prop_assert_eq!(open(svg.as_bytes()), Ok(Opened::Chain(Box::new(chain))));
        }
    }
}
