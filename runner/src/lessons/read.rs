//! A lesson's file as a lesson.

use pipeyard_shared::lesson::{Inline, Lesson, Part, Prose, Step};
use pipeyard_shared::words::Language;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};

use super::fault::{Fault, Lines};
use super::prose::{Events, info};
use super::{blocks, front};

/// The most bytes of a lesson's file.
pub const LESSON_BYTES: usize = 256 << 10;
/// The most steps of a lesson.
const MOST_STEPS: usize = 100;
/// The words of the fenced blocks that do something.
const WORDS: [&str; 3] = ["chain", "predict", "exercise"];
/// One letter of so many may be wrong, missing, too many or changed about in a word that is meant to be one of those: `plain` is
/// no `chain`.
const LETTERS_A_SLIP: usize = 3;
/// The most faults that are told of one file.
const MOST_FAULTS: usize = 50;

/// A lesson, and where its parts stand in its file.
#[derive(Clone, Debug)]
pub struct Written {
    /// The lesson.
    pub lesson: Lesson,
    /// The line of each part of each step, from 1.
    lines: Vec<Vec<usize>>,
}

impl Written {
    /// All parts of all steps with their lines.
    pub fn parts(&self) -> impl Iterator<Item = (&Part, usize)> {
        let steps = self.lesson.steps.iter().zip(&self.lines);
        steps.flat_map(|(step, lines)| step.parts.iter().zip(lines.iter().copied()))
    }
}

/// Reads a lesson's file, of which the name and the language stand in its own name.
///
/// # Errors
/// Everything that is wrong with it; at least one thing.
pub fn read_bytes(name: &str, language: Language, bytes: &[u8]) -> Result<Written, Vec<Fault>> {
    if bytes.len() > LESSON_BYTES {
        let what = format!(
            "a lesson has at most {LESSON_BYTES} bytes (`lesson-bytes`), and this has more"
        );
        return Err(vec![Fault::of_file(what)]);
    }
    let text = std::str::from_utf8(bytes);
    let text = text.map_err(|_| vec![Fault::of_file("it is no UTF-8 text")])?;
    // Some editors begin a file with a mark that is no part of it.
    read(
        name,
        language,
        text.strip_prefix('\u{feff}').unwrap_or(text),
    )
}

/// Reads a lesson's text, of which the name and the language stand in its own name.
///
/// # Errors
/// Everything that is wrong with it, each with its line; at least one thing.
fn read(name: &str, language: Language, text: &str) -> Result<Written, Vec<Fault>> {
    // Files from elsewhere may end their lines by two characters.
    let text = text.replace("\r\n", "\n");
    let (front, body, before) = front::split(&text).map_err(|fault| vec![fault])?;
    let parser = Parser::new_ext(body, Options::ENABLE_TABLES);
    let mut reading = Reading {
        opening: Vec::new(),
        steps: Vec::new(),
        lines: Vec::new(),
        faults: Vec::new(),
    };
    reading.body(Events::new(
        parser.into_offset_iter(),
        Lines::new(body, before),
    ));
    if reading.steps.is_empty() && reading.faults.is_empty() {
        let what = "a lesson has steps: begin each with a line `## Its title`";
        reading.faults.push(Fault::new(before + 1, what));
    }
    if !reading.faults.is_empty() {
        reading.faults.truncate(MOST_FAULTS);
        return Err(reading.faults);
    }
    let lesson = Lesson {
        name: name.to_owned(),
        language,
        title: front.title,
        order: front.order,
        minutes: front.minutes,
        summary: front.summary,
        words: front.words,
        opening: reading.opening,
        steps: reading.steps,
    };
    let lines = reading.lines;
    Ok(Written { lesson, lines })
}

struct Reading {
    opening: Vec<Prose>,
    steps: Vec<Step>,
    lines: Vec<Vec<usize>>,
    faults: Vec<Fault>,
}

impl Reading {
    fn body(&mut self, mut events: Events<'_>) {
        while let Some(event) = events.next() {
            let line = events.line();
            let done = match event {
                Event::Start(Tag::Heading {
                    level: HeadingLevel::H1,
                    ..
                }) => {
                    let what = "the lesson's title stands at the top; a step begins with `## `";
                    events.words().and(Err(Fault::new(line, what)))
                }
                Event::Start(Tag::Heading {
                    level: HeadingLevel::H2,
                    ..
                }) => self.step(&mut events, line),
                Event::Start(Tag::CodeBlock(kind)) => {
                    let text = events.verbatim();
                    let (word, rest) = info(&kind);
                    self.fenced(word, rest, text, line)
                }
                Event::Start(tag) => {
                    let prose = events.block(tag);
                    prose.and_then(|prose| self.add(Part::Prose(prose), line))
                }
                Event::Rule => Ok(()),
                _ => Err(events.refused()),
            };
            if let Err(fault) = done {
                self.faults.push(fault);
                events.skip();
            }
        }
    }

    fn step(&mut self, events: &mut Events<'_>, line: usize) -> Result<(), Fault> {
        let title = Inline::plain(&events.words()?);
        if self.steps.len() >= MOST_STEPS {
            let what = format!("a lesson has at most {MOST_STEPS} steps");
            return Err(Fault::new(line, what));
        }
        self.steps.push(Step {
            title,
            parts: Vec::new(),
        });
        self.lines.push(Vec::new());
        Ok(())
    }

    fn fenced(&mut self, word: &str, rest: &str, text: String, line: usize) -> Result<(), Fault> {
        let part = match word {
            "chain" => Part::Chain(blocks::chain(rest, &text, line)?),
            "predict" => Part::Question(blocks::question(&text, line)?),
            "exercise" => Part::Exercise(Box::new(blocks::exercise(&text, line)?)),
            _ => match meant(word) {
                Some(meant) => {
                    let what = format!("there is no block `{word}`: is `{meant}` meant?");
                    return Err(Fault::new(line, what));
                }
                None => Part::Prose(Prose::Code(text)),
            },
        };
        self.add(part, line)
    }

    fn add(&mut self, part: Part, line: usize) -> Result<(), Fault> {
        match (self.steps.last_mut(), part) {
            (Some(step), part) => {
                step.parts.push(part);
                self.lines
                    .last_mut()
                    .into_iter()
                    .for_each(|lines| lines.push(line));
            }
            (None, Part::Prose(prose)) => self.opening.push(prose),
            (None, _) => {
                let what = "this stands before the first step: begin one with `## ` above it";
                return Err(Fault::new(line, what));
            }
        }
        Ok(())
    }
}

/// The word that a misspelt one is meant to be. Without this, a block with a slip in its word would be shown as it stands.
fn meant(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let far = |known: &str| strsim::damerau_levenshtein(known, &word);
    WORDS
        .into_iter()
        .find(|known| far(known) <= known.len() / LETTERS_A_SLIP)
}

#[cfg(test)]
mod tests;
