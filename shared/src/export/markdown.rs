//! A chain as a page of Markdown: its stages and wires, the commands, and what a recorded run of it was.
//!
//! Whatever comes from others stands in fences that are longer than any run of marks inside, or in cells with all
//! punctuation escaped, and what would steer a terminal or an editor is written as what it is.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Note;
use crate::chain::{Chain, FanIn, Lanes, Names, OutputPort, StatusRule};
use crate::event::{Event, RunEvent};
use crate::flow::{FlowMap, FlowPoint};
use crate::id::{LaneNumber, StageId};
use crate::layout::reading_order;
use crate::preview::Slice;
use crate::recording::Recording;
use crate::shell::stage_text;
use crate::text::tame;
use crate::words::{self, Language, bytes, microseconds};

/// Lines of an output that are shown.
const LINES: usize = 40;
/// Bytes of an output that are shown.
const BYTES: usize = 4 << 10;
/// Bytes of an output that is no text that are shown.
const HEX_BYTES: usize = 256;
/// Lanes whose outputs are shown.
const LANES: usize = 20;

/// The page.
pub(super) fn markdown(chain: &Chain, recording: Option<&Recording>) -> (String, Vec<Note>) {
    let title = match chain.title.as_str() {
        "" => "A chain of processes".to_owned(),
        title => inline(title),
    };
    let mut out = format!("# {title}\n\n");
    for note in chain
        .notes
        .iter()
        .filter(|note| !note.text.trim().is_empty())
    {
        for line in note.text.lines() {
            let _ = writeln!(out, "> {}", inline(line));
        }
        out.push('\n');
    }
    out += "## Stages and wires\n\n";
    out += &fenced("text", &picture(chain));
    out += "\n## Commands\n\n";
    let code = super::bash(chain);
    out += &fenced("sh", &lines_tamed(&code.text));
    if let Some(recording) = recording {
        out += "\n## Results\n\n";
        out += &results(recording);
    }
    (out, code.notes)
}

/// The chain as indented lines: a stage, and below it where its outputs go.
fn picture(chain: &Chain) -> String {
    let names = Names::of(chain);
    let mut out = String::new();
    for at in reading_order(chain) {
        let stage = &chain.stages[at];
        let name = tame(names.stage(&stage.id)).into_owned();
        let mut command = tame(&stage_text(stage)).into_owned();
        if stage.bypassed {
            command += " (bypassed)";
        }
        if let Some(timeout) = stage.setup().and_then(|setup| setup.timeout_ms) {
            let _ = write!(command, " (at most {})", words::milliseconds(timeout));
        }
        let _ = writeln!(out, "{name}: {command}");
        for (port, word) in [(OutputPort::Stdout, "──▶"), (OutputPort::Stderr, "╌╌▶")] {
            for wire in chain.wires_from(&stage.id, port) {
                let to = tame(names.stage(&wire.to.stage)).into_owned();
                let several = chain.wires_to(&wire.to.stage, wire.to.port).count() > 1;
                let mode = chain
                    .stage(&wire.to.stage)
                    .map(|to| to.fan_in_at(wire.to.port));
                let how = match mode.filter(|_| several) {
                    Some(FanIn::Lines) => ", merged by lines",
                    Some(FanIn::Ordered) => ", in order",
                    Some(FanIn::Shared) => ", shared",
                    None => "",
                };
                let _ = writeln!(
                    out,
                    "  {} {word} {to} {}{how}",
                    wire.from.port, wire.to.port
                );
            }
        }
    }
    match &chain.lanes {
        lanes if lanes.is_single() => {}
        Lanes::Count(count) => {
            let _ = writeln!(out, "{count} lanes{}", at_once(chain));
        }
        Lanes::Values(values) => {
            let values: Vec<String> = values
                .iter()
                .map(|value| tame(&value.lossy()).into_owned())
                .collect();
            let _ = writeln!(
                out,
                "a lane for each of: {}{}",
                values.join(", "),
                at_once(chain)
            );
        }
    }
    if let Some(timeout) = chain.timeout_ms {
        let _ = writeln!(
            out,
            "at most {} for all of it",
            words::milliseconds(timeout)
        );
    }
    if chain.status == StatusRule::Pipefail {
        out += "the status of the last stage that fails (pipefail)\n";
    }
    out
}

