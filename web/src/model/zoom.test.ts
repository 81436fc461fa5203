import fc from "fast-check";
import { expect, it } from "vitest";
import { between, moved, SCALE_MAX, WHOLE, zoomed } from "./zoom";

const frame = { width: 390, height: 844 };
const point = fc.record({ x: fc.integer({ min: -195, max: 195 }), y: fc.integer({ min: -422, max: 422 }) });
const factor = fc.double({ min: 0.2, max: 5, noNaN: true });

it("never shows what is beside the picture, whatever fingers do", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(factor, point, point)), (gestures) => {
      let view = WHOLE;
      for (const [by, at, way] of gestures) {
        view = moved(zoomed(view, by, at, frame), way, frame);
        expect(view.scale).toBeGreaterThanOrEqual(1);
        expect(view.scale).toBeLessThanOrEqual(SCALE_MAX);
        expect(Math.abs(view.x)).toBeLessThanOrEqual(((view.scale - 1) * frame.width) / 2 + 1e-9);
        expect(Math.abs(view.y)).toBeLessThanOrEqual(((view.scale - 1) * frame.height) / 2 + 1e-9);
      }
      expect(zoomed(view, 1 / SCALE_MAX, { x: 0, y: 0 }, frame)).toEqual(WHOLE);
    }),
  );
});

it("keeps under the finger what was under it", () => {
  fc.assert(
    fc.property(point, fc.double({ min: 1, max: SCALE_MAX, noNaN: true }), (at, by) => {
      const view = zoomed(WHOLE, by, at, frame);
      expect((at.x - view.x) / view.scale).toBeCloseTo(at.x, 6);
      expect((at.y - view.y) / view.scale).toBeCloseTo(at.y, 6);
    }),
  );
});

it("knows how far two fingers are apart", () => {
  expect(between({ x: 0, y: 0 }, { x: 6, y: 8 })).toEqual({ apart: 10, middle: { x: 3, y: 4 } });
});
