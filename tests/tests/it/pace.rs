//! A flow that is let through at another pace: nothing is lost, nothing passes that should not.

use anyhow::Result;
use pipeyard_shared::chain::{Chain, FanIn, Input, Stage};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::{Event, Pace};
use pipeyard_shared::message::ClientMessage;
use pipeyard_tests::client::Running;
use pipeyard_tests::lay::apart;
use pipeyard_tests::pattern::Sum;
use pipeyard_tests::{Client, RunModel, TestRunner, lay};

use crate::support::{
    FOREVER, PROBE, after_two_ticks, clock, gated, open_gate, probe, until_blocked,
};

/// Bytes of a flow that takes a moment.
pub(crate) const TOTAL: u64 = 3_000_011;
/// What may lie in the pipes of a wire and the runner between them.
const CAPACITY: u64 = 4 << 20;

/// `source | sum`, the source behind the gate `go`, and a clock beside them.
fn behind_a_gate(words: &[&str]) -> Chain {
    let source = gated("source", "go", [&[PROBE], words].concat());
    apart([source, probe("sum", ["sum"]), clock()])
        .wire("source.stdout", "sum.stdin")
        .build()
}

/// Bytes and lines that have passed, as told last.
pub(crate) fn passed(run: &Running<'_>, flow: &str) -> Result<(u64, u64)> {
    let meter = run.meter(1, flow)?;
    Ok(meter.map_or((0, 0), |meter| {
        (meter.bytes, meter.lines.unwrap_or_default())
    }))
}

#[tokio::test]
async fn a_paused_wire_lets_nothing_through_and_loses_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let total = TOTAL.to_string();
    let mut run = client.run(&behind_a_gate(&["flood", &total])).await?;
    run.set_pace(1, "w1", Pace::Paused).await?;
    open_gate(&runner, "go")?;
    let written = until_blocked(&mut run, "source").await?;
    assert!(written < CAPACITY, "{written} bytes were taken");
    after_two_ticks(&mut run).await?;
    assert_eq!(passed(&run, "w1")?, (0, 0));
    let flow = run.model().flow(1, "w1")?;
    let began = run
        .model()
        .count(|event| *event == Event::FlowBegan { flow });
    assert_eq!(began, 0, "its first byte has not passed");
    run.set_pace(1, "w1", Pace::Open).await?;
    run.until("the sum", |model| model.ending(1, "sum").is_ok())
        .await?;
    open_gate(&runner, "over")?;
    let log = run.until_ended().await?;
    assert_eq!(log.bytes(1, "w1")?, TOTAL);
    assert_eq!(log.ending(1, "source")?, Ending::Exited { code: 0 });
    let sum = run.text(1, "sum.stdout").await?;
    assert_eq!(sum, Sum::of_pattern(TOTAL).line());
    Ok(())
}

/// In the middle of things, and twice.
#[tokio::test]
async fn one_wire_stands_while_the_other_goes_on() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = apart([
        probe("a", ["flood", FOREVER]),
        probe("sum_a", ["sum"]),
        probe("b", ["flood", FOREVER]),
        probe("sum_b", ["sum"]),
    ])
    .wire("a.stdout", "sum_a.stdin")
    .wire("b.stdout", "sum_b.stdin")
    .build();
    let mut run = client.run(&chain).await?;
    let (stands, goes) = (run.model().flow(1, "w1")?, run.model().flow(1, "w2")?);
    for _ in 0..2 {
        let (before, _) = passed(&run, "w1")?;
        run.until("more bytes", |model| {
            let meter = model.meters.get(&stands);
            meter.is_some_and(|meter| meter.bytes > before + 2_000_000)
        })
        .await?;
        run.set_pace(1, "w1", Pace::Paused).await?;
        until_blocked(&mut run, "a").await?;
        let mut at = None;
        // Counters that come with the other wire's say what had passed before it stood; from then on it must
        // not move.
        for _ in 0..3 {
            let (other, _) = passed(&run, "w2")?;
            run.until("the other wire", |model| {
                let meter = model.meters.get(&goes);
                meter.is_some_and(|meter| meter.bytes > other + 1_000_000)
            })
            .await?;
            let now = passed(&run, "w1")?;
            assert!(at.is_none_or(|at| at == now), "{at:?} became {now:?}");
            at = Some(now);
        }
        run.set_pace(1, "w1", Pace::Open).await?;
    }
    run.stop().await?;
    run.until_ended().await?;
    Ok(())
}

