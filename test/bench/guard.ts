/** Something that must never be, on however noisy a machine. */
export interface Fault {
  readonly what: string;
  readonly found: number;
  readonly limit: number;
}

/** One fault where more was found than may be, else none. */
export function atMost(limit: number, found: number, what: string): Fault[] {
  return found <= limit ? [] : [{ what, found, limit }];
}
