import * as fc from "fast-check";
import { stringify } from "csv-stringify/sync";
import { describe, expect, it } from "vitest";
import { delimiterOf, readRecords } from "../src/csv/records.ts";
import { parseTable } from "../src/csv/table.ts";
import { csvText } from "../src/csv/write.ts";

const records = (text: string, delimiter = ",") => [...readRecords(text, delimiter)];

describe("reading records", () => {
  it("keeps the line number of each, over cells with line breaks", () => {
    expect(records('a,b\n"one\ntwo",2\n3,4')).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ["one\ntwo", "2"] },
      { line: 4, cells: ["3", "4"] },
    ]);
  });

  it("loses one line to a forgotten quote, and not those behind it", () => {
    const read = records('a,b\n1,2\n"oops,2\n5,6\n7,8');
    expect(read.map((each) => ("fault" in each ? "fault" : each.cells.join("")))).toEqual([
      "ab",
      "12",
      "fault",
      "56",
      "78",
    ]);
  });

  it("loses two lines to two forgotten quotes, and not those between them", () => {
    const read = records('a,b,c\n"x,2,3\n5,6,7\ny",8\n7,8,9');
    expect(read.flatMap((each) => ("fault" in each ? each.line : []))).toEqual([2, 4]);
  });

  it("leaves out empty lines and takes any line ending", () => {
    expect(records("a,b\r\n\r\n1,2\r3,4").map(({ line }) => line)).toEqual([1, 3, 4]);
  });

  it("finds the delimiter of the country's spreadsheet", () => {
    expect(["a,b", "a;b;c", "a\tb"].map(delimiterOf)).toEqual([",", ";", "\t"]);
  });

  it("reads back whatever a spreadsheet writes", () => {
    const cell = fc.stringMatching(/^[a-z0-9 ,;"'é\n]{0,12}$/).filter((text) => text.split("\n").length < 3);
    const table = fc.array(fc.tuple(fc.constant("x"), cell, cell), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(table, (rows) => {
        const read = [...readRecords(stringify(rows), ",", 3)];
        expect(read.map((each) => ("cells" in each ? each.cells : each))).toEqual(rows);
      }),
    );
  });
});

describe("reading tables", () => {
  const columns = ["name", "facility_code"];

  it("knows columns by their names however they are written, and says which are not used", () => {
    const table = parseTable("Facility Code,NAME,notes\n14,Otieno,x", columns, "t.csv");
    expect(table.unused).toEqual(["notes"]);
    expect(table.rows).toEqual([
      {
        line: 2,
        cells: new Map([
          ["facility_code", "14"],
          ["name", "Otieno"],
          ["notes", "x"],
        ]),
      },
    ]);
  });

  it("names a row whose cells slipped, and takes one whose last cells were left out", () => {
    const { rows } = parseTable("name,facility_code\na,b,c\nd", columns, "t.csv");
    expect(rows).toMatchObject([{ line: 2, fault: expect.stringContaining("3 cells") }, { line: 3 }]);
  });

  it("takes off the apostrophe that its own results put before a telephone number", () => {
    expect(parseTable("name\n'+254712345678", columns, "t.csv").rows[0]).toMatchObject({
      cells: new Map([["name", "+254712345678"]]),
    });
  });

  it.each([
    ["", "empty"],
    ["x,y\n1,2", "must name the columns"],
    ["name,name\n1,2", "twice"],
  ])("refuses %j in words", (text, word) => {
    expect(() => parseTable(text, columns, "t.csv")).toThrow(word);
  });
});

it("writes no cell that a spreadsheet would run", () => {
  const text = csvText(["a"], [["=1+1"], ["+254"], ["-1"], ["@x"], ["plain"], ["\t=1"]]);
  expect(text.replace("\ufeff", "").split("\n")).toEqual([
    "a",
    "'=1+1",
    "'+254",
    "'-1",
    "'@x",
    "plain",
    "'\t=1",
    "",
  ]);
});
