/** Write permission for the group and for all others. */
const OTHERS_WRITE = 0o022;

/**
 * Why a file or folder is not the user's alone to write to: the boundary of the mesh is the user of the operating system.
 * @param entry as `stat` tells it
 * @param me the user's id; undefined where the platform has none, and then nothing is said
 */
export function strangers(
  { uid, mode }: { readonly uid: number; readonly mode: number },
  me: number | undefined,
): "owner" | "writers" | undefined {
  if (me === undefined) return undefined;
  if (uid !== me) return "owner";
  return mode & OTHERS_WRITE ? "writers" : undefined;
}
