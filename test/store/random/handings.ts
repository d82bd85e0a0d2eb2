import { HANDING_LEASE } from "../../../src/domain/question.ts";

interface Handing {
  readonly token: string;
  readonly at: number;
}

/** Texts in somebody's hands: taken to be shown and neither confirmed nor released. */
export interface Handings {
  has(id: number): boolean;
  /** The handing is younger than the lease, so nobody else may take the text. */
  isHeld(id: number): boolean;
  take(id: number, token: string): void;
  /** The texts that a token still stands for are in nobody's hands any more. Returns them. */
  drop(token: string): number[];
  /** The text is in nobody's hands any more, whoever had it. */
  free(id: number): void;
}

export function makeHandings(clock: { readonly now: number }): Handings {
  const handings = new Map<number, Handing>();
  const idsOfToken = new Map<string, number[]>();
  return {
    has: (id) => handings.has(id),
    isHeld(id) {
      const handing = handings.get(id);
      return handing !== undefined && clock.now - handing.at < HANDING_LEASE;
    },
    take(id, token) {
      handings.set(id, { token, at: clock.now });
      idsOfToken.set(token, [...(idsOfToken.get(token) ?? []), id]);
    },
    drop(token) {
      const ids = (idsOfToken.get(token) ?? []).filter((id) => handings.get(id)?.token === token);
      idsOfToken.delete(token);
      for (const id of ids) handings.delete(id);
      return ids;
    },
    free: (id) => void handings.delete(id),
  };
}
