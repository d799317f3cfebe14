//! What the modules share.

use std::fs::{self, File};
use std::os::unix::fs::OpenOptionsExt;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_shared::ending::Ending;
use pipeyard_shared::event::Doing;
use pipeyard_shared::signal::Signal;
use pipeyard_tests::client::Running;
use pipeyard_tests::ordinary::for_all;
use pipeyard_tests::processes::{Process, children, descriptors};
use pipeyard_tests::{Client, PATIENCE, RunModel, TestRunner, lay, wait_for};

/// Both ways in which a wire can carry bytes.
pub(crate) const MODES: [WireMode; 2] = [WireMode::Tapped, WireMode::Direct];

/// The mode as the command line has it.
pub(crate) fn word(mode: WireMode) -> &'static str {
    match mode {
        WireMode::Tapped => "tapped",
        WireMode::Direct => "direct",
    }
}

/// A stage that runs the tests' own program: a copy, where every user can reach it, and which is in every sandbox of
/// these tests.
pub(crate) fn probe<'a>(id: &str, args: impl IntoIterator<Item = &'a str>) -> Stage {
    let program = for_all(PROBE.as_ref()).expect("room for a copy");
    Stage::process(id, &program.to_string_lossy(), args)
}

/// Where the tests' own program is.
pub(crate) const PROBE: &str = env!("CARGO_BIN_EXE_probe");

/// As many bytes as nobody will ever see: for who is to write until somebody ends it.
pub(crate) const FOREVER: &str = "1000000000000";

/// For `sh -c`: becomes a program that writes to standard error what it takes for its standard output, and
/// keeps the real one open and empty.
pub(crate) const SHOUT: &str = "exec head -c 100000000 /dev/zero 3>&1 >&2";

/// The end of a writer whose reader has left.
pub(crate) const BY_SIGPIPE: Ending = Ending::Signaled {
    signal: Signal::PIPE,
    core: false,
    reader_left: true,
    limit: None,
};

/// The size that a pipe has unless somebody asks for another.
const ORDINARY_PIPE: usize = 64 << 10;

/// Waits until the flow that a process writes to is a busy one: its pipe has been made larger.
pub(crate) fn until_busy(writer: u32) -> Result<()> {
    wait_for("a busy flow", || {
        (pipe_size(writer)? > ORDINARY_PIPE).then_some(())
    })
}

/// Waits until it is no longer one: its pipe is as it was.
pub(crate) fn until_quiet(writer: u32) -> Result<()> {
    wait_for("a quiet flow", || {
        (pipe_size(writer)? <= ORDINARY_PIPE).then_some(())
    })
}

/// Waits until the pipe that a process writes to fills up, which nobody reads, and says whether more stands in it
/// than an ordinary one holds: or else it is one.
pub(crate) fn much_stands(writer: u32) -> Result<bool> {
    wait_for("a pipe that fills up", || {
        let stands = rustix::io::ioctl_fionread(pipe_of(writer)?).ok()?;
        let is_small = pipe_size(writer)? <= ORDINARY_PIPE;
        let ordinary = ORDINARY_PIPE as u64;
        (stands > ordinary || (is_small && stands > ordinary / 2)).then_some(stands > ordinary)
    })
}

fn pipe_size(writer: u32) -> Option<usize> {
    rustix::pipe::fcntl_getpipe_size(pipe_of(writer)?).ok()
}

/// The pipe behind a process's standard output, for an instant only, so that it is not this test that reads last.
fn pipe_of(writer: u32) -> Option<File> {
    let mut pipe = File::options();
    pipe.read(true).custom_flags(libc::O_NONBLOCK);
    pipe.open(format!("/proc/{writer}/fd/1")).ok()
}

/// Waits until a stage of the first lane cannot go on writing, and gives how many bytes it has written
/// anywhere: the runner has found it blocked, and two looks later it had written nothing more.
pub(crate) async fn until_blocked(run: &mut Running<'_>, stage: &str) -> Result<u64> {
    let is_blocked =
        |model: &RunModel| matches!(model.doing(1, stage), Some(Doing::BlockedWriting { .. }));
    let pid = run.pid(1, stage).await?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        run.until("a writer that is blocked", is_blocked).await?;
        let before = written(pid)?;
        two_looks(run.client()).await?;
        let is_asleep = Process::read(pid).is_some_and(|process| process.state == 'S');
        if is_asleep && written(pid)? == before && is_blocked(run.model()) {
            return Ok(before);
        }
        ensure!(Instant::now() < deadline, "`{stage}` goes on writing");
    }
}

/// How many bytes a process has written, its threads and the children that it has reaped included.
pub(crate) fn written(pid: u32) -> Result<u64> {
    let io = fs::read_to_string(format!("/proc/{pid}/io"))?;
    let count = io.lines().find_map(|line| line.strip_prefix("wchar: "));
    Ok(count.context("a count of written bytes")?.parse()?)
}