fn at_once(chain: &Chain) -> String {
    chain
        .jobs
        .map_or_else(String::new, |jobs| format!(", {jobs} at once"))
}

fn results(recording: &Recording) -> String {
    let chain = &recording.chain;
    let names = Names::of(chain);
    let mut out = String::new();
    let complete = if recording.is_complete() {
        ""
    } else {
        ", without the end of the run"
    };
    let version = inline(&recording.runner);
    let _ = writeln!(
        out,
        "Recorded by Pipeyard {version}: {}{complete}.\n",
        microseconds(recording.lasted_us())
    );
    out += "| lane | stage | ended | time |\n|---:|---|---|---:|\n";
    let mut started: BTreeMap<(LaneNumber, &StageId), u64> = BTreeMap::new();
    let mut rows = BTreeMap::new();
    let mut last = None;
    for RunEvent { at_us, event, .. } in &recording.events {
        match event {
            Event::StageStarted { lane, stage, .. } => {
                started.insert((*lane, stage), *at_us);
            }
            Event::StageEnded {
                lane,
                stage,
                ending,
                ..
            } => {
                let began = started.get(&(*lane, stage));
                let time = began.map(|began| microseconds(at_us.saturating_sub(*began)));
                let row = format!(
                    "| {lane} | {} | {} | {} |\n",
                    inline(names.stage(stage)),
                    inline(&words::ending(Language::En, ending)),
                    time.unwrap_or_else(|| "–".to_owned())
                );
                rows.insert((*lane, chain.stage_index(stage)), row);
            }
            Event::RunEnded { status, .. } => last = Some(status.by(chain.status)),
            _ => {}
        }
    }
    out.extend(rows.into_values());
    if let Some(status) = last {
        let _ = writeln!(out, "\nThe status of the chain is {status}.");
    }
    out + &outputs(recording, &names)
}

/// What came out of ports that no wire leaves.
fn outputs(recording: &Recording, names: &Names) -> String {
    let chain = &recording.chain;
    let flows = FlowMap::of(chain);
    let mut totals: BTreeMap<_, u64> = BTreeMap::new();
    for entry in &recording.events {
        if let Event::FlowEnded {
            flow,
            bytes: Some(bytes),
            ..
        } = entry.event
        {
            totals.insert(flow, bytes);
        }
    }
    let mut out = String::new();
    let lanes = chain.lanes.count();
    for number in 0..lanes.min(LANES) {
        let lane = LaneNumber::from_index(number);
        for (place, point) in flows.points().iter().enumerate() {
            let FlowPoint::Port(end) = point else {
                continue;
            };
            let Some(flow) = flows.id_at(lane, place) else {
                continue;
            };
            let mut slices: Vec<&Slice> = recording
                .data
                .iter()
                .filter(|piece| piece.flow == flow && !piece.slice.bytes.is_empty())
                .map(|piece| &piece.slice)
                .collect();
            slices.sort_by_key(|slice| slice.offset);
            let Some(first) = slices.first() else {
                continue;
            };
            let name = inline(names.stage(&end.stage));
            let _ = match lanes {
                1 => write!(out, "\n### {name} {}\n\n", end.port),
                _ => write!(out, "\n### Lane {lane}: {name} {}\n\n", end.port),
            };
            let head = if first.offset == 0 {
                first.bytes.as_slice()
            } else {
                &[]
            };
            let (shown, length) = shown(head);
            out += &fenced("text", &shown);
            let total = totals.get(&flow).copied().unwrap_or_default();
            let missing = total.saturating_sub(length as u64);
            if missing > 0 {
                let _ = writeln!(out, "\n{} more.", bytes(missing));
            }
        }
    }
    if lanes > LANES {
        let _ = writeln!(out, "\n{} more lanes.", lanes - LANES);
    }
    out
}

