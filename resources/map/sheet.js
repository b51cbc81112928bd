// A Leaflet canvas whose finished drawing goes to the screen once: a canvas that can still be drawn on is copied with every frame in which the map
// moves. Opaque, so that nothing has to be mixed with what lies under it. For lines and areas that are not found under the mouse.

export const Sheet = L.Canvas.extend({
  // `options.ground()`: the colour under everything.
  _initContainer() {
    this._container = document.createElement("canvas");
    this._screen = this._container.getContext("bitmaprenderer");
    this._ctx = new OffscreenCanvas(1, 1).getContext("2d", { alpha: false });
  },

  _update() {
    L.Renderer.prototype._update.call(this);
    const { min } = this._bounds, size = this._bounds.getSize(), { canvas } = this._ctx, fine = L.Browser.retina ? 2 : 1;
    [canvas.width, canvas.height] = [fine * size.x, fine * size.y]; // this undoes the last translation too
    this._ctx.scale(fine, fine);
    this._ctx.translate(-min.x, -min.y);
    this.fire("update");
  },

  _clear() {
    const { canvas } = this._ctx;
    this._ctx.save();
    this._ctx.setTransform(1, 0, 0, 1, 0, 0);
    this._ctx.fillStyle = this.options.ground();
    this._ctx.fillRect(0, 0, canvas.width, canvas.height);
    this._ctx.restore();
  },

  // All of it, since nothing is left of the last drawing.
  _redraw() {
    this._redrawBounds = null;
    L.Canvas.prototype._redraw.call(this);
    const { canvas } = this._ctx, size = this._bounds.getSize();
    if (this._container.width !== canvas.width || this._container.height !== canvas.height) [this._container.width, this._container.height] = [canvas.width, canvas.height];
    [this._container.style.width, this._container.style.height] = [`${size.x}px`, `${size.y}px`];
    L.DomUtil.setPosition(this._container, this._bounds.min);
    this._screen.transferFromImageBitmap(canvas.transferToImageBitmap());
  },
});
