// Paints the picture of all sprites in a thread of its own, so that the map can be moved meanwhile (picture.js has the page's end).

import { Sprite, blit } from "./blit.js";

const canvas = new OffscreenCanvas(1, 1), context = canvas.getContext("2d", { willReadFrequently: true });
const sprites = []; // by number
let image = null, pixels = null;

// `made`: [{number, width, height, pixels}, ...] that are new; `gone`: numbers that are not put again after this; `puts`: blit.js; `over`: laid on.
onmessage = ({ data: { width, height, made, gone, puts, over } }) => {
  for (const held of made) sprites[held.number] = new Sprite(held.pixels, held.width, held.height);
  if (image?.width !== width || image.height !== height) {
    [canvas.width, canvas.height] = [width, height];
    image = new ImageData(width, height);
    pixels = new Int32Array(image.data.buffer);
  }
  pixels.fill(0);
  blit(pixels, width, height, sprites, puts);
  for (const number of gone) delete sprites[number];
  context.putImageData(image, 0, 0);
  if (over) {
    context.drawImage(over, 0, 0);
    over.close();
  }
  const painted = canvas.transferToImageBitmap();
  postMessage(painted, [painted]);
};
