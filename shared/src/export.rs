//! A chain as code, as a page of text and as a picture: each stands on its own.
//!
//! What a form cannot say just so is told twice: as [`Note`]s, and in the text itself, at its top.

mod markdown;
mod names;
mod note;
mod plan;
mod python;
mod quoted;
mod rust;
mod svg;

use crate::chain::{Chain, StageKind, Stdin};
use crate::recording::Recording;
use crate::shell::{self, SCRIPT_HEAD};

pub use note::Note;

/// What a chain can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A pipeline, or a script for bash.
    Bash,
    /// A program for Python 3.8 or newer.
    Python,
    /// A program of the standard library alone, for Rust 1.87 or newer.
    Rust,
    /// A page that people read, with the results of a recorded run.
    Markdown,
    /// A picture, with the chain inside.
    Svg,
    /// The chain's own form.
    Json,
}

/// A chain as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The text, with a final newline.
    pub text: String,
    /// What it does not say, or not just so.
    pub notes: Vec<Note>,
}

impl Form {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::Bash,
        Self::Python,
        Self::Rust,
        Self::Markdown,
        Self::Svg,
        Self::Json,
    ];

    /// What it is called, in any language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Python => "Python",
            Self::Rust => "Rust",
            Self::Markdown => "Markdown",
            Self::Svg => "SVG",
            Self::Json => "JSON",
        }
    }

    /// What the names of its files end with.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Bash => "sh",
            Self::Python => "py",
            Self::Rust => "rs",
            Self::Markdown => "md",
            Self::Svg => "svg",
            Self::Json => "json",
        }
    }
}

/// The chain in a form. A recording of it tells what the forms for people say of a run; others need none.
///
/// The chain has to be sound by [`check`](crate::check::check): what is wrong with one is not told here.
pub fn export(chain: &Chain, form: Form, recording: Option<&Recording>) -> Code {
    match form {
        Form::Bash => bash(chain),
        Form::Python => python::python(&chain.reduced()),
        Form::Rust => rust::rust(&chain.reduced()),
        Form::Markdown => {
            let (text, notes) = markdown::markdown(chain, recording);
            Code { text, notes }
        }
        Form::Svg => Code {
            text: svg::svg(chain),
            notes: Vec::new(),
        },
        Form::Json => Code {
            text: chain.to_json_pretty(),
            notes: Vec::new(),
        },
    }
}

fn bash(chain: &Chain) -> Code {
    let exported = shell::bash(chain);
    let mut notes = Vec::new();
    let mut text = exported.text;
    if !exported.is_pipeline {
        let chain = chain.reduced();
        let plan = plan::Plan::of(&chain);
        if chain.lanes.count() * plan.printing().len() > 1 {
            notes.push(Note::LinesMayMix);
        }
        if plan.merges_lines() {
            notes.push(Note::LinesAreEnded);
        }
        notes.extend(common_notes(&chain));
        let comments: String = notes
            .iter()
            .map(|note| format!("# {}\n", note.english()))
            .collect();
        text = text.replacen(SCRIPT_HEAD, &(SCRIPT_HEAD.to_owned() + &comments), 1);
    }
    Code { text, notes }
}

/// What no program says that stands for itself.
fn common_notes(chain: &Chain) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut setups = chain.stages.iter().filter_map(|stage| stage.setup());
    if setups.any(|setup| setup.stdin == Stdin::Typed) {
        notes.push(Note::TypedIsStdin);
    }
    if chain.stages.iter().any(|stage| leaves_others(&stage.kind)) {
        notes.push(Note::OthersStay);
    }
    notes
}

/// Whether a stage may leave something in the background: a run would end it.
fn leaves_others(kind: &StageKind) -> bool {
    match kind {
        StageKind::Shell(shell) => {
            let text = shell.text.as_bytes();
            let alone = |at: usize| {
                let beside = |other: Option<&u8>| {
                    other.is_some_and(|byte| [b'&', b'>', b'<', b'|'].contains(byte))
                };
                let before = at.checked_sub(1).and_then(|before| text.get(before));
                text[at] == b'&' && !beside(before) && !beside(text.get(at + 1))
            };
            (0..text.len()).any(alone)
        }
        _ => false,
    }
}
