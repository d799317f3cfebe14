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
    for (name, later, budget) in loads() {
        let total = sum(assets, later);
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
    for (name, later, budget) in loads() {
        let [_, _, brotli] = sum(assets, later);
        ensure!(
            brotli <= budget,
            "the page's {name} is {brotli} bytes after brotli, {} over its budget of {budget}: \
             the table above shows which file grew; a new dependency of the page is the usual reason, \
             and what is not needed at once belongs into frontend/src/later.rs",
            brotli - budget
        );
    }
    Ok(())
}

/// What each is called, whether it is what comes later, and its budget.
fn loads() -> [(&'static str, bool, usize); 2] {
    [
        ("first load", false, FIRST_BUDGET),
        ("later load", true, LATER_BUDGET),
    ]
}

fn sum(assets: &[(Asset, Compressed)], later: bool) -> [usize; 3] {
    let counted = assets.iter().filter(|(asset, _)| asset.later == later);
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

    fn page(first: usize, later: usize) -> Vec<(Asset, Compressed)> {
        let asset = |name: &str, later| Asset {
            name: name.to_owned(),
            bytes: vec![0; FIRST_BUDGET],
            later,
        };
        let packed = |brotli| Compressed {
            gzip: Vec::new(),
            brotli: vec![0; brotli],
        };
        vec![
            (asset("page.js", false), packed(1)),
            (asset("later.wasm", true), packed(later)),
            (asset("page.wasm", false), packed(first - 1)),
        ]
    }

    #[test]
    fn each_budget_is_for_a_sum_as_it_travels_and_may_be_used_up() -> Result<()> {
        check_budget(&page(FIRST_BUDGET, LATER_BUDGET))
    }

    #[test]
    fn one_byte_too_many_is_refused_in_a_sentence() {
        for (first, later, said) in [
            (FIRST_BUDGET + 1, 0, "first load is 400001"),
            (FIRST_BUDGET, LATER_BUDGET + 1, "later load is 300001"),
        ] {
            let error = check_budget(&page(first, later)).expect_err("too large");
            let message = error.to_string();
            assert!(
                message.contains(said) && message.contains(", 1 over"),
                "{message}"
            );
        }
    }
}
