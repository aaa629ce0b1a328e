// Numbers in the language of the page.

export function formatter(lang, decimals) {
  const format = new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return (value) => format.format(value);
}

/** Rank of each value from the highest, equals sharing the better place; NaN and null have none. */
export function ranks(values) {
  const known = values.filter((value) => value !== null).sort((a, b) => b - a);
  const first = new Map();
  known.forEach((value, i) => first.has(value) || first.set(value, i + 1));
  return { of: values.map((value) => first.get(value) ?? null), count: known.length };
}
