//! Putting the finished page into its folder.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// A file of the folder.
pub(super) struct File {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Makes the folder hold exactly these files.
///
/// Files are written in the order given, each in one move, and what is no longer wanted goes last:
/// at no instant does a file refer to one that is not there. A file that is the same keeps its time.
///
/// # Errors
/// When the folder cannot be written.
pub(super) fn publish(folder: &Path, files: &[File]) -> Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    for file in files {
        let path = folder.join(&file.name);
        write(&path, &file.bytes)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    remove_others(folder, files)
        .with_context(|| format!("old files in {} cannot be removed", folder.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".new");
    fs::write(&unfinished, bytes)?;
    fs::rename(&unfinished, path)?;
    Ok(())
}

fn remove_others(folder: &Path, files: &[File]) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let wanted = files
            .iter()
            .any(|file| OsStr::new(&file.name) == entry.file_name());
        if !wanted && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> File {
        File {
            name: name.to_owned(),
            bytes: text.as_bytes().to_vec(),
        }
    }

    #[test]
    fn the_folder_holds_exactly_the_files_and_the_same_keep_their_time() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let page = folder.path().join("page");
        publish(
            &page,
            &[file("same", "1"), file("changed", "1"), file("old", "1")],
        )?;
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        fs::File::options()
            .write(true)
            .open(page.join("same"))?
            .set_modified(long_ago)?;

        publish(
            &page,
            &[file("same", "1"), file("changed", "2"), file("new", "1")],
        )?;

        assert_eq!(fs::metadata(page.join("same"))?.modified()?, long_ago);
        assert_eq!(fs::read_to_string(page.join("changed"))?, "2");
        let mut names: Vec<_> = fs::read_dir(&page)?
            .map(|entry| Ok(entry?.file_name()))
            .collect::<Result<_>>()?;
        names.sort();
        assert_eq!(names, ["changed", "new", "same"]);
        Ok(())
    }
}
