//! A script of sed: which of its commands write files, and which run others.

use super::super::{Found, Mark};

/// A script. What cannot be read is not known.
pub(in super::super) fn sed(found: &mut Found, name: &str, text: &str) {
    let mut script = Script { rest: text };
    loop {
        match script.next() {
            Step::End => return,
            Step::Harmless => {}
            Step::Writes => found.add(Mark::Writes, &format!("{name} w")),
            Step::Runs => found.add(Mark::Runs, &format!("{name} e")),
            Step::Unread => return found.add(Mark::Unknown, name),
        }
    }
}

enum Step {
    End,
    Harmless,
    Writes,
    Runs,
    Unread,
}

struct Script<'a> {
    rest: &'a str,
}

impl Script<'_> {
    /// The next command, with its addresses.
    fn next(&mut self) -> Step {
        if !self.addresses() {
            return Step::Unread;
        }
        let Some(command) = self.character() else {
            return Step::End;
        };
        let read = match command {
            '=' | 'd' | 'D' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P' | 'x' | 'z' | 'F'
            | 'l' | 'L' | 'q' | 'Q' => self.number_to_end(),
            'b' | 't' | 'T' | ':' | 'v' => self.to(&['\n', ';', '}']),
            '#' | 'r' | 'R' => self.to(&['\n']),
            'a' | 'i' | 'c' => self.lines(),
            's' => return self.substitution(),
            'y' => self
                .character()
                .is_some_and(|end| self.part(end, false) && self.part(end, false)),
            'w' | 'W' => {
                self.to(&['\n']);
                return Step::Writes;
            }
            'e' => {
                self.to(&['\n']);
                return Step::Runs;
            }
            _ => false,
        };
        if read { Step::Harmless } else { Step::Unread }
    }

    /// Goes to what comes behind spaces, braces and addresses.
    fn addresses(&mut self) -> bool {
        loop {
            self.rest = self.rest.trim_start_matches(|it: char| {
                it.is_whitespace() || it.is_ascii_digit() || ";{}$,~+!".contains(it)
            });
            let end = match self.rest.strip_prefix('\\') {
                Some(rest) => {
                    self.rest = rest;
                    self.character()
                }
                None if self.rest.starts_with('/') => self.character(),
                None => return true,
            };
            if !end.is_some_and(|end| self.part(end, true)) {
                return false;
            }
            self.rest = self.rest.trim_start_matches(['I', 'M']);
        }
    }

    fn substitution(&mut self) -> Step {
        let read = self
            .character()
            .is_some_and(|end| self.part(end, true) && self.part(end, false));
        if !read {
            return Step::Unread;
        }
        loop {
            match self.character() {
                None | Some('\n' | ';') => return Step::Harmless,
                Some('g' | 'p' | 'i' | 'I' | 'm' | 'M' | '0'..='9' | ' ' | '\t' | '}') => {}
                Some('w') => {
                    self.to(&['\n']);
                    return Step::Writes;
                }
                Some('e') => return Step::Runs,
                Some(_) => return Step::Unread,
            }
        }
    }

    /// Goes behind the next `end` that stands for none of the part itself.
    fn part(&mut self, end: char, is_pattern: bool) -> bool {
        while let Some(character) = self.character() {
            match character {
                '\\' => drop(self.character()),
                found if found == end => return true,
                '[' if is_pattern => {
                    // The first one behind the bracket does not close it.
                    let mut within = self.rest.strip_prefix('^').unwrap_or(self.rest).chars();
                    let first = within.next();
                    let closed = within.as_str().find(']');
                    let has_end = |close: usize| {
                        first == Some(end) || within.as_str()[..close].contains([end, '\\', '['])
                    };
                    match closed {
                        // Some versions end the part there, and others do not.
                        Some(close) if !has_end(close) => self.rest = &within.as_str()[close + 1..],
                        _ => return false,
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// A number or none, and then the end of the command.
    fn number_to_end(&mut self) -> bool {
        let numbers = |it: char| it.is_ascii_digit() || it == ' ' || it == '\t';
        self.rest = self.rest.trim_start_matches(numbers);
        self.rest.is_empty() || self.rest.starts_with(['\n', ';', '}', '#'])
    }

    /// Goes to one of these, or to the end.
    fn to(&mut self, ends: &[char]) -> bool {
        self.rest = &self.rest[self.rest.find(ends).unwrap_or(self.rest.len())..];
        true
    }

    /// Goes to the end of a text, whose lines go on behind a backslash.
    fn lines(&mut self) -> bool {
        loop {
            match self.rest.find(['\n', '\\']) {
                None => self.rest = "",
                Some(at) if self.rest[at..].starts_with('\n') => self.rest = &self.rest[at..],
                Some(at) => {
                    self.rest = &self.rest[at + 1..];
                    self.character();
                    continue;
                }
            }
            return true;
        }
    }

    fn character(&mut self) -> Option<char> {
        let mut rest = self.rest.chars();
        let first = rest.next();
        self.rest = rest.as_str();
        first
    }
}
