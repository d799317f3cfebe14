//! How often somebody may try a key, or a room's code. Whoever guesses is soon told to wait, and until then not even a right
//! one that is short helps: a limit that lets a right guess through is none. One that is so long that nobody finds it by
//! trying needs no such limit, and is always let in ([`pass`](super::pass)).
//!
//! Only a word that was not tried before costs something. So a browser that goes on bringing the key of a runner that
//! is gone is refused, and never shut out.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::asker::crowd;

/// Wrong keys that an address may bring at once.
pub const GUESSES: u32 = 20;
/// How long it takes until it may bring one more.
pub const GUESS_TIME: Duration = Duration::from_secs(3);
/// Addresses that are remembered. Beyond it the one goes that would be forgotten first.
pub const ADDRESSES: usize = 4_096;

/// Wrong words that are remembered of an address.
const REMEMBERED: usize = 16;

/// What is guessed at. A class that mistypes its code keeps nobody from using a key.
#[derive(Debug, Default)]
pub struct Guesses {
    /// The keys: the limit `key-guesses`.
    pub keys: Attempts,
    /// The room's code: the limit `code-guesses`.
    pub codes: Attempts,
}

/// What was tried of late, by address.
#[derive(Debug, Default)]
pub struct Attempts {
    tried: Mutex<HashMap<IpAddr, Tried>>,
    hashing: RandomState,
}

#[derive(Debug)]
struct Tried {
    /// When all is forgiven. It moves on by [`GUESS_TIME`] with every new wrong word.
    until: Instant,
    /// Hashes of wrong words, the latest last.
    words: Vec<u64>,
}

impl Attempts {
    /// Whether words from an address may open something. Each that it has not tried of late needs room, the right one as well:
    /// so whether they are looked at tells nothing of them.
    ///
    /// # Errors
    /// How long the address has to wait.
    pub fn weigh(
        &self,
        address: IpAddr,
        words: &[&str],
        is_right: &dyn Fn(&str) -> bool,
        now: Instant,
    ) -> Result<(), Duration> {
        let address = crowd(address);
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let known = tried.get(&address);
        let mut hashes = HashSet::new();
        let is_fresh = |word: &&&str| {
            let hash = self.hashing.hash_one(word);
            known.is_none_or(|known| !known.words.contains(&hash)) && hashes.insert(hash)
        };
        let fresh: Vec<&str> = words.iter().filter(is_fresh).copied().collect();
        if fresh.is_empty() {
            return Ok(());
        }
        let until = known.map_or(now, |known| known.until.max(now));
        // More than these are too many for anybody, at any time.
        let asked = fresh.len().min(GUESSES as usize + 1);
        let full = until + GUESS_TIME * u32::try_from(asked).unwrap_or(GUESSES + 1);
        let most = now + GUESS_TIME * GUESSES;
        if full > most {
            return Err(full - most);
        }
        let wrong = fresh.into_iter().filter(|word| !is_right(word));
        let wrong: Vec<u64> = wrong.map(|word| self.hashing.hash_one(word)).collect();
        let Ok(count @ 1..) = u32::try_from(wrong.len()) else {
            return Ok(());
        };
        if known.is_none() && tried.len() >= ADDRESSES {
            tried.retain(|_, tried| tried.until > now);
            let soonest = tried.iter().min_by_key(|(_, tried)| tried.until);
            let soonest = soonest.map(|(address, _)| *address);
            if let Some(soonest) = soonest.filter(|_| tried.len() >= ADDRESSES) {
                tried.remove(&soonest);
            }
        }
        let entry = tried.entry(address).or_insert_with(|| Tried {
            until,
            words: Vec::new(),
        });
        entry.until = until + GUESS_TIME * count;
        entry.words.extend(wrong);
        let surplus = entry.words.len().saturating_sub(REMEMBERED);
        entry.words.drain(..surplus);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    const RIGHT: &str = "the right one";

    fn weigh(
        attempts: &Attempts,
        from: IpAddr,
        words: &[&str],
        now: Instant,
    ) -> Result<(), Duration> {
        attempts.weigh(from, words, &|word| word == RIGHT, now)
    }

    fn exhaust(attempts: &Attempts, from: IpAddr, now: Instant) {
        for number in 0..GUESSES {
            let word = format!("guess {number}");
            assert_eq!(weigh(attempts, from, &[&word], now), Ok(()), "{number}");
        }
    }

    #[test]
    fn who_guesses_waits_and_nobody_else_does() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
        exhaust(&attempts, one, now);
        assert_eq!(weigh(&attempts, one, &["one more"], now), Err(GUESS_TIME));
        assert_eq!(
            weigh(&attempts, one, &[RIGHT], now),
            Err(GUESS_TIME),
            "a right one tells nothing either"
        );
        assert_eq!(weigh(&attempts, other, &["one more"], now), Ok(()));
        assert_eq!(weigh(&attempts, other, &[RIGHT], now), Ok(()));
        let later = now + GUESS_TIME;
        assert_eq!(weigh(&attempts, one, &["one more"], later), Ok(()));
        assert_eq!(
            weigh(&attempts, one, &["yet another"], later),
            Err(GUESS_TIME)
        );
        let much_later = now + GUESS_TIME * (GUESSES + 1);
        exhaust(&attempts, one, much_later + GUESS_TIME);
    }

