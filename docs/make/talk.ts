/** Two real sessions of the client, of which one asks the other; what their model says is scripted. */
import { join } from "node:path";
import { answering, calling, meshTool, requestsOf, saying } from "../../test/host/support/colleague.ts";
import type { Script } from "../../test/host/support/model.ts";
import { observe } from "../../test/host/support/observer.ts";
import type { Size } from "../../test/host/support/terminal.ts";
import { makeWorld } from "../../test/host/support/world.ts";

const WISH = "ask backend which fields POST /orders takes now";
const QUESTION = "I am building the order form. Which fields does POST /orders take now?";
const ANSWER =
  "sku, quantity (1 to 99) and currency. Since yesterday currency is an ISO 4217 code such as EUR, no longer a number.";
const CONCLUSION =
  "backend says: sku, quantity (1 to 99) and currency, which is an ISO 4217 code since yesterday. " +
  "So the form needs a list of currencies instead of its number field.";

const asker: Script = (request) => {
  if (saying(ANSWER)(request)) return { text: CONCLUSION };
  return calling("ask_peer", { to: "backend", question: QUESTION });
};

const answerer = answering(
  () => ANSWER,
  () => ({ text: "Told frontend which fields an order has, and that currency is a code now." }),
);

/** The screens of asker and answerer once it is over, row by row, with their escape sequences. */
export async function talk(size: Size): Promise<{ asker: string[]; answerer: string[] }> {
  await using world = await makeWorld();
  const { model, client } = world;
  model.script("frontend", asker);
  model.script("backend", answerer);
  const open = (name: string) => {
    const args = ["--verbose", "--allowedTools", meshTool("ask_peer")];
    return world.open(name, { project: join(client.home, "shop", name), size, args });
  };
  const backend = await open("backend");
  const frontend = await open("frontend");
  {
    // Gone again before they talk: nothing of it is in the picture.
    await using observer = await observe(world);
    for (const name of ["backend", "frontend"]) {
      await observer.waitForPeer(name, ({ status }) => status === "active");
    }
  }
  await frontend.type(WISH);
  await model.waitFor("frontend", saying(ANSWER), 60_000);
  await model.waitFor("backend", saying("delivered"), 20_000);
  await Promise.all([frontend.waitForIdle(20_000), backend.waitForIdle(20_000)]);
  if (requestsOf(model, "frontend").length !== 2 || model.scriptErrors.length > 0) {
    throw new Error("the talk did not go as it was written");
  }
  return { asker: await frontend.picture(), answerer: await backend.picture() };
}
