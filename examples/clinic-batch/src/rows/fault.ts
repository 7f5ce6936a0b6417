/** What is wrong with one row, in plain words. Stops that row and nothing else. */
export class Fault extends Error {
  override readonly name = "Fault";
}
