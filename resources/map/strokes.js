// A line that is read on any ground: a wide one of the halo's colour, and the line itself on it.

// `path()` adds to the context's path; the width is the line's.
export function strokeTwice(context, halo, colour, width, path, wider = 3) {
  for (const [style, wide] of [[halo, width + wider], [colour, width]]) {
    context.strokeStyle = style;
    context.lineWidth = wide;
    context.beginPath();
    path();
    context.stroke();
  }
}
