//! Programs that the tests need and cargo does not bring: a browser and what the examples run.

use std::env;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use anyhow::Result;

use crate::step::step;
use crate::workspace::{Workspace, run};

/// A program and the Debian package that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tool {
    /// Any of these names will do.
    pub(crate) names: &'static [&'static str],
    pub(crate) package: &'static str,
}

/// What the browser tests need.
pub(crate) const BROWSER: [Tool; 2] = [
    Tool {
        names: &["chromium", "chromium-browser", "google-chrome"],
        package: "chromium",
    },
    Tool {
        names: &["chromedriver"],
        package: "chromium-driver",
    },
];

/// What keeps stages apart at the level *class*.
pub(crate) const SANDBOX: [Tool; 1] = [Tool {
    names: &["bwrap"],
    package: "bubblewrap",
}];

/// What the examples run beyond the programs that every system has, what runs them when they are exported, what
/// reads manual pages, and the proxy that stands before a runner.
pub(crate) const EXAMPLES: [Tool; 4] = [
    Tool {
        names: &["man"],
        package: "man-db",
    },
    Tool {
        names: &["nginx"],
        package: "nginx",
    },
    Tool {
        names: &["openssl"],
        package: "openssl",
    },
    Tool {
        names: &["python3"],
        package: "python3",
    },
];

/// Installs what is missing where that can be done without asking anybody: with `apt-get`, as root
/// or by a `sudo` that wants no password.
///
/// Reports no failure: whoever needs the tools looks for what is [`missing`] and says what that means.
pub(crate) fn install_missing(workspace: &Workspace, tools: &[Tool]) {
    let missing = missing(tools);
    if missing.is_empty() {
        return;
    }
    let Some(installer) = installer(workspace) else {
        return;
    };
    let packages: Vec<_> = missing.iter().map(|tool| tool.package).collect();
    let outcome = step(&format!("install {}", packages.join(" ")), || {
        install(workspace, &installer, &packages)
    });
    if let Err(error) = outcome {
        println!("    {error:#}");
    }
}

/// Those of the tools that are not on the PATH.
pub(crate) fn missing(tools: &[Tool]) -> Vec<Tool> {
    let is_missing = |tool: &Tool| !tool.names.iter().any(|name| find(name).is_some());
    tools.iter().copied().filter(is_missing).collect()
}

/// One line for a person: what is missing, and how to get it.
pub(crate) fn describe(missing: &[Tool]) -> String {
    let join = |parts: Vec<&str>, with: &str| parts.join(with);
    let names = join(missing.iter().map(|tool| tool.names[0]).collect(), " and ");
    let packages = join(missing.iter().map(|tool| tool.package).collect(), " ");
    let verb = if missing.len() == 1 { "is" } else { "are" };
    format!("{names} {verb} not on the PATH (Debian: sudo apt-get install {packages})")
}

fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

/// The words before the arguments of `apt-get`, or nothing when this is not for us to do.
fn installer(workspace: &Workspace) -> Option<Vec<&'static str>> {
    find("apt-get")?;
    if is_root() {
        return Some(vec!["apt-get"]);
    }
    find("sudo")?;
    let asks_nothing = workspace.command("sudo").args(["-n", "true"]).output();
    asks_nothing
        .is_ok_and(|output| output.status.success())
        .then(|| vec!["sudo", "-n", "apt-get"])
}

fn is_root() -> bool {
    // What a process sees of itself belongs to its effective user.
    std::fs::metadata("/proc/self").is_ok_and(|itself| itself.uid() == 0)
}

fn install(workspace: &Workspace, installer: &[&str], packages: &[&str]) -> Result<()> {
    let apt_get = |arguments: &[&str]| {
        let words = [installer, &["-q", "-o", "Dpkg::Use-Pty=0"], arguments].concat();
        run(workspace
            .command(words[0])
            .args(&words[1..])
            .env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt_get(&["update"])?;
    apt_get(&[&["install", "-y", "--no-install-recommends"], packages].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENT: Tool = Tool {
        names: &["no-such-program-anywhere"],
        package: "some-package",
    };

    #[test]
    fn any_of_a_tools_names_will_do() {
        let shell = Tool {
            names: &["no-such-program-anywhere", "sh"],
            package: "dash",
        };
        assert_eq!(missing(&[shell, ABSENT]), [ABSENT]);
    }

    #[test]
    fn the_line_names_program_and_package() {
        assert_eq!(
            describe(&[ABSENT]),
            "no-such-program-anywhere is not on the PATH (Debian: sudo apt-get install some-package)"
        );
    }
}
