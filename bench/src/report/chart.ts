import type { RowKind } from "../row.ts";

/** One bar of the chart. */
export interface Bar {
  readonly label: string;
  readonly ratio: number;
  readonly kind: RowKind;
}

/** What the chart shows. */
export interface Chart {
  readonly title: string;
  /** What the bars mean, in a sentence. */
  readonly caption: string;
  /** What stands below it: where and when it was measured. */
  readonly note: string;
  readonly bars: readonly Bar[];
}

const width = 820;
const labelWidth = 330;
const valueWidth = 60;
const margin = 20;
const barHeight = 18;
const step = 28;
const headHeight = 74;
const footHeight = 48;

/** Colours of text and bars, each legible on the ground of its scheme. */
const style = `
    .ground { fill: #ffffff; stroke: #d0d7de; }
    text { font-family: system-ui, -apple-system, "Segoe UI", sans-serif; font-size: 13px; fill: #1f2328; }
    .title { font-size: 16px; font-weight: 600; }
    .quiet { fill: #59636e; font-size: 12px; }
    .value { font-variant-numeric: tabular-nums; }
    .line { stroke: #59636e; stroke-dasharray: 3 3; }
    .behalf { fill: #1a7f64; }
    .bound { fill: #8c959f; }
    .peer { fill: #5f7fb3; }
    .label-behalf { font-weight: 600; }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #0d1117; stroke: #3d444d; }
      text { fill: #f0f6fc; }
      .quiet { fill: #9198a1; }
      .line { stroke: #9198a1; }
      .behalf { fill: #3fb68b; }
      .bound { fill: #6e7681; }
      .peer { fill: #7a9bd1; }
    }
  `;

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const toMarkup = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? "");
const formatRatio = (ratio: number): string => `×${ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1)}`;
const round = (length: number): number => Math.round(length * 10) / 10;

/** A bar, and its number behind it; behind the line at ×1 too, where the bar is shorter. */
function drawBar({ label, ratio, kind }: Bar, index: number, unit: number): string {
  const top = headHeight + index * step;
  const baseline = top + barHeight - 4;
  const length = Math.max(1, round(ratio * unit));
  return [
    `<text x="${labelWidth - 10}" y="${baseline}" text-anchor="end" class="label-${kind}">${toMarkup(label)}</text>`,
    `<rect x="${labelWidth}" y="${top}" width="${length}" height="${barHeight}" rx="2" class="${kind}"/>`,
    `<text x="${round(labelWidth + Math.max(length, unit) + 8)}" y="${baseline}" class="value">${formatRatio(ratio)}</text>`,
  ].join("\n  ");
}

/**
 * Draws horizontal bars whose lengths are to each other as their ratios are, with a line at ×1.
 *
 * The picture brings its own ground, is legible in a light and in a dark scheme, loads nothing, and says its numbers in words.
 */
export function renderChart({ title, caption, note, bars }: Chart): string {
  const height = headHeight + bars.length * step + footHeight;
  const largest = Math.max(1, ...bars.map(({ ratio }) => ratio));
  const unit = (width - labelWidth - valueWidth - margin) / largest;
  const one = round(labelWidth + unit);
  const end = headHeight + bars.length * step;
  const description = bars.map(({ label, ratio }) => `${label}: ${formatRatio(ratio)}`).join("; ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
  <title id="title">${toMarkup(title)}</title>
  <desc id="description">${toMarkup(`${caption} ${description}. ${note}`)}</desc>
  <style>${style}</style>
  <rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6" class="ground"/>
  <text x="${margin}" y="30" class="title">${toMarkup(title)}</text>
  <text x="${margin}" y="52" class="quiet">${toMarkup(caption)}</text>
  ${bars.map((bar, index) => drawBar(bar, index, unit)).join("\n  ")}
  <line x1="${one}" y1="${headHeight - 8}" x2="${one}" y2="${end}" class="line"/>
  <text x="${one}" y="${end + 16}" text-anchor="middle" class="quiet">×1</text>
  <text x="${margin}" y="${height - 14}" class="quiet">${toMarkup(note)}</text>
</svg>
`;
}
