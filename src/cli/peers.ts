import { listPeers } from "../mesh/peers.ts";
import { peersTable } from "../text/peers-table.ts";
import { type Command, EXIT, JSON_OPTION } from "./command.ts";
import { ownSession, withMesh } from "./mesh.ts";

export const peers: Command = {
  name: "peers",
  usage: "peers [--live]",
  summary: "who is there, and what they are doing",
  details: [
    "In a session's own Bash tool, that session is marked (you). OPEN counts the questions that a peer has yet to answer.",
  ],
  args: { min: 0, max: 0 },
  options: { live: { about: "leave out those without a live session" }, json: JSON_OPTION },
  async run(call) {
    const { options, screen } = call;
    const list = await withMesh(call, async (mesh) => listPeers(mesh, await ownSession(mesh)));
    const peers = options.has("live") ? list.peers.filter(({ status }) => status !== "inactive") : list.peers;
    if (options.has("json")) await screen.printJson({ ...list, peers });
    else await screen.print(peersTable({ ...list, peers }, screen.look()));
    return EXIT.done;
  },
};
