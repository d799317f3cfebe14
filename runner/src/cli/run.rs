//! `pipeyard run`: the same engine as the server's, without a server.

use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use pipeyard_shared::chain::{
    Chain, FanIn, Lanes, OutputPort, Stage, StageKind, StatusRule, Stdin, WireMode,
};
use pipeyard_shared::check::make_direct;
use pipeyard_shared::ending::{STATUS_SIGNAL_BASE, STATUS_TIMED_OUT};
use pipeyard_shared::event::{Event, RunEvent};
use pipeyard_shared::limits::Limits;
use pipeyard_shared::shell::Reading;
use pipeyard_shared::story::story;
use pipeyard_shared::words::{self, Language};
use pipeyard_shared::{Text, signal::Signal};
use rustix::io::fcntl_dupfd_cloexec;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::arguments::{self, Changes, Wires};
use super::record::Recorder;
use super::{STATUS_USAGE, asking, chain, report, telling, voice};
use crate::engine::{self, Drain, Join, Means, Outlet, Outlets, Reach, Run};
use crate::guard::Guard;
use crate::system::FIRST_FREE_DESCRIPTOR;

/// How many events are taken from the log at a time.
const EVENTS_AT_ONCE: usize = 256;
/// The status of a run that went well and whose events could not be printed.
const STATUS_UNWRITTEN: i32 = 1;

