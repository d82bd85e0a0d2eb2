/** One version for package, manifest and marketplace; a test holds them together. */
export const VERSION = "0.1.0";
