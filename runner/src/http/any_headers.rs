//! What is read here of a request's headers, and not by a library, on any bytes: the fuzz target `headers`, and an ordinary
//! test on its seeds.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::asker::{Network, OUTER_SCHEME, TrustedProxies};
use super::framing::Origin;
use super::gate::Gate;
use super::{assets, file, plain};

const KEY: &str = "the-key";
const PROXY: &str = "10.0.0.3";
const STRANGER: &str = "192.0.2.9";

/// Reads lines of `name: value` as a request's headers, which come from a trusted proxy and from a stranger.
///
/// # Panics
/// When a stranger's word is believed, somebody is let in without the key, or a range has other bytes than there are: that
/// is the finding.
pub fn read(bytes: &[u8]) {
    let said = headers(bytes);
    let proxies: Vec<Network> = "10.0.0.0/8".parse().into_iter().collect();
    let proxies = TrustedProxies::at(&proxies);
    let gate = Gate::new(
        KEY.to_owned(),
        ([127, 0, 0, 1], 7878).into(),
        &["yard.example".to_owned()],
    );
    for (peer, is_trusted) in [(PROXY, true), (STRANGER, false)] {
        let Ok(peer) = peer.parse::<IpAddr>() else {
            unreachable!("an address");
        };
        let mut settled = said.clone();
        let asker = proxies.settle(peer, &mut settled);
        let hosts = |headers: &HeaderMap| headers.get_all(header::HOST).iter().count();
        if !is_trusted {
            assert_eq!(asker.0, peer, "a stranger speaks for himself");
            assert!(!settled.contains_key(OUTER_SCHEME), "and not by TLS");
            assert_eq!(hosts(&settled), hosts(&said));
        }
        let let_in = gate.check_socket(&settled).is_ok();
        let may_change = gate.check_change(&settled).is_ok();
        if let_in || may_change {
            assert_eq!(hosts(&settled), 1, "two hosts are none");
            let has_key = |value: &HeaderValue| {
                let mut windows = value.as_bytes().windows(KEY.len());
                windows.any(|window| window == KEY.as_bytes())
            };
            assert!(settled.values().any(has_key), "the key was brought");
        }
        assert!(!let_in || settled.contains_key(header::ORIGIN));
        let _ = gate.check_metrics_key(&settled);
        let _ = plain::language(&settled);
    }
    for value in said.values().filter_map(|value| value.to_str().ok()) {
        for length in [0, 100, u64::MAX] {
            if let Some(Ok(range)) = file::parse_range(value, length) {
                assert!(range.start < range.end && range.end <= length);
            }
        }
        let _ = assets::encoding::accepted(value, ["br", "gzip"]);
        let _ = (value.parse::<Network>(), value.parse::<Origin>());
    }
}

fn headers(bytes: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(64) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            continue;
        };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name), HeaderValue::from_bytes(value))
        {
            headers.append(name, value);
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SEEDS: [&str; 4] = [
        include_str!("../../../tests/fuzz/seeds/headers/browser"),
        include_str!("../../../tests/fuzz/seeds/headers/program"),
        include_str!("../../../tests/fuzz/seeds/headers/proxied"),
        include_str!("../../../tests/fuzz/seeds/headers/row"),
    ];

    #[test]
    fn seeds_are_read() {
        for seed in SEEDS {
            assert!(headers(seed.as_bytes()).len() > 2);
            read(seed.as_bytes());
        }
    }

    proptest! {
        /// Lines of all seeds in any order, with a piece of each replaced.
        #[test]
        fn changed_seeds_are_borne(
            lines in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), "[ -~]{0,3}"), 0..9),
        ) {
            let all: Vec<&str> = SEEDS.iter().flat_map(|seed| seed.lines()).collect();
            let mut text = String::new();
            for (line, at, piece) in lines {
                let line = all[line.index(all.len())];
                let at = at.index(line.len());
                text.push_str(&line[..at]);
                text.push_str(&piece);
                text.push_str(line.get(at + piece.len()..).unwrap_or_default());
                text.push('\n');
            }
            read(text.as_bytes());
        }
    }
}
