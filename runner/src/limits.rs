//! The table of limits: what each is called, what it is at each level, and what it is for. The command line's flags and help,
//! what a page is told in its welcome, and docs/limits.md come from here.

use std::collections::BTreeMap;
use std::time::Duration;

use pipeyard_shared::limits::Limits;
use pipeyard_shared::words::milliseconds;

use crate::level::Level;
use crate::sandbox::Caps;

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Bytes.
    Bytes,
    /// Milliseconds; said with a unit: `30s`, `5m`.
    Time,
    /// Days.
    Days,
}

/// One limit. Nothing stands for no bound.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name, which is its flag's too, and which every refusal says.
    pub name: &'static str,
    /// What it is at the level own.
    pub own: Option<u64>,
    /// What it is at the level class.
    pub class: Option<u64>,
    /// The least that can be asked for.
    pub least: u64,
    /// What it counts.
    pub unit: Unit,
    /// What it bounds, as a phrase.
    pub bounds: &'static str,
    /// What happens beyond it, as a sentence.
    pub beyond: &'static str,
}

/// The limits of a runner: those that were asked for, and else those of its level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    level: Level,
    asked: BTreeMap<&'static str, u64>,
}

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
/// Bytes of memory without which no stage starts in a sandbox: the agent's own address space, and a shell's.
const LEAST_MEMORY: u64 = 64 * MIB;

const fn row(
    name: &'static str,
    [own, class]: [Option<u64>; 2],
    unit: Unit,
    bounds: &'static str,
    beyond: &'static str,
) -> Row {
    Row {
        name,
        own,
        class,
        least: 1,
        unit,
        bounds,
        beyond,
    }
}

/// Both levels have the same.
const fn both(value: u64) -> [Option<u64>; 2] {
    [Some(value), Some(value)]
}

const fn or_none(row: Row) -> Row {
    at_least(0, row)
}

const fn at_least(least: u64, row: Row) -> Row {
    Row { least, ..row }
}

