//! Laying stages and wires.

use std::collections::BTreeMap;
use std::ops::Range;

use super::names::Names;
use super::streams::{In, Out};
use super::taking::take_all;
use super::{Imported, Origin, Reading, as_written};
use crate::chain::{
    Access, Chain, FanIn, Input, InputEnd, InputPort, LAST_EXTRA_INPUT, OutputEnd, OutputPort,
    Stage, StageKind, Stderr, Stdin, Wire, WireMode,
};
use crate::check::why_not_direct;
use crate::id::StageId;
use crate::shell::grammar::{Command, List, Pipeline, Script, Simple};

/// The most stages that a text becomes: one of more elements is bash's as a whole.
const MOST_STAGES: usize = 400;
/// The most wires.
const MOST_WIRES: usize = 800;

/// What shows of bash how a text was started, or in which process or line of it something stands.
const SHOWING: [&[u8]; 5] = [
    b"BASH_SUBSHELL",
    b"BASHPID",
    b"BASH_EXECUTION_STRING",
    b"LINENO",
    b"$$",
];

/// That only a shell can do it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shell;

/// What may turn out to need a shell.
pub(super) type Need<T> = Result<T, Shell>;

/// Which stages write into a pipe and read from it.
#[derive(Clone, Debug, Default)]
struct Pipe {
    writers: Vec<OutputEnd>,
    readers: Vec<InputEnd>,
}

/// A chain that is being laid.
#[derive(Clone)]
pub(super) struct Laying<'a> {
    pub(super) text: &'a [u8],
    pub(super) script: &'a Script,
    pub(super) reading: &'a Reading,
    names: Names,
    stages: Vec<Stage>,
    origins: Vec<Origin>,
    pipes: Vec<Pipe>,
    /// Which stages may read the run's standard input.
    readers: Vec<StageId>,
    element: usize,
}

/// Where the commands of a list, or one of them, read and write.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    pub(super) input: In,
    pub(super) output: Out,
    pub(super) error: Out,
    /// Whether the input is that of somebody else too.
    pub(super) is_shared: bool,
    /// The descriptor that bash takes for the next process substitution: the highest that is free.
    pub(super) descriptor: u8,
    /// Whether what the output leads to surely takes all of it.
    pub(super) takes_all: bool,
}

impl<'a> Laying<'a> {
    pub(super) fn new(text: &'a [u8], script: &'a Script, reading: &'a Reading) -> Self {
        Self {
            text,
            script,
            reading,
            names: Names::default(),
            stages: Vec::new(),
            origins: Vec::new(),
            pipes: Vec::new(),
            readers: Vec::new(),
            element: 0,
        }
    }

    /// Lays the whole text's pipeline.
    pub(super) fn pipeline(&mut self, pipeline: &Pipeline) -> Need<()> {
        let ends = Ends {
            input: In::Input,
            output: Out::Output,
            error: Out::Error,
            is_shared: false,
            descriptor: LAST_EXTRA_INPUT,
            takes_all: true,
        };
        self.elements(pipeline, &ends, true)
    }

    /// Lays the commands of a process substitution.
    pub(super) fn list(&mut self, list: &List, span: &Range<usize>, ends: &Ends) -> Need<()> {
        match list.alone() {
            Some(pipeline) => self.elements(pipeline, ends, false),
            None => {
                let text = &self.text[span.clone()];
                self.shell_stage(text, span.clone(), ends)
            }
        }
    }

    fn elements(&mut self, pipeline: &Pipeline, ends: &Ends, is_whole: bool) -> Need<()> {
        let mut input = ends.input.clone();
        for (place, command) in pipeline.commands.iter().enumerate() {
            let is_last = place + 1 == pipeline.commands.len();
            let next = (!is_last).then(|| self.pipe());
            // Looking ahead for each of many would take long.
            let simple = command.simple.as_ref();
            let asks = simple.is_some_and(Simple::has_substitutions);
            let of_command = Ends {
                input: std::mem::replace(&mut input, In::Empty),
                output: next.map_or(ends.output, Out::Pipe),
                error: ends.error,
                is_shared: ends.is_shared && place == 0,
                descriptor: ends.descriptor,
                takes_all: asks && ends.takes_all && take_all(&pipeline.commands[place + 1..]),
            };
            if is_whole {
                self.element = command.span.start;
            }
            self.command(command, &of_command)?;
            input = next.map_or(In::Empty, In::Pipe);
        }
        Ok(())
    }

