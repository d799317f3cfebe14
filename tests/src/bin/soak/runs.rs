//! Many runs in a row leave nothing behind.

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_tests::processes::{children, descriptors, resident_kib, threads};
use pipeyard_tests::{Client, TestRunner, lay, wait_for};

use crate::finding::Finding;

/// What a runner holds.
#[derive(Clone, Copy, Debug)]
struct Holdings {
    descriptors: usize,
    threads: u64,
    children: usize,
    resident_kib: u64,
}

impl Holdings {
    fn now(runner: &TestRunner) -> Self {
        Self {
            descriptors: descriptors(runner.pid()).len(),
            threads: threads(runner.pid()),
            children: children(runner.pid()).len(),
            resident_kib: resident_kib(runner.pid()),
        }
    }
}

/// Runs that end in each way: well, with a status, by SIGPIPE, stopped, with a program that cannot be started.
fn chains() -> Vec<Chain> {
    let shell = |text| lay([Stage::shell("only", text)]).build();
    vec![
        lay([
            Stage::process("seq", "seq", ["1", "1000"]),
            Stage::process("wc", "wc", ["-l"]),
        ])
        .build(),
        shell("exit 3"),
        lay([
            Stage::process("yes", "yes", []),
            Stage::process("head", "head", ["-n", "10"]),
        ])
        .build(),
        lay([Stage::process("sleep", "sleep", ["600"])]).build(),
        lay([
            Stage::process("seq", "seq", ["1", "100"]),
            Stage::process("noise", "./noise", []),
        ])
        .lanes(2)
        .build(),
    ]
}

/// The chain of [`chains`] that does not end by itself.
const ENDLESS: usize = 3;

/// So many runs, one after the other.
pub(crate) async fn runs(count: usize) -> Result<Vec<Finding>> {
    ensure!(count >= 100, "fewer than 100 runs show nothing");
    let runner = TestRunner::start()?;
    put_noise(&runner)?;
    let mut client = Client::connect(&runner).await?;
    wait_for("the guard", || children(runner.pid()).pop())?;
    let chains = chains();
    let mut early = None;
    for number in 0..count {
        if number == count / 10 {
            early = Some(Holdings::now(&runner));
        }
        let which = number % chains.len();
        let run = client.start(&chains[which]).await?;
        if which == ENDLESS {
            client.running(run).stop().await?;
        }
        let ended = client.running(run).until_ended().await;
        ended.with_context(|| format!("run {number} of {count}"))?;
        client.forget(run).await?;
        // Their nonces would be most of what this process holds.
        client.pongs.clear();
    }
    let early = early.context("there was a tenth of them")?;
    let late = wait_for("what runs held to be given back", || {
        let now = Holdings::now(&runner);
        (now.descriptors <= early.descriptors
            && now.children <= early.children
            && now.threads <= early.threads)
            .then_some(now)
    })
    .with_context(|| format!("after a tenth {early:?}, now {:?}", Holdings::now(&runner)))?;
    let grown = late.resident_kib.saturating_sub(early.resident_kib);
    Ok(vec![
        Finding {
            what: format!(
                "{count} runs in a row: descriptors, threads and processes more at the end than after a tenth"
            ),
            found: "none".into(),
            wanted: "none",
            reached: Some(true),
        },
        Finding {
            what: format!("{count} runs in a row: memory more at the end than after a tenth"),
            found: format!("{grown} KiB, of {} KiB", late.resident_kib),
            wanted: "≤ 1024 KiB",
            reached: Some(grown <= 1024),
        },
    ])
}

/// A file that can be executed and is no program.
fn put_noise(runner: &TestRunner) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let path = runner.workspace().join("noise");
    std::fs::write(&path, "neither program nor script")?;
    let executable = std::fs::Permissions::from_mode(0o755);
    Ok(std::fs::set_permissions(&path, executable)?)
}
