//! What a client that does its worst costs the others.
//!
//! The runner and the client whose time is measured have one core to themselves, with or without an attack; the attacker has
//! another. So what is told is the work that the runner has with him, and not that a computer has only so many cores.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::Stage;
use pipeyard_tests::{Client, TestRunner, http, lay};
use tempfile::TempDir;

use crate::attack::Attack;
use crate::finding::{Finding, milliseconds, percentile};

/// Runs whose time is told: together they take longer than a second, so that what an attacker does once a second is in it.
const RUNS: usize = 500;
/// How often it is tried to keep a process on a core.
const PINS: usize = 5;
const NO_TASKSET: &str = "`taskset` is needed (Debian: apt-get install util-linux)";
const CODE: &str = "a-room-for-the-soak";

/// So many pairs for each attack: the time of a learner's run without and with another who attacks the runner, in turns.
pub(crate) async fn hostile(count: usize) -> Result<Vec<Finding>> {
    ensure!(count > 0, "no pair shows nothing");
    let cores = Cores::find()?;
    let data = TempDir::new()?;
    let runner = TestRunner::start_class(data.path(), CODE, &[])?;
    for pid in [runner.pid(), std::process::id()] {
        cores.pin(pid, &cores.ours)?;
    }
    let [victim, attacker] = [http::come_in(&runner, CODE)?, http::come_in(&runner, CODE)?];
    let mut client = Client::connect_learner(&runner, &victim).await?;
    run_time(&mut client).await?;
    let mut findings = Vec::new();
    for attack in Attack::ALL {
        let (mut alone, mut beside) = (Vec::new(), Vec::new());
        let mut ratios = Vec::new();
        let [mut quiet, mut busy] = [Load::default(), Load::default()];
        for pair in 0..count {
            // Who goes first has no advantage from it.
            let mut without = None;
            if pair % 2 == 0 {
                without = Some(quiet.of(&runner, run_time(&mut client)).await?);
            }
            let attacking = Attacking::begin(&runner, attack, &attacker, &cores)?;
            let with = busy.of(&runner, run_time(&mut client)).await?;
            attacking.end()?;
            until_alone(&runner, &mut client).await?;
            let without = match without {
                Some(without) => without,
                None => quiet.of(&runner, run_time(&mut client)).await?,
            };
            ratios.push(with.as_secs_f64() / without.as_secs_f64());
            alone.push(without);
            beside.push(with);
        }
        ratios.sort_by(f64::total_cmp);
        let ratio = ratios[ratios.len() / 2];
        let (_, does) = attack.told();
        findings.push(Finding {
            what: format!(
                "a learner's run of `true` beside one who {does}, against one without: median of {count} pairs"
            ),
            found: format!(
                "{ratio:.2} ({} against {}; the runner works {:.0} % of the time against {:.0} %)",
                milliseconds(percentile(&mut beside, 50)),
                milliseconds(percentile(&mut alone, 50)),
                busy.share(),
                quiet.share()
            ),
            wanted: "< 1.10",
            reached: Some(ratio < 1.10),
        });
    }
    Ok(findings)
}

/// How much of the time a runner works.
#[derive(Default)]
struct Load {
    used: Duration,
    passed: Duration,
}

impl Load {
    /// The same, with what it works meanwhile.
    async fn of<T>(
        &mut self,
        runner: &TestRunner,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let (began, before) = (Instant::now(), cpu_time(runner.pid())?);
        let done = work.await?;
        self.used += cpu_time(runner.pid())?.saturating_sub(before);
        self.passed += began.elapsed();
        Ok(done)
    }

    /// In hundredths.
    fn share(&self) -> f64 {
        100.0 * self.used.as_secs_f64() / self.passed.as_secs_f64()
    }
}

/// The attacker is gone, and so are his connections. A run that is not counted shows that nothing of him is in the way.
async fn until_alone(runner: &TestRunner, client: &mut Client) -> Result<()> {
    let bearer = format!("Bearer {}", runner.token());
    let headers = [("Host", &*http::host(runner)), ("Authorization", &bearer)];
    pipeyard_tests::wait_for("the attacker's connections to end", || {
        let text = http::get(runner, "/metrics", &headers).ok()?.text();
        let mut rows = text.lines();
        rows.any(|row| row == "pipeyard_connections 1")
            .then_some(())
    })?;
    run_time(client).await?;
    Ok(())
}

/// The time of a run, from asking for it until its end has been told: of many one after another, all of it.
async fn run_time(client: &mut Client) -> Result<Duration> {
    let chain = lay([Stage::process("true", "true", [])]).build();
    let mut time = Duration::ZERO;
    for _ in 0..RUNS {
        let began = Instant::now();
        let run = client.start(&chain).await?;
        client.running(run).until_ended().await?;
        time += began.elapsed();
        client.forget(run).await?;
        client.pongs.clear();
    }
    Ok(time / RUNS as u32)
}

/// An attack that goes on until this is dropped.
struct Attacking(Child);

impl Attacking {
    /// Begins one, and returns once it is under way.
    fn begin(runner: &TestRunner, attack: Attack, cookie: &str, cores: &Cores) -> Result<Self> {
        let mut child = cores
            .command(&cores.theirs)
            .arg(std::env::current_exe()?)
            .args(["attack", attack.told().0])
            .args([&runner.port().to_string(), cookie])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context(NO_TASKSET)?;
        let stdout = child.stdout.take().context("a pipe")?;
        let attacking = Self(child);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        ensure!(line.trim() == "under way", "the attack does not begin");
        Ok(attacking)
    }

    fn end(mut self) -> Result<()> {
        let early = self.0.try_wait()?;
        ensure!(early.is_none(), "the attack ended by itself: {early:?}");
        Ok(())
    }
}

impl Drop for Attacking {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Two cores of this machine.
struct Cores {
    ours: String,
    theirs: String,
}

impl Cores {
    fn find() -> Result<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let allowed = status
            .lines()
            .find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        let allowed = allowed.context("no list of cores")?.trim();
        // `0-3,7`: the first number and the last one.
        let mut numbers = allowed.split(['-', ',']);
        let ours = numbers.next().unwrap_or_default().to_owned();
        let theirs = numbers
            .next_back()
            .context("two cores are needed")?
            .to_owned();
        Ok(Self { ours, theirs })
    }

    /// What runs on one core from its beginning: behind it come the program and its arguments.
    fn command(&self, core: &str) -> Command {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", core]);
        command
    }

    /// Has all threads of a process run on one core, and what it starts.
    fn pin(&self, pid: u32, core: &str) -> Result<()> {
        // A thread that ends meanwhile is an error to it.
        let pinned = (0..PINS).any(|_| {
            let mut pinning = Command::new("taskset");
            pinning.args(["--all-tasks", "--cpu-list", "--pid", core, &pid.to_string()]);
            pinning.stdout(Stdio::null());
            pinning.status().is_ok_and(|pinned| pinned.success())
        });
        ensure!(
            pinned,
            "process {pid} cannot be kept on core {core}: {NO_TASKSET}"
        );
        Ok(())
    }
}

/// The processor time that a process has used itself.
fn cpu_time(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // Behind the name, which may have anything in it, the eleventh and twelfth are user's and system's time.
    let (_, rest) = stat.rsplit_once(')').context("a name")?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let mut ticks = || {
        fields
            .next()
            .context("a time")?
            .parse::<u64>()
            .context("a number")
    };
    let ticks = ticks()? + ticks()?;
    Ok(Duration::from_millis(ticks * 10))
}
