//! What was found, a row a comparison: as a table and as JSON.

use serde_json::{Value, json};

use super::figures::{median, middle_half, seconds};
use super::measure::Sample;

const COLUMNS: usize = 8;

/// One comparison.
#[derive(Debug)]
pub(super) struct Row {
    /// The work, in words.
    pub(super) what: String,
    /// Whom it is measured against; empty for a row of ours alone.
    pub(super) peer: String,
    pub(super) found: Found,
    pub(super) target: Target,
    /// What to know when reading it.
    pub(super) note: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Found {
    /// Pairs of ours and theirs, in the order in which they were run.
    Pairs(Vec<(Sample, Sample)>),
    /// MiB of memory.
    Memory(f64),
    /// It could not be measured, and why.
    NotMeasured(String),
}

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    /// Their time divided by ours, at least.
    Ratio(f64),
    /// Our time less theirs, in milliseconds, at most.
    MoreMs(f64),
    /// MiB, at most.
    Mib(f64),
    /// It is told for comparison only.
    None,
}

impl Row {
    /// The median of the pairs' ratios: theirs divided by ours, so that more than 1 is faster than they.
    pub(super) fn ratio(&self) -> Option<f64> {
        median(self.ratios())
    }

    fn pairs(&self) -> &[(Sample, Sample)] {
        match &self.found {
            Found::Pairs(pairs) => pairs,
            _ => &[],
        }
    }

    fn ratios(&self) -> impl Iterator<Item = f64> {
        let pairs = self.pairs().iter();
        pairs.map(|(ours, theirs)| theirs.wall / ours.wall)
    }

    /// `1.02 (0.97 to 1.10)`: the median and the middle half of the pairs' ratios.
    fn ratio_cell(&self) -> Option<String> {
        let ratio = self.ratio()?;
        Some(match middle_half(self.ratios()) {
            Some((least, most)) => format!("{ratio:.2} ({least:.2} to {most:.2})"),
            None => format!("{ratio:.2}"),
        })
    }

    /// Whether the target is reached; nothing where there is none, or nothing was measured.
    pub(super) fn reached(&self) -> Option<bool> {
        match (&self.found, self.target) {
            (_, Target::Ratio(least)) => self.ratio().map(|ratio| ratio >= least),
            (Found::Pairs(pairs), Target::MoreMs(most)) => more_ms(pairs).map(|ms| ms <= most),
            (Found::Memory(mib), Target::Mib(most)) => Some(*mib <= most),
            _ => None,
        }
    }

    fn cells(&self) -> [String; COLUMNS] {
        let Found::Pairs(pairs) = &self.found else {
            let (ours, note) = match &self.found {
                Found::Memory(mib) => (format!("{mib:.1} MiB"), self.note.clone()),
                Found::NotMeasured(why) => ("–".into(), Some(format!("not measured: {why}"))),
                Found::Pairs(_) => Default::default(),
            };
            return self.with(ours, String::new(), String::new(), note);
        };
        let ours = time(pairs.iter().map(|pair| pair.0));
        let theirs = time(pairs.iter().map(|pair| pair.1));
        let ratio = match self.target {
            Target::MoreMs(_) => more_ms(pairs).map(|ms| format!("{ms:+.2} ms")),
            _ => self.ratio_cell(),
        };
        let none = "–".to_owned();
        self.with(ours, theirs, ratio.unwrap_or(none), self.note.clone())
    }

    fn with(
        &self,
        ours: String,
        theirs: String,
        ratio: String,
        note: Option<String>,
    ) -> [String; COLUMNS] {
        let target = match self.target {
            Target::Ratio(least) => format!("≥ {least}"),
            Target::MoreMs(most) => format!("≤ {most} ms"),
            Target::Mib(most) => format!("≤ {most} MiB"),
            Target::None => String::new(),
        };
        let mut reached = match self.reached() {
            Some(true) => "yes".to_owned(),
            Some(false) => "**no**".to_owned(),
            None => String::new(),
        };
        if let Some(note) = note {
            reached = format!("{reached} ({note})").trim().to_owned();
        }
        let pairs = match self.pairs().len() {
            0 => String::new(),
            many => many.to_string(),
        };
        [
            self.what.clone(),
            ours,
            self.peer.clone(),
            theirs,
            pairs,
            ratio,
            target,
            reached,
        ]
    }

    fn json(&self) -> Value {
        let pairs = self.pairs();
        let side = |pick: fn(&(Sample, Sample)) -> Sample| {
            let samples: Vec<Sample> = pairs.iter().map(pick).collect();
            json!({
                "wall_s": median(samples.iter().map(|sample| sample.wall)),
                "cpu_s": median(samples.iter().filter_map(|sample| sample.cpu)),
                "all_wall_s": samples.iter().map(|sample| sample.wall).collect::<Vec<_>>(),
            })
        };
        let target = match self.target {
            Target::Ratio(least) => json!({ "ratio_at_least": least }),
            Target::MoreMs(most) => json!({ "more_ms_at_most": most }),
            Target::Mib(most) => json!({ "mib_at_most": most }),
            Target::None => Value::Null,
        };
        json!({
            "what": self.what,
            "peer": self.peer,
            "pairs": pairs.len(),
            "ours": side(|pair| pair.0),
            "theirs": side(|pair| pair.1),
            "ratio": self.ratio(),
            "middle_half": middle_half(self.ratios()).map(|(least, most)| [least, most]),
            "more_ms": more_ms(pairs),
            "mib": match self.found { Found::Memory(mib) => Some(mib), _ => None },
            "not_measured": match &self.found { Found::NotMeasured(why) => Some(why), _ => None },
            "target": target,
            "reached": self.reached(),
            "note": self.note,
        })
    }
}

