// The islands of the South China Sea, drawn small in a corner from the same shapes, in the same colours.

const WINDOW = [106.5, 2.6, 123.2, 24.6];

export class Inset {
  constructor(canvas) {
    this.canvas = canvas;
  }

  /** Draw what lies in the window; `colourOf` gives an area's colour. */
  draw({ features, boxes }, lines, colourOf) {
    const ratio = Math.max(1, devicePixelRatio);
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width) return;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const pen = this.canvas.getContext("2d");
    const scale = Math.min(width / (WINDOW[2] - WINDOW[0]), height / (stretch(WINDOW[3]) - stretch(WINDOW[1])));
    pen.setTransform(ratio * scale, 0, 0, -ratio * scale, -WINDOW[0] * ratio * scale, stretch(WINDOW[3]) * ratio * scale);
    pen.lineJoin = "round";
    features.forEach((feature, i) => {
      if (!overlaps(boxes[i])) return;
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

function overlaps([west, south, east, north]) {
  return west < WINDOW[2] && east > WINDOW[0] && south < WINDOW[3] && north > WINDOW[1];
}

function trace(pen, rings) {
  pen.beginPath();
  for (const ring of rings) {
    ring.forEach(([x, y], i) => (i ? pen.lineTo(x, stretch(y)) : pen.moveTo(x, stretch(y))));
  }
}
