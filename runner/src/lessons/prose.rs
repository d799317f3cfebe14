//! Markdown's blocks and words as a tree, without what a lesson must not have: HTML, pictures, other schemes.

use std::iter::Peekable;
use std::ops::Range;

use pipeyard_shared::lesson::{Inline, Prose};
use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Options, Parser, Tag, TagEnd};

use super::fault::{Fault, Lines};

/// How deep lists and quotes may lie in each other.
const DEPTH: usize = 8;

/// The events of a file with their places.
pub(super) struct Events<'a> {
    events: Peekable<OffsetIter<'a>>,
    lines: Lines<'a>,
    last: Range<usize>,
    /// What has begun and not ended.
    open: usize,
}

impl<'a> Events<'a> {
    pub(super) fn new(events: OffsetIter<'a>, lines: Lines<'a>) -> Self {
        Self {
            events: events.peekable(),
            lines,
            last: 0..0,
            open: 0,
        }
    }

    /// The next one.
    pub(super) fn next(&mut self) -> Option<Event<'a>> {
        let (event, place) = self.events.next()?;
        self.last = place;
        match &event {
            Event::Start(_) => self.open += 1,
            Event::End(_) => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        Some(event)
    }

    /// Leaves out what is left of a block in which something is wrong.
    pub(super) fn skip(&mut self) {
        while self.open > 0 && self.next().is_some() {}
    }

    /// The line of the last one.
    pub(super) fn line(&self) -> usize {
        self.lines.at(self.last.start)
    }

    fn fault(&self, what: impl Into<String>) -> Fault {
        Fault::new(self.line(), what)
    }

    /// The words up to the end of what has just begun.
    pub(super) fn words(&mut self) -> Result<Vec<Inline>, Fault> {
        self.words_within(0)
    }