#[tokio::test]
async fn so_many_lines_pass_and_not_one_more() -> Result<()> {
    const LINES: u64 = 60_000;
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let words = [PROBE, "lines", "60000", "l"];
    let stages = [
        gated("lines", "go", words),
        Stage::process("cat", "cat", []),
        clock(),
    ];
    let chain = apart(stages).wire("lines.stdout", "cat.stdin").build();
    let text: Vec<String> = (0..LINES).map(|number| format!("l {number}\n")).collect();
    let bytes = |lines: usize| text[..lines].concat();
    let mut run = client.run(&chain).await?;
    run.watch(1, "cat.stdout").await?;
    let shown = run.model().flow(1, "cat.stdout")?;
    let mut let_through = 0;
    for count in [1, 1, 10, 1_000] {
        run.set_pace(1, "w1", Pace::Lines { count }).await?;
        open_gate(&runner, "go")?;
        let_through += count as usize;
        let expected = bytes(let_through);
        run.until("the lines", |model| {
            let preview = model.previews.get(&shown);
            preview.is_some_and(|preview| preview.end() >= expected.len() as u64)
        })
        .await?;
        until_blocked(&mut run, "lines").await?;
        after_two_ticks(&mut run).await?;
        let counted = (expected.len() as u64, let_through as u64);
        assert_eq!(passed(&run, "w1")?, counted);
        assert_eq!(passed(&run, "cat.stdout")?, counted, "the reader got them");
        let preview = &run.model().previews[&shown];
        assert_eq!(preview.head(), expected.as_bytes());
    }
    run.set_pace(1, "w1", Pace::Open).await?;
    run.until("the reader's end", |model| model.ending(1, "cat").is_ok())
        .await?;
    open_gate(&runner, "over")?;
    let log = run.until_ended().await?;
    let total = log.flow_total(run.model().flow(1, "w1")?);
    let total = total.expect("the wire ended");
    assert_eq!(total.lines, Some(LINES));
    assert_eq!(total.bytes, Some(text.concat().len() as u64));
    assert_eq!(log.bytes(1, "cat.stdout")?, text.concat().len() as u64);
    Ok(())
}

/// Two wires of one run, the one four times as fast as the other: that is what is compared, since how
/// fast the machine is nobody knows.
#[tokio::test]
async fn rates_stand_to_each_other_as_they_were_set() -> Result<()> {
    const SLOW: u64 = 60_000;
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let flood = |id| gated(id, "go", [PROBE, "flood", FOREVER]);
    let chain = apart([
        flood("a"),
        flood("b"),
        flood("c"),
        probe("sum_a", ["sum"]),
        probe("sum_b", ["sum"]),
        probe("sum_c", ["sum"]),
    ])
    .wire("a.stdout", "sum_a.stdin")
    .wire("b.stdout", "sum_b.stdin")
    .wire("c.stdout", "sum_c.stdin")
    .build();
    let mut run = client.run(&chain).await?;
    for (wire, times) in [("w1", 1), ("w2", 4)] {
        let rate = Pace::Rate {
            bytes: SLOW * times,
        };
        run.set_pace(1, wire, rate).await?;
    }
    open_gate(&runner, "go")?;
    let [slow, fast] = ["w1", "w2"].map(|wire| run.model().flow(1, wire));
    let (slow, fast) = (slow?, fast?);
    let bytes = |model: &RunModel, flow| model.meters.get(&flow).map_or(0, |meter| meter.bytes);
    run.until("both to have begun", |model| {
        bytes(model, slow) > 0 && bytes(model, fast) > 0
    })
    .await?;
    let before = [slow, fast].map(|flow| bytes(run.model(), flow));
    run.until("some seconds' bytes", |model| {
        bytes(model, fast) > before[1] + 12 * SLOW
    })
    .await?;
    let after = [slow, fast].map(|flow| bytes(run.model(), flow));
    let [slow, fast] = [0, 1].map(|which: usize| after[which] - before[which]);
    let ratio = fast as f64 / slow as f64;
    assert!(
        (2.5..6.0).contains(&ratio),
        "{slow} and {fast} bytes are 1 to {ratio}"
    );
    // The one without a rate was in no way held to theirs.
    let (free, _) = passed(&run, "w3")?;
    assert!(free > 4 * fast, "{free} and {fast}");
    run.stop().await?;
    run.until_ended().await?;
    Ok(())
}

#[tokio::test]
async fn a_paused_branch_holds_all_back() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let total = (10 * TOTAL).to_string();
    let chain = apart([
        gated("flood", "go", [PROBE, "flood", &total]),
        probe("r1", ["sum"]),
        probe("r2", ["sum"]),
        clock(),
    ])
    .wire("flood.stdout", "r1.stdin")
    .wire("flood.stdout", "r2.stdin")
    .build();
    let mut run = client.run(&chain).await?;
    run.set_pace(1, "w1", Pace::Paused).await?;
    open_gate(&runner, "go")?;
    until_blocked(&mut run, "flood").await?;
    after_two_ticks(&mut run).await?;
    assert_eq!(passed(&run, "w1")?, (0, 0));
    let held = passed(&run, "w2")?;
    assert!(held.0 < CAPACITY, "{held:?} passed beside it");
    after_two_ticks(&mut run).await?;
    assert_eq!(passed(&run, "w2")?, held, "it stands too");
    run.set_pace(1, "w1", Pace::Open).await?;
    run.until("both sums", |model| {
        model.ending(1, "r1").is_ok() && model.ending(1, "r2").is_ok()
    })
    .await?;
    open_gate(&runner, "over")?;
    let log = run.until_ended().await?;
    for (wire, reader) in [("w1", "r1.stdout"), ("w2", "r2.stdout")] {
        assert_eq!(log.bytes(1, wire)?, 10 * TOTAL);
        let sum = run.text(1, reader).await?;
        assert_eq!(sum, Sum::of_pattern(10 * TOTAL).line());
    }
    Ok(())
}

