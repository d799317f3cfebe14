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
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.filled = self.filled.max(now);
        self.tokens = (self.tokens + passed * self.a_second).min(self.most);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        let missing = (1.0 - self.tokens) / self.a_second;
        // Who waits so long finds one, however times are rounded.
        Err(Duration::from_secs_f64(missing) + Duration::from_millis(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
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
