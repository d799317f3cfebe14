//! A chain as a Rust program of `std::process`, in one file that needs no crate.

mod parts;

use std::collections::BTreeMap;
use std::fmt::Write;

use super::names::{Names, Pipes};
use super::plan::{Does, From, Plan, Reads, To, Writes};
use super::quoted;
use super::{Code, Note};
use crate::chain::{Access, Chain, Input, InputPort, Lanes, OutputPort, StageKind, StatusRule};
use crate::check::{decode_base64, decode_hex};
use crate::substitute::{Piece, Placeholder, pieces};
use crate::text::{Text, tame};
use parts::{BY_BASH, HEAD, HELPERS, MAIN};

/// Names that mean something in the program already.
const RESERVED: &[&str] = &[
    "as",
    "async",
    "await",
    "break",
    "const",
    "continue",
    "crate",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "abstract",
    "become",
    "box",
    "do",
    "final",
    "macro",
    "override",
    "priv",
    "try",
    "typeof",
    "unsized",
    "virtual",
    "yield",
    "std",
    "lane",
    "value",
    "values",
    "run",
    "main",
    "feed",
    "tee",
    "merge",
    "print_lines",
    "join",
    "status",
    "statuses",
    "wait_all",
    "threads",
    "printing",
    "all",
    "text",
    "over",
    "next",
    "vec",
    "format",
    "kill",
    "drop",
    "Some",
    "None",
    "Ok",
    "Err",
];

/// The program.
pub(super) fn rust(chain: &Chain) -> Code {
    let plan = Plan::of(chain);
    let mut notes = Vec::new();
    let head = |notes: &[Note]| {
        let mut head = String::new();
        if !chain.title.is_empty() {
            let _ = writeln!(head, "// {}", tame(&chain.title));
        }
        for note in notes {
            let _ = writeln!(head, "// {}", note.english());
        }
        head
    };
    let has_extras = plan.reads.keys().any(|(_, port)| *port != InputPort::Stdin);
    if has_extras {
        notes.push(Note::RunByBash);
        // A script that keeps a time of its own would start itself again from its file.
        let mut untimed = chain.clone();
        let time = untimed.timeout_ms.take();
        let bash = super::bash(&untimed);
        notes.extend(bash.notes.iter().copied());
        let start = match time {
            None => "Command::new(\"bash\")".to_owned(),
            Some(time) => format!(
                "Command::new(\"timeout\").args([\"-k\", \"2\", \"{}.{:03}\", \"bash\"])",
                time / 1_000,
                time % 1_000
            ),
        };
        let script =
            BY_BASH
                .replacen("START", &start, 1)
                .replacen("SCRIPT", &raw(bash.text.as_bytes()), 1);
        let text = head(&notes) + &script;
        return Code { text, notes };
    }
    notes.extend(super::common_notes(chain));
    let mut names = Names::of(chain, RESERVED);
    let mut writer = Writer {
        plan: &plan,
        pipes: Pipes::of(&plan, &mut names),
        names,
        lines: Vec::new(),
        many: chain.lanes.count() * plan.printing().len() > 1,
    };
    let text = head(&notes) + &writer.program();
    Code { text, notes }
}

struct Writer<'a> {
    plan: &'a Plan<'a>,
    names: Names,
    pipes: Pipes,
    lines: Vec<String>,
    /// Whether several print, so that lines have to be kept whole.
    many: bool,
}

