import { beforeEach, expect, test } from "vitest";
import { Places } from "../src/shell/places.ts";

beforeEach(() => {
  localStorage.clear();
  history.replaceState(null, "", "/patient/");
});

const at = (): string => location.hash;

test("who comes back is where she was, and meanwhile the address says nothing of it", () => {
  const places = new Places("patient");
  places.enter("amina");
  location.hash = "#/conversation/7";
  places.leave();
  expect(at()).toBe("");
  places.enter("amina");
  expect(at()).toBe("#/conversation/7");
});

test("nobody else is led there, and each comes back to her own", () => {
  const places = new Places("patient");
  places.enter("amina");
  location.hash = "#/book/her-child";
  places.leave();
  places.enter("grace");
  expect(at()).toBe("");
  location.hash = "#/family";
  places.leave();
  places.enter("amina");
  expect(at()).toBe("#/book/her-child");
});

test("what a killed browser left in the address is hers who was in last", () => {
  new Places("patient").enter("amina");
  location.hash = "#/conversation/7";
  // The browser was killed; the page is loaded anew with its address.
  new Places("patient").enter("grace");
  expect(at()).toBe("");
  location.hash = "#/family";
  new Places("patient").enter("grace");
  expect(at()).toBe("#/family");
});

test("a link that came while nobody was in is followed", () => {
  const places = new Places("patient");
  places.enter("amina");
  location.hash = "#/family";
  places.leave();
  location.hash = "#/appointment/3";
  places.enter("amina");
  expect(at()).toBe("#/appointment/3");
});
