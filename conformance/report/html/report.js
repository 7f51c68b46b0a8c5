// SPDX-License-Identifier: Apache-2.0
"use strict";
// Everything that a peer may have had a hand in becomes text, by textContent alone; this file makes
// no markup out of strings.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
// Ahead of the verdicts' own: what the end of a run kept from being tested.
const VERDICTS = ["FAIL", "NOT RUN", "NON-STRICT", "UNSUPPORTED", "INFORMATIONAL", "PASS"];
const classOf = (verdict) => verdict.toLowerCase().replace(" ", "-");
const NOT_HAD = "not in this run";  // of agents that ran other cases than the others
const silence = 100;  // milliseconds without a word that are shown as a wait

/** An element: its name, its class, and what is in it (strings become text). */
function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}
const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
function seconds(ms) {
  return ms < 1000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 60000 ? 1 : 0)} s`;
}
function badge(verdict, words) {
  return make("span", `verdict ${classOf(verdict)}`, words || verdict);
}

// --- data, made ready ---

data.agents.forEach((agent) => {
  agent.results.forEach((result) => {
    if (agent.end !== "complete" && result.verdict === "FAIL" && !result.ran) result.verdict = "NOT RUN";
  });
  agent.byCase = new Map(agent.results.map((result) => [result.case, result]));
});
data.cases.forEach((one, place) => {
  one.place = place;
  one.results = data.agents.map((agent) => agent.byCase.get(place)).filter(Boolean);
  // What the search looks through.
  one.text = [one.id, one.title, one.why, one.family, one.group, one.level, one.spec.map((it) => `RFC ${it[0]} ${it[1]}`).join(" ")]
    .concat(one.results.flatMap((it) => [it.happened, it.closeHappened, ...it.findings.map((finding) => finding.sentence)]))
    .join("\n").toLowerCase();
});
const families = [...new Set(data.cases.map((one) => one.family))];

function tally(results) {
  const out = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0]));
  results.forEach((result) => { ++out[result.verdict]; });
  return out;
}
function bar(counts) {
  const out = make("div", "bar");
  out.setAttribute("aria-hidden", "true");
  [...VERDICTS].reverse().filter((verdict) => counts[verdict]).forEach((verdict) => {
    const part = make("i", classOf(verdict));
    part.style.flex = `${counts[verdict]} 1 0`;
    out.append(part);
  });
  return out;
}

// --- head, agents, matrix ---

function showHead() {
  const kind = data.peer === "client" ? "client" : "server";
  byId("about").append(
    `${count(data.cases.length, "case")} against ${count(data.agents.length, kind)}, ` +
    `${data.started.slice(0, 16).replace("T", " ")} UTC, ${seconds(data.duration)}, wsproof ${data.version}`);
  document.title = `WebSocket conformance: ${data.agents.map((agent) => agent.name).join(", ")}`;
}

function showAgents() {
  data.agents.forEach((agent) => {
    const counts = tally(agent.results);
    const notHad = data.cases.length - agent.results.length;
    const list = make("ul", "counts");
    VERDICTS.filter((verdict) => counts[verdict] || verdict === "FAIL").reverse().forEach((verdict) => {
      const word = verdict === "PASS" ? "passed" : verdict === "FAIL" ? "failed" : verdict.toLowerCase();
      const isBad = (verdict === "FAIL" || verdict === "NOT RUN") && counts[verdict];
      list.append(make("li", isBad ? "fail" : "", make("b", "", String(counts[verdict])), ` ${word}`));
    });
    if (notHad) list.append(make("li", "", make("b", "", String(notHad)), ` ${NOT_HAD}`));
    byId("agents").append(make("article", "card",
      make("h3", "", agent.name),
      make("p", "soft", `${agent.target}, ${seconds(agent.duration)}`),
      bar(counts), list,
      agent.end === "complete" ? null : make("p", "end fail", agent.endReason || agent.end),
      agent.nothingProven ? make("p", "end fail", agent.nothingProven) : null,
      agent.programOutput.length === 0 ? null :
        make("details", "", make("summary", "", "The last that it printed"),
          make("pre", "", agent.programOutput.join("\n")))));
  });
}

function showMatrix() {
  const head = make("tr", "", make("th", "", "Family"), ...data.agents.map((agent) => make("th", "", agent.name)));
  [...head.children].forEach((cell) => { cell.scope = "col"; });
  const body = make("tbody");
  families.forEach((family) => {
    const title = make("th", "", family);
    title.scope = "row";
    const row = make("tr", "", title);
    data.agents.forEach((agent, place) => {
      const results = agent.results.filter((result) => data.cases[result.case].family === family);
      const counts = tally(results);
      const good = counts.PASS + counts.INFORMATIONAL;
      const notHad = data.cases.filter((one) => one.family === family).length - results.length;
      const words = results.length === 0 ? NOT_HAD : good === results.length ? `all ${good}` :
        counts.FAIL ? `${counts.FAIL} of ${results.length} failed` :
        counts["NOT RUN"] ? `${counts["NOT RUN"]} of ${results.length} not run` :
        `${good} of ${results.length}`;
      const button = make("button", "", bar(counts),
        make("span", counts.FAIL || counts["NOT RUN"] ? "bad" : counts["NON-STRICT"] ? "mild" : "", words),
        results.length && notHad ? make("span", "soft", `, ${notHad} ${NOT_HAD}`) : null);
      button.type = "button";
      button.title = VERDICTS.filter((verdict) => counts[verdict]).map((verdict) => `${counts[verdict]} ${verdict}`).join(", ");
      button.addEventListener("click", () => {
        byId("family").value = family;
        byId("agent").value = data.agents.length > 1 ? String(place) : "";
        chips().forEach((chip) => { chip.checked = false; });
        byId("search").value = "";
        filter();
        byId("cases-title").scrollIntoView({behavior: "smooth"});
      });
      row.append(make("td", "", button));
    });
    body.append(row);
  });
  byId("matrix").append(make("thead", "", head), body);
}

// --- one case ---

/** An arrow from one side to the other: a line that stretches, and a tip that does not. */
function arrow(outward, broken) {
  const space = "http://www.w3.org/2000/svg";
  const draw = (className, view, path, dashes) => {
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", className);
    svg.setAttribute("viewBox", view);
    if (className === "line") svg.setAttribute("preserveAspectRatio", "none");
    const line = document.createElementNS(space, "path");
    line.setAttribute("class", "shaft");
    line.setAttribute("d", path);
    if (dashes) line.setAttribute("stroke-dasharray", "5 4");
    svg.append(line);
    return svg;
  };
  const out = make("span", "arrow", draw("line", "0 0 100 9", "M0 4.5H100", broken),
    draw("tip", "0 0 9 9", outward ? "M3 0L8.5 4.5L3 9" : "M6 0L.5 4.5L6 9", false));
  out.setAttribute("aria-hidden", "true");
  return out;
}

function timelineItem(className, at, ...content) {
  return make("li", className, make("time", "", at === null ? "" : `${at.toFixed(1)} ms`), make("div", "lane", ...content));
}

function entryItem(entry) {
  const className = {">": "out", "<": "in"}[entry.way] || "aside";
  const words = make("span", "words",
    make("span", "name", entry.name),
    entry.size === undefined ? null : make("span", "size", count(entry.size, "octet")),
    entry.times ? make("span", "size", `${entry.times} times`) : null);
  return timelineItem(className, entry.at, words,
    entry.octets ? make("code", "octets", entry.octets) : null,
    className === "aside" ? null : arrow(className === "out", entry.ends));
}

function findingItem(finding) {
  const kind = finding.remark ? "mark remark" : finding.fatal ? "mark" : "mark mild";
  return timelineItem(kind, finding.at, make("b", "", `${finding.sentence} (${finding.section})`));
}

function timeline(agent, result) {
  const list = make("ol", "timeline");
  list.append(make("li", "", make("time"), make("span", "ends", make("span", "", "tester"), make("span", "", agent.name))));
  list.firstChild.querySelector(".ends").style.marginLeft = "0";
  const items = result.timeline.map((entry) => ({at: entry.at, entry}))
    .concat(result.findings.filter((it) => it.at !== null).map((finding) => ({at: finding.at, finding})));
  items.sort((a, b) => a.at - b.at);  // stable: a finding comes behind the frame that it is about
  let last = null;
  items.forEach(({at, entry, finding}) => {
    if (last !== null && at - last >= silence) {
      list.append(timelineItem("wait", null, `${seconds(at - last)} of silence`));
    }
    last = at;
    list.append(finding ? findingItem(finding) : entryItem(entry));
  });
  return list;
}

function again(command) {
  const button = make("button", "", "Copy");
  button.type = "button";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(button.previousSibling);
    }
  });
  return make("div", "again", make("code", "", command), button);
}

function findings(result) {
  return make("ul", "", ...result.findings.map((finding) => make("li", "",
    badge(finding.remark ? "INFORMATIONAL" : finding.fatal ? "FAIL" : "NON-STRICT",
      finding.remark ? "remark" : finding.fatal ? "fatal" : "mild"),
    ` ${finding.sentence} `, make("span", "soft", `(${finding.section}${finding.times > 1 ? `, ${finding.times} times` : ""})`))));
}

function resultBlock(agent, result, one) {
  const list = make("dl");
  const row = (title, ...content) => {
    if (content.some((it) => it)) list.append(make("dt", "", title), make("dd", "", ...content));
  };
  const joined = (...sentences) => sentences.filter(Boolean).join("; ");
  row("acceptable", joined(result.acceptable, result.closeAcceptable));
  row("happened", joined(result.happened === "nothing" ? "nothing came back" : result.happened, result.closeHappened));
  if (result.findings.length) row("findings", findings(result));
  row("expected", result.expectation);
  row("Autobahn", `behavior ${result.behavior}, close ${result.closeBehavior}${result.difference ? `: ${result.difference}` : ""}`);
  row("run again", again(`${agent.rerun} ${one.id}`));
  return make("section", "result",
    make("header", "", badge(result.verdict), make("h4", "", agent.name),
      make("span", "soft", result.ran ? seconds(result.duration) : "did not run to its end"),
      result.standing ? make("span", "soft", result.standing) : null),
    list, result.timeline.length ? timeline(agent, result) : null);
}

function caseBody(one) {
  const requirement = make("p", "soft", `${one.level}, `);
  one.spec.forEach(([rfc, section], place) => {
    const link = make("a", "", `RFC ${rfc} ${section}`);
    link.href = `https://www.rfc-editor.org/rfc/rfc${rfc}#section-${encodeURIComponent(section)}`;
    link.rel = "noreferrer noopener";
    requirement.append(place ? ", " : "", link);
  });
  requirement.append(`; ${one.group}`);
  const results = make("div", "results");
  data.agents.forEach((agent) => {
    const result = agent.byCase.get(one.place);
    results.append(result ? resultBlock(agent, result, one) : make("section", "result",
      make("header", "", badge("not-run", NOT_HAD), make("h4", "", agent.name))));
  });
  return make("div", "body", make("p", "why", one.why), requirement, results);
}

