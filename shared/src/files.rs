//! The files of the workspace, as the runner tells the page of them.

use serde::{Deserialize, Serialize};

use crate::Text;

/// The most entries of a listing.
pub const LISTED: usize = 2_000;

/// The workspace at a moment: what `GET /files` answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// What is in it: each directory before what is in it, and what stands side by side in the order of its bytes.
    pub entries: Vec<Entry>,
    /// There is more than is listed: more than [`LISTED`] entries, or deeper ones than are looked at.
    pub more: bool,
    /// What its files have together, as far as they are listed or counted.
    pub used: Used,
    /// What they may have.
    pub bounds: Bounds,
    /// Where it is on the runner's machine.
    pub directory: Text,
    /// Whether it is the runner's own, made from a seed, to which it can be reset. It is not where the person who started the
    /// runner has named a directory.
    pub can_reset: bool,
}

/// What there is at a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The path, relative to the workspace.
    pub path: Text,
    /// What it is.
    pub kind: Kind,
    /// How large a file is.
    pub bytes: u64,
    /// When it was last changed, in milliseconds since 1970.
    pub modified_ms: i64,
}

/// What a path can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An ordinary file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, which is not followed.
    Link,
    /// A named pipe, a socket or a device, which is never opened.
    Special,
}

/// What files take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// Their bytes.
    pub bytes: u64,
    /// How many there are, with directories and whatever else has a name.
    pub files: u64,
}

/// What uploads may come to. Each is a limit by this name, with a flag of the runner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// `workspace-bytes`: bytes of all files.
    pub workspace_bytes: u64,
    /// `workspace-files`: how many files there may be.
    pub workspace_files: u64,
    /// `upload-bytes`: bytes of one upload.
    pub upload_bytes: u64,
}

/// Where the runner has the file of this path: its bytes as an address has them.
pub fn address(path: &Text) -> String {
    let mut address = String::from("/files/");
    for byte in path.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            address.push(char::from(*byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_path_has_an_address() {
        for (path, expected) in [
            (&b"a/b-c._~"[..], "/files/a/b-c._~"),
            (
                b"a b%
",
                "/files/a%20b%25%0A",
            ),
            ("ü".as_bytes(), "/files/%C3%BC"),
            (b"\xff?#", "/files/%FF%3F%23"),
        ] {
            assert_eq!(address(&Text::from_bytes(path)), expected);
        }
    }
}
