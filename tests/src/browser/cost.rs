//! What the page costs the browser.

use anyhow::{Context, Result};
use serde_json::json;

use super::Page;

impl Page {
    /// Begins to count what scripts cost.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn count_script(&self) -> Result<()> {
        let tools = self.driver.cdp();
        tools.send_raw("Performance.enable", json!({})).await?;
        Ok(())
    }

    /// How long scripts have run so far, in milliseconds, as Chromium counts it.
    ///
    /// # Errors
    /// When the browser does not answer, or [`Self::count_script`] was not called.
    pub async fn script_ms(&self) -> Result<f64> {
        let tools = self.driver.cdp();
        let answer = tools.send_raw("Performance.getMetrics", json!({})).await?;
        let metrics = answer["metrics"].as_array().context("a list of metrics")?;
        let mut known = metrics.iter();
        let script = known.find(|metric| metric["name"] == "ScriptDuration");
        let seconds = script.and_then(|metric| metric["value"].as_f64());
        Ok(seconds.context("ScriptDuration is counted")? * 1e3)
    }
}
