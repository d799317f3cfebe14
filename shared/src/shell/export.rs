//! A chain as text for bash: the pipeline that a person would type where a pipeline can say it, else a script
//! that does the same.

mod line;
mod script;
mod spoken;

use std::collections::BTreeMap;

use super::import::{Imported, Reading, import};
use super::write::{bash as bash_call, quote_program};
pub(crate) use script::SCRIPT_HEAD;
pub use spoken::{Part, Spoken, reading, spoken};
pub(super) use spoken::{input_of, sayable};

use crate::chain::{
    Chain, FIRST_EXTRA_INPUT, InputPort, LAST_EXTRA_INPUT, Process, Stage, StageKind, StatusRule,
    Wire,
};
use crate::id::{StageId, WireId};
use crate::substitute::{Placeholder, Substitution, placeholders};
use crate::text::Text;

/// A chain as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The text, with a final newline.
    pub text: String,
    /// Whether it is a pipeline, which [`import`] reads back as the same chain; otherwise it is a script.
    pub is_pipeline: bool,
}

/// The text for bash that does what a chain does. Stages that are bypassed are left out, notes and places too.
///
/// A pipeline has no lanes, times, typed inputs, modes of fan-in other than bash's, and no more than bash's
/// ways to join commands; a script has them all: wires are pipes, lanes run by `xargs -P`, times are kept
/// by `timeout`, and what is typed comes from the script's standard input. In a script a fan-in by lines
/// keeps lines whole up to the size that the kernel writes in one piece.
pub fn bash(chain: &Chain) -> Exported {
    let chain = chain.reduced();
    match pipeline(&chain) {
        Some(line) => Exported {
            text: ended(line),
            is_pipeline: true,
        },
        None => Exported {
            text: script::script(&chain),
            is_pipeline: false,
        },
    }
}

/// The line with a final newline. One that has it already keeps it alone: what the importer takes whole, as bash may
/// read it in another way, would grow with each way there and back. Behind a backslash a newline ends nothing.
fn ended(line: String) -> String {
    if line.ends_with('\n') && !line.ends_with("\\\n") {
        line
    } else {
        line + "\n"
    }
}

/// A pipeline that was read back.
struct Said {
    text: String,
    /// The places of the stages, in the order in which they are read.
    order: Vec<usize>,
    imported: Imported,
}

/// The pipeline that says the same, if one does: what is read back decides.
fn pipeline(chain: &Chain) -> Option<String> {
    if !chain.lanes.is_single() || chain.status != StatusRule::Last || chain.timeout_ms.is_some() {
        return None;
    }
    said(chain, &Reading::default()).map(|said| said.text)
}

/// The text that reads back as this very chain, if there is one.
fn said(chain: &Chain, reading: &Reading) -> Option<Said> {
    let without_shell = with_bash_as_program(chain);
    let forms = [
        (chain, false),
        (chain, true),
        (&without_shell, false),
        (&without_shell, true),
    ];
    forms.into_iter().find_map(|(chain, closes)| {
        let (text, order) = line::line(chain, reading.has_lanes, closes)?;
        let imported = import(text.as_bytes(), reading).ok()?;
        let wanted = canonical(chain, &order)?;
        let read: Vec<usize> = (0..imported.chain.stages.len()).collect();
        let is_same = canonical(&imported.chain, &read)? == wanted;
        is_same.then_some(Said {
            text,
            order,
            imported,
        })
    })
}

/// What `bash` is given to run a text.
pub(super) fn bash_words(text: &Text) -> Vec<Text> {
    let options = bash_call(text).split(' ').skip(1);
    options.map(Text::from).chain([text.clone()]).collect()
}

/// The chain with `bash -c` as an ordinary program in place of shell stages.
pub(super) fn with_bash_as_program(chain: &Chain) -> Chain {
    let mut chain = chain.clone();
    for stage in &mut chain.stages {
        if let StageKind::Shell(shell) = &stage.kind {
            stage.kind = StageKind::Process(Process {
                program: "bash".into(),
                args: bash_words(&shell.text),
                setup: shell.setup.clone(),
            });
        }
    }
    chain
}

/// The extra inputs that a stage's words name, numbered as bash numbers what stands in their place: from 63
/// downwards.
pub(super) fn as_bash_numbers(chain: &mut Chain) {
    for place in 0..chain.stages.len() {
        let StageKind::Process(process) = &mut chain.stages[place].kind else {
            continue;
        };
        let mut numbers: BTreeMap<u8, u8> = BTreeMap::new();
        let mut free = (FIRST_EXTRA_INPUT..=LAST_EXTRA_INPUT).rev();
        for word in &mut process.args {
            let Some(number) = extra(word) else { continue };
            let Some(number) = numbers.get(&number).copied().or_else(|| {
                let next = free.next()?;
                numbers.insert(number, next);
                Some(next)
            }) else {
                continue;
            };
            *word = Text::from(format!("{{fd{number}}}"));
        }
        let stage = chain.stages[place].id.clone();
        for wire in &mut chain.wires {
            if let InputPort::Extra(number) = wire.to.port
                && wire.to.stage == stage
                && let Some(number) = numbers.get(&number)
            {
                wire.to.port = InputPort::Extra(*number);
            }
        }
    }
}

/// What a chain says, without names, places and the order of what has none: equal for chains that do the same.
pub(super) fn canonical(chain: &Chain, order: &[usize]) -> Option<Chain> {
    if order.len() != chain.stages.len() {
        return None;
    }
    let names: BTreeMap<&StageId, StageId> = order
        .iter()
        .enumerate()
        .map(|(number, place)| {
            let name = format!("s{number}");
            (&chain.stages[*place].id, StageId::new(name))
        })
        .collect();
    let mut plain = Chain::new("");
    for place in order {
        let stage = &chain.stages[*place];
        plain.stages.push(Stage {
            id: names.get(&stage.id)?.clone(),
            label: None,
            at: None,
            fan_in: stage
                .fan_in
                .iter()
                .filter(|(port, _)| chain.wires_to(&stage.id, **port).count() > 1)
                .map(|(port, mode)| (*port, *mode))
                .collect(),
            ..stage.clone()
        });
    }
    for wire in &chain.wires {
        let from = (names.get(&wire.from.stage)?.clone(), wire.from.port);
        let to = (names.get(&wire.to.stage)?.clone(), wire.to.port);
        plain.wires.push(Wire::between(WireId::new(""), from, to));
    }
    as_bash_numbers(&mut plain);
    plain
        .wires
        .sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
    Some(plain)
}

/// The bytes of a text that says the same in every lane and names no extra input.
fn fixed(text: &Text) -> Option<Vec<u8>> {
    if !placeholders(text).is_empty() {
        return None;
    }
    let nothing = Substitution {
        lane: crate::id::LaneNumber::FIRST,
        value: None,
    };
    Some(nothing.apply(text).into_bytes())
}

/// The extra input whose path a text is, if it is one and nothing else.
pub(super) fn extra(text: &Text) -> Option<u8> {
    match placeholders(text)[..] {
        [Placeholder::Extra(number)] => {
            let alone = format!("{{fd{number}}}");
            (text.as_bytes() == alone.as_bytes()).then_some(number)
        }
        _ => None,
    }
}