#[tokio::test]
async fn a_paused_wire_into_a_fan_in_leaves_the_others_alone() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = apart([
        gated("a", "go", [PROBE, "lines", "3000", "a"]),
        gated("b", "go", [PROBE, "lines", "3000", "b"]),
        Stage::process("cat", "cat", []),
    ])
    .fan_in("cat.stdin", FanIn::Lines)
    .wire("a.stdout", "cat.stdin")
    .wire("b.stdout", "cat.stdin")
    .build();
    let mut run = client.run(&chain).await?;
    run.set_pace(1, "w1", Pace::Paused).await?;
    open_gate(&runner, "go")?;
    let other = run.model().flow(1, "w2")?;
    run.until("all of the other", |model| {
        model
            .flow_total(other)
            .is_some_and(|total| total.lines == Some(3_000))
    })
    .await?;
    assert_eq!(passed(&run, "w1")?, (0, 0));
    run.set_pace(1, "w1", Pace::Open).await?;
    let log = run.until_ended().await?;
    for wire in ["w1", "w2"] {
        let total = log.flow_total(log.flow(1, wire)?).expect("it ended");
        assert_eq!(total.lines, Some(3_000));
    }
    Ok(())
}

/// The lane has not begun when its wire is paused.
#[tokio::test]
async fn a_pace_holds_that_was_set_before_the_lane_began() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let chain = apart([
        gated("first", "go.{lane}", ["true"]),
        Stage::input("input", Input::Text("one\ntwo\nthree\n".into())),
        Stage::process("cat", "cat", []),
    ])
    .wire("input.stdout", "cat.stdin")
    .lanes(2)
    .jobs(1)
    .build();
    let mut run = client.run(&chain).await?;
    run.pid(1, "first").await?;
    assert_eq!(run.model().pid(2, "first"), None);
    let one = Pace::Lines { count: 1 };
    run.set_pace(2, "w1", one).await?;
    assert_eq!(run.model().pid(2, "first"), None, "it waits for the first");
    open_gate(&runner, "go.1")?;
    run.pid(2, "cat").await?;
    run.until_shown(2, "cat.stdout", b"one\n").await?;
    open_gate(&runner, "go.2")?;
    run.until("its end", |model| model.ending(2, "first").is_ok())
        .await?;
    let flow = run.model().flow(2, "w1")?;
    let shown = run.model().flow(2, "cat.stdout")?;
    assert_eq!(run.model().flow_total(flow), None, "it has not ended");
    assert_eq!(run.model().previews[&shown].head(), b"one\n");
    run.set_pace(2, "w1", Pace::Open).await?;
    run.until_ended().await?;
    assert_eq!(run.text(2, "cat.stdout").await?, "one\ntwo\nthree\n");
    assert_eq!(run.text(1, "cat.stdout").await?, "one\ntwo\nthree\n");
    Ok(())
}

/// A page that plays with the controls changes no byte of what passes.
#[tokio::test]
async fn changing_the_pace_all_the_time_loses_nothing() -> Result<()> {
    let runner = TestRunner::start()?;
    let mut client = Client::connect(&runner).await?;
    let total = 60_000_009;
    // The wires stay open until their paces have been changed often enough.
    let text = r#""$0" flood "$1"; exec "$0" gate changed true"#;
    let stages = [
        Stage::process("flood", "sh", ["-c", text, PROBE, &total.to_string()]),
        Stage::process("cat", "cat", []),
        probe("sum", ["sum"]),
    ];
    let run = client.start(&lay(stages).build()).await?;
    let wires = ["w1", "w2"].map(|wire| client.runs[&run].flow(1, wire));
    let [first, second] = wires;
    let wires = [first?, second?];
    let paces = [
        Pace::Paused,
        Pace::Open,
        Pace::Lines { count: 100 },
        Pace::Rate { bytes: 10_000_000 },
        Pace::Open,
        Pace::Paused,
        Pace::Rate { bytes: 50_000_000 },
    ];
    let changes = paces.iter().cycle().zip(wires.iter().cycle()).take(210);
    let last = wires.iter().map(|wire| (&Pace::Open, wire));
    for (pace, flow) in changes.chain(last) {
        let (pace, flow) = (*pace, *flow);
        client
            .say(&ClientMessage::SetPace { run, flow, pace })
            .await?;
        client.ping().await?;
    }
    open_gate(&runner, "changed")?;
    let mut run = client.running(run);
    let log = run.until_ended().await?;
    assert_eq!(log.bytes(1, "w1")?, total);
    assert_eq!(log.bytes(1, "w2")?, total);
    let sum = run.text(1, "sum.stdout").await?;
    assert_eq!(sum, Sum::of_pattern(total).line());
    let paced = log.count(|event| matches!(event, Event::PaceSet { .. }));
    assert_eq!(paced, 212, "each is told");
    Ok(())
}
