//! Lists, pipelines and commands.

use super::{
    Command, List, Parsed, Parser, Pipeline, Redirection, RedirectionKind, Simple, SyntaxFault,
    Word,
};

/// What a list goes on to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Until {
    /// The end of the text.
    End,
    /// A `)`; whether there may be no command before it.
    Parenthesis { may_be_empty: bool },
    /// One of these reserved words.
    Words(&'static [&'static str]),
    /// `;;`, `;&`, `;;&` or `esac`.
    CaseItem,
}

/// The words that can begin no simple command, where they stand bare.
const RESERVED: [&str; 8] = ["then", "do", "done", "fi", "else", "elif", "esac", "}"];

/// The built-in commands whose arguments may be `name=(…)`.
const DECLARING: [&[u8]; 8] = [
    b"declare",
    b"typeset",
    b"local",
    b"export",
    b"readonly",
    b"alias",
    b"eval",
    b"let",
];

impl Parser<'_> {
    /// A list up to what ends it, which is left where it stands.
    pub(super) fn list(&mut self, until: Until) -> Parsed<List> {
        let mut list = List::default();
        loop {
            self.skip_lines();
            if self.list_ends(until)? {
                let may_be_empty = match until {
                    Until::End | Until::CaseItem => true,
                    Until::Parenthesis { may_be_empty } => may_be_empty,
                    Until::Words(_) => false,
                };
                if list.pipelines.is_empty() && !may_be_empty {
                    return self.fail(self.at, SyntaxFault::MissingCommand);
                }
                return Ok(list);
            }
            let pipeline = self.pipeline()?;
            list.pipelines.push(pipeline);
            self.skip_blanks();
            if self.looks_at(b"&&") || self.looks_at(b"||") {
                self.at += 2;
                list.is_joined = true;
                self.skip_lines();
                if self.list_ends(until)? {
                    return self.fail(self.at, SyntaxFault::MissingCommand);
                }
                continue;
            }
            match self.peek() {
                Some(b'&') => {
                    self.at += 1;
                    list.is_joined = true;
                }
                Some(b';') if !self.looks_at(b";;") && !self.looks_at(b";&") => self.at += 1,
                Some(b'\n') => {}
                _ if self.list_ends(until)? => {}
                _ => return self.unexpected(),
            }
        }
    }

    fn list_ends(&mut self, until: Until) -> Parsed<bool> {
        let Some(next) = self.peek() else {
            return match until {
                Until::End => Ok(true),
                Until::Parenthesis { .. } => self.fail(self.at, SyntaxFault::Ended(")")),
                Until::Words(words) => {
                    self.fail(self.at, SyntaxFault::Ended(words.first().unwrap_or(&"")))
                }
                Until::CaseItem => self.fail(self.at, SyntaxFault::Ended("esac")),
            };
        };
        Ok(match until {
            Until::End => false,
            Until::Parenthesis { .. } => next == b')',
            Until::Words(words) => words.iter().any(|word| self.looks_at_bare(word)),
            Until::CaseItem => {
                self.looks_at(b";;") || self.looks_at(b";&") || self.looks_at_bare("esac")
            }
        })
    }

    fn pipeline(&mut self) -> Parsed<Pipeline> {
        let mut pipeline = Pipeline {
            commands: Vec::new(),
            is_modified: false,
        };
        loop {
            self.skip_blanks();
            if self.take_bare("!") {
                pipeline.is_modified = true;
            } else if self.take_bare("time") {
                pipeline.is_modified = true;
                self.skip_blanks();
                let _ = self.take_bare("-p");
                self.skip_blanks();
                let _ = self.take_bare("--");
            } else {
                break;
            }
        }
        if pipeline.is_modified && matches!(self.peek(), None | Some(b'\n' | b';' | b')')) {
            // Bash takes them alone too.
            self.is_certain = false;
            return Ok(pipeline);
        }
        loop {
            let mut command = self.deeper(Self::command)?;
            self.skip_blanks();
            let joins_stderr = self.looks_at(b"|&");
            command.joins_stderr = joins_stderr;
            pipeline.commands.push(command);
            if self.looks_at(b"||") || self.peek() != Some(b'|') {
                return Ok(pipeline);
            }
            self.at += if joins_stderr { 2 } else { 1 };
            self.skip_lines();
            if self.looks_at_bare("time") || self.looks_at_bare("!") {
                self.is_certain = false;
            }
        }
    }

    fn command(&mut self) -> Parsed<Command> {
        let start = self.at;
        let first_document = self.documents.len() + self.pending.len();
        let simple = if self.compound()? {
            None
        } else {
            self.simple_or_function()?
        };
        Ok(Command {
            span: start..self.last_end,
            simple,
            joins_stderr: false,
            documents: first_document..self.documents.len() + self.pending.len(),
        })
    }

    /// Reads a compound command with its redirections, if one begins here.
    fn compound(&mut self) -> Parsed<bool> {
        let start = self.at;
        if self.looks_at(b"((") && self.take_arithmetic(2)? {
            self.is_certain = false;
        } else if self.take(b"(") {
            self.list(Until::Parenthesis {
                may_be_empty: false,
            })?;
            self.wanted(b")")?;
        } else if self.take_bare("{") {
            self.list(Until::Words(&["}"]))?;
            self.at += 1;
        } else if self.take_bare("if") {
            self.conditional()?;
        } else if self.take_bare("while") || self.take_bare("until") {
            self.list(Until::Words(&["do"]))?;
            self.body()?;
        } else if self.take_bare("for") {
            self.loop_over()?;
        } else if self.take_bare("case") {
            self.case()?;
        } else if ["select", "coproc", "function"]
            .iter()
            .any(|word| self.looks_at_bare(word))
            || self.looks_at_bare("[[")
        {
            self.is_certain = false;
            return self.fail(start, SyntaxFault::Unexpected(String::new()));
        } else if RESERVED.iter().any(|word| self.looks_at_bare(word)) {
            return self.unexpected();
        } else {
            return Ok(false);
        }
        self.last_end = self.at;
        loop {
            self.skip_blanks();
            if self.redirection()?.is_none() {
                break;
            }
        }
        Ok(true)
    }

    fn conditional(&mut self) -> Parsed<()> {
        self.list(Until::Words(&["then"]))?;
        self.at += "then".len();
        self.list(Until::Words(&["fi", "else", "elif"]))?;
        if self.take_bare("elif") {
            return self.deeper(Self::conditional);
        }
        if self.take_bare("else") {
            self.list(Until::Words(&["fi"]))?;
        }
        self.at += "fi".len();
        Ok(())
    }

    fn body(&mut self) -> Parsed<()> {
        if !self.take_bare("do") {
            return self.unexpected();
        }
        self.list(Until::Words(&["done"]))?;
        self.at += "done".len();
        Ok(())
    }

    fn loop_over(&mut self) -> Parsed<()> {
        self.skip_blanks();
        if self.looks_at(b"((") {
            self.is_certain = false;
        }
        if self.word()?.is_none() {
            return self.unexpected();
        }
        self.skip_lines();
        if self.take_bare("in") {
            loop {
                self.skip_blanks();
                if self.word()?.is_none() {
                    break;
                }
            }
            if !matches!(self.peek(), Some(b';' | b'\n')) {
                return self.unexpected();
            }
        }
        if self.peek() == Some(b';') {
            self.at += 1;
        }
        self.skip_lines();
        if self.take_bare("{") {
            self.list(Until::Words(&["}"]))?;
            self.at += 1;
            return Ok(());
        }
        self.body()
    }

    fn case(&mut self) -> Parsed<()> {
        self.skip_blanks();
        if self.word()?.is_none() {
            return self.unexpected();
        }
        self.skip_lines();
        if !self.take_bare("in") {
            return self.unexpected();
        }
        loop {
            self.skip_lines();
            if self.take_bare("esac") {
                return Ok(());
            }
            self.take(b"(");
            loop {
                self.skip_blanks();
                if self.word()?.is_none() {
                    return self.unexpected();
                }
                self.skip_blanks();
                if !self.take(b"|") {
                    break;
                }
            }
            self.wanted(b")")?;
            self.list(Until::CaseItem)?;
            let _ = self.take(b";;&") || self.take(b";;") || self.take(b";&");
        }
    }

    fn simple_or_function(&mut self) -> Parsed<Option<Simple>> {
        let start = self.at;
        let mut simple = Simple::default();
        loop {
            self.skip_blanks();
            if let Some(redirection) = self.redirection()? {
                simple.redirections.push(redirection);
                continue;
            }
            let Some(mut word) = self.word()? else { break };
            let assigns = word.assigns().is_some();
            if self.peek() == Some(b'(') && self.is_array(&word, &simple) {
                self.array()?;
                word.pieces.push(super::Piece::Dynamic);
                word.span.end = self.at;
                self.last_end = self.at;
            }
            if assigns && simple.words.is_empty() {
                simple.assignments.push(word);
            } else {
                simple.words.push(word);
            }
        }
        let is_first = simple.words.len() == 1 && simple.assignments.is_empty();
        if self.peek() == Some(b'(') && is_first && simple.redirections.is_empty() {
            self.at += 1;
            self.skip_blanks();
            self.wanted(b")")?;
            self.skip_lines();
            if !self.compound()? {
                return self.unexpected();
            }
            self.is_certain = false;
            return Ok(None);
        }
        if simple.words.is_empty()
            && simple.assignments.is_empty()
            && simple.redirections.is_empty()
        {
            return if self.at == self.text.len() {
                self.fail(start, SyntaxFault::MissingCommand)
            } else if matches!(self.peek(), Some(b'|' | b'&' | b';' | b'\n')) {
                self.fail(self.at, SyntaxFault::MissingCommand)
            } else {
                self.unexpected()
            };
        }
        Ok(Some(simple))
    }

    /// Whether the `(` right behind a word begins the elements of an array.
    fn is_array(&self, word: &Word, before: &Simple) -> bool {
        let declares = before.words.first().is_some_and(|first| {
            first
                .literal()
                .is_some_and(|name| DECLARING.contains(&&name[..]))
        });
        (before.words.is_empty() || declares)
            && word.span.end == self.at
            && self.text[word.span.clone()].ends_with(b"=")
            && self.text[word.span.start] != b'='
    }

    fn array(&mut self) -> Parsed<()> {
        let start = self.at;
        self.at += 1;
        loop {
            self.skip_lines();
            if self.take(b")") {
                return Ok(());
            }
            if self.peek().is_none() {
                return self.fail(start, SyntaxFault::Open("`(`"));
            }
            if self.word()?.is_none() {
                return self.unexpected();
            }
        }
    }

    /// A redirection, if one begins here.
    pub(super) fn redirection(&mut self) -> Parsed<Option<Redirection>> {
        let start = self.at;
        let digits = self.text[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        let digits = digits.count();
        let operator = self.text.get(start + digits).copied();
        let behind = self.text.get(start + digits + 1).copied();
        let is_redirection = match operator {
            Some(b'<' | b'>') => behind != Some(b'('),
            Some(b'&') => digits == 0 && behind == Some(b'>'),
            _ => false,
        };
        if !is_redirection {
            return Ok(None);
        }
        self.at += digits;
        let descriptor = (digits > 0).then(|| match &self.text[start..self.at] {
            [digit] => digit - b'0',
            _ => u8::MAX,
        });
        let kind = self.redirection_kind();
        let is_document = kind == RedirectionKind::HereDocument(0);
        let strips_tabs = is_document && self.take(b"-");
        self.skip_blanks();
        let target = self.at;
        let Some(word) = self.word()? else {
            return match self.peek() {
                None => self.fail(start, SyntaxFault::MissingTarget),
                Some(_) => self.unexpected(),
            };
        };
        let kind = if is_document {
            self.here_document(strips_tabs, target, &word)
        } else {
            kind
        };
        Ok(Some(Redirection {
            span: start..word.span.end,
            descriptor,
            kind,
            target: word,
        }))
    }

    /// Takes the operator.
    fn redirection_kind(&mut self) -> RedirectionKind {
        const OPERATORS: [(&[u8], RedirectionKind); 11] = [
            (b"&>>", RedirectionKind::AppendBoth),
            (b"&>", RedirectionKind::WriteBoth),
            (b"<<<", RedirectionKind::HereString),
            (b"<>", RedirectionKind::ReadWrite),
            (b"<&", RedirectionKind::CopyInput),
            (b">>", RedirectionKind::Append),
            (b">&", RedirectionKind::CopyOutput),
            (b">|", RedirectionKind::Write),
            (b">", RedirectionKind::Write),
            (b"<<", RedirectionKind::HereDocument(0)),
            (b"<", RedirectionKind::Read),
        ];
        let found = OPERATORS.iter().find(|(text, _)| self.looks_at(text));
        let (text, kind) = found.copied().unwrap_or(OPERATORS[OPERATORS.len() - 1]);
        self.at += text.len();
        kind
    }

    pub(super) fn wanted(&mut self, wanted: &'static [u8]) -> Parsed<()> {
        if self.take(wanted) {
            return Ok(());
        }
        if self.peek().is_none() {
            return self.fail(self.at, SyntaxFault::Ended(")"));
        }
        self.unexpected()
    }

    /// The refusal of what stands here.
    pub(super) fn unexpected<T>(&mut self) -> Parsed<T> {
        let rest = &self.text[self.at..];
        let Some(first) = rest.first() else {
            return self.fail(self.at, SyntaxFault::Ended("a command"));
        };
        let same = |byte: &&u8| match first {
            b'|' | b'&' | b';' | b'<' | b'>' => *byte == first,
            b'(' | b')' | b'\n' => false,
            _ => !super::word::ends_word(**byte),
        };
        let length = 1 + rest[1..].iter().take(20).take_while(same).count();
        let found = String::from_utf8_lossy(&rest[..length]);
        let found = found.escape_debug().to_string();
        self.fail(self.at, SyntaxFault::Unexpected(found))
    }
}
