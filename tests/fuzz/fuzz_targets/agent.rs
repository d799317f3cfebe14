#![no_main]

// What the runner and the first process of a sandbox say to each other.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pipeyard_runner::sandbox::any_bytes::read(bytes));
