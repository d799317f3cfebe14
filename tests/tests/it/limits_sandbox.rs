//! What a sandbox may use of the machine: who is at a limit is told its name where the kernel tells it, and others go on.

use anyhow::Result;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::ending::{Ending, StartCause};
use pipeyard_shared::event::Event;
use pipeyard_shared::limits::{LimitName, Reached};
use pipeyard_shared::signal::Signal;
use pipeyard_shared::words::{self, Language};
use pipeyard_tests::lay::apart;
use pipeyard_tests::{Client, Pipeyard, RunModel, TestRunner, lay};

fn shell(id: &str, text: &str) -> Stage {
    Stage::process(id, "sh", ["-c", text])
}

fn by(signal: Signal, limit: LimitName, most: u64) -> Ending {
    Ending::Signaled {
        signal,
        core: false,
        reader_left: false,
        limit: Some(Reached { limit, most }),
    }
}

/// Both languages name the limit, in words of their own.
fn is_told(ending: &Ending, name: &str) {
    let told = Language::ALL.map(|language| words::ending_hint(language, ending));
    let [Some(en), Some(ko)] = told else {
        panic!("{ending:?} has no hint");
    };
    assert!(en.contains(name) && ko.contains(name), "{en} / {ko}");
    assert_ne!(en, ko);
}

