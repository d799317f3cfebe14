use super::*;
use proptest::prelude::*;

fn text(json: &str) -> String {
    let pretty = pretty(json.as_bytes(), true);
    assert_eq!(pretty.fault, None, "{json}");
    pretty.text
}

fn fault_of(json: &str) -> (usize, usize, What) {
    let fault = pretty(json.as_bytes(), true).fault.expect("a fault");
    (fault.line, fault.column, fault.what)
}

#[test]
fn what_is_short_and_flat_stays_on_a_line() {
    assert_eq!(text(r#"{"a":1,"b":"x"}"#), "{ \"a\": 1, \"b\": \"x\" }\n");
    assert_eq!(text("[]"), "[]\n");
    assert_eq!(text("{ }"), "{}\n");
    assert_eq!(
        text(r#"{"list":[1,2],"deep":{"er":[]}}"#),
        "{\n  \"list\": [1, 2],\n  \"deep\": {\n    \"er\": []\n  }\n}\n"
    );
}

#[test]
fn numbers_keep_their_digits_and_names_their_order() {
    assert_eq!(text("[1.0,-0,1e400]"), "[1.0, -0, 1e400]\n");
    assert_eq!(text(r#"{"z":1,"a":2}"#), "{ \"z\": 1, \"a\": 2 }\n");
}

#[test]
fn lines_of_json_are_documents() {
    let pretty = pretty(b"{\"n\":1}\n{\"n\":2}\n", true);
    assert_eq!(pretty.documents, 2);
    assert_eq!(pretty.text, "{ \"n\": 1 }\n{ \"n\": 2 }\n");
}

#[test]
fn a_fault_says_where_it_is() {
    assert_eq!(fault_of("{\"a\" 1}"), (1, 6, What::NoColon));
    assert_eq!(fault_of("{\"a\":1,\n b}"), (2, 2, What::NoName));
    assert_eq!(fault_of("[1 2]"), (1, 4, What::NoComma));
    assert_eq!(fault_of("[1,]"), (1, 4, What::NoValue));
    assert_eq!(fault_of("[01]"), (1, 2, What::BadNumber));
    assert_eq!(fault_of("[2024-01-01] hello"), (1, 2, What::BadNumber));
    assert_eq!(fault_of("[\"\\x\"]"), (1, 3, What::BadText));
    assert_eq!(fault_of("[1"), (1, 3, What::Unfinished));
    assert_eq!(fault_of(&"[".repeat(DEEPEST + 1)).2, What::TooDeep);
    assert_eq!(
        pretty(b"[\"\xff\"]", true).fault.map(|fault| fault.what),
        Some(What::BadText)
    );
}

#[test]
fn what_is_cut_off_is_shown_as_far_as_it_goes() {
    let cut = pretty(br#"{"list":[{"a":1},{"a"#, false);
    assert_eq!(cut.fault, None);
    assert!(
        cut.text.starts_with("{\n  \"list\": [\n    { \"a\": 1 },"),
        "{}",
        cut.text
    );
    assert!(is_json(br#"{"a":tru"#, false));
    assert!(!is_json(br#"{"a":tru"#, true));
}

#[test]
fn only_lists_and_objects_are_taken_for_json_unasked() {
    assert!(is_json(b"{\"a\":1}", true));
    assert!(!is_json(b"12\n13\n", true), "numbers are a text");
    assert!(!is_json(b"[error] it failed", true));
    assert!(!is_json(b"", true));
    assert!(!is_json(b"{", false), "nothing is told yet");
}

#[test]
fn what_follows_a_fault_is_there_as_it_is() {
    let pretty = pretty(b"[1, oops", true);
    assert!(pretty.text.ends_with("oops"), "{}", pretty.text);
    assert_eq!(pretty.spans.last().map(|span| span.ink), Some(Ink::Broken));
}

#[test]
fn what_was_read_of_a_text_is_kept_where_it_goes_wrong() {
    let broken = pretty(b"{\"first\": \"abc\tdef ghi\"}", true);
    assert_eq!(broken.text, "{\n  \"first\": \"abc\tdef ghi\"}");
    assert_eq!(broken.fault.map(|fault| fault.what), Some(What::BadText));
    let inks: Vec<(&str, Ink)> = broken
        .spans
        .iter()
        .map(|span| (&broken.text[span.start..span.end], span.ink))
        .collect();
    assert_eq!(
        inks,
        [
            ("\"first\"", Ink::Name),
            ("\"abc", Ink::Quoted),
            ("\t", Ink::Broken)
        ]
    );
}

#[test]
fn what_ends_in_a_text_is_shown_up_to_there() {
    for whole in [false, true] {
        let cut = pretty(b"{\"first\": \"abc def", whole);
        assert_eq!(cut.text, "{\n  \"first\": \"abc def");
        assert_eq!(cut.fault.is_some(), whole);
        assert_eq!(cut.spans.last().map(|span| span.ink), Some(Ink::Quoted));
    }
    let long = format!("{{\"k\":1,\"v\":\"{}", "x".repeat(300_000));
    assert!(pretty(long.as_bytes(), false).text.len() > 300_000);
}

#[test]
fn what_is_too_long_is_shown_as_far_as_there_is_room() {
    for json in [
        format!("[\"{}\"]", "x".repeat(LONGEST)),
        format!("[\"{}", "x".repeat(LONGEST)),
        format!("[\"\t{}", "x".repeat(LONGEST)),
    ] {
        let pretty = pretty(json.as_bytes(), false);
        assert!(pretty.too_long);
        assert_eq!(pretty.text.len(), LONGEST);
    }
}

/// The text but for the space in it.
fn without_space(text: &str) -> String {
    text.split(['\u{20}', '\t', '\n', '\r']).collect()
}

proptest! {
    /// Laying out adds and drops space, and nothing else: whatever is wrong, and wherever it is cut.
    #[test]
    fn no_byte_gets_lost(bytes in proptest::collection::vec(any::<u8>(), 0..200), json in "[\\[\\]{}:,\"a1e.\\-\\\\ u\n\ttru]{0,200}", value in value(), cut in 0usize..200, whole: bool) {
        let value = value.to_string();
        for bytes in [&bytes[..], json.as_bytes(), &value.as_bytes()[..cut.min(value.len())]] {
            let pretty = pretty(bytes, whole);
            prop_assert_eq!(without_space(&pretty.text), without_space(&String::from_utf8_lossy(bytes)));
        }
    }

    /// Nothing panics, and spans are within the text and in order.
    #[test]
    fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..200), json in "[\\[\\]{}:,\"a1e.\\-\\\\ u\n]{0,200}", whole: bool) {
        for bytes in [&bytes[..], json.as_bytes()] {
            let pretty = pretty(bytes, whole);
            let mut at = 0;
            for span in &pretty.spans {
                prop_assert!(span.start >= at && span.end <= pretty.text.len());
                prop_assert!(pretty.text.is_char_boundary(span.start) && pretty.text.is_char_boundary(span.end));
                at = span.end;
            }
            if let Some(fault) = pretty.fault {
                prop_assert!(fault.offset <= bytes.len());
            }
        }
    }

    /// It takes what a parser takes, means the same, and is the same when it is laid out again.
    #[test]
    fn it_means_what_it_meant(json in "[\\[\\]{}:,\"a1.\\- tru]{0,40}") {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(&json);
        if let Ok(value) = parsed {
            let once = pretty(json.as_bytes(), true);
            prop_assert_eq!(once.fault, None);
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&once.text).ok(), Some(value));
            prop_assert_eq!(&pretty(once.text.as_bytes(), true).text, &once.text);
        }
    }

    /// Real documents, of any shape.
    #[test]
    fn documents_of_any_shape_are_taken(value in value()) {
        let json = value.to_string();
        let once = pretty(json.as_bytes(), true);
        prop_assert_eq!(once.fault, None);
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&once.text).ok(), Some(value));
    }

    /// However it is cut, a document that goes on is no fault.
    #[test]
    fn a_cut_document_is_no_fault(value in value(), cut in 0usize..200) {
        let json = value.to_string();
        let cut = cut.min(json.len());
        prop_assert_eq!(pretty(&json.as_bytes()[..cut], false).fault.filter(|fault| fault.what != What::BadText), None);
    }
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        "\\PC{0,12}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            proptest::collection::btree_map("[a-z]{0,3}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}
