//! What was last seen of one flow's pipe.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use super::lock;

/// Of one flow. The sampler writes it, viewers read it.
#[derive(Debug)]
pub(super) struct Gauge {
    /// For a direct wire: what its writer has written, less what waits.
    bytes: AtomicU64,
    /// What waits and what there is room for, in the halves of one number, so that they belong together.
    pipe: AtomicU64,
    /// How many viewers want glimpses.
    wanted: AtomicU32,
    glimpse: Mutex<Option<Arc<[u8]>>>,
}

/// No pipe has room for this.
const UNKNOWN: u64 = u64::MAX;

impl Default for Gauge {
    fn default() -> Self {
        Self {
            bytes: AtomicU64::new(0),
            pipe: AtomicU64::new(UNKNOWN),
            wanted: AtomicU32::new(0),
            glimpse: Mutex::default(),
        }
    }
}

impl Gauge {
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Raises the count; it never falls. Returns whether it has risen.
    pub(super) fn raise(&self, bytes: u64) -> bool {
        self.bytes.fetch_max(bytes, Ordering::Relaxed) < bytes
    }

    /// Bytes that wait in the pipe, and how many it can hold.
    pub(super) fn pipe(&self) -> Option<(u32, u32)> {
        match self.pipe.load(Ordering::Relaxed) {
            UNKNOWN => None,
            both => Some(((both >> 32) as u32, both as u32)),
        }
    }

    /// Returns whether that is news.
    pub(super) fn set_pipe(&self, pipe: Option<(u32, u32)>) -> bool {
        let both = pipe.map_or(UNKNOWN, |(waiting, room)| {
            u64::from(waiting) << 32 | u64::from(room)
        });
        self.pipe.swap(both, Ordering::Relaxed) != both
    }

    pub(super) fn want(&self) {
        self.wanted.fetch_add(1, Ordering::Relaxed);
    }

    /// With the last who wanted them the glimpse goes: somebody could watch one flow after the other.
    pub(super) fn want_no_more(&self) {
        if self.wanted.fetch_sub(1, Ordering::Relaxed) == 1 {
            *lock(&self.glimpse) = None;
        }
    }

    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed) > 0
    }

    pub(super) fn glimpse(&self) -> Option<Arc<[u8]>> {
        lock(&self.glimpse).clone()
    }

    /// Returns whether that is news.
    pub(super) fn set_glimpse(&self, bytes: &[u8]) -> bool {
        let mut glimpse = lock(&self.glimpse);
        let fresh = glimpse.as_deref() != Some(bytes);
        if fresh {
            *glimpse = Some(bytes.into());
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_tells_what_is_news() {
        let gauge = Gauge::default();
        assert_eq!(gauge.pipe(), None);
        assert!(gauge.set_pipe(Some((7, 65_536))));
        assert!(!gauge.set_pipe(Some((7, 65_536))));
        assert_eq!(gauge.pipe(), Some((7, 65_536)));
        assert!(gauge.set_pipe(None));
        assert!(gauge.raise(10));
        assert!(!gauge.raise(9), "it never falls");
        assert_eq!(gauge.bytes(), 10);
        assert!(gauge.set_glimpse(b"a"));
        assert!(!gauge.set_glimpse(b"a"));
        assert!(gauge.set_glimpse(b"b"));
        assert_eq!(gauge.glimpse().as_deref(), Some(b"b".as_slice()));
        gauge.want();
        gauge.want();
        gauge.want_no_more();
        assert!(gauge.glimpse().is_some());
        gauge.want_no_more();
        assert_eq!(gauge.glimpse(), None, "nobody wants it any more");
    }
}
