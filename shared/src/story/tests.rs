mod any_log;
mod held;
mod log;

use super::*;
use crate::chain::{InputPort, OutputPort};
use crate::ending::{StartCause, Usage};
use crate::event::{Doing, Event, FlowEnd};
use crate::signal::Signal;
use crate::words::{self, Language};
use log::Log;

const FINE: Ending = Ending::Exited { code: 0 };

fn sigpipe() -> Ending {
    Ending::Signaled {
        signal: Signal::PIPE,
        core: false,
        reader_left: true,
        limit: None,
    }
}

/// `yes | head -100000 | sort | uniq -c`, as far as until `sort` has written.
fn classic() -> Log {
    Log::of("yes | head -100000 | sort | uniq -c", 1)
        .lane(0, 1)
        .starts(10, "yes")
        .starts(20, "head")
        .starts(30, "sort")
        .starts(40, "uniq")
        .begins(1_000, "yes")
        .begins(1_200, "head")
        .closes(41_000, "yes", FlowEnd::ReaderLeft, 120_000)
        .ends(41_000, "yes", sigpipe())
        .ends(41_500, "head", FINE)
        .closes(42_000, "head", FlowEnd::EndOfFile, 100_000)
}

#[test]
fn the_classic_is_told_in_three_sentences() {
    let log = classic()
        .begins(60_000, "sort")
        .closes(70_000, "sort", FlowEnd::EndOfFile, 100_000)
        .ends(70_000, "sort", FINE)
        .begins(71_000, "uniq")
        .closes(71_500, "uniq", FlowEnd::EndOfFile, 1)
        .ends(71_500, "uniq", FINE)
        .lane_ends(71_900, 1)
        .over(72_000, 0, 141);
    assert_eq!(
        log.english(),
        [
            "Four processes ran at once; it took 72 ms.",
            "`sort` held everything back: it took 100,000 lines (200 kB), and its first byte came out only \
             after its input had ended, 42 ms after the start.",
            "`yes` was ended by SIGPIPE because `head` had what it wanted and left, which is normal; the \
             other three ended with status 0; the chain's status is 0, and would be 141 by `pipefail`.",
        ]
    );
    let korean = log.told(Language::Ko);
    assert!(
        korean[1].contains("`sort` 단계가") && korean[1].contains("100,000줄"),
        "{korean:?}"
    );
    assert!(korean[2].contains("`head` 단계가"), "{korean:?}");
}

#[test]
fn while_it_runs_sort_holds_everything_back() {
    let log = classic().at(150_000, Event::LooksEnded { most: 1 });
    let amount = Amount {
        bytes: 200_000,
        lines: 100_000,
    };
    assert_eq!(
        log.story()[1..],
        [
            Sentence::HoldingBack {
                at: at("sort"),
                since_us: 1_200,
                took: Some(amount),
            },
            Sentence::GoingOn {
                running: 2,
                ended: 2,
            },
        ]
    );
    // Before that long it is not worth a word.
    assert_eq!(classic().story().len(), 2);
}

#[test]
fn a_filter_that_passes_things_on_holds_nothing_back() {
    let log = Log::of("seq 100000 | cat", 1)
        .lane(0, 1)
        .starts(10, "seq")
        .starts(20, "cat")
        .begins(1_000, "seq")
        .begins(1_100, "cat")
        .closes(42_000, "seq", FlowEnd::EndOfFile, 100_000)
        .closes(43_000, "cat", FlowEnd::EndOfFile, 100_000)
        .ends(43_000, "seq", FINE)
        .ends(43_000, "cat", FINE)
        .over(44_000, 0, 0);
    let told = log.english();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[1], "Both processes ended with status 0.");
}

/// A first byte may be heard a little before the end of the input that let it out.
#[test]
fn an_end_that_is_told_late_is_still_an_end() {
    let log = |out_us| {
        let log = Log::of("seq 100000 | sort", 1)
            .starts(20, "sort")
            .begins(1_000, "seq")
            .begins(out_us, "sort")
            .closes(21_000, "seq", FlowEnd::EndOfFile, 100_000);
        log.over(44_000, 0, 0).story()
    };
    assert!(matches!(log(20_500)[1], Sentence::HeldBack { .. }));
    assert!(!matches!(log(19_000)[1], Sentence::HeldBack { .. }));
}

