//! Not hearing whoever goes on connecting while all connections are refused that he brings. Even a connection that is only closed costs
//! a runner two system calls, and its process is woken for it, so whoever connects as fast as a machine can slows everybody down. So the
//! kernel is given a filter for the listening socket (socket(7), `SO_ATTACH_FILTER`): what begins a connection from such an address is
//! dropped before there is one. Programs that connect try again after a second by themselves, as with what a network has lost.
//!
//! Connections that are there are none of the filter's: it looks only at what has SYN and no ACK (tcp(7)).

use std::io;
use std::net::IpAddr;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use socket2::{SockFilter, SockRef};

use super::asker::crowd;
use super::crowds::Paces;

/// Refused connections of an address in a second, over five, beyond which it is not heard: two hundred at once are a classroom's browsers
/// behind one address, and whoever goes on after that costs forty a second.
pub(super) const REFUSED: u64 = 40;
/// For how long it is not heard.
const DEAF_TIME: Duration = Duration::from_secs(1);
/// Addresses that are not heard at once: a filter has room for some more. Others are heard, and refused.
const ADDRESSES: usize = 256;

/// Who is not heard, and until when.
#[derive(Debug)]
pub(super) struct Deaf {
    refused: Paces,
    until: Vec<(IpAddr, Instant)>,
}

impl Deaf {
    /// Hears everybody.
    pub(super) fn new() -> Self {
        Self {
            refused: Paces::of(REFUSED),
            until: Vec::new(),
        }
    }

    /// A connection of this address was refused. Tells whether there is one more who is not to be heard.
    pub(super) fn refused(&mut self, address: IpAddr, now: Instant) -> bool {
        let address = crowd(address);
        let is_known = self.until.iter().any(|(known, _)| *known == address);
        let is_quiet = self.refused.turn(address, now).is_zero();
        if is_quiet || is_known || self.until.len() >= ADDRESSES {
            return false;
        }
        self.until.push((address, now + DEAF_TIME));
        true
    }

    /// When the next one is to be heard again.
    pub(super) fn next(&self) -> Option<Instant> {
        self.until.iter().map(|(_, until)| *until).min()
    }

    /// Forgets those whose time is over.
    pub(super) fn forgive(&mut self, now: Instant) {
        self.until.retain(|(_, until)| *until > now);
    }

    /// Has a listening socket hear nobody of them.
    ///
    /// # Errors
    /// The system's; then it hears whom it has heard before.
    pub(super) fn tell(&self, listener: &impl AsFd) -> io::Result<()> {
        let listener = SockRef::from(listener);
        let of_four = self.until.iter().filter_map(|(address, _)| match address {
            IpAddr::V4(address) => Some(u32::from_be_bytes(address.octets())),
            IpAddr::V6(_) => None,
        });
        let of_six = self.until.iter().filter_map(|(address, _)| match address {
            IpAddr::V6(address) => Some((u128::from(*address) >> 64) as u64),
            IpAddr::V4(_) => None,
        });
        match self.until.is_empty() {
            true => listener.detach_filter(),
            false => listener.attach_filter(&filter(
                &of_four.collect::<Vec<_>>(),
                &of_six.collect::<Vec<_>>(),
            )),
        }
    }
}

/// An instruction of the kernel's filters (`struct sock_filter`): what, how far to jump if so and if not, and a value.
type Instruction = (u32, u8, u8, u32);

const LOAD_WORD: u32 = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
const LOAD_BYTE: u32 = libc::BPF_LD | libc::BPF_B | libc::BPF_ABS;
const MASK: u32 = libc::BPF_ALU | libc::BPF_AND | libc::BPF_K;
const IF_EQUAL: u32 = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
const ANSWER: u32 = libc::BPF_RET | libc::BPF_K;

/// What a filter answers for a packet that is dropped, and for one of which nothing is cut off.
const NOTHING: u32 = 0;
const ALL: u32 = u32::MAX;

/// Where the flags are in the head of TCP, at which a filter of such a socket begins to look (RFC 9293, 3.1).
const FLAGS_AT: u32 = 13;
const SYN: u32 = 0x02;
const ACK: u32 = 0x10;
/// Where the head of IP is (`SKF_NET_OFF`), and in it the version and the sender's address (RFC 791, RFC 8200).
const HEAD_AT: u32 = (-0x10_0000_i32).cast_unsigned();
const VERSION_AT: u32 = HEAD_AT;
const VERSION: u32 = 0xf0;
const SIX: u32 = 0x60;
const FOUR_AT: u32 = HEAD_AT + 12;
const SIX_AT: [u32; 2] = [HEAD_AT + 8, HEAD_AT + 12];

