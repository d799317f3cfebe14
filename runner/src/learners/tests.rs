use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use super::*;

fn bounds() -> LearnerBounds {
    LearnerBounds {
        learners: 3,
        joins: 10,
        days: 2,
    }
}

#[test]
fn who_has_the_word_is_found_again_and_nobody_else() {
    let data = tempfile::tempdir().expect("a directory");
    let learners = Learners::new(data.path(), bounds());
    assert_eq!(learners.list().expect("no folder yet"), []);
    let (name, word) = learners.join().expect("room");
    // Another runner, or this one after a restart.
    let again = Learners::new(data.path(), bounds());
    assert_eq!(again.find(&word), Some(name.clone()));
    for wrong in ["", "../..", name.as_str(), &word[1..]] {
        assert_eq!(again.find(wrong), None, "{wrong}");
    }
    let mode = fs::metadata(learners.folder(&name)).expect("a folder");
    assert_eq!(mode.permissions().mode() & 0o777, 0o700);
    // Nothing on the disk lets anybody in.
    for entry in fs::read_dir(data.path().join("learners")).expect("a folder") {
        let entry = entry.expect("an entry");
        assert!(!entry.file_name().to_string_lossy().contains(&word));
    }
    again.remove(&name).expect("removed");
    assert_eq!(learners.find(&word), None);
    assert_eq!(learners.list().expect("a list"), []);
}

#[test]
fn there_are_only_so_many_and_who_stays_away_makes_room() {
    let data = tempfile::tempdir().expect("a directory");
    let learners = Learners::new(data.path(), bounds());
    let names: Vec<_> = (0..3).map(|_| learners.join().expect("room").0).collect();
    assert!(matches!(learners.join(), Err(JoinError::Full(3))));
    let long_ago = SystemTime::now() - 3 * DAY;
    let seen = learners.folder(&names[1]).join("seen");
    let seen = File::options().write(true).open(seen).expect("a file");
    seen.set_modified(long_ago).expect("a time");
    let (new, _) = learners.join().expect("room again");
    let here: Vec<_> = learners.list().expect("a list");
    assert_eq!(here.len(), 3);
    assert!(here.iter().any(|learner| learner.name == new));
    assert!(!learners.is_here(&names[1]));
}

#[test]
fn only_so_many_come_in_a_minute() {
    let data = tempfile::tempdir().expect("a directory");
    let many = LearnerBounds {
        learners: 100,
        joins: 2,
        ..bounds()
    };
    let learners = Learners::new(data.path(), many);
    learners.join().expect("the first");
    learners.join().expect("the second");
    let Err(JoinError::TooFast { most: 2, after }) = learners.join() else {
        panic!("the third came in");
    };
    assert!(after <= Duration::from_secs(31), "{after:?}");
}

/// A folder that nobody may look into kept its learner for ever.
#[test]
fn what_a_learner_has_locked_is_removed_too() {
    let data = tempfile::tempdir().expect("a directory");
    let learners = Learners::new(data.path(), bounds());
    let (name, _) = learners.join().expect("room");
    let deep = learners.folder(&name).join("workspace/a/b");
    fs::create_dir_all(&deep).expect("a folder");
    fs::write(deep.join("c"), "c").expect("a file");
    for locked in ["workspace/a/b", "workspace/a"] {
        let locked = learners.folder(&name).join(locked);
        fs::set_permissions(locked, Permissions::from_mode(0o000)).expect("locked");
    }
    let removed = learners.remove(&name).expect("removed");
    assert!(matches!(removed, Removed::Whole), "{removed:?}");
    let left = fs::read_dir(data.path().join("learners")).expect("a folder");
    let left: Vec<_> = left
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left, ["lock"]);
}

/// One whose folder could not be removed kept all others who were long gone.
#[test]
fn one_who_cannot_be_removed_keeps_nobody_else() {
    let data = tempfile::tempdir().expect("a directory");
    let learners = Learners::new(data.path(), bounds());
    let names: Vec<_> = (0..3).map(|_| learners.join().expect("room").0).collect();
    let folder = data.path().join("learners");
    let long_ago = SystemTime::now() - 3 * DAY;
    for name in &names {
        let seen = File::options()
            .write(true)
            .open(learners.folder(name).join("seen"));
        let seen = seen.expect("a file");
        seen.set_modified(long_ago).expect("a time");
        // No folder takes the place of one with something in it, nor does it take that of a file.
        let taken = folder.join(format!("{LEAVING}{}", name.as_str()));
        if *name == names[0] {
            fs::write(&taken, "").expect("writable");
        }
    }
    learners.come_back(&names[1]).expect("he is here");
    learners.remove_unused(&|_| false).expect("a census");
    assert!(learners.is_here(&names[0]), "it could not be removed");
    assert!(learners.is_here(&names[1]), "he came back");
    assert!(learners.is_gone(&names[2]));
    let left = |name: &LearnerName| folder.join(format!("{LEAVING}{}", name.as_str())).exists();
    assert!(
        !left(&names[0]) && !left(&names[2]),
        "nothing is left of anybody"
    );
    // What was in the way has gone with what was left, too.
    learners.remove_unused(&|_| false).expect("a census");
    assert!(learners.is_gone(&names[0]));
}

/// Whoever was removed while his files were being made came back as somebody new, with the same word.
#[test]
fn who_was_removed_does_not_come_back_by_being_opened() {
    let data = tempfile::tempdir().expect("a directory");
    let learners = Learners::new(data.path(), bounds());
    let (name, word) = learners.join().expect("room");
    learners.come_back(&name).expect("he is here");
    learners.remove(&name).expect("removed");
    crate::workspace::within(&learners.folder(&name)).expect_err("there is no such folder");
    learners
        .come_back(&name)
        .expect_err("there is no such folder");
    assert!(learners.is_gone(&name) && learners.find(&word).is_none());
}

/// What still runs in a removed learner's files writes on: it is told, and goes once that has ended.
#[test]
fn what_cannot_be_removed_yet_is_removed_later() {
    let data = tempfile::tempdir().expect("a directory");
    let learners = Learners::new(data.path(), bounds());
    let (name, _) = learners.join().expect("room");
    let leaving = data
        .path()
        .join("learners")
        .join(format!("{LEAVING}{}", name.as_str()));
    fs::create_dir_all(leaving.join("workspace")).expect("what an earlier removal has left");
    learners.clear_left().expect("cleared");
    assert!(!leaving.exists() && learners.is_here(&name));
}
