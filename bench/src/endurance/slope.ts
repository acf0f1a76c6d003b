/** A number that was read after so many calls. */
export interface Reading {
  readonly calls: number;
  readonly value: number;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** By how much the readings grow with each call: the line that lies nearest to them all. Less than two have no slope. */
export function toSlope(readings: readonly Reading[]): number {
  if (readings.length < 2) return 0;
  const [middleCalls, middleValue] = [
    mean(readings.map(({ calls }) => calls)),
    mean(readings.map(({ value }) => value)),
  ];
  let [along, across] = [0, 0];
  for (const { calls, value } of readings) {
    along += (calls - middleCalls) ** 2;
    across += (calls - middleCalls) * (value - middleValue);
  }
  return across / along;
}