#[tokio::test]
async fn who_computes_for_too_long_is_ended_and_told_the_limit() -> Result<()> {
    let runner = TestRunner::start_at_class(&["--cpu-time", "1s"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let chain = apart([
        shell("busy", "while :; do :; done"),
        // It catches the first signal, and has the second one's time.
        shell("stubborn", "trap : XCPU; while :; do :; done"),
        shell("idle", "until [ -e over ]; do sleep 0.05; done; echo well"),
    ]);
    let mut run = client.run(&chain.build()).await?;
    run.until("two ends", |model| {
        model.count(|event| matches!(event, Event::StageEnded { .. })) == 2
    })
    .await?;
    std::fs::write(runner.workspace().join("over"), "")?;
    let log = run.until_ended().await?;
    let ended = by(Signal::XCPU, LimitName::CpuTime, 1_000);
    assert_eq!(log.ending(1, "busy")?, ended);
    is_told(&ended, "`cpu-time`");
    let Ending::Signaled { signal, .. } = log.ending(1, "stubborn")? else {
        panic!("{:?}", log.ending(1, "stubborn"));
    };
    assert_eq!(signal, Signal::KILL);
    assert_eq!(log.ending(1, "idle")?, Ending::Exited { code: 0 });
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_too_large_ends_who_writes_it() -> Result<()> {
    let runner = TestRunner::start_at_class(&["--file-bytes", "100000"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let chain = apart([
        shell("large", "exec head -c 100001 /dev/zero > large"),
        shell("small", "exec head -c 100000 /dev/zero > small"),
    ]);
    let log = client.run(&chain.build()).await?.until_ended().await?;
    let ended = by(Signal::XFSZ, LimitName::FileBytes, 100_000);
    assert_eq!(log.ending(1, "large")?, ended);
    is_told(&ended, "`file-bytes`");
    assert_eq!(log.ending(1, "small")?, Ending::Exited { code: 0 });
    for name in ["large", "small"] {
        let written = std::fs::metadata(runner.workspace().join(name))?.len();
        assert_eq!(written, 100_000, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn a_stage_too_many_is_told_the_limit_and_there_is_room_again_later() -> Result<()> {
    let runner = TestRunner::start_at_class(&["--sandbox-processes", "12"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let stages = |count: u32, seconds: &str| {
        let stage = |number| Stage::process(&format!("s{number}"), "sleep", [seconds]);
        apart((0..count).map(stage)).build()
    };
    let log = client.run(&stages(16, "600")).await?.until_ended().await?;
    let endings = (0..16).map(|number| log.ending(1, &format!("s{number}")));
    let endings = endings.collect::<Result<Vec<_>>>()?;
    let reason = endings.iter().find_map(|ending| match ending {
        Ending::CouldNotStart { reason } => Some(reason),
        _ => None,
    });
    let Some(reason) = reason else {
        panic!("{endings:?}");
    };
    assert_eq!(reason.cause, StartCause::NoMore);
    let limit = Reached {
        limit: LimitName::SandboxProcesses,
        most: 12,
    };
    assert_eq!(reason.limit, Some(limit));
    let ending = Ending::CouldNotStart {
        reason: reason.clone(),
    };
    is_told(&ending, "`sandbox-processes`");
    let log = client.run(&stages(6, "0")).await?.until_ended().await?;
    assert_eq!(log.status().map(|status| status.pipefail), Some(0));
    Ok(())
}

#[test]
fn the_folder_of_what_is_temporary_holds_no_more() -> Result<()> {
    let text = "head -c 3000000 /dev/zero > /tmp/x; stat -c %s /tmp/x; head -c 3000000 /dev/zero > /dev/shm/x";
    let outcome = Pipeyard::run_at_class(text, &["--tmp-bytes", "1048576"])?.outcome()?;
    assert_eq!(outcome.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), "1048576\n");
    let told = outcome.stderr.matches("No space left on device").count();
    assert_eq!(told, 2, "{}", outcome.stderr);
    Ok(())
}

#[test]
fn a_process_has_only_so_many_files_open() -> Result<()> {
    let text = "ulimit -n; exec python3 -c 'held = [open(\"/dev/null\") for _ in range(200)]'";
    let outcome = Pipeyard::run_at_class(text, &["--sandbox-open-files", "128"])?.outcome()?;
    assert_eq!(outcome.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&outcome.stdout), "128\n");
    assert!(
        outcome.stderr.contains("Too many open files"),
        "{}",
        outcome.stderr
    );
    Ok(())
}

const HOG: &str =
    "import time; held = b'x' * 120_000_000; print('held', flush=True); time.sleep(600)";

fn hog(id: &str) -> Stage {
    Stage::process(id, "python3", ["-c", HOG])
}

/// Where the limit is told in a log, which must be once and before any stage has ended for it.
fn told_memory(log: &RunModel, most: u64) {
    let told = Event::LimitReached {
        limit: LimitName::Memory,
        most,
    };
    assert_eq!(log.count(|event| *event == told), 1);
    let place = |found: Option<(usize, ())>| found.map(|(place, ())| place);
    let limit = place(log.find(|event| (*event == told).then_some(())));
    let ended = place(log.find(|event| matches!(event, Event::StageEnded { .. }).then_some(())));
    assert!(limit < ended, "{limit:?} {ended:?}");
}

/// Each of these processes keeps within its own limit; together they hold more than the sandbox may. It was told as a failure
/// of the wait for the process, in English.
#[tokio::test]
async fn who_holds_too_much_memory_is_ended_and_told_which_limit_it_was() -> Result<()> {
    const MOST: u64 = 200_000_000;
    let runner = TestRunner::start_at_class(&["--memory", &MOST.to_string()], &[])?;
    let mut client = Client::connect(&runner).await?;
    let mut alone = client.run(&lay([hog("a")]).build()).await?;
    alone.until_shown(1, "a.stdout", b"held").await?;
    let alone = alone.id();
    // Of the second one's lanes one at a time runs, and the others never begin.
    let second = lay([hog("b")]).lanes(3).jobs(1).build();
    let mut second = client.run(&second).await?;
    let second = second.until_ended().await?;
    let first = client.running(alone).until_ended().await?;
    for (log, stage) in [(&first, "a"), (&second, "b")] {
        told_memory(log, MOST);
        let killed = Ending::Cancelled {
            signal: Some(Signal::KILL),
        };
        assert_eq!(log.ending(1, stage)?, killed);
        let sent = log.count(|event| matches!(event, Event::SignalSent { .. }));
        assert_eq!(sent, 0, "nobody was asked to end");
    }
    assert_eq!(second.pid(2, "b"), None, "it never began");
    // There is a new sandbox for who comes next.
    let mut after = client.run(&lay([shell("a", "echo well")]).build()).await?;
    after.until_ended().await?;
    assert_eq!(after.text(1, "a.stdout").await?, "well\n");
    Ok(())
}

#[test]
fn the_command_line_names_the_limit_on_memory_too() -> Result<()> {
    let text = format!("python3 -c \"{HOG}\" | python3 -c \"{HOG}\"");
    let outcome = Pipeyard::run_at_class(&text, &["--memory", "200000000"])?.outcome()?;
    assert_eq!(outcome.status.code(), Some(137), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("the limit `memory` is reached"),
        "{}",
        outcome.stderr
    );
    Ok(())
}
