//! The page as a folder that any web server can serve as it stands, below any path: without a runner, so that links are
//! read there and recordings replayed, and nothing can be run.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

const DOCUMENT: &str = "index.html";
/// What was written, a name a line: nothing else is ever removed.
const LIST: &str = "pipeyard-files.txt";
/// How the document says that a runner is behind it, and that there is none.
const RUNNER: [&str; 2] = [
    "<meta name=\"pipeyard-runner\" content=\"here\">",
    "<meta name=\"pipeyard-runner\" content=\"none\">",
];

/// What the runner says in a header. Who may frame the page cannot be said within it.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
    script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
    font-src 'self'; base-uri 'none'; form-action 'none'\">\n    \
    <meta name=\"referrer\" content=\"no-referrer\">";

/// What servers of static files show for paths that they do not have. It may be shown for any path, so it refers to
/// nothing.
const NOT_FOUND: &str = "<!doctype html>
<html lang=\"en\">
  <head>
    <meta charset=\"utf-8\">
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
    <meta name=\"color-scheme\" content=\"light dark\">
    <title>There is nothing here · Pipeyard</title>
  </head>
  <body>
    <h1>There is nothing here</h1>
    <p>A link to a chain has all of it behind its #: check the address before that.</p>
    <p lang=\"ko\">여기에는 아무것도 없습니다. 체인 링크의 내용은 모두 # 뒤에 있으니, 그 앞의 주소를 확인하세요.</p>
  </body>
</html>
";

/// Writes the built page to a folder: new, empty, or written by this before.
///
/// # Errors
/// When there is something else in the folder, or it cannot be written.
pub(crate) fn write(page: &Path, folder: &Path) -> Result<()> {
    let shown = folder.display();
    let files = files(page)?;
    fs::create_dir_all(folder).with_context(|| format!("the folder {shown} cannot be made"))?;
    let earlier = earlier(folder, &files).with_context(|| format!("{shown} is left alone"))?;
    for (name, bytes) in &files {
        fs::write(folder.join(name), bytes)
            .with_context(|| format!("{name} in {shown} cannot be written"))?;
    }
    for name in earlier {
        let path = folder.join(&name);
        // Whoever has made a folder of it, or removed it, was faster.
        if path.symlink_metadata().is_ok_and(|found| found.is_file()) {
            fs::remove_file(path).with_context(|| format!("{name} in {shown} is left"))?;
        }
    }
    Ok(())
}

/// What goes into the folder, the document behind what it refers to, and the list last. Servers compress by themselves.
fn files(page: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = vec![("404.html".to_owned(), NOT_FOUND.into())];
    for entry in fs::read_dir(page)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_compressed = name.ends_with(".br") || name.ends_with(".gz");
        if name != DOCUMENT && !is_compressed && entry.file_type()?.is_file() {
            files.push((name, fs::read(entry.path())?));
        }
    }
    files.sort();
    let document = fs::read_to_string(page.join(DOCUMENT)).context("the page has no document")?;
    let mut list: String = files.iter().map(|(name, _)| format!("{name}\n")).collect();
    list += &format!("{DOCUMENT}\n{LIST}\n");
    files.push((DOCUMENT.to_owned(), alone(&document)?.into_bytes()));
    files.push((LIST.to_owned(), list.into_bytes()));
    Ok(files)
}

/// The document of a page without a runner.
fn alone(document: &str) -> Result<String> {
    let [here, none] = RUNNER;
    ensure!(
        document.matches(here).count() == 1,
        "index.html does not say {here} once"
    );
    Ok(document.replacen(here, &format!("{none}\n    {POLICY}"), 1))
}

