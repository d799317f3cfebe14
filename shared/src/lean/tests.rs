use serde::Deserialize;
use serde_json::{Value, json};

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shape {
    Point,
    Line(f64),
    Box {
        wide: u32,
        high: u32,
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        corners: Vec<(i64, bool)>,
    },
}

fn shape(value: Value, unknown: Unknown) -> Result<Shape, String> {
    read(value, unknown).map_err(|error| error.to_string())
}

#[test]
fn fields_come_in_any_order_and_may_be_left_out_by_their_default() {
    let value = json!({"box": {"corners": [[-1, true]], "high": 2, "wide": 1}});
    let expected = Shape::Box {
        wide: 1,
        high: 2,
        name: None,
        corners: vec![(-1, true)],
    };
    assert_eq!(shape(value, Unknown::Refused), Ok(expected));
    assert_eq!(shape(json!("point"), Unknown::Refused), Ok(Shape::Point));
    assert_eq!(
        shape(json!({"line": 2}), Unknown::Refused),
        Ok(Shape::Line(2.0))
    );
}

#[test]
fn a_field_that_is_missing_is_named() {
    let error = shape(json!({"box": {"wide": 1}}), Unknown::Ignored);
    assert_eq!(error, Err("missing field `high`".to_owned()));
    let error = shape(
        json!({"box": {"wide": 1, "high": 2, "corners": [[1]]}}),
        Unknown::Ignored,
    );
    assert_eq!(error, Err("a list of 1 in place of 2".to_owned()));
}

#[test]
fn an_unknown_field_is_passed_over_or_named() {
    let value = json!({"box": {"wide": 1, "high": 2, "hihg": 3}});
    assert!(shape(value.clone(), Unknown::Ignored).is_ok());
    let error = shape(value, Unknown::Refused).expect_err("misspelt");
    assert!(
        error.contains("`hihg`") && error.contains("`high`"),
        "{error}"
    );
}

#[test]
fn what_is_of_another_shape_is_refused_in_a_sentence() {
    for (value, words) in [
        (json!(null), "null"),
        (json!({"point": 1}), "nothing"),
        (json!({"point": null, "line": 1}), "one field"),
        (json!("circle"), "`circle`"),
        (json!({"line": "long"}), "a string in place of a number"),
        (json!({"box": [1, 2]}), "a list in place of an object"),
        (json!({"box": {"wide": -1, "high": 2}}), "-1"),
        (
            json!({"box": {"wide": 1, "high": 4_294_967_296_u64}}),
            "4294967296",
        ),
        (
            json!({"box": {"wide": 1, "high": 2, "name": 3}}),
            "a string",
        ),
    ] {
        let error = shape(value, Unknown::Ignored).expect_err(words);
        assert!(error.contains(words), "{words}: {error}");
    }
}
