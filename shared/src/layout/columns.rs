//! Which column each stage belongs to, and how columns break into rows.

use crate::chain::{Chain, Stage, StageKind};
use crate::check::order;

use super::auto::{COLUMN_GAP, MARGIN, TURNING_MARGIN, WIRE_GAP};
use super::index::Index;
use super::{OUTPUT_WIDTH, WIDEST_OUTPUT};

const NARROWEST_CARD: f64 = 176.0;
/// The widest that a card is.
pub const WIDEST_CARD: f64 = 208.0;

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A stage's card.
    Stage(usize),
    /// The box for a stage's standard output.
    Output(usize),
}

/// What stands one above the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Column {
    pub(super) entries: Vec<Entry>,
    /// The widest card's; 0 when only outputs stand here.
    card_width: f64,
    /// What the longest name needs: for more output nobody's name is cut.
    title_width: f64,
}

/// Columns side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    pub(super) columns: Vec<Column>,
}

/// The places of all stages in the order in which bytes pass; stages of a ring come last.
pub fn reading_order(chain: &Chain) -> Vec<usize> {
    let mut order = order(chain);
    let mut known = vec![false; chain.stages.len()];
    for at in &order {
        known[*at] = true;
    }
    order.extend((0..chain.stages.len()).filter(|at| !known[*at]));
    order
}

/// Each stage stands one column after the last of those that feed it.
pub(super) fn columns(chain: &Chain, index: &Index) -> Vec<Column> {
    let mut feeders = vec![Vec::new(); chain.stages.len()];
    for (from, to) in index.ends.iter().flatten() {
        feeders[*to].push(*from);
    }
    let mut depths: Vec<Option<usize>> = vec![None; chain.stages.len()];
    let mut columns: Vec<Column> = Vec::new();
    let mut put = |depth: usize, entry: Entry, (title, width): (f64, f64)| {
        if columns.len() <= depth {
            columns.resize(depth + 1, Column::default());
        }
        columns[depth].entries.push(entry);
        columns[depth].card_width = columns[depth].card_width.max(width);
        columns[depth].title_width = columns[depth].title_width.max(title);
    };
    let order = reading_order(chain);
    for &stage in &order {
        // A feeder without a depth stands in a ring with this stage: it has to come later.
        let depth = feeders[stage]
            .iter()
            .filter_map(|feeder| depths[*feeder])
            .map(|depth| depth + 1)
            .max()
            .unwrap_or(0);
        depths[stage] = Some(depth);
        put(
            depth,
            Entry::Stage(stage),
            card_width(&chain.stages[stage], chain),
        );
    }
    for &stage in &order {
        if let Some(depth) = depths[stage].filter(|_| index.has_result(chain, stage)) {
            put(depth + 1, Entry::Output(stage), (0.0, 0.0));
        }
    }
    columns
}

/// As many columns a row as fit into the width, at least one.
pub(super) fn rows(columns: Vec<Column>, width: f64) -> Vec<Row> {
    let mut whole = Row { columns };
    whole.shrink_to(width - 2.0 * MARGIN);
    if whole.width(WIRE_GAP, OUTPUT_WIDTH) <= width - 2.0 * MARGIN {
        whole.yield_to_outputs(width - 2.0 * MARGIN);
        return vec![whole];
    }
    let inner = width - 2.0 * TURNING_MARGIN;
    // Cards of one width, so that the rows stand in line with each other.
    let fitting = ((inner + WIRE_GAP) / (NARROWEST_CARD + WIRE_GAP))
        .floor()
        .max(1.0);
    let widest = ((inner + WIRE_GAP) / fitting - WIRE_GAP).clamp(NARROWEST_CARD, WIDEST_CARD);
    let mut rows: Vec<Row> = Vec::new();
    for mut column in whole.columns {
        if !column.is_outputs() {
            column.card_width = widest;
        }
        let fits = rows.last().is_some_and(|row| {
            let used = row.width(WIRE_GAP, OUTPUT_WIDTH);
            used + column.gap(WIRE_GAP) + column.width(OUTPUT_WIDTH) <= inner
        });
        match rows.last_mut() {
            Some(row) if fits => row.columns.push(column),
            _ => rows.push(Row {
                columns: vec![column],
            }),
        }
    }
    rows
}