    fn command(&mut self, command: &Command, ends: &Ends) -> Need<()> {
        if self.stages.len() >= MOST_STAGES {
            return Err(Shell);
        }
        let is_left = self.reading.for_the_shell.contains(&self.element);
        if let Some(simple) = &command.simple
            && !is_left
        {
            // Files and substitutions lay stages before it is known that the command can be one.
            let lays_more = simple.has_substitutions() || !simple.redirections.is_empty();
            let before = lays_more.then(|| self.clone());
            match (self.simple(command, simple, ends), before) {
                (Ok(()), _) => return Ok(()),
                (Err(Shell), Some(before)) => *self = before,
                (Err(Shell), None) => {}
            }
        }
        if command
            .simple
            .as_ref()
            .is_some_and(Simple::shows_environment)
        {
            // What bash has changed in it depends on how it was started.
            return Err(Shell);
        }
        let mut text = self.text[command.span.clone()].to_vec();
        if command.joins_stderr {
            // What `|&` joins is joined behind the command's own redirections.
            text.extend_from_slice(b" 2>&1");
        }
        for document in &self.script.documents[command.documents.clone()] {
            if document.body.start >= command.span.end {
                if !text.ends_with(b"\n") {
                    text.push(b'\n');
                }
                text.extend_from_slice(&self.text[document.body.start..document.end]);
            }
        }
        let shows = |name: &[u8]| text.windows(name.len()).any(|part| part == name);
        if SHOWING.iter().any(|name| shows(name)) {
            return Err(Shell);
        }
        self.shell_stage(&text, command.span.clone(), ends)
    }

    fn shell_stage(&mut self, text: &[u8], span: Range<usize>, ends: &Ends) -> Need<()> {
        let substitutes = |pair: &[u8]| matches!(pair, b"<(" | b">(");
        if ends.descriptor != LAST_EXTRA_INPUT && text.windows(2).any(substitutes) {
            // A bash of its own would begin at the highest number once more.
            return Err(Shell);
        }
        let mut stage = Stage::shell(&self.names.free(b"shell"), "");
        if let StageKind::Shell(shell) = &mut stage.kind {
            shell.text = as_written(text, self.reading);
        }
        self.process(stage, span, ends, true)?;
        Ok(())
    }

    /// Adds a stage that starts a process, and joins it to its ends.
    pub(super) fn process(
        &mut self,
        mut stage: Stage,
        span: Range<usize>,
        ends: &Ends,
        may_read: bool,
    ) -> Need<StageId> {
        // A stage is laid whole or not at all: what needs a shell is found out before anything is joined.
        let is_joined = ends.output == ends.error && ends.output != Out::Error;
        if !is_joined && (ends.output == Out::Error || ends.error == Out::Output) {
            return Err(Shell);
        }
        for out in [ends.output, ends.error] {
            if matches!(out, Out::File(_) | Out::Null(_) | Out::Commands(_)) {
                return Err(Shell);
            }
        }
        let id = stage.id.clone();
        match &ends.input {
            In::Input => {
                if may_read {
                    self.readers.push(id.clone());
                }
            }
            In::Pipe(_) if ends.is_shared && may_read => return Err(Shell),
            In::Pipe(_) if ends.is_shared => set_stdin(&mut stage, Stdin::Closed),
            In::Pipe(pipe) => self.pipes[*pipe]
                .readers
                .push(input_end(&id, InputPort::Stdin)),
            In::Empty => set_stdin(&mut stage, Stdin::Closed),
            In::File(_) | In::Text(_) | In::Commands(_) => return Err(Shell),
        }
        self.output(&id, OutputPort::Stdout, ends.output);
        if !is_joined {
            self.output(&id, OutputPort::Stderr, ends.error);
        } else if let Some(setup) = stage.setup_mut() {
            setup.stderr = Stderr::Stdout;
        }
        self.add(stage, span);
        Ok(id)
    }

    /// Joins an output to the pipe that it leads to; the run's own need nothing.
    fn output(&mut self, id: &StageId, port: OutputPort, out: Out) {
        if let Out::Pipe(pipe) = out {
            let stage = id.clone();
            self.pipes[pipe].writers.push(OutputEnd { stage, port });
        }
    }

    /// A new pipe.
    pub(super) fn pipe(&mut self) -> usize {
        self.pipes.push(Pipe::default());
        self.pipes.len() - 1
    }

    /// Joins a pipe to a further reader.
    pub(super) fn reads(&mut self, pipe: usize, stage: &StageId, port: InputPort) {
        self.pipes[pipe].readers.push(input_end(stage, port));
    }

    /// A stage that writes a file's bytes, or a text, into a pipe.
    pub(super) fn feeds(&mut self, stage: Stage, span: Range<usize>, pipe: usize) {
        self.pipes[pipe].writers.push(OutputEnd {
            stage: stage.id.clone(),
            port: OutputPort::Stdout,
        });
        self.add(stage, span);
    }

    /// A stage for a file or a text that is read.
    pub(super) fn source(&mut self, input: &In) -> Need<Stage> {
        match input {
            In::File(path) => Ok(self.file(path, Access::Read)),
            In::Text(text) => {
                let id = self.names.free(b"text");
                let text = as_written(text, self.reading);
                Ok(Stage::input(id.as_str(), Input::Text(text)))
            }
            In::Input | In::Empty | In::Pipe(_) | In::Commands(_) => Err(Shell),
        }
    }

