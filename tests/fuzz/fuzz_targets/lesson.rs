#![no_main]

use pipeyard_runner::lessons::read_bytes;
use pipeyard_shared::words::Language;

// A lesson's file: read, or refused with what is wrong and where. The course is its seeds: runner/lessons.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Err(faults) = read_bytes("one", Language::En, bytes) {
        assert!(!faults.is_empty(), "a refusal says why");
    }
});
