// The gate's tones through Web Audio. Browsers keep silent until somebody has clicked or pressed a key.

const LOUDNESS = 0.15;
const RAMP_S = 0.004;
let context = null;
export let isOn = true;

export function toggle() {
    isOn = !isOn;
}

export function wake() {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (Context && !context) context = new Context();
    if (context && context.state === "suspended") context.resume();
}

// `notes`: [[hertz, ms], ...]; 0 hertz is a rest.
export function play(notes) {
    if (!isOn || !context || context.state !== "running") return;
    let at = context.currentTime;
    for (const [hertz, ms] of notes) {
        const end = at + ms / 1000;
        if (hertz) {
            const tone = context.createOscillator(), level = context.createGain();
            tone.frequency.value = hertz;
            level.gain.setValueAtTime(0, at);
            level.gain.linearRampToValueAtTime(LOUDNESS, at + RAMP_S);
            level.gain.setValueAtTime(LOUDNESS, end - RAMP_S);
            level.gain.linearRampToValueAtTime(0, end);
            tone.connect(level).connect(context.destination);
            tone.start(at);
            tone.stop(end);
        }
        at = end;
    }
}
