//! The checks themselves: each finds what it is there to find.

use anyhow::{Result, ensure};
use pipeyard_tests::browser::{Button, Held, Page, Rules, at, with_page};
use thirtyfour::Key;

/// Puts something faulty on the page, and sees that the layout check names it.
async fn is_found(page: &Page, fault: &str, words: &str) -> Result<()> {
    page.evaluate(&format!(
        "const faulty = document.createElement('div'); faulty.id = 'faulty'; document.querySelector('.header').append(faulty); {fault}"
    ))
    .await?;
    let said = match page.lies_well().await {
        Ok(()) => String::new(),
        Err(error) => format!("{error:#}"),
    };
    page.evaluate("document.querySelector('#faulty').remove()")
        .await?;
    ensure!(said.contains(words), "`{words}` is not in `{said}`");
    Ok(())
}

#[tokio::test]
async fn a_bad_layout_is_found() -> Result<()> {
    with_page("checks-layout", async |page| {
        page.lies_well().await?;
        let button = "const button = document.createElement('button'); button.textContent = 'x'; faulty.append(button); \
                      Object.assign(button.style, { position: 'fixed', left: '300px', top: '300px', width: '40px', height: '40px', padding: 0, minHeight: 0, zIndex: 99 });";
        is_found(&page, &format!("{button} button.style.width = '20px';"), "20×40 px").await?;
        is_found(&page, &format!("{button} button.style.left = '-100px';"), "out of the window").await?;
        let cover = "const cover = document.createElement('p'); faulty.append(cover); \
                     Object.assign(cover.style, { position: 'fixed', inset: '0', zIndex: 999 });";
        is_found(&page, &format!("{button} {cover}"), "is covered by p").await?;
        let text = "faulty.textContent = 'far too long for this'; \
                    Object.assign(faulty.style, { position: 'fixed', width: '40px', overflow: 'hidden', whiteSpace: 'nowrap' });";
        is_found(&page, text, "is cut at the side").await?;
        let text = "faulty.textContent = 'two lines'; \
                    Object.assign(faulty.style, { position: 'fixed', width: '40px', height: '14px', lineHeight: '20px', overflow: 'hidden' });";
        is_found(&page, text, "is cut above or below").await?;
        let wide = "Object.assign(faulty.style, { position: 'absolute', left: 0, top: 0, width: '3000px', height: '10px' }); \
                    document.documentElement.style.overflow = 'visible'; document.body.style.overflow = 'visible'; document.body.append(faulty);";
        is_found(&page, wide, "px wide in a window of").await
    })
    .await
}

#[tokio::test]
async fn what_reads_badly_is_found() -> Result<()> {
    with_page("checks-axe", async |page| {
        page.reads_well(Rules::All).await?;
        for (fault, rules, words) in [
            ("faulty.innerHTML = '<button></button>'", Rules::All, "button-name"),
            ("faulty.innerHTML = '<button aria-label=\"Other\">Words</button>'", Rules::All, "label-content-name-mismatch"),
            ("faulty.textContent = 'faint'; Object.assign(faulty.style, { position: 'fixed', left: '300px', top: '300px', zIndex: 99, color: '#bbbbbb', background: '#ffffff' })", Rules::Colours, "color-contrast"),
        ] {
            page.evaluate(&format!(
                "const faulty = document.createElement('div'); faulty.id = 'faulty'; document.querySelector('.header').append(faulty); {fault}"
            ))
            .await?;
            let said = page.reads_well(rules).await.err().map(|error| format!("{error:#}"));
            page.evaluate("document.querySelector('#faulty').remove()").await?;
            let said = said.unwrap_or_default();
            ensure!(said.contains(words), "`{words}` is not in `{said}`");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_focus_that_is_not_seen_is_found() -> Result<()> {
    with_page("checks-focus", async |page| {
        let stops = page.shows_its_focus().await?;
        ensure!(stops.len() > 10, "Tab stops at little: {stops:?}");
        page.evaluate(
            "const faulty = document.createElement('button'); faulty.id = 'faulty'; faulty.textContent = 'x'; \
             document.querySelector('.header').append(faulty); faulty.style.setProperty('outline', 'none', 'important')",
        )
        .await?;
        let said = page.shows_its_focus().await.err().map(|error| format!("{error:#}"));
        let said = said.unwrap_or_default();
        ensure!(said.contains("button#faulty “x”: no ring"), "it is not in `{said}`");
        Ok(())
    })
    .await
}

/// Three buttons that hand the focus on to each other never come back to where Tab began.
#[tokio::test]
async fn a_trap_is_found() -> Result<()> {
    with_page("checks-trap", async |page| {
        page.tab_stops().await?;
        page.evaluate(
            "const trap = ['a', 'b', 'c'].map(name => { \
                 const button = document.createElement('button'); button.id = `trap-${name}`; button.textContent = name; \
                 document.querySelector('.header').append(button); return button; }); \
             trap.forEach((button, at) => button.addEventListener('keydown', event => { \
                 if (event.key === 'Tab') { event.preventDefault(); trap[(at + 1) % 3].focus(); } }))",
        )
        .await?;
        let said = page.tab_stops().await.err().map(|error| format!("{error:#}"));
        let said = said.unwrap_or_default();
        ensure!(said.contains("Tab is caught") && said.contains("trap-c"), "it is not in `{said}`");
        Ok(())
    })
    .await
}

/// The hand of these tests is one to the page: its own events, with what is held and how many fingers there are.
#[tokio::test]
async fn the_hand_is_felt() -> Result<()> {
    with_page("checks-hand", async |page| {
        page.evaluate(
            "window.felt = []; \
             for (const kind of ['pointerdown', 'pointerup', 'wheel', 'contextmenu', 'dblclick']) \
                 addEventListener(kind, event => window.felt.push([kind, event.pointerType ?? '', event.button, event.ctrlKey, event.isTrusted].join(' ')), \
                     { capture: true, passive: true })",
        )
        .await?;
        let place = page.middle(".canvas").await?;
        let ground = at(place.x, place.y + 150.0);
        page.drag(ground, at(ground.x + 40.0, ground.y), Button::Middle, Held::NONE).await?;
        page.mouse_up(at(ground.x + 40.0, ground.y), Button::Middle, Held::NONE).await?;
        page.wheel(ground, 0.0, 40.0, Held::CONTROL).await?;
        page.press_button(ground, Button::Right, 1, Held::NONE).await?;
        page.press(Key::Escape + "").await?;
        page.fingers(&[(ground, ground), (at(ground.x + 60.0, ground.y), at(ground.x + 90.0, ground.y))])
            .await?;
        page.until("two fingers", "return window.felt.filter(felt => felt.startsWith('pointerdown touch')).length === 2")
            .await?;
        let felt = page.evaluate("return window.felt").await?.to_string();
        for wanted in ["pointerdown mouse 1 false true", "wheel  0 true true", "contextmenu mouse 2 false true"] {
            ensure!(felt.contains(wanted), "`{wanted}` is not in {felt}");
        }
        Ok(())
    })
    .await
}
