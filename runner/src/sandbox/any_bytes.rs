//! What runner and agent read of each other, on any bytes: the fuzz target `agent`, and an ordinary test on its seeds.

use std::os::fd::AsFd;

use super::command;
use super::message::{Reply, Request};
use crate::system;

/// Reads bytes as a request, a reply and a command. What can be read is the same once it has been written again.
///
/// # Panics
/// When it is not: that is the finding.
pub fn read(bytes: &[u8]) {
    if let Some(request) = Request::of(bytes) {
        assert_eq!(Request::of(&request.to_bytes()), Some(request));
    }
    if let Some(reply) = Reply::of(bytes) {
        assert_eq!(Reply::of(&reply.to_bytes()), Some(reply));
    }
    let Some(read) = command::of_bytes(bytes) else {
        return;
    };
    let any = std::io::stdin();
    let descriptors: Vec<_> = read.numbers.iter().map(|at| (any.as_fd(), *at)).collect();
    let written = command::to_bytes(&system::Command {
        program: &read.program,
        arguments: &read.arguments,
        environment: &read.environment,
        directory: &read.directory,
        group: None,
        descriptors: &descriptors,
    });
    // There is one way to write a command.
    assert_eq!(written.ok().as_deref(), Some(bytes));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SEEDS: [&[u8]; 4] = [
        include_bytes!("../../../tests/fuzz/seeds/agent/command"),
        include_bytes!("../../../tests/fuzz/seeds/agent/looked"),
        include_bytes!("../../../tests/fuzz/seeds/agent/start"),
        include_bytes!("../../../tests/fuzz/seeds/agent/sweep"),
    ];

    #[test]
    fn each_seed_is_something() {
        for seed in SEEDS {
            let is_message = Request::of(seed).is_some() || Reply::of(seed).is_some();
            assert!(is_message || command::of_bytes(seed).is_some());
            read(seed);
        }
    }

    proptest! {
        #[test]
        fn changed_seeds_are_read_or_refused(
            seed in 0..SEEDS.len(),
            at: prop::sample::Index,
            byte: u8,
            cut: prop::sample::Index,
        ) {
            let mut bytes = SEEDS[seed].to_vec();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            read(&bytes);
            bytes.truncate(cut.index(bytes.len() + 1));
            read(&bytes);
        }
    }
}
