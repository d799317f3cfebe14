//! `pipeyard doctor`: what this machine can promise at the level *class*. Nothing is assumed: a sandbox is made, and
//! each promise is tried in it.

mod korean;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use pipeyard_shared::words::Language;
use rustix::pipe::PipeFlags;
use serde::Serialize;

use super::arguments::{self, is_root};
use super::voice;
use crate::crowd::Crowd;
use crate::level::Level;
use crate::limits::Given;
use crate::sandbox::{
    Bubblewrap, Caps, Cgroups, Enclosure, IDLE_TIME, Sandbox, Settings, Stay, Undivided,
};
use crate::system;

/// The processes that the sandbox of the trials may have: few, so that more are soon tried.
const PROCESSES: u64 = 24;
/// The most that is read of what a trial says.
const MOST_SAID: u64 = 1_000;

/// Bytes of memory that the sandbox of that trial may hold: a few times what its shell and agent need.
const MEMORY: u64 = 200_000_000;
/// Four processes that each hold a third of that, until they are ended; or until it is clear that nobody ends them.
const HOG: &str =
    "for i in 1 2 3 4; do (head -c 70000000 /dev/zero; sleep 10) | tail -n 1 & done; wait";
/// How the memory of all is bounded.
const BY_CGROUP: &str =
    "by the kernel, which counts all of a sandbox in a control group, files in its memory included";
const BY_LOOKS: &str = "by a look ten times a second; what no process maps (files of memfd_create) is not counted, since no \
                        control group is used";
/// How to have one.
const CGROUP_REMEDY: &str = "`Delegate=yes` in a systemd unit gives one, or `systemd-run --user --scope -p Delegate=yes pipeyard …`";
/// What root is told, for whom little holds.
const AS_A_USER: &str = "start pipeyard as an ordinary user, not as root";

/// A promise, and the line of shell that succeeds in a sandbox if it is kept. `HOME` stands for the user's own directory.
struct Trial {
    promise: &'static str,
    text: &'static str,
    remedy: &'static str,
    /// What is to be known of how it is kept.
    how: &'static str,
}

const TRIALS: [Trial; 12] = [
    Trial {
        promise: "stages see no processes but their own",
        text: "set -- /proc/[0-9]*; [ $# -le 3 ]",
        remedy: "the kernel must allow pid namespaces",
        how: "",
    },
    Trial {
        promise: "stages reach no network, this machine's own included",
        text: "! tail -n +3 /proc/net/dev | grep -qv ' lo:' && ! tail -n +2 /proc/net/tcp | grep -q .",
        remedy: "the kernel must allow network namespaces",
        how: "",
    },
    Trial {
        promise: "the system can be read and not changed",
        text: "[ -r /usr/bin/env ] && ! touch /usr/x /etc/x /x /dev/x",
        remedy: "a newer bubblewrap may be needed",
        how: "",
    },
    Trial {
        promise: "your own files are not there",
        text: "! [ -e 'HOME' ] && ! [ -e /root ]",
        remedy: "a home within /usr or the like is seen by all; give `pipeyard serve --expose` no directory that holds what is yours",
        how: "",
    },
    Trial {
        promise: "the workspace can be written to",
        text: "touch /yard/x && rm /yard/x",
        remedy: "the workspace must belong to the user who starts pipeyard",
        how: "",
    },
    Trial {
        promise: "/tmp is their own, and bounded",
        text: "! head -c 3000000 /dev/zero > /tmp/x; [ \"$(stat -c %s /tmp/x)\" -lt 2000000 ]",
        remedy: "a newer bubblewrap may be needed",
        how: "",
    },
    Trial {
        promise: "user namespaces cannot be nested, which would evade limits",
        text: "! unshare -U true",
        remedy: "bubblewrap 0.8 or newer closes them (--disable-userns)",
        how: "",
    },
    Trial {
        promise: "nobody gains rights by a program that is setuid",
        text: "grep -q 'NoNewPrivs:.1' /proc/self/status && grep -q 'CapBnd:.0*$' /proc/self/status",
        remedy: "a newer bubblewrap may be needed",
        how: "",
    },
    Trial {
        promise: "system calls that no namespace keeps apart are closed",
        // Not whether there is a filter: a container that the runner is in may have one of its own.
        text: "/.agent __closed",
        remedy: "the kernel must have filters of system calls (CONFIG_SECCOMP_FILTER)",
        how: "",
    },
    Trial {
        promise: "the agent cannot be looked into",
        text: "[ -e /proc/1/stat ] && ! ls /proc/1/fd/ && ! head -c 1 /proc/1/maps",
        remedy: "the kernel must show nobody what is inside a process that is not dumpable (proc(5))",
        how: "",
    },
    Trial {
        promise: "processes are bounded",
        text: "! (for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26; do sleep 1 & done) 2>/dev/null",
        remedy: "the kernel must bound what ordinary users start (setrlimit(2))",
        how: "",
    },
    Trial {
        promise: "memory of each process is bounded",
        text: "! ulimit -v 4000000",
        remedy: "the kernel must bound what ordinary users start (setrlimit(2))",
        how: "",
    },
];