impl Column {
    /// Whether only outputs stand here.
    pub(super) fn is_outputs(&self) -> bool {
        self.card_width == 0.0
    }

    /// The gap in front of it: a line to an output has no counter to make room for.
    pub(super) fn gap(&self, gap: f64) -> f64 {
        if self.is_outputs() { gap * 0.7 } else { gap }
    }

    pub(super) fn width(&self, output_width: f64) -> f64 {
        if self.is_outputs() {
            output_width
        } else {
            self.card_width
        }
    }
}

impl Row {
    /// Makes cards narrower, as far as they may be, to fit into a width.
    fn shrink_to(&mut self, width: f64) {
        let excess = self.width(WIRE_GAP, OUTPUT_WIDTH) - width;
        self.shrink_by(excess, true, |_| NARROWEST_CARD);
    }

    /// Makes cards narrower for outputs that would have to be cut.
    fn yield_to_outputs(&mut self, width: f64) {
        let outputs = self
            .columns
            .iter()
            .filter(|column| column.is_outputs())
            .count();
        let wanted = outputs as f64 * (WIDEST_OUTPUT - OUTPUT_WIDTH);
        let missing = self.width(WIRE_GAP, OUTPUT_WIDTH) + wanted - width;
        self.shrink_by(missing, false, |column| {
            column.title_width.max(NARROWEST_CARD)
        });
    }

    /// Makes cards narrower by so much together, or where they have not so much to give by `all` or nothing,
    /// or else by as much as they have.
    fn shrink_by(&mut self, excess: f64, all: bool, narrowest: impl Fn(&Column) -> f64) {
        let slack = |column: &Column| (column.card_width - narrowest(column)).max(0.0);
        let most: f64 = self.columns.iter().map(slack).sum();
        if excess <= 0.0 || most <= 0.0 || (all && excess > most) {
            return;
        }
        let share = (excess / most).min(1.0);
        for column in &mut self.columns {
            column.card_width -= slack(column) * share;
        }
    }

    pub(super) fn width(&self, gap: f64, output_width: f64) -> f64 {
        let gaps = self.columns.iter().skip(1).map(|column| column.gap(gap));
        let columns = self.columns.iter().map(|column| column.width(output_width));
        columns.sum::<f64>() + gaps.sum::<f64>()
    }

    pub(super) fn height(&self, entry_height: impl Fn(&Entry) -> f64) -> f64 {
        let height = |column: &Column| {
            let gaps = column.entries.len().saturating_sub(1) as f64 * COLUMN_GAP;
            column.entries.iter().map(&entry_height).sum::<f64>() + gaps
        };
        self.columns.iter().map(height).fold(0.0, f64::max)
    }
}

/// What the name needs, and what the card has: wide enough for the name and some of the arguments, within
/// bounds that keep cards calm. Outputs have no title.
pub fn card_width(stage: &Stage, chain: &Chain) -> (f64, f64) {
    let dots = 12.0 * chain.lanes.count().clamp(1, 4) as f64;
    let kind = 6.2 * stage.kind.word().len() as f64;
    let title = 50.0 + kind + 8.5 * stage.name().chars().count() as f64 + dots;
    let arguments: usize = match &stage.kind {
        StageKind::Process(process) => process
            .args
            .iter()
            .map(|argument| argument.lossy().chars().count() + 1)
            .sum(),
        _ => 0,
    };
    let width = title
        .max(32.0 + 7.3 * arguments as f64)
        .clamp(NARROWEST_CARD, WIDEST_CARD);
    (title, width)
}
