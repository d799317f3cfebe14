//! What a chain would do, read from its commands before anything is run: for whoever is given one by somebody else.
//!
//! It is told from names and arguments, so it is told in general: what a program is known for, and which of its
//! options change that. What is not known is said to be so and never called safe. Where there is doubt there is a
//! mark. A stage without any does nothing but read, and write to its outputs, as far as its words tell; what the
//! program of that name really is on a machine is not known here.

mod program;
mod script;
mod table;

use std::collections::BTreeSet;

use crate::chain::{Access, Chain, Lanes, Process, Setup, Stage, StageKind};
use crate::id::{LaneNumber, StageId};
use crate::substitute::{Placeholder, Substitution, largest, placeholders};
use crate::text::{Text, tame};

/// How many values of lanes are looked at: where there are more, that is said.
const LANES: usize = 64;
/// What looking at a chain may cost, all its stages together: about a byte read is one. What is beyond is said not to be
/// known: whoever makes a link may put in whatever takes long.
const WORK: usize = 5 << 20;
/// What looking at a command costs besides its words: its program is sought in a table.
const COMMAND_WORK: usize = 512;
/// What a word costs besides its bytes.
const WORD_WORK: usize = 16;
/// How much of a stage is looked at in one lane: bytes, and what each word costs. A longer one is not known.
const STAGE_BYTES: usize = 64 << 10;
/// How many marks of a stage are told before only those of another kind are.
const MARKS: usize = 64;
/// How many characters of a word are told.
const BY_CHARACTERS: usize = 40;

/// What a stage may do beyond reading and writing to its outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// It may run any other command: it is a shell, an interpreter, or a program that starts others.
    Runs,
    /// It may remove or overwrite files for good, or end processes.
    Removes,
    /// It may write files.
    Writes,
    /// It may use the network.
    Network,
    /// What it may do is not known.
    Unknown,
}

/// A mark, and what it was read from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marked {
    /// What may be done.
    pub mark: Mark,
    /// The word that says so: a program, one with an option, a sign of the shell, a file. Tame, and short.
    pub by: String,
}

/// What is found while a stage is looked at.
struct Found {
    marks: BTreeSet<Marked>,
    /// What looking may still cost.
    left: usize,
}

/// The marks of every stage that has any, in the chain's order. Stages that are bypassed have theirs too.
pub fn of_chain(chain: &Chain) -> Vec<(StageId, Vec<Marked>)> {
    let mut left = WORK;
    let mut all = Vec::new();
    for stage in &chain.stages {
        let marks = of_stage(stage, &chain.lanes, &mut left);
        if !marks.is_empty() {
            all.push((stage.id.clone(), marks));
        }
    }
    all
}

/// The marks of a stage, each mark and word once, in the order of [`Mark`].
fn of_stage(stage: &Stage, lanes: &Lanes, left: &mut usize) -> Vec<Marked> {
    let mut found = Found {
        marks: BTreeSet::new(),
        left: *left,
    };
    match &stage.kind {
        StageKind::Process(process) => {
            found.setup(&process.setup);
            found.process(process, lanes);
        }
        StageKind::Shell(shell) => {
            found.add(Mark::Runs, "bash");
            found.setup(&shell.setup);
            found.in_lanes(lanes, &[&shell.text], |found, words| {
                for text in words {
                    script::shell(found, text.as_bytes());
                }
            });
        }
        StageKind::File(file) if file.access != Access::Read => {
            let sign = if file.access == Access::Append {
                ">>"
            } else {
                ">"
            };
            found.add(Mark::Writes, &format!("{sign} {}", file.path.lossy()));
        }
        StageKind::Input(_) | StageKind::File(_) | StageKind::Discard => {}
    }
    *left = found.left;
    found.marks.into_iter().collect()
}

impl Mark {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 5] = [
        Self::Runs,
        Self::Removes,
        Self::Writes,
        Self::Network,
        Self::Unknown,
    ];
}