/// All rows as a Markdown table, its columns in line so that it can be read as it is.
pub(super) fn table(rows: &[Row]) -> String {
    let head = [
        "work", "ours", "against", "theirs", "pairs", "ratio", "to reach", "reached",
    ];
    let mut cells = vec![head.map(str::to_owned)];
    cells.extend(rows.iter().map(Row::cells));
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
        let lengths = cells.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or(0)
    });
    let mut text = String::new();
    for (number, row) in cells.iter().enumerate() {
        text += &line(row, &widths, ' ');
        if number == 0 {
            text += &line(&Default::default(), &widths, '-');
        }
    }
    text
}

/// All rows, with how they were found.
pub(super) fn json(rows: &[Row], machine: &[(&'static str, String)], quick: bool) -> String {
    let machine: serde_json::Map<_, _> = machine
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(value.clone())))
        .collect();
    let rows: Vec<Value> = rows.iter().map(Row::json).collect();
    let all = json!({
        "pipeyard_bench": 1,
        "quick": quick,
        "machine": machine,
        "rows": rows,
    });
    format!("{all:#}\n")
}

fn line(cells: &[String; COLUMNS], widths: &[usize; COLUMNS], fill: char) -> String {
    let mut text = String::from("|");
    for (cell, width) in cells.iter().zip(widths) {
        let room = width.saturating_sub(cell.chars().count());
        text.push(fill);
        text += cell;
        text.extend(std::iter::repeat_n(fill, room + 1));
        text.push('|');
    }
    text.push('\n');
    text
}

fn more_ms(pairs: &[(Sample, Sample)]) -> Option<f64> {
    median(
        pairs
            .iter()
            .map(|(ours, theirs)| (ours.wall - theirs.wall) * 1e3),
    )
}

/// `1.23 s, cpu 2.34 s`.
fn time(samples: impl Iterator<Item = Sample> + Clone) -> String {
    let wall = median(samples.clone().map(|sample| sample.wall));
    let mut text = wall.map_or_else(|| "–".into(), seconds);
    if let Some(cpu) = median(samples.filter_map(|sample| sample.cpu)) {
        text += &format!(", cpu {}", seconds(cpu));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(wall: f64) -> Sample {
        Sample {
            wall,
            cpu: Some(wall / 2.0),
        }
    }

    fn row(found: Found, target: Target) -> Row {
        Row {
            what: "work".into(),
            peer: "them".into(),
            found,
            target,
            note: None,
        }
    }

    fn pairs(all: &[(f64, f64)]) -> Found {
        Found::Pairs(all.iter().map(|(a, b)| (sample(*a), sample(*b))).collect())
    }

    #[test]
    fn a_ratio_is_the_median_of_the_pairs_not_of_the_medians() {
        let row = row(
            pairs(&[(1.0, 2.0), (2.0, 2.0), (4.0, 6.0)]),
            Target::Ratio(1.5),
        );
        assert_eq!(row.ratio(), Some(1.5));
        assert_eq!(row.reached(), Some(true));
    }

    #[test]
    fn a_ratio_says_how_far_its_pairs_differ() {
        let few = row(pairs(&[(1.0, 2.0)]), Target::None);
        let many = [(1.0, 9.0), (1.0, 1.0), (1.0, 1.2), (1.0, 1.1)];
        let many = row(pairs(&many), Target::None);
        let table = table(&[few, many]);
        assert!(table.contains("| 1     | 2.00 "), "{table}");
        assert!(table.contains("| 4     | 1.15 (1.10 to 1.20)"), "{table}");
    }

    #[test]
    fn what_is_not_reached_is_said() {
        let slow = row(pairs(&[(2.0, 1.0)]), Target::Ratio(0.97));
        let late = row(pairs(&[(0.010, 0.002)]), Target::MoreMs(5.0));
        let large = row(Found::Memory(26.0), Target::Mib(25.0));
        let absent = row(
            Found::NotMeasured("them is not installed".into()),
            Target::Ratio(1.0),
        );
        let table = table(&[slow, late, large, absent]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 6, "{table}");
        for (line, wanted) in lines[2..].iter().zip(["0.50", "+8.00 ms", "26.0 MiB", "–"]) {
            assert!(line.contains(wanted), "{line}");
        }
        assert!(
            lines[2..5].iter().all(|line| line.contains("**no**")),
            "{table}"
        );
        assert!(
            lines[5].contains("not measured: them is not installed"),
            "{table}"
        );
        assert!(
            !lines[5].contains("**no**"),
            "what was not tried has not failed"
        );
    }

    #[test]
    fn the_columns_are_in_line() {
        let table = table(&[row(pairs(&[(1.0, 2.0)]), Target::None)]);
        let lengths: Vec<usize> = table.lines().map(|line| line.chars().count()).collect();
        assert!(lengths.windows(2).all(|pair| pair[0] == pair[1]), "{table}");
    }

    #[test]
    fn json_has_every_sample() {
        let rows = [row(pairs(&[(1.0, 2.0), (1.5, 3.0)]), Target::Ratio(1.5))];
        let text = json(&rows, &[("cores", "2".into())], true);
        let value: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["rows"][0]["ours"]["all_wall_s"], json!([1.0, 1.5]));
        assert_eq!(value["rows"][0]["pairs"], json!(2));
        assert_eq!(value["rows"][0]["ratio"], json!(2.0));
        assert_eq!(value["rows"][0]["reached"], json!(true));
        assert_eq!(value["machine"]["cores"], json!("2"));
    }
}
