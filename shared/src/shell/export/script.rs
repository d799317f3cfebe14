//! A chain as a script, which can do what no pipeline says.
//!
//! Each wire is a pipe with two descriptors of the script's own, so that no command waits for another to open
//! its end. Commands start side by side in the chain's order, each with the ends that are its own.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{extra, quote_program};
use crate::chain::{
    Access, Chain, FanIn, Input, InputPort, Lanes, OutputPort, Setup, Stage, StageKind, StatusRule,
    Stderr, Stdin,
};
use crate::check::{decode_base64, decode_hex};
use crate::shell::write::{bash, quote};
use crate::substitute::{Piece, Placeholder, pieces};
use crate::text::Text;

/// The first descriptor for pipes: bash takes some below 64 for itself.
const FIRST_DESCRIPTOR: usize = 100;

/// How every script begins.
pub(crate) const SCRIPT_HEAD: &str = "#!/usr/bin/env bash\n# A chain of Pipeyard.\n";

/// What opens a pipe as two descriptors: the pipe is that of a process substitution that says nothing, since
/// one with a name would make those wait who open it by its path.
const HELPERS: &str = "\
# Opens a pipe: $1 is the descriptor to read from, $2 the one to write to.
open_pipe() {
  eval \"exec 9<> <(:) $1</dev/fd/9 $2>/dev/fd/9 9<&-\"
}
";

/// The script.
pub(super) fn script(chain: &Chain) -> String {
    let mut text = String::from(SCRIPT_HEAD);
    if !chain.title.is_empty() {
        let title = crate::text::tame(&chain.title).into_owned();
        let _ = writeln!(text, "# {title}");
    }
    if let Some(timeout) = chain.timeout_ms {
        let time = seconds(timeout);
        text += "\n# All of it has so much time: it starts itself again, from its file, under `timeout`.\n";
        let _ = writeln!(
            text,
            "[ -n \"$PIPEYARD_TIMED\" ] || PIPEYARD_TIMED=1 exec timeout -k 2 {time} bash \"$0\" \"$@\"\nunset PIPEYARD_TIMED"
        );
    }
    text += "\n";
    text += HELPERS;
    text += "\n";
    if let Lanes::Count(1) = chain.lanes {
        text += "lane=1 value=1\n";
        text += &lane(chain);
        text += "exit \"$status\"\n";
        return text;
    }
    text += "run_lane() {\nlane=$1 value=$2\n";
    text += "# Only the first lane reads what the script is given.\n";
    text += "[ \"$lane\" = 1 ] || exec < /dev/null\n";
    text += &lane(chain);
    text += "[ \"$status\" = 0 ] || echo \"$status\" > \"$statuses/$lane\"\n}\n";
    text += &lanes(chain);
    text
}

/// Runs the lanes side by side, and ends with the status of the last one that failed.
fn lanes(chain: &Chain) -> String {
    let count = chain.lanes.count();
    let jobs = chain.jobs.map_or(count, |jobs| jobs as usize);
    let jobs = jobs.min(count).max(1);
    let pairs = match &chain.lanes {
        Lanes::Count(_) => {
            format!("for ((n = 1; n <= {count}; n++)); do printf '%s\\0' \"$n\" \"$n\"; done")
        }
        Lanes::Values(values) => {
            let mut pairs = String::from("printf '%s\\0'");
            for (number, value) in (1..).zip(values) {
                let _ = write!(pairs, " {number} {}", quote(value.as_bytes()));
            }
            pairs
        }
    };
    format!(
        "export -f open_pipe run_lane\nexport statuses=$(mktemp -d)\n\
         xargs -0 -n 2 -P {jobs} -a <({pairs}) bash -c 'run_lane \"$@\"' bash\n\
         status=0\n\
         for ((n = 1; n <= {count}; n++)); do\n  \
         [ ! -e \"$statuses/$n\" ] || status=$(cat \"$statuses/$n\")\n\
         done\nrm -r \"$statuses\"\nexit \"$status\"\n"
    )
}

