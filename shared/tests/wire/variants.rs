//! The names of all variants. Each `match` is exhaustive: a new variant does not compile until it is
//! named here, and what is named here needs a sample.

use pipeyard_shared::chain::{
    Access, Chain, FanIn, Input, InputPort, Lanes, OutputPort, ReadError, Stage, StageKind,
    StatusRule, Stderr, Stdin, Wire, WireMode,
};
use pipeyard_shared::ending::{Ending, StartCause};
use pipeyard_shared::event::{Doing, Event, FlowEnd, Pace, RunEvent};
use pipeyard_shared::files::{Kind, Listing};
use pipeyard_shared::lesson::exchange::{Asked, Attempt, FileRead, Shelf};
use pipeyard_shared::lesson::{
    Comparison, Criterion, Difference, Ends, FileTrouble, Inline, Part as LessonPart, Prose,
    QuestionKind, Shows, Verdict, WantedStatus,
};
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message::{
    ByeReason, ClientMessage, Notice, Refusal, ServerMessage, Trouble, Whose,
};
use pipeyard_shared::problem::{Counted, Fault, NotDirect, Part, Place, Problem};

use crate::json::Variants;

/// An enum's variants under the names that they have on the wire.
pub(crate) trait Named {
    /// All of them.
    const NAMES: &'static [&'static str];
    /// This one's.
    fn name(&self) -> &'static str;
}

macro_rules! named {
    ($($enum:ident { $($pattern:pat => $name:literal),+ $(,)? })+) => {
        $(impl Named for $enum {
            const NAMES: &'static [&'static str] = &[$($name),+];
            fn name(&self) -> &'static str {
                use $enum::*;
                match self { $($pattern => $name),+ }
            }
        })+
    };
}

