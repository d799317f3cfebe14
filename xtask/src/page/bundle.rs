//! Giving every file a name that changes with its content, and telling the others.
//!
//! A browser may then keep such a file for ever. Only `index.html` keeps its name, so it is the only
//! file that is asked for again. The names are worked out leaves first, because a name that is
//! written into a file changes that file's own: pictures, wasm, glue, boot script, document.

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};

use super::sizes::Load;
use super::sources::Sources;
use super::split::Part;

/// The one file whose name stays.
pub(super) const DOCUMENT: &str = "index.html";

/// A file of the finished page.
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// When the page asks for it.
    pub(super) load: Load,
}

/// Names everything by its content and rewrites the references.
///
/// The sources refer to `page_bg.wasm`, what is loaded after it, `page.js`, `page.css`, `boot.js` and to the names of the
/// pictures, always in double quotes (the glue: in single or double ones).
///
/// # Errors
/// When a reference that must be there is not: the page would not start.
pub(super) fn bundle(sources: Sources) -> Result<Vec<Asset>> {
    let Sources {
        mut document,
        mut boot,
        mut glue,
        snippets,
        wasm,
        parts,
        mut styles,
        learning_styles,
        pictures,
    } = sources;
    let mut assets = Vec::new();

    for (name, bytes) in pictures {
        let asset = named(&name, bytes);
        // A picture may serve the styles or the document or both.
        styles = replace_quoted(&styles, &name, &asset.name);
        document = replace_quoted(&document, &name, &asset.name);
        assets.push(asset);
    }
    for (path, text) in snippets {
        let asset = named("snippet.js", text.into_bytes());
        refer(
            &mut glue,
            "the script of wasm-bindgen",
            &path,
            &format!("./{}", asset.name),
        )?;
        assets.push(asset);
    }

    for Part { path, load, wasm } in parts {
        let name = path.trim_start_matches("./");
        let asset = Asset {
            load,
            ..named(name, wasm)
        };
        refer(
            &mut glue,
            "the script of wasm-bindgen",
            &path,
            &format!("./{}", asset.name),
        )?;
        assets.push(asset);
    }

    let wasm = named("page_bg.wasm", wasm);
    refer(
        &mut glue,
        "the script of wasm-bindgen",
        "page_bg.wasm",
        &wasm.name,
    )?;
    refer(&mut document, DOCUMENT, "page_bg.wasm", &wasm.name)?;

    let glue = named("page.js", glue.into_bytes());
    refer(
        &mut boot,
        "frontend/boot.js",
        "./page.js",
        &format!("./{}", glue.name),
    )?;
    refer(&mut document, DOCUMENT, "page.js", &glue.name)?;

    let boot = named("boot.js", boot.into_bytes());
    refer(&mut document, DOCUMENT, "boot.js", &boot.name)?;

    let styles = named("page.css", styles.into_bytes());
    refer(&mut document, DOCUMENT, "page.css", &styles.name)?;

    let learning_styles = Asset {
        load: Load::Learning,
        ..named("learning.css", learning_styles.into_bytes())
    };
    refer(
        &mut document,
        DOCUMENT,
        "learning.css",
        &learning_styles.name,
    )?;

    // The document comes last: whoever writes the files in this order never leaves one that names
    // files which are not there yet.
    let document = Asset {
        name: DOCUMENT.to_owned(),
        bytes: document.into_bytes(),
        load: Load::First,
    };
    assets.extend([wasm, glue, boot, styles, learning_styles, document]);
    Ok(assets)
}

/// `page.css` becomes `page-0123456789abcdef.css`, by the first 64 bits of the content's SHA-256.
fn named(name: &str, bytes: Vec<u8>) -> Asset {
    let hash: String = Sha256::digest(&bytes)[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let name = match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    };
    Asset {
        name,
        bytes,
        load: Load::First,
    }
}

fn refer(text: &mut String, title: &str, name: &str, hashed: &str) -> Result<()> {
    let replaced = replace_quoted(text, name, hashed);
    ensure!(
        replaced != *text,
        "{title} does not mention \"{name}\", so the page could not load it"
    );
    *text = replaced;
    Ok(())
}

