//! `pipeyard serve`.

mod announce;
mod key;
mod log;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use humantime::format_duration;
use pipeyard_shared::files::Bounds;
use pipeyard_shared::limits::LimitName;
use pipeyard_shared::message;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;

use super::voice::Weight;
use super::{STATUS_USAGE, arguments, data_folder, voice};
use crate::crowd::Crowd;
use crate::engine::{Means, Memory, Planning, Quota, Reach, Share, times};
use crate::guard::Guard;
use crate::http::Server;
use crate::http::asker::TrustedProxies;
use crate::http::framing::Framing;
use crate::http::gate::Gate;
use crate::http::listen::FrontBounds;
use crate::learners::{LearnerBounds, Learners, Room};
use crate::lessons::{Shelf, Turns};
use crate::level::Level;
use crate::limits::Given;
use crate::links::Store;
use crate::operation::Operation;
use crate::places::Places;
use crate::scratch;
use crate::session::{SessionBounds, Sharing};
use crate::yard::{LARGE_BODIES, Yard, YardBounds};
use crate::yards::{Classroom, Yards};
use announce::Addresses;
use key::Whose;

/// How long connections may take to close once every process has ended.
const CLOSING_TIME: Duration = Duration::from_secs(2);

pub(super) fn serve(arguments: &arguments::Serve) -> ExitCode {
    match log::start(arguments.operation.log).and_then(|()| run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            voice::say_of(Weight::Failure, format!("{error:#}"));
            ExitCode::from(STATUS_USAGE)
        }
    }
}

fn run(arguments: &arguments::Serve) -> Result<()> {
    let address = arguments.listen;
    let level = arguments.level.level();
    let isolates = level == Level::Class;
    if !address.ip().is_loopback() && !isolates && !arguments.let_others_run_programs_as_me {
        bail!(
            "{address} can be reached from other machines, and whoever has the key can run any program \
             as you: listen on 127.0.0.1, isolate them with --level class, or say --let-others-run-programs-as-me"
        );
    }
    arguments.level.check()?;
    if arguments.host.is_empty() && !arguments.operation.trusted_proxy.is_empty() {
        voice::say_of(
            Weight::Doubt,
            "--trusted-proxy without --host: whoever opens the proxy's name is refused; give that name with --host",
        );
    }
    let (key, whose) = match &arguments.token {
        Some(key) => (
            key::checked(key, "--token or PIPEYARD_TOKEN")?.to_owned(),
            Whose::Given,
        ),
        None => (key::random()?, Whose::Own),
    };
    let metrics_key = arguments.operation.metrics_token.as_deref();
    let metrics_key =
        metrics_key.map(|key| key::checked(key, "--metrics-token or PIPEYARD_METRICS_TOKEN"));
    let metrics_key = metrics_key.transpose()?.map(str::to_owned);
    let given = arguments.limits.at(arguments.level.level());
    let links = arguments.short_links.bounds(given.most("links-bytes"))?;
    let disk_bytes = disk_bytes(given.most("spill-bytes"), &given)?;
    let files = files(&given);
    let workspace = arguments.workspace.open(files)?;
    let directory = workspace.directory().to_owned();
    let lessons = lessons(arguments.lessons.as_deref())?;
    let room = room(arguments, &given)?;
    if isolates
        && let Some(crowd) = Crowd::of(given.most("learners"), arguments.level.caps().processes)
    {
        // Many can be full at once on most machines, and more are hardly ever.
        match crowd.is_small() {
            true => tracing::warn!("{crowd}"),
            false => tracing::info!("{crowd}"),
        }
    }
    let guard = Guard::start().context("the guard")?;
    let host = arguments.level.host(directory, Reach::Workspace, &guard)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the reactor could not be started")?;
    let done = runtime.block_on(async {
        let listener = TcpListener::bind(address).await;
        let listener =
            listener.map_err(|error| anyhow::anyhow!("{}: {error}", unheard(address, &error)))?;
        let address = listener.local_addr()?;
        let means = Means {
            guard: Some(guard),
            plane: arguments.relay.plane(),
            disk: Some(Quota::new(disk_bytes)),
            turns: Some(Share::of(given.most_u32("processes-all"))),
            planning: Planning::new(given.most("plans")),
            memory: Some(Memory::new(LimitName::RunMemory, given.most("run-memory"))),
            ..Means::default()
        };
        let bounds = bounds(&given, room.as_ref().map(|_| message::Whose::Operator));
        let mut gate = Gate::new(key.clone(), address, &arguments.host);
        gate = gate.with_metrics_key(metrics_key);
        let mut classroom = None;
        if let Some((room, learners)) = &room {
            gate = gate.with_room(room.clone(), learners.clone());
            classroom = Some(Classroom {
                learners: learners.clone(),
                host: host.clone(),
                bounds: each(&bounds, &given),
                means: means.clone(),
                files,
                disk_each: given.most("disk-bytes-each"),
                plans: given.most("plans"),
                memory_each: given.most("run-memory-each"),
                links_each: given.most("links-each"),
            });
        }
        let operation = Arc::<Operation>::default();
        let own = Yard::new(host, bounds, means, workspace, None, operation.clone());
        let yards = Yards::new(own, classroom, operation.clone());
        let house = tokio::spawn(yards.clone().keep_house());
        tokio::task::spawn_blocking(|| {
            if let Err(error) = scratch::clear_left() {
                tracing::warn!(%error, "nobody can tell what killed runners have left");
            }
        });
        let (ended, end) = tokio::sync::oneshot::channel::<()>();
        let front = FrontBounds {
            answer_silence: Duration::from_millis(given.most("answer-silence")),
            request_rate: given.most("request-rate"),
        };
        let server = Server::new(gate, yards.clone(), front)
            .with_proxies(TrustedProxies::at(&arguments.operation.trusted_proxy))
            .with_links(links.map(Store::new))
            .with_lessons(lessons)
            .with_framing(Framing::by(&arguments.allow_framing));
        let server = server.serve(listener, async {
            let _ = end.await;
        });
        let server = tokio::spawn(server);
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let is_behind_proxy = !arguments.operation.trusted_proxy.is_empty();
        let addresses = Addresses::of(address, &arguments.host, is_behind_proxy);
        announce::announce(&addresses, &key, whose, arguments.open);
        if let Some((room, _)) = &room {
            match arguments.room.room {
                Some(_) => announce::room_of_given_code(&addresses),
                None => announce::room(&addresses, room),
            }
        }
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {
                let time = arguments.operation.drain_time;
                tokio::select! {
                    () = drain(&operation, time) => {}
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            }
        }
        voice::say("ending: stopping what runs");
        let bound = times::TERM_GRACE + times::LINGER + times::LEFTOVER_GRACE + CLOSING_TIME;
        house.abort();
        if tokio::time::timeout(bound, yards.close()).await.is_err() {
            voice::say_of(
                Weight::Doubt,
                "some processes did not end in time; the guard will end them",
            );
        }
        drop(ended);
        match tokio::time::timeout(CLOSING_TIME, server).await {
            Ok(served) => served?.context("serving"),
            Err(_) => Ok(()),
        }
    });
    runtime.shutdown_background();
    done
}