named! {
    ClientMessage {
        Hello { .. } => "hello", Start { .. } => "start", Stop { .. } => "stop",
        Signal { .. } => "signal", Watch { .. } => "watch", Unwatch { .. } => "unwatch",
        SetPace { .. } => "set_pace", EndInput { .. } => "end_input", Forget { .. } => "forget", Ping { .. } => "ping",
    }
    ServerMessage {
        Welcome { .. } => "welcome", Started { .. } => "started", Refused { .. } => "refused",
        Events { .. } => "events", Meters { .. } => "meters", Credit { .. } => "credit",
        Pong { .. } => "pong", Trouble { .. } => "trouble", Notice { .. } => "notice", Bye { .. } => "bye",
    }
    Refusal {
        Unreadable { .. } => "unreadable", Problems { .. } => "problems",
        AtLimit { .. } => "at_limit", ShuttingDown => "shutting_down",
    }
    ReadError {
        Json { .. } => "json", NoVersion => "no_version", OtherVersion { .. } => "other_version",
    }
    Trouble {
        BadMessage { .. } => "bad_message", BadFrame { .. } => "bad_frame",
        HelloExpected => "hello_expected", OtherProtocol { .. } => "other_protocol",
        NoSuchRun { .. } => "no_such_run", NoSuchPlace { .. } => "no_such_place",
        NotRunning { .. } => "not_running", NotTapped { .. } => "not_tapped",
        NotTyped { .. } => "not_typed",
        TypedOutOfTurn { .. } => "typed_out_of_turn", BadSignal { .. } => "bad_signal",
        StillRunning { .. } => "still_running", AtLimit { .. } => "at_limit",
    }
    Notice {
        Draining { .. } => "draining",
    }
    ByeReason {
        ShuttingDown => "shutting_down", Replaced => "replaced",
        Removed => "removed", Protocol => "protocol",
    }
    Whose { Operator => "operator", Learner => "learner" }
    Event {
        RunStarted { .. } => "run_started", LaneStarted { .. } => "lane_started",
        StageStarted { .. } => "stage_started", FlowBegan { .. } => "flow_began",
        FlowEnded { .. } => "flow_ended", PaceSet { .. } => "pace_set",
        StageDoing { .. } => "stage_doing", Deadlocked { .. } => "deadlocked",
        LooksEnded { .. } => "looks_ended", FlowHeld { .. } => "flow_held",
        TimedOut { .. } => "timed_out", StopAsked => "stop_asked",
        EndsSoon { .. } => "ends_soon", LimitReached { .. } => "limit_reached",
        SignalSent { .. } => "signal_sent", StageEnded { .. } => "stage_ended",
        LeftoverEnded { .. } => "leftover_ended", LaneEnded { .. } => "lane_ended",
        RunEnded { .. } => "run_ended",
    }
    FlowEnd {
        EndOfFile => "end_of_file", ReaderLeft => "reader_left", Abandoned => "abandoned",
        Failed => "failed",
    }
    Doing {
        Running => "running", WaitingForInput { .. } => "waiting_for_input",
        BlockedWriting { .. } => "blocked_writing", Waiting => "waiting", Stopped => "stopped",
    }
    Pace { Open => "open", Paused => "paused", Lines { .. } => "lines", Rate { .. } => "rate" }
    Ending {
        Exited { .. } => "exited", Signaled { .. } => "signaled", TimedOut { .. } => "timed_out",
        CouldNotStart { .. } => "could_not_start", Cancelled { .. } => "cancelled",
        Finished => "finished", Failed { .. } => "failed",
    }
    StartCause {
        NotFound => "not_found", NotPermitted => "not_permitted", Directory => "directory",
        NotAProgram => "not_a_program",
        TooLong => "too_long", NoMore => "no_more", Other => "other",
    }
    Place { Chain => "chain", Stage(_) => "stage", Wire(_) => "wire" }
    Part {
        Program => "program", Argument(_) => "argument", VariableName => "variable_name",
        VariableValue => "variable_value", Directory => "directory", Path => "path",
        ShellText => "shell_text", InputText => "input_text",
    }
    Fault {
        NoStages => "no_stages", NothingToRun => "nothing_to_run", OverLimit { .. } => "over_limit", Zero { .. } => "zero",
        BadId { .. } => "bad_id", DuplicateId { .. } => "duplicate_id", Empty { .. } => "empty",
        Nul { .. } => "nul", EqualsInName { .. } => "equals_in_name", BadHex { .. } => "bad_hex",
        BadBase64 { .. } => "bad_base64", NoSuchStage { .. } => "no_such_stage",
        NoSuchOutput { .. } => "no_such_output", NoSuchInput { .. } => "no_such_input",
        BadExtraInput { .. } => "bad_extra_input", SameWireTwice { .. } => "same_wire_twice",
        Cycle { .. } => "cycle", StderrTwice => "stderr_twice", StdinTwice => "stdin_twice",
        CannotBeDirect { .. } => "cannot_be_direct", CannotShare { .. } => "cannot_share",
        UnwiredExtraInput { .. } => "unwired_extra_input", NotWired => "not_wired",
        NoSuchMember { .. } => "no_such_member", MemberTwice { .. } => "member_twice",
        ProgramNotFound { .. } => "program_not_found",
        ProgramNotExecutable { .. } => "program_not_executable",
        BadDirectory { .. } => "bad_directory", BadFile { .. } => "bad_file",
        NoSandbox { .. } => "no_sandbox",
    }
    Counted { Lanes => "lanes", Jobs => "jobs", Timeout => "timeout" }
    NotDirect {
        FanOut => "fan_out", FanIn => "fan_in", FromInput => "from_input",
        NoProcess => "no_process",
    }
    LimitName {
        Stages => "stages", Wires => "wires", Lanes => "lanes", Processes => "processes",
        InputBytes => "input_bytes", MessageBytes => "message_bytes",
        ActiveRuns => "active_runs", TypedBytes => "typed_bytes", TimeoutMs => "timeout_ms",
        WatchedFlows => "watched_flows", SpillBytes => "spill_bytes", Looks => "looks",
        OpenFiles => "open_files", Connections => "connections", Sessions => "sessions",
        Notes => "notes", NoteBytes => "note_bytes", Groups => "groups",
        GroupTitleBytes => "group_title_bytes", QuestionBytes => "question_bytes",
        RunTime => "run_time", CpuTime => "cpu_time", Memory => "memory",
        WorkspaceBytes => "workspace_bytes", WorkspaceFiles => "workspace_files",
        MessageRate => "message_rate", MessageBytesRate => "message_bytes_rate",
        ConnectionsEach => "connections_each", SessionsEach => "sessions_each",
        Plans => "plans", Lookups => "lookups", SandboxProcesses => "sandbox_processes",
        FileBytes => "file_bytes",
        RunMemory => "run_memory", RunMemoryEach => "run_memory_each", Hellos => "hellos",
    }
    Lanes { Count(_) => "count", Values(_) => "values" }
    StatusRule { Last => "last", Pipefail => "pipefail" }
    StageKind {
        Process(_) => "process", Shell(_) => "shell", Input(_) => "input", File(_) => "file",
        Discard => "discard",
    }
    Input {
        Text(_) => "text", Hex(_) => "hex", Base64(_) => "base64", Random(_) => "random",
        Lines(_) => "lines", Repeat { .. } => "repeat",
    }
    Access { Read => "read", Write => "write", Append => "append" }
    Stdin { Free => "free", Closed => "closed", Typed => "typed" }
    Stderr { Apart => "apart", Stdout => "stdout" }
    WireMode { Tapped => "tapped", Direct => "direct" }
    FanIn { Lines => "lines", Ordered => "ordered", Shared => "shared" }
    OutputPort { Stdout => "stdout", Stderr => "stderr" }
    InputPort { Stdin => "stdin", Extra(_) => "fd3" }
    FileRead { Lesson(_) => "lesson", Faults(_) => "faults" }
    LessonPart {
        Prose(_) => "prose", Chain(_) => "chain", Question(_) => "question", Exercise(_) => "exercise",
    }
    Prose {
        Paragraph(_) => "paragraph", Heading(_) => "heading", List { .. } => "list", Code(_) => "code",
        Quote(_) => "quote", Table(_) => "table",
    }
    Inline {
        Text(_) => "text", Code(_) => "code", Emphasis(_) => "emphasis", Strong(_) => "strong",
        Lesson { .. } => "lesson", Link { .. } => "link", Break => "break",
    }
    Ends { With(_) => "with", Somehow => "somehow", Never { .. } => "never" }
    Shows { Blocked => "blocked", Deadlock => "deadlock" }
    QuestionKind { Number => "number", Text => "text", Choice => "choice" }
    Comparison { Exact => "exact", Set => "set", Number => "number", Nothing => "nothing" }
    WantedStatus { Any => "any", Is(_) => "is" }
    Kind { File => "file", Directory => "directory", Link => "link", Special => "special" }
    Asked { Of { .. } => "of", Own(_) => "own" }
    Criterion {
        Output(_) => "output", OutputTooLong => "output_too_long", Errors(_) => "errors",
        ErrorsTooLong => "errors_too_long", Required { .. } => "required", Forbidden { .. } => "forbidden",
        AtMost { .. } => "at_most", Status { .. } => "status", File { .. } => "file",
        Changed { .. } => "changed", Time { .. } => "time", Lanes { .. } => "lanes",
    }
    FileTrouble {
        Missing => "missing", Untouched => "untouched", TooLong => "too_long", Differs(_) => "differs",
    }
    Difference {
        Nothing { .. } => "nothing", Order { .. } => "order", Blanks { .. } => "blanks",
        LastLineEnd { .. } => "last_line_end", Line { .. } => "line", Lines { .. } => "lines",
        Number { .. } => "number",
    }
}