    /// A stage for a file that is written; `/dev/null` is none.
    pub(super) fn target(&mut self, path: &[u8], access: Access) -> Stage {
        if path == b"/dev/null" {
            let id = self.names.free(b"null");
            return Stage::new(id.as_str(), StageKind::Discard);
        }
        self.file(path, access)
    }

    fn file(&mut self, path: &[u8], access: Access) -> Stage {
        let mut stage = Stage::file(&self.names.free(path), "", access);
        if let StageKind::File(file) = &mut stage.kind {
            file.path = as_written(path, self.reading);
        }
        stage
    }

    /// A name for a program's stage.
    pub(super) fn name(&mut self, program: &[u8]) -> String {
        self.names.free(program)
    }

    /// Adds a stage.
    pub(super) fn add(&mut self, stage: Stage, span: Range<usize>) {
        self.origins.push(Origin {
            stage: stage.id.clone(),
            element: self.element,
            text: span,
        });
        self.stages.push(stage);
    }

    /// The chain.
    ///
    /// # Errors
    /// [`Shell`] where something is left over that no chain can say.
    pub(super) fn finish(mut self) -> Need<Imported> {
        let mut wires: Vec<Wire> = Vec::new();
        let mut shared: Vec<InputEnd> = Vec::new();
        let place: BTreeMap<StageId, usize> = self
            .stages
            .iter()
            .enumerate()
            .map(|(place, stage)| (stage.id.clone(), place))
            .collect();
        let count = |pipe: &Pipe| pipe.writers.len().saturating_mul(pipe.readers.len());
        let total = self.pipes.iter().map(count).fold(0, usize::saturating_add);
        if total > MOST_WIRES {
            return Err(Shell);
        }
        for pipe in &self.pipes {
            if pipe.readers.is_empty() && !pipe.writers.is_empty() {
                // The writers would hear that nobody reads.
                return Err(Shell);
            }
            for reader in &pipe.readers {
                if pipe.writers.is_empty() {
                    let stage = &mut self.stages[place[&reader.stage]];
                    match reader.port {
                        InputPort::Stdin => set_stdin(stage, Stdin::Closed),
                        InputPort::Extra(_) => return Err(Shell),
                    }
                }
                if pipe.writers.len() > 1 {
                    shared.push(reader.clone());
                }
                for writer in &pipe.writers {
                    let id = format!("w{}", wires.len() + 1);
                    let from = (writer.stage.clone(), writer.port);
                    let to = (reader.stage.clone(), reader.port);
                    wires.push(Wire::between(id.as_str(), from, to));
                }
            }
        }
        for reader in &shared {
            let stage = &mut self.stages[place[&reader.stage]];
            if matches!(stage.kind, StageKind::Discard | StageKind::File(_)) {
                return Err(Shell);
            }
            stage.fan_in.insert(reader.port, FanIn::Shared);
        }
        self.give_stdin()?;
        let mut chain = Chain::new("");
        chain.stages = self.stages;
        chain.wires = wires;
        files_themselves(&mut chain, &shared);
        Ok(Imported {
            chain,
            origins: self.origins,
        })
    }

    /// The run's standard input goes to the first stage that has a free one, so others before the one that may
    /// read it get none. Two that may read it would share it.
    fn give_stdin(&mut self) -> Need<()> {
        match &self.readers[..] {
            [] => Ok(()),
            [reader] => {
                let before = self
                    .stages
                    .iter_mut()
                    .take_while(|stage| stage.id != *reader);
                let wired: Vec<&StageId> = self
                    .pipes
                    .iter()
                    .filter(|pipe| !pipe.writers.is_empty())
                    .flat_map(|pipe| &pipe.readers)
                    .filter(|end| end.port == InputPort::Stdin)
                    .map(|end| &end.stage)
                    .collect();
                for stage in before.filter(|stage| !wired.contains(&&stage.id)) {
                    set_stdin(stage, Stdin::Closed);
                }
                Ok(())
            }
            _ => Err(Shell),
        }
    }
}

/// Between a file and a process no relay stands: a program can tell a file from a pipe. What several write
/// into goes without a relay too, as bash has it.
fn files_themselves(chain: &mut Chain, shared: &[InputEnd]) {
    for place in 0..chain.wires.len() {
        let wire = &chain.wires[place];
        let is_file = |id: &StageId| {
            let stage = chain.stage(id);
            stage.is_some_and(|stage| matches!(stage.kind, StageKind::File(_) | StageKind::Discard))
        };
        let wanted = is_file(&wire.from.stage)
            || is_file(&wire.to.stage)
            || !shared.is_empty() && shared.contains(&wire.to);
        if wanted && why_not_direct(chain, wire).is_none() {
            chain.wires[place].mode = WireMode::Direct;
        }
    }
}

fn input_end(stage: &StageId, port: InputPort) -> InputEnd {
    InputEnd {
        stage: stage.clone(),
        port,
    }
}

fn set_stdin(stage: &mut Stage, stdin: Stdin) {
    if let Some(setup) = stage.setup_mut() {
        setup.stdin = stdin;
    }
}
