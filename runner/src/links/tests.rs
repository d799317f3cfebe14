//! Stores in files of their own.

use super::*;

fn bounds(file: &Path) -> Bounds {
    Bounds {
        file: file.to_owned(),
        bytes: 64 << 20,
        days: None,
    }
}

fn in_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("data/links.sqlite");
    (folder, file)
}

#[tokio::test]
async fn the_same_is_kept_once_and_found_by_others() {
    let (_folder, file) = in_folder();
    let store = Store::new(bounds(&file));
    assert_eq!(store.find("0123456789a".into()).await, Ok(None));
    assert!(!file.exists(), "looking makes no file");
    let name = store.keep("1abc".into()).await.expect("kept");
    assert_eq!(store.keep("1abc".into()).await.as_ref(), Ok(&name));
    let other = Store::new(bounds(&file));
    assert_eq!(other.find(name.clone()).await, Ok(Some("1abc".into())));
    assert_eq!(other.find("../secret".into()).await, Ok(None));
    std::fs::remove_file(&file).expect("it is there");
    assert_eq!(store.find(name.clone()).await, Ok(None));
    assert_eq!(store.keep("1abc".into()).await, Ok(name));
}

#[tokio::test]
async fn many_at_once_take_turns() {
    let (_folder, file) = in_folder();
    let stores = [Store::new(bounds(&file)), Store::new(bounds(&file))];
    let calls = (0..40).map(|number| {
        let store = stores[number % 2].clone();
        tokio::spawn(async move { store.keep(format!("1{}", number / 4)).await })
    });
    let mut names = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        names.push(call.await.expect("no panic").expect("kept"));
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 10);
}

#[test]
fn a_name_that_is_taken_by_another_grows() {
    let (_folder, file) = in_folder();
    let mut connection = open(&file).expect("a new file");
    let mut names = name::names("1abc");
    let (first, second) = (names.next().expect("a name"), names.next().expect("one"));
    let insert = "INSERT INTO links (name, fragment, bytes, kept) VALUES (?1, '1other', 9, 0)";
    connection.execute(insert, [&first]).expect("inserted");
    let bounds = bounds(&file);
    for _ in 0..2 {
        assert_eq!(
            keep(&mut connection, &bounds, "1abc", 5),
            Ok(second.clone())
        );
    }
    let found = find(&mut connection, &bounds, &first, 5);
    assert_eq!(found, Ok(Some("1other".into())));
}

#[test]
fn what_is_full_refuses_and_keeps_what_it_has() {
    let (_folder, file) = in_folder();
    let mut connection = open(&file).expect("a new file");
    let bounds = Bounds {
        bytes: 2 * ROW_BYTES + 10,
        ..bounds(&file)
    };
    let names = ["1aaaa", "1bbbb"].map(|fragment| keep(&mut connection, &bounds, fragment, 5));
    let [Ok(first), Ok(_)] = names else {
        panic!("{names:?}");
    };
    let most = bounds.bytes;
    let refused = keep(&mut connection, &bounds, "1c", 5);
    assert_eq!(refused, Err(StoreError::Full { most }));
    assert_eq!(keep(&mut connection, &bounds, "1aaaa", 5), Ok(first));
}

#[test]
fn what_is_not_asked_for_again_expires_and_makes_room() {
    let (_folder, file) = in_folder();
    let mut connection = open(&file).expect("a new file");
    let bounds = Bounds {
        bytes: ROW_BYTES + 10,
        days: Some(2),
        ..bounds(&file)
    };
    let old = keep(&mut connection, &bounds, "1old", 0).expect("kept");
    let find_at = |connection: &mut Connection, now| find(connection, &bounds, &old, now);
    let there = Ok(Some("1old".to_owned()));
    assert_eq!(find_at(&mut connection, 2 * DAY_SECONDS), there);
    assert_eq!(find_at(&mut connection, 2 * DAY_SECONDS + 1), Ok(None));
    // It begins anew, and then makes room for the next.
    assert_eq!(
        keep(&mut connection, &bounds, "1old", DAY_SECONDS),
        Ok(old.clone())
    );
    assert_eq!(find_at(&mut connection, 3 * DAY_SECONDS), there);
    assert!(keep(&mut connection, &bounds, "1new", 3 * DAY_SECONDS).is_err());
    assert!(keep(&mut connection, &bounds, "1new", 3 * DAY_SECONDS + 1).is_ok());
}

