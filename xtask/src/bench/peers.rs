//! Those that the runner is measured against, and what the measuring itself runs.

use std::path::PathBuf;
use std::process::Command;

use crate::prerequisites::{self, Tool};
use crate::workspace::Workspace;

/// Every program that a comparison needs and that a system need not have.
pub(super) const PEERS: [Tool; 6] = [
    tool(&["bwrap"], "bubblewrap"),
    tool(&["openssl"], "openssl"),
    tool(&["pv"], "pv"),
    tool(&["parallel"], "parallel"),
    tool(&["python3"], "python3"),
    tool(&["websocketd"], "websocketd"),
];

const fn tool(names: &'static [&'static str], package: &'static str) -> Tool {
    Tool { names, package }
}

/// Installs those that are missing, each by itself: a package that a distribution does not have must not
/// keep the others away.
pub(super) fn install(workspace: &Workspace) {
    for peer in PEERS {
        prerequisites::install_missing(workspace, &[peer]);
    }
}

/// Whether a program is there, or else why what needs it is not measured.
pub(super) fn find(program: &str) -> Result<(), String> {
    let known = PEERS.iter().find(|peer| peer.names.contains(&program));
    match known {
        Some(peer) if !prerequisites::missing(&[*peer]).is_empty() => {
            Err(format!("{program} is not installed"))
        }
        _ => Ok(()),
    }
}

/// The interpreter itself: what is on the PATH may be a script that looks for it, which would be measured.
pub(super) fn python() -> Option<PathBuf> {
    let found = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .output()
        .ok()?;
    let path = String::from_utf8(found.stdout).ok()?;
    Some(PathBuf::from(path.trim())).filter(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_every_system_has_is_never_missing() {
        assert_eq!(find("bash"), Ok(()));
    }
}
