//! A table, of which only the rows in sight are in the document.

use web_sys::Element;
use yew::{
    Callback, Event, Html, Properties, TargetCast, classes, component, html, use_node_ref,
    use_state,
};

use super::rows::ROW;
use crate::desk::use_desk;
use crate::format::table::{Table, is_number};
use crate::hooks::use_size;
use crate::i18n::data::DataWords;
use crate::same::Same;

/// Rows drawn beyond those in sight, above and below.
const BEYOND: usize = 12;
/// Rows that are in sight as long as nobody has measured.
const AT_FIRST: usize = 40;

/// Cells of a table that hold something that was searched for: row and column.
pub(super) type Cells = Vec<(usize, usize)>;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// Its id in the page.
    #[prop_or("data")]
    pub(super) id: &'static str,
    pub(super) table: Same<Table>,
    pub(super) hits: Same<Cells>,
    pub(super) current: Option<usize>,
}

#[component]
pub(super) fn TableView(props: &Props) -> Html {
    let desk = use_desk();
    let node = use_node_ref();
    let size = use_size(node.clone());
    let first = use_state(|| 0usize);
    let scrolled = {
        let first = first.setter();
        Callback::from(move |event: Event| {
            if let Some(element) = event.target_dyn_into::<Element>() {
                first.set((f64::from(element.scroll_top()) / ROW) as usize);
            }
        })
    };
    let table = &*props.table;
    let skipped = usize::from(table.header);
    {
        let (node, hits) = (node.clone(), props.hits.clone());
        yew::use_effect_with((props.current, hits), move |(current, hits)| {
            let cell = current.and_then(|number| hits.get(number));
            if let (Some((row, _)), Some(element)) = (cell, node.cast::<Element>()) {
                let (top, height) = (
                    f64::from(element.scroll_top()),
                    f64::from(element.client_height()),
                );
                let at = *row as f64 * ROW;
                if at < top + ROW || at + ROW > top + height {
                    element.set_scroll_top((at - height / 2.0).max(0.0) as i32);
                }
            }
        });
    }
    let rows = table.rows.len() - skipped.min(table.rows.len());
    let sight = size.map_or(AT_FIRST, |size| (size.height / ROW) as usize + 2);
    let top = (*first).min(rows.saturating_sub(sight));
    let from = top.saturating_sub(BEYOND);
    let to = (top + sight + BEYOND).min(rows);
    let current = props
        .current
        .and_then(|number| props.hits.get(number))
        .copied();
    let below = |column: usize| {
        let first = table.rows.get(1).and_then(|row| row.get(column));
        first.is_some_and(|cell| is_number(cell))
    };
    let cell = |row: usize, column: usize, head: bool| {
        let text = table.rows[row]
            .get(column)
            .map(String::as_str)
            .unwrap_or_default();
        let hit = props.hits.binary_search(&(row, column)).is_ok();
        let class = classes!(
            // A heading stands over its numbers.
            (is_number(text) || (head && below(column))).then_some("is-number"),
            hit.then_some("hit"),
            (current == Some((row, column))).then_some("hit--current"),
        );
        if head {
            html! { <th key={column} scope="col" {class}>{ text }</th> }
        } else {
            html! { <td key={column} {class}>{ text }</td> }
        }
    };
    let head = (skipped == 1).then(|| {
        html! { <tr>{ for (0..table.columns).map(|column| cell(0, column, true)) }</tr> }
    });
    let body = (from..to).map(|number| {
        let row = number + skipped;
        html! { <tr key={row}>{ for (0..table.columns).map(|column| cell(row, column, false)) }</tr> }
    });
    // Columns stay as wide as their widest cell, whatever is in sight.
    let widths = (0..table.columns).map(|column| {
        let cells = table.rows.iter().filter_map(|row| row.get(column));
        let characters = cells.map(|cell| width(cell)).max().unwrap_or(0).min(48);
        html! { <col key={column} width={(characters as f64 * 7.3 + 20.0).to_string()} /> }
    });
    html! {
        <div ref={node} id={props.id} class="data__bytes" tabindex="0" role="region" aria-label={DataWords::of(desk.language).table} onscroll={scrolled}>
            <table class="grid" aria-rowcount={table.rows.len().to_string()}>
                <colgroup>{ for widths }</colgroup>
                <thead>{ for head }</thead>
                <tbody><tr key="above" aria-hidden="true"><td class="grid__space" height={(from as f64 * ROW).to_string()}></td></tr></tbody>
                <tbody>{ for body }</tbody>
                <tbody><tr key="below" aria-hidden="true"><td class="grid__space" height={((rows - to) as f64 * ROW).to_string()}></td></tr></tbody>
            </table>
        </div>
    }
}

/// Where a text stands, large and small letters of ASCII alike as in rows, cell by cell.
pub(super) fn search(table: &Table, text: &str) -> Cells {
    let needle = text.to_ascii_lowercase();
    if needle.is_empty() {
        return Cells::new();
    }
    let cells = table.rows.iter().enumerate().flat_map(|(row, cells)| {
        let cells = cells.iter().enumerate();
        cells.map(move |(column, cell)| (row, column, cell))
    });
    let found = cells.filter(|(_, _, cell)| cell.to_ascii_lowercase().contains(&needle));
    found.map(|(row, column, _)| (row, column)).collect()
}

/// A table as text with tabs between its cells, as spreadsheets take it.
pub(super) fn copy(table: &Table) -> String {
    let rows = table.rows.iter().map(|row| row.join("\t") + "\n");
    rows.collect()
}

fn width(cell: &str) -> usize {
    cell.chars().map(crate::format::visible::width).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::table::Separator;

    #[test]
    fn cells_are_found_in_reading_order() {
        let table = Table::read(b"name,Ann\nann,x\n", Separator::Byte(b','), true);
        assert_eq!(search(&table, "ANN"), [(0, 1), (1, 0)]);
        assert_eq!(search(&table, ""), []);
        assert_eq!(copy(&table), "name\tAnn\nann\tx\n");
    }
}
