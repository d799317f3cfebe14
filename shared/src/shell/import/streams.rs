//! Redirections, taken from left to right as bash takes them: where a command's descriptors lead in the end.

use std::ops::Range;

use super::super::grammar::{Redirection, RedirectionKind, Script};
use super::laying::{Need, Shell};
use crate::chain::{Access, FIRST_EXTRA_INPUT, LAST_EXTRA_INPUT};

/// Where an output leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Out {
    /// The run's standard output.
    Output,
    /// The run's standard error.
    Error,
    /// This pipe.
    Pipe(usize),
    /// The file that was opened with this number.
    File(usize),
    /// Nowhere (`/dev/null`), opened with this number.
    Null(usize),
    /// The commands of this process substitution.
    Commands(usize),
}

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum In {
    /// The run's standard input.
    Input,
    /// It ends at once.
    Empty,
    /// This pipe.
    Pipe(usize),
    /// A file.
    File(Vec<u8>),
    /// A text that the chain holds.
    Text(Vec<u8>),
    /// The commands of this process substitution.
    Commands(usize),
}

/// What a command's descriptors are.
#[derive(Clone, Debug)]
pub(super) struct Streams {
    pub(super) input: In,
    /// The redirection that it comes from; empty without one.
    pub(super) input_at: Range<usize>,
    pub(super) output: Out,
    pub(super) error: Out,
    /// Inputs above 2, with their redirections.
    pub(super) extra: Vec<(u8, In, Range<usize>)>,
    /// The files that are opened to be written, with their redirections.
    pub(super) files: Vec<(Vec<u8>, Access, Range<usize>)>,
    /// The process substitutions that redirections lead to, and where the outputs of their commands lead:
    /// wherever those of the command led when bash came to them.
    pub(super) commands: Vec<Commands>,
    /// The descriptor that bash takes for the first of those.
    pub(super) descriptor: u8,
    /// The redirection that is taken.
    at: Range<usize>,
}

/// A process substitution as the target of a redirection.
#[derive(Clone, Debug)]
pub(super) struct Commands {
    /// Which redirection it is.
    pub(super) redirection: usize,
    pub(super) output: Out,
    pub(super) error: Out,
}

impl Streams {
    /// What descriptors are before any redirection.
    pub(super) fn new(input: In, output: Out, error: Out) -> Self {
        Self {
            input,
            input_at: 0..0,
            output,
            error,
            extra: Vec::new(),
            files: Vec::new(),
            commands: Vec::new(),
            descriptor: LAST_EXTRA_INPUT,
            at: 0..0,
        }
    }

    /// Takes one redirection.
    ///
    /// # Errors
    /// [`Shell`] where the model cannot say it.
    pub(super) fn redirect(
        &mut self,
        place: usize,
        redirection: &Redirection,
        script: &Script,
    ) -> Need<()> {
        use RedirectionKind as Kind;
        let from = redirection.descriptor;
        self.at = redirection.span.clone();
        match redirection.kind {
            Kind::Read => {
                if let Some(path) = redirection.target.literal() {
                    let input = self.file_input(path)?;
                    self.set_input(from, input)
                } else if redirection.target.is_read_substitution() {
                    let commands = self.commands(place);
                    self.set_input(from, In::Commands(commands))
                } else {
                    Err(Shell)
                }
            }
            Kind::HereString => {
                let mut text = redirection.target.literal().ok_or(Shell)?;
                text.push(b'\n');
                self.set_input(from, In::Text(text))
            }
            Kind::HereDocument(number) => {
                let document = script.documents.get(number).ok_or(Shell)?;
                let text = document.content.clone().ok_or(Shell)?;
                self.set_input(from, In::Text(text))
            }
            Kind::Write | Kind::Append => {
                let out = if let Some(path) = redirection.target.literal() {
                    let access = match redirection.kind {
                        Kind::Write => Access::Write,
                        _ => Access::Append,
                    };
                    self.file_output(path, access)?
                } else if redirection.target.is_write_substitution()
                    && redirection.kind == Kind::Write
                {
                    Out::Commands(self.commands(place))
                } else {
                    return Err(Shell);
                };
                self.set_output(from.unwrap_or(1), out)
            }
            Kind::WriteBoth | Kind::AppendBoth => {
                let path = redirection.target.literal().ok_or(Shell)?;
                let access = match redirection.kind {
                    Kind::WriteBoth => Access::Write,
                    _ => Access::Append,
                };
                let out = self.file_output(path, access)?;
                self.set_output(1, out)?;
                self.set_output(2, out)
            }
            Kind::CopyOutput => match (&redirection.target.literal().ok_or(Shell)?[..], from) {
                (b"1", Some(2)) => self.set_output(2, self.output),
                (b"2", None | Some(1)) => self.set_output(1, self.error),
                (b"1", None | Some(1)) | (b"2", Some(2)) => Ok(()),
                // `>&file` is `&>file`, unless the word looks like a descriptor.
                (path, None)
                    if !path.is_empty() && !path[0].is_ascii_digit() && path[0] != b'-' =>
                {
                    let out = self.file_output(path.to_vec(), Access::Write)?;
                    self.set_output(1, out)?;
                    self.set_output(2, out)
                }
                _ => Err(Shell),
            },
            Kind::ReadWrite | Kind::CopyInput => Err(Shell),
        }
    }