/// The first part of an output, and how many bytes of it that is.
fn shown(output: &[u8]) -> (String, usize) {
    let most = &output[..output.len().min(BYTES)];
    let is_text = match str::from_utf8(most) {
        Ok(text) => Some(text),
        // The end of the part may lie within a character.
        Err(error) if error.error_len().is_none() => {
            str::from_utf8(&most[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    match is_text.filter(|text| !text.contains('\0')) {
        Some(text) => {
            let part: String = text.split_inclusive('\n').take(LINES).collect();
            (lines_tamed(&part), part.len())
        }
        None => {
            let part = &output[..output.len().min(HEX_BYTES)];
            let mut out = String::new();
            for (number, row) in part.chunks(16).enumerate() {
                let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
                let plain: String = row
                    .iter()
                    .map(|byte| {
                        if (b' '..=b'~').contains(byte) {
                            char::from(*byte)
                        } else {
                            '.'
                        }
                    })
                    .collect();
                let _ = writeln!(out, "{:08x}  {:<47}  {plain}", number * 16, hex.join(" "));
            }
            (out, part.len())
        }
    }
}

/// Lines whose tabs stay.
fn lines_tamed(text: &str) -> String {
    let line = |line: &str| {
        let parts: Vec<_> = line.split('\t').map(tame).collect();
        parts.join("\t")
    };
    let lines: Vec<String> = text.split('\n').map(line).collect();
    lines.join("\n")
}

/// A fence that nothing inside can close.
fn fenced(language: &str, text: &str) -> String {
    let longest = text
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

/// Text of others within a line: nothing of it means anything to Markdown or to HTML.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in tame(text).chars() {
        match character {
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            other if other.is_ascii_punctuation() && !",.:;()%'=/".contains(other) => {
                out.push('\\');
                out.push(other);
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Chain, Note, Point, Size, Stage};
    use proptest::prelude::*;

    /// Lines outside of fences.
    fn outside(page: &str) -> Vec<&str> {
        let mut fence: Option<usize> = None;
        let mut lines = Vec::new();
        for line in page.lines() {
            let marks = line.len() - line.trim_start_matches('`').len();
            match fence {
                None if marks >= 3 => fence = Some(marks),
                None => lines.push(line),
                Some(open) if marks >= open && line.trim_matches('`').is_empty() => fence = None,
                Some(_) => {}
            }
        }
        assert_eq!(fence, None, "a fence is open:\n{page}");
        lines
    }

    proptest! {
        #[test]
        fn no_text_breaks_out(title in "\\PC{0,20}", word in "(`{1,6}|\n|[a-z<&|#*\\[\\]()! ]){0,12}", said in "(`{3,5}|\n|<b>|[a-z]){0,8}") {
            let mut chain = Chain::of_stages(&title, vec![Stage::process("a", "echo", [word.as_str()])]);
            chain.notes.push(Note {
                id: "n".into(),
                at: Point::default(),
                size: Size { width: 100.0, height: 100.0 },
                text: said,
            });
            let (page, _) = markdown(&chain, None);
            for line in outside(&page) {
                let marks = ["# ", "## ", "> "];
                let plain = line.is_empty() || marks.iter().any(|mark| line.starts_with(mark));
                prop_assert!(plain, "{line:?} in
    {page}");
                prop_assert!(!line.contains('<'), "{line:?}");
            }
        }
    }

    #[test]
    fn what_is_no_text_is_shown_in_hex() {
        let (text, length) = shown(b"\x00\xffA");
        assert_eq!(length, 3);
        assert!(text.starts_with("00000000  00 ff 41 "), "{text}");
        assert!(text.trim_end().ends_with("..A"), "{text}");
        assert_eq!(shown(b"a\tb\x1b\n"), ("a\tb\\u{1b}\n".to_owned(), 5));
    }
}