/// Waits until the runner has looked at processes twice since this was called: so often it must find one
/// that has just begun to sleep before it says so.
async fn two_looks(client: &mut Client) -> Result<()> {
    let chain = lay([probe("sleeper", ["sleep", "60"])]).build();
    let mut run = client.run(&chain).await?;
    run.until("a sleeper that was found asleep", |model| {
        model.doing(1, "sleeper") == Some(Doing::Waiting)
    })
    .await?;
    run.stop().await?;
    run.until_ended().await?;
    let run = run.id();
    client.forget(run).await
}

/// So long a stage's end waits for bytes of its that are still to be taken.
pub(crate) const DRAIN_GRACE_US: u64 = 250_000;

/// Whether what is told of a flow, at one place of the log, comes before its stage's end at another: or else so
/// late that the end need not have waited for it, as where the runner or a reader gets no turn.
pub(crate) fn is_in_order(log: &RunModel, of_flow: usize, stage_end: usize) -> bool {
    let [flow, end] = [of_flow, stage_end].map(|place| log.events[place].at_us);
    of_flow < stage_end || flow >= end + DRAIN_GRACE_US
}

/// How often a promise about time is tried.
const TRIES: usize = 10;

/// Tries until something keeps to the time that is promised for it. Whoever breaks the promise breaks it at
/// each try; a machine that is busy with other tests makes some of them late, and hardly all.
pub(crate) async fn within(
    promised: Duration,
    mut attempt: impl AsyncFnMut() -> Result<Duration>,
) -> Result<()> {
    let mut took = Vec::new();
    for _ in 0..TRIES {
        let this = attempt().await?;
        took.push(this);
        if this <= promised {
            return Ok(());
        }
    }
    bail!("{promised:?} is promised, and it took {took:?}");
}

/// A stage that waits for a file of the workspace before it becomes a program: what is to be so before
/// the first byte can be made so until then.
pub(crate) fn gated<'a>(
    id: &str,
    gate: &'a str,
    words: impl IntoIterator<Item = &'a str>,
) -> Stage {
    probe(id, ["gate", gate].into_iter().chain(words))
}

/// Opens the gate of a [`gated`] stage.
pub(crate) fn open_gate(runner: &TestRunner, gate: &str) -> Result<()> {
    Ok(fs::write(runner.workspace().join(gate), "")?)
}

/// The id of a stage that ticks, about twenty times a second, until the gate `over` opens.
const CLOCK: &str = "clock";

/// Adds a stage that ticks for [`after_two_ticks`].
pub(crate) fn clock() -> Stage {
    let text = "until [ -e over ]; do echo tick; sleep 0.05; done";
    Stage::process(CLOCK, "sh", ["-c", text])
}

/// Waits until counters have come that were read after this was called: the run's own clock has gone on
/// in two messages one after the other. What moves in the run has been told then.
pub(crate) async fn after_two_ticks(run: &mut Running<'_>) -> Result<()> {
    let flow = format!("{CLOCK}.stdout");
    let flow = run.model().flow(1, &flow)?;
    for _ in 0..2 {
        let before = run.model().meters.get(&flow).map(|meter| meter.bytes);
        run.until("a tick", |model| {
            model.meters.get(&flow).map(|meter| meter.bytes) > before
        })
        .await?;
    }
    Ok(())
}

/// So many cases of a property, and no file about those that failed: the message has all of it.
pub(crate) fn cases(count: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        failure_persistence: None,
        // What fails has been tried for long enough, and a smaller case is seldom clearer here.
        max_shrink_iters: 8,
        ..proptest::test_runner::Config::with_cases(count)
    }
}

/// A runtime for tests that are not async as a whole, such as property tests.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// What a runner holds while nothing runs, to be the same again later.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Holdings {
    descriptors: usize,
    children: usize,
    descendants: usize,
}

impl Holdings {
    /// What it holds now, when its guard is there, which it always has.
    pub(crate) fn of(runner: &TestRunner) -> Result<Self> {
        wait_for("the guard", || children(runner.pid()).pop())?;
        Ok(Self::now(runner))
    }

    fn now(runner: &TestRunner) -> Self {
        Self {
            descriptors: descriptors(runner.pid()).len(),
            children: children(runner.pid()).len(),
            descendants: runner.descendants().len(),
        }
    }

    /// Waits until the runner holds no more than this.
    pub(crate) fn are_back(&self, runner: &TestRunner) -> Result<()> {
        let mut last = None;
        let found = wait_for("the runner to hold what it held before", || {
            let now = Self::now(runner);
            let is_back = now.descriptors <= self.descriptors
                && now.children <= self.children
                && now.descendants <= self.descendants;
            last = Some(now);
            is_back.then_some(())
        });
        found.map_err(|error| {
            error.context(format!(
                "before {self:?}, now {last:?}; children {:?}; descriptors {:?}",
                children(runner.pid()),
                descriptors(runner.pid())
            ))
        })
    }
}