/// Samples of `$group` must show all variants of the enums listed; `$shown` finds those in a value.
macro_rules! variants {
    ($group:ty: [$($enum:ident),*], $value:ident => $shown:expr) => {
        impl Variants for $group {
            fn all() -> Vec<&'static str> {
                let names: &[&[&'static str]] = &[$($enum::NAMES),*];
                names.concat()
            }
            fn shown(&self) -> Vec<&'static str> {
                let $value = self;
                $shown
            }
        }
    };
}

variants!(Chain: [Lanes, StatusRule], chain => vec![chain.lanes.name(), chain.status.name()]);
variants!(Stage: [StageKind, Input, Access, Stdin, Stderr, FanIn], stage => {
    let mut shown = vec![stage.kind.name()];
    shown.extend(stage.fan_in.values().map(Named::name));
    match &stage.kind {
        StageKind::Input(input) => shown.push(input.name()),
        StageKind::File(file) => shown.push(file.access.name()),
        _ => {}
    }
    if let Some(setup) = stage.setup() {
        shown.extend([setup.stdin.name(), setup.stderr.name()]);
    }
    shown
});
variants!(Wire: [WireMode, OutputPort, InputPort], wire => {
    vec![wire.mode.name(), wire.from.port.name(), wire.to.port.name()]
});
variants!(ClientMessage: [ClientMessage, Pace], message => match message {
    ClientMessage::SetPace { pace, .. } => vec![message.name(), pace.name()],
    _ => vec![message.name()],
});
variants!(ServerMessage: [ServerMessage, ByeReason, Whose], message => match message {
    ServerMessage::Welcome { yard: Some(yard), .. } => vec![message.name(), yard.name()],
    ServerMessage::Bye { reason } => vec![message.name(), reason.name()],
    _ => vec![message.name()],
});
variants!(Refusal: [Refusal, ReadError], refusal => match refusal {
    Refusal::Unreadable { error } => vec![refusal.name(), error.name()],
    _ => vec![refusal.name()],
});
variants!(Trouble: [Trouble, LimitName], trouble => match trouble {
    Trouble::AtLimit { limit, .. } => vec![trouble.name(), limit.name()],
    _ => vec![trouble.name()],
});
variants!(RunEvent: [Event, FlowEnd, Doing, Pace], entry => {
    let inside = match &entry.event {
        Event::FlowEnded { reason, .. } => Some(reason.name()),
        Event::StageDoing { doing, .. } => Some(doing.name()),
        Event::PaceSet { pace, .. } => Some(pace.name()),
        _ => None,
    };
    inside.into_iter().chain([entry.event.name()]).collect()
});
variants!(Ending: [Ending, StartCause], ending => match ending {
    Ending::CouldNotStart { reason } => vec![ending.name(), reason.cause.name()],
    _ => vec![ending.name()],
});
variants!(Problem: [Place, Part, Fault, Counted, NotDirect], problem => {
    let mut shown = vec![problem.place.name(), problem.fault.name()];
    match &problem.fault {
        Fault::Empty { part } | Fault::Nul { part } => shown.push(part.name()),
        Fault::Zero { what } => shown.push(what.name()),
        Fault::CannotBeDirect { why } => shown.push(why.name()),
        _ => {}
    }
    shown
});

