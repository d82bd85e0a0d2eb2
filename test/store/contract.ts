/** The store's laws, one suite for every backend. */
import { describe } from "node:test";
import { answerLaws } from "./laws/answer.ts";
import { askLaws } from "./laws/ask.ts";
import { attentionLaws } from "./laws/attention.ts";
import { callLaws } from "./laws/calls.ts";
import { cancelLaws } from "./laws/cancel.ts";
import { endLaws } from "./laws/end.ts";
import { forgetLaws } from "./laws/forget.ts";
import { historyLaws } from "./laws/history.ts";
import { joinLaws } from "./laws/join.ts";
import { nameLaws } from "./laws/names.ts";
import { needLaws } from "./laws/need.ts";
import { probeLaws } from "./laws/probe.ts";
import { projectLaws } from "./laws/project.ts";
import { randomLaw } from "./laws/random.ts";
import { remindLaws } from "./laws/remind.ts";
import { renameLaws } from "./laws/rename.ts";
import { ringLaws } from "./laws/ring.ts";
import { servingLaws } from "./laws/serving.ts";
import { severalLaws } from "./laws/several.ts";
import { showLaws } from "./laws/show.ts";
import { trustLaws } from "./laws/trust.ts";
import { turnLaws } from "./laws/turn.ts";
import { waitLaws } from "./laws/wait.ts";
import { wakeLaws } from "./laws/wake.ts";
import type { MakeBackend } from "./stage.ts";

export function storeContract(backend: string, make: MakeBackend): void {
  describe(`the store on ${backend}`, () => {
    describe("names: unique among live peers, kept by their project", () => nameLaws(make));
    describe("project: mail is its own, whatever its peers are called", () => projectLaws(make));
    describe("sessions: bound to a host process", () => joinLaws(make));
    describe("ask: one step from question to wait", () => askLaws(make));
    describe("several: all of them or nobody", () => severalLaws(make));
    describe("trust: who may ask, and what nobody is asked about", () => trustLaws(make));
    describe("serving: who can be asked, and whose mail it is", () => servingLaws(make));
    describe("attention: what is pushed has an end", () => attentionLaws(make));
    describe("show: a text counts as shown when it was written", () => showLaws(make));
    describe("turn: what was shown in a turn that was taken back", () => turnLaws(make));
    describe("remind: at most twice, and only what was shown", () => remindLaws(make));
    describe("answer: one question, one answer", () => answerLaws(make));
    describe("wait: until enough is there", () => waitLaws(make));
    describe("need: as many answers as are wanted", () => needLaws(make));
    describe("ring: no sessions wait for each other in a ring", () => ringLaws(make));
    describe("rename: two addresses become one", () => renameLaws(make));
    describe("wake: one for a burst, one way after the other", () => wakeLaws(make));
    describe("cancel: what nobody saw is taken back", () => cancelLaws(make));
    describe("calls: several of one session for the same answer", () => callLaws(make));
    describe("end: gone sessions and old questions", () => endLaws(make));
    describe("history: for people", () => historyLaws(make));
    describe("forget: what is finished and long gone", () => forgetLaws(make));
    describe("probe: a test question is none", () => probeLaws(make));
    describe("any order of steps", () => randomLaw(make));
  });
}
