import { type ModelRequest, summary } from "./request.ts";

type Fits = (request: ModelRequest) => boolean;

/** Every request so far, and the waiting for one that fits. */
export interface RequestLog {
  readonly requests: readonly ModelRequest[];
  add(request: ModelRequest): void;
  waitFor(key: string, fits: Fits, timeoutMs: number, after?: ModelRequest): Promise<ModelRequest>;
}

function report(requests: readonly ModelRequest[], key: string, timeoutMs: number): string {
  const own = requests.filter((request) => request.key === key).map(summary);
  const list = own.length === 0 ? "(none)" : own.join("\n  ");
  const others = requests.length - own.length;
  return `no fitting request of ${key} in ${timeoutMs} ms; it sent (and others ${others}):\n  ${list}`;
}

export function makeRequestLog(): RequestLog {
  const requests: ModelRequest[] = [];
  const watchers = new Set<(request: ModelRequest) => void>();
  return {
    requests,
    add(request) {
      requests.push(request);
      for (const watch of watchers) watch(request);
    },
    waitFor(key, fits, timeoutMs, after) {
      const first = after === undefined ? 0 : after.index + 1;
      const mine: Fits = (request) =>
        request.key === key && !request.side && request.index >= first && fits(request);
      const past = requests.find(mine);
      if (past !== undefined) return Promise.resolve(past);
      const { promise, resolve, reject } = Promise.withResolvers<ModelRequest>();
      const watch = (request: ModelRequest): void => {
        if (mine(request)) resolve(request);
      };
      watchers.add(watch);
      const timer = setTimeout(() => reject(new Error(report(requests, key, timeoutMs))), timeoutMs);
      return promise.finally(() => {
        clearTimeout(timer);
        watchers.delete(watch);
      });
    },
  };
}
