//! Checks that know nothing of what the page shows: whether it lies well in its window, whether a screen reader can
//! make sense of it, whether the focus is seen.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

use super::{Page, target};

const LAYOUT: &str = include_str!("audit.js");
const AXE: &str = include_str!("axe.js");
const FOCUS: &str = include_str!("focus.js");

/// Begins at the page's beginning, and listens for scripts that take a Tab for themselves.
const BEFORE_TAB: &str = "document.activeElement?.blur(); getSelection()?.removeAllRanges(); window.scrollTo(0, 0); \
    delete window.metByTab; delete window.firstByTab; \
    if (window.tabTaken === undefined) addEventListener('keydown', event => { \
      if (event.key === 'Tab' && event.defaultPrevented) window.tabTaken = true; \
    }); \
    window.tabTaken = false";

/// Where axe is, or `0` to do without it.
const AXE_VARIABLE: &str = "PIPEYARD_AXE";

/// More elements than any view lets Tab stop at.
const MOST_STOPS: usize = 400;

/// What axe looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// WCAG 2.2 AA and what its makers call good practice.
    All,
    /// What depends on colours.
    Colours,
}

/// One stop of Tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The element in words.
    pub name: String,
    /// What is wrong with it; empty when nothing is.
    pub fault: String,
}

impl Page {
    /// Fails when anything is too small to be pressed, covered, out of reach or cut, or when the page itself scrolls.
    ///
    /// # Errors
    /// With everything found.
    pub async fn lies_well(&self) -> Result<()> {
        let found: Vec<String> = serde_json::from_value(self.evaluate(LAYOUT).await?)?;
        ensure!(found.is_empty(), "the layout:\n  {}", found.join("\n  "));
        Ok(())
    }

    /// Fails when axe finds something.
    ///
    /// With `PIPEYARD_AXE=0` it only says that it is skipped.
    ///
    /// # Errors
    /// With everything found.
    pub async fn reads_well(&self, rules: Rules) -> Result<()> {
        let Some(source) = axe()? else {
            println!("skipped, because {AXE_VARIABLE} is 0: axe");
            return Ok(());
        };
        if self.evaluate("return !window.axe").await? == true {
            self.evaluate(&source).await.context("loading axe")?;
        }
        let wanted = match rules {
            Rules::All => Value::Null,
            Rules::Colours => json!(["color-contrast", "link-in-text-block"]),
        };
        let found = self.driver.execute_async(AXE, vec![wanted]).await?;
        let found: Vec<String> = serde_json::from_value(found.json().clone())?;
        ensure!(found.is_empty(), "axe:\n  {}", found.join("\n  "));
        Ok(())
    }

    /// Goes through everything that Tab stops at, until it comes back to the beginning.
    ///
    /// # Errors
    /// When it never comes back, or comes back to another stop than the first: then it is caught among a few.
    pub async fn tab_stops(&self) -> Result<Vec<Stop>> {
        self.evaluate(BEFORE_TAB).await?;
        let mut stops: Vec<Stop> = Vec::new();
        // Whether it went out of the page, to the browser's own buttons. From some ends of a page some versions of Chromium
        // without a window go to its beginning at once; then what counts is that no script has taken a Tab for itself.
        let mut left = false;
        for _ in 0..MOST_STOPS {
            self.press(Key::Tab + "").await?;
            let stop = self.evaluate(FOCUS).await?;
            if stop["between"] == true {
                left = true;
                continue;
            }
            if stop["again"] == true {
                let last: Vec<_> = stops.iter().rev().take(6).map(|stop| &stop.name).collect();
                ensure!(
                    stop["first"] == true && (left || stop["taken"] == false),
                    "Tab is caught at {} (out of the page before: {left}); the last stops: {last:?}",
                    stop["name"]
                );
                return Ok(stops);
            }
            let word = |key: &str| stop[key].as_str().unwrap_or_default().to_owned();
            stops.push(Stop {
                name: word("name"),
                fault: word("fault"),
            });
        }
        let last: Vec<_> = stops.iter().rev().take(6).map(|stop| &stop.name).collect();
        bail!("Tab does not come back to the beginning; the last stops: {last:?}");
    }

    /// Fails when Tab stops at something that does not show its focus, has no name or is out of sight.
    ///
    /// # Errors
    /// With everything found.
    pub async fn shows_its_focus(&self) -> Result<Vec<Stop>> {
        let stops = self.tab_stops().await?;
        let faults: Vec<String> = stops
            .iter()
            .filter(|stop| !stop.fault.is_empty())
            .map(|stop| format!("{}: {}", stop.name, stop.fault))
            .collect();
        ensure!(faults.is_empty(), "the focus:\n  {}", faults.join("\n  "));
        Ok(stops)
    }
}

/// The source of axe, which `cargo xtask test` fetches.
fn axe() -> Result<Option<String>> {
    let path = match env::var_os(AXE_VARIABLE) {
        Some(value) if value == "0" => return Ok(None),
        Some(path) => PathBuf::from(path),
        None => target()?.join("axe/node_modules/axe-core/axe.min.js"),
    };
    let source = fs::read_to_string(&path).with_context(|| {
        format!(
            "axe is not at {}: `cargo xtask test` fetches it; {AXE_VARIABLE}=0 does without",
            path.display()
        )
    })?;
    Ok(Some(source))
}
