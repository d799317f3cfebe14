//! One box of a chain, and what it can be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::is_false;
use super::note::Point;
use super::wire::{FanIn, InputPort, OutputPort};
use crate::id::StageId;
use crate::text::Text;

/// One box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Its name within the chain.
    pub id: StageId,
    /// What people call it, when that differs from its program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it is.
    pub kind: StageKind,
    /// How several wires into one input are merged; [`FanIn::Lines`] where nothing is said.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fan_in: BTreeMap<InputPort, FanIn>,
    /// Where a person put it on the canvas; laid out automatically when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Point>,
    /// Whether a run leaves it out and joins its neighbours instead: see [`Chain::reduced`](super::Chain::reduced).
    #[serde(default, skip_serializing_if = "is_false")]
    pub bypassed: bool,
}

/// What a stage is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// A program and its arguments, started without any shell.
    Process(Process),
    /// A text that a shell runs (`bash -c`, or `sh -c` where there is no bash).
    Shell(Shell),
    /// Bytes that the chain itself holds or makes.
    Input(Input),
    /// A file of the workspace, read or written.
    File(File),
    /// Takes everything and keeps nothing.
    Discard,
}

/// A program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// A name that is looked up in the stage's own `PATH`, or a path that contains a `/`.
    pub program: Text,
    /// The arguments after the program's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<Text>,
    /// Environment, directory, standard streams, time.
    #[serde(default, skip_serializing_if = "Setup::is_default")]
    pub setup: Setup,
}

/// A text for the shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shell {
    /// What follows `-c`.
    pub text: Text,
    /// Environment, directory, standard streams, time.
    #[serde(default, skip_serializing_if = "Setup::is_default")]
    pub setup: Setup,
}

/// What a stage that starts a process is given besides its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// Changes to the runner's environment, applied in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<Variable>,
    /// The working directory, relative to the workspace; the workspace itself when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directory: Option<Text>,
    /// What standard input is while no wire leads to it.
    #[serde(default, skip_serializing_if = "Stdin::is_free")]
    pub stdin: Stdin,
    /// Where standard error goes while no wire leaves it.
    #[serde(default, skip_serializing_if = "Stderr::is_apart")]
    pub stderr: Stderr,
    /// Ends this stage after so many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<u64>,
}

/// One change of the environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// The variable's name: not empty, without `=`.
    pub name: Text,
    /// Its value; absent to unset it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

/// What an unwired standard input is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stdin {
    /// Whoever starts the run decides: the command line passes its own, the page gives nothing.
    #[default]
    Free,
    /// End-of-file at once.
    Closed,
    /// A person types into it while the stage runs, and says when it ends.
    Typed,
}

/// Where an unwired standard error goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stderr {
    /// It is kept beside standard output and shown as what it is.
    #[default]
    Apart,
    /// It goes wherever standard output goes (`2>&1`).
    Stdout,
}

/// Bytes that the chain itself holds or makes. `{lane}` and `{value}` are replaced in texts and lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The bytes of a text, exactly.
    Text(Text),
    /// Bytes written as pairs of hexadecimal digits; white space between them is free.
    Hex(String),
    /// Bytes in standard base64; white space is free.
    Base64(String),
    /// So many bytes from the system's random source, other ones in every lane.
    Random(u64),
    /// Lines, each ended by a newline.
    Lines(Vec<Text>),
    /// The same text again and again.
    Repeat {
        /// What is repeated.
        text: Text,
        /// How often; without end when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        times: Option<u64>,
    },
}

/// A file of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path, relative to the workspace.
    pub path: Text,
    /// What is done with it.
    pub access: Access,
}

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Its bytes leave by the stage's `stdout`.
    Read,
    /// It is made or emptied, and takes what arrives at `stdin`.
    Write,
    /// It is made if need be, and takes what arrives at `stdin` after what it holds.
    Append,
}

impl Stage {
    /// A stage of this kind, without a label or a place.
    pub fn new(id: impl Into<StageId>, kind: StageKind) -> Self {
        Self {
            id: id.into(),
            label: None,
            kind,
            fan_in: BTreeMap::new(),
            at: None,
            bypassed: false,
        }
    }

