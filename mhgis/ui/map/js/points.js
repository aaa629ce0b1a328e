// Facilities as points, near ones drawn together as one circle with their number.

import { collection } from "./geometry.js";
import { INK } from "./style.js";

const SOURCE = "facilities";
const COLOUR = "#1F5F99";
const RADIUS = 44;
/** Digits are drawn as pictures: a map without a glyph server has no letters. */
const PICTURE = "count-";

export class Points {
  constructor(map) {
    this.map = map;
    map.addSource(SOURCE, { type: "geojson", data: collection([]), cluster: true, clusterRadius: RADIUS, clusterMaxZoom: 9 });
    map.on("styleimagemissing", ({ id }) => { if (id.startsWith(PICTURE)) this.draw(id); });
    const isGroup = ["has", "point_count"];
    map.addLayer({
      id: "facility-groups", type: "circle", source: SOURCE, filter: isGroup,
      paint: {
        "circle-color": COLOUR, "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 2,
        "circle-radius": ["step", ["get", "point_count"], 12, 10, 15, 100, 19, 1000, 24],
      },
    });
    map.addLayer({
      id: "facility-counts", type: "symbol", source: SOURCE, filter: isGroup,
      layout: {
        "icon-image": ["concat", PICTURE, ["get", "point_count_abbreviated"]], "icon-allow-overlap": true,
      },
    });
    map.addLayer({
      id: "facility", type: "circle", source: SOURCE, filter: ["!", isGroup],
      paint: { "circle-color": "#FFFFFF", "circle-stroke-color": INK, "circle-stroke-width": 2, "circle-radius": 5 },
    });
  }

  show({ lon, lat, name, beds }) {
    this.map.getSource(SOURCE).setData(collection(lon.map((x, i) => ({
      type: "Feature", properties: { name: name[i], beds: beds[i] }, geometry: { type: "Point", coordinates: [x, lat[i]] },
    }))));
  }

  clear() {
    this.map.getSource(SOURCE).setData(collection([]));
  }

  draw(id) {
    const text = id.slice(PICTURE.length);
    const ratio = 2;
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const font = `600 ${12 * ratio}px sans-serif`;
    pen.font = font;
    canvas.width = Math.ceil(pen.measureText(text).width) + 2;
    canvas.height = 16 * ratio;
    Object.assign(pen, { font, fillStyle: "#FFFFFF", textAlign: "center", textBaseline: "middle" });
    pen.fillText(text, canvas.width / 2, canvas.height / 2);
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
    if (!this.map.hasImage(id)) this.map.addImage(id, picture, { pixelRatio: ratio });
  }

  /** What stands under the pointer: the properties of a facility or of a group, null for none. */
  at(point) {
    const [found] = this.map.queryRenderedFeatures(point, { layers: ["facility", "facility-groups"] });
    return found ? { ...found.properties, where: found.geometry.coordinates } : null;
  }

  /** Go nearer to a group until it falls apart; says where to look. */
  async open({ cluster_id: group, where }) {
    const zoom = await this.map.getSource(SOURCE).getClusterExpansionZoom(group);
    return { center: where, zoom };
  }
}
