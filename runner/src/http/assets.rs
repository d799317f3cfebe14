//! The page inside the program: finding a file of it, in the form that the browser takes.
//!
//! Everything is in memory since the program was compiled, under names that are fixed. No path that
//! a browser sends ever reaches the file system, so none can lead out of the page.

pub(super) mod encoding;

use std::borrow::Cow;

use rust_embed::RustEmbed;

/// What to tell a person who asks for the page when [`is_built_in`] says no.
pub const NOT_BUILT_IN: &str = "The page is not built into this runner: run `cargo xtask build`.\n";

/// A file of the page, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The content, compressed as `content_encoding` says.
    pub bytes: Cow<'static, [u8]>,
    /// Value of the header `Content-Type`.
    pub content_type: &'static str,
    /// Value of the header `Content-Encoding`; `None` for plain bytes.
    pub content_encoding: Option<&'static str>,
    /// Whether the name changes with the content, so that a browser never needs to ask again.
    pub immutable: bool,
    /// Value of the header `ETag`, with its quotes; different for each encoding.
    pub etag: String,
}

impl Asset {
    /// Value of the header `Cache-Control`.
    pub fn cache_control(&self) -> &'static str {
        if self.immutable {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        }
    }

    /// Whether the browser has this very content already, going by its header `If-None-Match`; the
    /// answer is then 304 without a body.
    pub fn is_known_by(&self, if_none_match: &str) -> bool {
        let mut tags = if_none_match.split(',').map(str::trim);
        tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.etag)
    }
}

/// Whether the page was there when this program was compiled.
pub fn is_built_in() -> bool {
    Page::get(DOCUMENT).is_some()
}

/// Finds the file for the path of a request, in the form that its header `Accept-Encoding` prefers.
///
/// `/` is the document itself. `None` when the page has no such file. Answers differ by
/// `Accept-Encoding`, which the response should say in `Vary`.
pub fn find(path: &str, accept_encoding: &str) -> Option<Asset> {
    let embedded = |name: &str| {
        let file = Page::get(name)?;
        Some(Stored {
            hash: file.metadata.sha256_hash(),
            bytes: file.data,
        })
    };
    find_in(&embedded, path, accept_encoding)
}

/// The only name that does not change with the content.
const DOCUMENT: &str = "index.html";

/// The encodings of HTTP that the build prepares, the preferred one first, and the ending that each
/// adds to a file's name.
const PREPARED: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The folder is the one that `build.rs` names: the built page, or an empty one.
#[derive(RustEmbed)]
#[folder = "$PIPEYARD_PAGE_FOLDER"]
struct Page;

struct Stored {
    bytes: Cow<'static, [u8]>,
    /// SHA-256 of the bytes.
    hash: [u8; 32],
}