    /// A process stage.
    pub fn process<'a>(id: &str, program: &str, args: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(
            id,
            StageKind::Process(Process {
                program: program.into(),
                args: args.into_iter().map(Text::from).collect(),
                setup: Setup::default(),
            }),
        )
    }

    /// A shell stage.
    pub fn shell(id: &str, text: &str) -> Self {
        Self::new(
            id,
            StageKind::Shell(Shell {
                text: text.into(),
                setup: Setup::default(),
            }),
        )
    }

    /// An input stage.
    pub fn input(id: &str, input: Input) -> Self {
        Self::new(id, StageKind::Input(input))
    }

    /// A file stage.
    pub fn file(id: &str, path: &str, access: Access) -> Self {
        Self::new(
            id,
            StageKind::File(File {
                path: path.into(),
                access,
            }),
        )
    }

    /// What people read on the box: the label, or else the program, the file, the kind of input.
    pub fn name(&self) -> String {
        if let Some(label) = self.label.as_deref().filter(|label| !label.is_empty()) {
            return label.to_owned();
        }
        match &self.kind {
            StageKind::Process(process) => last_component(&process.program),
            StageKind::Shell(_) => "shell".to_owned(),
            StageKind::Input(input) => input.name().to_owned(),
            StageKind::File(file) => last_component(&file.path),
            StageKind::Discard => "discard".to_owned(),
        }
    }

    /// What is set for the stage's process, where it starts one.
    pub fn setup(&self) -> Option<&Setup> {
        match &self.kind {
            StageKind::Process(process) => Some(&process.setup),
            StageKind::Shell(shell) => Some(&shell.setup),
            StageKind::Input(_) | StageKind::File(_) | StageKind::Discard => None,
        }
    }

    /// The same, to change it.
    pub fn setup_mut(&mut self) -> Option<&mut Setup> {
        match &mut self.kind {
            StageKind::Process(process) => Some(&mut process.setup),
            StageKind::Shell(shell) => Some(&mut shell.setup),
            StageKind::Input(_) | StageKind::File(_) | StageKind::Discard => None,
        }
    }

    /// Whether the stage starts a process of its own.
    pub fn starts_process(&self) -> bool {
        self.setup().is_some()
    }

    /// Whether a wire can leave this port.
    pub fn has_output(&self, port: OutputPort) -> bool {
        match &self.kind {
            StageKind::Process(_) | StageKind::Shell(_) => true,
            StageKind::Input(_) => port == OutputPort::Stdout,
            StageKind::File(file) => file.access == Access::Read && port == OutputPort::Stdout,
            StageKind::Discard => false,
        }
    }

    /// Whether a wire can arrive at this port.
    pub fn has_input(&self, port: InputPort) -> bool {
        match &self.kind {
            StageKind::Process(_) | StageKind::Shell(_) => true,
            StageKind::Input(_) => false,
            StageKind::File(file) => file.access != Access::Read && port == InputPort::Stdin,
            StageKind::Discard => port == InputPort::Stdin,
        }
    }

    /// How wires into this port are merged.
    pub fn fan_in_at(&self, port: InputPort) -> FanIn {
        self.fan_in.get(&port).copied().unwrap_or_default()
    }
}

impl StageKind {
    /// One word for the kind, the same as in the JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Process(_) => "process",
            Self::Shell(_) => "shell",
            Self::Input(_) => "input",
            Self::File(_) => "file",
            Self::Discard => "discard",
        }
    }
}

impl Input {
    /// One word for the kind of input, the same as in the JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Hex(_) => "hex",
            Self::Base64(_) => "base64",
            Self::Random(_) => "random",
            Self::Lines(_) => "lines",
            Self::Repeat { .. } => "repeat",
        }
    }
}

impl Setup {
    /// Whether nothing is said.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Variable {
    /// A variable with a value.
    pub fn set(name: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            value: Some(value.into()),
        }
    }

    /// A variable taken away.
    pub fn unset(name: impl Into<Text>) -> Self {
        Self {
            name: name.into(),
            value: None,
        }
    }
}

impl Stdin {
    fn is_free(&self) -> bool {
        *self == Self::Free
    }
}

impl Stderr {
    fn is_apart(&self) -> bool {
        *self == Self::Apart
    }
}

fn last_component(path: &Text) -> String {
    let shown = path.lossy();
    match shown.rsplit('/').find(|part| !part.is_empty()) {
        Some(last) => last.to_owned(),
        None => shown.into_owned(),
    }
}