    fn words_within(&mut self, depth: usize) -> Result<Vec<Inline>, Fault> {
        if depth > DEPTH {
            return Err(self.fault("this is too deep within other things"));
        }
        let mut words = Vec::new();
        while let Some(event) = self.next() {
            match event {
                Event::End(_) => return Ok(words),
                Event::Text(text) => push_text(&mut words, &text),
                Event::SoftBreak => push_text(&mut words, " "),
                Event::HardBreak => words.push(Inline::Break),
                Event::Code(code) => words.push(Inline::Code(code.into_string())),
                Event::Start(Tag::Emphasis) => {
                    words.push(Inline::Emphasis(self.words_within(depth + 1)?));
                }
                Event::Start(Tag::Strong) => {
                    words.push(Inline::Strong(self.words_within(depth + 1)?));
                }
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let fault = self.fault(format!(
                        "`{dest_url}` leads nowhere from here: write `lesson:NAME`, or an address with http:// or https://"
                    ));
                    let inner = self.words_within(depth + 1)?;
                    words.push(link(&dest_url, inner).ok_or(fault)?);
                }
                _ => return Err(self.refused()),
            }
        }
        Ok(words)
    }

    /// The block that has just begun.
    pub(super) fn block(&mut self, tag: Tag<'a>) -> Result<Prose, Fault> {
        self.block_within(tag, 0)
    }

    fn block_within(&mut self, tag: Tag<'a>, depth: usize) -> Result<Prose, Fault> {
        if depth > DEPTH {
            return Err(self.fault("this is too deep within other things"));
        }
        match tag {
            Tag::Paragraph => Ok(Prose::Paragraph(self.words()?)),
            Tag::Heading { .. } => Ok(Prose::Heading(self.words()?)),
            Tag::CodeBlock(_) => Ok(Prose::Code(self.verbatim())),
            Tag::BlockQuote(_) => Ok(Prose::Quote(self.blocks(depth + 1)?)),
            Tag::List(start) => {
                let mut items = Vec::new();
                while let Some(event) = self.next() {
                    match event {
                        Event::Start(Tag::Item) => items.push(self.blocks(depth + 1)?),
                        _ => break,
                    }
                }
                Ok(Prose::List { start, items })
            }
            Tag::Table(_) => {
                let mut rows = Vec::new();
                while let Some(event) = self.next() {
                    match event {
                        Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(self.row()?),
                        _ => break,
                    }
                }
                Ok(Prose::Table(rows))
            }
            _ => Err(self.refused()),
        }
    }

    fn row(&mut self) -> Result<Vec<Vec<Inline>>, Fault> {
        let mut cells = Vec::new();
        while let Some(Event::Start(Tag::TableCell)) = self.next() {
            cells.push(self.words()?);
        }
        Ok(cells)
    }

    /// The blocks up to the end of what has just begun. In a tight list words stand without a paragraph.
    fn blocks(&mut self, depth: usize) -> Result<Vec<Prose>, Fault> {
        let mut blocks = Vec::new();
        let mut loose: Vec<Inline> = Vec::new();
        loop {
            let begins_block = match self.events.peek() {
                None => break,
                Some((Event::End(_), _)) => break,
                Some((Event::Start(tag), _)) => {
                    !matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Link { .. })
                }
                Some(_) => false,
            };
            if begins_block {
                if !loose.is_empty() {
                    blocks.push(Prose::Paragraph(std::mem::take(&mut loose)));
                }
                if let Some(Event::Start(tag)) = self.next() {
                    blocks.push(self.block_within(tag, depth)?);
                }
            } else {
                self.loose_word(&mut loose, depth)?;
            }
        }
        self.next();
        if !loose.is_empty() {
            blocks.push(Prose::Paragraph(loose));
        }
        Ok(blocks)
    }

    fn loose_word(&mut self, words: &mut Vec<Inline>, depth: usize) -> Result<(), Fault> {
        match self.next() {
            Some(Event::Text(text)) => push_text(words, &text),
            Some(Event::SoftBreak) => push_text(words, " "),
            Some(Event::HardBreak) => words.push(Inline::Break),
            Some(Event::Code(code)) => words.push(Inline::Code(code.into_string())),
            Some(Event::Start(Tag::Emphasis)) => {
                words.push(Inline::Emphasis(self.words_within(depth + 1)?));
            }
            Some(Event::Start(Tag::Strong)) => {
                words.push(Inline::Strong(self.words_within(depth + 1)?));
            }
            Some(Event::Start(Tag::Link { dest_url, .. })) => {
                let fault = self.fault(format!("`{dest_url}` leads nowhere from here"));
                let inner = self.words_within(depth + 1)?;
                words.push(link(&dest_url, inner).ok_or(fault)?);
            }
            _ => return Err(self.refused()),
        }
        Ok(())
    }

    /// The text up to the end of the block that has just begun.
    pub(super) fn verbatim(&mut self) -> String {
        let mut text = String::new();
        while let Some(event) = self.next() {
            match event {
                Event::Text(part) => text += &part,
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        text
    }

    /// Why the last event cannot be shown.
    pub(super) fn refused(&self) -> Fault {
        self.fault(
            "this cannot be shown in a lesson: HTML, pictures and footnotes have no place in one",
        )
    }
}

/// Words that stand by themselves, as in a question: `code`, *stress* and links, but no lists or headings. What is several
/// paragraphs is several lines.
///
/// # Errors
/// A sentence about what cannot be shown there.
pub(super) fn sentence(text: &str) -> Result<Vec<Inline>, String> {
    let parser = Parser::new_ext(text, Options::empty());
    let mut events = Events::new(parser.into_offset_iter(), Lines::new(text, 0));
    let mut words = Vec::new();
    while let Some(event) = events.next() {
        let Event::Start(Tag::Paragraph) = event else {
            return Err(
                "only words, `code`, *stress* and links can be shown here; a sign that begins a list, a heading or a \
                 quote is meant as it stands with `\\` before it"
                    .to_owned(),
            );
        };
        if !words.is_empty() {
            words.push(Inline::Break);
        }
        words.extend(events.words().map_err(|fault| fault.what)?);
    }
    Ok(words)
}

/// The word and the rest that stand behind the fence of a block.
pub(super) fn info<'a>(kind: &'a CodeBlockKind<'_>) -> (&'a str, &'a str) {
    match kind {
        CodeBlockKind::Indented => ("", ""),
        CodeBlockKind::Fenced(info) => {
            let info = info.trim();
            info.split_once(char::is_whitespace).unwrap_or((info, ""))
        }
    }
}

fn push_text(words: &mut Vec<Inline>, text: &str) {
    if let Some(Inline::Text(last)) = words.last_mut() {
        last.push_str(text);
    } else {
        words.push(Inline::Text(text.to_owned()));
    }
}

fn link(address: &str, words: Vec<Inline>) -> Option<Inline> {
    if let Some(name) = address.strip_prefix("lesson:") {
        let name = name.to_owned();
        return Some(Inline::Lesson { name, words });
    }
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    let address = address.to_owned();
    is_web.then_some(Inline::Link { address, words })
}