/// What one lane does, with `$lane` and `$value` set; it leaves `$status`.
fn lane(chain: &Chain) -> String {
    let mut lane = Lane {
        chain,
        pipes: 0,
        reads: BTreeMap::new(),
        writes: BTreeMap::new(),
        helpers: Vec::new(),
    };
    lane.lay();
    let mut starts = String::new();
    let mut counted = Vec::new();
    for (place, stage) in chain.stages.iter().enumerate() {
        let command = lane.stage(stage);
        let _ = writeln!(starts, "{command} & p{place}=$!");
        if stage.starts_process() {
            counted.push(place);
        }
    }
    let mut text = String::from("exec 8<&0\n");
    for pipe in 0..lane.pipes {
        let (read, write) = ends(pipe);
        let _ = writeln!(text, "open_pipe {read} {write}");
    }
    let _ = writeln!(text, "close_pipes() {{ exec {}; }}", lane.closing(&[]));
    for helper in &lane.helpers {
        text += &lane.helper(helper);
    }
    text += &starts;
    text += "close_pipes\nstatus=0\n";
    for (number, place) in counted.iter().enumerate() {
        let is_last = number + 1 == counted.len();
        let _ = match chain.status {
            StatusRule::Pipefail => writeln!(text, "wait \"$p{place}\" || status=$?"),
            StatusRule::Last if is_last => writeln!(text, "wait \"$p{place}\"; status=$?"),
            StatusRule::Last => writeln!(text, "wait \"$p{place}\""),
        };
    }
    text += "wait\n";
    text
}

/// The descriptors of a pipe.
fn ends(pipe: usize) -> (usize, usize) {
    (FIRST_DESCRIPTOR + 2 * pipe, FIRST_DESCRIPTOR + 2 * pipe + 1)
}

struct Lane<'a> {
    chain: &'a Chain,
    pipes: usize,
    /// Which pipe a stage reads from, by its place and descriptor.
    reads: BTreeMap<(usize, u8), usize>,
    /// Which pipe a stage writes to.
    writes: BTreeMap<(usize, u8), usize>,
    helpers: Vec<Helper>,
}

/// What stands between pipes.
#[derive(Debug)]
enum Helper {
    /// Several into one.
    Merge(FanIn, Vec<usize>, usize),
    /// One into several.
    Copy(usize, Vec<usize>),
}

