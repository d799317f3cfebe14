//! A chain as a link: what stands behind the `#` of an address, which no server is ever sent.
//!
//! ```text
//! 1 Kc1MQkqEkvNLEvMSQMA… 7x0qp
//! │ │                    └ what the rest adds up to: five letters and digits, so that a link that was cut says so
//! │ └ base64url without padding of a deflated text (see `pack`)
//! └ the version
//! ```
//!
//! The text is the chain's JSON on one line, and after that line a [`Recording`], if one travels with it. Where what was
//! recorded is the very chain, the first line is empty. A link ends in a letter or a digit: what makes links of
//! addresses in texts leaves other characters out at the end.
//!
//! Reading one runs nothing, and is bounded in what it takes and in what that inflates to.

mod error;
mod pack;

pub use error::{LinkError, TooLong};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::chain::Chain;
use crate::check::unsound;
use crate::limits::{LINK_BYTES, LINK_INFLATED_BYTES, Limits};
use crate::recording::Recording;

/// The version of the form that this code writes, and the newest that it reads: a digit.
pub const LINK_VERSION: u8 = b'1';

/// Characters of the sum at the end of a link.
const SUM_CHARACTERS: usize = 5;
/// What the sum is written with: no letter that people mistake for another.
const SUM_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What is tried to make a recorded run fit: bytes of each end of each flow.
const DATA_BYTES: [usize; 7] = [65_536, 16_384, 4_096, 1_024, 256, 64, 0];

/// What travels in a link. Who makes one has chosen what that is, and left out of the chain what is not to travel.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// The chain.
    pub chain: Chain,
    /// A run of it, with as much of the data as there is room for.
    pub recording: Option<Recording>,
}

impl Shared {
    /// A chain without a run.
    pub fn of_chain(chain: Chain) -> Self {
        Self {
            chain,
            recording: None,
        }
    }

    fn text(&self) -> String {
        match &self.recording {
            None => self.chain.to_json(),
            Some(recording) if recording.chain == self.chain => format!("\n{}", recording.write()),
            Some(recording) => format!("{}\n{}", self.chain.to_json(), recording.write()),
        }
    }
}

/// The fragment of a link, without its `#`. The same always becomes the same.
///
/// # Errors
/// [`TooLong`] when it would have more than [`LINK_BYTES`] characters, or hold more than [`LINK_INFLATED_BYTES`].
pub fn encode(shared: &Shared) -> Result<String, TooLong> {
    let text = shared.text();
    if text.len() > LINK_INFLATED_BYTES {
        let (found, most) = (text.len(), LINK_INFLATED_BYTES);
        return Err(TooLong::Content { found, most });
    }
    let mut fragment = char::from(LINK_VERSION).to_string();
    URL_SAFE_NO_PAD.encode_string(pack::deflate(text.as_bytes()), &mut fragment);
    fragment.push_str(&sum(fragment.as_bytes()));
    if fragment.len() > LINK_BYTES {
        let (found, most) = (fragment.len(), LINK_BYTES);
        return Err(TooLong::Link { found, most });
    }
    Ok(fragment)
}

/// A fragment that holds what of the recorded data there is room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitting {
    /// As [`encode`] makes it.
    pub fragment: String,
    /// To how many bytes of each end of each flow the data were cut so that they fit, if they were.
    pub cut: Option<usize>,
}

/// The fragment of a link, and less and less of the recorded data until it fits: what happened and what was counted stays.
///
/// # Errors
/// [`TooLong`] when it does not fit without any data.
pub fn encode_fitting(shared: &Shared) -> Result<Fitting, TooLong> {
    let mut refused = match encode(shared) {
        Ok(fragment) => {
            return Ok(Fitting {
                fragment,
                cut: None,
            });
        }
        Err(refused) => refused,
    };
    let Some(recording) = &shared.recording else {
        return Err(refused);
    };
    for bytes in DATA_BYTES {
        let shortened = Shared {
            chain: shared.chain.clone(),
            recording: Some(recording.shortened(bytes)),
        };
        match encode(&shortened) {
            Ok(fragment) => {
                return Ok(Fitting {
                    fragment,
                    cut: Some(bytes),
                });
            }
            Err(again) => refused = again,
        }
    }
    Err(refused)
}

