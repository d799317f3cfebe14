#![no_main]

// The headers of a request, as far as they are read here and not by a library.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| pipeyard_runner::http::any_headers::read(bytes));
