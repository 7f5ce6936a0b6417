import { expect, test } from "vitest";
import { drawMap } from "../src/logic/map-picture.ts";

const HERE = { lat: 3.12, lng: 35.6 };
const SIZE = { width: 320, height: 240 };
const place = (id: string, lat: number, lng: number) => ({ id, position: { lat, lng } });

test("north is up, east is right, and everything is on the picture", () => {
  const { marks, here } = drawMap(
    HERE,
    [place("north", 3.3, 35.6), place("east", 3.12, 35.9), place("southwest", 2.9, 35.4)],
    SIZE,
  );
  expect(here).toEqual({ x: 160, y: 120 });
  const [north, east, southwest] = marks;
  expect(north?.y).toBeLessThan(here.y);
  expect(north?.x).toBe(here.x);
  expect(east?.x).toBeGreaterThan(here.x);
  expect(east?.y).toBe(here.y);
  expect(southwest?.x).toBeLessThan(here.x);
  expect(southwest?.y).toBeGreaterThan(here.y);
  for (const { x, y } of marks) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(SIZE.width);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(SIZE.height);
  }
});

test("a kilometre is as long to the east as to the north", () => {
  const far = { lat: 60, lng: 10 };
  const north = place("north", 60 + 10 / 111.195, 10);
  const east = place("east", 60, 10 + 10 / 111.195 / Math.cos(Math.PI / 3));
  const { marks, here } = drawMap(far, [north, east], { width: 300, height: 300 });
  expect(here.y - (marks[0]?.y ?? 0)).toBe((marks[1]?.x ?? 0) - here.x);
});

test("the scale is a round distance, and as long as it says", () => {
  const { scale, marks, here } = drawMap(HERE, [place("east", 3.12, 35.6 + 40 / 111.195)], SIZE);
  const perKm = ((marks[0]?.x ?? 0) - here.x) / (40 * Math.cos((3.12 * Math.PI) / 180));
  expect(scale.km).toBe(20);
  expect(scale.width).toBeCloseTo(20 * perKm, -0.5);
});

test("places that would lie on one another share a mark, with the number of the first", () => {
  const { marks } = drawMap(
    HERE,
    [place("a", 3.13, 35.61), place("far", 3.6, 36), place("b", 3.1301, 35.6101)],
    SIZE,
  );
  expect(marks.map(({ first, places }) => [first, places])).toEqual([
    [1, ["a", "b"]],
    [2, ["far"]],
  ]);
});

test("over the date line the nearer way is drawn", () => {
  const { marks, here } = drawMap({ lat: 0, lng: 179.9 }, [place("fiji", 0, -179.9)], SIZE);
  expect(marks[0]?.x).toBeGreaterThan(here.x);
});

test("without any place there is still a picture, of some kilometres", () => {
  expect(drawMap(HERE, [], SIZE)).toMatchObject({ marks: [], scale: { km: 0.5 } });
});