    /// Joins standard error to standard output, as `|&` does after all redirections.
    pub(super) fn join_error(&mut self) {
        self.error = self.output;
    }

    fn commands(&mut self, redirection: usize) -> usize {
        self.commands.push(Commands {
            redirection,
            output: self.output,
            error: self.error,
        });
        self.commands.len() - 1
    }

    fn file_input(&self, path: Vec<u8>) -> Need<In> {
        if path == b"/dev/null" {
            return Ok(In::Empty);
        }
        is_ordinary(&path).then_some(In::File(path)).ok_or(Shell)
    }

    fn file_output(&mut self, path: Vec<u8>, access: Access) -> Need<Out> {
        if !is_ordinary(&path) {
            return Err(Shell);
        }
        let is_null = path == b"/dev/null";
        self.files.push((path, access, self.at.clone()));
        let number = self.files.len() - 1;
        Ok(if is_null {
            Out::Null(number)
        } else {
            Out::File(number)
        })
    }

    fn set_input(&mut self, descriptor: Option<u8>, input: In) -> Need<()> {
        match descriptor.unwrap_or(0) {
            // What it led to before was opened too, and whoever writes there hears of its end.
            0 if matches!(self.input, In::Input) => {
                self.input = input;
                self.input_at = self.at.clone();
                Ok(())
            }
            number @ FIRST_EXTRA_INPUT..=LAST_EXTRA_INPUT
                if self.extra.iter().all(|(taken, ..)| *taken != number) && input != In::Empty =>
            {
                self.extra.push((number, input, self.at.clone()));
                Ok(())
            }
            _ => Err(Shell),
        }
    }

    fn set_output(&mut self, descriptor: u8, out: Out) -> Need<()> {
        match descriptor {
            1 => self.output = out,
            2 => self.error = out,
            _ => return Err(Shell),
        }
        Ok(())
    }

    /// Whether all that was opened is used: what is opened and left has effects that a chain cannot say.
    pub(super) fn uses_all(&self) -> bool {
        let leads = |wanted: Out| self.output == wanted || self.error == wanted;
        let files = (0..self.files.len()).all(|file| leads(Out::File(file)) || self.is_null(file));
        let commands = (0..self.commands.len()).all(|number| {
            leads(Out::Commands(number))
                || self.input == In::Commands(number)
                || self
                    .extra
                    .iter()
                    .any(|(_, input, _)| *input == In::Commands(number))
        });
        files && commands
    }

    fn is_null(&self, file: usize) -> bool {
        self.files[file].0 == b"/dev/null"
    }
}

/// Paths to which bash or the system gives no meaning of their own, and that name something.
fn is_ordinary(path: &[u8]) -> bool {
    const DEVICES: [&[u8]; 5] = [
        b"/dev/null",
        b"/dev/zero",
        b"/dev/full",
        b"/dev/random",
        b"/dev/urandom",
    ];
    !path.is_empty()
        && (!path.starts_with(b"/dev/") && !path.starts_with(b"/proc/") || DEVICES.contains(&path))
}