function caseRow(one) {
  const verdicts = make("span", "verdicts", ...data.agents.map((agent) => {
    const result = agent.byCase.get(one.place);
    const out = result ? badge(result.verdict) : badge("not-run", NOT_HAD);
    out.title = agent.name;
    return out;
  }));
  const head = make("button", "head", make("span", "id", one.id), make("span", "title", one.title), verdicts);
  head.type = "button";
  head.setAttribute("aria-expanded", "false");
  const row = make("article", "case", head);
  row.id = `case-${one.id}`;
  head.addEventListener("click", () => open(one, head.getAttribute("aria-expanded") === "false", true));
  one.row = row;
  return row;
}

function open(one, wanted, remember) {
  const head = one.row.firstChild;
  head.setAttribute("aria-expanded", String(wanted));
  one.row.querySelector(".body")?.remove();
  if (wanted) one.row.append(caseBody(one));
  // A file: page may not touch its history in every browser.
  if (remember) try { history.replaceState(null, "", wanted ? `#${one.id}` : "#"); } catch { /* as it was */ }
}

// --- filter and search ---

const chips = () => [...document.querySelectorAll("#verdicts input")];

function makeFilters() {
  byId("family").append(new Option("all", ""), ...families.map((family) => new Option(family, family)));
  byId("agent").append(new Option("any", ""), ...data.agents.map((agent, place) => new Option(agent.name, place)));
  byId("agent-label").hidden = data.agents.length < 2;
  const counts = tally(data.agents.flatMap((agent) => agent.results));
  const isBad = (verdict) => ["FAIL", "NOT RUN", "NON-STRICT"].includes(verdict);
  const bad = VERDICTS.some((verdict) => isBad(verdict) && counts[verdict]);
  VERDICTS.filter((verdict) => counts[verdict]).forEach((verdict) => {
    const box = make("input");
    box.type = "checkbox";
    box.value = verdict;
    // Who opens a report looks for what went wrong first.
    box.checked = bad && isBad(verdict);
    byId("verdicts").append(make("label", `chip ${classOf(verdict)}`, box, `${verdict} ${counts[verdict]}`));
  });
  byId("filters").addEventListener("input", filter);
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
}

