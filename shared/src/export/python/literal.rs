//! Texts as Python writes them.

use std::cell::Cell;
use std::fmt::Write;

use super::super::quoted;
use crate::chain::{Chain, Lanes};
use crate::id::LaneNumber;
use crate::substitute::{Piece, Placeholder, Substitution, pieces, placeholders};
use crate::text::Text;

/// Names that mean something in the program already.
pub(super) const RESERVED: &[&str] = &[
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "match",
    "case",
    "type",
    "print",
    "open",
    "list",
    "range",
    "str",
    "max",
    "min",
    "enumerate",
    "len",
    "int",
    "bytes",
    "dict",
    "set",
    "map",
    "reversed",
    "next",
    "iter",
    "self",
    "io",
    "os",
    "sys",
    "time",
    "fcntl",
    "tempfile",
    "threading",
    "Popen",
    "PIPE",
    "STDOUT",
    "DEVNULL",
    "ThreadPoolExecutor",
    "BrokenPipeError",
    "suppress",
    "lane",
    "lanes",
    "value",
    "values",
    "status",
    "lane_status",
    "out",
    "process",
    "processes",
    "results",
    "pool",
    "run",
    "start",
    "finish",
    "feed",
    "tee",
    "pipe",
    "repeat",
    "merge_lines",
    "merge_ordered",
    "in_thread",
    "shell_status",
    "last_failure",
    "end_after",
    "timed_out",
    "in_time",
    "timer",
    "filter",
    "super",
    "all",
    "send",
    "over",
    "started",
    "start_with",
    "numbering",
    "nothing",
    "number",
    "numbered",
    "stop",
    "data",
    "islice",
];

/// Texts of one chain, in which the lane's number and value stand for themselves.
#[derive(Debug)]
pub(super) struct Literals {
    single: Option<(LaneNumber, Option<Text>)>,
    counted: bool,
    /// Whether all values are UTF-8.
    plain: bool,
    /// Whether `os` is needed to say one of them.
    asks_os: Cell<bool>,
}

impl Literals {
    pub(super) fn of(chain: &Chain) -> Self {
        let first = LaneNumber::FIRST;
        let single = (chain.lanes.count() == 1).then(|| (first, chain.lanes.value(first).cloned()));
        let plain = match &chain.lanes {
            Lanes::Count(_) => true,
            Lanes::Values(values) => values.iter().all(|value| value.as_str().is_some()),
        };
        Self {
            single,
            counted: matches!(chain.lanes, Lanes::Count(_)),
            plain,
            asks_os: Cell::new(false),
        }
    }

    pub(super) fn asks_os(&self) -> bool {
        self.asks_os.get()
    }

    /// A word of a command: a `str`, or `bytes` where it is not UTF-8.
    pub(super) fn word(&self, text: &Text) -> String {
        match self.fixed(text) {
            Some(fixed) => match str::from_utf8(&fixed) {
                Ok(text) => string(text),
                Err(_) => raw(&fixed),
            },
            None => match self.alone(text) {
                Some(word) => word,
                None => self.formatted(text, false),
            },
        }
    }

    /// The same as a `str` in any case: variables of one name must be one.
    pub(super) fn name(&self, text: &Text) -> String {
        match text.as_str() {
            Some(name) => string(name),
            None => {
                self.asks_os.set(true);
                format!("os.fsdecode({})", raw(text.as_bytes()))
            }
        }
    }

    /// A lane's value.
    pub(super) fn value(&self, text: &Text) -> String {
        self.name(text)
    }

    /// A text as `bytes`.
    pub(super) fn bytes(&self, text: &Text) -> String {
        match self.fixed(text) {
            Some(fixed) => bytes(&fixed),
            None => self.formatted(text, true),
        }
    }

    /// A text of several lines as a `str` with a line for each.
    pub(super) fn lines(&self, text: &Text) -> Option<String> {
        let lines = several(text)?;
        if lines.iter().any(|line| line.as_str().is_none()) {
            return None;
        }
        Some(listed(lines.iter().map(|line| self.word_of_line(line))))
    }

    /// The same as `bytes`.
    pub(super) fn byte_lines(&self, text: &Text) -> Option<String> {
        let lines = several(text)?;
        let is_ascii = lines.iter().all(|line| line.as_bytes().is_ascii());
        match is_ascii && lines.iter().all(|line| self.fixed(line).is_some()) {
            true => Some(listed(lines.iter().map(|line| self.bytes(line)))),
            false => {
                let lines = self.lines(text)?;
                Some(format!("{lines}{}", self.encoded()))
            }
        }
    }

