//! What can be wrong with a chain, as data. The sentences are in [`words`](crate::words).

use serde::{Deserialize, Serialize};

use crate::chain::{InputEnd, InputPort, OutputEnd};
use crate::id::{GroupId, StageId, WireId};
use crate::limits::LimitName;
use crate::text::Text;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What.
    pub fault: Fault,
}

/// The part of the chain that a problem belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The chain as a whole.
    Chain,
    /// A stage.
    Stage(StageId),
    /// A wire.
    Wire(WireId),
}

/// A part of a stage that holds text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The program's name.
    Program,
    /// An argument, by its number from 1.
    Argument(u32),
    /// A variable's name.
    VariableName,
    /// A variable's value.
    VariableValue,
    /// The working directory.
    Directory,
    /// A file's path.
    Path,
    /// A shell text.
    ShellText,
    /// The text of an input stage.
    InputText,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// There is nothing to run.
    NoStages,
    /// Every stage is bypassed, or has nothing to do without those that are.
    NothingToRun,
    /// A bound is passed.
    OverLimit {
        /// Which.
        limit: LimitName,
        /// How much there is.
        found: u64,
        /// How much there may be.
        most: u64,
    },
    /// A count that must be at least 1 is 0.
    Zero {
        /// `lanes`, `jobs`, `timeout_ms`, …
        what: Counted,
    },
    /// An id that is empty, too long, or has characters other than letters, digits, `-` and `_`.
    BadId {
        /// The id.
        id: String,
    },
    /// Two stages, wires, notes or groups have this id.
    DuplicateId {
        /// The id.
        id: String,
    },
    /// A text that must not be empty is.
    Empty {
        /// Which.
        part: Part,
    },
    /// A NUL byte, which no argument, path or variable can hold.
    Nul {
        /// Where.
        part: Part,
    },
    /// A variable's name with `=` in it.
    EqualsInName {
        /// The name.
        name: Text,
    },
    /// Something that is no pair of hexadecimal digits.
    BadHex {
        /// Where in the text, counted in characters from 1.
        position: u64,
    },
    /// Not base64.
    BadBase64 {
        /// The decoder's words.
        error: String,
    },
    /// A wire's end names a stage that is not there.
    NoSuchStage {
        /// The stage it names.
        stage: StageId,
    },
    /// A wire leaves a port that the stage does not have.
    NoSuchOutput {
        /// The end.
        end: OutputEnd,
    },
    /// A wire arrives at a port that the stage does not have.
    NoSuchInput {
        /// The end.
        end: InputEnd,
    },
    /// An extra input outside `fd3` to `fd63`.
    BadExtraInput {
        /// Its number.
        number: u8,
    },
    /// Two wires join the same two ports.
    SameWireTwice {
        /// The other one.
        other: WireId,
    },
    /// Stages that feed each other in a ring.
    Cycle {
        /// The stages of the ring, in order.
        stages: Vec<StageId>,
    },
    /// Standard error is joined to standard output, and a wire leaves it too.
    StderrTwice,
    /// Standard input is set to closed or typed, and a wire leads to it too.
    StdinTwice,
    /// A wire is direct where the bytes must pass through the runner.
    CannotBeDirect {
        /// Why.
        why: NotDirect,
    },
    /// A fan-in is shared, and one of its wires does not come from a process.
    CannotShare {
        /// The port.
        port: InputPort,
    },
    /// `{fd3}` stands in an argument and no wire leads to `fd3`.
    UnwiredExtraInput {
        /// The port.
        port: InputPort,
    },
    /// An input or a file to be read feeds nothing; a file to be written or a discard gets nothing.
    NotWired,
    /// A group names a stage that is not there.
    NoSuchMember {
        /// The group.
        group: GroupId,
        /// The stage it names.
        stage: StageId,
    },
    /// A stage is named by two groups, or by one twice.
    MemberTwice {
        /// The group that names it again.
        group: GroupId,
        /// The stage.
        stage: StageId,
    },
    /// The program is not there.
    ProgramNotFound {
        /// The program.
        program: Text,
        /// The `PATH` whose directories were searched; absent for a program that is named by a path.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        path: Option<Text>,
    },
    /// The program's path exists and cannot be run.
    ProgramNotExecutable {
        /// The path.
        program: Text,
        /// The system's words.
        error: String,
    },
    /// The working directory is missing, or no directory.
    BadDirectory {
        /// The directory.
        directory: Text,
        /// The system's words.
        error: String,
    },
    /// The file is missing, cannot be opened, or is no ordinary file.
    BadFile {
        /// The path.
        path: Text,
        /// The system's words.
        error: String,
    },
    /// The sandbox in which it would run cannot be made.
    NoSandbox {
        /// What was said of it; empty where only the runner's operator may know.
        error: String,
    },
}

/// Something that is counted and must be at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Parallel copies.
    Lanes,
    /// Copies at once.
    Jobs,
    /// A time.
    Timeout,
}

/// Why a wire cannot be direct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotDirect {
    /// Its output has other wires as well.
    FanOut,
    /// Its input has other wires as well, and they are not shared.
    FanIn,
    /// Its bytes come from the chain itself.
    FromInput,
    /// It joins two stages neither of which is a process.
    NoProcess,
}

impl Problem {
    /// A problem of the whole chain.
    pub fn of_chain(fault: Fault) -> Self {
        Self {
            place: Place::Chain,
            fault,
        }
    }

    /// A problem of one stage.
    pub fn of_stage(stage: &StageId, fault: Fault) -> Self {
        Self {
            place: Place::Stage(stage.clone()),
            fault,
        }
    }

    /// A problem of one wire.
    pub fn of_wire(wire: &WireId, fault: Fault) -> Self {
        Self {
            place: Place::Wire(wire.clone()),
            fault,
        }
    }
}
