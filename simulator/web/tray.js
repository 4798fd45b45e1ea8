// Cards and phones: a click or a key presents them for a second, dragging holds them as long as a hand does.

const CLICK_PX = 6;
const HOLD_MS = 1000;

const yuan = (fen) => (fen < 0 ? "-" : "") + "¥" + (Math.abs(fen) / 100).toFixed(2);

// `doors`: the elements reader and scanner; `act(verb, name)` does it; `removeIn(ms)` takes the card away by virtual time.
export class Tray {
    constructor(box, things, doors, act, removeIn) {
        this.doors = doors;
        this.act = act;
        this.removeIn = removeIn;
        this.things = things;
        box.replaceChildren(...things.map((thing) => this.make(thing)));
    }

    make(thing) {
        const card = document.createElement("button");
        card.className = "card " + thing.kind;
        card.dataset.name = thing.name;
        card.style.setProperty("--colour", "rgb(" + thing.colour.join(" ") + ")");
        card.innerHTML = "<b></b><kbd></kbd><i></i><span></span><em></em>";
        card.querySelector("kbd").textContent = thing.key;
        card.querySelector("kbd").hidden = !thing.key;
        card.addEventListener("pointerdown", (event) => this.grab(event, thing, card));
        card.addEventListener("click", (event) => event.detail === 0 && this.show(thing)); // from the keyboard
        thing.card = card;
        return card;
    }

    label(lang) {
        const at = lang === "zh" ? 0 : 1;
        for (const thing of this.things) {
            thing.card.querySelector("b").textContent = thing.title[at];
            thing.card.querySelector("span").textContent = thing.note[at];
        }
    }

    update(state) {
        for (const thing of this.things) {
            const fen = state.balances[thing.name];
            thing.card.querySelector("em").textContent = fen === undefined ? "" : yuan(fen);
            thing.card.classList.toggle("away", state.card === thing.name);
        }
    }

    show(thing) {
        if (thing.kind === "phone") {
            this.act("code", thing.name);
        } else {
            this.act("card", thing.name);
            this.removeIn(HOLD_MS);
        }
    }

    byKey(key) {
        const thing = this.things.find((one) => one.key && one.key === key);
        if (thing) this.show(thing);
        return Boolean(thing);
    }

    grab(event, thing, card) {
        if (event.button) return;
        event.preventDefault();
        card.setPointerCapture(event.pointerId);
        const box = card.getBoundingClientRect();
        const hand = card.cloneNode(true);
        hand.classList.add("held");
        hand.style.width = box.width + "px";
        const from = [event.clientX, event.clientY];
        const door = thing.kind === "phone" ? this.doors.scanner : this.doors.reader;
        let far = false, over = false;

        const move = (to) => {
            far ||= Math.hypot(to.clientX - from[0], to.clientY - from[1]) > CLICK_PX;
            if (!far) return;
            if (!hand.isConnected) document.body.append(hand);
            hand.style.left = to.clientX - (from[0] - box.left) + "px";
            hand.style.top = to.clientY - (from[1] - box.top) + "px";
            const place = door.getBoundingClientRect();
            const now = to.clientX > place.left && to.clientX < place.right && to.clientY > place.top && to.clientY < place.bottom;
            if (now !== over) {
                over = now;
                door.classList.toggle("over", over);
                if (thing.kind === "phone") over && this.act("code", thing.name);
                else this.act(over ? "card" : "remove", thing.name);
            }
        };
        const drop = () => {
            card.removeEventListener("pointermove", move);
            door.classList.remove("over");
            hand.remove();
            if (!far) this.show(thing);
            else if (over && thing.kind === "card") this.removeIn(HOLD_MS);
        };
        card.addEventListener("pointermove", move);
        card.addEventListener("pointerup", drop, { once: true });
        card.addEventListener("pointercancel", drop, { once: true });
    }
}