impl Lane<'_> {
    fn pipe(&mut self) -> usize {
        self.pipes += 1;
        self.pipes - 1
    }

    /// Decides which pipes there are, and writes the helpers that stand between them.
    fn lay(&mut self) {
        let chain = self.chain;
        // The pipe in which each wire arrives: its own, or the one that all share.
        let mut arrives = Vec::new();
        for (place, stage) in chain.stages.iter().enumerate() {
            let mut ports: Vec<InputPort> = Vec::new();
            for wire in chain.wires.iter().filter(|wire| wire.to.stage == stage.id) {
                if !ports.contains(&wire.to.port) {
                    ports.push(wire.to.port);
                }
            }
            for port in ports {
                let into = self.pipe();
                self.reads.insert((place, port.descriptor()), into);
                let wires: Vec<_> = chain.wires_to(&stage.id, port).collect();
                if wires.len() == 1 || stage.fan_in_at(port) == FanIn::Shared {
                    arrives.extend(wires.iter().map(|wire| (&wire.id, into)));
                    continue;
                }
                let own: Vec<usize> = wires.iter().map(|_| self.pipe()).collect();
                arrives.extend(wires.iter().zip(&own).map(|(wire, pipe)| (&wire.id, *pipe)));
                let merge = Helper::Merge(stage.fan_in_at(port), own, into);
                self.helpers.push(merge);
            }
        }
        for (place, stage) in chain.stages.iter().enumerate() {
            for port in [OutputPort::Stdout, OutputPort::Stderr] {
                let to: Vec<usize> = chain
                    .wires_from(&stage.id, port)
                    .filter_map(|wire| arrives.iter().find(|(id, _)| **id == wire.id))
                    .map(|(_, pipe)| *pipe)
                    .collect();
                let from = match to[..] {
                    [] => continue,
                    [only] => only,
                    [..] => {
                        let from = self.pipe();
                        self.helpers.push(Helper::Copy(from, to));
                        from
                    }
                };
                self.writes.insert((place, port.descriptor()), from);
            }
        }
    }

    /// The redirections that close all pipes, but for those ends from which one goes on reading.
    fn closing(&self, read_on: &[usize]) -> String {
        let mut closing = String::from("8<&-");
        for pipe in 0..self.pipes {
            let (read, write) = ends(pipe);
            if !read_on.contains(&pipe) {
                let _ = write!(closing, " {read}<&-");
            }
            let _ = write!(closing, " {write}>&-");
        }
        closing
    }

    /// A helper as commands, one a line.
    fn helper(&self, helper: &Helper) -> String {
        let mut text = String::new();
        let mut used = String::new();
        match helper {
            Helper::Merge(FanIn::Ordered, from, into) => {
                for pipe in from {
                    let _ = write!(used, "; cat <&{}", ends(*pipe).0);
                }
                let closing = self.closing(from);
                let _ = writeln!(text, "(exec >&{} {closing}{used}) &", ends(*into).1);
            }
            Helper::Merge(FanIn::Lines | FanIn::Shared, from, into) => {
                for pipe in from {
                    let (read, write) = (ends(*pipe).0, ends(*into).1);
                    let _ = writeln!(
                        text,
                        "(exec <&{read} >&{write}; close_pipes; exec grep -a --line-buffered '') &"
                    );
                }
            }
            Helper::Copy(from, to) => {
                let (last, others) = to.split_last().unwrap_or((from, &[]));
                for pipe in others {
                    let write = ends(*pipe).1;
                    let _ = write!(used, " >(exec >&{write}; close_pipes; exec cat)");
                }
                let (read, write) = (ends(*from).0, ends(*last).1);
                let closing = self.closing(&[]);
                let _ = writeln!(
                    text,
                    "(exec <&{read} >&{write}; exec tee -p{used} {closing}) &"
                );
            }
        }
        text
    }

    /// A stage as a command with its ends.
    fn stage(&self, stage: &Stage) -> String {
        let place = self.chain.stage_index(&stage.id).unwrap_or_default();
        let mut ends_of = String::new();
        match self.reads.get(&(place, 0)) {
            Some(pipe) => {
                let _ = write!(ends_of, " <&{}", ends(*pipe).0);
            }
            None if self.first_free() == Some(place) => ends_of += " <&8",
            None => ends_of += " </dev/null",
        }
        for ((_, number), pipe) in self.reads.range((place, 3)..=(place, u8::MAX)) {
            let _ = write!(ends_of, " {number}<&{}", ends(*pipe).0);
        }
        for (number, word) in [(1, ""), (2, "2")] {
            if let Some(pipe) = self.writes.get(&(place, number)) {
                let _ = write!(ends_of, " {word}>&{}", ends(*pipe).1);
            }
        }
        if stage
            .setup()
            .is_some_and(|setup| setup.stderr == Stderr::Stdout)
        {
            ends_of += " 2>&1";
        }
        let command = match &stage.kind {
            StageKind::Process(process) => {
                let mut words = program(&process.program);
                for argument in &process.args {
                    words.push(' ');
                    words += &match extra(argument) {
                        Some(number) => format!("/dev/fd/{number}"),
                        None => word(argument),
                    };
                }
                with_setup(&process.setup, &words)
            }
            StageKind::Shell(shell) => with_setup(
                &shell.setup,
                &format!("{} {}", bash(&shell.text), word(&shell.text)),
            ),
            StageKind::Input(given) => input(given),
            StageKind::File(file) => match file.access {
                Access::Read => format!("exec cat < {}", word(&file.path)),
                Access::Write => format!("exec cat > {}", word(&file.path)),
                Access::Append => format!("exec cat >> {}", word(&file.path)),
            },
            StageKind::Discard => "exec cat > /dev/null".into(),
        };
        format!("(exec{ends_of}; close_pipes; {command})")
    }

    fn first_free(&self) -> Option<usize> {
        self.chain
            .stages
            .iter()
            .enumerate()
            .position(|(place, stage)| {
                let free = |setup: &Setup| setup.stdin != Stdin::Closed;
                stage.setup().is_some_and(free) && !self.reads.contains_key(&(place, 0))
            })
    }
}

