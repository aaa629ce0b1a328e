// The map without a mouse: arrows walk from neighbour to neighbour.

const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** What stands for an area in its direction from others: the middle of its largest part's box. */
export const middle = ({ box }) => [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];

/**
 * The area to go to from `from` in a direction: the neighbour that lies most that way; without one within 60 degrees,
 * the nearest area that does, over water or land.
 */
export function step(from, key, cores, beside, isReachable) {
  const [dx, dy] = DIRECTIONS[key];
  const [x, y] = middle(cores[from]);
  const shrink = Math.cos((y * Math.PI) / 180);
  const rate = (to) => {
    const there = middle(cores[to]);
    const east = (there[0] - x) * shrink;
    const north = there[1] - y;
    const distance = Math.hypot(east, north);
    return { to, distance, along: (east * dx + north * dy) / (distance || 1) };
  };
  const ahead = (candidates) =>
    candidates.filter((to) => to !== from && isReachable(to)).map(rate).filter(({ along }) => along > 0.5);
  const near = ahead(beside[from]).sort((a, b) => b.along - a.along);
  if (near.length) return near[0].to;
  const far = ahead(cores.map((_, i) => i)).sort((a, b) => a.distance / a.along - b.distance / b.along);
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