/// What little comes out at the end may only have been in the program's own buffer.
#[test]
fn a_funnel_tells_more_than_a_buffer() {
    let log = Log::of("seq 100000 | grep 9999", 1)
        .starts(20, "grep")
        .begins(1_000, "seq")
        .closes(21_000, "seq", FlowEnd::EndOfFile, 100_000)
        .begins(21_100, "grep")
        .closes(21_200, "grep", FlowEnd::EndOfFile, 19);
    let log = log.over(44_000, 0, 0);
    assert_eq!(
        log.english()[1],
        "100,000 lines went into `grep`, and 19 came out."
    );
}

#[test]
fn lanes_are_compared_with_one_after_another() {
    let lanes = |over: bool| {
        let mut log = Log::of("true", 3);
        for lane in 1..=3 {
            log = log.lane(1_000, lane);
        }
        for lane in 1..=3 {
            log = log.lane_ends(13_000, lane);
        }
        if over {
            log.over_after(15_500, 0, 0, 36_000)
        } else {
            log
        }
    };
    assert_eq!(
        lanes(true).english()[0],
        "Three lanes ran side by side in 15.5 ms; one after another, with the same times, their processes \
         would have taken 36 ms."
    );
    assert_eq!(
        lanes(false).english()[0],
        "Three lanes have begun so far, at most three at once."
    );
    let mut log = Log::of("true", 2).lane(0, 1).lane_ends(5, 1);
    log = log.lane(5, 2).lane_ends(9, 2).over_after(9, 0, 0, 9);
    let first = &log.english()[0];
    assert!(first.contains("at most one at once"), "{first}");
    assert!(
        !first.contains("after another"),
        "it saved nothing: {first}"
    );
}

#[test]
fn a_deadlock_is_told_before_all_else() {
    let waits = vec![
        Wait {
            stage: "a".into(),
            doing: Doing::BlockedWriting {
                port: OutputPort::Stdout,
            },
            on: vec!["b".into()],
        },
        Wait {
            stage: "b".into(),
            doing: Doing::WaitingForInput {
                port: InputPort::Extra(3),
            },
            on: vec!["a".into()],
        },
    ];
    let deadlocked = Event::Deadlocked {
        lane: LaneNumber::FIRST,
        waits,
    };
    let log = classic().at(200_000, deadlocked);
    assert_eq!(
        log.english()[1],
        "A deadlock: `a` waits for `b` to read its stdout, for the pipe is full, and `b` waits for `a` to \
         write to its fd3; none of them can go on."
    );
}

#[test]
fn a_ring_of_nobody_is_no_deadlock() {
    let deadlocked = Event::Deadlocked {
        lane: LaneNumber::FIRST,
        waits: Vec::new(),
    };
    let log = classic().at(200_000, deadlocked);
    let told = log.english();
    assert!(
        told.iter().all(|sentence| !sentence.contains("deadlock")),
        "{told:?}"
    );
}

#[test]
fn what_could_not_start_is_told_with_what_it_did_to_the_rest() {
    let reason = StartFailure {
        program: "/bin/nope".into(),
        cause: StartCause::NotFound,
        error: "No such file or directory".to_owned(),
        limit: None,
    };
    let log = Log::of("true | nope | cat", 1)
        .starts(1, "true")
        .ends(2, "nope", Ending::CouldNotStart { reason })
        .ends(2, "cat", Ending::Cancelled { signal: None })
        .ends(3, "true", FINE)
        .over(4, 127, 127);
    let told = log.english();
    assert!(told[1].starts_with("`nope` could not start: "), "{told:?}");
    assert_eq!(
        told[2],
        "So the rest could not go on, and one stage was cancelled: the chain's status is 127 by either rule."
    );
}

#[test]
fn whoever_keeps_a_pipe_open_is_named() {
    let log = Log::of("sh -c 'sleep 60 & echo hi'", 1)
        .starts(1, "sh")
        .ends(2_000, "sh", FINE);
    let flow = log.flow("sh");
    let held = Event::FlowHeld {
        flow,
        pid: 4711,
        program: "sleep".into(),
    };
    let log = log.at(300_000, held);
    assert_eq!(
        log.english()[1],
        "When `sh` had ended, a process that holds its output, `sleep` (pid 4711), still keeps it open."
    );
    let log = log
        .closes(1_002_000, "sh", FlowEnd::Abandoned, 1)
        .over(1_003_000, 0, 0);
    assert!(
        log.english()[1].ends_with("kept it open for 1 s."),
        "{:?}",
        log.english()
    );
}