variants!(Listing: [Kind], listing => listing.entries.iter().map(|entry| entry.kind.name()).collect());
variants!(Shelf: [], _shelf => Vec::new());
variants!(
    FileRead: [FileRead, LessonPart, Prose, Inline, Ends, Shows, QuestionKind, Comparison, WantedStatus],
    read => {
        let mut shown = vec![read.name()];
        let FileRead::Lesson(lesson) = read else {
            return shown;
        };
        for (_, part) in lesson.parts() {
            shown.push(part.name());
            match part {
                LessonPart::Prose(prose) => {
                    shown.push(prose.name());
                    if let Prose::Paragraph(words) = prose {
                        shown.extend(words.iter().map(Named::name));
                    }
                }
                LessonPart::Chain(given) => {
                    shown.push(given.ends.name());
                    if let Ends::Never { shows: Some(shows) } = given.ends {
                        shown.push(shows.name());
                    }
                }
                LessonPart::Question(question) => shown.push(question.kind.name()),
                LessonPart::Exercise(exercise) => {
                    shown.extend([exercise.output.name(), exercise.status.name()]);
                    shown.extend(exercise.stderr.as_ref().map(Named::name));
                }
            }
        }
        shown
    }
);
variants!(Attempt: [Asked], attempt => vec![attempt.exercise.name()]);
variants!(Verdict: [Criterion, FileTrouble, Difference], verdict => {
    let mut shown = Vec::new();
    for criterion in &verdict.criteria {
        shown.push(criterion.name());
        match criterion {
            Criterion::Output(Some(difference)) => shown.push(difference.name()),
            Criterion::File { trouble: Some(trouble), .. } => shown.push(trouble.name()),
            _ => {}
        }
    }
    shown
});

/// A name in this list is what stands on the wire: the text itself for a variant that has nothing inside,
/// the only key of an object for every other.
#[test]
fn names_are_those_of_the_wire() {
    fn tags<T: serde::Serialize + Named>(samples: impl IntoIterator<Item = T>) {
        for sample in samples {
            let json = serde_json::to_value(&sample).expect("samples can be written");
            let tag = match &json {
                serde_json::Value::String(tag) => tag.as_str(),
                serde_json::Value::Object(fields) if fields.len() == 1 => {
                    fields.keys().next().expect("one of one")
                }
                _ => panic!("no tag outside: {json}"),
            };
            assert_eq!(tag, sample.name(), "{json}");
        }
    }
    use crate::samples::{control, event, fault};
    fn values<T>(samples: Vec<(&'static str, T)>) -> impl Iterator<Item = T> {
        samples.into_iter().map(|(_, value)| value)
    }
    tags(values(control::client()));
    tags(values(control::server()));
    tags(values(control::refusals()));
    tags(values(control::troubles()));
    tags(values(event::endings()));
    tags(values(event::events()).map(|entry| entry.event));
    tags(values(fault::problems()).map(|problem| problem.fault));
    tags(values(fault::problems()).map(|problem| problem.place));
    tags(
        values(event::events()).filter_map(|entry| match entry.event {
            Event::StageDoing { doing, .. } => Some(doing),
            _ => None,
        }),
    );
    tags(
        values(control::client()).filter_map(|message| match message {
            ClientMessage::SetPace { pace, .. } => Some(pace),
            _ => None,
        }),
    );
}