impl Found {
    /// Takes from what looking may cost. Where that is used up, what is not looked at is not known.
    fn spend(&mut self, work: usize) -> bool {
        let left = self.left.checked_sub(work);
        self.left = left.unwrap_or(0);
        if left.is_none() {
            self.add(Mark::Unknown, "…");
        }
        left.is_some()
    }

    fn add(&mut self, mark: Mark, by: &str) {
        if self.marks.len() >= MARKS && self.has(mark) {
            return;
        }
        let tame = tame(by);
        let mut by: String = tame.chars().take(BY_CHARACTERS).collect();
        if by.len() < tame.len() {
            by.push('…');
        }
        self.marks.insert(Marked { mark, by });
    }

    fn has(&self, mark: Mark) -> bool {
        self.marks.iter().any(|marked| marked.mark == mark)
    }

    fn process(&mut self, process: &Process, lanes: &Lanes) {
        let words: Vec<&Text> = std::iter::once(&process.program)
            .chain(&process.args)
            .collect();
        self.in_lanes(lanes, &words, |found, words| {
            let words: Vec<_> = words.iter().map(|word| word.lossy()).collect();
            let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
            program::command(found, &words);
        });
    }

    /// Looks at words as each lane has them.
    fn in_lanes(&mut self, lanes: &Lanes, words: &[&Text], look: impl Fn(&mut Self, &[Text])) {
        let bytes = |of: &dyn Fn(&Text) -> usize| {
            let words = words.iter().map(|word| of(word).saturating_add(WORD_WORK));
            words.fold(0, usize::saturating_add)
        };
        if bytes(&|word| word.as_bytes().len()) > STAGE_BYTES {
            return self.add(Mark::Unknown, "…");
        }
        let differs = |word: &&Text| {
            let holds = placeholders(word);
            holds.contains(&Placeholder::Value) || holds.contains(&Placeholder::Lane)
        };
        let count = match words.iter().any(differs) {
            true => lanes.count(),
            // What stands for extra inputs, and escaped braces, are the same in all.
            false => 1,
        };
        if count > LANES {
            self.add(Mark::Unknown, "{value}");
        }
        for lane in (0..count.min(LANES)).map(LaneNumber::from_index) {
            let value = lanes.value(lane);
            let substitution = Substitution { lane, value };
            let longest = value.map_or(0, |value| value.as_bytes().len());
            let bytes =
                bytes(&|word| usize::try_from(largest(word, longest)).unwrap_or(usize::MAX));
            if bytes > STAGE_BYTES {
                self.add(Mark::Unknown, "{value}");
                continue;
            }
            if !self.spend(bytes) {
                return;
            }
            let words: Vec<Text> = words.iter().map(|word| substitution.apply(word)).collect();
            look(self, &words);
        }
    }

    /// Variables that change what a program does, or which one is meant.
    fn setup(&mut self, setup: &Setup) {
        for variable in &setup.environment {
            let name = variable.name.lossy();
            if steers_programs(&name.to_ascii_uppercase()) {
                self.add(Mark::Unknown, &format!("{name}="));
            }
        }
    }
}

/// Whether programs take more from a variable of this name than a text of their own.
fn steers_programs(name: &str) -> bool {
    const NAMES: [&str; 16] = [
        "ENV",
        "IFS",
        "PS4",
        "SHELL",
        "EDITOR",
        "VISUAL",
        "PAGER",
        "BROWSER",
        "HOME",
        "TMPDIR",
        "TAPE",
        "LESSOPEN",
        "LESSCLOSE",
        "GZIP",
        "BZIP2",
        "VIMINIT",
    ];
    const BEGIN: [&str; 9] = [
        "LD_", "DYLD_", "GIT_", "BASH", "SHELL", "PYTHON", "PERL", "RUBY", "NODE_",
    ];
    const END: [&str; 10] = [
        "PATH", "PATHS", "OPTIONS", "OPTS", "OPT", "FLAGS", "CONF", "COMMAND", "PROXY", "MODULES",
    ];
    NAMES.contains(&name)
        || BEGIN.iter().any(|begin| name.starts_with(begin))
        || END.iter().any(|end| name.ends_with(end))
        || name.contains("CONFIG")
}

#[cfg(test)]
mod tests;