#[test]
fn the_slow_one_is_at_the_end_of_the_row_of_the_blocked() {
    let full = Doing::BlockedWriting {
        port: OutputPort::Stdout,
    };
    let log = Log::of("yes | cat | gzip", 1)
        .starts(0, "yes")
        .starts(0, "cat")
        .starts(0, "gzip")
        .does(10_000, "yes", full)
        .does(20_000, "cat", full)
        .does(30_000, "gzip", Doing::Running)
        .does(90_000, "cat", Doing::Running)
        .at(100_000, Event::StopAsked)
        .ends(100_000, "yes", FINE)
        .ends(100_000, "cat", FINE)
        .over(100_000, 0, 0);
    assert_eq!(
        log.story()[1..],
        [
            Sentence::Bottleneck {
                at: at("gzip"),
                blocked: "cat".into(),
                blocked_us: 70_000,
                of_us: 100_000,
            },
            Sentence::Stopped { at_us: 100_000 },
        ]
    );
}

#[test]
fn a_funnel_and_the_processors_user_are_worth_a_word() {
    let usage = |user_us| {
        Some(Usage {
            user_us,
            ..Usage::default()
        })
    };
    let log = |lines| {
        Log::of("seq 100000 | grep 9", 1)
            .starts(1, "seq")
            .starts(1, "grep")
            .begins(10, "seq")
            .begins(20, "grep")
            .closes(9_000, "seq", FlowEnd::EndOfFile, 100_000)
            .closes(9_000, "grep", FlowEnd::EndOfFile, lines)
            .ends_with(9_000, "seq", FINE, usage(1_000))
            .ends_with(9_000, "grep", FINE, usage(8_000))
            .over(9_000, 0, 0)
    };
    assert_eq!(
        log(1).english()[1],
        "100,000 lines went into `grep`, and 1 came out."
    );
    assert_eq!(
        log(40_000).english()[1],
        "`grep` used most of the processor time: 8 ms of 9 ms."
    );
}

#[test]
fn a_failure_is_told_with_its_code_and_both_statuses_and_an_answer_is_none() {
    let told = |code| {
        let log = Log::of("grep x | cat", 1)
            .starts(1, "grep")
            .starts(1, "cat")
            .ends(2, "grep", Ending::Exited { code })
            .ends(2, "cat", FINE)
            .over(3, 0, code);
        log.english().last().cloned().expect("an end")
    };
    assert_eq!(
        told(3),
        "`grep` failed with status 3: the chain's status is 0 as the last stage's, and 3 by `pipefail`."
    );
    assert_eq!(
        told(1),
        "`grep` ended with status 1 (no line matched): the chain's status is 0 as the last stage's, and 1 by `pipefail`."
    );
}

#[test]
fn what_somebody_ended_is_told_so() {
    let kill = || Ending::Signaled {
        signal: Signal::KILL,
        core: false,
        reader_left: false,
        limit: None,
    };
    let log = || Log::of("sleep 9", 1).starts(1, "sleep");
    let sent = Event::SignalSent {
        lane: LaneNumber::FIRST,
        stage: Some("sleep".into()),
        signal: Signal::KILL,
    };
    let by_hand = log().at(2, sent).ends(3, "sleep", kill()).over(4, 137, 137);
    assert!(matches!(
        by_hand.story()[1],
        Sentence::Failed { by_hand: true, .. }
    ));
    let alone = log().ends(3, "sleep", kill()).over(4, 137, 137);
    assert!(matches!(
        alone.story()[1],
        Sentence::Failed { by_hand: false, .. }
    ));
    let timed_out = Event::TimedOut {
        lane: None,
        stage: None,
        after_ms: 100,
    };
    let late = log()
        .at(100_000, timed_out)
        .ends(100_500, "sleep", kill())
        .over(100_600, 137, 137);
    assert_eq!(
        late.english()[1],
        "The run's time of 100 ms was over, and what still ran was ended."
    );
}

#[test]
fn stages_with_the_same_name_are_told_apart() {
    let log = Log::of("cat | cat", 1)
        .starts(1, "cat")
        .ends(2, "cat", Ending::Exited { code: 1 })
        .over(3, 0, 1);
    let other = log.chain.stages[1].id.clone();
    assert_eq!(words_of(&log, "cat"), "`cat (1)`");
    assert_eq!(words_of(&log, other.as_str()), "`cat (2)`");
}

#[test]
fn an_empty_log_has_no_story() {
    assert_eq!(story(&Chain::new(""), &[]), []);
}

fn words_of(log: &Log, stage: &str) -> String {
    let sentence = Sentence::MostProcessor {
        stage: stage.into(),
        used_us: 1,
        all_us: 1,
    };
    let told = words::story(Language::En, &log.chain, &sentence);
    told.split(" used").next().unwrap_or_default().to_owned()
}

fn at(stage: &str) -> At {
    At {
        lane: LaneNumber::FIRST,
        stage: stage.into(),
    }
}
