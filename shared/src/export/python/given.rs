//! What stands between processes, and what input stages give them.

use super::helpers::Need;
use super::{Form, Writer, call, literal};
use crate::chain::{Input, InputPort, Lanes, StageKind};
use crate::check::{decode_base64, decode_hex};
use crate::export::plan::{Does, From, To};
use crate::substitute::largest;
use crate::text::Text;

/// A repeated text is written out as one value up to so many bytes; above, it is made while it is read.
const REPEATED_BYTES: u64 = 1 << 20;
/// What the smallest pipe holds, so that nobody has to read it yet.
const PIPE_BYTES: u64 = 4_096;

/// The bytes of an input stage.
#[derive(Debug)]
enum Pieces {
    /// One value, which a pipe holds.
    Small(String),
    /// Something that gives one value after another.
    Many(String),
}

impl Writer<'_> {
    /// The helpers. Where all that there is to do is to give one process its bytes, `communicate` can: it is then
    /// told what to give to whom.
    pub(super) fn help(&mut self) -> Option<(usize, String)> {
        let helpers = &self.plan.helpers;
        if let [helper] = &helpers[..]
            && self.form == Form::Single
            && let ([From::Given(given)], [To::Input(to, InputPort::Stdin)]) =
                (&helper.from[..], &helper.to[..])
            && self.plan.chain.stages[*to]
                .setup()
                .is_some_and(|setup| setup.timeout_ms.is_none())
            && let Some(data) = self.data(*given)
        {
            return Some((*to, data));
        }
        for helper in helpers {
            let mut sources: Vec<String> = Vec::new();
            let mut pieces = None;
            for from in &helper.from {
                let source = match from {
                    From::Output(at, port) => format!("{}.{port}", self.names.stage(*at)),
                    From::File(at) => self.file(*at),
                    From::Between(number) => format!("{}[0]", self.pipes.between[*number]),
                    From::Given(at) if helper.from.len() == 1 && helper.to.len() == 1 => {
                        let small = self.is_small(*at) && !matches!(helper.to[..], [To::File(_)]);
                        pieces = Some(match self.data(*at).filter(|_| small) {
                            Some(data) => Pieces::Small(data),
                            None => Pieces::Many(self.pieces(*at)),
                        });
                        continue;
                    }
                    From::Given(at) => match self.data(*at) {
                        Some(data) => {
                            self.needs.insert(Need::Io);
                            format!("io.BytesIO({data})")
                        }
                        None => {
                            self.needs.insert(Need::Pipe);
                            self.needs.insert(Need::Feed);
                            let name = self.names.stage(*at);
                            self.lines.push(format!("{name} = pipe()"));
                            let pieces = self.pieces(*at);
                            self.lines.push(format!("feed({name}[1], {pieces})"));
                            format!("{name}[0]")
                        }
                    },
                };
                sources.push(source);
            }
            let mut writes_file = false;
            let mut targets = Vec::new();
            for to in &helper.to {
                targets.push(match to {
                    To::Input(at, InputPort::Stdin) => format!("{}.stdin", self.names.stage(*at)),
                    To::Input(at, InputPort::Extra(number)) => {
                        format!("{}[1]", self.extra_pipe(*at, *number))
                    }
                    To::File(at) => {
                        writes_file = true;
                        self.file(*at)
                    }
                    To::Nothing => {
                        self.needs.insert(Need::Os);
                        "open(os.devnull, \"wb\")".into()
                    }
                    To::Between(number) => format!("{}[1]", self.pipes.between[*number]),
                });
            }
            let text = match (helper.does, pieces) {
                (_, Some(Pieces::Small(data))) => {
                    self.needs.insert(Need::Send);
                    call("send", &[targets.remove(0), data])
                }
                (_, Some(Pieces::Many(pieces))) => {
                    self.needs.insert(Need::Feed);
                    call("feed", &[targets.remove(0), pieces])
                }
                (Does::Copy, None) => {
                    self.needs.insert(Need::Tee);
                    sources.extend(targets);
                    call("tee", &sources)
                }
                (does, None) => {
                    let name = match does {
                        Does::Ordered => {
                            self.needs.insert(Need::Ordered);
                            "merge_ordered"
                        }
                        _ => {
                            self.needs.insert(Need::Lines);
                            "merge_lines"
                        }
                    };
                    let sources = format!("[{}]", sources.join(", "));
                    call(name, &[sources, targets.remove(0)])
                }
            };
            if writes_file {
                let name = self.names.fresh("copying");
                self.joined.push(name.clone());
                self.lines.push(format!("{name} = {text}"));
            } else {
                self.lines.push(text);
            }
        }
        None
    }

    /// Whether what an input stage holds fits into a pipe that nobody reads yet.
    pub(super) fn is_small(&self, at: usize) -> bool {
        let longest = match &self.plan.chain.lanes {
            Lanes::Count(_) => 0,
            Lanes::Values(values) => {
                let lengths = values.iter().map(|value| value.as_bytes().len());
                lengths.max().unwrap_or_default()
            }
        };
        let StageKind::Input(input) = &self.plan.chain.stages[at].kind else {
            return true;
        };
        let length = match input {
            Input::Text(text) => largest(text, longest),
            Input::Hex(text) | Input::Base64(text) => text.len() as u64,
            Input::Random(count) => *count,
            Input::Lines(lines) => lines.iter().map(|line| largest(line, longest) + 1).sum(),
            Input::Repeat { .. } => return false,
        };
        length <= PIPE_BYTES
    }

    /// The bytes of an input stage as one value; none where they are too many, or without end.
    pub(super) fn data(&mut self, at: usize) -> Option<String> {
        let StageKind::Input(input) = &self.plan.chain.stages[at].kind else {
            return Some("b\"\"".into());
        };
        let data = match input {
            Input::Text(text) => match self.literals.byte_lines(text) {
                Some(lines) => self.named(at, &lines),
                None => self.literals.bytes(text),
            },
            Input::Hex(hex) => literal::raw(&decode_hex(hex).unwrap_or_default()),
            Input::Base64(text) => literal::raw(&decode_base64(text).unwrap_or_default()),
            Input::Random(count) => {
                self.needs.insert(Need::Os);
                format!("os.urandom({count})")
            }
            Input::Lines(lines) => {
                let mut text = Vec::new();
                for line in lines {
                    text.extend_from_slice(line.as_bytes());
                    text.push(b'\n');
                }
                let text = Text::from_bytes(text);
                match self.literals.byte_lines(&text) {
                    Some(lines) => self.named(at, &lines),
                    None => self.literals.bytes(&text),
                }
            }
            Input::Repeat { text, times } => {
                let length = text.as_bytes().len().max(1) as u64;
                let times = times.filter(|times| times.saturating_mul(length) <= REPEATED_BYTES)?;
                format!("{} * {times}", self.literals.bytes(text))
            }
        };
        Some(data)
    }

    pub(super) fn named(&mut self, at: usize, value: &str) -> String {
        let name = self.names.stage(at);
        self.lines.push(format!("{name} = {value}"));
        name
    }

    /// The same as pieces that come one after the other.
    pub(super) fn pieces(&mut self, at: usize) -> String {
        if let Some(data) = self.data(at) {
            return format!("[{data}]");
        }
        self.needs.insert(Need::Repeat);
        let StageKind::Input(Input::Repeat { text, times }) = &self.plan.chain.stages[at].kind
        else {
            return "[]".into();
        };
        let text = self.literals.bytes(text);
        match times {
            Some(times) => format!("repeat({text}, {times})"),
            None => format!("repeat({text})"),
        }
    }
}
