//! What surrounds the page: its window, its files and its network.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::{Page, Theme};

impl Page {
    /// Makes the window show so many CSS pixels.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn size(&self, width: u32, height: u32) -> Result<()> {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500,
        });
        let tools = self.driver.cdp();
        tools
            .send_raw("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        Ok(())
    }

    /// From now on the page may read and write the clipboard without being asked.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn allow_clipboard(&self) -> Result<()> {
        let permissions =
            json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        let tools = self.driver.cdp();
        tools
            .send_raw("Browser.grantPermissions", permissions)
            .await?;
        Ok(())
    }

    /// Drops a file onto an element, as it comes from the system's own windows.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn drop_file(&self, selector: &str, file: &Path) -> Result<()> {
        let (x, y) = self.place(selector, 0.5, 0.5).await?;
        let data = json!({ "items": [], "files": [file], "dragOperationsMask": 1 });
        for kind in ["dragEnter", "dragOver", "drop"] {
            let event = json!({ "type": kind, "x": x, "y": y, "data": data });
            let tools = self.driver.cdp();
            tools.send_raw("Input.dispatchDragEvent", event).await?;
        }
        Ok(())
    }

    /// From the next load on, every page begins with this script, before anything of its own.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn begin_with(&self, script: &str) -> Result<()> {
        let tools = self.driver.cdp();
        let script = json!({ "source": script });
        tools
            .send_raw("Page.addScriptToEvaluateOnNewDocument", script)
            .await?;
        Ok(())
    }

    /// From now on the browser can fetch nothing from addresses like these, in which `*` stands for anything.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn block(&self, addresses: &[&str]) -> Result<()> {
        let tools = self.driver.cdp();
        tools.send_raw("Network.enable", json!({})).await?;
        tools
            .send_raw("Network.setBlockedURLs", json!({ "urls": addresses }))
            .await?;
        Ok(())
    }

    /// Makes the system ask for these colours.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn theme(&self, theme: Theme) -> Result<()> {
        self.prefer("prefers-color-scheme", theme.word()).await
    }
}
