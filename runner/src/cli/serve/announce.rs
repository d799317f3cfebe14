//! Telling where the runner can be opened: addresses on standard output, and what to do with them on standard error.

use std::io::Write;
use std::net::SocketAddr;

use super::key::Whose;
use crate::cli::voice;
use crate::cli::voice::Weight;
use crate::learners::Room;

/// What browsers open.
#[derive(Debug)]
pub(super) struct Addresses {
    /// On this machine.
    own: String,
    /// Elsewhere, where somebody has said what it is called there.
    outer: Option<String>,
}

impl Addresses {
    /// Of a runner that listens here and has these further names, the first of which is the one to tell. A proxy is one
    /// for TLS.
    pub(super) fn of(address: SocketAddr, hosts: &[String], is_behind_proxy: bool) -> Self {
        let scheme = if is_behind_proxy { "https" } else { "http" };
        Self {
            own: format!("http://{address}/"),
            outer: hosts.first().map(|host| format!("{scheme}://{host}/")),
        }
    }

    /// For those who are not at this machine.
    fn for_others(&self) -> &str {
        self.outer.as_deref().unwrap_or(&self.own)
    }
}

/// The address goes alone to standard output, so that programs can take it from there. A key that was given stays where it was
/// put: what is printed may be kept, by a journal above all.
pub(super) fn announce(addresses: &Addresses, key: &str, whose: Whose, open: bool) {
    let Addresses { own, outer } = addresses;
    let whole = format!("{own}?token={key}");
    let told = match whose {
        Whose::Own => &whole,
        Whose::Given => own,
    };
    // Whoever starts it without a standard output knows the address.
    let _ = writeln!(std::io::stdout(), "{told}");
    if voice::says_to_log() {
        tracing::info!(listening = own, address = addresses.for_others(), "serving");
    } else {
        let how = match (whose, outer) {
            (Whose::Own, None) => String::new(),
            (Whose::Own, Some(outer)) => {
                format!(", or {outer} with the same `?token=` behind it")
            }
            (Whose::Given, None) => {
                ", with `?token=` and the key that was given behind it".to_owned()
            }
            (Whose::Given, Some(outer)) => {
                format!(", or {outer}, with `?token=` and the key that was given behind it")
            }
        };
        voice::say(format!(
            "open the address above in a browser{how}; Ctrl+C ends the runner"
        ));
    }
    if open && let Err(error) = open::that_detached(&whole) {
        let said = format!("no browser could be opened: {error}");
        voice::say_of(Weight::Doubt, said);
    }
}

/// The code stands alone, too: it is read from a screen.
pub(super) fn room(addresses: &Addresses, room: &Room) {
    let (address, code) = (addresses.for_others(), room.code());
    let _ = writeln!(std::io::stdout(), "{address}?room={code}");
    if voice::says_to_log() {
        // A log has no code in it.
        return tracing::info!(address, "learners open the second address that is printed");
    }
    voice::say(format!(
        "learners open the second address, or type the code: {code}"
    ));
}

/// One whose code the operator knows.
pub(super) fn room_of_given_code(addresses: &Addresses) {
    let address = addresses.for_others();
    if voice::says_to_log() {
        return tracing::info!(address, "learners type the code that was given");
    }
    voice::say(format!(
        "learners open {address} and type the code that was given"
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The inner address was told to learners, who cannot open it.
    #[test]
    fn others_open_the_name_that_was_given() {
        let of = |hosts: &[&str], is_behind_proxy| {
            let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
            let addresses = Addresses::of(([127, 0, 0, 1], 7878).into(), &hosts, is_behind_proxy);
            addresses.for_others().to_owned()
        };
        assert_eq!(of(&[], true), "http://127.0.0.1:7878/");
        assert_eq!(
            of(&["yard.example:7878"], false),
            "http://yard.example:7878/"
        );
        let hosts = ["yard.example:17443", "other.example"];
        assert_eq!(of(&hosts, true), "https://yard.example:17443/");
    }
}
