// The map without a mouse: arrows walk from neighbour to neighbour.

const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** A point that stands for an area: the middle of its largest ring's box. */
export function middle(feature) {
  let best = null;
  let size = -1;
  for (const [shell] of feature.geometry.coordinates) {
    const xs = shell.map((p) => p[0]);
    const ys = shell.map((p) => p[1]);
    const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    const area = (box[2] - box[0]) * (box[3] - box[1]);
    if (area > size) [size, best] = [area, [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]];
  }
  return best;
}

/**
 * The area to go to from `from` in a direction: the neighbour that lies most that way; without one within 60 degrees,
 * the nearest area that does, over water or land.
 */
export function step(from, key, middles, beside, isReachable) {
  const [dx, dy] = DIRECTIONS[key];
  const [x, y] = middles[from];
  const shrink = Math.cos((y * Math.PI) / 180);
  const rate = (to) => {
    const east = (middles[to][0] - x) * shrink;
    const north = middles[to][1] - y;
    const distance = Math.hypot(east, north);
    return { to, distance, along: (east * dx + north * dy) / (distance || 1) };
  };
  const ahead = (candidates) =>
    candidates.filter((to) => to !== from && isReachable(to)).map(rate).filter(({ along }) => along > 0.5);
  const near = ahead(beside[from]).sort((a, b) => b.along - a.along);
  if (near.length) return near[0].to;
  const far = ahead(middles.map((_, i) => i)).sort((a, b) => a.distance / a.along - b.distance / b.along);
  return far.length ? far[0].to : null;
}

/** Listen for keys on the map; each action gets what it needs. */
export function listen(element, actions) {
  element.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = event.key in DIRECTIONS ? () => actions.move(event.key) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  });
}