// "5.9" asks for that case or group, not for each text in which "105.9 ms" stands.
const isId = (word) => /^\d+(\.\d+)+$/.test(word);

function filter() {
  const wanted = new Set(chips().filter((chip) => chip.checked).map((chip) => chip.value));
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const family = byId("family").value;
  const agent = byId("agent").value;
  let shown = 0;
  data.cases.forEach((one) => {
    const results = agent === "" ? one.results : one.results.filter((it) => it === data.agents[agent].byCase.get(one.place));
    const fits = (family === "" || one.family === family) &&
      (wanted.size === 0 ? agent === "" || results.length > 0 : results.some((it) => wanted.has(it.verdict))) &&
      words.every((word) => isId(word) ? one.id === word || one.id.startsWith(`${word}.`) : one.text.includes(word));
    one.row.hidden = !fits;
    shown += fits ? 1 : 0;
  });
  byId("shown").replaceChildren(`${shown} of ${count(data.cases.length, "case")} shown`);
  if (shown < data.cases.length) {
    const all = make("button", "link", "show all");
    all.type = "button";
    all.addEventListener("click", showAll);
    byId("shown").append(", ", all);
  }
}

function showAll() {
  chips().forEach((chip) => { chip.checked = false; });
  byId("search").value = byId("family").value = byId("agent").value = "";
  filter();
}

/** The case that the address names, as in index.html#6.4.1. */
function openNamed() {
  const one = data.cases.find((it) => it.id === decodeURIComponent(location.hash.slice(1)));
  if (!one) return;
  one.row.hidden = false;
  open(one, true, false);
  one.row.scrollIntoView();
}

showHead();
showAgents();
showMatrix();
makeFilters();
byId("cases").append(...data.cases.map(caseRow));
filter();
openNamed();
addEventListener("hashchange", openNamed);
