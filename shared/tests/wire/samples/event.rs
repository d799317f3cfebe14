//! Events and endings.

use pipeyard_shared::LaneNumber;
use pipeyard_shared::chain::{InputPort, OutputPort};
use pipeyard_shared::ending::{Ending, StartCause, StartFailure, Status, Usage};
use pipeyard_shared::event::{Doing, Event, FlowEnd, Pace, RunEvent, Wait};
use pipeyard_shared::flow::FlowId;
use pipeyard_shared::limits::{LimitName, Reached};
use pipeyard_shared::signal::Signal;
use pipeyard_shared::text::Text;

type Named<T> = Vec<(&'static str, T)>;

pub(crate) fn events() -> Named<RunEvent> {
    const LANE: LaneNumber = LaneNumber(3);
    const FLOW: FlowId = FlowId(5);
    let status = Status {
        last: 0,
        pipefail: 141,
    };
    let ended = |reason, bytes, lines| Event::FlowEnded {
        flow: FLOW,
        reason,
        bytes,
        lines,
        kept: None,
    };
    let pace = |pace| Event::PaceSet { flow: FLOW, pace };
    let doing = |doing| Event::StageDoing {
        lane: LANE,
        stage: "sort".into(),
        doing,
    };
    let wait = |stage: &str, doing, on: &str| Wait {
        stage: stage.into(),
        doing,
        on: vec![on.into()],
    };
    let usage = Usage {
        user_us: 1_200,
        system_us: 800,
        peak_kib: 3_456,
        peak_is_bound: false,
        voluntary_switches: 7,
        involuntary_switches: 1,
    };
    let stage_ended = |ending, usage| Event::StageEnded {
        lane: LANE,
        stage: "head".into(),
        ending,
        usage,
    };
    let named = [
        ("run_started", Event::RunStarted { lanes: 3, jobs: 2 }),
        ("lane_started", Event::LaneStarted { lane: LANE }),
        (
            "stage_started",
            Event::StageStarted {
                lane: LANE,
                stage: "head".into(),
                pid: Some(4_711),
            },
        ),
        (
            "stage_started_without_process",
            Event::StageStarted {
                lane: LANE,
                stage: "random".into(),
                pid: None,
            },
        ),
        ("flow_began", Event::FlowBegan { flow: FLOW }),
        ("flow_ended", ended(FlowEnd::EndOfFile, Some(10), Some(1))),
        (
            "flow_ended_uncounted",
            ended(FlowEnd::EndOfFile, None, None),
        ),
        (
            "flow_ended_reader_left",
            ended(FlowEnd::ReaderLeft, Some(65_536), Some(32_768)),
        ),
        (
            "flow_ended_abandoned",
            ended(FlowEnd::Abandoned, Some(0), Some(0)),
        ),
        (
            "flow_ended_failed",
            ended(FlowEnd::Failed, Some(0), Some(0)),
        ),
        (
            "flow_ended_kept_in_part",
            Event::FlowEnded {
                flow: FLOW,
                reason: FlowEnd::EndOfFile,
                bytes: Some(1_000_000_000),
                lines: Some(3_984_063),
                kept: Some(268_435_456),
            },
        ),
        ("pace_set_open", pace(Pace::Open)),
        ("pace_set_paused", pace(Pace::Paused)),
        ("pace_set_lines", pace(Pace::Lines { count: 1 })),
        ("pace_set_rate", pace(Pace::Rate { bytes: 1_024 })),
        ("stage_doing_running", doing(Doing::Running)),
        (
            "stage_doing_waiting_for_input",
            doing(Doing::WaitingForInput {
                port: InputPort::Stdin,
            }),
        ),
        (
            "stage_doing_blocked_writing",
            doing(Doing::BlockedWriting {
                port: OutputPort::Stdout,
            }),
        ),
        ("stage_doing_waiting", doing(Doing::Waiting)),
        ("stage_doing_stopped", doing(Doing::Stopped)),
        (
            "deadlocked",
            Event::Deadlocked {
                lane: LANE,
                waits: vec![
                    wait(
                        "tee",
                        Doing::BlockedWriting {
                            port: OutputPort::Stdout,
                        },
                        "paste",
                    ),
                    wait(
                        "paste",
                        Doing::WaitingForInput {
                            port: InputPort::Extra(3),
                        },
                        "tee",
                    ),
                ],
            },
        ),
        ("looks_ended", Event::LooksEnded { most: 20_000 }),
        (
            "flow_held",
            Event::FlowHeld {
                flow: FLOW,
                pid: 4_712,
                program: "sleep".into(),
            },
        ),
        (
            "flow_held_not_utf8",
            Event::FlowHeld {
                flow: FLOW,
                pid: 4_712,
                program: Text::from_bytes([0xff]),
            },
        ),
        (
            "timed_out",
            Event::TimedOut {
                lane: Some(LANE),
                stage: Some("head".into()),
                after_ms: 250,
            },
        ),
        (
            "timed_out_run",
            Event::TimedOut {
                lane: None,
                stage: None,
                after_ms: 10_000,
            },
        ),
        ("stop_asked", Event::StopAsked),
        (
            "ends_soon",
            Event::EndsSoon {
                limit: LimitName::RunTime,
                most: 300_000,
                left_ms: 30_000,
            },
        ),
        (
            "limit_reached",
            Event::LimitReached {
                limit: LimitName::RunTime,
                most: 300_000,
            },
        ),
        (
            "signal_sent",
            Event::SignalSent {
                lane: LANE,
                stage: Some("head".into()),
                signal: Signal(10),
            },
        ),
        (
            "signal_sent_to_lane",
            Event::SignalSent {
                lane: LANE,
                stage: None,
                signal: Signal::TERM,
            },
        ),
        (
            "stage_ended",
            stage_ended(Ending::Exited { code: 0 }, Some(usage)),
        ),
        (
            "stage_ended_without_process",
            stage_ended(Ending::Finished, None),
        ),
        (
            "leftover_ended",
            Event::LeftoverEnded {
                lane: LANE,
                count: 1,
            },
        ),
        ("lane_ended", Event::LaneEnded { lane: LANE, status }),
        (
            "run_ended",
            Event::RunEnded {
                status,
                work_us: 3_001_234,
            },
        ),
        (
            "stage_ended_peak_is_bound",
            stage_ended(
                Ending::Exited { code: 0 },
                Some(Usage {
                    peak_is_bound: true,
                    ..usage
                }),
            ),
        ),
    ];
    (0u64..)
        .zip(named)
        .map(|(seq, (name, event))| {
            (
                name,
                RunEvent {
                    seq,
                    at_us: seq * 1_001,
                    event,
                },
            )
        })
        .collect()
}

pub(crate) fn endings() -> Named<Ending> {
    let could_not_start = |cause, error: &str| Ending::CouldNotStart {
        reason: StartFailure {
            program: "/usr/bin/nope".into(),
            cause,
            error: error.to_owned(),
            limit: None,
        },
    };
    let signaled = |signal, core, reader_left| Ending::Signaled {
        signal,
        core,
        reader_left,
        limit: None,
    };
    vec![
        ("exited", Ending::Exited { code: 0 }),
        ("exited_with_code", Ending::Exited { code: 255 }),
        ("signaled", signaled(Signal::KILL, false, false)),
        ("signaled_core", signaled(Signal(11), true, false)),
        ("signaled_reader_left", signaled(Signal::PIPE, false, true)),
        (
            "signaled_for_a_limit",
            Ending::Signaled {
                signal: Signal::XCPU,
                core: false,
                reader_left: false,
                limit: Some(Reached {
                    limit: LimitName::CpuTime,
                    most: 600_000,
                }),
            },
        ),
        (
            "timed_out",
            Ending::TimedOut {
                after_ms: 250,
                signal: Some(Signal::KILL),
            },
        ),
        (
            "timed_out_by_itself",
            Ending::TimedOut {
                after_ms: 250,
                signal: None,
            },
        ),
        (
            "could_not_start_not_found",
            could_not_start(StartCause::NotFound, "No such file or directory"),
        ),
        (
            "could_not_start_not_permitted",
            could_not_start(StartCause::NotPermitted, "Permission denied"),
        ),
        (
            "could_not_start_directory",
            could_not_start(StartCause::Directory, "Permission denied"),
        ),
        (
            "could_not_start_not_a_program",
            could_not_start(StartCause::NotAProgram, "Exec format error"),
        ),
        (
            "could_not_start_too_long",
            could_not_start(StartCause::TooLong, "Argument list too long"),
        ),
        (
            "could_not_start_no_more",
            could_not_start(StartCause::NoMore, "Too many open files"),
        ),
        (
            "could_not_start_for_a_limit",
            Ending::CouldNotStart {
                reason: StartFailure {
                    program: "/usr/bin/true".into(),
                    cause: StartCause::NoMore,
                    error: "Resource temporarily unavailable".to_owned(),
                    limit: Some(Reached {
                        limit: LimitName::SandboxProcesses,
                        most: 512,
                    }),
                },
            },
        ),
        (
            "could_not_start_other",
            could_not_start(StartCause::Other, "Input/output error"),
        ),
        ("cancelled", Ending::Cancelled { signal: None }),
        (
            "cancelled_by_signal",
            Ending::Cancelled {
                signal: Some(Signal::TERM),
            },
        ),
        ("finished", Ending::Finished),
        (
            "failed",
            Ending::Failed {
                doing: "write".to_owned(),
                error: "No space left on device".to_owned(),
            },
        ),
    ]
}
