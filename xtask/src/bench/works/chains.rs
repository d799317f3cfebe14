//! Short chains side by side, over and over: what starting and ending them costs.

use std::path::Path;
use std::process::Command;

use super::go::Reduce::Sum;
use super::go::{again, python_go};
use super::{Sizes, Tools};
use crate::bench::measure::command;
use crate::bench::peers::find;
use crate::bench::row::Target;
use crate::bench::work::{Go, Peer, Work};

/// The same as a Python program, in the way of the documentation of `subprocess`.
pub(super) const PYTHON: &str = include_str!("../chains.py");

pub(super) fn rounds(
    tools: &Tools,
    sizes: Sizes,
    chain: &Path,
    python: Option<&Path>,
    script: &Path,
) -> Work {
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
        pairs: 10,
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

pub(super) fn rounds_over_socket(
    tools: &Tools,
    sizes: Sizes,
    python: Option<&Path>,
    script: &Path,
) -> Work {
    Work {
        name: "rounds-socket",
        what: format!(
            "{} rounds of 3 × (openssl → md5sum), one runner, one WebSocket",
            sizes.rounds
        ),
        pairs: 10,
        ours: tools.client("rounds", "pipeyard", sizes.rounds, Sum),
        peers: vec![Peer {
            name: "Python `subprocess`, from within",
            target: Target::Ratio(1.5),
            go: python_go(python, script, sizes.rounds, true),
            note: Some("without the start of the runner and of the interpreter"),
        }],
    }
}

/// The digits come from the shell itself, so that nobody starts more than openssl and md5sum.
fn in_bash(rounds: u64) -> String {
    let digits = "$RANDOM$RANDOM$RANDOM";
    let encryption = "openssl enc -des3 -pbkdf2 -pass env:password";
    format!(
        "export password='correct horse'; for round in $(seq {rounds}); do \
         for lane in 1 2 3; do {encryption} <<< {digits} | md5sum & done; wait; done"
    )
}

/// The same chain as the Python program's, three lanes at once.
pub(super) fn json() -> String {
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
