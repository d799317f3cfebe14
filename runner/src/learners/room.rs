//! The room: one code that lets browsers in, short enough to be read aloud and typed.

use std::fmt;

use crate::secret;

/// Letters and digits that a code has at the least.
pub const SHORTEST_ROOM: usize = 8;
/// And at the most.
const LONGEST: usize = 64;
/// No `0`, `1`, `i`, `l` and `o`, which look alike; 31 are left, so eight are 39 bits: who may try a few times a minute does
/// not come in by trying.
const LETTERS: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
/// Letters and digits from which on nobody finds a code by trying, however often: so many random ones are 129 bits.
const LONG: usize = 25;
/// After so many letters of a new code stands a dash.
const GROUP: usize = 4;

/// A room that is open.
#[derive(Clone)]
pub struct Room {
    /// As it is told.
    code: String,
    /// As it is compared.
    plain: String,
}

/// A code that is too short, too long, or has something else than letters, digits, `-` and `_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRoom;

impl Room {
    /// The room of this code.
    ///
    /// # Errors
    /// [`BadRoom`].
    pub fn new(code: &str) -> Result<Self, BadRoom> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        let plain = plain(code);
        let is_long = (SHORTEST_ROOM..=LONGEST).contains(&plain.len());
        if !is_long || code.len() > 2 * LONGEST || !code.bytes().all(is_allowed) {
            return Err(BadRoom);
        }
        let code = code.to_owned();
        Ok(Self { code, plain })
    }

    /// A room with a new random code.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut code = String::new();
        while code.len() < SHORTEST_ROOM + 1 {
            let mut byte = [0];
            getrandom::fill(&mut byte)?;
            // Each letter is as likely as the others.
            let place = usize::from(byte[0] >> 3);
            let Some(letter) = LETTERS.get(place) else {
                continue;
            };
            if code.len() == GROUP {
                code.push('-');
            }
            code.push(char::from(*letter));
        }
        let plain = plain(&code);
        Ok(Self { code, plain })
    }

    /// Its code, to be told to those who are to come in.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether its code is so long that it need not be kept from those who guess.
    pub fn is_long(&self) -> bool {
        self.plain.len() >= LONG
    }

    /// Whether somebody has said the code. How it is written and where it is parted does not matter.
    pub fn is(&self, said: &str) -> bool {
        secret::same(&plain(said), &self.plain)
    }
}

fn plain(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    letters
        .map(|letter| letter.to_ascii_lowercase())
        .take(LONGEST + 1)
        .collect()
}

/// Logs do not have the code.
impl fmt::Debug for Room {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Room")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_written() {
        let room = Room::new("Blue-Heron-42").expect("a good code");
        for said in ["Blue-Heron-42", "blueheron42", " BLUE heron 42 "] {
            assert!(room.is(said), "{said}");
        }
        for said in ["", "blue-heron-4", "blue-heron-422", "blue-heron-43"] {
            assert!(!room.is(said), "{said}");
        }
        for bad in [
            "",
            "short",
            "------------",
            "seven-7",
            "blue heron 42",
            "코드코드코드코드",
        ] {
            assert!(Room::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn new_codes_can_be_read_aloud_and_differ() {
        let [one, other] = [Room::random(), Room::random()].map(|room| room.expect("random"));
        assert_ne!(one.code(), other.code());
        for room in [one, other] {
            let (first, second) = room.code().split_once('-').expect("two groups");
            assert_eq!((first.len(), second.len()), (4, 4), "{}", room.code());
            assert!(!room.code().contains(['0', '1', 'i', 'l', 'o']));
            assert!(Room::new(room.code()).is_ok());
            assert!(!room.is_long(), "it is short, so guesses are bounded");
            assert!(!format!("{room:?}").contains(first));
        }
    }
}
