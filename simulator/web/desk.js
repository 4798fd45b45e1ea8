// The page: time goes by animation frames, people act by clicks and keys, everything shown comes from the terminal.

import { Glass } from "./glass.js";
import { PROFILES, loadTerminal } from "./terminal.js";
import * as tones from "./tones.js";
import { Tray } from "./tray.js";
import { KEYS, word } from "./words.js";

const SPEEDS = [0.25, 1, 4, 10, 60];
const LONGEST_STEP_MS = 200; // of real time: a tab that slept does not catch up
const LINES = 400;
const FULLY_OPEN = 300;
const DEMO = [
    [0, "card", "adult"], [1000, "remove"], [700, "walk"], [2600, "card", "elder"], [1000, "remove"], [700, "walk"],
    [2600, "code", "ride"], [1400, "walk"], [2600, "card", "hotlisted"], [1000, "remove"], [2600, "net"],
    [800, "card", "adult"], [1000, "remove"], [700, "walk"], [2600, "net"], [1200, "card", "torn"], [1000, "remove"],
    [2400, "card", "torn"], [1000, "remove"], [700, "walk"], [2600, "fire"], [2500, "fire"],
];

const $ = (selector) => document.querySelector(selector);
const all = (selector) => document.querySelectorAll(selector);
const glass = new Glass($("#screen"));
let start, desk, tray, state, lane;
let lang = "zh", speed = 1, isPaused = false, tab = "terminal", removeAt = null, demo = null, virtual = 0, owed = 0, lastTold = "";

function act(verb, name = "") {
    if (verb !== "remove" || state?.card) removeAt = null;
    desk.act(verb, name);
}

function boot(profile) {
    desk = start(profile);
    const about = JSON.parse(desk.about());
    lane = about.lane;
    glass.resize(about.size);
    $("#stage").dataset.profile = profile;
    glass.dark();
    tray = new Tray($("#cards"), about.tray, { reader: $("#reader"), scanner: $("#scanner") }, act, (ms) => (removeAt = virtual + ms));
    $("#breakables").replaceChildren(...about.faults.map(faultButton));
    $("#ways").replaceChildren(...about.ways.filter((way) => way !== "walk").map(wayButton));
    $("#lines").replaceChildren();
    removeAt = demo = null;
    desk.act("language", lang);
    label();
}

function faultButton(fault) {
    const button = document.createElement("button");
    button.dataset.fault = fault.name;
    button.dataset.zh = fault.words[0];
    button.dataset.en = fault.words[1];
    button.addEventListener("click", () => act("fault", fault.name));
    return button;
}

function wayButton(way) {
    const button = document.createElement("button");
    button.dataset.word = way;
    button.addEventListener("click", () => {
        $("#faults").close();
        act("walk", way);
    });
    return button;
}

function label() {
    document.documentElement.lang = document.body.dataset.lang = lang;
    document.title = word("title", lang);
    for (const element of all("[data-word]")) element.textContent = word(element.dataset.word, lang);
    for (const element of all("[data-fault]")) element.textContent = element.dataset[lang];
    $("#filter").placeholder = word("filter", lang);
    $("#keys").replaceChildren(...KEYS.flatMap(([key, zh, en]) => [make("dt", key), make("dd", lang === "zh" ? zh : en)]));
    tray?.label(lang);
    if (state) show();
}

function make(tag, text, className = "") {
    const element = document.createElement(tag);
    element.textContent = text;
    element.className = className;
    return element;
}

const ACTIONS = {
    language() {
        lang = lang === "zh" ? "en" : "zh";
        act("language", lang);
        label();
    },
    faults: () => $("#faults").showModal(),
    help: () => $("#help").showModal(),
    sound: () => tones.toggle(),
    demo: () => (demo = demo ? null : { at: 0, next: virtual }),
    pause: () => (isPaused = !isPaused),
    faster: () => (speed = SPEEDS[Math.min(SPEEDS.length - 1, SPEEDS.indexOf(speed) + 1)]),
    slower: () => (speed = SPEEDS[Math.max(0, SPEEDS.indexOf(speed) - 1)]),
};

function press(action) {
    tones.wake();
    (ACTIONS[action] || (() => act(action)))();
    show();
}

// The lane of the emulated gate, in mm, on the picture's 600 units: its leaves stand in the middle.
const along = (mm) => 300 + (mm - lane[1]) * 0.34;

function showPeople() {
    const figures = state.people.map(([from, to, blocked]) => {
        const person = document.createElementNS("http://www.w3.org/2000/svg", "g");
        person.setAttribute("transform", `translate(${along((from + to) / 2)} 60)`);
        person.classList.toggle("blocked", blocked);
        const wide = Math.max(15, (to - from) * 0.17);
        person.innerHTML = `<ellipse rx="${wide}" ry="24"/><circle r="11"/>`;
        return person;
    });
    $("#people").replaceChildren(...figures);
    const left = 1 - 0.84 * state.opening / FULLY_OPEN;
    for (const leaf of all(".leaf")) leaf.style.transform = `scaleY(${left})`;
    const sentBack = state.people.some((person) => person[2]);
    $("#leaves").textContent = word(sentBack ? "blocked" : state.leaves === "open" ? "open" : "closed", lang);
}

function playDemo() {
    while (demo && virtual >= demo.next) {
        const [, verb, name] = DEMO[demo.at++];
        act(verb, name);
        if (demo.at === DEMO.length) demo = null;
        else demo.next = virtual + DEMO[demo.at][0];
    }
}

