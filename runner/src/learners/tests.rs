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
    learners.remove(&name).expect("removed");
    let left = fs::read_dir(data.path().join("learners")).expect("a folder");
    let left: Vec<_> = left
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(left, ["lock"]);
}
