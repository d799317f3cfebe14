//! What the runner tells of its workspace.

use pipeyard_shared::Text;
use pipeyard_shared::files::{Bounds, Entry, Kind, Listing, Used};

pub(crate) fn listings() -> Vec<(&'static str, Listing)> {
    let entry = |path: &[u8], kind, bytes| Entry {
        path: Text::from_bytes(path),
        kind,
        bytes,
        modified_ms: 1_700_000_000_123,
    };
    let entries = vec![
        entry(b"folder", Kind::Directory, 0),
        entry("folder/ü".as_bytes(), Kind::File, 25),
        entry(b"link", Kind::Link, 0),
        entry(b"pipe", Kind::Special, 0),
        entry(b"\xffno utf-8", Kind::File, 0),
    ];
    let full = Listing {
        entries,
        more: true,
        used: Used {
            bytes: 25,
            files: 5,
        },
        bounds: Bounds {
            workspace_bytes: 100,
            workspace_files: 10,
            upload_bytes: 50,
        },
        directory: Text::from_bytes(b"/home/a/workspace"),
        can_reset: true,
    };
    vec![("empty", Listing::default()), ("each_kind", full)]
}
