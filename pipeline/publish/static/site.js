/* Marks what came since the last visit. What was seen then is kept in this browser alone; without this script nothing is missing but the marks. */
"use strict";
(() => {
  const PAUSE = 30 * 60 * 1000; // a visit ends after half an hour
  const stories = [...document.querySelectorAll(".stories [data-seen]")];
  const front = document.querySelector("[data-newest]");
  const word = document.currentScript.dataset.new;
  const key = "samflode " + new URL(".", document.currentScript.src).pathname;

  const remembered = () => {
    try {
      return JSON.parse(localStorage.getItem(key)) || null;
    } catch {
      return null;
    }
  };
  const remember = visit => {
    try {
      localStorage.setItem(key, JSON.stringify(visit));
    } catch { /* a browser that keeps nothing marks nothing */ }
  };

  let visit = remembered();
  const now = Date.now();
  if (front && front.dataset.newest) {
    const newest = front.dataset.newest;
    if (!visit) visit = { mark: "", since: 0, newest, at: now };
    else if (now - visit.at > PAUSE) visit = { mark: visit.newest, since: visit.at, newest, at: now };
    else visit = { ...visit, newest: newest > visit.newest ? newest : visit.newest, at: now };
    remember(visit);
  }
  if (!visit || !visit.mark) return;

  const fresh = stories.filter(story => story.dataset.seen > visit.mark);
  for (const story of fresh) {
    const mark = document.createElement("span");
    mark.className = "new";
    mark.textContent = word;
    story.classList.add("fresh");
    story.querySelector(".when").prepend(mark);
  }
  if (!front) return;
  const day = new Date(visit.since).toLocaleString(front.dataset.locale, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  const said = fresh.length ? front.dataset.some.replace("{}", fresh.length).replace("{}", day) : front.dataset.none.replace("{}", day);
  front.textContent = said + (fresh.length ? ". " : ".");
  if (fresh.length) {
    const link = document.createElement("a");
    fresh[0].id = "new";
    link.href = "#new";
    link.textContent = front.dataset.first;
    front.append(link);
  }
  front.hidden = false;
})();
