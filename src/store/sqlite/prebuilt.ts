/** The version of better-sqlite3 that the lock file pins. */
export const PACKAGE_VERSION = "13.2.0";

/**
 * SHA-256 of each binary that this version of the package brings along, by file name. To load one that was cut off, or whose
 * pages were never written, kills the process (SIGBUS, SIGSEGV), so a binary is known before it is loaded.
 */
export const PREBUILT_SUMS: Readonly<Record<string, string>> = {
  "darwin-arm64.node": "c45fd39d66a36bb4683a78ec6395429af0c4f0ebbbeea64ffc36c3a2380a3e03",
  "darwin-x64.node": "ebdc3de0ca192960581fd9c67967876d374114e1d1ee72da47d8c74eec2d2faa",
  "linux-arm64.node": "bfa8c1f220b9430cb99c1197d5772e255aad3c90847572a202b29872ce1bcb4e",
  "linux-x64.node": "1a03a2916dd210925f8a074d460f0f7a2a28b1aeed2a1c3e2bf1a3b0322276cf",
  "linuxmusl-arm64.node": "3cecb8ff08dfc3a8dca4af25f5b0f47c5e6b542b9b0ebbabaa06cf1339615fea",
  "linuxmusl-x64.node": "83fa110c518d8a0f17625053473e7d25d251b8b28a321c35a59f815e11bbe78e",
  "win32-arm64.node": "0f9141489eb25c9605a690e23867e1ff71f8b542caaa7ef9c1317149ca558df4",
  "win32-x64.node": "2442992c114c9dcaa299c2495370f09a890e02706e96c642f9f8d61ce2998848",
};
