//! The fuzz targets of `tests/fuzz` as ordinary tests: on each seed, and on seeds that were changed by chance.

#[path = "../../../tests/fuzz/targets.rs"]
mod targets;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// How many changed seeds each target is tried on.
const CASES: u32 = 200;

/// One change of some bytes.
#[derive(Clone, Debug)]
enum Change {
    Put(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    /// A part of it once more, somewhere else, so often.
    Repeat(prop::sample::Index, prop::sample::Index, usize, usize),
    /// The beginning of this one, and the end of another seed.
    Cross(prop::sample::Index, prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Change::Put(at, byte)),
        (place(), "[ -~\n]{1,4}").prop_map(|(at, text)| Change::Insert(at, text.into_bytes())),
        (place(), 1..9_usize).prop_map(|(at, count)| Change::Remove(at, count)),
        (place(), place(), 1..20_usize, 1..60_usize)
            .prop_map(|(from, to, length, times)| Change::Repeat(from, to, length, times)),
        (place(), place()).prop_map(|(seed, at)| Change::Cross(seed, at)),
    ]
}

fn changed(mut bytes: Vec<u8>, change: Change, seeds: &[Vec<u8>]) -> Vec<u8> {
    let length = bytes.len();
    let place = |index: prop::sample::Index| index.index(length + 1);
    match change {
        Change::Put(at, byte) => {
            if let Some(there) = bytes.get_mut(place(at)) {
                *there = byte;
            }
        }
        Change::Insert(at, text) => {
            let at = place(at);
            bytes.splice(at..at, text);
        }
        Change::Remove(at, count) => {
            let at = place(at);
            bytes.drain(at..(at + count).min(length));
        }
        Change::Repeat(from, to, count, times) => {
            let (from, to) = (place(from), place(to));
            let part = bytes[from..(from + count).min(length)].repeat(times);
            bytes.splice(to..to, part);
        }
        Change::Cross(seed, at) => {
            let other = &seeds[seed.index(seeds.len())];
            let at = place(at);
            bytes.truncate(at);
            bytes.extend(other.iter().skip(at));
        }
    }
    bytes
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz/seeds");
    let entries = std::fs::read_dir(format!("{folder}/{target}")).expect("a folder of seeds");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let read = |path| std::fs::read(path).expect("a seed");
    let seeds: Vec<Vec<u8>> = paths.iter().map(read).collect();
    assert!(seeds.len() >= 3, "{target} has {} seeds", seeds.len());
    seeds
}

fn tried(name: &str, target: fn(&[u8])) {
    let seeds = seeds(name);
    for seed in &seeds {
        target(seed);
    }
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        ..Config::default()
    };
    let input = (
        any::<prop::sample::Index>(),
        prop::collection::vec(change(), 1..6),
    );
    let tried = TestRunner::new(config).run(&input, |(seed, changes)| {
        let mut bytes = seeds[seed.index(seeds.len())].clone();
        for change in changes {
            bytes = changed(bytes, change, &seeds);
        }
        // What fails is shown as it is, to become a seed.
        let text = String::from_utf8_lossy(&bytes).into_owned();
        std::panic::catch_unwind(|| target(&bytes))
            .map_err(|_| TestCaseError::fail(format!("on {text:?}")))
    });
    if let Err(error) = tried {
        panic!("{error}");
    }
}

#[test]
fn shell_text() {
    tried("shell", targets::shell);
}

#[test]
fn links() {
    tried("link", targets::link);
}

#[test]
fn contents_of_links() {
    tried("link_content", targets::link_content);
}

#[test]
fn recordings() {
    tried("recording", targets::recording);
}

#[test]
fn chains() {
    tried("chain", targets::chain);
}

#[test]
fn files() {
    tried("open", targets::open);
}

#[test]
fn messages() {
    tried("message", targets::message);
}

#[test]
fn frames() {
    tried("frame", targets::frame);
}
