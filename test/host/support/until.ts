/**
 * Looks every 25 ms until `look` gives something other than undefined, false or null; for facts outside
 * the process that announce themselves to nobody. Rejects after `timeoutMs` milliseconds with `report()`.
 */
export async function until<T>(
  look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  timeoutMs: number,
  report: () => string | Promise<string>,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false && seen !== null) return seen;
    if (performance.now() > end) throw new Error(`${await report()} (after ${timeoutMs} ms)`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
