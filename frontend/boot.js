// Runs before the first paint: sets what a person chose of its looks, then loads the page and, if that fails, says so.
// It stands in its own file because the content security policy refuses scripts inside the document.
"use strict";

// "light", "dark" or "contrast"; anything else, or a browser that refuses storage, leaves it to the system.
// Within another page the colours are that page's, and what this browser keeps is left alone (see frontend/src/embed.rs).
const embed = new URLSearchParams(location.search).get("embed");
if (embed !== null) document.documentElement.dataset.embed = ["full", "result"].includes(embed) ? embed : "readonly";
else try {
  const theme = localStorage.getItem("pipeyard.theme");
  if (["light", "dark", "contrast"].includes(theme)) document.documentElement.dataset.theme = theme;
  const text = Number(localStorage.getItem("pipeyard.text"));
  if (text >= 100 && text <= 200) document.documentElement.style.setProperty("--scale", text / 100);
  // `palette=200 drawer=320`, in pixels: otherwise the panes would change their sizes once they are drawn.
  for (const pane of (localStorage.getItem("pipeyard.panes") ?? "").split(" ")) {
    const [name, size] = pane.split("=");
    if (["palette", "inspector", "drawer"].includes(name) && size > 0) {
      document.documentElement.style.setProperty(`--${name}`, `${size}px`);
    }
  }
} catch {
  // Storage is switched off.
}

// Downloads start at once; the page itself needs a body to stand in.
const parsed = new Promise((resolve) => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve);
  else resolve();
});

import("./page.js")
  .then((page) => parsed.then(() => page.default()))
  .catch((error) => parsed.then(() => explain(error)));

function explain(error) {
  console.error(error);
  const notice = document.createElement("div");
  notice.className = "boot-failure";
  notice.setAttribute("role", "alert");
  const say = (language, sentence) => {
    const paragraph = document.createElement("p");
    paragraph.lang = language;
    paragraph.textContent = sentence;
    notice.append(paragraph);
  };
  say("en", "Pipeyard could not start in this browser. Reload the page; if that does not help, "
    + "check that the runner still runs and that the browser is up to date (WebAssembly is needed).");
  say("ko", "이 브라우저에서 Pipeyard를 시작하지 못했습니다. 페이지를 새로 고치세요. 그래도 안 되면 "
    + "실행기가 실행 중인지, 브라우저가 최신인지 확인하세요(WebAssembly가 필요합니다).");
  say("en", String(error));
  document.body.prepend(notice);
}
