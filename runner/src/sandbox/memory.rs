//! What the processes of a sandbox hold, for where no control group of the kernel's bounds it.

use std::fs;
use std::path::Path;

/// Bytes of memory that the processes hold which a `/proc` shows. Where that is surely less than `enough`, more may be
/// told than there is: what several processes share is counted for each.
pub(super) fn held(proc: &Path, enough: u64) -> u64 {
    let processes = || {
        let entries = fs::read_dir(proc).into_iter().flatten().flatten();
        entries
            .filter(|entry| entry.file_name().as_encoded_bytes()[0].is_ascii_digit())
            .map(|entry| entry.path())
    };
    let resident: u64 = processes().filter_map(|process| resident(&process)).sum();
    if resident <= enough {
        return resident;
    }
    // Exact, and a thousand times as dear.
    processes().filter_map(|process| share(&process)).sum()
}

/// Bytes that a process holds, all of what it shares included (`statm` in proc(5)).
fn resident(process: &Path) -> Option<u64> {
    let text = fs::read_to_string(process.join("statm")).ok()?;
    let pages: u64 = text.split(' ').nth(1)?.parse().ok()?;
    Some(pages.saturating_mul(rustix::param::page_size() as u64))
}

/// Bytes that a process holds, and of what it shares its share (`Pss` in proc(5)).
fn share(process: &Path) -> Option<u64> {
    let text = fs::read_to_string(process.join("smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib.saturating_mul(1 << 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_holds_something_and_shares_some_of_it() {
        let itself = Path::new("/proc/self");
        let (resident, share) = (resident(itself), share(itself));
        assert!(share.is_some_and(|share| share > 0));
        assert!(share < resident);
    }

    #[test]
    fn all_are_counted_and_exactly_where_it_matters() {
        let folder = tempfile::tempdir().expect("a directory");
        for (name, kib) in [("1", 4), ("2", 8), ("self", 1000)] {
            let process = folder.path().join(name);
            fs::create_dir(&process).expect("new");
            fs::write(process.join("statm"), "100 5 1\n").expect("writable");
            let rollup = format!("00-ff\nRss: 100 kB\nPss:   {kib} kB\n");
            fs::write(process.join("smaps_rollup"), rollup).expect("writable");
        }
        let resident = 2 * 5 * rustix::param::page_size() as u64;
        assert_eq!(held(folder.path(), resident), resident);
        assert_eq!(held(folder.path(), resident - 1), 12 << 10);
    }
}
