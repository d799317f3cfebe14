//! Paths of files in the workspace: bytes, as the kernel has them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Bytes of a path (`PATH_MAX` with its NUL).
const PATH_BYTES: usize = 4_095;
/// Bytes of a name (`NAME_MAX`).
const NAME_BYTES: usize = 255;

/// A path below the workspace that names something: no `..`, no `.`, no NUL, not from the root on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePath(Vec<u8>);

impl FilePath {
    /// The path in an address, whose bytes may be written as `%2e`.
    pub fn decode(text: &str) -> Option<Self> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            let byte = if byte == b'%' {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                u8::try_from(high << 4 | low).ok()?
            } else {
                byte
            };
            bytes.push(byte);
        }
        Self::new(bytes)
    }

    fn new(bytes: Vec<u8>) -> Option<Self> {
        let is_name =
            |name: &[u8]| (1..=NAME_BYTES).contains(&name.len()) && name != b"." && name != b"..";
        let is_path = bytes.len() <= PATH_BYTES
            && !bytes.contains(&0)
            && bytes.split(|byte| *byte == b'/').all(is_name);
        is_path.then_some(Self(bytes))
    }

    /// The path as it is.
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }

    /// The last part.
    pub fn name(&self) -> &[u8] {
        self.parts().1
    }

    /// The directory, and the last part.
    pub(super) fn parts(&self) -> (&Path, &[u8]) {
        match memchr::memrchr(b'/', &self.0) {
            Some(end) => (
                Path::new(OsStr::from_bytes(&self.0[..end])),
                &self.0[end + 1..],
            ),
            None => (Path::new("."), &self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_bytes_and_stay_below() {
        let decoded = |text: &str| FilePath::decode(text).map(|path| path.0);
        for (text, bytes) in [
            ("a", &b"a"[..]),
            ("a/b%20c", b"a/b c"),
            ("%ff%0a", b"\xff\n"),
            ("..a/.b", b"..a/.b"),
            ("-rf", b"-rf"),
            ("a%2Fb", b"a/b"),
        ] {
            assert_eq!(decoded(text).as_deref(), Some(bytes), "{text}");
        }
        for text in [
            "", "/", "/etc", "a/", "a//b", ".", "..", "a/..", "../a", "%2e%2e/a", ".%2E/a",
            "a/%2e/b", "%00", "a%00", "%", "%4", "%zz", "%+1", "%2fetc",
        ] {
            assert_eq!(decoded(text), None, "{text}");
        }
        assert!(decoded(&"a".repeat(255)).is_some());
        assert!(decoded(&"a".repeat(256)).is_none());
        assert!(decoded(&"a/".repeat(2_048)).is_none());
        assert_eq!(
            FilePath::decode("a/b/c").expect("a path").parts(),
            (Path::new("a/b"), &b"c"[..])
        );
    }

    proptest! {
        #[test]
        fn any_text_is_a_path_below_or_none(text in "(%[0-9a-f]{2}|[./a%é])*") {
            if let Some(path) = FilePath::decode(&text) {
                let mut parts = path.as_path().components();
                prop_assert!(parts.all(|part| matches!(part, std::path::Component::Normal(_))));
            }
        }
    }
}
