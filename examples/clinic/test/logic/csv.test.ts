import { describe, expect, test } from "vitest";
import { readCsv, writeCsv } from "../../src/logic/csv.ts";

function cells(text: string) {
  return readCsv(text).map((line) => ("fault" in line ? `${String(line.line)}: ${line.fault}` : line.cells));
}

describe("reading a table", () => {
  test("takes what spreadsheets write: marks, quotes, line breaks in a cell, empty lines", () => {
    expect(cells('\uFEFFname,remark\r\nAnne,"says ""hello"", often"\r\n\r\nBen,"two\nlines"\r\n')).toEqual([
      ["name", "remark"],
      ["Anne", 'says "hello", often'],
      ["Ben", "two\nlines"],
    ]);
  });

  test.each([";", "\t"])("with %j between the cells", (delimiter) => {
    expect(cells(`name${delimiter}born\nAnne${delimiter}1984`)).toEqual([
      ["name", "born"],
      ["Anne", "1984"],
    ]);
  });

  test.each([";;", ",,", "\t\t", " ; ;"])("a line of nothing but separators (%j) is no row", (empty) => {
    expect(cells(`name;born;sex\nAnne;1984;f\n${empty}\nBen;1990;m\n${empty}`)).toEqual([
      ["name", "born", "sex"],
      ["Anne", "1984", "f"],
      ["Ben", "1990", "m"],
    ]);
  });

  test("a forgotten quotation mark costs its own line and no other", () => {
    expect(cells('name,born\n"Anne,1984\nBen,1990\nCarol,2001')).toEqual([
      ["name", "born"],
      "2: quote",
      ["Ben", "1990"],
      ["Carol", "2001"],
    ]);
  });

  test("says on which line of the file each stands, also behind a cell of two lines", () => {
    expect(readCsv('a,b\n"x\ny",1\nz,2').map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  test("reads what it wrote, and no cell runs as a formula", () => {
    const rows = [
      ["name", "phone"],
      ["=cmd|' /C calc'!A0", "+254712345678"],
      ['Anne "A", B', ""],
    ];
    const text = writeCsv(rows);
    expect(text).toContain("'=cmd");
    expect(text).toContain("'+254712345678");
    expect(cells(text)).toEqual(rows);
  });
});