/// What a fragment holds. The chain may have problems that a person can mend; what a page relies on (that ids are sound,
/// and counts within these bounds) holds of it.
///
/// # Errors
/// [`LinkError`]. Never panics, whatever the text, and keeps within [`LINK_INFLATED_BYTES`].
pub fn decode(fragment: &str, limits: &Limits) -> Result<Shared, LinkError> {
    let text = unpacked(fragment)?;
    let (line, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let recording = match rest {
        "" => None,
        rest => Some(Recording::read(rest).map_err(LinkError::Recording)?),
    };
    let chain = match (&recording, line) {
        (Some(recording), "") => recording.chain.clone(),
        _ => Chain::from_json(line).map_err(LinkError::Chain)?,
    };
    match unsound(&chain, limits) {
        Some(problem) => Err(LinkError::BadChain(Box::new(problem))),
        None => Ok(Shared { chain, recording }),
    }
}

/// Where in a text the fragment of a link stands: the text may be a whole address, `#` and a fragment, or a bare
/// fragment. Nothing for what is neither; whether it is a good one, [`decode`] says.
pub fn fragment_in(text: &str) -> Option<&str> {
    let text = text.trim();
    let text = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'))
        .unwrap_or(text);
    let is_address = ["http://", "https://", "#"]
        .iter()
        .any(|start| text.starts_with(start));
    let fragment = match text.split_once('#') {
        Some((_, fragment)) if is_address => fragment,
        _ => text,
    };
    let is_fragment = fragment.starts_with(|first: char| matches!(first, '1'..='9'))
        && fragment.len() > SUM_CHARACTERS
        && fragment.bytes().all(is_of_a_link);
    is_fragment.then_some(fragment)
}

fn is_of_a_link(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn unpacked(fragment: &str) -> Result<String, LinkError> {
    if fragment.len() > LINK_BYTES {
        let (found, most) = (fragment.len(), LINK_BYTES);
        return Err(LinkError::TooLong { found, most });
    }
    match fragment.bytes().next() {
        Some(LINK_VERSION) => {}
        Some(version @ b'1'..=b'9') => {
            return Err(LinkError::Newer {
                version: char::from(version),
            });
        }
        _ => return Err(LinkError::NotALink),
    }
    let (packed, found) = fragment
        .len()
        .checked_sub(SUM_CHARACTERS)
        .and_then(|end| fragment.split_at_checked(end))
        .ok_or(LinkError::NotWhole)?;
    if found != sum(packed.as_bytes()) {
        return Err(LinkError::NotWhole);
    }
    let packed = packed.get(1..).ok_or(LinkError::NotWhole)?;
    let packed = URL_SAFE_NO_PAD
        .decode(packed)
        .map_err(|_| LinkError::Damaged)?;
    let bytes = pack::inflate(&packed, LINK_INFLATED_BYTES)?;
    String::from_utf8(bytes).map_err(|_| LinkError::Damaged)
}

/// A short sum of what stands before it (FNV-1a, of which 25 bits are kept).
fn sum(bytes: &[u8]) -> String {
    let mut sum = 0x811c_9dc5_u32;
    for byte in bytes {
        sum = (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    }
    sum ^= sum >> 25;
    let digit = |place: usize| char::from(SUM_ALPHABET[(sum >> (5 * place)) as usize % 32]);
    (0..SUM_CHARACTERS).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::Stage;

    fn hello() -> Shared {
        Shared::of_chain(Chain::of_stages("", vec![Stage::process("a", "true", [])]))
    }

    fn opened(fragment: &str) -> Result<Shared, LinkError> {
        decode(fragment, &Limits::default())
    }

    /// A good sum around any content.
    fn sealed(packed: &[u8]) -> String {
        let text = format!("1{}", URL_SAFE_NO_PAD.encode(packed));
        format!("{text}{}", sum(text.as_bytes()))
    }

    #[test]
    fn a_link_that_was_cut_or_changed_says_so() {
        let link = encode(&hello()).expect("short");
        assert_eq!(opened(&link), Ok(hello()));
        for end in 1..link.len() {
            assert_eq!(opened(&link[..end]), Err(LinkError::NotWhole), "{end}");
        }
        let lower = link.to_ascii_lowercase();
        assert_ne!(lower, link);
        assert_eq!(opened(&lower), Err(LinkError::NotWhole));
        for text in ["", "é1", "main", "0abcdefg", "-"] {
            assert_eq!(opened(text), Err(LinkError::NotALink), "{text}");
        }
        assert_eq!(opened("1"), Err(LinkError::NotWhole));
        assert_eq!(opened("1ééé"), Err(LinkError::NotWhole));
    }

    #[test]
    fn a_newer_link_is_told_as_such() {
        assert_eq!(opened("2whatever"), Err(LinkError::Newer { version: '2' }));
    }

    #[test]
    fn what_is_sealed_well_and_is_nothing_is_told_apart() {
        assert_eq!(opened(&sealed(b"\xff\xff")), Err(LinkError::Damaged));
        assert_eq!(
            opened(&sealed(&pack::deflate(b"\xff"))),
            Err(LinkError::Damaged)
        );
        let found = opened(&sealed(&pack::deflate(b"{}")));
        assert!(matches!(found, Err(LinkError::Chain(_))), "{found:?}");
        let found = opened(&sealed(&pack::deflate(b"{}\nx")));
        assert!(matches!(found, Err(LinkError::Recording(_))), "{found:?}");
        let many = br#"{"pipeyard":1,"stages":[],"lanes":4000000000}"#;
        let found = opened(&sealed(&pack::deflate(many)));
        assert!(matches!(found, Err(LinkError::BadChain(_))), "{found:?}");
    }

    #[test]
    fn what_is_too_long_is_refused_on_both_sides() {
        let long = "1".repeat(LINK_BYTES + 1);
        assert!(matches!(opened(&long), Err(LinkError::TooLong { .. })));
        let mut shared = hello();
        shared.chain.title = "x".repeat(LINK_INFLATED_BYTES);
        let found = encode(&shared);
        assert!(matches!(found, Err(TooLong::Content { .. })), "{found:?}");
        // What does not repeat itself does not become shorter.
        let mut state = 1_u64;
        let mut noise = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            char::from(b' ' + (state >> 33) as u8 % 64)
        };
        shared.chain.title = (0..LINK_BYTES + 9).map(|_| noise()).collect();
        let found = encode(&shared);
        assert!(matches!(found, Err(TooLong::Link { .. })), "{found:?}");
    }

    #[test]
    fn a_fragment_is_found_in_whatever_a_person_pastes() {
        let link = encode(&hello()).expect("short");
        for text in [
            link.clone(),
            format!("#{link}"),
            format!(" http://127.0.0.1:7878/#{link}\n"),
            format!("<https://yard.example/a/index.html?embed=full#{link}>"),
        ] {
            assert_eq!(fragment_in(&text), Some(link.as_str()), "{text}");
        }
        for text in [
            "",
            "#",
            "chain.json",
            "1.json",
            "http://127.0.0.1:7878/",
            "http://127.0.0.1:7878/#results",
            "echo a#1aaaaaaaaaa",
        ] {
            assert_eq!(fragment_in(text), None, "{text}");
        }
    }
}
