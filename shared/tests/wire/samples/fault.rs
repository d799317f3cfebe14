//! Problems.

use pipeyard_shared::chain::{InputEnd, InputPort, OutputEnd, OutputPort};
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::problem::{Counted, Fault, NotDirect, Part, Problem};

type Named<T> = Vec<(&'static str, T)>;

pub(crate) fn problems() -> Named<Problem> {
    let mut problems: Named<Problem> = Vec::new();
    let chain = [
        ("no_stages", Fault::NoStages),
        (
            "no_sandbox",
            Fault::NoSandbox {
                error: "bwrap: No permissions to create new namespace".to_owned(),
            },
        ),
        (
            "over_limit",
            Fault::OverLimit {
                limit: LimitName::Lanes,
                found: 10_001,
                most: 10_000,
            },
        ),
        (
            "over_limit_open_files",
            Fault::OverLimit {
                limit: LimitName::OpenFiles,
                found: 752,
                most: 256,
            },
        ),
        (
            "zero_lanes",
            Fault::Zero {
                what: Counted::Lanes,
            },
        ),
        (
            "zero_jobs",
            Fault::Zero {
                what: Counted::Jobs,
            },
        ),
        (
            "zero_timeout",
            Fault::Zero {
                what: Counted::Timeout,
            },
        ),
        (
            "cycle",
            Fault::Cycle {
                stages: vec!["a".into(), "b".into()],
            },
        ),
        ("nothing_to_run", Fault::NothingToRun),
        (
            "no_such_member",
            Fault::NoSuchMember {
                group: "g1".into(),
                stage: "nobody".into(),
            },
        ),
        (
            "member_twice",
            Fault::MemberTwice {
                group: "g2".into(),
                stage: "cat".into(),
            },
        ),
    ];
    problems.extend(chain.map(|(name, fault)| (name, Problem::of_chain(fault))));
    let stage = [
        (
            "bad_id",
            Fault::BadId {
                id: "b c".to_owned(),
            },
        ),
        (
            "duplicate_id",
            Fault::DuplicateId {
                id: "cat".to_owned(),
            },
        ),
        (
            "empty_program",
            Fault::Empty {
                part: Part::Program,
            },
        ),
        (
            "empty_directory",
            Fault::Empty {
                part: Part::Directory,
            },
        ),
        ("empty_path", Fault::Empty { part: Part::Path }),
        (
            "empty_shell_text",
            Fault::Empty {
                part: Part::ShellText,
            },
        ),
        (
            "empty_input_text",
            Fault::Empty {
                part: Part::InputText,
            },
        ),
        (
            "empty_variable_name",
            Fault::Empty {
                part: Part::VariableName,
            },
        ),
        (
            "nul_argument",
            Fault::Nul {
                part: Part::Argument(1),
            },
        ),
        (
            "nul_variable_value",
            Fault::Nul {
                part: Part::VariableValue,
            },
        ),
        ("equals_in_name", Fault::EqualsInName { name: "a=b".into() }),
        ("bad_hex", Fault::BadHex { position: 2 }),
        (
            "bad_base64",
            Fault::BadBase64 {
                error: "Invalid padding".to_owned(),
            },
        ),
        ("stderr_twice", Fault::StderrTwice),
        ("stdin_twice", Fault::StdinTwice),
        (
            "unwired_extra_input",
            Fault::UnwiredExtraInput {
                port: InputPort::Extra(3),
            },
        ),
        ("not_wired", Fault::NotWired),
        (
            "program_not_found",
            Fault::ProgramNotFound {
                program: "nope".into(),
                path: Some("/usr/bin:/bin".into()),
            },
        ),
        (
            "program_not_executable",
            Fault::ProgramNotExecutable {
                program: "./notes.txt".into(),
                error: "Permission denied".to_owned(),
            },
        ),
        (
            "bad_directory",
            Fault::BadDirectory {
                directory: "nowhere".into(),
                error: "No such file or directory".to_owned(),
            },
        ),
        (
            "bad_file",
            Fault::BadFile {
                path: "gone.txt".into(),
                error: "No such file or directory".to_owned(),
            },
        ),
    ];
    problems.extend(stage.map(|(name, fault)| (name, Problem::of_stage(&"s1".into(), fault))));
    let output = OutputEnd {
        stage: "s1".into(),
        port: OutputPort::Stderr,
    };
    let input = InputEnd {
        stage: "s2".into(),
        port: InputPort::Extra(4),
    };
    let direct = |why| Fault::CannotBeDirect { why };
    let wire = [
        (
            "no_such_stage",
            Fault::NoSuchStage {
                stage: "nobody".into(),
            },
        ),
        ("no_such_output", Fault::NoSuchOutput { end: output }),
        ("no_such_input", Fault::NoSuchInput { end: input }),
        ("bad_extra_input", Fault::BadExtraInput { number: 12 }),
        (
            "same_wire_twice",
            Fault::SameWireTwice { other: "w1".into() },
        ),
        ("cannot_be_direct_fan_out", direct(NotDirect::FanOut)),
        ("cannot_be_direct_fan_in", direct(NotDirect::FanIn)),
        ("cannot_be_direct_from_input", direct(NotDirect::FromInput)),
        ("cannot_be_direct_no_process", direct(NotDirect::NoProcess)),
        (
            "cannot_share",
            Fault::CannotShare {
                port: InputPort::Stdin,
            },
        ),
    ];
    problems.extend(wire.map(|(name, fault)| (name, Problem::of_wire(&"w2".into(), fault))));
    problems
}