/// What was found of one promise.
#[derive(Debug, Serialize)]
struct Finding {
    promise: String,
    kept: bool,
    /// How it is kept, or what to do.
    how: String,
}

impl Finding {
    fn kept(promise: &str, how: impl Into<String>) -> Self {
        Self {
            promise: promise.to_owned(),
            kept: true,
            how: how.into(),
        }
    }

    fn broken(promise: &str, remedy: impl Into<String>) -> Self {
        Self {
            kept: false,
            ..Self::kept(promise, remedy)
        }
    }
}

pub(super) fn doctor(arguments: &arguments::Doctor) -> ExitCode {
    let reactor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let findings = match reactor {
        Ok(reactor) => reactor.block_on(examine()),
        Err(error) => {
            voice::say(format!("the reactor could not be started: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let printed = if arguments.json {
        serde_json::to_string_pretty(&findings).unwrap_or_default() + "\n"
    } else {
        told(&findings, voice::language())
    };
    let written = io::Write::write_all(&mut io::stdout(), printed.as_bytes());
    if let Err(error) = voice::unless_left(written) {
        voice::say(error);
        return ExitCode::FAILURE;
    }
    if findings.iter().all(|finding| finding.kept) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn told(findings: &[Finding], language: Language) -> String {
    let mut text = String::new();
    for Finding { promise, kept, how } in findings {
        let mark = if *kept { "ok" } else { "NO" };
        text += &format!("{mark}  {promise}");
        text += &if how.is_empty() {
            "\n".to_owned()
        } else {
            format!(": {how}\n")
        };
    }
    text += if findings.iter().all(|finding| finding.kept) {
        "--level class keeps what it promises here.\n"
    } else {
        "--level class does not keep what it promises here. --level own keeps nothing apart: stages reach what you reach.\n"
    };
    match language {
        Language::En => text,
        Language::Ko => korean::korean(&text),
    }
}

async fn examine() -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.push(if is_root() {
        Finding::broken("pipeyard runs as an ordinary user", AS_A_USER)
    } else {
        Finding::kept("pipeyard runs as an ordinary user", "")
    });
    findings.push(look_at_crowds());
    let name = "bubblewrap is there";
    let bubblewrap = match Bubblewrap::find(std::env::var_os("PATH").as_deref()) {
        Ok(bubblewrap) => bubblewrap,
        Err(unusable) => {
            findings.push(Finding::broken(name, unusable.to_string()));
            return findings;
        }
    };
    let (major, minor) = bubblewrap.version();
    findings.push(Finding::kept(name, format!("version {major}.{minor}")));
    let name = "a sandbox can be made";
    let cgroups = Cgroups::divide();
    let settings = Settings {
        bubblewrap,
        caps: Caps {
            processes: PROCESSES,
            tmp_bytes: 1_000_000,
            ..Caps::default()
        },
        exposed: Vec::new(),
        cgroups: cgroups.as_ref().ok().cloned(),
        idle_time: IDLE_TIME,
        guard: None,
    };
    let place = match Place::new(&settings).await {
        Ok(place) => place,
        Err(error) => {
            findings.push(Finding::broken(
                name,
                format!("{error}; user namespaces must be allowed (sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)"),
            ));
            return findings;
        }
    };
    findings.push(Finding::kept(name, ""));
    findings.push(attempt_to_look(place.stay.sandbox()));
    for trial in &TRIALS {
        findings.push(attempt(trial, place.stay.sandbox()).await);
    }
    place.close().await;
    findings.push(attempt_memory(&settings, cgroups.err()).await);
    findings
}

/// Whether one sandbox that is full of processes leaves any to others, and how many can be so at once, with the usual limits.
fn look_at_crowds() -> Finding {
    let promise = "a sandbox that is full of processes leaves others theirs";
    let given = Given::new(Level::Class, BTreeMap::new());
    let processes = given.of_sandboxes().processes;
    match Crowd::of(given.most("learners"), processes) {
        None => Finding::kept(promise, ""),
        Some(crowd) if crowd.fit > 1 => Finding::kept(promise, crowd.to_string()),
        Some(crowd) => Finding::broken(promise, crowd.to_string()),
    }
}

/// A sandbox with a workspace of its own.
struct Place {
    stay: Stay,
    enclosure: Arc<Enclosure>,
    _workspace: tempfile::TempDir,
}

impl Place {
    async fn new(settings: &Settings) -> io::Result<Self> {
        let workspace = tempfile::TempDir::new()?;
        let enclosure = Enclosure::new(settings.clone(), workspace.path().canonicalize()?);
        Ok(Self {
            stay: enclosure.enter().await?,
            enclosure,
            _workspace: workspace,
        })
    }

    /// The sandbox ends before its workspace goes.
    async fn close(self) {
        self.enclosure.close().await;
    }
}

/// Looks something up as it is in there, as each run does for its programs.
fn attempt_to_look(sandbox: &Sandbox) -> Finding {
    let promise = "files are opened so that no link leads outside";
    match sandbox.look_up(Path::new("/usr/bin/env")) {
        Ok(_) => Finding::kept(promise, ""),
        Err(error) => Finding::broken(
            promise,
            format!(
                "{error}; Linux 5.6 or newer has openat2(2), and nothing may filter it (systemd: RestrictSUIDSGID= does)"
            ),
        ),
    }
}

/// Has processes hold more together than any of them may alone: the sandbox must end by that, and be the one of the trial, as
/// nobody can use it afterwards.
async fn attempt_memory(settings: &Settings, undivided: Option<Undivided>) -> Finding {
    let promise = "memory of all processes together is bounded";
    let settings = Settings {
        caps: Caps {
            memory: MEMORY,
            ..settings.caps
        },
        ..settings.clone()
    };
    let tried = async {
        let place = Place::new(&settings).await?;
        let sandbox = place.stay.sandbox();
        let said = said(sandbox, HOG).await;
        let found = (sandbox.is_over_memory(), sandbox.has_cgroup(), said);
        place.close().await;
        io::Result::Ok(found)
    };
    let kept = match tried.await {
        Ok((true, true, _)) => return Finding::kept(promise, BY_CGROUP),
        Ok((true, false, _)) => BY_LOOKS,
        Ok((false, _, Err(error))) => return untried(promise, &error),
        Ok((false, ..)) => {
            return Finding::broken(promise, "the limit did not end who held too much");
        }
        Err(error) => return untried(promise, &error),
    };
    let why = undivided.map_or_else(String::new, |why| format!(": {why}; {CGROUP_REMEDY}"));
    Finding::kept(promise, format!("{kept}{why}"))
}

async fn attempt(trial: &Trial, sandbox: &Sandbox) -> Finding {
    let home = std::env::var("HOME").unwrap_or_default();
    // A home that is `/` or that cannot stand in quotes says nothing.
    let home = match home.as_str() {
        "" | "/" => "/root".to_owned(),
        home => home.replace('\'', ""),
    };
    match said(sandbox, &trial.text.replace("HOME", &home)).await {
        Ok(text) if text == "kept" => Finding::kept(trial.promise, trial.how),
        Ok(_) if is_root() => Finding::broken(trial.promise, AS_A_USER),
        Ok(_) => Finding::broken(trial.promise, trial.remedy),
        Err(error) => untried(trial.promise, &error),
    }
}

fn untried(promise: &str, error: &io::Error) -> Finding {
    Finding::broken(promise, format!("it could not be tried: {error}"))
}

/// Says `kept` if the text succeeds in a sandbox.
async fn said(sandbox: &Sandbox, text: &str) -> io::Result<String> {
    let (reader, writer): (OwnedFd, OwnedFd) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
    let nowhere = File::options().read(true).write(true).open("/dev/null")?;
    let nowhere = Arc::new(OwnedFd::from(nowhere));
    let text = std::ffi::CString::new(format!("{{ {text}; }} >/dev/null 2>&1 && printf kept >&3"))?;
    let command = system::Command {
        program: c"/bin/sh",
        arguments: &[c"sh".to_owned(), c"-c".to_owned(), text],
        environment: &[c"PATH=/usr/bin:/bin:/usr/sbin:/sbin".to_owned()],
        directory: c"/",
        group: None,
        descriptors: &[],
    };
    let descriptors = [
        (nowhere.clone(), 0),
        (nowhere.clone(), 1),
        (nowhere, 2),
        (Arc::new(writer), 3),
    ];
    // What it was given closes with it, here and in there.
    let child = sandbox.spawn(&command, &descriptors).await?;
    drop(descriptors);
    let mut said = String::new();
    // Nobody else waits for this thread.
    File::from(reader)
        .take(MOST_SAID)
        .read_to_string(&mut said)?;
    drop(child);
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_broken_promise_is_enough() {
        let kept = Finding::kept("this", "");
        let broken = Finding::broken("that", "do something");
        let said = told(&[kept], Language::En);
        assert!(said.starts_with("ok  this\n--level class keeps"));
        let text = told(&[Finding::kept("this", "so"), broken], Language::En);
        assert!(text.contains("ok  this: so\nNO  that: do something\n"));
        assert!(text.contains("does not keep"), "{text}");
    }

    #[test]
    fn all_of_it_is_said_in_korean_too() {
        for trial in &TRIALS {
            for said in [
                trial.promise,
                trial.remedy,
                trial.how,
                AS_A_USER,
                CGROUP_REMEDY,
            ] {
                let ko = korean::korean(said);
                let is_korean = ko.chars().any(|letter| ('가'..='힣').contains(&letter));
                assert!(said.is_empty() || is_korean, "{said}: {ko}");
            }
        }
        let findings = [Finding::kept("memory is bounded", "")];
        let said = told(&findings, Language::Ko);
        assert!(
            !said.contains("keeps") && !said.contains("bounded"),
            "{said}"
        );
    }
}
