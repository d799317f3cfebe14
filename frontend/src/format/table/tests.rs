use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Table {
    let separator = guess(text.as_bytes(), true).expect("a table");
    Table::read(text.as_bytes(), separator, true)
}

#[test]
fn commas_and_quotes_make_cells() {
    let table = read("name,says\nann,\"a, \"\"b\"\"\nc\"\nbob,\r\n");
    assert_eq!(
        table.rows,
        [["name", "says"], ["ann", "a, \"b\" c"], ["bob", ""]]
    );
    assert!(table.header);
    assert_eq!(table.columns, 2);
}

#[test]
fn tabs_win_over_commas() {
    let table = read("1,5\tx\ty\n2,5\tz\tw\n");
    assert_eq!(table.columns, 3);
    assert!(!table.header, "the first row has a number");
}

#[test]
fn prose_and_numbers_are_no_tables() {
    for text in [
        "Well, this is prose.\nAnd this, too, has commas.\n",
        "one\ntwo\nthree\n",
        "a,b\nc,d",
        "",
        "a,b,c\n",
    ] {
        assert_eq!(guess(text.as_bytes(), true), None, "{text:?}");
    }
    assert_eq!(guess(b"\x00,\x01,\n\x02,\x03,\n", true), None);
}

#[test]
fn words_line_up_when_asked() {
    let text = b"   50000 y\n      12 no way\n";
    let separator = guess_loosely(text, true);
    assert_eq!(separator, Separator::Spaces { columns: 2 });
    let table = Table::read(text, separator, true);
    assert_eq!(table.rows, [["50000", "y"], ["12", "no way"]]);
    assert!(!table.header);
    let processes = b"PID CMD\n1 init now\n22 sh\n";
    let table = Table::read(processes, guess_loosely(processes, true), true);
    assert!(table.header);
    assert_eq!(table.rows[1], ["1", "init now"]);
}

#[test]
fn a_row_that_may_go_on_waits() {
    let comma = Separator::Byte(b',');
    let table = Table::read(b"a,b\nc,", comma, false);
    assert_eq!((table.rows.len(), table.more), (1, true));
    assert_eq!(Table::read(b"a,b\nc,", comma, true).rows.len(), 2);
}

#[test]
fn rows_columns_and_cells_are_bounded() {
    let comma = Separator::Byte(b',');
    let table = Table::read("x\n".repeat(MOST_ROWS + 3).as_bytes(), comma, true);
    assert_eq!((table.rows.len(), table.more), (MOST_ROWS, true));
    assert_eq!(
        Table::read(",".repeat(10).as_bytes(), comma, true).columns,
        0
    );
    assert_eq!(
        Table::read("a,".repeat(100).as_bytes(), comma, true).columns,
        MOST_COLUMNS
    );
    let long = Table::read("z".repeat(10_000).as_bytes(), comma, true);
    assert_eq!(long.rows[0][0].chars().count(), LONGEST_CELL + 1);
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[a-c,\t;\" \n\r1]{0,100}", whole: bool) {
        for bytes in [&bytes[..], text.as_bytes()] {
            guess(bytes, whole);
            let table = Table::read(bytes, guess_loosely(bytes, whole), whole);
            prop_assert!(table.rows.iter().all(|row| row.len() <= table.columns));
            prop_assert!(table.columns <= MOST_COLUMNS);
        }
    }

    /// What is written as a table is read as it was.
    #[test]
    fn cells_come_back(rows in proptest::collection::vec(proptest::collection::vec("[a-z\", ]{0,6}", 3), 1..6)) {
        let quote = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let text: String = rows.iter().map(|row| row.iter().map(quote).collect::<Vec<_>>().join(",") + "\n").collect();
        let table = Table::read(text.as_bytes(), Separator::Byte(b','), true);
        let kept: Vec<Vec<String>> = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
        prop_assert_eq!(table.rows, kept);
    }
}

#[test]
fn numbers_are_told_from_dates_and_versions() {
    for number in [
        "0",
        "-1",
        "+2.5",
        ".5",
        "1,234.56",
        "1.234.567",
        "1 000 000",
        "99 %",
        "€5",
        "5 €",
        "1e-9",
        "1.5E+10",
    ] {
        assert!(is_number(number), "{number}");
    }
    for other in [
        "",
        "-",
        "%",
        "2024-01-02",
        "10:30",
        "1.2.3",
        "10.0.0.1",
        "555 1234",
        "1-2",
        "e5",
        "1e",
        "x1",
    ] {
        assert!(!is_number(other), "{other}");
    }
}

#[test]
fn a_row_of_dates_names_no_columns() {
    let table = Table::read(b"2024-01-02,a\n2024-01-03,b\n", Separator::Byte(b','), true);
    assert!(!table.header);
    let table = Table::read(b"day,what\n2024-01-03,b\n", Separator::Byte(b','), true);
    assert!(table.header);
}

proptest! {
    #[test]
    fn no_cell_is_too_odd(cell in "[0-9 ,.eE+%€-]{0,12}") {
        is_number(&cell);
    }
}