    fn word_of_line(&self, line: &Text) -> String {
        match self.fixed(line) {
            Some(fixed) => string(&String::from_utf8_lossy(&fixed)),
            None => self.formatted(line, false),
        }
    }

    fn encoded(&self) -> &'static str {
        match self.plain {
            true => ".encode()",
            false => ".encode(errors=\"surrogateescape\")",
        }
    }

    /// The bytes of a text that is the same in every lane.
    fn fixed(&self, text: &Text) -> Option<Vec<u8>> {
        let nothing = (LaneNumber::FIRST, None);
        let changes = placeholders(text)
            .iter()
            .any(|placeholder| !matches!(placeholder, Placeholder::Extra(_)));
        let (lane, value) = match (&self.single, changes) {
            (Some(single), _) => single,
            (None, false) => &nothing,
            (None, true) => return None,
        };
        let substitution = Substitution {
            lane: *lane,
            value: value.as_ref(),
        };
        Some(substitution.apply(text).into_bytes())
    }

    /// A placeholder that is the whole text.
    fn alone(&self, text: &Text) -> Option<String> {
        match (text.as_bytes(), self.counted) {
            (b"{value}", false) => Some("value".into()),
            (b"{lane}", _) | (b"{value}", true) => Some("str(lane)".into()),
            _ => None,
        }
    }

    fn formatted(&self, text: &Text, as_bytes: bool) -> String {
        let pieces = pieces(text.as_bytes());
        let is_text = pieces.iter().all(|piece| match piece {
            Piece::Bytes(bytes) => str::from_utf8(bytes).is_ok(),
            Piece::Placeholder(_) => true,
        });
        if !is_text {
            self.asks_os.set(true);
            let parts: Vec<String> = pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Bytes([]) => None,
                    Piece::Bytes(bytes) => Some(raw(bytes)),
                    Piece::Placeholder(Placeholder::Extra(number)) => {
                        Some(format!("b\"/dev/fd/{number}\""))
                    }
                    Piece::Placeholder(placeholder) => {
                        Some(format!("os.fsencode(str({}))", self.variable(*placeholder)))
                    }
                })
                .collect();
            return parts.join(" + ");
        }
        let mut out = String::from("f\"");
        for piece in pieces {
            match piece {
                Piece::Bytes(bytes) => {
                    let text = String::from_utf8_lossy(bytes);
                    out += &escaped(&text).replace('{', "{{").replace('}', "}}");
                }
                Piece::Placeholder(Placeholder::Extra(number)) => {
                    let _ = write!(out, "/dev/fd/{number}");
                }
                Piece::Placeholder(placeholder) => {
                    let _ = write!(out, "{{{}}}", self.variable(placeholder));
                }
            }
        }
        out.push('"');
        if as_bytes {
            out += self.encoded();
        }
        out
    }

    fn variable(&self, placeholder: Placeholder) -> &'static str {
        match placeholder {
            Placeholder::Value if !self.counted => "value",
            _ => "lane",
        }
    }
}

/// Any bytes, as `bytes` with what is no ASCII escaped.
pub(super) fn raw(bytes: &[u8]) -> String {
    let mut out = String::from("b\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(*byte));
            }
            b'\n' => out += "\\n",
            b'\r' => out += "\\r",
            b'\t' => out += "\\t",
            b' '..=b'~' => out.push(char::from(*byte)),
            other => {
                let _ = write!(out, "\\x{other:02x}");
            }
        }
    }
    out.push('"');
    out
}

fn bytes(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) if !text.is_ascii() => format!("{}.encode()", string(text)),
        _ => raw(bytes),
    }
}

fn string(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// What stands between double quotes.
fn escaped(text: &str) -> String {
    quoted::escaped(text, |number| match number {
        0..=0xff => format!("\\x{number:02x}"),
        0x100..=0xffff => format!("\\u{number:04x}"),
        _ => format!("\\U{number:08x}"),
    })
}

/// The lines of a text that has more than one, each with its end.
fn several(text: &Text) -> Option<Vec<Text>> {
    let lines: Vec<Text> = text
        .as_bytes()
        .split_inclusive(|byte| *byte == b'\n')
        .map(Text::from_bytes)
        .collect();
    (lines.len() > 1).then_some(lines)
}

fn listed(lines: impl Iterator<Item = String>) -> String {
    let mut out = String::from("(\n");
    for line in lines {
        out += "    ";
        out += &line;
        out.push('\n');
    }
    out + ")"
}
