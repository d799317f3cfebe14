//! What the modules share.

use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_tests::client::Running;
use pipeyard_tests::processes::{Process, children, descriptors};
use pipeyard_tests::{TestRunner, wait_for};

/// Both ways in which a wire can carry bytes.
pub(crate) const MODES: [WireMode; 2] = [WireMode::Tapped, WireMode::Direct];

/// The mode as the command line has it.
pub(crate) fn word(mode: WireMode) -> &'static str {
    match mode {
        WireMode::Tapped => "tapped",
        WireMode::Direct => "direct",
    }
}

/// A stage that runs the tests' own program.
pub(crate) fn probe<'a>(id: &str, args: impl IntoIterator<Item = &'a str>) -> Stage {
    Stage::process(id, PROBE, args)
}

/// Where the tests' own program is.
pub(crate) const PROBE: &str = env!("CARGO_BIN_EXE_probe");

/// Waits until a process has stood in a write for a while: it was seen asleep, with the same number of
/// bytes written, again and again.
pub(crate) fn until_blocked(pid: u32) -> anyhow::Result<u64> {
    let written = |pid| {
        let io = std::fs::read_to_string(format!("/proc/{pid}/io")).ok()?;
        let count = io.lines().find_map(|line| line.strip_prefix("wchar: "))?;
        count.parse::<u64>().ok()
    };
    let mut last = None;
    let mut same = 0;
    wait_for("a writer that is blocked", || {
        let now =
            written(pid).filter(|_| Process::read(pid).is_some_and(|process| process.state == 'S'));
        same = if now.is_some() && now == last {
            same + 1
        } else {
            0
        };
        last = now;
        now.filter(|count| same > 60 && *count > 0)
    })
}

/// A stage that waits for a file of the workspace before it becomes a program: what is to be so before
/// the first byte can be made so until then.
pub(crate) fn gated<'a>(
    id: &str,
    gate: &'a str,
    words: impl IntoIterator<Item = &'a str>,
) -> Stage {
    const TEXT: &str = r#"until [ -e "$0" ]; do sleep 0.02; done; exec "$@""#;
    let words = words.into_iter();
    Stage::process(id, "sh", ["-c", TEXT, gate].into_iter().chain(words))
}

/// Opens the gate of a [`gated`] stage.
pub(crate) fn open_gate(runner: &TestRunner, gate: &str) -> anyhow::Result<()> {
    Ok(std::fs::write(runner.workspace().join(gate), "")?)
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
pub(crate) async fn after_two_ticks(run: &mut Running<'_>) -> anyhow::Result<()> {
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
    pub(crate) fn of(runner: &TestRunner) -> Self {
        Self {
            descriptors: descriptors(runner.pid()).len(),
            children: children(runner.pid()).len(),
            descendants: runner.descendants().len(),
        }
    }

    /// Waits until the runner holds no more than this.
    pub(crate) fn are_back(&self, runner: &TestRunner) -> anyhow::Result<()> {
        let mut last = None;
        let found = wait_for("the runner to hold what it held before", || {
            let now = Self::of(runner);
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