function tick(ms) {
    owed += ms;
    const whole = Math.floor(owed);
    owed -= whole;
    if (removeAt !== null && virtual >= removeAt) act("remove");
    if (demo) playDemo();
    virtual += whole;
    const [clock, told] = desk.step(whole).split("\n");
    $("#clock").textContent = clock;
    if (told === lastTold) return;
    lastTold = told;
    state = JSON.parse(told);
    for (const notes of state.tones) tones.play(notes);
    show();
}

function show() {
    if (!state.power) glass.dark();
    $("#speed").textContent = isPaused ? word("paused", lang) : "×" + speed;
    $("#caption").textContent = state.power ? state.said.map((pair) => pair[lang === "zh" ? 0 : 1]).join(" · ") : word("off", lang);
    for (const name of ["red", "amber", "green", "yellow"]) $(".lamp." + name).classList.toggle("on", state.lamps[name]);
    $("#stage").classList.toggle("open", state.leaves === "open");
    showPeople();
    for (const [name, on] of [["net", state.net], ["power", state.power], ["fire", state.fire], ["elder", state.elder],
        ["contrast", state.contrast], ["faults", state.faults.length > 0], ["demo", demo !== null], ["sound", tones.isOn]]) {
        $(`[data-act=${name}]`).classList.toggle("on", on);
    }
    for (const button of all("[data-fault]")) button.classList.toggle("on", state.faults.includes(button.dataset.fault));
    $("#reader").classList.toggle("busy", state.card !== null);
    tray.update(state);
    if (state.news.length) log(state.news);
    figures();
}

const yuan = (fen) => "¥" + (fen / 100).toFixed(2);

function figures() {
    const rows = {
        terminal: [["link", word(state.online ? "online" : "offline", lang), state.online ? "good" : "bad"], ["queued", state.queued],
            ["passages", state.passages], ["refused", state.refused], ["screen", state.screen || "—"], ["runtime", "MicroPython WebAssembly"]],
        upload: [["queued", state.queued], ["held", state.held], ...state.latest.slice().reverse().map(([seq, kind, fare]) => [null, kind + (fare ? " " + yuan(fare) : ""), "", "#" + seq])],
        money: [["takings", yuan(state.takings)], ["concessions", state.concessions], ["recovered", state.recovered], ["void", state.void]],
    }[tab];
    $("#figures").replaceChildren(...rows.flatMap(([key, value, mood = "", plain]) => [make("dt", plain || word(key, lang)), make("dd", value, mood)]));
}

function log(news) {
    const lines = $("#lines");
    const below = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 30;
    for (const { at, event, ...facts } of news) {
        const line = document.createElement("li");
        line.dataset.event = event;
        const text = Object.keys(facts).sort().map((key) => key + "=" + facts[key]).join("  ");
        line.append(make("time", at), make("b", event), make("span", text));
        lines.append(line);
    }
    while (lines.children.length > LINES) lines.firstChild.remove();
    sift();
    if (below) lines.scrollTop = lines.scrollHeight;
}

function sift() {
    const wanted = $("#filter").value.trim();
    for (const line of $("#lines").children) line.hidden = wanted !== "" && !line.textContent.includes(wanted);
}

function listen() {
    for (const button of all("[data-act]")) button.addEventListener("click", () => press(button.dataset.act));
    document.addEventListener("pointerdown", tones.wake);
    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "INPUT" || document.querySelector("dialog[open]")) return;
        const key = event.key === "=" ? "+" : event.key.toUpperCase();
        const button = $(`[data-key="${CSS.escape(key)}"]`);
        if (button) press(button.dataset.act);
        else if (!tray.byKey(key)) return;
        tones.wake();
        event.preventDefault();
    });
    $("#filter").addEventListener("input", sift);
    $("#lines").addEventListener("click", (event) => {
        if (event.target.tagName !== "B") return;
        $("#filter").value = $("#filter").value === event.target.textContent ? "" : event.target.textContent;
        sift();
    });
    for (const button of all("[data-tab]")) {
        button.addEventListener("click", () => {
            tab = button.dataset.tab;
            for (const other of all("[data-tab]")) other.classList.toggle("on", other === button);
            figures();
        });
    }
    $("#profile").append(...PROFILES.map((name) => new Option(name, name)));
    $("#profile").addEventListener("change", (event) => {
        boot(event.target.value);
        event.target.blur();
    });
    $(".arrows").innerHTML = [...Array(9).keys()].map((at) => `<path d="M${70 + 56 * at} 48l12 12-12 12"/>`).join("");
}

async function main() {
    label();
    try {
        start = await loadTerminal((...strip) => glass.paint(...strip));
        boot(PROFILES[0]);
    } catch (error) {
        $("#wait p").textContent = word("failed", lang) + error.message;
        throw error;
    }
    listen();
    tick(1);
    $("#wait").remove();
    let last = performance.now();
    const frame = (now) => {
        const ms = Math.min(now - last, LONGEST_STEP_MS);
        last = now;
        if (!isPaused && ms > 0) tick(ms * speed);
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    // For tests and for those who look under the bonnet.
    window.gatepost = {
        get state() { return state; },
        // Stops the page's own time, and lets `ms` of the terminal's pass.
        elapse(ms) {
            isPaused = true;
            for (let left = ms; left > 0; left -= 50) tick(Math.min(50, left));
            return state;
        },
        example(profile, family, name, language) {
            isPaused = true;
            boot(profile);
            desk.example(family, name, language);
            return glass.digest();
        },
    };
}

main();
