//! A strict reader of OpenMetrics text: what it takes, Prometheus takes.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};

/// A family of rows of one name.
#[derive(Clone, Debug, Default)]
pub struct Family {
    /// `counter`, `gauge` or `histogram`.
    pub kind: String,
    /// The value of each row by its name and labels, as they stand in the text.
    pub rows: BTreeMap<String, f64>,
}

/// Reads a whole text.
///
/// # Errors
/// Whatever is not as the format wants it.
pub fn read(text: &str) -> Result<BTreeMap<String, Family>> {
    let body = text.strip_suffix("# EOF\n").context("the end is told")?;
    let mut families = BTreeMap::<String, Family>::new();
    let mut helped = BTreeSet::new();
    let mut current = String::new();
    for line in body.lines() {
        let read = read_line(line, &mut families, &mut helped, &mut current);
        read.with_context(|| format!("`{line}`"))?;
    }
    for (name, family) in &families {
        check(name, family).with_context(|| format!("{name}: {family:#?}"))?;
    }
    Ok(families)
}

fn read_line(
    line: &str,
    families: &mut BTreeMap<String, Family>,
    helped: &mut BTreeSet<String>,
    current: &mut String,
) -> Result<()> {
    ensure!(!line.is_empty() && line.trim() == line, "space");
    if let Some(comment) = line.strip_prefix("# ") {
        let mut words = comment.splitn(3, ' ');
        let (what, name) = words.next().zip(words.next()).context("two words")?;
        let rest = words.next().context("a third word")?;
        ensure!(is_name(name), "a name");
        match what {
            "HELP" => ensure!(helped.insert(name.to_owned()), "told twice"),
            "UNIT" => ensure!(
                name.ends_with(&format!("_{rest}")),
                "the unit ends the name"
            ),
            "TYPE" => {
                ensure!(
                    ["counter", "gauge", "histogram"].contains(&rest),
                    "a known type"
                );
                let family = Family {
                    kind: rest.to_owned(),
                    ..Family::default()
                };
                ensure!(families.insert(name.to_owned(), family).is_none(), "twice");
            }
            _ => bail!("an unknown comment"),
        }
        *current = name.to_owned();
        return Ok(());
    }
    let (row, value) = line.rsplit_once(' ').context("a value")?;
    let name = row.split('{').next().unwrap_or_default();
    ensure!(is_name(name), "a name");
    if let Some(labels) = row.strip_prefix(name).filter(|labels| !labels.is_empty()) {
        let labels = labels
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        read_labels(labels.context("labels in braces")?)?;
    }
    let family = families
        .get_mut(current.as_str())
        .context("a type before")?;
    let suffix = name
        .strip_prefix(current.as_str())
        .context("a row of its family")?;
    let suffixes: &[&str] = match family.kind.as_str() {
        "counter" => &["_total"],
        "gauge" => &[""],
        _ => &["_bucket", "_sum", "_count"],
    };
    ensure!(suffixes.contains(&suffix), "a suffix of its kind");
    let value: f64 = value.parse()?;
    ensure!(value.is_finite(), "a number");
    ensure!(family.rows.insert(row.to_owned(), value).is_none(), "twice");
    Ok(())
}

/// `name="value",…`, where values have `\\`, `\"` and `\n` escaped.
fn read_labels(text: &str) -> Result<()> {
    let mut rest = text;
    loop {
        let (name, after) = rest.split_once("=\"").context("a label")?;
        ensure!(is_name(name), "a label's name");
        let mut escaped = false;
        let end = after.find(|letter| match letter {
            _ if escaped => {
                escaped = false;
                false
            }
            '\\' => {
                escaped = true;
                false
            }
            letter => letter == '"',
        });
        let end = end.context("the value's end")?;
        rest = &after[end + 1..];
        if rest.is_empty() {
            return Ok(());
        }
        rest = rest.strip_prefix(',').context("a comma")?;
    }
}

fn is_name(text: &str) -> bool {
    let mut letters = text.bytes();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
}

/// Counters do not go below zero; a histogram's rows grow, and the last one is their count.
fn check(name: &str, family: &Family) -> Result<()> {
    if family.kind == "counter" {
        ensure!(
            family.rows.values().all(|value| *value >= 0.0),
            "below zero"
        );
    }
    if family.kind != "histogram" {
        return Ok(());
    }
    for (row, count) in family
        .rows
        .iter()
        .filter(|(row, _)| row.starts_with(&format!("{name}_count")))
    {
        let labels = row
            .strip_prefix(&format!("{name}_count"))
            .unwrap_or_default();
        let labels = labels.trim_matches(['{', '}']);
        let mut buckets = Vec::new();
        for (bucket, value) in &family.rows {
            let Some(inside) = bucket.strip_prefix(&format!("{name}_bucket{{")) else {
                continue;
            };
            let (bound, own) = inside
                .strip_prefix("le=\"")
                .and_then(|inside| inside.split_once('"'))
                .context("the bound comes first")?;
            if own.trim_matches(['}', ',']) == labels {
                let bound = if bound == "+Inf" {
                    f64::INFINITY
                } else {
                    bound.parse()?
                };
                buckets.push((bound, *value));
            }
        }
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        ensure!(
            buckets.is_sorted_by_key(|(_, value)| *value),
            "{row}: buckets grow"
        );
        let last = buckets.last().context("buckets")?;
        ensure!(
            last.0.is_infinite() && last.1 == *count,
            "{row}: the last is the count"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_format_has_is_taken() {
        let good = "# HELP a Words.\n# TYPE a counter\na_total{b=\"c\\\"}\"} 1\n# EOF\n";
        assert!(read(good).is_ok());
        for (from, to) in [
            ("# EOF\n", ""),
            ("a_total", "a"),
            ("counter", "gauge"),
            ("counter", "thing"),
            (" 1\n", " x\n"),
            (" 1\n", " -1\n"),
            ("{b=", "{"),
            ("\"} 1", "} 1"),
            ("# TYPE a counter\n", ""),
            ("# HELP a Words.\n", "# HELP a Words.\n# HELP a Words.\n"),
        ] {
            assert!(read(&good.replace(from, to)).is_err(), "{from} → {to}");
        }
        let histogram = "# TYPE h histogram\nh_sum 1\nh_count 2\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 2\n# EOF\n";
        assert!(read(histogram).is_ok());
        assert!(read(&histogram.replace("h_count 2", "h_count 3")).is_err());
        assert!(read(&histogram.replace("} 1", "} 3")).is_err());
    }
}
