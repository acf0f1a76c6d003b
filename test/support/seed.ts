/** The seed of this run's property tests: of the variable FC_SEED, else a new one. It is printed, so that a run can be repeated. */
export function chooseSeed(name: string): number {
  const given = Number(process.env.FC_SEED);
  const seed = process.env.FC_SEED !== undefined && Number.isSafeInteger(given) ? given : Date.now() % 2 ** 31;
  process.stdout.write(`${name}: FC_SEED=${seed}\n`);
  return seed;
}
