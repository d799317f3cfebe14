//! Where a runner listens, and what browsers call it.

use std::net::{IpAddr, SocketAddr};

/// The port that is not written.
const USUAL_PORT: u16 = 7878;

/// An address and a port.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        let bare = text.trim_matches(['[', ']']).parse::<IpAddr>();
        let instead = bare.map_or_else(
            |_| {
                // Names are nobody's address for sure.
                let port = text.rsplit(':').next().and_then(|port| port.parse().ok());
                SocketAddr::from(([127, 0, 0, 1], port.unwrap_or(USUAL_PORT)))
            },
            |alone| SocketAddr::new(alone, USUAL_PORT),
        );
        format!("write an address and a port: {instead}")
    })
}

/// A name as it stands in the address bar, with a port unless that is the usual one.
pub(super) fn host(text: &str) -> Result<String, String> {
    let plain = text.split_once("://").map_or(text, |(_, behind)| behind);
    let plain = plain.split(['/', '?', '#']).next().unwrap_or_default();
    let is_one = !text.is_empty() && plain == text && !text.contains(char::is_whitespace);
    if is_one && !text.contains('@') {
        return Ok(text.to_owned());
    }
    let instead = match plain.contains(['@', ' ']) || plain.is_empty() {
        true => "yard.example",
        false => plain,
    };
    Err(format!(
        "write the name alone, and its port where it is not the usual one: {instead}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_told_how_to_write_it() {
        assert_eq!(
            address("[::1]:80").map(|address| address.port()),
            Ok(80),
            "any address will do"
        );
        for (text, instead) in [
            ("7878", "127.0.0.1:7878"),
            (":9000", "127.0.0.1:9000"),
            ("localhost:80", "127.0.0.1:80"),
            ("127.0.0.1", "127.0.0.1:7878"),
            ("10.0.0.5", " 10.0.0.5:7878"),
            ("::1", " [::1]:7878"),
            ("[::1]", " [::1]:7878"),
            ("", "127.0.0.1:7878"),
        ] {
            let said = address(text).expect_err(text);
            assert!(said.ends_with(instead), "{text}: {said}");
        }
    }

    /// With a scheme it was no `Host` of any request, and everybody was refused.
    #[test]
    fn a_host_is_a_name_and_no_address() {
        for text in ["yard.example", "yard.example:17443", "[::1]:80"] {
            assert_eq!(host(text).as_deref(), Ok(text));
        }
        for (text, instead) in [
            ("https://yard.example", ": yard.example"),
            ("http://yard.example:80/", ": yard.example:80"),
            ("yard.example/", ": yard.example"),
            ("me@yard.example", ": yard.example"),
            ("a b", ": yard.example"),
            ("", ": yard.example"),
        ] {
            let said = host(text).expect_err(text);
            assert!(said.ends_with(instead), "{text}: {said}");
        }
    }
}
