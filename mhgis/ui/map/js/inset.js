// What lies far out, drawn small in a corner from the same shapes, in the same colours.

export class Inset {
  /** `window` is what the inset shows: west, south, east, north in degrees. */
  constructor(canvas, window) {
    this.canvas = canvas;
    this.window = window;
  }

  /** Draw what lies in the window; `colourOf` gives an area's colour. */
  draw({ features, boxes }, lines, colourOf) {
    const ratio = Math.max(1, devicePixelRatio);
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const [west, south, east, north] = this.window;
    if (!width) return;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const pen = this.canvas.getContext("2d");
    const scale = Math.min(width / (east - west), height / (stretch(north) - stretch(south)));
    pen.setTransform(ratio * scale, 0, 0, -ratio * scale, -west * ratio * scale, stretch(north) * ratio * scale);
    pen.lineJoin = "round";
    features.forEach((feature, i) => {
      if (!overlaps(boxes[i], this.window)) return;
      trace(pen, feature.geometry.coordinates.flat());
      pen.fillStyle = pen.strokeStyle = colourOf(i);
      pen.lineWidth = 0.6 / scale;
      pen.fill("evenodd");
      pen.stroke();
    });
    trace(pen, lines.coordinates);
    pen.strokeStyle = "#3D4B59";
    pen.lineWidth = 1.2 / scale;
    pen.stroke();
  }
}

/** Mercator's northing in degrees, so that the inset has the map's own proportions. */
function stretch(lat) {
  return (Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) * 180) / Math.PI;
}

function overlaps([west, south, east, north], window) {
  return west < window[2] && east > window[0] && south < window[3] && north > window[1];
}

function trace(pen, rings) {
  pen.beginPath();
  for (const ring of rings) {
    ring.forEach(([x, y], i) => (i ? pen.lineTo(x, stretch(y)) : pen.moveTo(x, stretch(y))));
  }
}