/// Lets what goes on finish, for so long at most, while nothing new begins.
async fn drain(operation: &Operation, time: Duration) {
    operation.drain(time);
    let runs = operation.going_on();
    let told = format_duration(time);
    if voice::says_to_log() {
        let seconds = time.as_secs_f64();
        tracing::info!(runs, seconds, "draining: nothing new is started");
    }
    match runs {
        0 => return,
        _ if voice::says_to_log() => {}
        1 => voice::say(format!("draining: a run may go on for {told}")),
        many => voice::say(format!("draining: {many} runs may go on for {told}")),
    }
    // When the time is over, so is the draining: what is left is stopped.
    let _ = tokio::time::timeout(time, operation.idle()).await;
}

/// The room and its learners, where there are any.
fn room(arguments: &arguments::Serve, given: &Given) -> Result<Option<(Room, Learners)>> {
    if arguments.level.level() == Level::Own {
        if arguments.room.room.is_some() {
            bail!("--room lets learners in, and they are kept apart only with --level class");
        }
        return Ok(None);
    }
    let room = match &arguments.room.room {
        Some(room) => room.clone(),
        None => Room::random().map_err(|error| anyhow::anyhow!("no random code: {error}"))?,
    };
    let data = data_folder().context(
        "there is no place for learners, since neither XDG_DATA_HOME nor HOME is an absolute path",
    )?;
    let bounds = LearnerBounds {
        learners: given.most("learners"),
        joins: given.most("joins"),
        days: given.most("learner-days"),
    };
    Ok(Some((room, Learners::new(&data, bounds))))
}

