//! A chain as one pipeline. What cannot be said is left out here: whoever reads the text back will see.

use super::{extra, fixed, quote_program};
use crate::chain::{
    Access, Chain, Input, InputPort, OutputEnd, OutputPort, Setup, Stage, StageKind, Stderr, Stdin,
};
use crate::shell::write::quote;
use crate::substitute::{Placeholder, placeholders};
use crate::text::Text;

/// How deep process substitutions may be nested.
const NESTED: usize = 16;

/// The pipeline, and the places of the stages in the order in which [`import`](crate::shell::import) lays them.
///
/// With lanes, `{lane}` and `{value}` are written as they stand, for a [`Reading`](crate::shell::Reading) that has
/// them too. `closes` says whether a closed input is said within process substitutions too: some programs have none
/// there anyway.
pub(super) fn line(chain: &Chain, has_lanes: bool, closes: bool) -> Option<(String, Vec<usize>)> {
    let write = |has_documents: bool| {
        let mut writing = Writing {
            chain,
            has_lanes,
            closes,
            has_documents,
            documents: String::new(),
            order: Vec::new(),
        };
        let mut last = chain.stages.iter().enumerate();
        let last = last.rposition(|(place, stage)| {
            stage.starts_process() && !writing.feeds_a_process(place)
        })?;
        let text = writing.pipeline(last, 0)?;
        Some((text, writing))
    };
    let (text, writing) = write(true)?;
    // A here-document begins behind the next end of a line, which has to be that of the whole pipeline.
    let (text, writing) = match text.contains('\n') && !writing.documents.is_empty() {
        true => write(false)?,
        false => (text, writing),
    };
    Some((text + &writing.documents, writing.order))
}

struct Writing<'a> {
    chain: &'a Chain,
    has_lanes: bool,
    closes: bool,
    /// Whether texts may be here-documents.
    has_documents: bool,
    /// The lines of the here-documents, which stand behind the whole pipeline.
    documents: String,
    order: Vec<usize>,
}

impl<'a> Writing<'a> {
    /// The pipeline that ends with this stage.
    fn pipeline(&mut self, last: usize, depth: usize) -> Option<String> {
        if depth > NESTED {
            return None;
        }
        let mut elements = vec![last];
        while let Some(before) = self.before(elements[elements.len() - 1]) {
            if elements.contains(&before) {
                return None;
            }
            elements.push(before);
        }
        elements.reverse();
        let mut texts = Vec::new();
        for (number, stage) in elements.iter().enumerate() {
            let next = elements.get(number + 1).copied();
            texts.push(self.element(*stage, next, depth)?);
        }
        Some(texts.join(" | "))
    }

    fn feeds_a_process(&self, stage: usize) -> bool {
        let id = &self.chain.stages[stage].id;
        let mut wires = self
            .chain
            .wires
            .iter()
            .filter(|wire| wire.from.stage == *id);
        wires.any(|wire| {
            let to = self.chain.stage(&wire.to.stage);
            to.is_some_and(Stage::starts_process)
        })
    }

    /// The bytes that stand for a text.
    fn bytes(&self, text: &Text) -> Option<Vec<u8>> {
        if !self.has_lanes {
            return fixed(text);
        }
        let is_extra = |placeholder: &Placeholder| matches!(placeholder, Placeholder::Extra(_));
        let bytes = text.as_bytes();
        (!placeholders(text).iter().any(is_extra)).then(|| bytes.to_vec())
    }

    /// The process whose output this one reads in the same pipeline.
    fn before(&self, stage: usize) -> Option<usize> {
        let id = &self.chain.stages[stage].id;
        let writers = || self.chain.wires_to(id, InputPort::Stdin);
        // What `tee >(…)` feeds may print to where `tee` does; the pipeline goes by way of `tee`.
        let tee = writers().find(|wire| {
            let from = self.chain.stage_index(&wire.from.stage);
            from.is_some_and(|from| self.is_tee(from))
        });
        let wire = tee.or_else(|| writers().next())?;
        let from = self.chain.stage_index(&wire.from.stage)?;
        let is_copy = self.readers(&wire.from).count() > 1 && !self.is_tee(stage);
        (self.chain.stages[from].starts_process() && !is_copy).then_some(from)
    }

