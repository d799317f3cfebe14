use super::*;

/// A page that has not connected yet, and the command line, go by the defaults.
#[test]
fn at_own_they_are_the_usual_ones() {
    let given = Given::new(Level::Own, BTreeMap::new());
    assert_eq!(given.of_sessions(), Limits::default());
}

#[test]
fn what_is_asked_for_goes_before_the_level() {
    let asked = BTreeMap::from([("lanes", 7), ("run-time", 1_000)]);
    for level in [Level::Own, Level::Class] {
        let limits = Given::new(level, asked.clone()).of_sessions();
        assert_eq!((limits.lanes, limits.run_ms), (7, Some(1_000)));
    }
    let given = Given::new(Level::Class, BTreeMap::new());
    assert_eq!(given.of_sessions().run_ms, Some(300_000));
    assert_eq!(given.most("connections-each"), 8);
    assert_eq!(
        Given::new(Level::Own, BTreeMap::new()).get("connections-each"),
        None
    );
}

#[test]
fn names_are_told_once_and_what_each_has_is_no_more_than_all() {
    let all: Vec<&Row> = TABLE.iter().chain(SANDBOX).collect();
    for (place, row) in all.iter().enumerate() {
        assert!(
            all[..place].iter().all(|other| other.name != row.name),
            "{}",
            row.name
        );
        assert!(
            row.class.is_some(),
            "{}: everything is bounded at class",
            row.name
        );
        assert!(
            row.beyond.ends_with('.') && !row.bounds.ends_with('.'),
            "{}",
            row.name
        );
    }
    let class = Given::new(Level::Class, BTreeMap::new());
    let most = |name| class.most(name);
    assert!(most("learners") * most("disk-bytes-each") <= most("disk-bytes"));
    assert!(most("learners") * most("run-memory-each") <= most("run-memory"));
    assert!(most("spill-bytes") <= most("disk-bytes-each"));
    assert!(most("upload-bytes") <= most("workspace-bytes"));
    assert!(most("processes") <= most("processes-all") / 2);
}

/// docs/limits.md is made of the table: `PIPEYARD_BLESS=1` writes it.
#[test]
fn the_document_is_made_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/limits.md");
    let mut made = String::from(INTRODUCTION);
    for row in TABLE {
        let [own, class] = [Level::Own, Level::Class].map(|level| row.told(level));
        let (name, bounds, beyond) = (row.name, row.bounds, row.beyond);
        made += &format!("| `--{name}` | {own} | {class} | {bounds}. {beyond} |\n");
    }
    made += OF_SANDBOXES;
    for row in SANDBOX {
        let (name, bounds, beyond) = (row.name, row.bounds, row.beyond);
        let class = row.told(Level::Class);
        made += &format!("| `--{name}` | {class} | {bounds}. {beyond} |\n");
    }
    if std::env::var_os("PIPEYARD_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, &made).expect("writable");
    }
    let kept = std::fs::read_to_string(path).expect("the document");
    assert_eq!(kept, made);
}

const INTRODUCTION: &str = "# Limits

Every limit has a name, which is its flag and which every refusal says, in the language of who is refused. These are those of
`pipeyard serve`, at the levels `own` and `class`; whatever is given on the command line goes before the level. Times are given
as `30s` or `5m`. What is fixed for all runners is in [PROTOCOL.md](../PROTOCOL.md#bounds), and of connections in
[operation.md](operation.md#bounds-on-connections).

| flag | own | class | what it bounds, and what happens beyond |
|---|---|---|---|
";

const OF_SANDBOXES: &str = "
## Of a sandbox

What can be used of the machine within a sandbox, of `pipeyard serve` and `pipeyard run` at the level `class`. Where what a process
is told or ended by shows the limit, its ending names it.

| flag | class | what it bounds, and what happens beyond |
|---|---|---|
";

#[test]
fn a_sandbox_may_use_what_the_table_says() {
    let class = |asked| Given::new(Level::Class, asked).of_sandboxes();
    assert_eq!(class(BTreeMap::new()), Caps::default());
    let asked = SANDBOX.iter().map(|row| (row.name, 7_000));
    let seven = Caps {
        processes: 7_000,
        memory: 7_000,
        file_bytes: 7_000,
        cpu_time: Duration::from_secs(7),
        open_files: 7_000,
        tmp_bytes: 7_000,
    };
    assert_eq!(class(asked.collect()), seven);
}
