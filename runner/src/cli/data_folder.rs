//! Where Pipeyard keeps what is a person's own.

use std::path::PathBuf;

/// As the XDG Base Directory Specification has it: a path that is not absolute is passed over. Nothing where nobody says where.
pub(super) fn data_folder() -> Option<PathBuf> {
    let set = |name| {
        let path = std::env::var_os(name).map(PathBuf::from);
        path.filter(|path| path.is_absolute())
    };
    let folder = set("XDG_DATA_HOME").or_else(|| Some(set("HOME")?.join(".local/share")))?;
    Some(folder.join("pipeyard"))
}
