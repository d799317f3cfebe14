//! A code is read by somebody else's reader as the text that it was made of.

use pipeyard_shared::Chain;
use pipeyard_shared::chain::Stage;
use pipeyard_shared::link::{Shared, encode};
use pipeyard_shared::qr::{QUIET, code};

/// Pixels of a square.
const SCALE: usize = 3;

fn read(text: &str) -> Vec<String> {
    let code = code(text).expect("it fits");
    let size = (code.size() + 2 * QUIET) * SCALE;
    let shade = |x: usize, y: usize| {
        let place = |at: usize| (at / SCALE).checked_sub(QUIET);
        match place(x).zip(place(y)) {
            Some((x, y)) if code.is_dark(x, y) => 0,
            _ => 255,
        }
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(size, size, shade);
    let found = image.detect_grids();
    let texts = found
        .iter()
        .map(|grid| grid.decode().expect("it can be read").1);
    texts.collect()
}

#[test]
fn links_of_short_and_long_chains_are_read_back() {
    for stages in [1, 5, 20] {
        let stages = (0..stages).map(|at| {
            let (id, word) = (format!("stage-{at}"), format!("pattern-{}", at * 7919));
            Stage::process(&id, "grep", [word.as_str(), "-c"])
        });
        let chain = Chain::of_stages("A chain", stages.collect());
        let fragment = encode(&Shared::of_chain(chain)).expect("short");
        let link = format!("http://127.0.0.1:7878/#{fragment}");
        assert_eq!(read(&link), [link]);
    }
}
