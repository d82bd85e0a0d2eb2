/** Rings the file bell of a peer once, from a process of its own. */
import { makeFileBell } from "../../src/bell/file-bell.ts";

const [, , folder = "", peer = ""] = process.argv;
const bell = makeFileBell(folder);
bell.ring(Number(peer));
bell.close();
