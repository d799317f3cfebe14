//! What only long runs show, for `cargo xtask soak`: each work is done for real against a runner of its own, and prints what
//! it found as JSON. What must not happen (a byte lost, something left behind) is an error and never a figure.
//!
//! ```text
//! soak runs    COUNT   so many runs in a row: descriptors, threads and memory at the end against those after the first tenth
//! soak cuts    COUNT   so many connections cut at any instant: all events, bytes and typed input are there in the end
//! soak pages   COUNT   so many pages, a tenth of them with an active run: how long a keystroke takes to come back
//! soak hostile COUNT   for each attack so many pairs of a run's time, with and without somebody who does it beside
//! ```

mod attack;
mod chance;
mod cuts;
mod finding;
mod hostile;
mod pages;
mod runs;

use anyhow::{Context, Result, bail};

use finding::Finding;

#[tokio::main]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [work, name, port, cookie] = &words[..]
        && work == "attack"
    {
        return attack::attack(name, port, cookie);
    }
    let [work, count] = &words[..] else {
        bail!("say the work, and how much of it");
    };
    let count: usize = count.parse().context("how much is a number")?;
    let found: Vec<Finding> = match work.as_str() {
        "runs" => runs::runs(count).await?,
        "cuts" => cuts::cuts(count).await?,
        "pages" => pages::pages(count).await?,
        "hostile" => hostile::hostile(count).await?,
        _ => bail!("there is no such work: {work}"),
    };
    println!("{}", finding::json(&found));
    Ok(())
}
