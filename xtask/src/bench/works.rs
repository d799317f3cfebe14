//! Everything that is measured.

mod go;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::measure::{answer, command};
use super::peers::{self, find};
use super::row::{Found, Row, Target};
use super::work::{Go, Peer, Work};
use go::Reduce::{Median, Sum};
use go::{again, mean, python_go, shell};

/// The Python program in the way of the book's chapter on child processes.
const CHAINS: &str = include_str!("chains.py");

/// What the works run, and where.
pub(super) struct Tools {
    pub(super) runner: PathBuf,
    pub(super) client: PathBuf,
    /// A folder of ours.
    pub(super) folder: PathBuf,
}

/// How much work each is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    plain: u64,
    computed: u64,
    rounds: u64,
    processes: u64,
    connections: u64,
    to_client: u64,
    starts: u64,
    passing: u64,
}

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

impl Sizes {
    /// What the targets are stated for.
    pub(super) const FULL: Self = Self {
        plain: 4 * GIB,
        computed: 2 * GIB,
        rounds: 20,
        processes: 500,
        connections: 50,
        to_client: GIB,
        starts: 20,
        passing: 10 * GIB,
    };
    /// For a quick look: what costs a fixed time weighs more than it should.
    pub(super) const QUICK: Self = Self {
        plain: 256 * MIB,
        computed: 128 * MIB,
        rounds: 3,
        processes: 50,
        connections: 5,
        to_client: 64 * MIB,
        starts: 5,
        passing: GIB,
    };
}

/// The names by which [`all`] and [`memory`] can be chosen.
pub(super) const NAMES: [&str; 11] = [
    "direct",
    "tapped",
    "computed",
    "rounds",
    "rounds-socket",
    "processes",
    "first-byte",
    "bulk",
    "start",
    "memory-idle",
    "memory",
];

/// The comparisons, in the order of the table.
///
/// # Errors
/// When the files that they need cannot be written.
pub(super) fn all(tools: &Tools, sizes: Sizes) -> Result<Vec<Work>> {
    let chain = tools.folder.join("chains.json");
    fs::write(&chain, chains_json()).context("the chain cannot be written")?;
    let script = tools.folder.join("chains.py");
    fs::write(&script, CHAINS).context("the Python program cannot be written")?;
    let python = peers::python();
    Ok(vec![
        direct(tools, sizes),
        tapped(tools, sizes),
        computed(tools, sizes),
        rounds(tools, sizes, &chain, python.as_deref(), &script),
        rounds_over_socket(tools, sizes, python.as_deref(), &script),
        processes(tools, sizes),
        first_byte(tools, sizes),
        bulk(tools, sizes),
        start(tools, sizes),
    ])
}

fn direct(tools: &Tools, sizes: Sizes) -> Work {
    let head = format!("head -c {} /dev/zero", sizes.plain);
    Work {
        name: "direct",
        what: format!("{} through `head ¦ cat`, direct wire", size(sizes.plain)),
        ours: tools.runs(&["--wires", "direct", "-c", &format!("{head} | cat")]),
        peers: vec![shell("bash", Target::Ratio(0.97), &format!("{head} | cat"))],
    }
}

fn tapped(tools: &Tools, sizes: Sizes) -> Work {
    let head = format!("head -c {} /dev/zero", sizes.plain);
    let with = |tool: &'static str, program: &str, target, text: &str| {
        let mut peer = shell(tool, target, &format!("{head} | {text} | cat"));
        if let Err(why) = find(program) {
            peer.go = Err(why);
        }
        peer
    };
    Work {
        name: "tapped",
        what: format!("{} through `head ¦ cat`, tapped wire", size(sizes.plain)),
        ours: tools.runs(&["--wires", "tapped", "-c", &format!("{head} | cat")]),
        peers: vec![
            with("`pv -q` in the middle", "pv", Target::Ratio(1.3), "pv -q"),
            shell(
                "bash, nothing in the middle",
                Target::Ratio(0.7),
                &format!("{head} | cat"),
            ),
            with(
                "GNU `tee /dev/null` in the middle",
                "tee",
                Target::None,
                "tee /dev/null",
            ),
        ],
    }
}

