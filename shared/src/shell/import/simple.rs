//! A simple command as stages.

use super::builtin;
use super::known;
use super::laying::{Ends, Laying, Need, Shell};
use super::streams::{In, Out, Streams};
use super::taking::list_takes_all;
use crate::chain::{FIRST_EXTRA_INPUT, InputPort, Stage, StageKind, Variable};
use crate::shell::grammar::{Command, List, Piece, Simple, Word};
use crate::text::Text;

/// What stands for the path of a process substitution among a command's words.
const PATH: &[u8] = b"<()";

/// A process substitution among a command's words.
#[derive(Clone, Copy)]
struct Substitution<'a> {
    /// The descriptor behind the path that bash puts in its place.
    number: u8,
    list: &'a List,
    span: &'a std::ops::Range<usize>,
}

/// A command's words as a process is given them.
#[derive(Default)]
struct Words<'a> {
    /// As bytes, with [`PATH`] for paths of substitutions.
    plain: Vec<Vec<u8>>,
    texts: Vec<Text>,
    reads: Vec<Substitution<'a>>,
    writes: Vec<Substitution<'a>>,
    /// The descriptor of the next one.
    next: u8,
}

impl Laying<'_> {
    /// Lays a simple command as a process stage with what belongs to it.
    ///
    /// # Errors
    /// [`Shell`] where only bash can do it; what was laid until then is to be taken back.
    pub(super) fn simple(&mut self, command: &Command, simple: &Simple, ends: &Ends) -> Need<()> {
        let environment = self.environment(simple)?;
        let before = match &ends.input {
            // A redirection of an input that is a pipe would leave its writer without a reader.
            In::Pipe(_) | In::Empty => ends.input.clone(),
            _ => In::Input,
        };
        let mut streams = Streams::new(before.clone(), ends.output, ends.error);
        for (place, redirection) in simple.redirections.iter().enumerate() {
            streams.redirect(place, redirection, self.script)?;
        }
        if command.joins_stderr {
            streams.join_error();
        }
        if !streams.uses_all() {
            return Err(Shell);
        }
        let taken: Vec<u8> = streams.extra.iter().map(|(number, ..)| *number).collect();
        let words = self.words(simple, &taken, ends.descriptor)?;
        streams.descriptor = words.next;
        if !builtin::is_program(&words.plain) {
            return Err(Shell);
        }
        let substitutes = !words.reads.is_empty() || !words.writes.is_empty();
        if (substitutes || !streams.commands.is_empty()) && self.reading.pipefail {
            // Bash counts them in no status.
            return Err(Shell);
        }
        let span = &command.span;
        let within = Ends {
            is_shared: true,
            ..ends.clone()
        };
        let mut extra = Vec::new();
        for substitution in &words.reads {
            let pipe = self.pipe();
            let inner = Ends {
                output: Out::Pipe(pipe),
                descriptor: substitution.number,
                takes_all: false,
                ..within.clone()
            };
            self.list(substitution.list, substitution.span, &inner)?;
            extra.push((substitution.number, pipe));
        }
        let input = self.input(&streams, simple, &within)?;
        for (number, source, at) in &streams.extra {
            let pipe = self.source_pipe(source, &streams, simple, &within, at)?;
            extra.push((*number, pipe));
        }
        let copies = self.copies(&words, &input, ends, &streams)?;
        for (substitution, pipe) in words.writes.iter().zip(copies) {
            let inner = Ends {
                input: In::Pipe(pipe),
                is_shared: false,
                descriptor: substitution.number,
                takes_all: true,
                ..ends.clone()
            };
            self.list(substitution.list, substitution.span, &inner)?;
        }
        let mut outputs = Vec::new();
        let (output, error) = (streams.output, streams.error);
        let mut leads = |laying: &mut Self, out: Out| -> Need<Out> {
            match out {
                Out::File(number) | Out::Null(number) => {
                    let pipe = laying.pipe();
                    outputs.push((number, pipe));
                    Ok(Out::Pipe(pipe))
                }
                Out::Commands(number) => {
                    let pipe = laying.pipe();
                    laying.commands(&streams, simple, number, In::Pipe(pipe), None, false)?;
                    Ok(Out::Pipe(pipe))
                }
                out => Ok(out),
            }
        };
        let is_same = output == error;
        let output = leads(self, output)?;
        let error = if is_same { output } else { leads(self, error)? };
        let may_read = known::may_read_stdin(&words.plain);
        let stage = self.stage(words.texts, environment);
        let own = Ends {
            input,
            output,
            error,
            is_shared: ends.is_shared && streams.input == before,
            descriptor: ends.descriptor,
            takes_all: ends.takes_all,
        };
        let id = self.process(stage, span.clone(), &own, may_read)?;
        for (number, pipe) in extra {
            self.reads(pipe, &id, InputPort::Extra(number));
        }
        for (number, pipe) in outputs {
            let (path, access, at) = &streams.files[number];
            let target = self.target(path, *access);
            self.reads(pipe, &target.id.clone(), InputPort::Stdin);
            self.add(target, at.clone());
        }
        Ok(())
    }

    fn environment(&self, simple: &Simple) -> Need<Vec<Variable>> {
        let mut environment = Vec::new();
        for word in &simple.assignments {
            let whole = word.literal().ok_or(Shell)?;
            let value = word.assigns().ok_or(Shell)?;
            let name = &whole[..value - 1];
            let is_name = name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
            if !is_name || !builtin::is_ordinary_variable(name) {
                return Err(Shell);
            }
            let value = super::as_written(&whole[value..], self.reading);
            environment.push(Variable::set(Text::from_bytes(name), value));
        }
        Ok(environment)
    }

    /// The words, with process substitutions numbered as bash numbers them: from the highest free descriptor
    /// downwards, so that whoever shows the path of one shows the same.
    fn words<'w>(&self, simple: &'w Simple, taken: &[u8], highest: u8) -> Need<Words<'w>> {
        let mut words = Words::default();
        let mut numbers = (FIRST_EXTRA_INPUT..=highest).rev();
        // A redirection of the same number would take the substitution's place.
        let mut number = || {
            let next = numbers.next().filter(|number| !taken.contains(number));
            next.ok_or(Shell)
        };
        for word in &simple.words {
            if let Some(bytes) = word.literal() {
                words.texts.push(super::as_written(&bytes, self.reading));
                words.plain.push(bytes);
                continue;
            }
            match &word.pieces[..] {
                [Piece::WriteTo(list, span)] => {
                    let number = number()?;
                    words.writes.push(Substitution { number, list, span });
                }
                [Piece::ReadFrom(list, span)] => {
                    let number = number()?;
                    words.texts.push(Text::from(format!("{{fd{number}}}")));
                    words.plain.push(PATH.to_vec());
                    words.reads.push(Substitution { number, list, span });
                }
                _ => return Err(Shell),
            }
        }
        words.next = number()?;
        Ok(words)
    }

    /// The pipes by which `tee >(…)` passes its input on. They leave where its own input comes from, so that
    /// `tee` is left with its files and its output. Where one who reads them may leave before the end, it is
    /// bash's: that ends `tee`, and with it all copies.
    fn copies(
        &mut self,
        words: &Words<'_>,
        input: &In,
        ends: &Ends,
        streams: &Streams,
    ) -> Need<Vec<usize>> {
        if words.writes.is_empty() {
            return Ok(Vec::new());
        }
        let is_tee = words.plain.first().is_some_and(|name| name == b"tee");
        let mut options = words.plain.iter().filter(|word| word.starts_with(b"-"));
        let is_plain = is_tee && options.all(|option| option == b"-a");
        let stays = ends.takes_all || !matches!(streams.output, Out::Pipe(_));
        let stay = |write: &Substitution<'_>| list_takes_all(write.list);
        if !stays || !words.writes.iter().all(stay) {
            return Err(Shell);
        }
        match input {
            In::Pipe(pipe) if is_plain && !ends.is_shared => Ok(vec![*pipe; words.writes.len()]),
            _ => Err(Shell),
        }
    }

    /// Where the command's standard input comes from, once what feeds it is laid.
    fn input(&mut self, streams: &Streams, simple: &Simple, within: &Ends) -> Need<In> {
        match &streams.input {
            In::Input | In::Empty | In::Pipe(_) => Ok(streams.input.clone()),
            source => {
                let pipe = self.source_pipe(source, streams, simple, within, &streams.input_at)?;
                Ok(In::Pipe(pipe))
            }
        }
    }

    fn source_pipe(
        &mut self,
        source: &In,
        streams: &Streams,
        simple: &Simple,
        within: &Ends,
        span: &std::ops::Range<usize>,
    ) -> Need<usize> {
        let pipe = self.pipe();
        if let In::Commands(number) = source {
            let input = within.input.clone();
            self.commands(streams, simple, *number, input, Some(pipe), true)?;
        } else {
            let stage = self.source(source)?;
            self.feeds(stage, span.clone(), pipe);
        }
        Ok(pipe)
    }

    /// Lays the commands of a process substitution that a redirection leads to.
    fn commands(
        &mut self,
        streams: &Streams,
        simple: &Simple,
        number: usize,
        input: In,
        into: Option<usize>,
        is_shared: bool,
    ) -> Need<()> {
        let commands = &streams.commands[number];
        let word = &simple.redirections[commands.redirection].target;
        let [Piece::ReadFrom(list, span) | Piece::WriteTo(list, span)] = &word.pieces[..] else {
            return Err(Shell);
        };
        let known = |out| match out {
            // What the command has opened itself would be shared.
            Out::File(_) | Out::Null(_) | Out::Commands(_) => Err(Shell),
            out => Ok(out),
        };
        let inner = Ends {
            input,
            output: match into {
                Some(pipe) => Out::Pipe(pipe),
                None => known(commands.output)?,
            },
            error: known(commands.error)?,
            is_shared,
            descriptor: streams
                .descriptor
                .saturating_sub(u8::try_from(number).unwrap_or(u8::MAX)),
            takes_all: false,
        };
        self.list(list, span, &inner)
    }

    fn stage(&mut self, words: Vec<Text>, environment: Vec<Variable>) -> Stage {
        let mut words = words.into_iter();
        let program = words.next().unwrap_or_default();
        let id = self.name(program.as_bytes());
        let mut stage = Stage::process(&id, "", []);
        if let StageKind::Process(process) = &mut stage.kind {
            process.program = program;
            process.args = words.collect();
            process.setup.environment = environment;
        }
        stage
    }
}

impl Simple {
    /// Whether it is a program that prints its environment.
    pub(super) fn shows_environment(&self) -> bool {
        let name = self.words.first().and_then(Word::literal);
        name.is_some_and(|name| builtin::SHOWING.contains(&builtin::last_component(&name)))
    }

    /// Whether process substitutions stand among the words or behind redirections.
    pub(super) fn has_substitutions(&self) -> bool {
        let targets = self
            .redirections
            .iter()
            .map(|redirection| &redirection.target);
        self.words.iter().chain(targets).any(|word| {
            let mut pieces = word.pieces.iter();
            pieces.any(|piece| matches!(piece, Piece::ReadFrom(..) | Piece::WriteTo(..)))
        })
    }
}

impl Word {
    /// Whether it is `<(…)` and nothing else.
    pub(super) fn is_read_substitution(&self) -> bool {
        matches!(self.pieces[..], [Piece::ReadFrom(..)])
    }

    /// Whether it is `>(…)` and nothing else.
    pub(super) fn is_write_substitution(&self) -> bool {
        matches!(self.pieces[..], [Piece::WriteTo(..)])
    }
}
