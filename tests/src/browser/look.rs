//! The sizes and colours in which the page is checked, and what else a person's system may ask for.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{Page, Theme};

/// A window's size in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}

impl Size {
    /// A laptop.
    pub const LAPTOP: Self = Self::new(1440, 900);
    /// A projector, or half of a screen.
    pub const PROJECTOR: Self = Self::new(1024, 768);
    /// A phone, held upright.
    pub const PHONE: Self = Self::new(390, 844);
    /// All three.
    pub const ALL: [Self; 3] = [Self::LAPTOP, Self::PROJECTOR, Self::PHONE];

    /// So many pixels.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Whether the page shows the chain as a list here.
    pub const fn is_narrow(self) -> bool {
        self.width < 700 || (self.width < 900 && self.height < 560)
    }

    /// What is left of it when everything is shown twice as large.
    pub const fn at_200_percent(self) -> Self {
        Self::new(self.width / 2, self.height / 2)
    }
}

impl Theme {
    /// Light and dark.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// As CSS and file names have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Page {
    /// Makes the window this large and waits until the page has been laid out for it.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn resize(&self, size: Size) -> Result<()> {
        self.size(size.width, size.height).await?;
        let shell = if size.is_narrow() {
            ".page--narrow"
        } else {
            ".page:not(.page--narrow)"
        };
        let body = format!(
            "return innerWidth === {} && !!document.querySelector({})",
            size.width,
            json!(shell)
        );
        self.until("the new size", &body).await?;
        self.settled().await
    }

    /// Makes the system ask for something, such as `prefers-reduced-motion: reduce`, beside what it already asks for.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn prefer(&self, feature: &'static str, value: &'static str) -> Result<()> {
        let features: Vec<Value> = {
            let mut media = self.shared.media.borrow_mut();
            media.insert(feature, value);
            let features = media.iter();
            features
                .map(|(name, value)| json!({ "name": name, "value": value }))
                .collect()
        };
        self.driver
            .cdp()
            .send_raw(
                "Emulation.setEmulatedMedia",
                json!({ "features": features }),
            )
            .await?;
        Ok(())
    }

    /// Waits until the page has drawn what it knows: two frames, and the end of every transition that ends.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn settled(&self) -> Result<()> {
        let body = "const done = arguments[arguments.length - 1]; \
             const endless = animation => animation.effect?.getComputedTiming().endTime === Infinity; \
             requestAnimationFrame(() => requestAnimationFrame(() => { \
                 const moving = document.getAnimations().filter(animation => !endless(animation)); \
                 Promise.allSettled(moving.map(animation => animation.finished)).then(() => done(true)); \
             }))";
        let settled = self.driver.execute_async(body, Vec::new()).await;
        settled.context("waiting for a frame")?;
        Ok(())
    }

    /// A fresh page: nothing kept, and the opening example on it.
    ///
    /// # Errors
    /// When it does not come alive.
    pub async fn afresh(&self) -> Result<()> {
        self.evaluate("localStorage.clear(); sessionStorage.clear()")
            .await?;
        self.reload().await
    }
}
