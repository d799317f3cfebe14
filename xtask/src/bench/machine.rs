//! What it was measured on.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The machine and the versions of everything that took part, as far as they can be found.
pub(super) fn describe(runner: &Path) -> Vec<(&'static str, String)> {
    let mut found = host();
    let runner = runner.to_string_lossy();
    for (name, command) in [
        ("pipeyard", &[&*runner, "--version"][..]),
        ("rustc", &["rustc", "--version"]),
        ("bash", &["bash", "--version"]),
        ("pv", &["pv", "--version"]),
        ("tee", &["tee", "--version"]),
        ("xargs", &["xargs", "--version"]),
        ("parallel", &["parallel", "--version"]),
        ("python", &["python3", "--version"]),
        ("openssl", &["openssl", "version"]),
        ("websocketd", &["websocketd", "--version"]),
    ] {
        found.push((
            name,
            first_line(command).unwrap_or_else(|| "not installed".into()),
        ));
    }
    found.retain(|(_, value)| !value.is_empty());
    found
}

/// The machine alone.
pub(crate) fn host() -> Vec<(&'static str, String)> {
    let cores = std::thread::available_parallelism();
    vec![
        ("processor", processor().unwrap_or_default()),
        (
            "cores",
            cores.map_or_else(|_| String::new(), |cores| cores.to_string()),
        ),
        ("memory", memory().unwrap_or_default()),
        (
            "kernel",
            read("/proc/sys/kernel/osrelease").unwrap_or_default(),
        ),
        ("system", system().unwrap_or_default()),
    ]
}

/// A line for each.
pub(crate) fn list(machine: &[(&'static str, String)]) -> String {
    let line = |(name, value): &(&str, String)| format!("- {name}: {value}\n");
    machine.iter().map(line).collect()
}

fn processor() -> Option<String> {
    let text = read("/proc/cpuinfo")?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn memory() -> Option<String> {
    let text = read("/proc/meminfo")?;
    let kib: f64 = text
        .lines()
        .next()?
        .split_whitespace()
        .nth(1)?
        .parse()
        .ok()?;
    Some(format!("{:.1} GiB", kib / f64::from(1 << 20)))
}

fn system() -> Option<String> {
    let text = read("/etc/os-release")?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(line.trim_matches('"').to_owned())
}

fn read(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

fn first_line(command: &[&str]) -> Option<String> {
    let (program, arguments) = command.split_first()?;
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // Some say behind a dash who wrote them.
    let line = text.lines().next()?.split(" -").next()?.trim().to_owned();
    (output.status.success() && !line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_said() {
        let found = describe(Path::new("no-such-program-anywhere"));
        let value = |name| {
            found
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value)
        };
        assert_eq!(value("pipeyard").map(String::as_str), Some("not installed"));
        assert!(value("kernel").is_some_and(|kernel| !kernel.is_empty()));
        assert!(value("bash").is_some_and(|bash| bash.contains("bash")));
    }
}
