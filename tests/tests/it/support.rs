//! What the modules share.

use pipeyard_shared::chain::{Stage, WireMode};
use pipeyard_tests::TestRunner;
use pipeyard_tests::processes::{children, descriptors};

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
        let found = pipeyard_tests::wait_for("the runner to hold what it held before", || {
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
