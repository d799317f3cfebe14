//! The bounds of everything, each with a name, so that a refusal can say which one it was.

use serde::{Deserialize, Serialize};

/// Bounds that a runner sets and tells its pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Stages a chain.
    pub stages: u32,
    /// Wires a chain.
    pub wires: u32,
    /// Lanes a run; fewer where they would have more than [`RUN_FLOWS`] flows or stages together.
    pub lanes: u32,
    /// Processes that a run may have alive at once: `jobs` × the stages that start one.
    pub processes: u32,
    /// Bytes that a chain's own inputs may hold, in all lanes that go at once, or make, each in a lane (a
    /// repeat without end is not counted).
    pub input_bytes: u64,
    /// Bytes of one message from a page.
    pub message_bytes: u32,
    /// Runs of one session that are not over.
    pub active_runs: u32,
    /// Ended runs that a session keeps to look at.
    pub kept_runs: u32,
    /// Bytes kept of the beginning, and as many of the end, of each flow.
    pub preview_bytes: u32,
    /// Bytes of typed input that wait for a stage to read them.
    pub typed_bytes: u32,
    /// The longest time that can be set as a timeout, in milliseconds.
    pub timeout_ms: u64,
    /// Flows that a page may watch at once in a run.
    pub watched_flows: u32,
    /// Bytes of a run's flows that are kept for download beyond what previews hold.
    pub spill_bytes: u64,
    /// Changes of what stages do that a run records.
    pub looks: u64,
    /// Messages that a page may send in a second.
    pub message_rate: u32,
    /// Places at which the plan of a chain looks for its programs, directories and files, in all lanes. No page needs it.
    #[serde(skip)]
    pub lookups: u64,
    /// Bytes that a page may send in a second.
    pub message_bytes_rate: u64,
    /// How long a run may take, in milliseconds; without end if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_ms: Option<u64>,
}

/// The most that [flows](crate::flow), and stages, times lanes of a run may be: each costs the runner memory
/// from the start. It lowers [`Limits::lanes`] for a chain of many.
pub const RUN_FLOWS: u32 = 200_000;

/// Notes a chain.
pub const NOTES: u32 = 500;
/// Bytes of a note's text.
pub const NOTE_BYTES: u32 = 16 << 10;
/// Groups a chain.
pub const GROUPS: u32 = 200;
/// Bytes of a wire's question.
pub const QUESTION_BYTES: u32 = 1_024;
/// Bytes of a group's title.
pub const GROUP_TITLE_BYTES: u32 = 1_024;

/// Characters of a link behind its `#`. A whole address is an argument of a command too, and Linux takes none of more than
/// 128 KiB.
pub const LINK_BYTES: usize = 100_000;
/// Bytes of what a link holds, once inflated.
pub const LINK_INFLATED_BYTES: usize = 4 << 20;

