import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ABOUT_M,
  blurred,
  distance,
  geoUri,
  mapLink,
  type Place,
  placeContent,
  placeIn,
  wind,
} from "./location";

const at = (latitude: number, longitude: number, within: number | null = null): Place => ({
  latitude,
  longitude,
  within,
});
const number = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
const place = fc.record({
  latitude: number(90),
  longitude: number(180),
  within: fc.option(fc.double({ min: 0, max: 50_000, noNaN: true })),
});

describe("a place", () => {
  it("is within what its message says, blurred or not, and comes back as it was sent", () => {
    fc.assert(
      fc.property(place, fc.constantFrom("about", "exact"), (one, exactness) => {
        const sent = blurred(one, exactness as "about" | "exact");
        expect(distance(one, sent)).toBeLessThanOrEqual(exactness === "about" ? ABOUT_M : 2);
        expect(placeIn(placeContent(sent, "here", 0))).toEqual(sent);
        expect(URL.canParse(mapLink(sent))).toBe(true);
      }),
    );
  });

  it("comes back also as it was found", () => {
    const near = fc.oneof(number(90), number(1e-5));
    const found = fc.record({
      latitude: near,
      longitude: near,
      within: fc.option(number(1e-5).map(Math.abs)),
    });
    fc.assert(
      fc.property(fc.oneof(place, found), (one) => {
        const { latitude, longitude, within } = placeIn({ geo_uri: geoUri(one) }) as Place;
        expect(latitude).toBeCloseTo(one.latitude, 5);
        expect(longitude).toBeCloseTo(one.longitude, 5);
        expect(within === null).toBe(one.within === null);
        expect(within ?? 0).toBeCloseTo(one.within ?? 0, 5);
      }),
    );
  });

  it("gives no more away when it is blurred again", () => {
    expect(blurred(at(51.50735, -0.12776, 12), "about")).toEqual(at(51.51, -0.129, 1000));
    expect(blurred(at(51.5111, -0.1333, 40), "about")).toEqual(at(51.51, -0.129, 1000));
    expect(geoUri(blurred(at(51.507351, -0.127758, 12.2), "exact"))).toBe("geo:51.50735,-0.12776;u=13");
  });

  it.each([
    ["geo:48.2,16.3;u=35", at(48.2, 16.3, 35)],
    ["geo:-48,16,200;crs=wgs84;u=7", at(-48, 16, 7)],
    ["GEO:0,0", at(0, 0)],
    // As doubles are written in full.
    [
      "geo:51.50735091234567,-0.12775829999999998;u=65.00000762939453",
      at(51.50735091234567, -0.1277583, 65.00000762939453),
    ],
    ["geo:1,2,-0.12775829999999998876;u=7", at(1, 2, 7)],
    [`geo:1.${"0".repeat(300)},2`, null],
    ["geo:1,2;u=999999999", at(1, 2)],
    ["geo:91,0", null],
    ["geo:0,181", null],
    ["geo:1e5,2", null],
    ["https://x.example", null],
    ["javascript:alert(1)", null],
    [{ latitude: 1 }, null],
    [undefined, null],
  ])("%j", (geo_uri, found) => {
    expect(placeIn({ geo_uri })).toEqual(found);
  });

  it("never throws, whatever stands there", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (one, other) => {
        expect(placeIn({ geo_uri: one, "m.location": other, "org.matrix.msc3488.location": one })).toBeNull();
      }),
    );
  });
});

describe("the way to a place", () => {
  const london = at(51.507, -0.128);
  it.each([
    ["Paris", at(48.857, 2.352), 344, "se"],
    ["York", at(53.958, -1.08), 280, "n"],
    ["New York", at(40.713, -74.006), 5_570, "w"],
  ])("%s", (_, to, km, direction) => {
    expect(Math.round(distance(london, to) / 1000)).toBeCloseTo(km, -1);
    expect(wind(london, to)).toBe(direction);
  });

  it("is as long there as back", () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        expect(distance(one, other)).toBeCloseTo(distance(other, one), 3);
        expect(distance(one, one)).toBe(0);
      }),
    );
  });
});
