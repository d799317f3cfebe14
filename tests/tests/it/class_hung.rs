//! What a learner may try at the level *class* to keep the agent of their sandbox from answering. It waits for each program
//! that it starts, so a program that does not come to be one keeps it: then the learner's sandbox is ended, and nobody else
//! waits.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::{Chain, Stage};
use pipeyard_tests::http::come_in;
use pipeyard_tests::processes::Process;
use pipeyard_tests::{Client, RunModel, TestRunner, lay, wait_for};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::support::within;

const CODE: &str = "blue-heron-42";
/// What the kernel calls an agent, and whatever it starts that is no program yet.
const AGENT: &str = ".agent";

/// A way to keep a process from becoming its program.
struct Way {
    /// A Python program that says `held` when what is started from then on does not come to be anything.
    hold: &'static str,
    /// What is started then.
    start: fn() -> Chain,
    /// What the process does that the agent waits for.
    state: char,
}

/// The kernel has a program wait for whoever holds a lease on its file, for `/proc/sys/fs/lease-break-time`.
const LEASE: Way = Way {
    hold: "
import fcntl, os, signal, time
with open('leased', 'w') as program: program.write('#!/bin/sh\\n')
os.chmod('leased', 0o755)
signal.signal(signal.SIGIO, signal.SIG_IGN)
leased = os.open('leased', os.O_RDONLY)
fcntl.fcntl(leased, fcntl.F_SETLEASE, fcntl.F_WRLCK)
print('held', flush=True)
time.sleep(600)
",
    start: || lay([Stage::process("a", "/yard/leased", [])]).build(),
    state: 'S',
};

/// A process that is stopped before it is its program is stopped for ever.
const STOP: Way = Way {
    hold: "
import os, signal
print('held', flush=True)
while True:
    try: os.kill(-1, signal.SIGSTOP)
    except OSError: pass
",
    start: || lay([Stage::process("a", "true", [])]).lanes(100).build(),
    state: 'T',
};

/// A room in which a learner has tried it.
struct Hung {
    runner: TestRunner,
    learner: Client,
    /// Whom the agent waits for.
    waited_for: u32,
    _data: TempDir,
}

impl Hung {
    async fn by(way: &Way) -> Result<Self> {
        let data = TempDir::new()?;
        let runner = TestRunner::start_class(data.path(), CODE, &[])?;
        let mut learner = Client::connect_learner(&runner, &come_in(&runner, CODE)?).await?;
        let hold = lay([Stage::process("hold", "python3", ["-c", way.hold])]).build();
        let mut holding = learner.run(&hold).await?;
        holding.until_shown(1, "hold.stdout", b"held").await?;
        // As many as there are threads that could wait, and more. Nobody may be there to answer.
        for _ in 0..3 {
            learner.ask(serde_json::to_value((way.start)())?).await?;
        }
        let waited_for = wait_for("a process that is no program", || {
            let all = runner.descendants();
            all.iter()
                .find(|process| process.state == way.state && is_being_started(process, &all))
                .map(|process| process.pid)
        })?;
        Ok(Self {
            runner,
            learner,
            waited_for,
            _data: data,
        })
    }

    fn is_so(&self) -> bool {
        let all = self.runner.descendants();
        let mut all_of_it = all.iter().filter(|process| process.pid == self.waited_for);
        all_of_it.any(|process| is_being_started(process, &all))
    }
}

fn is_being_started(process: &Process, all: &[Process]) -> bool {
    let is_agent = |of: &&Process| of.pid == process.parent && of.name == AGENT;
    process.name == AGENT && all.iter().any(|of| is_agent(&of))
}

fn well() -> Chain {
    lay([Stage::process("a", "echo", ["well"])]).build()
}

async fn runs_well(client: &mut Client) -> Result<()> {
    let mut run = client.run(&well()).await?;
    run.until_ended().await?;
    assert_eq!(run.text(1, "a.stdout").await?, "well\n");
    Ok(())
}

