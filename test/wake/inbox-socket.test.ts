import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { inboxSocket, postToInbox } from "../../src/wake/inbox-socket.ts";
import { openClientInbox } from "../support/client-inbox.ts";
import { tempFolder } from "../support/folder.ts";
import { must, until } from "../support/until.ts";

describe("the inbox socket", () => {
  test("is there where the client gives both its path and its token", () => {
    const env = { CLAUDE_CODE_MESSAGING_SOCKET: "/run/x.sock", CLAUDE_CODE_MESSAGING_TOKEN: "t" };
    assert.deepEqual(inboxSocket(env), { path: "/run/x.sock", token: "t" });
    for (const name of Object.keys(env)) {
      assert.equal(inboxSocket({ ...env, [name]: undefined }), undefined);
      assert.equal(inboxSocket({ ...env, [name]: "" }), undefined);
    }
  });

  test("is posted the token and one line, and nothing else", async (t) => {
    const inbox = await openClientInbox(t);
    await postToInbox(must(inboxSocket(inbox.env)), 'look "here"\nnow');
    await until("the post", () => inbox.posts.length > 0);
    assert.deepEqual(inbox.posts, [
      [
        { type: "auth", token: inbox.token },
        { type: "user", message: { role: "user", content: 'look "here"\nnow' } },
      ],
    ]);
  });

  test("that nobody listens on is an error without the token in it", async () => {
    const socket = { path: join(tempFolder(), "none.sock"), token: "secret" };
    await assert.rejects(postToInbox(socket, "x"), (error: Error) => !`${error.stack}`.includes("secret"));
  });
});