/// Only a whole quoted name counts: `page.js` is also the end of `my-page.js`.
fn replace_quoted(text: &str, name: &str, hashed: &str) -> String {
    text.replace(&format!("\"{name}\""), &format!("\"{hashed}\""))
        .replace(&format!("'{name}'"), &format!("'{hashed}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str) -> Part {
        let file = format!("split_{name}.wasm");
        Part {
            path: format!("./{file}"),
            load: Load::of(&file),
            wasm: format!("\0asm {name}").into_bytes(),
        }
    }

    fn sources() -> Sources {
        Sources {
            document: r#"<link href="page.css"><link href="icon.svg"><link href="page.js">
                <link href="page_bg.wasm"><meta content="learning.css"><script src="boot.js"></script>"#
                .to_owned(),
            boot: r#"import("./page.js")"#.to_owned(),
            glue: r#"import { x } from './snippets/some/inline0.js'; new URL('page_bg.wasm'); fetch("./split_later.wasm"); fetch("./split_sharing.wasm"); fetch("./split_learning.wasm")"#
                .to_owned(),
            snippets: vec![(
                "./snippets/some/inline0.js".to_owned(),
                "export let x".to_owned(),
            )],
            wasm: b"\0asm".to_vec(),
            parts: ["later", "sharing", "learning"].map(part).into(),
            styles: r#"a { background: url("icon.svg") }"#.to_owned(),
            learning_styles: "b { color: red }".to_owned(),
            pictures: vec![("icon.svg".to_owned(), b"<svg/>".to_vec())],
        }
    }

    fn text<'asset>(assets: &'asset [Asset], start: &str) -> (&'asset str, &'asset str) {
        let asset = assets.iter().find(|asset| asset.name.starts_with(start));
        let asset = asset.unwrap_or_else(|| panic!("nothing starts with {start}: {assets:?}"));
        (
            &asset.name,
            std::str::from_utf8(&asset.bytes).expect("this test only has text"),
        )
    }

    #[test]
    fn every_reference_follows_its_file() -> Result<()> {
        let assets = bundle(sources())?;
        let (icon, _) = text(&assets, "icon-");
        let (snippet, _) = text(&assets, "snippet-");
        let (wasm, _) = text(&assets, "page_bg-");
        let (later, _) = text(&assets, "split_later-");
        let (sharing, _) = text(&assets, "split_sharing-");
        let (learning, _) = text(&assets, "split_learning-");
        let (styles_name, styles) = text(&assets, "page-");
        assert!(
            styles_name.ends_with(".js"),
            "the script stands before the styles"
        );
        assert!(
            styles.contains(&format!("'./{snippet}'")) && styles.contains(&format!("'{wasm}'"))
        );
        for part in [later, sharing, learning] {
            assert!(styles.contains(&format!("\"./{part}\"")), "{styles}");
        }
        let (boot, boot_text) = text(&assets, "boot-");
        assert_eq!(boot_text, format!("import(\"./{styles_name}\")"));
        let (_, document) = text(&assets, DOCUMENT);
        let (learning_styles, _) = text(&assets, "learning-");
        for name in [icon, wasm, styles_name, boot, learning_styles] {
            assert!(
                document.contains(&format!("\"{name}\"")),
                "{name} in {document}"
            );
        }
        Ok(())
    }

    #[test]
    fn the_document_comes_last() -> Result<()> {
        assert_eq!(
            bundle(sources())?.last().map(|asset| asset.name.as_str()),
            Some(DOCUMENT)
        );
        Ok(())
    }

    #[test]
    fn a_change_in_the_wasm_changes_every_name_above_it_and_no_other() -> Result<()> {
        let before = bundle(sources())?;
        let after = bundle(Sources {
            wasm: b"other".to_vec(),
            ..sources()
        })?;
        let changed: Vec<_> = before
            .iter()
            .zip(&after)
            .filter(|(one, other)| one.name != other.name)
            .map(|(one, _)| one.name.split('-').next().unwrap_or_default())
            .collect();
        assert_eq!(changed, ["page_bg", "page", "boot"]);
        Ok(())
    }

    #[test]
    fn a_document_without_its_script_is_refused() {
        let broken = Sources {
            document: r#"<link href="page.css">"#.to_owned(),
            ..sources()
        };
        let message = bundle(broken)
            .expect_err("nothing starts the page")
            .to_string();
        assert!(
            message.contains("index.html") && message.contains("page_bg.wasm"),
            "{message}"
        );
    }
}