    /// One request brought two thousand cookies of the key's name where there was room for one more guess.
    #[test]
    fn as_many_words_are_looked_at_as_there_is_room_for() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let from = address("192.0.2.1");
        let many: Vec<String> = (0..=GUESSES).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(weigh(&attempts, from, &many, now), Err(GUESS_TIME));
        let later = now + GUESS_TIME * (GUESSES + 1);
        assert_eq!(weigh(&attempts, from, &many, later), Err(GUESS_TIME));
        assert_eq!(weigh(&attempts, from, &many[..19], now), Ok(()));
        let [one, other] = ["one more", "another"];
        let two = weigh(&attempts, from, &[one, other], now);
        assert_eq!(two, Err(GUESS_TIME));
        let right = weigh(&attempts, from, &[one, RIGHT], now);
        assert_eq!(right, two, "the right one among them makes no difference");
        assert_eq!(weigh(&attempts, from, &[one, one], now), Ok(()));
    }

    /// An old wrong word beside each guess made it free: where there was no room only the right one was looked at.
    #[test]
    fn an_old_word_lets_no_guess_in() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let from = address("192.0.2.1");
        exhaust(&attempts, from, now);
        let old = format!("guess {}", GUESSES - 1);
        assert_eq!(weigh(&attempts, from, &[&old], now), Ok(()));
        for word in ["a guess", RIGHT] {
            let weighed = weigh(&attempts, from, &[&old, word], now);
            assert_eq!(weighed, Err(GUESS_TIME), "{word}");
        }
    }

    /// A tab that was left open tries its old key for days.
    #[test]
    fn the_same_wrong_key_again_costs_nothing() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let from = address("127.0.0.1");
        for _ in 0..1_000 {
            assert_eq!(weigh(&attempts, from, &["an old key"], now), Ok(()));
        }
        assert_eq!(
            weigh(&attempts, from, &[RIGHT], now),
            Ok(()),
            "the right one is let in"
        );
        exhaust(&attempts, address("127.0.0.2"), now);
    }

    #[test]
    fn an_ipv6_network_is_one_guesser() {
        let attempts = Attempts::default();
        let now = Instant::now();
        for number in 0..GUESSES {
            let from = address(&format!("2001:db8:1:2::{number:x}"));
            assert_eq!(weigh(&attempts, from, &[&number.to_string()], now), Ok(()));
        }
        assert!(weigh(&attempts, address("2001:db8:1:2:ffff::1"), &["x"], now).is_err());
        assert_eq!(
            weigh(&attempts, address("2001:db8:1:3::1"), &["x"], now),
            Ok(())
        );
    }

    #[test]
    fn the_table_is_bounded_and_keeps_the_worst() {
        let attempts = Attempts::default();
        let now = Instant::now();
        let worst = address("192.0.2.1");
        exhaust(&attempts, worst, now);
        for number in 0..2 * ADDRESSES as u32 {
            let from = IpAddr::from(number.to_be_bytes());
            assert_eq!(weigh(&attempts, from, &["x"], now), Ok(()));
        }
        let known = attempts
            .tried
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len();
        assert!(known <= ADDRESSES, "{known}");
        assert!(weigh(&attempts, worst, &["x"], now).is_err());
    }
}
