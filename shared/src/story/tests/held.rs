//! What a person holds back is no program's doing.

use super::log::Log;
use super::{FINE, at};
use crate::chain::{OutputPort, WireMode};
use crate::event::{Doing, Event, FlowEnd, Pace};
use crate::story::Sentence;
use crate::words::Language;

const FULL: Doing = Doing::BlockedWriting {
    port: OutputPort::Stdout,
};

/// `seq 3000000 | cat`, as far as until both have written.
fn seq_cat() -> Log {
    Log::of("seq 3000000 | cat", 1)
        .lane(0, 1)
        .starts(10, "seq")
        .starts(20, "cat")
        .begins(1_000, "seq")
        .begins(1_100, "cat")
}

fn over(log: Log) -> Log {
    log.closes(2_100_000, "seq", FlowEnd::EndOfFile, 3_000_000)
        .ends(2_100_000, "seq", FINE)
        .closes(2_100_100, "cat", FlowEnd::EndOfFile, 3_000_000)
        .ends(2_100_100, "cat", FINE)
        .lane_ends(2_100_200, 1)
        .over(2_100_300, 0, 0)
}

#[test]
fn a_paused_wire_makes_nobody_the_slowest() {
    let log = seq_cat()
        .paces(5_000, "seq", Pace::Paused)
        .does(6_000, "seq", FULL)
        .paces(2_005_000, "seq", Pace::Open)
        .does(2_006_000, "seq", Doing::Running);
    let log = over(log);
    assert_eq!(
        log.english()[1],
        "The output of `seq` was held back by hand: for 2 s of 2.1 s."
    );
    assert_eq!(
        log.told(Language::Ko)[1],
        "`seq` 단계의 출력을 사람이 2.1 s 가운데 2 s 동안 붙잡아 두었습니다."
    );
}

/// The pause is before the last stage, and the first one is blocked all the same.
#[test]
fn a_pause_further_on_makes_nobody_the_slowest_either() {
    let log = Log::of("yes | cat | gzip", 1)
        .lane(0, 1)
        .starts(0, "yes")
        .starts(0, "cat")
        .starts(0, "gzip")
        .paces(1_000, "cat", Pace::Rate { bytes: 10 })
        .does(10_000, "yes", FULL)
        .does(20_000, "cat", FULL)
        .at(500_000, Event::LooksEnded { most: 1 });
    assert_eq!(
        log.story()[1],
        Sentence::HeldByHand {
            at: at("cat"),
            held_us: 499_000,
            of_us: 500_000,
            still: true,
        }
    );
    assert!(
        log.english()[1].ends_with("is held back by hand: for 499 ms of 500 ms so far."),
        "{:?}",
        log.english()
    );
    assert!(log.told(Language::Ko)[1].ends_with("붙잡고 있습니다."));
}

#[test]
fn a_short_pause_does_not_hide_who_was_slow() {
    let log = seq_cat()
        .does(2_000, "seq", FULL)
        .paces(5_000, "seq", Pace::Lines { count: 1 })
        .paces(205_000, "seq", Pace::Open)
        .does(2_050_000, "seq", Doing::Running);
    assert_eq!(
        over(log).story()[1],
        Sentence::Bottleneck {
            at: at("cat"),
            blocked: "seq".into(),
            blocked_us: 2_048_000,
            of_us: 2_099_990,
        }
    );
}

/// Held back for less than half of the time, and blocked for more only because of it.
#[test]
fn a_pause_that_is_not_worth_a_word_blames_nobody_either() {
    let log = seq_cat()
        .does(5_000, "seq", FULL)
        .paces(5_000, "seq", Pace::Paused)
        .paces(905_000, "seq", Pace::Open)
        .does(1_205_000, "seq", Doing::Running);
    let log = over(log);
    assert_eq!(log.story().len(), 2, "{:?}", log.story());
}

/// A flow begins behind its pace, so that a pause before the first byte looks like a program's own.
#[test]
fn what_waits_before_a_pace_is_not_held_back_by_the_program() {
    let log = Log::of("seq 100000 | cat", 1)
        .lane(0, 1)
        .paces(0, "cat", Pace::Paused)
        .starts(10, "seq")
        .starts(20, "cat")
        .begins(1_000, "seq")
        .closes(41_000, "seq", FlowEnd::EndOfFile, 100_000)
        .ends(41_000, "seq", FINE)
        .at(900_000, Event::LooksEnded { most: 1 });
    assert!(
        matches!(log.story()[1], Sentence::HeldByHand { still: true, .. }),
        "{:?}",
        log.story()
    );
    let log = log
        .paces(1_000_000, "cat", Pace::Open)
        .begins(1_000_010, "cat")
        .closes(1_040_000, "cat", FlowEnd::EndOfFile, 100_000)
        .ends(1_040_000, "cat", FINE)
        .lane_ends(1_040_000, 1);
    let log = log.over(1_040_000, 0, 0);
    assert!(
        matches!(log.story()[1], Sentence::HeldByHand { still: false, .. }),
        "{:?}",
        log.story()
    );
}

#[test]
fn what_is_held_back_without_a_pace_is_told_as_before() {
    let log = Log::of("seq 100000 | sort", 1)
        .lane(0, 1)
        .paces(0, "sort", Pace::Paused)
        .starts(10, "seq")
        .starts(20, "sort")
        .begins(1_000, "seq")
        .paces(50_000, "sort", Pace::Open);
    let soon = log.at(140_000, Event::LooksEnded { most: 1 });
    assert_eq!(soon.story().len(), 2, "{:?}", soon.story());
    let later = soon.at(160_000, Event::LooksEnded { most: 1 });
    assert!(
        matches!(later.story()[1], Sentence::HoldingBack { .. }),
        "{:?}",
        later.story()
    );
}

/// A pace that is set before a lane is opened is told, and a direct wire has none.
#[test]
fn a_direct_wire_is_never_held_back() {
    let mut log = seq_cat();
    log.chain.wires[0].mode = WireMode::Direct;
    let log = log
        .paces(0, "seq", Pace::Paused)
        .at(900_000, Event::LooksEnded { most: 1 });
    assert_eq!(log.story().len(), 2, "{:?}", log.story());
}