#[tokio::test]
async fn a_file_that_is_no_store_is_told_as_such_and_left_alone() {
    let (_folder, file) = in_folder();
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    let text = "a diary of many years, and nothing that SQLite knows. ".repeat(99);
    std::fs::write(&file, &text).expect("written");
    let store = Store::new(bounds(&file));
    assert_eq!(store.keep("1abc".into()).await, Err(StoreError::Damaged));
    assert_eq!(
        store.find("0123456789a".into()).await,
        Err(StoreError::Damaged)
    );
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), text);

    std::fs::remove_file(&file).expect("removed");
    let connection = open(&file).expect("a new file");
    connection
        .execute_batch("DROP TABLE links")
        .expect("dropped");
    assert_eq!(store.keep("1abc".into()).await, Err(StoreError::Damaged));
    connection
        .pragma_update(None, "user_version", 7)
        .expect("set");
    assert_eq!(store.keep("1abc".into()).await, Err(StoreError::Newer));
}

#[tokio::test]
async fn a_file_that_others_hold_or_that_cannot_be_made_is_an_error_and_no_more() {
    let (folder, file) = in_folder();
    let mut other = open(&file).expect("a new file");
    let store = Store::new(bounds(&file));
    store.keep("1abc".into()).await.expect("kept");
    let held = other.transaction_with_behavior(TransactionBehavior::Exclusive);
    let held = held.expect("held");
    assert_eq!(store.keep("1abd".into()).await, Err(StoreError::Held));
    held.commit().expect("let go");
    assert!(store.keep("1abd".into()).await.is_ok());

    let blocked = folder.path().join("a-file");
    std::fs::write(&blocked, "").expect("written");
    let store = Store::new(bounds(&blocked.join("links.sqlite")));
    let refused = store.keep("1abc".into()).await;
    assert!(
        matches!(refused, Err(StoreError::Unusable(_))),
        "{refused:?}"
    );
    let store = Store::new(bounds(folder.path()));
    let refused = store.keep("1abc".into()).await;
    assert!(
        matches!(refused, Err(StoreError::Unusable(_))),
        "{refused:?}"
    );
}

/// A disk that is full is a file system that takes no more; SQLite's own bound on pages fails in the same way.
#[test]
fn a_full_disk_is_an_error_and_what_was_kept_stays() {
    let (_folder, file) = in_folder();
    let mut connection = open(&file).expect("a new file");
    let bounds = bounds(&file);
    let name = keep(&mut connection, &bounds, "1abc", 0).expect("kept");
    connection
        .pragma_update(None, "max_page_count", 6)
        .expect("set");
    let large = format!("1{}", "x".repeat(60_000));
    let refused = keep(&mut connection, &bounds, &large, 0);
    assert!(
        matches!(refused, Err(StoreError::Unusable(_))),
        "{refused:?}"
    );
    let found = find(&mut connection, &bounds, &name, 0);
    assert_eq!(found, Ok(Some("1abc".into())));
}

/// Links are as private as the chains in them, wherever the file is.
#[tokio::test]
async fn the_file_and_its_journals_are_nobody_elses() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("links.sqlite");
    let mut connection = open(&file).expect("a new file");
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let change = change.expect("begun");
    change
        .execute("INSERT INTO links VALUES ('a', '1a', 2, 0)", [])
        .expect("inserted");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder.path()).expect("read") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
        seen += 1;
    }
    assert_eq!(seen, 2, "the file and its journal");
    change.commit().expect("kept");

    let store = Store::new(bounds(Path::new(":memory:")));
    let refused = store.keep("1abc".into()).await;
    assert!(
        matches!(&refused, Err(StoreError::Unusable(reason)) if reason.contains("`:memory:`")),
        "{refused:?}"
    );
}
