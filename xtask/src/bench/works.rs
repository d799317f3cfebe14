//! Everything that is measured.

mod chains;
mod go;
mod memory;
mod wires;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::peers::{self, find};
use super::row::Target;
use super::work::{Peer, Work};
use go::Reduce::{Median, Sum};
use go::{again, mean, shell};
pub(super) use memory::memory;

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
pub(super) const NAMES: [&str; 14] = [
    "direct",
    "tapped",
    "tapped-page",
    "computed",
    "computed-fed",
    "rounds",
    "rounds-socket",
    "processes",
    "class",
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
    fs::write(&chain, chains::json()).context("the chain cannot be written")?;
    let script = tools.folder.join("chains.py");
    fs::write(&script, chains::PYTHON).context("the Python program cannot be written")?;
    let python = peers::python();
    Ok(vec![
        wires::direct(tools, sizes),
        wires::tapped(tools, sizes),
        wires::tapped_for_a_page(tools, sizes),
        wires::computed(tools, sizes)?,
        wires::computed_fed(tools, sizes),
        chains::rounds(tools, sizes, &chain, python.as_deref(), &script),
        chains::rounds_over_socket(tools, sizes, python.as_deref(), &script),
        processes(tools, sizes),
        class(tools, sizes),
        first_byte(tools, sizes),
        bulk(tools, sizes),
        start(tools, sizes),
    ])
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
        pairs: 10,
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

fn class(tools: &Tools, sizes: Sizes) -> Work {
    let count = sizes.processes;
    let without = tools.client("starts", "own", count, Sum);
    Work {
        name: "class",
        what: format!("{count} × `true`, two at a time, at level class by a runner that is there"),
        pairs: 14,
        ours: tools.client("starts", "class", count, Sum),
        peers: vec![Peer {
            name: "the same at level own",
            target: Target::Ratio(0.77),
            go: find("bwrap").map(|()| without),
            note: None,
        }],
    }
}

fn first_byte(tools: &Tools, sizes: Sizes) -> Work {
    let connections = sizes.connections;
    let theirs = tools.client("first-byte", "websocketd", connections, Median);
    Work {
        name: "first-byte",
        what: "connect, run `echo`, first byte at a WebSocket client".into(),
        pairs: 14,
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
        what: format!(
            "{} from a process to a client, lossless: ours over HTTP, theirs over a WebSocket",
            size(bytes)
        ),
        pairs: 10,
        ours: tools.client("bulk", "pipeyard", bytes, Sum),
        peers: vec![Peer {
            name: "websocketd --binary",
            target: Target::Ratio(1.5),
            go: find("websocketd").map(|()| theirs),
            note: Some(
                "not by a WebSocket, and kept whole by `--spill-bytes`, which is 256 MiB by default",
            ),
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
        pairs: 14,
        ours: mean(many, again(many, ours)),
        peers: vec![Peer {
            name: "bash -c true",
            target: Target::MoreMs(5.0),
            go: Ok(mean(many, again(many, bash))),
            note: Some("bash's `true` is built in: it starts no process"),
        }],
    }
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
    fn each_side_goes_first_in_as_many_pairs() {
        let folder = tempfile::tempdir().expect("a folder");
        let tools = Tools {
            runner: "runner".into(),
            client: "client".into(),
            folder: folder.path().to_owned(),
        };
        for work in all(&tools, Sizes::QUICK).expect("works") {
            assert!(work.pairs >= 6 && work.pairs % 2 == 0, "{}", work.name);
        }
    }

    #[test]
    fn sizes_read_as_people_say_them() {
        assert_eq!(size(4 * GIB), "4 GiB");
        assert_eq!(size(64 * MIB), "64 MiB");
    }
}
