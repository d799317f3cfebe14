//! The limit for which a run is ended: told once, before anything that it brings about, whoever finds it first.

use std::sync::OnceLock;

use pipeyard_shared::event::Event;
use pipeyard_shared::limits::Reached;

use super::log::{Clock, Log};

/// Whether it has been told.
#[derive(Debug, Default)]
pub(super) struct Limited(OnceLock<()>);

impl Limited {
    /// Tells it, unless one was told before. Once this returns one has been.
    pub(super) fn tell(&self, log: &Log, clock: Clock, reached: Reached) {
        let Reached { limit, most } = reached;
        self.0
            .get_or_init(|| log.push(clock.now_us(), Event::LimitReached { limit, most }));
    }
}
