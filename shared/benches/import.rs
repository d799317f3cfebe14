//! How long reading shell text takes: `cargo bench -p pipeyard-shared`.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use pipeyard_shared::shell::{Reading, import};

/// Two hundred characters of an ordinary kind.
const TEXT: &str = "cut -d' ' -f1 access.log | sort | uniq -c | sort -rn | head -n 5 | tee >(wc -l > count) | \
    sed -e 's/^ *//' -e \"s/ /,/\" > top.csv 2> /dev/null # two hundred characters of an ordinary kind, as was meant";
/// How often they are read.
const ROUNDS: usize = 2_000;
/// What the median may be, in milliseconds.
const MOST_MS: f64 = 1.0;

fn main() -> ExitCode {
    let mut times = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let read = import(black_box(TEXT.as_bytes()), &Reading::default());
        times.push(start.elapsed().as_secs_f64() * 1e3);
        if let Err(error) = black_box(read) {
            eprintln!("the text is not read: {error}");
            return ExitCode::FAILURE;
        }
    }
    times.sort_by(f64::total_cmp);
    let (middle, late) = (times[ROUNDS / 2], times[ROUNDS * 95 / 100]);
    let length = TEXT.len();
    println!(
        "import of {length} characters: median {middle:.4} ms, 95 % {late:.4} ms; at most {MOST_MS} ms"
    );
    // A program that is not optimised says nothing of it.
    match cfg!(debug_assertions) || middle <= MOST_MS {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
