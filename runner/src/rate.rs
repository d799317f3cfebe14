//! How often something may happen.

use std::time::{Duration, Instant};

/// A bucket of tokens that fills by itself. Each thing that happens takes one; an empty bucket says how long until the next.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    most: f64,
    a_second: f64,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    /// A full one, of so many tokens for each such time.
    pub fn full(tokens: u64, each: Duration, now: Instant) -> Self {
        let most = tokens.max(1) as f64;
        Self {
            most,
            a_second: most / each.as_secs_f64().max(f64::MIN_POSITIVE),
            tokens: most,
            filled: now,
        }
    }

    /// Takes a token.
    ///
    /// # Errors
    /// How long until there is one; then none is taken.
    pub fn take(&mut self, now: Instant) -> Result<(), Duration> {
        self.fill(now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        let missing = (1.0 - self.tokens) / self.a_second;
        // Who waits so long finds one, however times are rounded.
        Err(Duration::from_secs_f64(missing) + Duration::from_millis(1))
    }

    /// Takes so many tokens for something that has happened already, be they there or not, and says for how long nothing more
    /// may happen. So each of several who wait has a time of its own.
    pub fn spend(&mut self, tokens: u64, now: Instant) -> Duration {
        self.fill(now);
        self.tokens -= tokens as f64;
        let missing = (-self.tokens).max(0.0) / self.a_second;
        Duration::try_from_secs_f64(missing).unwrap_or(Duration::MAX)
    }

    /// Whether nothing has happened of late.
    pub fn is_full(&self, now: Instant) -> bool {
        let mut later = *self;
        later.fill(now);
        later.tokens >= later.most
    }

    fn fill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.filled = self.filled.max(now);
        self.tokens = (self.tokens + passed * self.a_second).min(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Who waits as told after each piece takes no more than the bucket held, what has come since, and the last piece.
        #[test]
        fn who_waits_after_spending_keeps_the_rate(
            tokens in 1u64..200,
            pieces in prop::collection::vec(0u64..500, 1..100),
        ) {
            let start = Instant::now();
            let mut bucket = Bucket::full(tokens, Duration::from_secs(1), start);
            let (mut now, mut spent) = (start, 0_u64);
            for piece in pieces {
                let passed = now.duration_since(start).as_secs_f64();
                prop_assert!(spent as f64 <= tokens as f64 * (1.0 + passed) + 1e-6);
                spent += piece;
                let wait = bucket.spend(piece, now);
                prop_assert!(wait.is_zero() || !bucket.is_full(now));
                now += wait;
            }
        }

        /// However one asks, no more is given than the bucket held and what has come since; and who waits as told is served.
        #[test]
        fn no_more_is_given_than_has_come(
            tokens in 1u64..200,
            pauses in prop::collection::vec(0u64..3_000, 1..300),
        ) {
            let start = Instant::now();
            let each = Duration::from_secs(1);
            let mut bucket = Bucket::full(tokens, each, start);
            let (mut now, mut given) = (start, 0_u64);
            for pause in pauses {
                now += Duration::from_micros(pause);
                match bucket.take(now) {
                    Ok(()) => given += 1,
                    Err(after) => {
                        prop_assert!(after <= each + Duration::from_millis(2));
                        let mut later = bucket;
                        prop_assert!(later.take(now + after).is_ok());
                    }
                }
                let passed = now.duration_since(start).as_secs_f64();
                prop_assert!(given as f64 <= tokens as f64 * (1.0 + passed) + 1e-6);
            }
        }
    }
}