fn files(given: &Given) -> Bounds {
    Bounds {
        workspace_bytes: given.most("workspace-bytes"),
        workspace_files: given.most("workspace-files"),
        upload_bytes: given.most("upload-bytes"),
    }
}

/// What holds for the operator's yard, who may have all that there is.
fn bounds(given: &Given, whose: Option<message::Whose>) -> YardBounds {
    let all = given.most("sessions");
    YardBounds {
        sessions: SessionBounds {
            limits: given.of_sessions(),
            each: (LimitName::Sessions, all),
            all: Places::of(all),
            sharing: Sharing::BySession,
            whose,
            hellos: None,
            large_messages: Arc::new(Semaphore::new(1)),
        },
        connections: Places::of(given.most("connections")),
        connections_each: None,
        bodies: Places::of(LARGE_BODIES),
        judgements: given.most_u32("judgements"),
        judgements_all: Turns::new("judgements-all", given.most_u32("judgements-all")),
    }
}

/// What holds for each learner's, who share what there is but for what is kept for the operator.
fn each(all: &YardBounds, given: &Given) -> YardBounds {
    YardBounds {
        sessions: SessionBounds {
            each: (LimitName::SessionsEach, given.most("sessions-each")),
            all: all.sessions.all.for_learners(),
            sharing: Sharing::Together,
            whose: Some(message::Whose::Learner),
            hellos: given.get("hellos"),
            ..all.sessions.clone()
        },
        connections: all.connections.for_learners(),
        connections_each: Some(given.most("connections-each")),
        bodies: all.bodies.for_learners(),
        ..all.clone()
    }
}

/// The lessons, once what is wrong with a teacher's own has been told.
fn lessons(own: Option<&Path>) -> Result<Shelf> {
    let shelf = Shelf::new(own.map(Path::to_owned));
    let wrong = shelf.look().with_context(|| {
        let own = own.unwrap_or(Path::new("")).display();
        format!("--lessons {own}: the directory cannot be read")
    })?;
    for news in wrong {
        match voice::says_to_log() {
            true => voice::say_of(Weight::Doubt, news),
            false => voice::say_lines(&format!("{news}\n")),
        }
    }
    Ok(shelf)
}

/// What all runs may keep on disk together: never less than what one of them may.
fn disk_bytes(spill_bytes: u64, given: &Given) -> Result<u64> {
    match given.asked("disk-bytes") {
        Some(all) if all < spill_bytes => bail!(
            "--disk-bytes {all} is less than the {spill_bytes} that a single run may keep: \
             give more, or less to --spill-bytes"
        ),
        Some(all) => Ok(all),
        None => Ok(spill_bytes.max(given.most("disk-bytes"))),
    }
}

/// Why nobody can be heard at an address, and what to do.
fn unheard(address: SocketAddr, error: &io::Error) -> String {
    let instead = match error.kind() {
        io::ErrorKind::PermissionDenied if address.port() < 1024 => {
            "ports below 1024 need rights that an ordinary user has not: take a higher one with --listen, and a proxy in front \
             for the usual ones (docs/proxy.md)"
        }
        io::ErrorKind::AddrNotAvailable => {
            "it is none of this machine's addresses: choose another one with --listen"
        }
        _ => "choose another address with --listen",
    };
    format!("cannot listen on {address}: {instead}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The one thing that does not help there is another address.
    #[test]
    fn a_port_that_needs_rights_is_said_to_need_them() {
        let denied = io::ErrorKind::PermissionDenied.into();
        let said = |port| unheard(([127, 0, 0, 1], port).into(), &denied);
        assert!(said(80).contains("ports below 1024 need rights"));
        assert!(said(7878).contains("choose another address"));
    }

    /// More than the runner's own room was asked for, and given silently less.
    #[test]
    fn one_run_may_keep_all_that_it_was_promised() {
        let disk = |spill, asked: Option<u64>| {
            let asked = asked.map(|bytes| ("disk-bytes", bytes));
            disk_bytes(spill, &Given::new(Level::Own, asked.into_iter().collect()))
        };
        let usual = 2 << 30;
        assert_eq!(disk(0, None).ok(), Some(usual));
        assert_eq!(disk(2 * usual, None).ok(), Some(2 * usual));
        assert_eq!(disk(usual, Some(3 * usual)).ok(), Some(3 * usual));
        assert_eq!(disk(5, Some(5)).ok(), Some(5));
        let refused = disk(6, Some(5)).expect_err("less than one run's");
        assert!(refused.to_string().contains("--disk-bytes 5"), "{refused}");
    }
}
