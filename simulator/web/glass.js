// The gate's display: rows of big-endian RGB565 out of MicroPython's memory onto a canvas, and back for comparison.

export class Glass {
    constructor(canvas) {
        this.canvas = canvas;
        this.context = canvas.getContext("2d", { willReadFrequently: true });
    }

    resize([width, height]) {
        this.canvas.width = width;
        this.canvas.height = height;
    }

    paint(memory, x, y, width, height, at) {
        const image = this.context.createImageData(width, height);
        const out = image.data;
        for (let pixel = 0; pixel < width * height; pixel++, at += 2) {
            const value = memory[at] << 8 | memory[at + 1];
            const red = value >> 11, green = value >> 5 & 63, blue = value & 31;
            out[4 * pixel] = red << 3 | red >> 2;
            out[4 * pixel + 1] = green << 2 | green >> 4;
            out[4 * pixel + 2] = blue << 3 | blue >> 2;
            out[4 * pixel + 3] = 255;
        }
        this.context.putImageData(image, x, y);
    }

    dark() {
        this.context.fillStyle = "#000";
        this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    }

    // First 16 digits of the SHA-256 of what the canvas shows, as panel pixels: how the project records its pictures.
    async digest() {
        const shown = this.context.getImageData(0, 0, this.canvas.width, this.canvas.height).data;
        const pixels = new Uint8Array(shown.length / 2);
        for (let pixel = 0; pixel < pixels.length / 2; pixel++) {
            const value = shown[4 * pixel] >> 3 << 11 | shown[4 * pixel + 1] >> 2 << 5 | shown[4 * pixel + 2] >> 3;
            pixels[2 * pixel] = value >> 8;
            pixels[2 * pixel + 1] = value & 255;
        }
        const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", pixels));
        return Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
    }
}