fn computed(tools: &Tools, sizes: Sizes) -> Work {
    let zeros = "0".repeat(32);
    let text = format!(
        "head -c {} /dev/zero | openssl enc -aes-128-ctr -K {zeros} -iv {zeros} | md5sum",
        sizes.computed
    );
    let mut bash = shell("bash", Target::Ratio(0.97), &text);
    if let Err(why) = find("openssl") {
        bash.go = Err(why);
    }
    Work {
        name: "computed",
        what: format!(
            "{} through `openssl enc ¦ md5sum`, tapped wires",
            size(sizes.computed)
        ),
        ours: tools.runs(&["--wires", "tapped", "-c", &text]),
        peers: vec![bash],
    }
}

fn rounds(tools: &Tools, sizes: Sizes, chain: &Path, python: Option<&Path>, script: &Path) -> Work {
    let file = chain.to_string_lossy().into_owned();
    let once = tools.command(&["run", &file]);
    let mut bash = Command::new("bash");
    bash.args(["-c", &in_bash(sizes.rounds)]);
    Work {
        name: "rounds",
        what: format!(
            "{} rounds of 3 × (openssl → md5sum), each a `pipeyard run`",
            sizes.rounds
        ),
        ours: again(sizes.rounds, once),
        peers: vec![
            Peer {
                name: "Python `subprocess`, one program",
                target: Target::Ratio(1.5),
                go: python_go(python, script, sizes.rounds, false),
                note: Some("we start anew each round, the interpreter once"),
            },
            Peer {
                name: "bash, one script",
                target: Target::None,
                go: find("openssl").map(|()| -> Go { Box::new(move || command(&mut bash)) }),
                note: None,
            },
        ],
    }
}

fn rounds_over_socket(tools: &Tools, sizes: Sizes, python: Option<&Path>, script: &Path) -> Work {
    Work {
        name: "rounds-socket",
        what: format!(
            "{} rounds of 3 × (openssl → md5sum), one runner, one WebSocket",
            sizes.rounds
        ),
        ours: tools.client("rounds", "pipeyard", sizes.rounds, Sum),
        peers: vec![Peer {
            name: "Python `subprocess`, from within",
            target: Target::Ratio(1.5),
            go: python_go(python, script, sizes.rounds, true),
            note: Some("without the start of the runner and of the interpreter"),
        }],
    }
}

fn processes(tools: &Tools, sizes: Sizes) -> Work {
    let count = sizes.processes.to_string();
    let parallel = format!("seq {count} | parallel --will-cite -j2 true");
    let mut parallel = shell("GNU parallel -j2", Target::Ratio(8.0), &parallel);
    if let Err(why) = find("parallel") {
        parallel.go = Err(why);
    }
    Work {
        name: "processes",
        what: format!("{count} × `true`, two at a time"),
        ours: tools.runs(&["--lanes", &count, "--jobs", "2", "-c", "true"]),
        peers: vec![
            shell(
                "xargs -P2",
                Target::Ratio(1.0),
                &format!("seq {count} | xargs -P2 -n1 true"),
            ),
            parallel,
        ],
    }
}

fn first_byte(tools: &Tools, sizes: Sizes) -> Work {
    let connections = sizes.connections;
    let theirs = tools.client("first-byte", "websocketd", connections, Median);
    Work {
        name: "first-byte",
        what: "connect, run `echo`, first byte at a WebSocket client".into(),
        ours: tools.client("first-byte", "pipeyard", connections, Median),
        peers: vec![Peer {
            name: "websocketd",
            target: Target::Ratio(1.0),
            go: find("websocketd").map(|()| theirs),
            note: None,
        }],
    }
}

fn bulk(tools: &Tools, sizes: Sizes) -> Work {
    let bytes = sizes.to_client;
    let theirs = tools.client("bulk", "websocketd", bytes, Sum);
    Work {
        name: "bulk",
        what: format!("{} from a process to a client, lossless", size(bytes)),
        ours: tools.client("bulk", "pipeyard", bytes, Sum),
        peers: vec![Peer {
            name: "websocketd --binary",
            target: Target::Ratio(1.5),
            go: find("websocketd").map(|()| theirs),
            note: Some("ours by download while it is written, theirs by WebSocket"),
        }],
    }
}

