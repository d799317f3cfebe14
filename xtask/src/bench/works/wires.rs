//! Bytes through a wire: what carrying and watching them costs.

use std::fs;

use anyhow::{Context, Result};

use super::go::Reduce::Sum;
use super::go::shell;
use super::{Sizes, Tools, size};
use crate::bench::peers::find;
use crate::bench::row::Target;
use crate::bench::work::Work;

pub(super) fn direct(tools: &Tools, sizes: Sizes) -> Work {
    let head = format!("head -c {} /dev/zero", sizes.plain);
    Work {
        name: "direct",
        what: format!("{} through `head ¦ cat`, direct wire", size(sizes.plain)),
        pairs: 14,
        ours: tools.runs(&["--wires", "direct", "-c", &format!("{head} | cat")]),
        peers: vec![shell("bash", Target::Ratio(0.97), &format!("{head} | cat"))],
    }
}

pub(super) fn tapped(tools: &Tools, sizes: Sizes) -> Work {
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
        pairs: 12,
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

/// The same as a page has it: a runner that serves, that keeps the first bytes on disk for download, looks
/// at the processes, and tells it all to somebody who watches the wire.
pub(super) fn tapped_for_a_page(tools: &Tools, sizes: Sizes) -> Work {
    let text = format!("head -c {} /dev/zero | cat", sizes.plain);
    let mut bash = shell("bash, nothing in the middle", Target::None, &text);
    bash.note = Some("our runner is there already; what can be downloaded goes to disk");
    Work {
        name: "tapped-page",
        what: format!(
            "{} through `head ¦ cat`, tapped wire, watched by a page",
            size(sizes.plain)
        ),
        pairs: 10,
        ours: tools.client("pass", "pipeyard", sizes.plain, Sum),
        peers: vec![bash],
    }
}

/// One wire between two programs that compute; openssl reads a file without data, so that no third process
/// wants a core of its own.
pub(super) fn computed(tools: &Tools, sizes: Sizes) -> Result<Work> {
    let zeros = tools.folder.join("zeros.bin");
    let file = fs::File::create(&zeros).and_then(|file| file.set_len(sizes.computed));
    file.context("the file of zeros cannot be written")?;
    let text = format!("{} -in {} | md5sum", encryption(), zeros.to_string_lossy());
    Ok(compared_with_bash(
        tools,
        "computed",
        format!(
            "{} through `openssl enc ¦ md5sum`, tapped wire",
            size(sizes.computed)
        ),
        &text,
        None,
    ))
}

/// The same fed by a third process: three of them and two relays want the two cores of a small machine.
pub(super) fn computed_fed(tools: &Tools, sizes: Sizes) -> Work {
    let text = format!(
        "head -c {} /dev/zero | {} | md5sum",
        sizes.computed,
        encryption()
    );
    compared_with_bash(
        tools,
        "computed-fed",
        format!(
            "{} through `head ¦ openssl enc ¦ md5sum`, tapped wires",
            size(sizes.computed)
        ),
        &text,
        Some("three processes and two relays"),
    )
}

fn encryption() -> String {
    let zeros = "0".repeat(32);
    format!("openssl enc -aes-128-ctr -K {zeros} -iv {zeros}")
}

fn compared_with_bash(
    tools: &Tools,
    name: &'static str,
    what: String,
    text: &str,
    note: Option<&'static str>,
) -> Work {
    let mut bash = shell("bash", Target::Ratio(0.97), text);
    bash.note = note;
    if let Err(why) = find("openssl") {
        bash.go = Err(why);
    }
    Work {
        name,
        what,
        pairs: 8,
        ours: tools.runs(&["--wires", "tapped", "-c", text]),
        peers: vec![bash],
    }
}
