import { rejectSynthetic } from "../lib/guards";

test("synthetic records are dropped", () => {
  expect([{ isSynthetic: true }].filter(rejectSynthetic)).toEqual([]);
});