/// All limits of a runner that have a flag, in the order in which they are told.
pub const TABLE: &[Row] = &[
    row(
        "connections",
        [Some(64), Some(512)],
        Unit::Count,
        "Pages connected at once",
        "The next page is told to wait.",
    ),
    row(
        "connections-each",
        [None, Some(8)],
        Unit::Count,
        "Pages of one learner connected at once",
        "The learner's next page is told to wait.",
    ),
    row(
        "sessions",
        [Some(64), Some(512)],
        Unit::Count,
        "Sessions kept, those of pages that have left for ten minutes",
        "The one that was left for longest goes; if none was left, the page is refused.",
    ),
    row(
        "sessions-each",
        [None, Some(8)],
        Unit::Count,
        "Sessions of one learner",
        "The one that was left for longest goes; if none was left, the page is refused.",
    ),
    row(
        "active-runs",
        [Some(8), Some(4)],
        Unit::Count,
        "Runs of a session that are not over",
        "The next run is refused.",
    ),
    row(
        "kept-runs",
        [Some(16), Some(8)],
        Unit::Count,
        "Runs that are over and are kept to be looked at, a session",
        "The oldest goes.",
    ),
    row(
        "stages",
        both(500),
        Unit::Count,
        "Stages of a chain",
        "The chain is refused.",
    ),
    row(
        "wires",
        both(1_000),
        Unit::Count,
        "Wires of a chain",
        "The chain is refused.",
    ),
    row(
        "lanes",
        [Some(10_000), Some(1_000)],
        Unit::Count,
        "Lanes of a run",
        "The run is refused. Many lanes of many stages may be refused before, by run-memory or run-memory-each.",
    ),
    row(
        "processes",
        [Some(2_000), Some(200)],
        Unit::Count,
        "Processes that a run starts at once: its lanes at once times the stages that start one",
        "The run is refused.",
    ),
    row(
        "processes-all",
        [Some(4_000), Some(1_000)],
        Unit::Count,
        "Processes that all runs together have started and that are alive",
        "Lanes wait for their turn, which goes round among sessions, or learners. One of which the runner has more than 16 descriptors open a process counts for more.",
    ),
    row(
        "plans",
        [Some(16), Some(4)],
        Unit::Count,
        "Chains of one person that are planned, or wait for that: one is planned at a time",
        "The next run is refused.",
    ),
    row(
        "lookups",
        [Some(1_000_000), Some(100_000)],
        Unit::Count,
        "Places at which the plan of a chain looks for its programs, directories and files, in all lanes",
        "The chain is refused.",
    ),
    row(
        "judgements",
        [Some(4), Some(2)],
        Unit::Count,
        "Answers to exercises of one person that are judged at once",
        "The next one is refused.",
    ),
    row(
        "judgements-all",
        [Some(4), Some(8)],
        Unit::Count,
        "Answers to exercises of everybody that are judged at once",
        "The next one waits, for 40 s at most, and is then refused.",
    ),
    row(
        "run-time",
        [None, Some(5 * 60_000)],
        Unit::Time,
        "How long a run may take",
        "It is told 30 s before, or halfway, and then ended.",
    ),
    row(
        "input-bytes",
        [Some(64 * MIB), Some(16 * MIB)],
        Unit::Bytes,
        "Bytes that a chain's own inputs hold or make, in all lanes that go at once",
        "The run is refused.",
    ),
    row(
        "message-bytes",
        both(4 * MIB),
        Unit::Bytes,
        "Bytes of a message from a page",
        "The connection is closed, and told why.",
    ),
    row(
        "message-rate",
        [Some(2_000), Some(500)],
        Unit::Count,
        "Messages from a page in a second, or from all pages of a learner together",
        "The page is told, and no more is read of it until its time has come.",
    ),
    row(
        "message-bytes-rate",
        [Some(64 * MIB), Some(4 * MIB)],
        Unit::Bytes,
        "Bytes from a page in a second, or from all pages of a learner together",
        "The page is told, and no more is read of it until its time has come.",
    ),
    row(
        "request-rate",
        both(200),
        Unit::Count,
        "Requests of one address in a second, over five seconds",
        "They are answered later.",
    ),
    row(
        "answer-silence",
        both(30_000),
        Unit::Time,
        "How long a client may take nothing of what it is sent",
        "The connection is closed. A page connects again and goes on; a download can go on by its range.",
    ),
    row(
        "typed-bytes",
        both(64 * KIB),
        Unit::Bytes,
        "Bytes that are typed and wait for a stage to read them",
        "The page sends no more until the stage reads.",
    ),
    row(
        "preview-bytes",
        both(64 * KIB),
        Unit::Bytes,
        "Bytes kept of the beginning, and as many of the end, of each flow",
        "What is between is not kept there, and that is said.",
    ),
    or_none(row(
        "spill-bytes",
        [Some(256 * MIB), Some(16 * MIB)],
        Unit::Bytes,
        "Bytes that a run keeps on disk for download; 0 keeps what can be seen",
        "What comes then is not kept, and that is said.",
    )),
    or_none(row(
        "disk-bytes",
        both(2 * GIB),
        Unit::Bytes,
        "Bytes that all runs together keep on disk, of at most 512 flows",
        "A run that finds no room keeps what can be seen, until older runs go.",
    )),
    or_none(row(
        "disk-bytes-each",
        [None, Some(20 * MIB)],
        Unit::Bytes,
        "Bytes that all runs of one learner together keep on disk",
        "A run that finds no room keeps what can be seen, until older runs go.",
    )),
    row(
        "run-memory",
        both(2 * GIB),
        Unit::Bytes,
        "Bytes of the runner's own memory for chains, events and previews of all runs that are kept",
        "The oldest that are over go; then previews are smaller, and a run that finds no room is refused.",
    ),
    row(
        "run-memory-each",
        [None, Some(16 * MIB)],
        Unit::Bytes,
        "The same for the runs of one learner",
        "The oldest that are over go; then previews are smaller, and a run that finds no room is refused.",
    ),
    row(
        "hellos",
        [None, Some(60)],
        Unit::Count,
        "Times a minute that the pages of one learner connect, and are told all that is kept",
        "The next one is told, and waits until its time has come.",
    ),
    or_none(row(
        "workspace-bytes",
        [Some(GIB), Some(64 * MIB)],
        Unit::Bytes,
        "Bytes of the files of a workspace",
        "An upload is refused; at the level class, runs that write more are ended.",
    )),
    or_none(row(
        "workspace-files",
        [Some(10_000), Some(2_000)],
        Unit::Count,
        "Files and directories of a workspace",
        "An upload is refused; at the level class, runs that make more are ended.",
    )),
    or_none(row(
        "upload-bytes",
        [Some(256 * MIB), Some(16 * MIB)],
        Unit::Bytes,
        "Bytes of a file that the page adds to the workspace",
        "The upload is refused.",
    )),
    or_none(row(
        "links-bytes",
        both(64 * MIB),
        Unit::Bytes,
        "Bytes that all short links together have",
        "No more are kept.",
    )),
    or_none(row(
        "links-each",
        [None, Some(640 * KIB)],
        Unit::Bytes,
        "Bytes of the short links that one learner makes",
        "The learner's next one is refused.",
    )),
    row(
        "learners",
        [None, Some(100)],
        Unit::Count,
        "Learners that are kept",
        "Nobody new comes in until one is removed, or has stayed away for too long.",
    ),
    row(
        "joins",
        [None, Some(60)],
        Unit::Count,
        "Learners who come in for the first time in a minute",
        "The next one is told when to try again.",
    ),
    row(
        "learner-days",
        [None, Some(30)],
        Unit::Days,
        "Days for which a learner who does not come is kept, with all files",
        "The learner is removed.",
    ),
];