/// What an earlier page has left in the folder and this one does not write. Nothing is changed yet.
fn earlier(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<Vec<String>> {
    let is_ours = fs::read_to_string(folder.join(DOCUMENT))
        .is_ok_and(|document| document.contains(RUNNER[1]));
    if !is_ours && let Some(entry) = fs::read_dir(folder)?.next() {
        bail!(
            "it has `{}`, which is not of a page: name an empty folder",
            entry?.file_name().to_string_lossy()
        );
    }
    for (name, _) in files {
        ensure!(
            !folder.join(name).is_dir(),
            "it has a folder `{name}`, where a file of the page is to be"
        );
    }
    let list = match fs::read_to_string(folder.join(LIST)) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        list => list.with_context(|| format!("{LIST} cannot be read"))?,
    };
    let is_written = |name: &str| files.iter().any(|(written, _)| written == name);
    let is_plain = |name: &str| Path::new(name).file_name() == Some(OsStr::new(name));
    let left = list
        .lines()
        .filter(|name| is_plain(name) && !is_written(name));
    Ok(left.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT_TEXT: &str =
        "<head><meta charset=\"utf-8\"><meta name=\"pipeyard-runner\" content=\"here\"></head>";

    fn page(folder: &Path, script: &str) -> Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join(DOCUMENT), DOCUMENT_TEXT)?;
        for ending in ["", ".br", ".gz"] {
            fs::write(folder.join(format!("{script}{ending}")), "script")?;
        }
        Ok(())
    }

    fn names(folder: &Path) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }

    #[test]
    fn a_folder_is_written_and_written_again() -> Result<()> {
        let root = tempfile::tempdir()?;
        let (built, folder) = (root.path().join("page"), root.path().join("a/b"));
        page(&built, "page-0123456789abcdef.js")?;
        write(&built, &folder)?;
        let expected = ["404.html", "index.html", "page-0123456789abcdef.js", LIST];
        assert_eq!(names(&folder)?, expected);
        let document = fs::read_to_string(folder.join(DOCUMENT))?;
        assert!(document.contains(RUNNER[1]) && document.contains("Content-Security-Policy"));
        assert!(!document.contains("frame-ancestors"), "{document}");

        fs::write(folder.join("CNAME"), "yard.example")?;
        fs::remove_file(built.join("page-0123456789abcdef.js"))?;
        page(&built, "page-fedcba9876543210.js")?;
        write(&built, &folder)?;
        let expected = [
            "404.html",
            "CNAME",
            "index.html",
            "page-fedcba9876543210.js",
            LIST,
        ];
        assert_eq!(names(&folder)?, expected);
        Ok(())
    }

    /// Names that look like those of the page were removed, whosever they were.
    #[test]
    fn only_what_was_written_is_removed() -> Result<()> {
        let root = tempfile::tempdir()?;
        let (built, folder) = (root.path().join("page"), root.path().join("site"));
        let [old, new] = ["page-0123456789abcdef.js", "page-fedcba9876543210.js"];
        page(&built, old)?;
        write(&built, &folder)?;
        let photo = folder.join("IMG-2024112310203000.jpg");
        fs::write(&photo, "a holiday")?;
        fs::create_dir(folder.join("album-2024112310203000.d"))?;
        fs::remove_file(built.join(old))?;
        page(&built, new)?;

        // What stands in the way is told before anything is changed.
        fs::create_dir(folder.join(new))?;
        let error = write(&built, &folder).expect_err("a folder is in the way");
        assert!(format!("{error:#}").contains(new), "{error:#}");
        assert!(folder.join(old).exists());
        fs::remove_dir(folder.join(new))?;

        write(&built, &folder)?;
        assert!(photo.exists() && folder.join("album-2024112310203000.d").exists());
        assert!(folder.join(new).exists() && !folder.join(old).exists());
        Ok(())
    }

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() -> Result<()> {
        let root = tempfile::tempdir()?;
        let (built, folder) = (root.path().join("page"), root.path().join("site"));
        page(&built, "page-0123456789abcdef.js")?;
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("thesis.txt"), "years of work")?;
        let error = write(&built, &folder).expect_err("there is something in it");
        assert!(format!("{error:#}").contains("thesis.txt"), "{error:#}");
        assert_eq!(names(&folder)?, ["thesis.txt"]);
        Ok(())
    }

    #[test]
    fn the_document_of_the_page_says_where_its_runner_is() -> Result<()> {
        let text = include_str!("../../index.html");
        assert!(alone(text)?.contains(RUNNER[1]));
        Ok(())
    }
}
