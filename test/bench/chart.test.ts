import { describe, expect, it } from "vitest";
import { type Bar, renderChart } from "../../bench/src/report/chart.ts";
import { chartCalls } from "../../bench/src/report/chart-calls.ts";
import { someCalls, someResult } from "./some-result.ts";

const draw = (...bars: readonly Bar[]): string =>
  renderChart({ title: "CPU per call", caption: "Shorter is better.", note: "2026-01-15: Some Processor.", bars });

const barOf = (label: string, ratio: number): Bar => ({ label, ratio, kind: "peer" });

const lengthsOf = (picture: string): readonly number[] =>
  [...picture.matchAll(/<rect [^>]*width="([\d.]+)"[^>]*class="(?:peer|behalf|bound)"/g)].map((match) =>
    Number(match[1]),
  );

describe("renderChart", () => {
  it("draws bars whose lengths are to each other as their ratios are", () => {
    const [one = 0, eight = 0] = lengthsOf(draw(barOf("one", 1), barOf("eight", 8)));
    expect(eight / one).toBeCloseTo(8, 1);
  });

  it("puts the line at the end of a bar of ×1", () => {
    const picture = draw(barOf("one", 1), barOf("eight", 8));
    const [, start = "", length = ""] = /<rect x="(\d+)"[^>]*width="([\d.]+)" height="18"/.exec(picture) ?? [];
    expect(picture).toContain(`<line x1="${Number(start) + Number(length)}"`);
  });

  it("keeps every bar and its number inside the picture", () => {
    const picture = draw(barOf("least", 0.001), barOf("most", 1_000));
    const [, width = ""] = /viewBox="0 0 (\d+) /.exec(picture) ?? [];
    for (const [, x] of picture.matchAll(/<text x="([\d.]+)"[^>]*class="value"/g)) {
      expect(Number(x) + 50).toBeLessThan(Number(width));
    }
  });

  it("tells a screen reader what it shows, and every number", () => {
    const picture = draw(barOf("Behalf", 0.98), barOf("axios", 7));
    expect(picture).toContain('role="img" aria-labelledby="title description"');
    expect(picture).toContain('<title id="title">CPU per call</title>');
    expect(picture).toMatch(/<desc id="description">.*Behalf: ×0\.98; axios: ×7\.00\..*<\/desc>/);
  });

  it("has colours for a light and for a dark scheme, and a ground of its own", () => {
    const picture = draw(barOf("one", 1));
    expect(picture).toContain("@media (prefers-color-scheme: dark)");
    expect(picture).toContain('class="ground"');
  });

  it("loads nothing and runs nothing", () => {
    const picture = draw(barOf("one", 1)).replace('xmlns="http://www.w3.org/2000/svg"', "");
    expect(picture).not.toMatch(/https?:|<script|@import|url\(|href|@font-face/);
  });

  it("takes a label as text, never as markup", () => {
    const picture = draw(barOf('<b> & "c"', 1));
    expect(picture).toContain("&lt;b&gt; &amp; &quot;c&quot;");
    expect(picture).not.toContain("<b>");
  });
});

describe("chartCalls", () => {
  it("shows the ratios of 16 calls at a time, the least first", () => {
    const chart = chartCalls({ suites: { calls: someCalls({ axios: [1, 7, 2], behalf: [5, 0.98, 6] }) } });
    expect(chart?.bars.map(({ ratio }) => ratio)).toEqual([0.98, 7]);
    expect(chart?.caption).toContain("16 at a time");
  });

  it("shows those of the first concurrency where 16 was not measured", () => {
    expect(chartCalls({ suites: { calls: someCalls({ behalf: [5] }) } })?.bars).toMatchObject([{ ratio: 5 }]);
  });

  it("calls a row by its title where it has no shorter name", () => {
    const chart = chartCalls({ suites: { calls: someCalls({ another: [1, 2, 3] }) } });
    expect(chart?.bars).toMatchObject([{ label: "the row another" }]);
  });

  it("shows nothing where the calls were not measured", () => {
    expect(chartCalls({ suites: { hit: someResult() } })).toBeUndefined();
  });
});