fn with_setup(setup: &Setup, command: &str) -> String {
    let mut text = String::new();
    if let Some(directory) = &setup.directory {
        let _ = write!(text, "cd -- {} && ", word(directory));
    }
    text += "exec ";
    // Of several changes of one variable the last counts; `env` wants those away first.
    let mut changes: BTreeMap<&[u8], Option<&Text>> = BTreeMap::new();
    for variable in &setup.environment {
        changes.insert(variable.name.as_bytes(), variable.value.as_ref());
    }
    let mut prefix = String::new();
    for (name, _) in changes.iter().filter(|(_, value)| value.is_none()) {
        let _ = write!(prefix, " -u {}", quote(name));
    }
    for (name, value) in &changes {
        if let Some(value) = value {
            let _ = write!(prefix, " {}={}", quote(name), word(value));
        }
    }
    if let Some(timeout) = setup.timeout_ms {
        let _ = write!(text, "timeout -k 2 {} ", seconds(timeout));
    }
    if !prefix.is_empty() {
        let _ = write!(text, "env{prefix} ");
    }
    text + command
}

fn input(input: &Input) -> String {
    match input {
        Input::Text(text) => said(text),
        Input::Hex(hex) => bytes(&decode_hex(hex).unwrap_or_default()),
        Input::Base64(text) => bytes(&decode_base64(text).unwrap_or_default()),
        Input::Random(count) => format!("exec head -c {count} /dev/urandom"),
        Input::Lines(lines) if lines.is_empty() => ":".into(),
        Input::Lines(lines) if lines.iter().any(Text::has_nul) => {
            let lines: Vec<String> = lines.iter().map(said).collect();
            lines.join("; echo; ") + "; echo"
        }
        Input::Lines(lines) => {
            let lines: Vec<String> = lines.iter().map(word).collect();
            format!("printf '%s\\n' {}", lines.join(" "))
        }
        Input::Repeat { text, times } => {
            let text = said(text);
            match times {
                Some(times) => {
                    format!("for ((i = 0; i < {times}; i++)); do {text}; done")
                }
                None => format!("while {text}; do :; done"),
            }
        }
    }
}

/// What prints a text. No word can hold a NUL, so parts with one are printed on their own.
fn said(text: &Text) -> String {
    if !text.has_nul() {
        return format!("printf %s {}", word(text));
    }
    let parts: Vec<String> = pieces(text.as_bytes())
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Bytes([]) => None,
            Piece::Bytes(part) => Some(bytes(part)),
            Piece::Placeholder(Placeholder::Lane) => Some("printf %s \"$lane\"".to_owned()),
            Piece::Placeholder(Placeholder::Value) => Some("printf %s \"$value\"".to_owned()),
            Piece::Placeholder(Placeholder::Extra(number)) => {
                Some(format!("printf %s /dev/fd/{number}"))
            }
        })
        .collect();
    parts.join("; ")
}

/// Any bytes, NUL too.
fn bytes(bytes: &[u8]) -> String {
    use base64::Engine as _;
    let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
    format!("printf %s {} | base64 -d", quote(encoded.as_bytes()))
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1_000, milliseconds % 1_000)
}

fn program(text: &Text) -> String {
    match &pieces(text.as_bytes())[..] {
        [Piece::Bytes(bytes)] => quote_program(bytes),
        _ => word(text),
    }
}

/// A text as one word, with the lane's number and value filled in where they stand.
fn word(text: &Text) -> String {
    let mut said = String::new();
    for piece in pieces(text.as_bytes()) {
        match piece {
            Piece::Bytes([]) => {}
            Piece::Bytes(bytes) => said += &quote(bytes),
            Piece::Placeholder(Placeholder::Lane) => said += "\"$lane\"",
            Piece::Placeholder(Placeholder::Value) => said += "\"$value\"",
            Piece::Placeholder(Placeholder::Extra(number)) => {
                let _ = write!(said, "/dev/fd/{number}");
            }
        }
    }
    if said.is_empty() { "''".into() } else { said }
}