/// The runner asked the agent on the threads that serve everybody: two such starts, and for ten seconds nobody was served.
async fn others_go_on(way: Way) -> Result<()> {
    let mut hung = Hung::by(&way).await?;
    let cookie = come_in(&hung.runner, CODE)?;
    let mut other = Client::connect_learner(&hung.runner, &cookie).await?;
    let mut operator = Client::connect(&hung.runner).await?;
    for _ in 0..3 {
        runs_well(&mut other).await?;
        runs_well(&mut operator).await?;
    }
    ensure!(hung.is_so(), "they were only served when it was over");
    // It is given up, and with that everything of the learner's; what comes then has a new one.
    let is_over = |client: &Client| {
        let mut runs = client.runs.values();
        client.runs.len() == 4 && runs.all(RunModel::is_ended)
    };
    hung.learner.until("the end of it all", is_over).await?;
    ensure!(!hung.is_so(), "it was not ended");
    runs_well(&mut hung.learner).await
}

#[tokio::test]
async fn others_go_on_while_a_program_waits_for_a_lease() -> Result<()> {
    others_go_on(LEASE).await
}

#[tokio::test]
async fn others_go_on_while_a_start_is_stopped() -> Result<()> {
    others_go_on(STOP).await
}

/// As many descriptors on their way between processes as the kernel lets whoever sends them have of one user's (`ETOOMANYREFS` in
/// unix(7)), which all sandboxes are. It says `held` when there are no more.
const ON_THEIR_WAY: &str = "
import array, os, socket, time
pairs, many = [], array.array('i', [os.open('/dev/null', os.O_RDONLY)] * 250)
try:
    while True:
        pairs.append(socket.socketpair())
        pairs[-1][0].sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, many)])
except OSError as error: print('held', error.errno, flush=True)
time.sleep(600)
";

/// Agents sent handles on what they had started. One learner had so many descriptors on their way that none could, and all
/// sandboxes ended: in a sandbox few may be open, so few may be on their way.
#[tokio::test]
async fn others_go_on_while_descriptors_are_on_their_way() -> Result<()> {
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &[])?;
    let mut other = Client::connect_learner(&runner, &come_in(&runner, CODE)?).await?;
    runs_well(&mut other).await?;
    let mut learner = Client::connect_learner(&runner, &come_in(&runner, CODE)?).await?;
    let hold = lay([Stage::process("hold", "python3", ["-c", ON_THEIR_WAY])]).build();
    let mut holding = learner.run(&hold).await?;
    let held = format!("held {}\n", rustix::io::Errno::TOOMANYREFS.raw_os_error());
    holding
        .until_shown(1, "hold.stdout", held.as_bytes())
        .await?;
    let mut newcomer = Client::connect_learner(&runner, &come_in(&runner, CODE)?).await?;
    for _ in 0..3 {
        runs_well(&mut other).await?;
        runs_well(&mut newcomer).await?;
        runs_well(&mut learner).await?;
    }
    let goes_on = learner.runs.values().filter(|run| !run.is_ended()).count();
    ensure!(goes_on == 1, "they were only served when it was over");
    Ok(())
}

/// An agent that waits does not see that its socket has ended: so its sandbox stayed, for ever where the start was stopped.
#[tokio::test]
async fn nothing_of_it_outlives_a_killed_runner() -> Result<()> {
    for way in [LEASE, STOP] {
        within(Duration::from_secs(1), async || {
            let mut hung = Hung::by(&way).await?;
            hung.runner.send(Signal::KILL)?;
            let killed = Instant::now();
            hung.runner.ended()?;
            wait_for("all to be gone", || {
                hung.runner.descendants().is_empty().then_some(())
            })
            .context("what is left of a killed runner")?;
            Ok(killed.elapsed())
        })
        .await?;
    }
    Ok(())
}