/// Drops what begins a connection from one of these addresses of version 4, or these networks of version 6, each the upper 64 bits.
fn instructions(of_four: &[u32], of_six: &[u64]) -> Vec<Instruction> {
    let mut all = vec![
        (LOAD_BYTE, 0, 0, FLAGS_AT),
        (MASK, 0, 0, SYN | ACK),
        (IF_EQUAL, 1, 0, SYN),
        (ANSWER, 0, 0, ALL),
    ];
    for network in of_six {
        let [upper, lower] = [(network >> 32) as u32, *network as u32];
        all.extend([
            (LOAD_BYTE, 0, 0, VERSION_AT),
            (MASK, 0, 0, VERSION),
            (IF_EQUAL, 0, 5, SIX),
            (LOAD_WORD, 0, 0, SIX_AT[0]),
            (IF_EQUAL, 0, 3, upper),
            (LOAD_WORD, 0, 0, SIX_AT[1]),
            (IF_EQUAL, 0, 1, lower),
            (ANSWER, 0, 0, NOTHING),
        ]);
    }
    all.extend([
        (LOAD_BYTE, 0, 0, VERSION_AT),
        (MASK, 0, 0, VERSION),
        (IF_EQUAL, 0, 1, SIX),
        (ANSWER, 0, 0, ALL),
        (LOAD_WORD, 0, 0, FOUR_AT),
    ]);
    for address in of_four {
        all.extend([(IF_EQUAL, 0, 1, *address), (ANSWER, 0, 0, NOTHING)]);
    }
    all.push((ANSWER, 0, 0, ALL));
    all
}

fn filter(of_four: &[u32], of_six: &[u64]) -> Vec<SockFilter> {
    let instructions = instructions(of_four, of_six).into_iter();
    let filter =
        instructions.map(|(code, yes, no, value)| SockFilter::new(code as u16, yes, no, value));
    filter.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    /// Whether a filter lets through what has these flags and comes from there, by the kernel's rules.
    fn passes(all: &[Instruction], flags: u8, from: &str) -> bool {
        let from: IpAddr = from.parse().expect("an address");
        let mut head = vec![if from.is_ipv6() { 0x60 } else { 0x45 }];
        head.resize(if from.is_ipv6() { 8 } else { 12 }, 0xaa);
        match from {
            IpAddr::V4(from) => head.extend(from.octets()),
            IpAddr::V6(from) => head.extend(from.octets()),
        }
        let byte = |at: u32| match at {
            FLAGS_AT => flags,
            at => head[(at - HEAD_AT) as usize],
        };
        let (mut at, mut loaded) = (0, 0);
        loop {
            let (code, yes, no, value) = all[at];
            at += 1;
            match code {
                LOAD_BYTE => loaded = byte(value).into(),
                LOAD_WORD => {
                    loaded = u32::from_be_bytes([0, 1, 2, 3].map(|next| byte(value + next)));
                }
                MASK => loaded &= value,
                IF_EQUAL => at += usize::from(if loaded == value { yes } else { no }),
                ANSWER => return value != NOTHING,
                _ => panic!("no such instruction: {code}"),
            }
        }
    }

    #[test]
    fn what_begins_a_connection_from_there_is_dropped_and_nothing_else() {
        let of_four = ["192.0.2.1", "198.51.100.7"].map(|text| {
            let address: std::net::Ipv4Addr = text.parse().expect("an address");
            u32::from(address)
        });
        let of_six = [0x2001_0db8_0001_0002, 0x2001_0db8_ffff_0000];
        let all = instructions(&of_four, &of_six);
        let (syn, ack) = (SYN as u8, ACK as u8);
        for (from, is_heard) in [
            ("192.0.2.1", false),
            ("198.51.100.7", false),
            ("192.0.2.2", true),
            ("2001:db8:1:2::1", false),
            ("2001:db8:1:2:ffff::9", false),
            ("2001:db8:ffff::1", false),
            ("2001:db8:1:3::1", true),
            ("::1", true),
        ] {
            assert_eq!(passes(&all, syn, from), is_heard, "{from}");
            // With the flags for congestion, too (RFC 3168).
            assert_eq!(passes(&all, syn | 0xc0, from), is_heard, "{from}");
            for flags in [ack, syn | ack, ack | 0x08, 0x04, 0x01] {
                assert!(passes(&all, flags, from), "{from} {flags}");
            }
        }
        assert!(passes(&instructions(&[], &[]), syn, "192.0.2.1"));
    }

    #[test]
    fn who_goes_on_is_not_heard_for_a_while_and_others_are() {
        let mut deaf = Deaf::new();
        let now = Instant::now();
        let at_once = (0..400).position(|_| deaf.refused(ONE, now));
        assert_eq!(at_once, Some(200), "some are refused, as a browser's are");
        assert!(!deaf.refused(ONE, now), "once is enough");
        assert!(!deaf.refused(OTHER, now));
        assert_eq!(deaf.next(), Some(now + DEAF_TIME));
        deaf.forgive(now);
        assert!(deaf.next().is_some());
        deaf.forgive(now + DEAF_TIME);
        assert_eq!(deaf.next(), None);
    }

    #[test]
    fn the_table_is_bounded_and_a_filter_of_all_of_it_is_taken() {
        let mut deaf = Deaf::new();
        let now = Instant::now();
        for number in 0..2 * ADDRESSES as u32 {
            for _ in 0..220 {
                deaf.refused(IpAddr::from(number.to_be_bytes()), now);
            }
        }
        assert_eq!(deaf.until.len(), ADDRESSES);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
        deaf.tell(&listener).expect("a filter");
        deaf.forgive(now + DEAF_TIME);
        deaf.tell(&listener).expect("no filter");
    }
}
