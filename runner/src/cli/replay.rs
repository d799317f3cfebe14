//! `pipeyard replay`: a recording, told on a terminal.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use pipeyard_shared::chain::{Chain, InputPort, OutputPort, Stage};
use pipeyard_shared::limits::Limits;
use pipeyard_shared::recording::{RECORDING_BYTES, Recording};
use pipeyard_shared::shell::stage_text;
use pipeyard_shared::stale::Stale;
use pipeyard_shared::story::story;
use pipeyard_shared::text::{tame, tame_lines};
use pipeyard_shared::words::{self, Language};

use super::{STATUS_USAGE, arguments, linked, report, voice};

pub(super) fn replay(arguments: &arguments::Replay, language: Language) -> ExitCode {
    match read(&arguments.file) {
        Ok(recording) => {
            let mut out = std::io::stdout();
            let written = out.write_all(describe(&recording, language).as_bytes());
            match voice::unless_left(written.and_then(|()| out.flush())) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    voice::say_unwritten(&error, language);
                    ExitCode::FAILURE
                }
            }
        }
        Err(error) => {
            voice::say(format!("{error:#}"));
            ExitCode::from(STATUS_USAGE)
        }
    }
}

/// The recording in a file, or in a link.
pub(super) fn read(path: &Path) -> Result<Recording> {
    if let Some(shared) = linked::given(path, &Limits::default()) {
        let recording = shared?.recording;
        return recording.context("the link holds a chain, and no recording of a run");
    }
    let name = path.display();
    let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
    let mut bytes = Vec::new();
    let most = RECORDING_BYTES as u64 + 1;
    file.take(most)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {name}"))?;
    // A writer that was killed may have stopped within a character, too.
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.utf8_error().error_len().is_none() => {
            let whole = error.utf8_error().valid_up_to();
            String::from_utf8_lossy(&error.as_bytes()[..whole]).into_owned()
        }
        Err(_) => bail!("{name}: this is no recording: it is not text"),
    };
    Recording::read(&text).with_context(|| name.to_string())
}

/// The recording in a file, or in a link, of this chain.
///
/// # Errors
/// When there is none, and when it is of a chain that would run otherwise: its results would be told of the wrong one.
pub(super) fn read_of(path: &Path, chain: &Chain) -> Result<Recording> {
    let recording = read(path)?;
    ensure!(
        !Stale::of(&recording.chain, chain).any,
        "{}: this recording is of another chain than the one that is given, or of another state of it: \
         record a run of this one with `pipeyard run --record`",
        path.display()
    );
    Ok(recording)
}

/// The chain, the table of its stages, and the story.
fn describe(recording: &Recording, language: Language) -> String {
    let Recording { chain, events, .. } = recording;
    let mut text = String::new();
    let lasted = words::microseconds(recording.lasted_us());
    let version = &recording.runner;
    let complete = recording.is_complete();
    let _ = match (language, complete) {
        (Language::En, true) => writeln!(text, "recorded by Pipeyard {version}: {lasted}"),
        (Language::En, false) => writeln!(
            text,
            "recorded by Pipeyard {version}: {lasted}, without the end of the run"
        ),
        (Language::Ko, true) => writeln!(text, "Pipeyard {version} 기록: {lasted}"),
        (Language::Ko, false) => {
            writeln!(text, "Pipeyard {version} 기록: {lasted}, 실행의 끝은 없음")
        }
    };
    text += &chain_text(chain);
    text.push('\n');
    text += &report::table(chain, events);
    text.push('\n');
    for sentence in story(chain, events) {
        text += &words::story(language, chain, &sentence);
        text.push('\n');
    }
    // A recording is somebody else's text.
    tame_lines(&text)
}

/// The chain as a shell would have it, where it is a row; else a line a stage and a line a wire.
pub(super) fn chain_text(chain: &Chain) -> String {
    let mut text = String::new();
    if is_row(chain) {
        let stages: Vec<_> = chain.stages.iter().map(one_line).collect();
        text = stages.join(" | ") + "\n";
    } else {
        for stage in &chain.stages {
            let _ = writeln!(text, "{}: {}", stage.id, one_line(stage));
        }
        for wire in &chain.wires {
            let _ = writeln!(text, "{} → {}", wire.from, wire.to);
        }
    }
    text
}

/// A line a stage, however many its text has.
fn one_line(stage: &Stage) -> String {
    tame(&stage_text(stage)).into_owned()
}

/// Whether each stage's standard output goes to the next one's standard input, and nothing else is wired.
fn is_row(chain: &Chain) -> bool {
    let links = chain.stages.windows(2).all(|pair| {
        chain.wires.iter().any(|wire| {
            let from = wire.from.stage == pair[0].id && wire.from.port == OutputPort::Stdout;
            from && wire.to.stage == pair[1].id && wire.to.port == InputPort::Stdin
        })
    });
    links && chain.wires.len() + 1 == chain.stages.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::shell;

    #[test]
    fn a_row_is_shell_text_and_all_else_a_list() {
        let text = "yes | head -1 | wc -l";
        let row = shell::import(text.as_bytes(), &shell::Reading::default())
            .expect("a pipeline")
            .chain;
        assert_eq!(chain_text(&row), format!("{text}\n"));
        let mut apart = Chain::of_stages("", vec![Stage::process("a", "seq", ["9"])]);
        apart.stages.push(Stage::process("b", "cat", []));
        assert_eq!(chain_text(&apart), "a: seq 9\nb: cat\n");
    }

    #[test]
    fn what_would_steer_a_terminal_is_shown() {
        let stages = vec![Stage::process("a", "\u{1b}[2J\u{202e}", ["x\ny"])];
        let recording = Recording {
            runner: "\u{9b}1".into(),
            chain: Chain::of_stages("", stages),
            events: Vec::new(),
            samples: Vec::new(),
            data: Vec::new(),
        };
        let told = describe(&recording, Language::En);
        assert!(!told.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{told}");
        assert!(told.contains("\\u{1b}[2J\\u{202e}"), "{told}");
    }
}