pub(super) fn run(arguments: &arguments::Run, language: Language) -> ExitCode {
    let reactor = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let reactor = match reactor {
        Ok(reactor) => reactor,
        Err(error) => {
            voice::say(format!("the reactor could not be started: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let code = run_by(&reactor, arguments, language);
    // A thread of the pool may still wait for a terminal that nobody types into.
    reactor.shutdown_background();
    code
}

fn run_by(reactor: &Runtime, arguments: &arguments::Run, language: Language) -> ExitCode {
    // Sandboxes are served by it.
    let _entered = reactor.enter();
    let limits = Limits::default();
    let source = &arguments.chain.source;
    let workspace = chain::workspace(arguments.chain.workspace.as_deref());
    let prepared = workspace.and_then(|workspace| {
        let guard = Guard::start().context("the guard")?;
        let mut host = arguments.level.host(workspace, Reach::Anywhere, &guard)?;
        // Whoever runs it is whose machine it is.
        host.tells_why = true;
        let changes = &arguments.changes;
        let reading = Reading {
            has_lanes: changes.lanes.is_some() || changes.values.is_some(),
            pipefail: changes.pipefail,
            ..Reading::default()
        };
        let mut given = chain::read(source, reading, &host, &limits)?;
        apply(changes, &mut given.chain);
        Ok((given, host, guard))
    });
    let (given, host, guard) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            voice::say_pointing(&error);
            return ExitCode::from(STATUS_USAGE);
        }
    };
    let plan = match engine::plan(given.chain, &host, &limits) {
        Ok(plan) => plan,
        Err(problems) => return voice::refuse(&problems, language),
    };
    if given.of_a_link && !arguments.yes {
        match asking::may_run(&plan.chain, language) {
            Ok(true) => {}
            Ok(false) => {
                voice::say(match language {
                    Language::En => "not run",
                    Language::Ko => "실행하지 않았습니다",
                });
                return ExitCode::from(STATUS_USAGE);
            }
            Err(error) => {
                voice::say(match language {
                    Language::En => format!(
                        "not run: this came with a link, and there is no terminal to ask ({error}). `pipeyard check` and \
                         `pipeyard export` look at it; --yes runs it"
                    ),
                    Language::Ko => format!(
                        "실행하지 않았습니다: 링크에서 온 체인인데 물어볼 터미널이 없습니다({error}). `pipeyard check`와 \
                         `pipeyard export`로 살펴볼 수 있고, --yes를 붙이면 실행합니다"
                    ),
                });
                return ExitCode::from(STATUS_USAGE);
            }
        }
    }
    let recorder = arguments.record.as_deref().map(|file| {
        let data_bytes = arguments.record_data as usize;
        Recorder::create(file, &plan.chain, data_bytes)
    });
    let recorder = match recorder.transpose() {
        Ok(recorder) => recorder,
        Err(error) => {
            voice::say(format!("{error:#}"));
            return ExitCode::from(STATUS_USAGE);
        }
    };
    let done = execute(reactor, plan, guard, recorder, arguments, language);
    reactor.block_on(host.place.close());
    match done {
        Ok(status) => voice::exit_code(status),
        Err(error) => {
            voice::say(format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn apply(changes: &Changes, chain: &mut Chain) {
    // Nobody types here but whoever feeds our own standard input, which free ones get.
    for setup in chain.stages.iter_mut().filter_map(Stage::setup_mut) {
        if setup.stdin == Stdin::Typed {
            setup.stdin = Stdin::Free;
        }
    }
    if let Some(lanes) = changes.lanes {
        chain.lanes = Lanes::Count(lanes);
    }
    if let Some(values) = &changes.values {
        let values = values.iter().cloned();
        chain.lanes = Lanes::Values(values.map(|v| Text::from_bytes(v.into_vec())).collect());
    }
    if changes.jobs.is_some() {
        chain.jobs = changes.jobs;
    }
    match changes.wires {
        Some(Wires::Direct) => make_direct(chain),
        Some(Wires::Tapped) => {
            for wire in &mut chain.wires {
                wire.mode = WireMode::Tapped;
            }
        }
        None => {}
    }
    if changes.pipefail {
        chain.status = StatusRule::Pipefail;
    }
    if let Some(timeout) = changes.timeout {
        chain.timeout_ms = Some(u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX));
    }
}

fn execute(
    reactor: &Runtime,
    plan: engine::Plan,
    guard: Guard,
    recorder: Option<Recorder>,
    arguments: &arguments::Run,
    language: Language,
) -> Result<i32> {
    let rule = plan.chain.status;
    let outlets = outlets(&plan.chain, arguments).context("the standard streams")?;
    let means = Means {
        guard: Some(guard),
        plane: arguments.relay.plane(),
        ..Means::default()
    };
    reactor.block_on(async {
        let run = engine::start(plan, outlets, means);
        // Who blocks whom is only known of a run that somebody looks at.
        let looks = arguments.story || arguments.record.is_some();
        let _watching = looks.then(|| run.watch());
        let recording = recorder
            .map(|recorder| recorder.follow(run.clone(), language))
            .transpose()?;
        let stopped_by = stop_when_asked(&run)?;
        let heard = tell(&run, arguments.events, language).await;
        let result = run.ended().await;
        if let Some(recording) = recording {
            recording.finish();
        }
        if arguments.report {
            let events = run.log().read(0, usize::MAX);
            voice::say_lines(&report::table(run.chain(), &events));
        }
        if arguments.story {
            let events = run.log().read(0, usize::MAX);
            for sentence in story(run.chain(), &events) {
                let told = words::story(language, run.chain(), &sentence);
                voice::say_lines(&format!("{told}\n"));
            }
        }
        let status = if let Some(signal) = *stopped_by.borrow() {
            STATUS_SIGNAL_BASE + signal.0
        } else if heard.run_timed_out {
            STATUS_TIMED_OUT
        } else {
            result.status.by(rule)
        };
        anyhow::Ok(match heard.printed {
            Err(error) => {
                voice::say_unwritten(&error, language);
                // What failed besides says more.
                if status == 0 {
                    STATUS_UNWRITTEN
                } else {
                    status
                }
            }
            Ok(()) => status,
        })
    })
}

fn outlets(chain: &Chain, arguments: &arguments::Run) -> Result<Outlets> {
    if arguments.events {
        return Ok(Outlets {
            stdin: own_stdin()?,
            ..Outlets::kept()
        });
    }
    let stdout = fcntl_dupfd_cloexec(io::stdout(), FIRST_FREE_DESCRIPTOR)?;
    let writers = unwired_outputs(chain) * chain.lanes.count();
    let direct = arguments.changes.wires == Some(Wires::Direct);
    let recorded = arguments.record.is_some();
    let is_one_text = arguments.chain.source.text.is_some() && chain.lanes.count() == 1;
    let counted = recorded || arguments.counts_output() && !direct;
    let stdout = match writers {
        // As in a shell: it sees the terminal, if it is one.
        0 | 1 if !(counted || is_one_text && has_outliving(chain)) => {
            Outlet::Handed(Arc::new(stdout))
        }
        // What a text starts side by side shares it, as in bash.
        2.. if !counted && is_one_text => Outlet::Handed(Arc::new(stdout)),
        // A single writer is passed on as it comes; several are kept apart by whole lines.
        0 | 1 => Outlet::Passed(Arc::new(stdout)),
        _ => relayed(FanIn::Lines, stdout),
    };
    let stderr = fcntl_dupfd_cloexec(io::stderr(), FIRST_FREE_DESCRIPTOR)?;
    let stderr = if recorded {
        relayed(FanIn::Lines, stderr)
    } else {
        Outlet::Handed(Arc::new(stderr))
    };
    Ok(Outlets {
        stdin: own_stdin()?,
        stdout,
        stderr,
    })
}

/// Whether a shell stage starts what bash does not wait for. It is read for as long as outsiders are.
fn has_outliving(chain: &Chain) -> bool {
    chain.stages.iter().any(|stage| match &stage.kind {
        StageKind::Shell(shell) => shell.text.as_bytes().windows(2).any(|pair| pair == b">("),
        _ => false,
    })
}

fn relayed(mode: FanIn, descriptor: OwnedFd) -> Outlet {
    Outlet::Relayed(Join::new(mode, Drain::shared_descriptor(descriptor)))
}

fn unwired_outputs(chain: &Chain) -> usize {
    let unwired = chain.stages.iter().filter(|stage| {
        let mut wires = chain.wires_from(&stage.id, OutputPort::Stdout);
        stage.starts_process() && wires.next().is_none()
    });
    unwired.count()
}

/// Our own standard input for the chain. A terminal is read by us and passed on: stages are in groups of
/// their own, and the kernel stops a background group that reads from a terminal (SIGTTIN).
fn own_stdin() -> Result<Option<Arc<OwnedFd>>> {
    let stdin = io::stdin();
    if !rustix::termios::isatty(&stdin) {
        // A standard input that was closed for us is as good as an empty one.
        let own = fcntl_dupfd_cloexec(stdin.as_fd(), FIRST_FREE_DESCRIPTOR).ok();
        return Ok(own.map(Arc::new));
    }
    let (reader, writer) = io::pipe()?;
    std::thread::Builder::new()
        .name("terminal".into())
        .spawn(move || {
            let mut writer = writer;
            // It ends with the terminal's end of file, or with the reader; both are ordinary.
            let _ = io::copy(&mut stdin.lock(), &mut writer);
        })?;
    Ok(Some(Arc::new(OwnedFd::from(reader))))
}

/// Stops the run on SIGINT or SIGTERM, and says which it was.
fn stop_when_asked(run: &Arc<Run>) -> Result<tokio::sync::watch::Receiver<Option<Signal>>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (tell, told) = tokio::sync::watch::channel(None);
    let run = Arc::downgrade(run);
    tokio::spawn(async move {
        let signal = tokio::select! {
            _ = interrupt.recv() => Signal::INT,
            _ = terminate.recv() => Signal::TERM,
        };
        tell.send_replace(Some(signal));
        if let Some(run) = run.upgrade() {
            // A run that has just ended needs no stop.
            let _ = run.stop().await;
        }
    });
    Ok(told)
}

#[derive(Debug)]
struct Heard {
    run_timed_out: bool,
    /// What came of printing the events; nothing is printed after a failure.
    printed: io::Result<()>,
}

/// Follows the log to the run's end: prints it, or says what a shell's user would want to know.
async fn tell(run: &Run, as_json: bool, language: Language) -> Heard {
    let mut count = run.log().count();
    let mut next = 0;
    let mut heard = Heard {
        run_timed_out: false,
        printed: Ok(()),
    };
    let mut progress = Progress::of(run);
    loop {
        let events = run.log().read(next, EVENTS_AT_ONCE);
        next += events.len() as u64;
        for event in &events {
            if as_json && heard.printed.is_ok() {
                heard.printed = print_json(event);
            }
            if let Some(sentence) = telling::sentence(run.chain(), &event.event, language) {
                progress.clear();
                voice::say(sentence);
            }
            progress.show(&event.event);
            match &event.event {
                Event::TimedOut { lane: None, .. } => heard.run_timed_out = true,
                Event::RunEnded { .. } => {
                    progress.clear();
                    return heard;
                }
                _ => {}
            }
        }
        if events.is_empty() && count.wait_for(|count| *count > next).await.is_err() {
            return heard;
        }
    }
}

fn print_json(event: &RunEvent) -> io::Result<()> {
    let mut line = serde_json::to_string(event)?;
    line.push('\n');
    let mut out = io::stdout();
    // A reader that has left ends neither the run nor its status.
    voice::unless_left(out.write_all(line.as_bytes()).and_then(|()| out.flush()))
}

/// How many lanes have ended, on a terminal that nothing else is written to.
struct Progress {
    lanes: usize,
    ended: usize,
    shown: bool,
}

impl Progress {
    fn of(run: &Run) -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let alone = rustix::termios::isatty(err) && !rustix::termios::isatty(out);
        Self {
            lanes: if alone { run.chain().lanes.count() } else { 0 },
            ended: 0,
            shown: false,
        }
    }

    fn show(&mut self, event: &Event) {
        if self.lanes > 1 && matches!(event, Event::LaneEnded { .. }) {
            self.ended += 1;
            self.shown = true;
            voice::say_as_it_is(format_args!(
                "\r{} of {} lanes ended",
                self.ended, self.lanes
            ));
        }
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            voice::say_as_it_is("\r\x1b[K");
        }
    }
}
