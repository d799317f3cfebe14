//! How large the page is, and how large it may be.

use anyhow::{Result, ensure};

use super::bundle::Asset;
use super::compress::Compressed;

/// What a first visit may transfer before the page can be used, in bytes as they travel: browsers take
/// brotli from a loopback address, as they do over TLS. The table shows gzip too, for those that are
/// reached in other ways.
const FIRST_BUDGET: usize = 400_000;
/// What may follow after the first paint, likewise.
const LATER_BUDGET: usize = 300_000;
/// What may follow that, for shell text, code and links.
const SHARING_BUDGET: usize = 200_000;
/// What comes when lessons or files are first opened.
const LEARNING_BUDGET: usize = 150_000;

/// When the page asks for a file, in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Load {
    /// To be drawn and used.
    First,
    /// Once it is drawn.
    Later,
    /// After that: shell text, code and links.
    Sharing,
    /// Once lessons or files are opened.
    Learning,
}

impl Load {
    const ALL: [Self; 4] = [Self::First, Self::Later, Self::Sharing, Self::Learning];

    /// When a part's own file comes. One of another name counts as of the first part that is loaded later.
    pub(super) fn of(file: &str) -> Self {
        match file {
            "split_sharing.wasm" => Self::Sharing,
            "split_learning.wasm" => Self::Learning,
            _ => Self::Later,
        }
    }

    /// What it is called, and its budget.
    fn terms(self) -> (&'static str, usize) {
        match self {
            Self::First => ("first load", FIRST_BUDGET),
            Self::Later => ("later load", LATER_BUDGET),
            Self::Sharing => ("load for shell text, code and links", SHARING_BUDGET),
            Self::Learning => ("load for lessons and files", LEARNING_BUDGET),
        }
    }
}

/// Prints what each file weighs, and what the first load and what follows weigh against their budgets.
pub(super) fn print(assets: &[(Asset, Compressed)]) {
    let row = |name: &str, [raw, gzip, brotli]: [usize; 3]| {
        println!("    {name:<32} {raw:>10} {gzip:>10} {brotli:>10}");
    };
    println!(
        "    {:<32} {:>10} {:>10} {:>10}",
        "bytes", "raw", "gzip", "brotli"
    );
    for (asset, packed) in assets {
        row(&asset.name, weigh(asset, packed));
    }
    for load in Load::ALL {
        let (name, budget) = load.terms();
        let total = sum(assets, load);
        row(name, total);
        println!(
            "    {name} {} kB of {} kB (brotli)",
            total[2].div_ceil(1000),
            budget / 1000
        );
    }
}

/// # Errors
/// When the first load or what follows is over its budget.
pub(super) fn check_budget(assets: &[(Asset, Compressed)]) -> Result<()> {
    for load in Load::ALL {
        let (name, budget) = load.terms();
        let [_, _, brotli] = sum(assets, load);
        ensure!(
            brotli <= budget,
            "the page's {name} is {brotli} bytes after brotli, {} over its budget of {budget}: \
             the table above shows which file grew; a new dependency of the page is the usual reason, \
             and what is not needed at once belongs into frontend/src/later.rs, sharing.rs or learning.rs",
            brotli - budget
        );
    }
    Ok(())
}

fn sum(assets: &[(Asset, Compressed)], load: Load) -> [usize; 3] {
    let counted = assets.iter().filter(|(asset, _)| asset.load == load);
    counted.fold([0; 3], |sum, (asset, packed)| {
        let own = weigh(asset, packed);
        [sum[0] + own[0], sum[1] + own[1], sum[2] + own[2]]
    })
}

/// Raw, gzip, brotli.
fn weigh(asset: &Asset, packed: &Compressed) -> [usize; 3] {
    [asset.bytes.len(), packed.gzip.len(), packed.brotli.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(
        first: usize,
        later: usize,
        sharing: usize,
        learning: usize,
    ) -> Vec<(Asset, Compressed)> {
        let asset = |name: &str, load| Asset {
            name: name.to_owned(),
            bytes: vec![0; FIRST_BUDGET],
            load,
        };
        let packed = |brotli| Compressed {
            gzip: Vec::new(),
            brotli: vec![0; brotli],
        };
        vec![
            (asset("page.js", Load::First), packed(1)),
            (
                asset("split_later.wasm", Load::of("split_later.wasm")),
                packed(later),
            ),
            (asset("chunk_2.wasm", Load::of("chunk_2.wasm")), packed(1)),
            (
                asset("split_sharing.wasm", Load::of("split_sharing.wasm")),
                packed(sharing),
            ),
            (
                asset("split_learning.wasm", Load::of("split_learning.wasm")),
                packed(learning),
            ),
            (asset("page.wasm", Load::First), packed(first - 1)),
        ]
    }

    #[test]
    fn each_budget_is_for_a_sum_as_it_travels_and_may_be_used_up() -> Result<()> {
        check_budget(&page(
            FIRST_BUDGET,
            LATER_BUDGET - 1,
            SHARING_BUDGET,
            LEARNING_BUDGET,
        ))
    }

    #[test]
    fn one_byte_too_many_is_refused_in_a_sentence() {
        for (first, later, sharing, learning, said) in [
            (FIRST_BUDGET + 1, 0, 0, 0, "first load is 400001"),
            (FIRST_BUDGET, LATER_BUDGET, 0, 0, "later load is 300001"),
            (FIRST_BUDGET, 0, SHARING_BUDGET + 1, 0, "links is 200001"),
            (FIRST_BUDGET, 0, 0, LEARNING_BUDGET + 1, "files is 150001"),
        ] {
            let error =
                check_budget(&page(first, later, sharing, learning)).expect_err("too large");
            let message = error.to_string();
            assert!(
                message.contains(said) && message.contains(", 1 over"),
                "{message}"
            );
        }
    }
}
