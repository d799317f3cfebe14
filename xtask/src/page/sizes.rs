//! How large the page is, and how large it may be.

use anyhow::{Result, ensure};

use super::bundle::Asset;
use super::compress::Compressed;

/// What a first visit may transfer, in bytes as they travel: browsers take brotli from a loopback address,
/// as they do over TLS. The table shows gzip too, for those that are reached in other ways.
const BUDGET: usize = 400_000;

/// Prints what each file weighs, and what the first load weighs against the budget.
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
    let total = first_load(assets);
    row("first load", total);
    println!(
        "    first load {} kB of {} kB (brotli)",
        total[2].div_ceil(1000),
        BUDGET / 1000
    );
}

/// # Errors
/// When the first load is over the budget.
pub(super) fn check_budget(assets: &[(Asset, Compressed)]) -> Result<()> {
    let [_, _, brotli] = first_load(assets);
    ensure!(
        brotli <= BUDGET,
        "the page's first load is {brotli} bytes after brotli, {} over its budget of {BUDGET}: \
         the table above shows which file grew; a new dependency of the page is the usual reason",
        brotli - BUDGET
    );
    Ok(())
}

/// Every file counts: nothing of the page is loaded later.
fn first_load(assets: &[(Asset, Compressed)]) -> [usize; 3] {
    assets.iter().fold([0; 3], |sum, (asset, packed)| {
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

    fn page(brotli: usize) -> Vec<(Asset, Compressed)> {
        let asset = |name: &str| Asset {
            name: name.to_owned(),
            bytes: vec![0; BUDGET],
        };
        let packed = |brotli| Compressed {
            gzip: Vec::new(),
            brotli: vec![0; brotli],
        };
        vec![
            (asset("page.js"), packed(1)),
            (asset("page.wasm"), packed(brotli - 1)),
        ]
    }

    #[test]
    fn the_budget_is_for_the_sum_as_it_travels_and_may_be_used_up() -> Result<()> {
        check_budget(&page(BUDGET))
    }

    #[test]
    fn one_byte_too_many_is_refused_in_a_sentence() {
        let message = check_budget(&page(BUDGET + 1))
            .expect_err("too large")
            .to_string();
        assert!(
            message.contains("400001") && message.contains("1 over"),
            "{message}"
        );
    }
}
