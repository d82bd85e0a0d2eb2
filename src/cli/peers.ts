import { listPeers } from "../mesh/peers.ts";
import { peersTable } from "../text/peers-table.ts";
import { type Command, EXIT, JSON_OPTION } from "./command.ts";
import { FENCED_DETAIL, wordsFor } from "./fenced.ts";
import { ownSession, withMesh } from "./mesh.ts";

export const peers: Command = {
  name: "peers",
  usage: "peers [--live]",
  summary: "who is there, and what they are doing",
  details: [
    "In a session's own Bash tool, that session is marked (you). OPEN counts the questions that a peer has yet to answer.",
    FENCED_DETAIL,
  ],
  args: { min: 0, max: 0 },
  options: { live: { about: "leave out those without a live session" }, json: JSON_OPTION },
  async run(call) {
    const { options, screen } = call;
    return withMesh(call, async (mesh) => {
      const words = await wordsFor(mesh, call);
      const list = await listPeers(mesh, await ownSession(mesh));
      const peers = options.has("live")
        ? list.peers.filter(({ status }) => status !== "inactive")
        : list.peers;
      const view = peersTable({ ...list, peers }, screen.look());
      if (options.has("json")) await screen.printJson(words.json({ ...list, peers }));
      else await screen.print(peers.length === 0 ? view : words.text(view));
      return EXIT.done;
    });
  },
};
