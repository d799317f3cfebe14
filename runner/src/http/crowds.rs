//! What is counted and paced by address, so that nobody takes what is there for all: an IPv6 /64 is one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::asker::crowd;
use crate::rate::Bucket;

/// Over how many seconds a rate is one: a page that is opened asks for many things at once.
pub(super) const RATE_SECONDS: u64 = 5;
/// Addresses whose pace is remembered. Beyond it those go that have had nothing to wait for, and then any.
const ADDRESSES: usize = 4_096;

/// How many things there are of each address.
#[derive(Clone, Debug)]
pub(super) struct Each {
    most: usize,
    counts: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One of them, for as long as this lives.
#[derive(Debug)]
pub(super) struct Counted {
    address: IpAddr,
    each: Each,
}

impl Each {
    /// So many of an address at once.
    pub(super) fn of(most: usize) -> Self {
        let counts = Arc::default();
        Self { most, counts }
    }

    /// How many of an address there may be.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Whether more than half of what an address may have is taken.
    pub(super) fn is_half_taken(&self, address: IpAddr) -> bool {
        let counts = lock(&self.counts);
        let count = counts.get(&crowd(address)).copied();
        count.unwrap_or_default() > self.most / 2
    }

    /// Counts one more; nothing if that is one too many.
    pub(super) fn count(&self, address: IpAddr) -> Option<Counted> {
        let address = crowd(address);
        let mut counts = lock(&self.counts);
        let count = counts.entry(address).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        let each = self.clone();
        Some(Counted { address, each })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = lock(&self.each.counts);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

/// How fast each address may ask.
#[derive(Clone, Debug)]
pub(super) struct Paces {
    /// In a second.
    rate: u64,
    buckets: Arc<Mutex<HashMap<IpAddr, Bucket>>>,
}

impl Paces {
    /// So many times in a second, over some seconds.
    pub(super) fn of(rate: u64) -> Self {
        let buckets = Arc::default();
        Self { rate, buckets }
    }

    /// One more, from this address: how long it has to wait until it may be looked at. Who waits is bounded by the caller.
    pub(super) fn turn(&self, address: IpAddr, now: Instant) -> Duration {
        let address = crowd(address);
        let mut buckets = lock(&self.buckets);
        if buckets.len() >= ADDRESSES && !buckets.contains_key(&address) {
            buckets.retain(|_, bucket| !bucket.is_full(now));
            let any = buckets.keys().next().copied();
            if let Some(any) = any.filter(|_| buckets.len() >= ADDRESSES) {
                buckets.remove(&any);
            }
        }
        let bucket = buckets.entry(address).or_insert_with(|| {
            let most = self.rate.saturating_mul(RATE_SECONDS);
            Bucket::full(most, Duration::from_secs(RATE_SECONDS), now)
        });
        bucket.spend(1, now)
    }
}

/// A panic elsewhere leaves these maps whole, so a poisoned lock is still good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn what_an_address_has_is_counted_and_given_back() {
        let each = Each::of(3);
        let held: Vec<_> = (0..3).map(|_| each.count(ONE)).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(each.count(ONE).is_none());
        assert!(each.count(OTHER).is_some());
        drop(held);
        assert!(each.count(ONE).is_some());
        assert!(lock(&each.counts).is_empty());
    }

    /// Whoever has one IPv6 address has as many as he likes: each was another one.
    #[test]
    fn an_ipv6_network_is_one_address() {
        let each = Each::of(1);
        let of = |text: &str| each.count(text.parse().expect("an address"));
        let held = of("2001:db8:1:2::1");
        assert!(held.is_some() && of("2001:db8:1:2:ffff::9").is_none());
        assert!(of("2001:db8:1:3::1").is_some());
    }

    #[test]
    fn who_asks_too_fast_waits_and_nobody_else_does() {
        let paces = Paces::of(10);
        let now = Instant::now();
        let at_once = 10 * RATE_SECONDS;
        for number in 0..at_once {
            assert_eq!(paces.turn(ONE, now), Duration::ZERO, "{number}");
        }
        let first = paces.turn(ONE, now);
        assert!(first > Duration::ZERO && first < Duration::from_millis(200));
        let second = paces.turn(ONE, now);
        assert!(second > first, "each has a turn of its own: {second:?}");
        assert_eq!(paces.turn(OTHER, now), Duration::ZERO);
        let later = now + Duration::from_secs(1);
        assert_eq!(paces.turn(ONE, later), Duration::ZERO, "it is forgiven");
    }

    #[test]
    fn the_table_is_bounded() {
        let paces = Paces::of(1);
        let now = Instant::now();
        for number in 0..2 * ADDRESSES as u32 {
            paces.turn(IpAddr::from(number.to_be_bytes()), now);
        }
        assert!(lock(&paces.buckets).len() <= ADDRESSES);
    }
}
