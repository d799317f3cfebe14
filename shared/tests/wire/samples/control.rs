//! Control messages, and what is inside them.

use pipeyard_shared::chain::{Chain, ReadError, Stage};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::{Event, FlowEnd, Meter, Pace, RunEvent};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::limits::{LimitName, Limits};
use pipeyard_shared::message::{
    ByeReason, ClientMessage, Notice, PROTOCOL_VERSION, Refusal, RunSummary, Seen, ServerMessage,
    Trouble, Whose,
};
use pipeyard_shared::problem::{Fault, Problem};
use pipeyard_shared::signal::Signal;
use pipeyard_shared::{LaneNumber, RunId, SessionId};

type Named<T> = Vec<(&'static str, T)>;

const RUN: RunId = RunId(7);
const LANE: LaneNumber = LaneNumber(2);

fn start_watched(chain: &Chain) -> ClientMessage {
    let mut message = ClientMessage::start(2, chain);
    if let ClientMessage::Start { watch, .. } = &mut message {
        watch.push(FlowId(0));
    }
    message
}

pub(crate) fn client() -> Named<ClientMessage> {
    // The keys of a loose chain come out sorted or in the chain's own order, depending on a feature
    // of serde_json that others in the build may switch on; in this one both are the same.
    let chain = Chain::of_stages("", vec![Stage::shell("hello", "echo hello")]);
    let hello = |session, seen| ClientMessage::Hello {
        protocol: PROTOCOL_VERSION,
        session,
        seen,
    };
    let set_pace = |pace| ClientMessage::SetPace {
        run: RUN,
        flow: FlowId(4),
        pace,
    };
    let seen = vec![Seen {
        run: RUN,
        events: 12,
    }];
    vec![
        ("hello", hello(None, Vec::new())),
        ("hello_again", hello(Some(SessionId::new("4fd1c2")), seen)),
        ("start", ClientMessage::start(1, &chain)),
        ("start_watched", start_watched(&chain)),
        ("stop", ClientMessage::Stop { run: RUN }),
        (
            "signal",
            ClientMessage::Signal {
                run: RUN,
                lane: LANE,
                stage: "openssl".into(),
                signal: Signal::TERM,
            },
        ),
        (
            "watch",
            ClientMessage::Watch {
                run: RUN,
                flow: FlowId(4),
                from: 65_536,
            },
        ),
        (
            "unwatch",
            ClientMessage::Unwatch {
                run: RUN,
                flow: FlowId(4),
            },
        ),
        ("set_pace_paused", set_pace(Pace::Paused)),
        ("set_pace_lines", set_pace(Pace::Lines { count: 10 })),
        ("set_pace_rate", set_pace(Pace::Rate { bytes: 4_096 })),
        ("set_pace_open", set_pace(Pace::Open)),
        (
            "end_input",
            ClientMessage::EndInput {
                run: RUN,
                lane: LANE,
                stage: "cat".into(),
            },
        ),
        ("forget", ClientMessage::Forget { run: RUN }),
        ("ping", ClientMessage::Ping { nonce: 99 }),
    ]
}

pub(crate) fn server() -> Named<ServerMessage> {
    let limits = Limits::default();
    let welcome_to = |yard, resumed, runs| ServerMessage::Welcome {
        protocol: PROTOCOL_VERSION,
        runner: "0.1.0".to_owned(),
        session: SessionId::new("4fd1c2"),
        resumed,
        limits: limits.clone(),
        yard,
        runs,
    };
    let welcome = |resumed, runs| welcome_to(None, resumed, runs);
    let welcome_in_room = |yard| welcome_to(Some(yard), false, Vec::new());
    let summary = RunSummary {
        run: RUN,
        chain: Chain::of_stages("", vec![Stage::process("sleep", "sleep", ["1"])]),
        events: 5,
        ended: false,
    };
    let bye = |reason| ServerMessage::Bye { reason };
    let meters = |meters| ServerMessage::Meters {
        run: RUN,
        at_us: 50_123,
        meters,
    };
    let counted = Meter {
        flow: FlowId(0),
        bytes: 1_048_576,
        lines: Some(4_096),
        waiting: None,
        room: None,
    };
    let looked_at = Meter {
        waiting: Some(0),
        room: Some(65_536),
        ..counted
    };
    let direct = Meter {
        flow: FlowId(1),
        bytes: 524_288,
        lines: None,
        waiting: Some(65_536),
        room: Some(65_536),
    };
    vec![
        ("welcome", welcome(false, Vec::new())),
        ("welcome_back", welcome(true, vec![summary])),
        ("welcome_operator", welcome_in_room(Whose::Operator)),
        ("welcome_learner", welcome_in_room(Whose::Learner)),
        (
            "started",
            ServerMessage::Started {
                request: 1,
                run: RUN,
            },
        ),
        (
            "refused",
            ServerMessage::Refused {
                request: 1,
                refusal: Refusal::Problems {
                    problems: vec![Problem::of_chain(Fault::NoStages)],
                },
            },
        ),
        (
            "events",
            ServerMessage::Events {
                run: RUN,
                events: log(),
            },
        ),
        ("meters", meters(vec![counted])),
        ("meters_with_pipe", meters(vec![looked_at, direct])),
        (
            "credit",
            ServerMessage::Credit {
                run: RUN,
                lane: LANE,
                stage: "cat".into(),
                received: 6,
                until: 65_542,
            },
        ),
        ("pong", ServerMessage::Pong { nonce: 99 }),
        (
            "trouble",
            ServerMessage::Trouble {
                trouble: Trouble::NoSuchRun { run: RUN },
            },
        ),
        (
            "notice_draining",
            ServerMessage::Notice {
                notice: Notice::Draining { left_ms: 30_000 },
            },
        ),
        ("bye_shutting_down", bye(ByeReason::ShuttingDown)),
        ("bye_replaced", bye(ByeReason::Replaced)),
        ("bye_removed", bye(ByeReason::Removed)),
        ("bye_protocol", bye(ByeReason::Protocol)),
    ]
}

fn log() -> Vec<RunEvent> {
    vec![
        RunEvent {
            seq: 3,
            at_us: 2_950,
            event: Event::FlowEnded {
                flow: FlowId(0),
                reason: FlowEnd::EndOfFile,
                bytes: Some(6),
                lines: Some(1),
                kept: None,
            },
        },
        RunEvent {
            seq: 4,
            at_us: 2_940,
            event: Event::StageEnded {
                lane: LaneNumber::FIRST,
                stage: "echo".into(),
                ending: Ending::Exited { code: 0 },
                usage: None,
            },
        },
    ]
}

pub(crate) fn refusals() -> Named<Refusal> {
    let unreadable = |error| Refusal::Unreadable { error };
    vec![
        (
            "unreadable_json",
            unreadable(ReadError::Json {
                line: 2,
                column: 11,
                what: "unknown field `stagess`".to_owned(),
            }),
        ),
        ("unreadable_no_version", unreadable(ReadError::NoVersion)),
        (
            "unreadable_other_version",
            unreadable(ReadError::OtherVersion { found: 9 }),
        ),
        (
            "problems",
            Refusal::Problems {
                problems: vec![
                    Problem::of_chain(Fault::Cycle {
                        stages: vec!["a".into(), "b".into()],
                    }),
                    Problem::of_stage(&"c".into(), Fault::NotWired),
                ],
            },
        ),
        (
            "at_limit",
            Refusal::AtLimit {
                limit: LimitName::ActiveRuns,
                most: 8,
            },
        ),
        ("shutting_down", Refusal::ShuttingDown),
    ]
}

pub(crate) fn troubles() -> Named<Trouble> {
    let at_limit = |limit| Trouble::AtLimit { limit, most: 10 };
    vec![
        (
            "bad_message",
            Trouble::BadMessage {
                error: "unknown variant `pong`".to_owned(),
            },
        ),
        (
            "bad_frame",
            Trouble::BadFrame {
                error: "no frame is of kind 9".to_owned(),
            },
        ),
        ("hello_expected", Trouble::HelloExpected),
        (
            "other_protocol",
            Trouble::OtherProtocol { runner: 2, page: 1 },
        ),
        ("no_such_run", Trouble::NoSuchRun { run: RUN }),
        ("no_such_place", Trouble::NoSuchPlace { run: RUN }),
        ("not_running", Trouble::NotRunning { run: RUN }),
        ("not_tapped", Trouble::NotTapped { run: RUN }),
        ("not_typed", Trouble::NotTyped { run: RUN }),
        (
            "typed_out_of_turn",
            Trouble::TypedOutOfTurn {
                run: RUN,
                expected: 6,
            },
        ),
        ("bad_signal", Trouble::BadSignal { signal: Signal(64) }),
        ("still_running", Trouble::StillRunning { run: RUN }),
        ("at_limit_stages", at_limit(LimitName::Stages)),
        ("at_limit_wires", at_limit(LimitName::Wires)),
        ("at_limit_lanes", at_limit(LimitName::Lanes)),
        ("at_limit_processes", at_limit(LimitName::Processes)),
        ("at_limit_input_bytes", at_limit(LimitName::InputBytes)),
        ("at_limit_message_bytes", at_limit(LimitName::MessageBytes)),
        ("at_limit_active_runs", at_limit(LimitName::ActiveRuns)),
        ("at_limit_typed_bytes", at_limit(LimitName::TypedBytes)),
        ("at_limit_timeout_ms", at_limit(LimitName::TimeoutMs)),
        ("at_limit_watched_flows", at_limit(LimitName::WatchedFlows)),
        ("at_limit_spill_bytes", at_limit(LimitName::SpillBytes)),
        ("at_limit_looks", at_limit(LimitName::Looks)),
        ("at_limit_open_files", at_limit(LimitName::OpenFiles)),
        ("at_limit_connections", at_limit(LimitName::Connections)),
        ("at_limit_run_time", at_limit(LimitName::RunTime)),
        ("at_limit_cpu_time", at_limit(LimitName::CpuTime)),
        ("at_limit_memory", at_limit(LimitName::Memory)),
        (
            "at_limit_workspace_bytes",
            at_limit(LimitName::WorkspaceBytes),
        ),
        (
            "at_limit_workspace_files",
            at_limit(LimitName::WorkspaceFiles),
        ),
        ("at_limit_message_rate", at_limit(LimitName::MessageRate)),
        (
            "at_limit_message_bytes_rate",
            at_limit(LimitName::MessageBytesRate),
        ),
        (
            "at_limit_connections_each",
            at_limit(LimitName::ConnectionsEach),
        ),
        ("at_limit_sessions_each", at_limit(LimitName::SessionsEach)),
        ("at_limit_plans", at_limit(LimitName::Plans)),
        ("at_limit_lookups", at_limit(LimitName::Lookups)),
        (
            "at_limit_sandbox_processes",
            at_limit(LimitName::SandboxProcesses),
        ),
        ("at_limit_file_bytes", at_limit(LimitName::FileBytes)),
        ("at_limit_run_memory", at_limit(LimitName::RunMemory)),
        (
            "at_limit_run_memory_each",
            at_limit(LimitName::RunMemoryEach),
        ),
        ("at_limit_hellos", at_limit(LimitName::Hellos)),
        ("at_limit_sessions", at_limit(LimitName::Sessions)),
        ("at_limit_notes", at_limit(LimitName::Notes)),
        ("at_limit_note_bytes", at_limit(LimitName::NoteBytes)),
        ("at_limit_groups", at_limit(LimitName::Groups)),
        (
            "at_limit_group_title_bytes",
            at_limit(LimitName::GroupTitleBytes),
        ),
        (
            "at_limit_question_bytes",
            at_limit(LimitName::QuestionBytes),
        ),
    ]
}

/// Either end may learn to say more in a later version without breaking the other.
#[test]
fn messages_pass_over_unknown_fields() {
    let text = r#"{"ping":{"nonce":1,"mood":"good"}}"#;
    let read: ClientMessage = serde_json::from_str(text).expect("an unknown field is passed over");
    assert_eq!(read, ClientMessage::Ping { nonce: 1 });
}

/// A runner of another version may have limits that this code does not know, or lack some.
#[test]
fn limits_that_are_not_told_are_the_defaults() {
    let read: Limits =
        serde_json::from_str(r#"{"lanes":3,"moons":1}"#).expect("limits are lenient");
    assert_eq!(
        read,
        Limits {
            lanes: 3,
            ..Limits::default()
        }
    );
}