/// The name of a limit, as its refusal gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitName {
    /// [`Limits::stages`].
    Stages,
    /// [`Limits::wires`].
    Wires,
    /// [`Limits::lanes`].
    Lanes,
    /// [`Limits::processes`].
    Processes,
    /// [`Limits::input_bytes`].
    InputBytes,
    /// [`Limits::message_bytes`].
    MessageBytes,
    /// [`Limits::active_runs`].
    ActiveRuns,
    /// [`Limits::typed_bytes`].
    TypedBytes,
    /// [`Limits::timeout_ms`].
    TimeoutMs,
    /// [`Limits::watched_flows`].
    WatchedFlows,
    /// [`Limits::spill_bytes`].
    SpillBytes,
    /// [`Limits::looks`].
    Looks,
    /// Descriptors that this process may have open (`ulimit -n`).
    OpenFiles,
    /// Connections to the runner at once.
    Connections,
    /// Sessions that the runner keeps.
    Sessions,
    /// [`NOTES`].
    Notes,
    /// [`NOTE_BYTES`].
    NoteBytes,
    /// [`GROUPS`].
    Groups,
    /// [`GROUP_TITLE_BYTES`].
    GroupTitleBytes,
    /// [`QUESTION_BYTES`].
    QuestionBytes,
    /// [`Limits::run_ms`], in milliseconds.
    RunTime,
    /// Processor time of a process, in milliseconds.
    CpuTime,
    /// Bytes of memory of all processes of a learner.
    Memory,
    /// Bytes of the files of a workspace.
    WorkspaceBytes,
    /// Files and directories of a workspace.
    WorkspaceFiles,
    /// [`Limits::message_rate`].
    MessageRate,
    /// [`Limits::message_bytes_rate`].
    MessageBytesRate,
    /// Connections of one learner at once.
    ConnectionsEach,
    /// Sessions of one learner.
    SessionsEach,
    /// Chains of one person that are planned, or wait for that.
    Plans,
    /// [`Limits::lookups`].
    Lookups,
    /// Processes and threads of a sandbox at once.
    SandboxProcesses,
    /// Bytes of a file that a process writes.
    FileBytes,
    /// Bytes of the runner's memory that all runs together take.
    RunMemory,
    /// The same of one learner.
    RunMemoryEach,
    /// Times a minute that the pages of one learner connect.
    Hellos,
}

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Which.
    pub limit: LimitName,
    /// What it allows; times are in milliseconds.
    pub most: u64,
}

impl LimitName {
    /// The name with dashes, as sentences and the flag of the one that has a flag have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stages => "stages",
            Self::Wires => "wires",
            Self::Lanes => "lanes",
            Self::Processes => "processes",
            Self::InputBytes => "input-bytes",
            Self::MessageBytes => "message-bytes",
            Self::ActiveRuns => "active-runs",
            Self::TypedBytes => "typed-bytes",
            Self::TimeoutMs => "timeout-ms",
            Self::WatchedFlows => "watched-flows",
            Self::SpillBytes => "spill-bytes",
            Self::Looks => "looks",
            Self::OpenFiles => "open-files",
            Self::Connections => "connections",
            Self::Sessions => "sessions",
            Self::Notes => "notes",
            Self::NoteBytes => "note-bytes",
            Self::Groups => "groups",
            Self::GroupTitleBytes => "group-title-bytes",
            Self::QuestionBytes => "question-bytes",
            Self::RunTime => "run-time",
            Self::CpuTime => "cpu-time",
            Self::Memory => "memory",
            Self::WorkspaceBytes => "workspace-bytes",
            Self::WorkspaceFiles => "workspace-files",
            Self::MessageRate => "message-rate",
            Self::MessageBytesRate => "message-bytes-rate",
            Self::ConnectionsEach => "connections-each",
            Self::SessionsEach => "sessions-each",
            Self::Plans => "plans",
            Self::Lookups => "lookups",
            Self::SandboxProcesses => "sandbox-processes",
            Self::FileBytes => "file-bytes",
            Self::RunMemory => "run-memory",
            Self::RunMemoryEach => "run-memory-each",
            Self::Hellos => "hellos",
        }
    }
}

impl LimitName {
    /// Whether what it allows is a time, in milliseconds.
    pub fn is_time(self) -> bool {
        matches!(self, Self::TimeoutMs | Self::RunTime | Self::CpuTime)
    }
}

impl LimitName {
    /// Whether what it allows are bytes.
    pub fn is_bytes(self) -> bool {
        self.word().ends_with("bytes") || self == Self::Memory
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            stages: 500,
            wires: 1_000,
            lanes: 10_000,
            processes: 2_000,
            input_bytes: 64 << 20,
            message_bytes: 4 << 20,
            active_runs: 8,
            kept_runs: 16,
            preview_bytes: 64 << 10,
            typed_bytes: 64 << 10,
            timeout_ms: 24 * 60 * 60 * 1_000,
            watched_flows: 256,
            spill_bytes: 256 << 20,
            looks: 20_000,
            message_rate: 2_000,
            lookups: 1_000_000,
            message_bytes_rate: 64 << 20,
            run_ms: None,
        }
    }
}
