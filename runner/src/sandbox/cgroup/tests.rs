//! On a made-up tree: what the kernel does with it is tried by the tests of the whole runner, where there is a real one.

use super::*;
use tempfile::TempDir;

fn process(number: i32) -> Pid {
    Pid::from_raw(number).expect("above 0")
}

/// A runner, and the guard that it has started.
fn family() -> [String; 2] {
    ["42", "44"].map(str::to_owned)
}

/// A control group with these controllers and processes.
fn group(controllers: &str, processes: &str) -> TempDir {
    let group = tempfile::tempdir().expect("a directory");
    for (file, content) in [
        ("cgroup.controllers", controllers),
        ("cgroup.procs", processes),
    ] {
        write(group.path(), file, content).expect("writable");
    }
    group
}

fn content(directory: &Path, file: &str) -> String {
    fs::read_to_string(directory.join(file)).unwrap_or_default()
}

#[test]
fn a_group_is_divided_into_the_runner_and_sandboxes() {
    let group = group("cpuset cpu io memory pids\n", "42\n");
    let divided = Cgroups::divide_at(group.path(), &family()).expect("ours");
    let runner = group.path().join(RUNNER);
    assert_eq!(content(&runner, "cgroup.procs"), "42");
    assert_eq!(content(&runner, "cpu.weight"), "1000");
    let caps = Caps {
        memory: 1 << 20,
        processes: 7,
        ..Caps::default()
    };
    let [first, second] = [(); 2].map(|()| divided.part(&caps).expect("room"));
    assert_ne!(first.directory, second.directory);
    first.admit(process(43)).expect("a process");
    let of_first = |file| content(&first.directory, file);
    assert_eq!(of_first("memory.max"), "1048576");
    assert_eq!(of_first("memory.oom.group"), "1");
    assert_eq!(of_first("pids.max"), "7");
    assert_eq!(of_first("cgroup.procs"), "43");
    assert_eq!(content(&second.directory, "cgroup.procs"), "");
}

/// The guard is started before sandboxes are thought of, and once was taken for somebody else.
#[test]
fn what_the_runner_has_started_is_moved_with_it() {
    let group = group("memory pids", "42\n44\n");
    Cgroups::divide_at(group.path(), &family()).expect("ours");
    let runner = group.path().join(RUNNER);
    assert_eq!(content(&runner, "cgroup.procs"), "44", "the last one");
    let itself = super::family().expect("a /proc");
    assert!(itself.contains(&std::process::id().to_string()));
}

#[test]
fn one_in_which_the_runner_has_its_part_already_is_divided_as_well() {
    let group = group("memory pids", "");
    let runner = group.path().join(RUNNER);
    fs::create_dir(&runner).expect("new");
    let divided = Cgroups::divide_at(&runner, &family()).expect("ours");
    assert_eq!(divided.directory, group.path());
    assert_eq!(content(&runner, "cgroup.procs"), "", "it is there already");
    assert_eq!(
        content(group.path(), "cgroup.subtree_control"),
        "+memory +pids"
    );
}

#[test]
fn where_it_cannot_be_divided_nothing_is_changed_and_the_reason_is_told() {
    let told = |group: &TempDir| {
        let why = Cgroups::divide_at(group.path(), &family()).expect_err("not ours");
        assert!(!group.path().join(RUNNER).exists(), "{why}");
        why.to_string()
    };
    let lacks = told(&group("cpu pids", "42\n"));
    assert!(lacks.contains("no memory to hand on"), "{lacks}");
    let lacks = told(&group("hugetlb", "42\n"));
    assert!(lacks.contains("no memory and pids"), "{lacks}");
    let shared = told(&group("memory pids", "41\n42\n"));
    assert!(shared.contains("others are in"), "{shared}");
    // As it is where somebody is in the group, or where it is mounted to be read only.
    let fixed = group("memory pids", "42\n");
    fs::create_dir(fixed.path().join("cgroup.subtree_control")).expect("new");
    let why = Cgroups::divide_at(fixed.path(), &family()).expect_err("fixed");
    assert!(why.to_string().contains("Delegate=yes"), "{why}");
    assert_eq!(content(fixed.path(), "cgroup.procs"), "42", "moved back");
}

#[test]
fn what_a_killed_runner_left_is_removed_and_nothing_of_a_living_one() {
    let group = group("memory pids", "42\n");
    for name in ["sandbox-7-0", "sandbox-7-12", "sandbox-42-0", "another"] {
        fs::create_dir(group.path().join(name)).expect("new");
    }
    let _divided = Cgroups::divide_at(group.path(), &family()).expect("ours");
    let is_there = |name: &str| group.path().join(name).exists();
    assert!(!is_there("sandbox-7-0") && !is_there("sandbox-7-12"));
    assert!(is_there("sandbox-42-0") && is_there("another"));
}

#[test]
fn a_part_that_is_not_empty_yet_is_removed_later() {
    let group = group("memory pids", "42\n");
    let divided = Cgroups::divide_at(group.path(), &family()).expect("ours");
    let full = group.path().join("sandbox-7-0");
    fs::create_dir_all(full.join("process")).expect("new");
    divided.remove(full.clone());
    assert!(full.exists());
    fs::remove_dir(full.join("process")).expect("empty");
    divided.remove_left();
    assert!(!full.exists() && divided.left().is_empty());
}

#[test]
fn the_end_by_memory_is_read_from_the_kernels_counts() {
    let group = group("memory pids", "42\n");
    let divided = Cgroups::divide_at(group.path(), &family()).expect("ours");
    let part = divided.part(&Caps::default()).expect("room");
    assert!(!part.is_over_memory(), "nothing is told");
    for (events, over) in [
        ("low 0\nmax 3\noom 0\noom_kill 0\noom_group_kill 0\n", false),
        // The whole machine had no memory left.
        ("low 0\nmax 3\noom 0\noom_kill 1\noom_group_kill 0\n", false),
        ("low 0\nmax 3\noom 1\noom_kill 2\noom_group_kill 1\n", true),
    ] {
        write(&part.directory, "memory.events", events).expect("writable");
        assert_eq!(part.is_over_memory(), over, "{events}");
    }
    part.end();
    let _ = fs::remove_dir_all(&part.directory);
    assert!(part.is_over_memory(), "it is known afterwards, too");
}
