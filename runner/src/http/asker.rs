//! Who asks: the machine at the other end of a connection, or the one that a trusted proxy speaks for.
//!
//! A proxy says for whom it asks in `X-Forwarded-For`, `-Proto` and `-Host`. Anybody can write these, so they are believed
//! from the addresses that the operator names and from nobody else, and what is not believed is taken out before anything
//! looks at it: behind [`TrustedProxies::settle`] the headers are true or absent. `Forwarded` is never believed: a proxy that
//! writes the other three passes it along as the client sent it.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use ipnet::{IpNet, Ipv6Net};

/// The outer scheme, once it is [settled](TrustedProxies::settle): `https`, or absent.
pub(super) const OUTER_SCHEME: HeaderName = HeaderName::from_static("x-forwarded-proto");

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// How many machines in a row are followed back. Longer rows are nobody's.
const MOST_HOPS: usize = 16;
/// Who owns one IPv6 address owns as a rule all that have the same first bits.
const IPV6_BITS: u8 = 64;

/// The address that a request comes from. Every request carries it as an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker(pub IpAddr);

/// Addresses that share their first bits: `10.0.0.0/8`, or a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

/// The proxies whose word is taken.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<Network>);

impl TrustedProxies {
    /// Those at these addresses.
    pub fn at(networks: &[Network]) -> Self {
        Self(networks.to_vec())
    }

    /// Whether an address is that of one of them.
    pub(super) fn have(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.has(address))
    }

    /// Finds out who asks, and leaves of the headers what is true: `Host` is what the browser was told to open, and
    /// [`OUTER_SCHEME`] is there if it came by TLS.
    pub(super) fn settle(&self, peer: IpAddr, headers: &mut HeaderMap) -> Asker {
        let peer = peer.to_canonical();
        let row = self.have(peer).then(|| row(headers));
        let is_https = row.is_some() && single(headers, &OUTER_SCHEME) == Some("https");
        let hosts = headers.get_all(&HOST).iter();
        let hosts: Vec<HeaderValue> = hosts.filter(|_| row.is_some()).cloned().collect();
        for name in [FOR, HOST, OUTER_SCHEME, header::FORWARDED] {
            headers.remove(name);
        }
        if is_https {
            headers.insert(OUTER_SCHEME, HeaderValue::from_static("https"));
        }
        if !hosts.is_empty() {
            headers.remove(header::HOST);
        }
        // Several of them stay several, and are refused as such.
        for host in hosts {
            headers.append(header::HOST, host);
        }
        Asker(self.first_stranger(peer, &row.unwrap_or_default()))
    }

    /// The machine nearest to us that is no trusted proxy: what stands left of it is only its word.
    fn first_stranger(&self, peer: IpAddr, row: &[Option<IpAddr>]) -> IpAddr {
        let mut nearest = peer;
        for hop in row.iter().rev().take(MOST_HOPS) {
            match hop {
                Some(address) if self.have(nearest) => nearest = *address,
                _ => break,
            }
        }
        nearest
    }
}

/// The machines that a request came by, the nearest last; nothing where there is no address.
fn row(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let values = headers.get_all(&FOR).iter();
    values
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(|hop| address(hop.trim()))
        .collect()
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse::<SocketAddr>().ok().map(|both| both.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let plain = text.parse::<IpAddr>().ok();
    let found = plain.or_else(with_port).or_else(in_brackets);
    found.map(|address| address.to_canonical())
}

fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// What stands for an address and for those that its owner has besides: whatever is bounded by address is counted by this.
pub(super) fn crowd(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = Ipv6Net::new(address, IPV6_BITS);
            IpAddr::V6(network.map_or(address, |network| network.network()))
        }
        address => address,
    }
}

