const UNITS = ["bytes", "kB", "MB", "GB", "TB"];

/** `512 bytes`, `4.1 kB`, `83 GB`. */
export function byteText(bytes: number): string {
  let at = 0;
  let value = bytes;
  while (value >= 1000 && at < UNITS.length - 1) {
    value /= 1000;
    at++;
  }
  const digits = at === 0 || value >= 10 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[at]}`;
}