impl Writer<'_> {
    fn program(&mut self) -> String {
        let chain = self.plan.chain;
        for name in self.pipes.shared.iter().chain(&self.pipes.between) {
            self.lines.push(format!("let {name} = io::pipe()?;"));
        }
        for at in self.plan.order.clone() {
            self.start(at);
        }
        for name in &self.pipes.shared {
            self.lines.push(format!("drop({name});"));
        }
        self.help();
        let mut body = String::new();
        for line in &self.lines {
            for part in line.lines() {
                let _ = writeln!(body, "    {part}");
            }
        }
        let times: Vec<String> = self
            .plan
            .processes
            .iter()
            .map(|at| {
                let setup = chain.stages[*at].setup();
                let time = setup.and_then(|setup| setup.timeout_ms);
                let time = time.map_or("None".to_owned(), |time| format!("Some({time})"));
                format!("({}, {time})", self.names.stage(*at))
            })
            .collect();
        let rule = match chain.status {
            StatusRule::Last => "statuses.last().copied().unwrap_or(0)",
            StatusRule::Pipefail => {
                "statuses.into_iter().rev().find(|status| *status != 0).unwrap_or(0)"
            }
        };
        let parameter = match &chain.lanes {
            Lanes::Count(_) => "",
            Lanes::Values(_) => ", value: &[u8]",
        };
        let mut text = String::from(HEAD);
        let deadline = chain
            .timeout_ms
            .map_or("None".to_owned(), |time| format!("Some({time})"));
        let _ = write!(
            text,
            "/// Milliseconds that all of it may take.\nconst TIME: Option<u64> = {deadline};\n\n\
             /// One lane: starts its processes, and returns its status.\n\
             fn run(lane: usize{parameter}, all: &All) -> io::Result<i32> {{\n    \
             let _ = lane;\n    let mut threads: Vec<JoinHandle<()>> = Vec::new();\n{body}    \
             let statuses = wait_all(vec![{}], all);\n    \
             for thread in threads.drain(..) {{\n        let _ = thread.join();\n    }}\n    Ok({rule})\n}}\n\n",
            times.join(", ")
        );
        let count = chain.lanes.count();
        let jobs = chain
            .jobs
            .map_or(count, |jobs| jobs as usize)
            .clamp(1, count.max(1));
        let value = match &chain.lanes {
            Lanes::Count(_) => String::new(),
            Lanes::Values(values) => {
                let values: Vec<String> =
                    values.iter().map(|value| raw(value.as_bytes())).collect();
                let _ = writeln!(
                    text,
                    "const VALUES: [&[u8]; {count}] = [{}];\n",
                    values.join(", ")
                );
                ", VALUES[next]".to_owned()
            }
        };
        text += &MAIN
            .replace("LANES", &count.to_string())
            .replace("JOBS", &jobs.to_string())
            .replace("CALL", &format!("run(next + 1{value}, &all)"));
        text + HELPERS
    }

    fn start(&mut self, at: usize) {
        let plan = self.plan;
        let stage = &plan.chain.stages[at];
        let Some(setup) = stage.setup() else { return };
        let name = self.names.stage(at);
        let mut call = match &stage.kind {
            StageKind::Process(process) => {
                let mut call = format!("Command::new({})", self.word(&process.program));
                for word in &process.args {
                    let _ = write!(call, "\n    .arg({})", self.word(word));
                }
                call
            }
            StageKind::Shell(shell) => {
                let mut words = crate::shell::bash_call(&shell.text).split(' ');
                let mut call = format!("Command::new(\"{}\")", words.next().unwrap_or("bash"));
                for word in words {
                    let _ = write!(call, "\n    .arg(\"{word}\")");
                }
                let _ = write!(call, "\n    .arg({})", self.word(&shell.text));
                call
            }
            _ => return,
        };
        // Of several changes of one variable the last counts.
        let mut changes: BTreeMap<&Text, Option<&Text>> = BTreeMap::new();
        for variable in &setup.environment {
            changes.insert(&variable.name, variable.value.as_ref());
        }
        for (name, value) in changes {
            let name = plain(name.as_bytes());
            let _ = match value {
                Some(value) => write!(call, "\n    .env({name}, {})", self.word(value)),
                None => write!(call, "\n    .env_remove({name})"),
            };
        }
        if let Some(directory) = &setup.directory {
            let _ = write!(call, "\n    .current_dir({})", self.word(directory));
        }
        let stdin = match &plan.reads[&(at, InputPort::Stdin)] {
            Reads::Own if plan.chain.lanes.count() == 1 => None,
            Reads::Own => Some("if lane == 1 { Stdio::inherit() } else { Stdio::null() }".into()),
            Reads::Nothing => Some("Stdio::null()".into()),
            Reads::Output(from, port) => Some(format!(
                "{}.{port}.take().expect(\"a pipe\")",
                self.names.stage(*from)
            )),
            Reads::File(file) => Some(self.file(*file)),
            Reads::Fed => Some("Stdio::piped()".into()),
            Reads::Shared(number) => Some(format!("{}.0.try_clone()?", self.pipes.shared[*number])),
        };
        if let Some(stdin) = stdin {
            let _ = write!(call, "\n    .stdin({stdin})");
        }
        let mut joined = false;
        let mut outputs = Vec::new();
        for port in [OutputPort::Stdout, OutputPort::Stderr] {
            let to = match &plan.writes[&(at, port)] {
                Writes::Own if port == OutputPort::Stdout && self.many => "Stdio::piped()".into(),
                Writes::Own => continue,
                Writes::Joined => {
                    joined = true;
                    continue;
                }
                Writes::Pipe => "Stdio::piped()".into(),
                Writes::File(file) => self.file(*file),
                Writes::Nothing => "Stdio::null()".into(),
                Writes::Shared(number) => format!("{}.1.try_clone()?", self.pipes.shared[*number]),
            };
            outputs.push((port, to));
        }
        if joined {
            // Both need an end of one pipe or file.
            let stdout = plan.writes[&(at, OutputPort::Stdout)].clone();
            let variable = self.names.fresh(&format!("{name}_out"));
            let piped = outputs
                .first()
                .is_some_and(|(_, to)| to == "Stdio::piped()");
            match (&stdout, outputs.first()) {
                (_, Some(_)) if piped => {
                    let reader = self.names.fresh(&format!("{name}_read"));
                    self.lines
                        .push(format!("let ({reader}, {variable}) = io::pipe()?;"));
                    let _ = write!(
                        call,
                        "\n    .stdout({variable}.try_clone()?)\n    .stderr({variable})"
                    );
                    self.lines
                        .push(format!("let mut {name} = {call}\n    .spawn()?;"));
                    self.read_elsewhere(&name, &reader);
                }
                (_, Some((_, to))) => {
                    self.lines.push(format!("let {variable} = {to};"));
                    let both = match stdout {
                        Writes::Nothing => {
                            "\n    .stdout(Stdio::null())\n    .stderr(Stdio::null())".to_owned()
                        }
                        _ => format!(
                            "\n    .stdout({variable}.try_clone()?)\n    .stderr({variable})"
                        ),
                    };
                    if matches!(stdout, Writes::Nothing) {
                        self.lines.pop();
                    }
                    self.lines
                        .push(format!("let mut {name} = {call}{both}\n    .spawn()?;"));
                }
                (_, None) => {
                    let _ = write!(call, "\n    .stderr(io::stdout())");
                    self.lines
                        .push(format!("let mut {name} = {call}\n    .spawn()?;"));
                }
            }
        } else {
            for (port, to) in outputs {
                let _ = write!(call, "\n    .{port}({to})");
            }
            self.lines
                .push(format!("let mut {name} = {call}\n    .spawn()?;"));
        }
        if self.many && plan.writes[&(at, OutputPort::Stdout)] == Writes::Own {
            let source = self.output(at, OutputPort::Stdout);
            self.lines
                .push(format!("threads.push(print_lines({source}, all));"));
        }
    }

    /// Says that an output of a process is read from a pipe that the program made itself.
    fn read_elsewhere(&mut self, name: &str, reader: &str) {
        // The child's own end is a file of the same kind, so that all that follows is the same.
        self.lines.push(format!(
            "{name}.stdout = Some(ChildStdout::from(OwnedFd::from({reader})));"
        ));
    }

    fn output(&self, at: usize, port: OutputPort) -> String {
        format!("{}.{port}.take().expect(\"a pipe\")", self.names.stage(at))
    }

    fn file(&self, at: usize) -> String {
        let StageKind::File(file) = &self.plan.chain.stages[at].kind else {
            return "File::create(\"/dev/null\")?".into();
        };
        let path = self.word(&file.path);
        match file.access {
            Access::Read => format!("File::open({path})?"),
            Access::Write => format!("File::create({path})?"),
            Access::Append => {
                format!("File::options().append(true).create(true).open({path})?")
            }
        }
    }

    fn help(&mut self) {
        for helper in &self.plan.helpers.clone() {
            let from: Vec<String> = helper
                .from
                .iter()
                .map(|from| {
                    let source = match from {
                        From::Output(at, port) => self.output(*at, *port),
                        From::File(at) => self.file(*at),
                        From::Between(number) => format!("{}.0", self.pipes.between[*number]),
                        From::Given(at) => self.given(*at),
                    };
                    format!("Box::new({source})")
                })
                .collect();
            let to: Vec<String> = helper
                .to
                .iter()
                .map(|to| {
                    let target = match to {
                        To::Input(at, _) => {
                            format!("{}.stdin.take().expect(\"a pipe\")", self.names.stage(*at))
                        }
                        To::File(at) => self.file(*at),
                        To::Nothing => "io::sink()".into(),
                        To::Between(number) => format!("{}.1", self.pipes.between[*number]),
                    };
                    format!("Box::new({target})")
                })
                .collect();
            let line = match helper.does {
                Does::Copy => format!(
                    "threads.push(tee({}, vec![{}]));",
                    from.join(", "),
                    to.join(", ")
                ),
                Does::Lines => format!(
                    "threads.push(merge_lines(vec![{}], {}));",
                    from.join(", "),
                    to.join(", ")
                ),
                Does::Ordered => format!(
                    "threads.push(merge_ordered(vec![{}], {}));",
                    from.join(", "),
                    to.join(", ")
                ),
            };
            self.lines.push(line);
        }
    }

    /// What reads the bytes of an input stage.
    fn given(&self, at: usize) -> String {
        let StageKind::Input(input) = &self.plan.chain.stages[at].kind else {
            return "io::empty()".into();
        };
        match input {
            Input::Text(text) => format!("Cursor::new({})", self.bytes(text)),
            Input::Hex(hex) => {
                format!("Cursor::new({})", raw(&decode_hex(hex).unwrap_or_default()))
            }
            Input::Base64(text) => {
                format!(
                    "Cursor::new({})",
                    raw(&decode_base64(text).unwrap_or_default())
                )
            }
            Input::Random(count) => format!("File::open(\"/dev/urandom\")?.take({count})"),
            Input::Lines(lines) => {
                let mut text = Vec::new();
                for line in lines {
                    text.extend_from_slice(line.as_bytes());
                    text.push(b'\n');
                }
                format!("Cursor::new({})", self.bytes(&Text::from_bytes(text)))
            }
            Input::Repeat { text, times } => {
                let times = times.map_or("None".to_owned(), |times| format!("Some({times})"));
                format!("Repeat::new({}, {times})", self.bytes(text))
            }
        }
    }

    /// A word of a command.
    fn word(&self, text: &Text) -> String {
        match self.fixed(text) {
            Some(bytes) => plain(&bytes),
            None => format!("OsString::from_vec({})", self.bytes(text)),
        }
    }

    /// A text as bytes that own themselves.
    fn bytes(&self, text: &Text) -> String {
        if let Some(bytes) = self.fixed(text) {
            return format!("{}.to_vec()", raw(&bytes));
        }
        let counted = matches!(self.plan.chain.lanes, Lanes::Count(_));
        let parts: Vec<String> = pieces(text.as_bytes())
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Bytes([]) => None,
                Piece::Bytes(bytes) => Some(format!("{}.as_slice()", raw(bytes))),
                Piece::Placeholder(Placeholder::Value) if !counted => Some("value".into()),
                Piece::Placeholder(Placeholder::Extra(number)) => {
                    Some(format!("b\"/dev/fd/{number}\".as_slice()"))
                }
                Piece::Placeholder(_) => Some("lane.to_string().as_bytes()".into()),
            })
            .collect();
        format!("[{}].concat()", parts.join(", "))
    }

    /// The bytes of a text that says the same in every lane.
    fn fixed(&self, text: &Text) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        for piece in pieces(text.as_bytes()) {
            match piece {
                Piece::Bytes(bytes) => out.extend_from_slice(bytes),
                Piece::Placeholder(Placeholder::Extra(number)) => {
                    out.extend_from_slice(format!("/dev/fd/{number}").as_bytes());
                }
                Piece::Placeholder(_) => return None,
            }
        }
        Some(out)
    }
}

/// A word as `&str`, or where it is no UTF-8, as `&OsStr`.
fn plain(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => {
            let inside = quoted::escaped(text, |number| format!("\\u{{{number:x}}}"));
            format!("\"{inside}\"")
        }
        Err(_) => format!("OsStr::from_bytes({})", raw(bytes)),
    }
}

fn raw(bytes: &[u8]) -> String {
    format!("b\"{}\"", bytes.escape_ascii())
}