impl Network {
    /// Whether an address is one of these.
    pub fn has(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let alone = || {
            let address = text.parse::<IpAddr>().ok()?;
            Some(IpNet::from(address.to_canonical()))
        };
        let network = text.parse().ok().or_else(alone);
        // IPv4 addresses in IPv6's clothes are taken out of them, so such a network would have none.
        let has_any = |network: &IpNet| match network {
            IpNet::V4(_) => true,
            IpNet::V6(network) => network.network().to_ipv4_mapped().is_none(),
        };
        network.filter(has_any).map(Self).ok_or_else(|| {
            format!("`{text}` is no address: write it as 127.0.0.1, 10.0.0.0/8 or fd00::/8")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn proxies(texts: &[&str]) -> TrustedProxies {
        let networks = texts.iter().map(|text| text.parse().expect("a network"));
        TrustedProxies(networks.collect())
    }

    fn settled(peer: &str, pairs: &[(&'static str, &'static str)]) -> (String, HeaderMap) {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let proxies = proxies(&["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);
        let asker = proxies.settle(peer.parse().expect("an address"), &mut headers);
        (asker.0.to_string(), headers)
    }

    #[test]
    fn networks_are_read_and_have_their_addresses() {
        for (network, address, has) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.7", "10.0.0.7", true),
            ("10.0.0.7", "10.0.0.8", false),
            ("10.0.0.7", "::ffff:10.0.0.7", true),
            ("::ffff:10.0.0.7", "10.0.0.7", true),
            ("10.1.2.3/8", "10.255.0.1", true),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "2001:db8::1", true),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe00::1", false),
            ("2001:db8::1/128", "2001:db8::2", false),
        ] {
            let network: Network = network.parse().expect("a network");
            let address = address.parse().expect("an address");
            assert_eq!(network.has(address), has, "{network:?} {address}");
        }
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0.0/",
            "::/129",
            "localhost",
            "10.0.0/8",
            "10.0.0.0/-1",
            "::ffff:10.0.0.0/104",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_ipv6_network_is_one_crowd() {
        for (one, other, same) in [
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::1", true),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
            ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
        ] {
            let of = |text: &str| crowd(text.parse().expect("an address"));
            assert_eq!(of(one) == of(other), same, "{one} {other}");
        }
    }

    #[test]
    fn a_stranger_is_not_believed() {
        let said = [
            ("host", "yard.example"),
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "other.example"),
            ("forwarded", "for=198.51.100.1;proto=https"),
        ];
        let (asker, headers) = settled("203.0.113.9", &said);
        assert_eq!(asker, "203.0.113.9");
        assert_eq!(headers.len(), 1, "{headers:?}");
        assert_eq!(headers["host"], "yard.example");
    }

    #[test]
    fn a_trusted_proxy_says_for_whom_it_asks() {
        let said = [
            ("host", "127.0.0.1:7878"),
            ("x-forwarded-for", "198.51.100.1"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "yard.example"),
            ("forwarded", "for=192.0.2.1"),
        ];
        let (asker, headers) = settled("::ffff:127.0.0.1", &said);
        assert_eq!(asker, "198.51.100.1");
        assert_eq!(headers["host"], "yard.example");
        assert_eq!(headers[OUTER_SCHEME], "https");
        assert!(!headers.contains_key("forwarded") && !headers.contains_key("x-forwarded-for"));
    }

    /// A client writes what it likes before the proxy appends what it sees.
    #[test]
    fn only_what_trusted_proxies_added_counts() {
        for (row, asker) in [
            ("1.1.1.1, 198.51.100.1", "198.51.100.1"),
            ("1.1.1.1, 198.51.100.1, 10.0.0.3", "198.51.100.1"),
            ("10.0.0.9, 10.0.0.3", "10.0.0.9"),
            ("1.1.1.1, nonsense, 10.0.0.3", "10.0.0.3"),
            ("nonsense", "127.0.0.1"),
            ("", "127.0.0.1"),
            ("198.51.100.1:4711", "198.51.100.1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
        ] {
            assert_eq!(
                settled("127.0.0.1", &[("x-forwarded-for", row)]).0,
                asker,
                "{row}"
            );
        }
        let lines = [
            ("x-forwarded-for", "1.1.1.1"),
            ("x-forwarded-for", "198.51.100.1"),
        ];
        assert_eq!(settled("127.0.0.1", &lines).0, "198.51.100.1");
    }

    #[test]
    fn what_is_said_twice_is_not_https_and_no_host() {
        let twice = [
            ("x-forwarded-proto", "https"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "a.example"),
            ("x-forwarded-host", "b.example"),
        ];
        let (_, headers) = settled("127.0.0.1", &twice);
        assert!(!headers.contains_key(OUTER_SCHEME));
        assert_eq!(headers.get_all("host").iter().count(), 2);
    }

    proptest! {
        /// Whatever stands there, nothing panics, and without a trusted peer it changes nothing.
        #[test]
        fn any_header_is_borne(value in "[ -~]{0,80}", trusted: bool) {
            let mut headers = HeaderMap::new();
            let Ok(value) = HeaderValue::from_str(&value) else { return Ok(()) };
            for name in [FOR, HOST, OUTER_SCHEME, header::FORWARDED] {
                headers.append(name, value.clone());
            }
            let peer: IpAddr = if trusted { "10.1.1.1" } else { "192.0.2.9" }.parse().expect("an address");
            let asker = proxies(&["10.0.0.0/8"]).settle(peer, &mut headers);
            prop_assert!(trusted || (asker.0 == peer && headers.is_empty()));
        }
    }
}