    fn readers(&self, from: &'a OutputEnd) -> impl Iterator<Item = usize> {
        let wires = self.chain.wires_from(&from.stage, from.port);
        wires.filter_map(|wire| self.chain.stage_index(&wire.to.stage))
    }

    fn is_tee(&self, stage: usize) -> bool {
        match &self.chain.stages[stage].kind {
            StageKind::Process(process) => process.program.as_bytes() == b"tee",
            _ => false,
        }
    }

    fn element(&mut self, place: usize, next: Option<usize>, depth: usize) -> Option<String> {
        let stage = &self.chain.stages[place];
        let setup = stage.setup()?;
        if setup.timeout_ms.is_some() || setup.directory.is_some() || setup.stdin == Stdin::Typed {
            return None;
        }
        let mut text = self.environment(setup)?;
        match &stage.kind {
            StageKind::Process(process) => {
                text += &quote_program(&self.bytes(&process.program)?);
                for argument in &process.args {
                    text.push(' ');
                    text += &match extra(argument) {
                        Some(number) => self.substitution(stage, number, depth)?,
                        None => quote(&self.bytes(argument)?),
                    };
                }
            }
            StageKind::Shell(shell) => text += &String::from_utf8(self.bytes(&shell.text)?).ok()?,
            StageKind::Input(_) | StageKind::File(_) | StageKind::Discard => return None,
        }
        text += &self.standard_input(stage, depth)?;
        text += &self.other_inputs(stage, &text)?;
        if self.is_tee(place) {
            text += &self.copies(stage, place, depth)?;
        }
        self.order.push(place);
        text += &self.outputs(stage, next)?;
        Some(text)
    }

    /// `<(…)` for what feeds an extra input.
    fn substitution(&mut self, stage: &Stage, number: u8, depth: usize) -> Option<String> {
        let mut wires = self.chain.wires_to(&stage.id, InputPort::Extra(number));
        let wire = wires
            .next()
            .filter(|wire| wire.from.port == OutputPort::Stdout)?;
        let from = self.chain.stage_index(&wire.from.stage)?;
        let inner = self.pipeline(from, depth + 1)?;
        Some(format!("<({inner})"))
    }

    fn standard_input(&mut self, stage: &Stage, depth: usize) -> Option<String> {
        let Some(wire) = self.chain.wires_to(&stage.id, InputPort::Stdin).next() else {
            let closed = stage.setup()?.stdin == Stdin::Closed;
            return Some(if closed && (depth == 0 || self.closes) {
                " < /dev/null".into()
            } else {
                String::new()
            });
        };
        let from = self.chain.stage_index(&wire.from.stage)?;
        let source = &self.chain.stages[from];
        if source.starts_process() {
            return Some(String::new());
        }
        if !self.order.contains(&from) {
            self.order.push(from);
        }
        self.source_text(source, self.has_documents && depth == 0)
    }

    /// `3< file` for extra inputs that no argument names.
    fn other_inputs(&mut self, stage: &Stage, said: &str) -> Option<String> {
        let mut text = String::new();
        for wire in &self.chain.wires {
            let InputPort::Extra(number) = wire.to.port else {
                continue;
            };
            let named = match &stage.kind {
                StageKind::Process(process) => process
                    .args
                    .iter()
                    .any(|argument| extra(argument) == Some(number)),
                _ => false,
            };
            if wire.to.stage != stage.id || named {
                continue;
            }
            let from = self.chain.stage_index(&wire.from.stage)?;
            self.order.push(from);
            let source = self.source_text(&self.chain.stages[from], false)?;
            if said.is_empty() {
                return None;
            }
            text += &format!(" {number}{}", source.trim_start());
        }
        Some(text)
    }