fn find_in(
    page: &dyn Fn(&str) -> Option<Stored>,
    path: &str,
    accept_encoding: &str,
) -> Option<Asset> {
    let name = match path.strip_prefix('/').unwrap_or(path) {
        "" => DOCUMENT,
        name => name,
    };
    // The compressed forms have no type of their own: they cannot be asked for by name.
    let content_type = content_type(name)?;
    let plain = page(name)?;
    let compressed = encoding::accepted(accept_encoding, PREPARED.map(|(encoding, _)| encoding))
        .into_iter()
        .find_map(|encoding| {
            let (_, ending) = PREPARED
                .into_iter()
                .find(|(prepared, _)| *prepared == encoding)?;
            Some((page(&format!("{name}{ending}"))?, Some(encoding)))
        });
    let (file, content_encoding) = compressed.unwrap_or((plain, None));
    let hash: String = file.hash[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Some(Asset {
        bytes: file.bytes,
        content_type,
        content_encoding,
        immutable: is_named_by_content(name),
        etag: format!("\"{hash}\""),
    })
}

/// The types that a page consists of.
fn content_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

/// Whether the name ends in `-`, the sixteen digits that the build adds, and an extension.
fn is_named_by_content(name: &str) -> bool {
    let hash = name
        .rsplit_once('.')
        .and_then(|(stem, _)| stem.rsplit_once('-'))
        .map(|(_, hash)| hash);
    hash.is_some_and(|hash| {
        hash.len() == 16
            && hash
                .bytes()
                .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "page-0123456789abcdef.js";

    /// A page whose files hold their own names; the icon is not compressed.
    fn find_in_example(path: &str, accept_encoding: &str) -> Option<Asset> {
        let names = [
            "index.html",
            "index.html.br",
            "index.html.gz",
            "page-0123456789abcdef.js",
            "page-0123456789abcdef.js.br",
            "page-0123456789abcdef.js.gz",
            "icon.svg",
        ];
        let page = |name: &str| {
            let index = names.iter().position(|known| *known == name)?;
            let hash = [u8::try_from(index).ok()?; 32];
            Some(Stored {
                bytes: names[index].as_bytes().into(),
                hash,
            })
        };
        find_in(&page, path, accept_encoding)
    }

    fn content(path: &str, accept_encoding: &str) -> Option<String> {
        let asset = find_in_example(path, accept_encoding)?;
        Some(String::from_utf8_lossy(&asset.bytes).into_owned())
    }

    #[test]
    fn the_root_is_the_document() {
        assert_eq!(content("/", "").as_deref(), Some("index.html"));
        assert_eq!(content("/index.html", "").as_deref(), Some("index.html"));
    }

    #[test]
    fn the_form_follows_the_browser_and_is_named() {
        for (accept, ending, encoding) in [
            ("gzip, deflate, br, zstd", ".br", Some("br")),
            ("gzip, deflate", ".gz", Some("gzip")),
            ("br;q=0, gzip", ".gz", Some("gzip")),
            ("", "", None),
            ("zstd", "", None),
        ] {
            let asset = find_in_example(SCRIPT, accept).expect("the script exists");
            assert_eq!(
                asset.bytes,
                format!("{SCRIPT}{ending}").as_bytes(),
                "{accept}"
            );
            assert_eq!(asset.content_encoding, encoding, "{accept}");
            assert_eq!(
                asset.content_type, "text/javascript; charset=utf-8",
                "{accept}"
            );
        }
    }

    #[test]
    fn a_file_without_compressed_forms_is_sent_plain() {
        assert_eq!(
            content("/icon.svg", "br, gzip").as_deref(),
            Some("icon.svg")
        );
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        let script = find_in_example(SCRIPT, "br").expect("the script exists");
        assert_eq!(
            script.cache_control(),
            "public, max-age=31536000, immutable"
        );
        let document = find_in_example("/", "br").expect("the document exists");
        assert_eq!(document.cache_control(), "no-cache");
        assert!(!is_named_by_content("page-0123456789abcde.js"));
        assert!(!is_named_by_content("page-0123456789abcdeg.js"));
    }

    #[test]
    fn each_form_has_its_own_tag_and_knows_it_again() {
        let plain = find_in_example("/", "").expect("the document exists");
        let packed = find_in_example("/", "gzip").expect("the document exists");
        assert_ne!(plain.etag, packed.etag);
        assert!(plain.is_known_by(&plain.etag));
        assert!(plain.is_known_by(&format!("\"other\", W/{}", plain.etag)));
        assert!(plain.is_known_by("*"));
        assert!(!plain.is_known_by(&packed.etag));
        assert!(!plain.is_known_by(""));
    }

    #[test]
    fn other_paths_find_nothing() {
        for path in [
            "/nothing.js",
            "/index.html.br",
            "//index.html",
            "/../index.html",
            "/./index.html",
            "/%2e%2e/Cargo.toml",
            "/../../../../../../etc/passwd",
            "/index.html/",
            "/index.html\0",
        ] {
            assert_eq!(content(path, "br"), None, "{path}");
        }
    }

    #[test]
    fn a_page_that_is_built_in_can_be_found_and_one_that_is_not_cannot() {
        assert_eq!(find("/", "gzip").is_some(), is_built_in());
        assert_eq!(find("/../Cargo.toml", ""), None);
    }
}
