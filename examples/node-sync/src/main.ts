import { readFileSync } from "node:fs";

/** Reads the fixture that the tests sync. */
export function customers(): string[] {
  return readFileSync("fixtures/customers.csv", "utf8").trim().split("\n").slice(1);
}