    /// `>(…)` for who else reads what `tee` reads.
    fn copies(&mut self, stage: &Stage, place: usize, depth: usize) -> Option<String> {
        let wire = self.chain.wires_to(&stage.id, InputPort::Stdin).next()?;
        let mut text = String::new();
        let readers: Vec<usize> = self.readers(&wire.from).filter(|to| *to != place).collect();
        for reader in readers {
            let mut end = reader;
            let mut steps = 0;
            while let Some(next) = self.after(end, place) {
                end = next;
                steps += 1;
                if steps > self.chain.stages.len() {
                    return None;
                }
            }
            let inner = self.pipeline(end, depth + 1)?;
            text += &format!(" >({inner})");
        }
        Some(text)
    }

    /// The process that reads this one's output, other than the one that `tee` feeds.
    fn after(&self, stage: usize, tee: usize) -> Option<usize> {
        let id = &self.chain.stages[stage].id;
        let wire = self.chain.wires_from(id, OutputPort::Stdout).next()?;
        let to = self.chain.stage_index(&wire.to.stage)?;
        let of_tee = self
            .chain
            .wires_from(&self.chain.stages[tee].id, OutputPort::Stdout);
        let is_joined = of_tee.into_iter().any(|own| own.to == wire.to);
        (self.chain.stages[to].starts_process() && !is_joined).then_some(to)
    }

    fn outputs(&mut self, stage: &Stage, next: Option<usize>) -> Option<String> {
        let target = |port| {
            let mut wires = self.chain.wires_from(&stage.id, port);
            let to = wires.next().map(|wire| &wire.to.stage);
            to.and_then(|to| self.chain.stage_index(to))
        };
        let (output, error) = (target(OutputPort::Stdout), target(OutputPort::Stderr));
        let joined = stage.setup()?.stderr == Stderr::Stdout;
        let mut text = String::new();
        let error_goes_on = error.is_some() && error == next;
        if error_goes_on && output != next {
            text += " 2>&1";
        }
        for (to, number) in [(output, ""), (error, "2")] {
            let Some(to) = to else { continue };
            match &self.chain.stages[to].kind {
                StageKind::File(file) => {
                    let operator = match file.access {
                        Access::Append => ">>",
                        Access::Write | Access::Read => ">",
                    };
                    text += &format!(" {number}{operator} {}", quote(&self.bytes(&file.path)?));
                    self.order.push(to);
                }
                StageKind::Discard => {
                    text += &format!(" {number}> /dev/null");
                    self.order.push(to);
                }
                StageKind::Process(_) | StageKind::Shell(_) | StageKind::Input(_) => {}
            }
        }
        if joined {
            text += " 2>&1";
        }
        Some(text)
    }

    fn environment(&self, setup: &Setup) -> Option<String> {
        let mut text = String::new();
        for variable in &setup.environment {
            let value = self.bytes(variable.value.as_ref()?)?;
            text += &format!("{}={} ", variable.name.as_str()?, quote(&value));
        }
        Some(text)
    }

    /// A file or a text as a redirection; several lines as a here-document, where one may be.
    fn source_text(&mut self, source: &Stage, may_be_document: bool) -> Option<String> {
        match &source.kind {
            StageKind::File(file) if file.access == Access::Read => {
                Some(format!(" < {}", quote(&self.bytes(&file.path)?)))
            }
            StageKind::Input(Input::Text(text)) => {
                let text = String::from_utf8(self.bytes(text)?).ok()?;
                if !text.is_empty() {
                    let body = text.strip_suffix('\n')?;
                    let is_long = body.contains('\n') && body.lines().all(|line| line != "EOF");
                    if !(is_long && may_be_document) {
                        return Some(format!(" <<< {}", quote(body.as_bytes())));
                    }
                }
                may_be_document.then(|| {
                    self.documents += &format!("\n{text}EOF");
                    " <<'EOF'".into()
                })
            }
            _ => None,
        }
    }
}