/// At the level class only.
const fn at_class(value: u64) -> [Option<u64>; 2] {
    [None, Some(value)]
}

/// What can be used of the machine within a sandbox, which `pipeyard run` has, too.
pub const SANDBOX: &[Row] = &[
    at_least(
        LEAST_MEMORY,
        row(
            "memory",
            at_class(Caps::USUAL.memory),
            Unit::Bytes,
            "Bytes of memory of a sandbox, and of the address space of each process in it",
            "Runs in a sandbox that holds more are ended; a process is given no more.",
        ),
    ),
    row(
        "cpu-time",
        at_class(Caps::USUAL.cpu_time.as_millis() as u64),
        Unit::Time,
        "Processor time of a process, in whole seconds",
        "It is ended by SIGXCPU, and two seconds later by SIGKILL.",
    ),
    row(
        "sandbox-processes",
        at_class(Caps::USUAL.processes),
        Unit::Count,
        "Processes and threads of a sandbox at once",
        "The next one cannot be started.",
    ),
    row(
        "file-bytes",
        at_class(Caps::USUAL.file_bytes),
        Unit::Bytes,
        "Bytes of a file that a process writes",
        "It is ended by SIGXFSZ, or told that the file is too large.",
    ),
    row(
        "tmp-bytes",
        at_class(Caps::USUAL.tmp_bytes),
        Unit::Bytes,
        "Bytes in the /tmp of a sandbox, and as many in its /dev/shm",
        "Who writes more is told that no space is left.",
    ),
    row(
        "sandbox-idle",
        at_class(5 * 60_000),
        Unit::Time,
        "How long a sandbox is there in which nothing runs",
        "It is ended with what is in its /tmp and /dev/shm, and made again when it is needed.",
    ),
    at_least(
        // An agent has those of a start open, and handles on the last that it has started.
        128,
        row(
            "sandbox-open-files",
            at_class(Caps::USUAL.open_files),
            Unit::Count,
            "Files, pipes and sockets that a process in a sandbox has open at once",
            "It is told that too many are open.",
        ),
    ),
];

impl Row {
    /// What it is at a level, as people read it.
    pub fn told(&self, level: Level) -> String {
        match (self.at(level), self.unit) {
            (None, _) => "none".to_owned(),
            (Some(value), Unit::Time) => milliseconds(value),
            (Some(value), _) => value.to_string(),
        }
    }

    fn at(&self, level: Level) -> Option<u64> {
        match level {
            Level::Own => self.own,
            Level::Class => self.class,
        }
    }
}

impl Given {
    /// The limits of a level, but for those that are asked for, by their names.
    pub fn new(level: Level, asked: BTreeMap<&'static str, u64>) -> Self {
        Self { level, asked }
    }

    /// What was asked for a limit, if anything was.
    pub fn asked(&self, name: &str) -> Option<u64> {
        self.asked.get(name).copied()
    }

    /// A limit; nothing if there is no bound.
    pub fn get(&self, name: &str) -> Option<u64> {
        let mut all = TABLE.iter().chain(SANDBOX);
        let usual = all.find(|row| row.name == name);
        self.asked(name).or_else(|| usual?.at(self.level))
    }

    /// A limit as a number: the highest one stands for no bound.
    pub fn most(&self, name: &str) -> u64 {
        self.get(name).unwrap_or(u64::MAX)
    }

    /// The same as a smaller number.
    pub fn most_u32(&self, name: &str) -> u32 {
        u32::try_from(self.most(name)).unwrap_or(u32::MAX)
    }

    /// What a sandbox may use.
    pub fn of_sandboxes(&self) -> Caps {
        Caps {
            processes: self.most("sandbox-processes"),
            memory: self.most("memory"),
            file_bytes: self.most("file-bytes"),
            cpu_time: Duration::from_millis(self.most("cpu-time")),
            open_files: self.most("sandbox-open-files"),
            tmp_bytes: self.most("tmp-bytes"),
        }
    }

    /// What pages are told, and what holds for each session.
    pub fn of_sessions(&self) -> Limits {
        let few = |name| self.most_u32(name);
        Limits {
            stages: few("stages"),
            wires: few("wires"),
            lanes: few("lanes"),
            processes: few("processes"),
            input_bytes: self.most("input-bytes"),
            message_bytes: few("message-bytes"),
            active_runs: few("active-runs"),
            kept_runs: few("kept-runs"),
            preview_bytes: few("preview-bytes"),
            typed_bytes: few("typed-bytes"),
            spill_bytes: self.most("spill-bytes"),
            message_rate: few("message-rate"),
            lookups: self.most("lookups"),
            message_bytes_rate: self.most("message-bytes-rate"),
            run_ms: self.get("run-time"),
            ..Limits::default()
        }
    }
}

#[cfg(test)]
mod tests;