fn start(tools: &Tools, sizes: Sizes) -> Work {
    let mut bash = Command::new("bash");
    bash.args(["-c", "true"]);
    let many = sizes.starts;
    let ours = tools.command(&["run", "-c", "true"]);
    Work {
        name: "start",
        what: "`pipeyard run -c true`, from start to end".into(),
        ours: mean(many, again(many, ours)),
        peers: vec![Peer {
            name: "bash -c true",
            target: Target::MoreMs(5.0),
            go: Ok(mean(many, again(many, bash))),
            note: Some("bash's `true` is built in: it starts no process"),
        }],
    }
}

/// The memory of the runner, a row a question.
pub(super) fn memory(tools: &Tools, sizes: Sizes, wanted: impl Fn(&str) -> bool) -> Vec<Row> {
    let passing = size(sizes.passing);
    let questions = [
        (
            "memory-idle",
            "idle",
            "memory of an idle runner".to_owned(),
            Target::Mib(25.0),
        ),
        (
            "memory",
            "passing",
            format!("memory that grows while {passing} pass, after the first tenth"),
            Target::Mib(2.0),
        ),
        (
            "memory",
            "stalled",
            format!("memory that a viewer costs who stops reading, while {passing} pass"),
            Target::None,
        ),
    ];
    let questions = questions.into_iter().filter(|(name, ..)| wanted(name));
    questions
        .map(|(_, kind, what, target)| {
            let bytes = sizes.passing.to_string();
            let mut client = tools.client_command(&["memory", kind, &bytes]);
            let (found, note) = match answer(&mut client).and_then(|(_, value)| {
                let mib = value["mib"].as_f64().context("no figure")?;
                Ok((mib, value["note"].as_str().map(str::to_owned)))
            }) {
                Ok((mib, note)) => (Found::Memory(mib), note),
                Err(error) => (Found::NotMeasured(format!("{error:#}")).on_one_line(), None),
            };
            Row {
                what,
                peer: String::new(),
                found,
                target,
                note,
            }
        })
        .collect()
}

fn in_bash(rounds: u64) -> String {
    let chain = "head -c 10 /dev/urandom | openssl enc -des3 -pbkdf2 -pass env:password | md5sum";
    format!(
        "export password='correct horse'; for round in $(seq {rounds}); do \
         for lane in 1 2 3; do {chain} & done; wait; done"
    )
}

/// The same chain as the Python program's, three lanes at once.
fn chains_json() -> String {
    serde_json::json!({
        "pipeyard": 1,
        "stages": [
            { "id": "random", "kind": { "input": { "random": 10 } } },
            { "id": "openssl", "kind": { "process": {
                "program": "openssl",
                "args": ["enc", "-des3", "-pbkdf2", "-pass", "env:password"],
                "setup": { "environment": [{ "name": "password", "value": "correct horse" }] },
            } } },
            { "id": "md5sum", "kind": { "process": { "program": "md5sum" } } },
        ],
        "wires": [
            { "id": "w1",
              "from": { "stage": "random", "port": "stdout" },
              "to": { "stage": "openssl", "port": "stdin" } },
            { "id": "w2",
              "from": { "stage": "openssl", "port": "stdout" },
              "to": { "stage": "md5sum", "port": "stdin" } },
        ],
        "lanes": 3,
    })
    .to_string()
}

/// `4 GiB`, `64 MiB`.
fn size(bytes: u64) -> String {
    if bytes >= GIB {
        format!("{} GiB", bytes / GIB)
    } else {
        format!("{} MiB", bytes / MIB)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_work_can_be_chosen_by_its_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let tools = Tools {
            runner: "runner".into(),
            client: "client".into(),
            folder: folder.path().to_owned(),
        };
        let works = all(&tools, Sizes::QUICK).expect("works");
        let names: Vec<&str> = works.iter().map(|work| work.name).collect();
        assert_eq!(names, NAMES[..names.len()]);
    }

    #[test]
    fn sizes_read_as_people_say_them() {
        assert_eq!(size(4 * GIB), "4 GiB");
        assert_eq!(size(64 * MIB), "64 MiB");
    }
}
